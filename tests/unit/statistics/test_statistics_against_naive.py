"""O3: whatever was run, how often and when, what is published is what looking at every fact at once gives."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.instants import zone
from chalicelib.domain.statistics.facts import Fact, leaf_of
from chalicelib.domain.statistics.periods import covering
from chalicelib.domain.statistics.publication import figures_of
from chalicelib.domain.statistics.scopes import Scope
from chalicelib.domain.statistics.series import CASE_SERIES
from chalicelib.domain.statistics.tallies import Tally, tally
from tests.unit.statistics import naive
from tests.unit.statistics.samples import Deployment, RawFact, raw_fact

DAYS = st.dates(date(2026, 3, 1), date(2026, 12, 20)).map(date.isoformat)
SERVICES = {"s1": "a1", "s2": "a1", "s3": "a2", "s4": "a2"}


@st.composite
def facts(draw: st.DrawFn, case_no: str | None = None) -> RawFact:
    """Draw a fact with every contradiction that real data holds: ended before it began, days to come."""
    service = draw(st.sampled_from(sorted(SERVICES)))
    decided = draw(st.none() | DAYS)
    due = draw(st.none() | DAYS)
    row = draw(st.sampled_from(["counted"] * 5 + ["immediate", "withdrawn", "administrative"]))
    has_end = decided is not None
    centre = draw(st.sampled_from([None, "hall", "east"]))
    maybe = st.none() | st.booleans()
    return raw_fact(
        case_no or draw(st.sampled_from([f"c{number}" for number in range(8)])),
        service=service,
        agency=SERVICES[service],
        opened_on=draw(DAYS),
        decided_on=decided,
        due_on=due,
        on_time=draw(st.booleans()) if has_end and due else None,
        promise_kept=draw(maybe) if has_end else None,
        law_kept=draw(maybe) if has_end else None,
        agency_days=draw(st.none() | st.integers(0, 40)) if has_end else None,
        gross_days=draw(st.integers(0, 60)) if has_end else None,
        gross_seconds=draw(st.integers(0, 9_000_000)) if has_end else None,
        stopped=draw(st.booleans()),
        extended=draw(st.booleans()),
        centre=centre,
        window=draw(st.sampled_from([None, "w1", "w2"])) if centre else None,
        settled=draw(st.booleans()) if centre and has_end else None,
        hand_overs=draw(st.integers(0, 3)),
        visits=draw(st.integers(0, 3)),
        row=row if has_end or row == "immediate" else "counted",
    )


def check(deployed: Deployment, current: Sequence[RawFact]) -> None:
    """Hold what is published against the naive figures of the facts as they are now."""
    today = deployed.now.astimezone(zone("Asia/Shanghai")).date()
    wanted = naive.expected(current, today)
    published = deployed.figures()
    assert not wanted.keys() - published.keys()
    for key, figure in published.items():
        own = figures_of(figure)
        if key not in wanted:  # it was settled once, so it is not taken away but says nothing now
            assert figure["settled_at"] is not None, key
            assert not naive.says_something(key[0], own), key
        elif "merged_into" in own:
            counted = {name: wanted[key][name] for name in ("n", "decided", "stopped", "extended")}
            assert {name: own[name] for name in counted} == counted
            assert (
                own["value"]
                is own["agency_clock"]["median"]
                is own["gross"]["p80"]
                is own["gross_days"]["mean"]
                is None
            )
        else:
            assert own == wanted[key], key


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.lists(facts(), min_size=1, max_size=40, unique_by=lambda fact: fact["case_no"]))
def test_one_run_publishes_what_the_definitions_say(drawn: list[RawFact]) -> None:
    deployed = Deployment().put_all(drawn)
    deployed.run()
    check(deployed, drawn)
    assert deployed.marks_left() == 0


STEPS = st.one_of(facts(), st.just("run"), st.just("nightly"), st.integers(1, 60))


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.lists(STEPS, max_size=25))
def test_runs_doubled_skipped_and_late_come_to_what_one_run_comes_to(steps: list[RawFact | str | int]) -> None:
    deployed = Deployment()
    current: dict[str, RawFact] = {}
    for step in steps:
        if isinstance(step, dict):
            current[step["case_no"]] = step
            deployed.put(step)
        elif isinstance(step, int):
            deployed.now += timedelta(hours=7 * step)
        else:
            deployed.run(nightly=step == "nightly")
    deployed.run()
    check(deployed, list(current.values()))
    assert deployed.marks_left() == 0
    before = deployed.bytes_published()
    assert deployed.run().figures == 0
    assert deployed.bytes_published() == before


def test_a_run_on_each_day_of_a_year_publishes_what_the_definitions_say() -> None:
    drawn = [
        raw_fact(
            f"c{number}",
            service="s1" if number % 3 else "s2",
            opened_on=(date(2026, 11, 1) + timedelta(days=11 * number)).isoformat(),
            decided_on=None,
            due_on=(date(2026, 11, 20) + timedelta(days=11 * number)).isoformat(),
        )
        for number in range(20)
    ]
    deployed = Deployment()
    current: dict[str, RawFact] = {}
    for _ in range(365):
        today = deployed.now.astimezone(zone("Asia/Shanghai")).date()
        for fact in drawn:
            age = (today - date.fromisoformat(fact["opened_on"])).days
            if age == 0:
                current[fact["case_no"]] = fact
            elif age == 9 + 13 * (int(fact["case_no"][1:]) % 3):
                decided = {"decided_on": today.isoformat(), "on_time": today.isoformat() <= fact["due_on"]}
                current[fact["case_no"]] = fact | decided
            else:
                continue
            deployed.put(current[fact["case_no"]])
        deployed.run()
        if today.day in (1, 2, 20):
            check(deployed, list(current.values()))
        deployed.now += timedelta(days=1)


def test_on_every_day_of_ten_years_the_open_periods_are_what_the_definitions_say() -> None:
    drawn = [
        raw_fact(
            f"c{number}",
            opened_on=(date(2016, 12, 20) + timedelta(days=300 * number)).isoformat(),
            decided_on=(date(2016, 12, 20) + timedelta(days=300 * number + 37 * (number % 4))).isoformat()
            if number % 4
            else None,
            due_on=(date(2017, 1, 31) + timedelta(days=300 * number)).isoformat(),
            on_time=number % 4 == 1 if number % 4 else None,
        )
        for number in range(13)
    ]
    tallies = by_place(Fact(*(fact[name] for name in Fact._fields)) for fact in drawn)
    for offset in range(3653):
        today = date(2017, 1, 1) + timedelta(days=offset)
        for period in covering(f"{today:%Y-%m}"):
            own = {name: function(Scope(tallies, period, today.isoformat())) for name, function in CASE_SERIES.items()}
            assert own == naive.figures_of(drawn, period, today), today


def by_place(found: Iterable[Fact]) -> dict[str, Tally]:
    """Return the tally of facts, place by place."""
    places: dict[str, list[Fact]] = {}
    for fact in found:
        places.setdefault(leaf_of(fact).place, []).append(fact)
    return {place: tally(own) for place, own in places.items()}
