"""The what-if calculator: what it says is what a case is told, and what it cannot say it names."""

from typing import Any, get_args

import pytest

from chalicelib.domain.models.cases import SpecialKind
from chalicelib.routes.deadlines import STOPS
from local.messages import Response
from tests.case_world import ACCEPTED, LIMITS, CaseWorld

HEARING = {"kind": "hearing", "legal_basis": {"document": "行政许可法", "article": "第四十五条"}}


@pytest.fixture
def world() -> CaseWorld:
    """Return a deployment whose service s2 is a licence that a hearing may stop."""
    world = CaseWorld().begin()
    world.service("s2", service_kind="licence", limits=LIMITS, special_procedures=[HEARING], effective_on="2026-01-01")
    world.log()
    return world


def ask(world: CaseWorld, query: str, **headers: str) -> Response:
    return world.get("/v1/deadlines/preview", query.replace("+", "%2B"), **headers)


def problems(answer: Response) -> list[tuple[str, str]]:
    assert answer.status == 400
    return sorted((each["parameter"], each["code"]) for each in answer.json()["errors"])


def test_what_it_says_is_what_a_case_with_these_events_is_told(world: CaseWorld) -> None:
    _, token = world.opened("c1")
    world.event("c1", "e1", ACCEPTED)
    case = world.status("c1", token).json()
    found = ask(world, f"service=s1&accepted_at={ACCEPTED['occurred_at']}").json()
    for member in ("service", "handling", "clock", "deadline", "remaining", "status", "accepted_at"):
        assert found[member] == case[member]


def test_silence_becomes_acceptance_when_the_clock_is_moved_past_its_turn(world: CaseWorld) -> None:
    asked = "service=s2&received_at=2026-11-02T09:00:00+08:00&now="
    before = ask(world, asked + "2026-11-09T23:59:59+08:00").json()
    assert (before["status"]["code"], before["clock"]) == ("received", "not_started")
    (limit,) = before["limits"]
    assert (limit["rule"], limit["due_on"]) == ("acceptance_limit", "2026-11-09")
    assert limit["explain"][1]["sentence"]["en"].startswith("The time to say whether it is accepted runs from the day")
    assert before["turns"][0] == {
        "at": "2026-11-10T00:00:00+08:00",
        "rule": "acceptance_limit",
        "colour": "yellow",
        "due": "2026-11-09",
    }
    after = ask(world, asked + "2026-11-10T00:00:00+08:00").json()
    assert (after["status"]["code"], after["accepted_at"]) == ("accepted", "2026-11-02T09:00:00+08:00")
    assert after["deadline"]["due_on"] == "2026-11-09"
    assert [line["code"] for line in after["timeline"]] == ["received", "accepted_deemed"]


def test_a_stop_counts_only_where_the_service_allows_it(world: CaseWorld) -> None:
    stopped = "&accepted_at=2026-11-02&stop_kind=hearing&stop_from=2026-11-03&stop_until=2026-11-05"
    allowed, other = ask(world, "service=s2" + stopped).json(), ask(world, "service=s1" + stopped).json()
    assert (allowed["deadline"]["due_on"], allowed["findings"]) == ("2026-11-11", [])
    assert other["deadline"]["due_on"] == "2026-11-09"
    assert [finding["code"] for finding in other["findings"]] == ["stop_not_allowed"]
    open_still = ask(world, "service=s2&accepted_at=2026-11-02&stop_kind=hearing&stop_from=2026-11-03").json()
    assert open_still["clock"] == "stopped"
    assert "projected_due_on" in open_still["deadline"]


def test_a_request_for_disclosure_starts_anew_with_its_papers_and_is_abandoned_without_them(world: CaseWorld) -> None:
    asked = "service=disclosure_request.bureau&received_at=2026-03-02&supplement_requested_at=2026-03-05"
    came = ask(world, asked + "&supplement_received_at=2026-03-18").json()
    assert came["deadline"]["due_on"] == "2026-04-16"  # Qingming on 6 April
    never = ask(world, asked + "&supplement_due_on=2026-03-20&now=2026-03-21T00:00:00+08:00").json()
    assert never["status"]["code"] == "closed_abandoned"
    extended = ask(world, "service=disclosure_request.bureau&received_at=2026-03-02&extended_on=2026-03-20").json()
    assert extended["deadline"]["due_on"] == "2026-04-28"


