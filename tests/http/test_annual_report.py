"""`/v1/statistics/annual-report/{year}` and the figures of disclosure, from signed acts to what is read."""

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from pydantic import TypeAdapter

from chalicelib.domain.models.annual_report import AnnualReport
from chalicelib.domain.models.figures import FigureList
from chalicelib.domain.statistics.record_series import RECORD_SERIES
from chalicelib.jobs import publish_statistics
from chalicelib.store import keys
from chalicelib.store.table import Item, Put
from tests.hearing_world import open_draft
from tests.rule_world import rules_of_every_stage
from tests.unit.statistics.samples import raw_fact
from tests.world import World

REPORT = "/v1/statistics/annual-report"


def request(world: World, case_no: str, **known: Any) -> None:
    """Put a counted request for disclosure where the fold of its case does."""
    told = {"service": "disclosure_request.bureau", "agency": "bureau", "jurisdiction": "guangan", **known}
    place = keys.case(case_no)
    item: Item = {"pk": place.pk, "sk": place.sk, "version": 1, "fact": orjson.dumps(raw_fact(case_no, **told))}
    world.memory.commit(Put({**item, "fact_place": "", **keys.statistics_mark(case_no)}))


@pytest.fixture(scope="module")
def world() -> World:
    """A deployment with records of most kinds and two requests, counted."""
    found = World().init()
    found.service("s1")
    found.disclose("d1", formed_on="2026-11-20")
    found.disclose("d2")
    found.disclose("d3", formed_on="2026-09-01")
    found.act("disclosures", "d3", 4, {"act": "withdraw", "reason": {"zh": "有误"}}, "bureau-clerk")
    rules_of_every_stage(found)
    open_draft(found, "draft")
    request(found, "c1", opened_on="2026-11-02", decided_on="2026-11-20", outcome="granted")
    request(found, "c2", opened_on="2026-11-03", decided_on=None)
    found.log()
    publish_statistics.run(found.wired)
    found.pass_time(minutes=5)
    return found


@pytest.fixture(autouse=True)
def _in_place(world: World) -> None:
    world.restart()


def numbers(report: dict[str, Any], table: str) -> dict[str, Any]:
    return {name: number["value"] for name, number in report["tables"][table].items()}


@pytest.mark.parametrize("series", RECORD_SERIES)
@pytest.mark.parametrize("cell", ["jurisdiction=guangan", "agency=bureau"])
def test_every_figure_of_disclosure_is_as_described(world: World, series: str, cell: str) -> None:
    found = world.json(f"/v1/statistics/{series}", f"{cell}&limit=100")
    assert found["items"][0]["period"] == "all"
    TypeAdapter(FigureList).validate_python(found)


def test_a_service_has_no_figures_of_disclosure(world: World) -> None:
    assert world.json("/v1/statistics/rules", "service=s1")["items"] == []


def test_a_text_is_counted_as_it_came_out_whatever_became_of_it(world: World) -> None:
    (figure,) = world.json("/v1/statistics/disclosure_timeliness", "agency=bureau&period=2026")["items"]
    assert (figure["disclosed"], figure["n"], figure["numerator"]) == (3, 2, 1)
    assert (figure["without_formed_on"], figure["standing"]) == (1, 2)


@pytest.mark.parametrize("cell", ["jurisdiction=guangan", "agency=bureau"])
def test_the_report_is_as_described_and_each_number_is_that_of_the_figure_it_names(world: World, cell: str) -> None:
    report = world.json(f"{REPORT}/2026", cell)
    TypeAdapter(AnnualReport).validate_python(report)
    for source in report["sources"].values():
        (figure,) = world.json(*source["url"].split("?"))["items"]
        assert (figure["definition"], figure["status"]) == (source["definition"], source["status"])
    requests = numbers(report, "disclosure_requests")
    assert requests == {"received": 2, "carried_over": 0, "ended": 1, "endings": {"granted": 1}, "carried_on": 1}
    (rules,) = world.json(*report["sources"]["rules"]["url"].split("?"))["items"]
    kind = rules["kinds"]["normative_document"]
    proactive = numbers(report, "proactive_disclosure")
    assert proactive["normative_documents_in_force"] == kind["in_force"]
    assert proactive["normative_documents_repealed"] == kind["repealed"] + kind["superseded"]
    assert proactive["disclosed"] == 3


def test_what_is_not_known_is_named_and_stands_in_no_table(world: World) -> None:
    report = world.json(f"{REPORT}/2026", "agency=bureau")
    unknown = {(each["table"], each["name"]) for each in report["not_known"]}
    assert ("review_and_litigation", "litigation") in unknown
    assert ("proactive_disclosure", "administrative_penalty_decisions") in unknown
    assert "review_and_litigation" not in report["tables"]
    given = {(table, name) for table, found in report["tables"].items() for name in found}
    assert not given & unknown


def test_a_year_that_has_not_begun_or_of_which_nothing_is_known_is_not_found(world: World) -> None:
    for path, query in (
        (f"{REPORT}/2027", "agency=bureau"),
        (f"{REPORT}/2019", "agency=bureau"),
        (f"{REPORT}/2026", "agency=nobody"),
        (f"{REPORT}/2026", "jurisdiction=bureau"),
        (f"{REPORT}/26", "agency=bureau"),
    ):
        assert world.get(path, query).status == 404, (path, query)


def test_an_agency_of_which_nothing_happened_has_true_noughts(world: World) -> None:
    report = world.json(f"{REPORT}/2026", "agency=guangan")
    assert numbers(report, "disclosure_requests")["received"] == 0
    assert numbers(report, "proactive_disclosure")["disclosed"] == 0


@pytest.mark.parametrize(
    "query", ["", "agency=bureau&jurisdiction=guangan", "agency=bureau&period=2026", "agency=a&agency=b"]
)
def test_exactly_one_cell_is_asked_for_and_nothing_else(world: World, query: str) -> None:
    assert world.get(f"{REPORT}/2026", query).status == 400


def test_the_report_of_a_year_that_was_read_before_costs_no_body(world: World) -> None:
    first = world.get(f"{REPORT}/2026", "agency=bureau")
    again = world.get(f"{REPORT}/2026", "agency=bureau", if_none_match=dict(first.headers)["ETag"])
    assert (again.status, again.body) == (304, b"")


def test_a_year_begins_at_midnight_where_the_agency_is() -> None:
    world = World().init()
    world.now = datetime(2026, 12, 31, 15, 0, 0, tzinfo=UTC)
    world.log()
    publish_statistics.run(world.wired)
    assert world.get(f"{REPORT}/2027", "agency=bureau").status == 404
    world.now = datetime(2026, 12, 31, 16, 0, 0, tzinfo=UTC)
    assert world.get(f"{REPORT}/2027", "agency=bureau").status == 200


def test_before_the_first_count_nothing_is_said() -> None:
    world = World().init()
    world.log()
    assert world.get(f"{REPORT}/2026", "agency=bureau").status == 404
