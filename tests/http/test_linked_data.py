"""What is served as linked data conforms to the profile it names, is whole in itself, and says what the record says."""

from datetime import date, timedelta
from typing import Any

import orjson
import pytest

from chalicelib.domain import cpsv
from tests.linked_data import CPSV_AP, parsed, violations
from tests.world import World

DCT, CV = "http://purl.org/dc/terms/", "http://data.europa.eu/m8g/"
FULL: dict[str, Any] = {
    "title": {"zh": "企业投资项目备案", "en": "Filing of an investment project"},
    "service_kind": "licence",
    "legal_basis": [
        {"document": "行政许可法", "article": "第三十条", "url": "https://example.org/law"},
        {"document": "备案管理办法"},
    ],
    "conditions": [{"zh": "项目不在核准目录内。", "en": "It is not on the list."}, {"zh": "已登记。"}],
    "applicants": ["legal_person", "natural_person", "other"],
    "handling": "promised",
    "channels": ["window", "online", "post", "phone", "elsewhere"],
    "limits": {"statutory": {"value": 20, "unit": "working_day"}, "promised": {"value": 5, "unit": "working_day"}},
    "fees": [
        {
            "name": {"zh": "工本费", "en": "Cost of the certificate"},
            "amount_fen": 1050,
            "basis": {"document": "收费目录", "article": "一"},
            "reduction": {"zh": "小微企业免收"},
        },
        {"name": {"zh": "检测费"}, "basis": {"document": "收费目录"}},
        {"name": {"zh": "免费"}, "amount_fen": 0, "basis": {"document": "收费目录"}},
    ],
    "materials": [
        {"name": {"zh": "营业执照", "en": "Licence"}, "form": "copy", "sample_url": "https://example.org/sample"},
        {"name": {"zh": "申请书"}, "may_follow": True, "when": {"zh": "受理时"}},
    ],
    "steps": [{"stage": "accept"}, {"stage": "review", "agency": "traffic"}, {"stage": "decide"}],
    "result": {"name": {"zh": "备案证明"}, "validity": {"zh": "长期"}, "sample_url": "https://example.org/result"},
    "responsible": {"post": {"zh": "投资股"}, "phone": "0826-2222223"},
    "first_contact": {"post": {"zh": "综合窗口", "en": "General window"}},
    "complaint": {"phone": "12345", "url": "https://example.org/complain"},
    "windows": [{"window": "A12"}, {"window": "A13"}],
    "life_events": ["birth", "housing"],
}
SERVICES: dict[str, dict[str, Any]] = {
    "full": FULL,
    "bare": {},
    "hours": {"title": {"zh": "查询"}, "handling": "immediate", "limits": {"statutory": {"value": 2, "unit": "hour"}}},
    "months": {"title": {"zh": "规划"}, "limits": {"promised": {"value": 3, "unit": "month"}}},
    "gone": FULL,
}


@pytest.fixture(scope="module")
def filled() -> World:
    """Return a deployment with services of every sort."""
    world = World().init()
    traffic = {"name": {"zh": "区交通局"}, "level": "department", "parent": "guangan"}
    world.act("agencies", "traffic", 1, {"act": "register", "content": traffic})
    for name, content in SERVICES.items():
        world.service(name, **content)
    world.act("services", "gone", 2, {"act": "withdraw", "reason": {"zh": "取消"}}, "bureau-clerk")
    world.log()
    return world


@pytest.fixture
def world(filled: World) -> World:
    """Return the deployment as this test's own process."""
    filled.restart()
    return filled


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_conforms_to_cpsv_ap(world: World, service: str) -> None:
    answer = world.get(f"/v1/services/{service}.jsonld")
    assert answer.status == 200
    assert dict(answer.headers)["Content-Type"] == "application/ld+json"
    assert violations(parsed(answer.body), CPSV_AP) == ""


def test_the_shapes_find_what_is_wrong(world: World) -> None:
    document = world.json("/v1/services/full.jsonld")
    for broken in (
        {**document, "description": "no language"},
        {name: value for name, value in document.items() if name != "hasCompetentAuthority"},
        {**document, "processingTime": ["P1D", "P2D"]},
        {**document, "hasChannel": [{"@id": "https://example.org/c", "@type": "cv:Channel"}]},
    ):
        assert "Constraint Violation" in violations(parsed(orjson.dumps(broken)), CPSV_AP)


def test_a_service_is_read_as_the_record_says_it(world: World) -> None:
    from rdflib import Literal, URIRef

    graph = parsed(world.get("/v1/services/full.jsonld").body)
    own = URIRef("http://127.0.0.1:8000/v1/services/full")
    titles = set(graph.objects(own, URIRef(f"{DCT}title")))
    assert titles == {Literal(text, lang=language) for language, text in FULL["title"].items()}
    described = {text.language: str(text) for text in graph.objects(own, URIRef(f"{DCT}description"))}
    assert described["zh"] == "行政许可，承诺件，承诺5个工作日，法定20个工作日。"
    assert described["en"].endswith("5 working days promised, 20 working days by law.")
    authority = graph.value(own, URIRef(f"{CV}hasCompetentAuthority"))
    assert authority == URIRef("http://127.0.0.1:8000/v1/agencies/bureau")
    costs = {graph.value(c, URIRef(f"{CV}hasValue")) for c in graph.objects(own, URIRef(f"{CV}hasCost"))}
    assert {float(cost) for cost in costs if cost is not None} == {10.5, 0.0}
    laws = set(graph.objects(own, URIRef(f"{CV}hasLegalResource")))
    (rule,) = graph.objects(own, URIRef("http://purl.org/vocab/cpsv#follows"))
    assert set(graph.objects(rule, URIRef("http://purl.org/vocab/cpsv#implements"))) == laws
    assert len(laws) == 2
    limits = world.json("/v1/services/full.jsonld")["limits"]
    assert limits == world.json("/v1/services/full")["limits"]


def test_a_service_as_it_stood_is_linked_data_too(world: World) -> None:
    assert world.get("/v1/services/gone.jsonld", "as_of=2026-11-23").status == 200
    assert world.get("/v1/services/gone.jsonld", "as_of=2001-01-01").status == 404
    assert world.get("/v1/services/none.jsonld").status == 404


def test_it_costs_one_read_more_for_the_names_of_the_agencies(world: World) -> None:
    world.memory.calls.clear()
    world.get("/v1/services/full.jsonld")
    assert [call for call, _ in world.memory.calls] == ["get", "get_many"]


@pytest.mark.parametrize("days", range(1, 41))
def test_a_processing_time_of_working_days_is_never_shorter_than_the_promise(days: int) -> None:
    told = int(cpsv.duration({"value": days, "unit": "working_day"})[1:-1])
    for start in range(7):  # accepted on any day of a week without a holiday
        accepted = date(2026, 3, 2) + timedelta(days=start)
        day, left = accepted, days
        while left:
            day += timedelta(days=1)
            left -= day.weekday() < 5
        assert (day - accepted).days <= told
    assert told <= days + 2 * (days // 5 + 1)


def test_other_limits_are_told_as_they_are() -> None:
    told = {unit: cpsv.duration({"value": 3, "unit": unit}) for unit in ("hour", "day", "month")}
    assert told == {"hour": "PT3H", "day": "P3D", "month": "P3M"}
    assert cpsv.spoken({"value": 1, "unit": "hour"}) == ("1小时", "1 hour")