def test_a_grant_starts_the_limit_for_handing_out(world: CaseWorld) -> None:
    found = ask(world, "service=s2&accepted_at=2026-11-02&decided_at=2026-11-06").json()
    (issue,) = found["limits"]
    assert (issue["rule"], issue["due_on"]) == ("issue_limit", "2026-11-20")
    handed_out = ask(world, "service=s2&accepted_at=2026-11-02&decided_at=2026-11-06&issued_at=2026-11-21").json()
    assert handed_out["turns"][0]["until"] == "2026-11-21T00:00:00+08:00"


def test_a_year_without_a_calendar_is_said_with_200_and_nothing_is_guessed(world: CaseWorld) -> None:
    answer = ask(world, "service=s1&accepted_at=2026-12-28")
    assert answer.status == 200
    found = answer.json()
    assert "due_on" not in found["deadline"]
    assert found["deadline"]["explain"][-1]["code"] == "calendar_year_missing"
    assert [turn["rule"] for turn in found["turns"]] == ["calendar_year"]
    assert [finding["code"] for finding in found["findings"]] == ["calendar_year_missing"]


def test_it_counts_by_the_version_that_would_bind_the_case_or_by_the_one_asked_for(world: CaseWorld) -> None:
    content = {"agency": "bureau", "title": {"zh": "企业投资项目备案"}, "service_kind": "other_power"}
    shorter = {"promised": {"value": 1, "unit": "working_day"}}
    revised = {**content, "limits": shorter, "effective_on": "2026-11-10"}
    world.act("services", "s1", 2, {"act": "revise", "content": revised})
    asked = "service=s1&accepted_at=2026-11-11"
    assert ask(world, asked).json()["service"]["version"] == 1, "what is not in the register yet is nobody's to see"
    assert problems(ask(world, asked + "&version=2")) == [("version", "bad_parameter")]
    world.log()
    assert ask(world, asked).json()["deadline"]["due_on"] == "2026-11-12"
    assert ask(world, "service=s1&accepted_at=2026-11-09").json()["service"]["version"] == 1
    assert ask(world, asked + "&version=1").json()["deadline"]["due_on"] == "2026-11-18"
    assert ask(world, asked + "&as_of=2026-11-09").json()["service"]["version"] == 1


def test_an_unknown_service_is_404(world: CaseWorld) -> None:
    world.service("s3", limits=LIMITS)
    for service in ("none", "question.nobody", "s3"):
        assert ask(world, f"service={service}&accepted_at=2026-11-02").status == 404


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [("service", "missing_parameter")]),
        (
            "accepted_at=soon&now=2026-11-02&stop_kind=party&version=0&nothing=1",
            [
                ("accepted_at", "bad_parameter"),
                ("nothing", "unknown_parameter"),
                ("now", "bad_parameter"),
                ("service", "missing_parameter"),
                ("stop_kind", "bad_parameter"),
                ("version", "bad_parameter"),
            ],
        ),
        ("service=s1", [("accepted_at", "parameter_missing"), ("received_at", "parameter_missing")]),
        (
            "service=s1&accepted_at=2026-11-02&stop_until=2026-11-03&supplement_due_on=2026-11-05&version=1&as_of=2026-11-01",
            [
                ("as_of", "parameters_exclude"),
                ("stop_until", "parameter_needs_another"),
                ("supplement_due_on", "parameter_needs_another"),
            ],
        ),
        ("service=s1&accepted_at=1969-12-31", [("accepted_at", "bad_parameter")]),
        ("service=s1&accepted_at=2200-01-01T00:00:00Z", [("accepted_at", "bad_parameter")]),
        ("service=s1&accepted_at=9999-12-31T23:59:59-23:59", [("accepted_at", "bad_parameter")]),
        ("service=s1&accepted_at=0001-01-01T00:00:00%2B14:00", [("accepted_at", "bad_parameter")]),
    ],
)
def test_every_parameter_that_is_wrong_is_named(world: CaseWorld, query: str, expected: list[Any]) -> None:
    assert problems(ask(world, query)) == expected


def test_the_answer_may_be_cached_and_is_304_while_it_holds(world: CaseWorld) -> None:
    query = "service=s1&accepted_at=2026-11-02"
    first = ask(world, query)
    assert first.header("cache-control") == "public, max-age=60"
    etag = str(first.header("etag"))
    world.pass_time(hours=3)
    assert ask(world, query, If_None_Match=etag).status == 304


def test_the_procedures_that_may_be_supposed_are_those_of_the_events() -> None:
    assert (*get_args(SpecialKind), "consulting") == STOPS
