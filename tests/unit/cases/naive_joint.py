"""A second opinion on joint licences: walk day by day and count on the fingers. Shares no code with branches, graph or clock.

A case is plain days: limits, openings, stops, extensions, decisions. `random_joint` makes cases of every kind: one or two
groups, branches not opened, undecided, late, silent, with and without limits, stops that overlap, stay open or lie outside.
`python -m tests.unit.cases.naive_joint` writes the vectors.
"""

import json
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from tests.unit.clock.naive import Case, NaiveCalendar, walk

VECTORS = Path(__file__).parents[2] / "data" / "vectors" / "joint.json"
DAYS = NaiveCalendar("cn")
ONE_DAY = timedelta(days=1)
BRANCH_EXTENSION, JOINT_EXTENSION = (4, "working_day"), (15, "working_day")
Span = tuple[date, date | None]


@dataclass
class Strand:
    """A branch: where its group stands, its limit, and what happened in it."""

    name: str
    group: int
    limit: tuple[int, str] | None
    opened: date | None = None
    stops: list[Span] = field(default_factory=list)
    extended: date | None = None
    decided: date | None = None


@dataclass
class Joint:
    """A joint case, and the day on which it is looked at."""

    accepted: date
    promised: tuple[int, str] | None
    statutory: tuple[int, str]
    strands: list[Strand]
    last_step: int | None
    """Working days that the lead takes for its own decision, after every group."""
    consent: bool
    today: date
    stops: list[Span] = field(default_factory=list)
    extended: date | None = None
    decided: date | None = None


# The walk


def ended(spans: list[Span], end: date | None) -> list[Span]:
    """What is open when something ends, ends with it; what begins later is none of it."""
    if end is None:
        return list(spans)
    return [(since, min(until or end, end)) for since, until in spans if since <= end]


def counted(
    start: date, limit: tuple[int, str], stops: list[Span], extension: tuple[date, tuple[int, str]] | None
) -> date | None:
    """The due date; the extension counts if it was given while the limit had not run out."""
    plain = walk(Case(start, limit, stops), DAYS)
    if extension is None or (plain is not None and extension[0] > plain):
        return plain
    return walk(Case(start, limit, stops, [extension[1]]), DAYS)


def covered(day: date, spans: list[Span]) -> bool:
    """Whether a day lies in a stop."""
    return any(since <= day and (until is None or day < until) for since, until in spans)


@dataclass
class Found:
    """What the walk finds of a branch."""

    due: date | None
    consented: date | None
    last: date | None
    """The last day on which it was open."""
    stops: list[Span]


def find_strand(joint: Joint, strand: Strand) -> Found:
    """Walk one branch."""
    end = strand.decided or joint.decided
    stops = ended([*strand.stops, *ended(joint.stops, joint.decided)], end)
    due = None
    if strand.opened and strand.limit:
        extension = (strand.extended, BRANCH_EXTENSION) if strand.extended else None
        due = counted(strand.opened, strand.limit, stops, extension)
    silent = joint.consent and due is not None and joint.today > due and (end is None or end > due)
    if silent:
        assert due is not None
        return Found(due, due + ONE_DAY, due, stops)
    return Found(due, None, end, stops)


def find(joint: Joint) -> dict[str, Any]:
    """Walk the whole."""
    found = {strand.name: find_strand(joint, strand) for strand in joint.strands}
    end = joint.decided
    if end is not None:
        answers = [found[s.name].consented or s.decided for s in joint.strands]
        end = max([end, *(answer for answer in answers if answer)])
    off = joint_days_off(joint, found, end)
    extension = (joint.extended, JOINT_EXTENSION) if joint.extended else None
    limit = joint.promised or joint.statutory
    names = [(s.name, found[s.name]) for s in joint.strands]
    path, blocking = (None, []) if joint.decided else longest_path(joint, found)
    return {
        "due_on": text(counted(joint.accepted, limit, off, extension)),
        "statutory_due_on": text(counted(joint.accepted, joint.statutory, off, extension)),
        "branches": {name: text(each.due) for name, each in names},
        "consented": {name: text(each.consented) for name, each in names if each.consented},
        "ends_on": text(path),
        "blocking": blocking,
    }


