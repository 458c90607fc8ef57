"""`/v1/statistics`: what is published, as it is asked for."""

import csv
import io
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import orjson
import pytest
from pydantic import TypeAdapter

from chalicelib.domain.models.figures import FigureList, SeriesList
from chalicelib.domain.statistics.series import CASE_SERIES, SERIES
from chalicelib.jobs import publish_statistics
from chalicelib.store import keys
from chalicelib.store.table import Item, Put
from local.messages import Response
from tests.unit.statistics.samples import raw_fact
from tests.world import World


@pytest.fixture(scope="module")
def world() -> World:
    """A deployment with thirty cases of three services, counted."""
    found = World().init()
    for number in range(30):
        fact = raw_fact(
            f"c{number}",
            jurisdiction="guangan",
            agency="bureau",
            service=f"s{number % 3}",
            opened_on=f"2026-{number % 3 + 7:02d}-01",
            decided_on=f"2026-{number % 3 + 8:02d}-10" if number % 5 else None,
            due_on=f"2026-{number % 3 + 8:02d}-09",
            on_time=bool(number % 2) if number % 5 else None,
        )
        place = keys.case(fact["case_no"])
        mark = keys.statistics_mark(fact["case_no"])
        item: Item = {"pk": place.pk, "sk": place.sk, "version": 1, "fact": orjson.dumps(fact), "fact_place": ""}
        found.memory.commit(Put({**item, **mark}))
    publish_statistics.run(found.wired)
    found.pass_time(minutes=5)
    return found


@pytest.fixture(autouse=True)
def _in_place(world: World) -> None:
    world.restart()


RATE = "/v1/statistics/on_time_rate"


def test_the_list_names_every_series_with_its_definition(world: World) -> None:
    found = world.json("/v1/statistics")
    assert [entry["series"] for entry in found["items"]] == list(SERIES)
    assert found["next"] is None
    SeriesList.model_validate(found)


def test_a_figure_says_what_it_is_of_whom_by_which_definition_and_since_when(world: World) -> None:
    found = world.json(RATE, "period=2026-08&agency=bureau")
    (figure,) = found["items"]
    assert (figure["period"], figure["cell"], figure["jurisdiction"]) == ("2026-08", {"agency": "bureau"}, "guangan")
    assert (figure["numerator"], figure["n"], figure["value"]) == (4, 8, 0.5)
    assert figure["definition"] == {"id": "on_time_rate.1", "url": "/v1/statistics#on_time_rate"}
    assert figure["calendar"].startswith("cn-")
    assert figure["computed_through"] == "2026-08-31"
    assert found["as_of"]["register_index"] is None
    assert found["as_of"]["at"].endswith("+08:00")


@pytest.mark.parametrize("series", CASE_SERIES)
@pytest.mark.parametrize("cell", ["jurisdiction=guangan", "agency=bureau", "service=s1"])
def test_every_figure_is_as_described(world: World, series: str, cell: str) -> None:
    found = world.json(f"/v1/statistics/{series}", f"{cell}&limit=100")
    assert found["items"][0]["period"] == "all"
    TypeAdapter(FigureList).validate_python(found)


def test_the_rate_of_what_was_due_stands_beside_the_rate_of_what_was_decided(world: World) -> None:
    figure = world.json(RATE, "period=all&jurisdiction=guangan")["items"][0]
    path, query = figure["links"]["due_kept_rate"].split("?")
    beside = world.json(path, query)["items"][0]
    assert (figure["n"], beside["n"]) == (24, 30)
    assert beside["value"] < figure["value"]


def test_the_link_of_a_figure_leads_to_it(world: World) -> None:
    figure = world.json("/v1/statistics/backlog", "period=2026-Q3&service=s1")["items"][0]
    path, query = figure["links"]["self"].split("?")
    assert world.json(path, query)["items"] == [figure]


def test_without_a_period_all_periods_come_newest_first_page_by_page(world: World) -> None:
    whole = [item["period"] for item in world.json("/v1/statistics/backlog", "jurisdiction=guangan&limit=100")["items"]]
    assert whole[:5] == ["all", "2026", "2026-Q4", "2026-11", "2026-10"]
    walked, query = [], "jurisdiction=guangan&limit=3"
    while query:
        answer = world.get("/v1/statistics/backlog", query)
        page = orjson.loads(answer.body)
        walked += [item["period"] for item in page["items"]]
        assert (page["next"] is None) == (answer.header("link") is None)
        query = f"jurisdiction=guangan&limit=3&cursor={page['next']}" if page["next"] else ""
    assert walked == whole


def test_a_cell_or_a_period_without_figures_is_an_empty_list(world: World) -> None:
    for query in ("period=2020-01&agency=bureau", "period=all&service=nobody", "agency=nobody"):
        found = world.json(RATE, query)
        assert (found["items"], found["next"]) == ([], None)


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("period=all", ["jurisdiction", "agency", "service", "centre"]),
        ("agency=bureau&service=s1", ["service"]),
        ("agency=bureau&period=2026-13", ["period"]),
        ("agency=bureau&centre=x", ["centre"]),
        ("agency=bureau&agency=bureau", ["agency"]),
        ("agency=bureau&bom=maybe&limit=0", ["bom", "limit"]),
        ("agency=bureau&cursor=AAAA", ["cursor"]),
    ],
)
def test_a_question_that_cannot_be_answered_says_what_is_wrong(world: World, query: str, named: list[str]) -> None:
    answer = world.get(RATE, query)
    assert answer.status == 400
    assert sorted(error["parameter"] for error in orjson.loads(answer.body)["errors"]) == sorted(named)


