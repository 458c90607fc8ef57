"""Figures of disclosure: whatever was shown, in which order, and however the job ran, they are what looking at every
record gives."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.categories import categories
from chalicelib.domain.instants import zone
from chalicelib.domain.statistics.ledgers import ledger_of
from chalicelib.domain.statistics.publication import figures_of
from chalicelib.domain.statistics.record_series import RECORD_SERIES
from chalicelib.domain.statistics.scopes import Scope
from chalicelib.errors import ConditionFailedError, UnavailableError
from tests.fakes.memory_table import no_hook
from tests.unit.statistics import naive, naive_records
from tests.unit.statistics.record_samples import AGENCY, SOME, Placed, Records, card, disclosure, rule
from tests.unit.statistics.samples import Deployment, raw_fact
from tests.unit.statistics.test_statistics_crashes import KINDS, KilledError, at_call, failing

DAYS = st.dates(date(2026, 3, 1), date(2026, 12, 20)).map(date.isoformat)
MAYBE = st.none() | DAYS
CATEGORIES = ("budgets_and_accounts", "functions_and_contacts", "major_decisions", "normative_documents", "fees")


def without_none(fact: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fact.items() if value not in (None, [])}


@st.composite
def disclosures(draw: st.DrawFn) -> dict[str, Any]:
    disclosed_on = draw(MAYBE)
    rounds = draw(st.lists(st.tuples(MAYBE, MAYBE).map(list), max_size=2))
    return without_none(
        {
            "category": draw(st.sampled_from(CATEGORIES)),
            "calendar": draw(st.sampled_from(["cn", "cn", "cn", "unknown"])),
            "known_on": draw(DAYS),
            "disclosed_on": disclosed_on,
            "formed_on": draw(st.none() | st.dates(date(2025, 12, 1), date(2026, 12, 20)).map(date.isoformat)),
            "taken_over": draw(st.sampled_from([None, None, True])),
            "rounds": rounds,
            "ended_on": draw(MAYBE),
        }
    )


@st.composite
def rules(draw: st.DrawFn) -> dict[str, Any]:
    until = draw(MAYBE)
    ended = draw(st.sampled_from(naive_records.ENDED)) if until else None
    return without_none(
        {
            "rule_kind": draw(st.sampled_from(["normative_document", "internal_rule"])),
            "area": draw(st.sampled_from(["fees", "health"])),
            **{name: draw(DAYS) for name in ("known_on", "made_on", "from_on")},
            "until_on": until,
            "ended": ended,
            "reviews": draw(st.lists(st.tuples(DAYS, MAYBE).map(list), max_size=2)),
            "reports": draw(st.lists(DAYS, max_size=2)),
        }
    )


@st.composite
def cards(draw: st.DrawFn) -> dict[str, Any]:
    answered, ended = draw(MAYBE), draw(MAYBE)
    colour = draw(st.sampled_from(["yellow", "red"]))
    return without_none(
        {
            "raised_on": draw(DAYS),
            "colour": colour,
            "red_on": draw(MAYBE) if colour == "yellow" else None,
            "answer_by": draw(MAYBE),
            "answered_on": answered,
            "in_time": draw(st.booleans()) if answered else None,
            "ended_on": ended,
            "ended": draw(st.sampled_from(["closed", "lifted"])) if ended else None,
        }
    )


LINES = st.dictionaries(DAYS, st.none() | st.integers(0, 6), min_size=1, max_size=4)
KINDS_OF: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "agency": st.fixed_dictionaries(
        {
            "registered_on": DAYS,
            "level": st.sampled_from(["county", "department"]),
            "calendar": st.sampled_from(["cn", "us-boston"]),
        },
        optional={"ended_on": st.just("2026-12-21")},
    ),
    "service": LINES.map(lambda lines: {"lines": [list(line) for line in sorted(lines.items())]}),
    "disclosure": disclosures(),
    "rule": rules(),
    "card": cards(),
    "comment": st.fixed_dictionaries({"known_on": DAYS, "shown": st.booleans()}),
}


@st.composite
def placed(draw: st.DrawFn) -> Placed:
    """Draw a record with whatever contradiction: ended before it began, answered before it was asked."""
    agency = draw(st.sampled_from(["a1", "a2"]))
    kind = draw(st.sampled_from(sorted(KINDS_OF)))
    record_id = agency if kind == "agency" else f"{kind}{draw(st.integers(0, 3))}"
    return agency, kind, record_id, draw(KINDS_OF[kind])


def today_of(deployed: Deployment) -> date:
    return deployed.now.astimezone(zone("Asia/Shanghai")).date()


def check(deployed: Deployment, records: Records) -> None:
    """Hold what is published against the naive figures of the records as they are now."""
    today, wanted = today_of(deployed), {}
    for node in ("agency:a1", "agency:a2", "jurisdiction:j1"):
        facts = records.of(node)
        known = naive_records.first_known(facts)
        if not facts or known is None or known > today:
            continue
        for period in periods(known, today):
            for series, figures in naive_records.figures_of(facts, period, today).items():
                if period == "all" or naive_records.says_something(figures):
                    wanted[series, node, period] = figures
    published = {key: figure for key, figure in deployed.figures().items() if key[0] in RECORD_SERIES}
    published = {key: figure for key, figure in published.items() if key[0] != "disclosure_requests"}
    assert not wanted.keys() - published.keys()
    for key, figure in published.items():
        if key in wanted:
            assert figures_of(figure) == wanted[key], key
        else:  # it was settled once, so it is not taken away but says nothing now
            assert figure["settled_at"] is not None, key
            assert not naive_records.says_something(figures_of(figure)), key


def periods(first: date, today: date) -> Iterable[str]:
    """Return every period from a day's month until today."""
    yield "all"
    for year in range(first.year, today.year + 1):
        for period in (f"{year}", *(f"{year}-Q{n}" for n in range(1, 5)), *(f"{year}-{n:02d}" for n in range(1, 13))):
            begins, ends = naive.bounds(period)
            if begins <= today and ends >= first:
                yield period