def joint_days_off(joint: Joint, found: dict[str, Found], end: date | None) -> list[Span]:
    """Every day off the joint clock, one by one; the days of a stop that is still open now never come to an end."""
    own = ended(joint.stops, end)
    spans: list[Span] = list(own)
    moments = [day for span in own for day in span if day]
    for strand in joint.strands:
        stops = found[strand.name].stops
        moments += [day for day in (strand.opened, found[strand.name].last) if day]
        moments += [day for span in stops for day in span if day]
    day, last = joint.accepted, max([joint.accepted, *moments]) + timedelta(days=3)
    while day <= last and (end is None or day < end):
        open_now = [
            found[strand.name]
            for strand in joint.strands
            if strand.opened and strand.opened <= day and day <= (found[strand.name].last or date.max)
        ]
        if open_now and all(covered(day, each.stops) for each in open_now):
            forever = day == last and end is None
            spans.append((day, None if forever else day + ONE_DAY))
        day += ONE_DAY
    return spans


def longest_path(joint: Joint, found: dict[str, Found]) -> tuple[date | None, list[str]]:
    """When the whole would be decided, every limit used up, and the branches of the first unfinished group it rests on."""
    on: date | None = joint.accepted
    blocking: list[str] | None = None
    for group in sorted({strand.group for strand in joint.strands}):
        ends = {s.name: end_of(joint, s, found[s.name], on) for s in joint.strands if s.group == group}
        on = None if None in ends.values() else max(end for end in ends.values() if end)
        unfinished = [
            s.name
            for s in joint.strands
            if s.group == group and s.decided is None and not found[s.name].consented and ends[s.name] == on
        ]
        if blocking is None and unfinished:
            blocking = unfinished
        if on is None:
            return None, blocking or []
    if joint.last_step is not None:
        assert on is not None
        on = walk(Case(on, (joint.last_step, "working_day")), DAYS)
    assert on is not None
    return max(on, joint.today), blocking or []


def end_of(joint: Joint, strand: Strand, found: Found, before: date | None) -> date | None:
    """When a branch ends, or would."""
    if found.consented or strand.decided:
        return found.consented or strand.decided
    if strand.limit is None:
        return None
    if strand.opened is None:
        return before and walk(Case(max(before, joint.today), strand.limit), DAYS)
    if found.due is not None:
        return max(found.due, joint.today)
    closed = [(since, until or max(since, joint.today)) for since, until in found.stops]
    extension = (strand.extended, BRANCH_EXTENSION) if strand.extended else None
    parts = [extension[1]] if extension else []
    due = walk(Case(strand.opened, strand.limit, closed, parts), DAYS)
    assert due is not None
    return max(due, joint.today)


def text(day: date | None) -> str | None:
    """A date as it is written."""
    return day.isoformat() if day else None


# Cases


def random_joint(chance: Random) -> Joint:
    """One case between 2008 and 2024."""
    accepted = date(2008, 1, 1) + timedelta(days=chance.randrange(6000))
    groups = chance.choice((1, 1, 2))
    strands = [
        Strand(f"g{group}b{number}", group, random_limit(chance, 15) if chance.random() < 0.95 else None)
        for group in range(groups)
        for number in range(chance.randint(1, 4))
    ]
    opened = accepted
    for group in range(groups):
        if group and chance.random() < 0.4:
            break
        for strand in strands:
            if strand.group == group and chance.random() < 0.9:
                happen(strand, opened + timedelta(days=chance.randrange(6)), chance)
        opened += timedelta(days=chance.randrange(10, 40))
    joint = Joint(
        accepted,
        random_limit(chance, 30) if chance.random() < 0.8 else None,
        random_limit(chance, 60),
        strands,
        chance.choice((None, 2, 5)),
        consent=chance.random() < 0.5,
        today=accepted + timedelta(days=chance.randrange(90)),
        stops=[random_span(chance, accepted, 0.05) for _ in range(chance.choice((0, 0, 0, 1, 2)))],
        extended=accepted + timedelta(days=chance.randrange(60)) if chance.random() < 0.3 else None,
    )
    if chance.random() < 0.3 and all(until for _, until in joint.stops):
        first = max([accepted, *(until for _, until in joint.stops if until)])
        joint.decided = first + timedelta(days=chance.randrange(60))
    return joint