@pytest.mark.parametrize("path", ["/v1/statistics/rating", f"{RATE}.xml", f"{RATE}.csv.csv", "/v1/statistics/.csv"])
def test_there_is_nothing_at_another_address(world: World, path: str) -> None:
    assert world.get(path, "agency=bureau").status == 404


def test_csv_is_given_by_suffix_and_by_accept_and_holds_what_json_holds(world: World) -> None:
    items = world.json(RATE, "agency=bureau")["items"]
    by_suffix = world.get(f"{RATE}.csv", "agency=bureau")
    by_accept = world.get(RATE, "agency=bureau", accept="text/csv")
    assert by_suffix.body == by_accept.body
    assert header(by_suffix, "content-type") == "text/csv; charset=utf-8; header=present"
    assert "Accept" in header(by_accept, "vary").split(", ")
    rows = list(csv.DictReader(io.StringIO(by_suffix.body.decode(), newline="")))
    assert [(row["period"], row["n"]) for row in rows] == [(item["period"], str(item["n"])) for item in items]


def test_csv_for_spreadsheets_begins_with_a_byte_order_mark(world: World) -> None:
    plain, marked = (world.get(f"{RATE}.csv", f"agency=bureau{end}").body for end in ("", "&bom=true"))
    assert marked == b"\xef\xbb\xbf" + plain


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("*/*", "application/json"),
        ("text/html, application/json;q=0.9, text/csv;q=0.5", "application/json"),
        ("application/json;q=0.4, text/csv;q=0.5", "text/csv"),
        ("text/csv;q=0", "application/json"),
        ("text/csv;q=x", "application/json"),
    ],
)
def test_the_form_is_the_one_that_is_preferred(world: World, accept: str, media_type: str) -> None:
    assert header(world.get(RATE, "agency=bureau", accept=accept), "content-type").startswith(media_type)


def test_json_stat_is_given_by_suffix(world: World) -> None:
    found = world.json(f"{RATE}.jsonstat", "agency=bureau&limit=100")
    assert (found["class"], found["version"]) == ("dataset", "2.0")
    assert found["extension"]["cell"] == {"agency": "bureau"}
    assert world.json(f"{RATE}.jsonstat", "agency=nobody")["value"] == []


def test_a_long_table_goes_on_where_its_link_says(world: World) -> None:
    first = world.get("/v1/statistics/backlog.csv", "jurisdiction=guangan&limit=4")
    target = urlsplit(header(first, "link").split(">")[0].lstrip("<"))
    assert target.path.endswith(".csv")
    assert dict(parse_qsl(target.query))["limit"] == "4"
    second = world.get(target.path, target.query)
    assert second.status == 200
    assert second.body.split(b"\r\n")[0] == first.body.split(b"\r\n")[0]


def test_an_unchanged_answer_is_not_sent_again(world: World) -> None:
    first = world.get(RATE, "agency=bureau")
    assert header(first, "cache-control") == "public, max-age=60"
    again = world.get(RATE, "agency=bureau", if_none_match=header(first, "etag"))
    assert (again.status, again.body) == (304, b"")
    assert world.request("HEAD", RATE, "agency=bureau").body == b""


def test_a_figure_costs_one_read_and_a_page_one_query(world: World) -> None:
    world.get(RATE, "period=all&agency=bureau")
    for query, wanted in (("period=2026-08&agency=bureau", "get"), ("agency=bureau", "query")):
        before = len(world.memory.calls)
        world.get(RATE, query)
        assert [call for call, _ in world.memory.calls[before:]] == [wanted]


def test_before_anything_was_counted_there_is_nothing_and_no_instant() -> None:
    world = World()
    found = world.json(RATE, "agency=bureau")
    assert found == {"items": [], "next": None, "as_of": {"register_index": None, "at": None}}


def test_a_case_from_its_events_to_its_figure(world: World) -> None:
    fresh = World().init()
    fresh.service("s0", limits={"promised": {"value": 5, "unit": "working_day"}})
    fresh.log()
    for number in range(5):
        case = f"n{number}"
        assert fresh.put(f"/v1/intake/cases/{case}", {"service": "s0", "access": "none"}, "bureau-clerk").status == 201
        for name, day in (("accepted", 2 + number), ("decided", 9 + 2 * number)):
            body = {"event": name, "occurred_at": f"2026-11-{day:02d}T09:00:00+08:00"}
            body |= {"outcome": "done"} if name == "decided" else {}
            answer = fresh.put(f"/v1/intake/cases/{case}/events/{name}", body, "bureau-clerk")
            assert answer.status == 201, answer.body
    done = publish_statistics.run(fresh.wired)
    assert (done.cases, done.overtaken) == (5, False)
    fresh.now += timedelta(seconds=20)
    rate = fresh.json(RATE, "period=2026-11&service=s0")["items"][0]
    assert (rate["decided"], rate["with_deadline"], rate["kept"]) == (5, 5, 1)
    duration = fresh.json("/v1/statistics/duration", "period=2026-11&jurisdiction=guangan")["items"][0]
    assert duration["agency_clock"]["n"] == 5
    assert duration["gross_days"]["median"] == 9


def header(answer: Response, name: str) -> str:
    """Return a header of an answer."""
    return answer.header(name) or ""