@settings(max_examples=25, derandomize=True, deadline=None)
@given(st.lists(placed(), min_size=1, max_size=25))
def test_one_run_publishes_what_the_definitions_say(drawn: list[Placed]) -> None:
    deployed = Deployment()
    records = Records(deployed).put_all(drawn)
    deployed.run()
    check(deployed, records)
    assert deployed.marks_left() == 0


@settings(max_examples=25, derandomize=True, deadline=None)
@given(st.lists(st.one_of(placed(), st.just("run"), st.just("nightly"), st.integers(1, 60)), max_size=20))
def test_runs_doubled_skipped_and_late_come_to_what_one_run_comes_to(steps: list[Placed | str | int]) -> None:
    deployed = Deployment()
    records = Records(deployed)
    for step in steps:
        if isinstance(step, tuple):
            records.put(*step)
        elif isinstance(step, int):
            deployed.now += timedelta(hours=7 * step)
        else:
            deployed.run(nightly=step == "nightly")
    deployed.run()
    check(deployed, records)
    assert deployed.marks_left() == 0
    before = deployed.bytes_published()
    assert deployed.run().figures == 0
    assert deployed.bytes_published() == before


def test_on_every_day_of_two_years_the_open_periods_are_what_the_definitions_say() -> None:
    facts = [(kind, fact) for _, kind, _, fact in SOME if kind != "agency"] + [("agency", AGENCY)]
    ledger = ledger_of(facts, {})
    for offset in range(730):
        today = date(2026, 1, 1) + timedelta(days=offset)
        for period in (f"{today:%Y-%m}", f"{today:%Y}", "all"):
            scope = Scope({}, period, today.isoformat(), ledger)
            own = {n: function(scope) for n, function in RECORD_SERIES.items() if n != "disclosure_requests"}
            assert own == naive_records.figures_of([("a1", *each) for each in facts], period, today), today


@pytest.mark.parametrize(("day", "year"), [("2026-12-31T15:59:59", "2026"), ("2026-12-31T16:00:00", "2027")])
def test_a_year_ends_at_midnight_where_the_agency_is(day: str, year: str) -> None:
    deployed = Deployment()
    Records(deployed).put_all(SOME)
    deployed.now = deployed.now.fromisoformat(f"{day}+00:00")
    deployed.run()
    figures = {period: found for (name, node, period), found in deployed.figures().items() if name == "rules"}
    assert max(period for period in figures if period != "all")[:4] == year
    assert figures[year]["status"] == "open"