def happen(strand: Strand, opened: date, chance: Random) -> None:
    """Let a branch be opened, and this and that happen in it."""
    strand.opened = opened
    strand.stops = [random_span(chance, opened, 0.15) for _ in range(chance.choice((0, 0, 1, 1, 2)))]
    if chance.random() < 0.25:
        strand.extended = opened + timedelta(days=chance.randrange(30))
    if chance.random() < 0.6:
        strand.decided = opened + timedelta(days=chance.randrange(40))


def random_limit(chance: Random, longest: int) -> tuple[int, str]:
    """Mostly working days."""
    return chance.randint(1, longest), chance.choice(("working_day", "working_day", "working_day", "day"))


def random_span(chance: Random, start: date, stays_open: float) -> Span:
    """A stop that begins some time after a day; it may lie outside everything."""
    since = start + timedelta(days=chance.randrange(25))
    length = chance.choice((0, 1, 3, 7, chance.randrange(30)))
    return since, None if chance.random() < stays_open else since + timedelta(days=length)


# Vectors


def service_of(joint: Joint) -> dict[str, Any]:
    """The members of the service's content."""
    steps: list[dict[str, Any]] = [{"stage": "accept"}]
    for strand in joint.strands:
        step = {"stage": "review", "agency": strand.name, "group": f"g{strand.group}", "branch": strand.name}
        steps.append(step | ({"limit": limit(strand.limit)} if strand.limit else {}))
    if joint.last_step is not None:
        steps.append({"stage": "decide", "limit": limit((joint.last_step, "working_day"))})
    basis = {"document": "行政许可法"}
    whole = {"lead": "bureau", "statutory": limit(joint.statutory)}
    whole |= {"promised": limit(joint.promised)} if joint.promised else {}
    return {
        "service_kind": "licence",
        "limits": {},
        "steps": steps,
        "joint": {**whole, "extension": {"limit": limit(JOINT_EXTENSION), "legal_basis": basis}},
        "extension": {"limit": limit(BRANCH_EXTENSION), "legal_basis": basis},
        "special_procedures": [{"kind": kind, "legal_basis": basis} for kind in KINDS],
        "overdue_means": "consent" if joint.consent else "nothing",
    }


KINDS = ("inspection", "hearing", "appraisal")


def events_of(joint: Joint) -> list[dict[str, Any]]:
    """The events, each with its id."""
    found = [written("accepted", joint.accepted, 8)]
    found += spans_of(joint.stops, {})
    if joint.extended:
        found.append(written("extended", joint.extended, 12))
    if joint.decided:
        found.append(written("decided", joint.decided, 17, outcome="granted"))
    for strand in joint.strands:
        if strand.opened is None:
            continue
        branch = {"branch": strand.name}
        found.append(written("branch_opened", strand.opened, 9, **branch))
        found += spans_of(strand.stops, branch)
        if strand.extended:
            found.append(written("extended", strand.extended, 12, **branch))
        if strand.decided:
            found.append(written("decided", strand.decided, 15, **branch, outcome="granted"))
    return [{"event_id": f"e{number}", **event} for number, event in enumerate(found)]


def spans_of(spans: list[Span], branch: dict[str, str]) -> list[dict[str, Any]]:
    """Procedures, each of a kind of its own."""
    found = []
    for kind, (since, until) in zip(KINDS, spans, strict=False):
        found.append(written("special_started", since, 10, **branch, kind=kind))
        if until:
            found.append(written("special_ended", until, 11, **branch, kind=kind))
    return found


def written(name: str, day: date, hour: int, **members: Any) -> dict[str, Any]:
    """An event at an hour of a day in China."""
    return {"event": name, "occurred_at": f"{day}T{hour:02}:00:00+08:00", **members}


def limit(pair: tuple[int, str]) -> dict[str, Any]:
    """A limit as it is written."""
    return {"value": pair[0], "unit": pair[1]}


def vectors(count: int = 60, seed: int = 20261126) -> list[dict[str, Any]]:
    """So many cases with what the walk finds; the same for the same seed."""
    chance = Random(seed)
    cases = [random_joint(chance) for _ in range(count)]
    return [
        {
            "id": f"j{number:04}",
            "service": service_of(joint),
            "events": events_of(joint),
            "today": joint.today.isoformat(),
            "expected": find(joint),
        }
        for number, joint in enumerate(cases)
    ]


if __name__ == "__main__":
    lines = ",\n".join(json.dumps(vector, ensure_ascii=False) for vector in vectors())
    VECTORS.write_text(f"[\n{lines}\n]\n", "utf-8")
