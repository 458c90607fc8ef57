"""A second opinion on whole cases: from events to every due day, walked day by day, by the rules of the domain text alone.

Shares no code with the cases or their clock; the days are counted by the naive walker of the clock's own tests. A case goes
through its days one by one: at the dawn of each, what silence has brought; then what happened that day, in its order.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from tests.unit.clock.naive import Case, NaiveCalendar, walk

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAYS = NaiveCalendar("cn")
ONE_DAY = timedelta(days=1)
Limit = tuple[int, str]


@dataclass(frozen=True)
class Service:
    """What a service promises, as far as days are concerned."""

    promised: Limit | None
    statutory: Limit | None
    from_receipt: bool = False
    supplement: str = "before_acceptance"
    acceptance: Limit | None = None
    asking: Limit | None = None
    review: Limit | None = None
    issue: Limit | None = None
    extension: Limit | None = None
    procedures: tuple[str, ...] = ()
    stages: tuple[tuple[str, Limit], ...] = ()
    covers_issue: bool = False
    silence_grants: bool = False


class Happening(NamedTuple):
    """One event."""

    at: datetime
    name: str
    told: Any = None


class Miss(NamedTuple):
    """A limit that is passed, or will be if nothing more happens: rule, of what, due day, day it was done after all."""

    rule: str
    of: str
    due: date
    done: date | None


class Span(NamedTuple):
    """Something with a beginning and perhaps an end."""

    what: str
    since: datetime
    until: datetime | None
    told: Any = None


@dataclass
class Naive:
    """A case on its way through the days."""

    service: Service
    now: datetime
    received: datetime | None = None
    accepted: datetime | None = None
    silent_at: datetime | None = None
    refused: datetime | None = None
    decided: datetime | None = None
    deemed: bool = False
    outcome: str = ""
    said_after: datetime | None = None
    closed: datetime | None = None
    abandoned: bool = False
    was_abandoned: bool = False
    issued: datetime | None = None
    up: datetime | None = None
    asks: list[Span] = field(default_factory=list)
    procedures: list[Span] = field(default_factory=list)
    stays: list[Span] = field(default_factory=list)
    extended: datetime | None = None
    extended_by: Limit | None = None
    answers: list[datetime] = field(default_factory=list)
    silences: list[datetime] = field(default_factory=list)
    reopened: datetime | None = None
    anew: bool = False
    missed_before: list["Miss"] = field(default_factory=list)

    # Going through the days

    def go(self, happenings: Sequence[Happening]) -> "Naive":
        """Go from the day of the first event to now, or to the last event if that is later."""
        self.received = next((happening.at for happening in happenings if happening.name == "received"), None)
        first, last = happenings[0].at.date(), max(happenings[-1].at, self.now).date()
        for number in range((last - first).days + 1):
            day = first + number * ONE_DAY
            if midnight(day) <= self.now:
                self.dawn(day)
            for happening in happenings:
                if happening.at.date() == day:
                    getattr(self, NAMES[happening.name])(happening.at, happening.told)
        return self

    def dawn(self, day: date) -> None:
        """Work in what silence has brought by the beginning of a day."""
        start = self.waits_for_acceptance_since(day)
        if start is not None and self.service.acceptance and day > passed(start, self.service.acceptance):
            self.accepted, self.silent_at = start, midnight(day)
            self.silences.append(midnight(day))
        if not self.over:
            for ask in self.counted_asks():
                if ask.until is None and ask.told and day > ask.told and not self.asked_before_reopening(ask):
                    self.closed, self.abandoned, self.was_abandoned = midnight(day), True, True
        if self.service.silence_grants and not self.over and not any(ask.until is None for ask in self.asks):
            due = self.law() if self.service.statutory else self.due()
            old = due is not None and self.reopened is not None and midnight(due + ONE_DAY) <= self.reopened
            if due is not None and day > due and not old:
                self.decided, self.deemed, self.outcome = midnight(day), True, "granted"

    @property
    def over(self) -> bool:
        return bool(self.decided or self.closed or self.refused)

    @property
    def end(self) -> datetime | None:
        return self.decided or self.closed or self.refused

    def waits_for_acceptance_since(self, day: date) -> datetime | None:
        """From when the agency has to say whether it accepts; None while nobody waits for that."""
        if self.received is None or self.received.date() >= day or self.accepted or self.over:
            return None
        since = max(self.received, self.reopened or self.received)
        for ask in self.asks:
            before = self.asked_before_reopening(ask)
            if not before and self.asked_late(ask, since):
                continue
            if ask.until is None and not before:
                return None
            since = max(since, ask.until or since)
        return since if since.date() < day else None

    def asked_late(self, ask: Span, since: datetime) -> bool:
        return self.service.asking is not None and ask.since.date() > passed(since, self.service.asking)

    def asked_before_reopening(self, ask: Span) -> bool:
        return self.reopened is not None and ask.since < self.reopened

    # What happens

    def accept(self, at: datetime, told: Any) -> None:
        self.answers.append(at)
        if self.anew:
            self.extended, self.up = None, None
        if self.accepted is None or self.anew:
            self.accepted, self.refused, self.silent_at, self.anew = at, None, None, False
            self.end_of(self.asks, "supplement", at)

    def refuse(self, at: datetime, told: Any) -> None:
        self.answers.append(at)
        if self.accepted is None:
            self.refused = at

    def receive(self, at: datetime, told: Any) -> None:
        pass  # known from the beginning

    def ask(self, at: datetime, told: Any) -> None:
        self.answers.append(at)
        if not any(ask.until is None for ask in self.asks):
            self.asks.append(Span("supplement", at, None, told))

    def papers(self, at: datetime, told: Any) -> None:
        self.end_of(self.asks, "supplement", at)

    def begin(self, at: datetime, told: Any) -> None:
        kind, days = told
        self.procedures.append(Span(kind, at, None, days))

    def finish(self, at: datetime, told: Any) -> None:
        self.end_of(self.procedures, told, at)

    def extend(self, at: datetime, told: Any) -> None:
        if self.extended is None:
            self.extended, self.extended_by = at, told

    def enter(self, at: datetime, told: Any) -> None:
        self.leave(at, None)
        self.stays.append(Span(told, at, None))

    def leave(self, at: datetime, told: Any) -> None:
        if self.stays and self.stays[-1].until is None and told in (None, self.stays[-1].what):
            self.stays[-1] = self.stays[-1]._replace(until=at)

    def report(self, at: datetime, told: Any) -> None:
        self.up = self.up or at

    def decide(self, at: datetime, told: Any) -> None:
        self.answers.append(at)
        if self.deemed:
            self.said_after = self.said_after or at
        else:
            self.decided, self.outcome = at, told

    def issue(self, at: datetime, told: Any) -> None:
        self.issued = at

    def close(self, at: datetime, told: Any) -> None:
        self.answers.append(at)
        if not (self.abandoned and told == "abandoned"):
            self.closed, self.abandoned = at, False

    def reopen(self, at: datetime, told: Any) -> None:
        if self.over:
            self.missed_before += self.misses_of_now()
            self.decided = self.closed = self.refused = self.issued = self.said_after = None
            self.deemed, self.abandoned, self.outcome = False, False, ""
            self.reopened, self.anew = at, True

    @staticmethod
    def end_of(spans: list[Span], what: str, at: datetime) -> None:
        for place, span in enumerate(spans):
            if span.what == what and span.until is None:
                spans[place] = span._replace(until=at)
                return

    # What is due

    @property
    def base(self) -> datetime | None:
        return (self.received or self.accepted) if self.service.from_receipt else self.accepted

    def counted_asks(self) -> list[Span]:
        """The requests for papers that start the limit anew."""
        if self.service.supplement != "restart" or self.base is None:
            return []
        running = [ask for ask in self.asks if ask.until is None or ask.until > self.base]
        in_time = [ask for ask in running if not self.asked_late(ask, self.base)]
        return in_time[:1] if self.service.asking else in_time

    def start(self) -> datetime | None:
        """From when the decision's limit runs; None before it does, and while papers are waited for."""
        asks = self.counted_asks()
        if self.end is None and any(ask.until is None for ask in asks):
            return None
        came = [ask.until for ask in asks if ask.until and (self.end is None or ask.until <= self.end)]
        return max([self.base, *came]) if self.base else None

    def stops(self) -> list[tuple[date, date | None]]:
        """The days off the clock."""
        off = [span for span in self.procedures if span.what in self.service.procedures]
        if self.service.supplement == "pause":
            off += self.asks
        if self.end is not None:
            off += [ask for ask in self.counted_asks() if ask.until is None]
        return [days for span in off for days in self.off(span)]

    def off(self, span: Span) -> list[tuple[date, date | None]]:
        if self.end is not None and span.since > self.end:
            return []
        until = span.until if self.end is None else min(span.until or self.end, self.end)
        return [(span.since.date(), until.date() if until else None)]

    def counted(self, limit: Limit | None) -> date | None:
        """When a limit on the decision is due, with the extension if it came in time."""
        start = self.start()
        if limit is None or start is None:
            return None
        plain = walk(Case(start.date(), limit, self.stops()), DAYS)
        allowed = self.service.extension
        if allowed is None or self.extended is None or (plain is not None and self.extended.date() > plain):
            return plain
        by = self.extended_by or allowed
        by = allowed if by[1] != allowed[1] or by[0] > allowed[0] else by
        return walk(Case(start.date(), limit, self.stops(), [by]), DAYS)

    def due(self) -> date | None:
        """When the decision is due by what is promised, or by law where nothing is."""
        return self.counted(self.service.promised or self.service.statutory)

    def law(self) -> date | None:
        """When the decision is due by law."""
        return self.counted(self.service.statutory)

    def misses(self) -> list[Miss]:
        """Every limit that was or will be missed; what was missed before a reopening stays so, once."""
        found = {miss[:3]: miss for miss in reversed([*self.missed_before, *self.misses_of_now()])}
        for silent in self.silences:
            spoken = next((at for at in self.answers if at >= silent), None)
            miss = Miss("acceptance_limit", "", silent.date() - ONE_DAY, spoken.date() if spoken else None)
            found[miss[:3]] = miss
        return list(found.values())

    def misses_of_now(self) -> Iterator[Miss]:
        """Every limit beside that of acceptance that is missed as things stand."""
        service, start = self.service, self.start()
        done = self.said_after if self.deemed else self.end
        granted = self.outcome in ("granted", "partly")
        handed_out = self.issued or self.closed
        if service.promised is not None:
            covered = service.covers_issue and granted
            yield from missed("promised_limit", "", self.due(), handed_out if covered else done)
        yield from missed("statutory_limit", "", self.law(), done)
        if service.review and start:
            reviewed = min((moment for moment in (self.up, self.end) if moment), default=None)
            yield from missed(
                "first_review_limit", "", walk(Case(start.date(), service.review, self.stops()), DAYS), reviewed
            )
        if self.decided and granted and service.issue:
            own = passed(self.decided, service.issue)
            due = self.due()
            if not (service.covers_issue and service.promised and due and due < own):
                yield from missed("issue_limit", "", own, handed_out)
        yield from self.late_stages()
        for span in self.procedures:
            if span.told and not (self.end and span.since > self.end):
                over = min((moment for moment in (span.until, self.end) if moment), default=None)
                yield from missed("told_limit", span.what, passed(span.since, span.told), over)

    def late_stages(self) -> Iterator[Miss]:
        limits = dict(self.service.stages)
        before = [ask for ask in self.asks if self.asked_before_acceptance(ask)]
        waiting = [days for ask in self.asks if ask in before or ask in self.counted_asks() for days in self.off(ask)]
        for stay in self.stays:
            if stay.what in limits:
                due = walk(Case(stay.since.date(), limits[stay.what], [*self.stops(), *waiting]), DAYS)
                ends = (stay.until, self.end, self.issued, self.closed)
                left = min((moment for moment in ends if moment and moment >= stay.since), default=None)
                yield from missed("stage_limit", stay.what, due, left)

    def asked_before_acceptance(self, ask: Span) -> bool:
        if self.silent_at is not None:
            return ask.since < self.silent_at
        return self.accepted is None or ask.since <= self.accepted


NAMES = {
    "received": "receive",
    "accepted": "accept",
    "refused_acceptance": "refuse",
    "supplement_requested": "ask",
    "supplement_received": "papers",
    "special_started": "begin",
    "special_ended": "finish",
    "extended": "extend",
    "stage_entered": "enter",
    "stage_left": "leave",
    "reported_up": "report",
    "decided": "decide",
    "issued": "issue",
    "closed": "close",
    "reopened": "reopen",
}


def midnight(day: date) -> datetime:
    """The first instant of a day."""
    return datetime.combine(day, time.min, SHANGHAI)


def passed(start: datetime, limit: Limit) -> date:
    """The day on which a limit without stops is due."""
    due = walk(Case(start.date(), limit), DAYS)
    assert due is not None
    return due


def missed(rule: str, of: str, due: date | None, done: datetime | None) -> Iterator[Miss]:
    """A limit that is not kept."""
    if due is not None and (done is None or done.date() > due):
        yield Miss(rule, of, due, done.date() if done else None)