def test_what_names_no_day_of_forming_is_never_in_time_and_what_comes_out_on_the_day_off_after_the_last_is_late() -> (
    None
):
    on_time = disclosure(formed_on="2026-11-02", disclosed_on="2026-11-27", known_on="2026-11-27")
    out = {
        "friday": on_time,  # 19 working days
        "unsaid": disclosure(formed_on=None),
        "before": disclosure(taken_over=True),
        "nowhere": disclosure(calendar="unknown"),
    }
    ledger = ledger_of([("disclosure", fact) for fact in out.values()], {})
    figure = RECORD_SERIES["disclosure_timeliness"](Scope({}, "all", "2026-12-31", ledger))
    assert (figure["disclosed"], figure["n"], figure["numerator"]) == (4, 1, 1)
    assert (figure["without_formed_on"], figure["taken_over"], figure["uncounted"]) == (1, 1, 1)
    assert {category["disclose_within_working_days"] for category in categories().values()} == {20}
    late = disclosure(formed_on="2026-05-28")
    for day, kept in (
        ("2026-06-26", True),
        ("2026-06-27", False),
    ):  # 19 June is a holiday, the 26th the 20th working day
        ledger = ledger_of([("disclosure", {**late, "disclosed_on": day})], {})
        assert RECORD_SERIES["disclosure_timeliness"](Scope({}, "all", "2026-12-31", ledger))["numerator"] == kept, day


REQUEST = {"service": "disclosure_request.a1", "agency": "a1"}


def test_requests_are_those_of_the_built_in_service_and_what_is_carried_over_and_on_adds_up() -> None:
    deployed = Deployment()
    cases = [
        raw_fact("c1", **REQUEST, opened_on="2025-12-20", decided_on="2026-01-10", outcome="granted"),
        raw_fact("c2", **REQUEST, opened_on="2026-10-02", decided_on="2026-10-20", outcome="refused"),
        raw_fact(
            "c3", **REQUEST, opened_on="2026-10-02", decided_on="2026-11-03", outcome="abandoned", row="administrative"
        ),
        raw_fact("c4", **REQUEST, opened_on="2026-11-20", decided_on=None),
        raw_fact("c5", opened_on="2026-11-20", decided_on=None),
    ]
    deployed.put_all(cases).run()
    found = {
        period: f
        for (s, node, period), f in deployed.figures().items()
        if (s, node) == ("disclosure_requests", "agency:a1")
    }
    year = found["2026"]
    assert (year["carried_over"], year["value"], year["ended"], year["open"]) == (1, 3, 3, 1)
    assert {code: n for code, n in year["endings"].items() if n} == {"granted": 1, "refused": 1, "abandoned": 1}
    assert (found["2025"]["value"], found["2025"]["open"]) == (1, 1)
    assert (found["2026-10"]["carried_over"], found["2026-10"]["open"]) == (0, 1)
    for figure in found.values():
        assert figure["carried_over"] + figure["value"] - figure["ended"] == figure["open"]
    of_all = [
        f
        for (s, node, p), f in deployed.figures().items()
        if (s, node, p) == ("disclosure_requests", "jurisdiction:j1", "2026")
    ]
    assert figures_of(of_all[0]) == figures_of(year)


def prepared() -> tuple[Deployment, Records]:
    """Return a deployment whose October is settled, with changes of two agencies waiting."""
    deployed = Deployment()
    records = Records(deployed).put_all(SOME)
    deployed.put(raw_fact("c1", **REQUEST, decided_on=None))
    deployed.run()
    deployed.now += timedelta(days=2)
    deployed.run(nightly=True)
    deployed.put(raw_fact("c1", **REQUEST, decided_on="2026-11-24", outcome="granted"))
    records.put("a1", "disclosure", "d3", disclosure(category="fees"))
    records.put("a2", "card", "k3", card(answered_on="2026-10-20", in_time=False, colour="red"))
    return deployed, records


def test_a_run_that_fails_at_any_storage_call_is_finished_by_the_next() -> None:
    deployed, _ = prepared()
    saved, begun = deployed.table.save(), len(deployed.table.calls)
    deployed.run()
    calls, clean = deployed.table.calls[begun:], deployed.bytes_published()
    points = 0
    for number, (call, _) in enumerate(calls):
        for kind in KINDS if call == "commit" else KINDS[:1]:
            again = Deployment()
            again.now, again.runs = deployed.now, deployed.runs
            again.table.put_back(saved)
            at_call(again, number, "before" if kind.endswith("before") else "after", failing(kind))
            with suppress(KilledError, UnavailableError, ConditionFailedError):
                again.run()
            again.table.hook = no_hook
            again.run()
            assert again.bytes_published() == clean, (number, kind)
            assert again.marks_left() == 0
            points += 1
    assert points > 100


def test_a_run_reads_what_changed_and_nothing_of_other_agencies() -> None:
    deployed, records = prepared()
    deployed.run()
    begun = len(deployed.table.calls)
    records.put("a2", "rule", "r9", rule())
    written = len(deployed.table.calls)
    assert deployed.run().agencies == 1
    read = [str(detail) for call, detail in deployed.table.calls[written:] if call == "query"]
    assert begun < written
    assert any("RECORDS#a2" in each for each in read)
    assert not any("RECORDS#a1" in each for each in read)
