"""The status of cases over HTTP: only what it may say, an ETag that holds, many at once."""

import subprocess
import sys
from typing import Any

import pytest

from chalicelib.domain.codes import sentences
from chalicelib.domain.models.case_answers import CaseStatus
from chalicelib.routes.endpoint import ENDPOINTS
from tests.case_world import ACCEPTED, DECIDED, CaseWorld
from tests.world import ROOT

FIELDS = set(CaseStatus.model_fields)


@pytest.fixture
def world() -> CaseWorld:
    """Return a deployment."""
    return CaseWorld().begin()


def test_a_status_says_the_deadline_the_next_step_and_a_sentence_in_both_languages(world: CaseWorld) -> None:
    _, token = world.opened("c1")
    world.event("c1", "e1", ACCEPTED)
    found = world.status("c1", token).json()
    assert found["status"] == {
        "code": "accepted",
        "since": "2026-11-20T10:00:00+08:00",
        "sentence": {
            "zh": "您的申请已受理，正在办理。",
            "en": "Your application has been accepted and is being handled.",
        },
        "short": {"zh": "申请已受理", "en": "Application accepted"},
    }
    assert found["deadline"]["due_on"] == "2026-11-27"
    assert found["remaining"] == {"value": 4, "unit": "working_day", "as_of": "2026-11-23"}
    assert found["service"] == {"id": "s1", "version": 1, "title": {"zh": "企业投资项目备案"}}
    assert found["updated_at"].endswith("+08:00")


def test_a_status_holds_no_field_beyond_the_list_and_nothing_that_is_null(world: CaseWorld) -> None:
    _, token = world.opened("c1")
    for number, body in enumerate((ACCEPTED, DECIDED)):
        world.event("c1", f"e{number}", body)
        found = world.status("c1", token).json()
        assert found.keys() <= FIELDS
        assert None not in found.values()
        CaseStatus.model_validate(found)


def test_the_etag_holds_until_the_case_or_the_day_changes(world: CaseWorld) -> None:
    _, token = world.opened("c1")
    world.event("c1", "e1", ACCEPTED)
    first = world.status("c1", token)
    etag = str(first.header("etag"))
    world.pass_time(hours=3)
    same = world.status("c1", token, If_None_Match=etag)
    assert (same.status, same.body, same.header("etag")) == (304, b"", etag)
    assert same.header("cache-control") == "private, no-cache"
    world.pass_time(days=1)
    assert world.status("c1", token, If_None_Match=etag).status == 200
    etag = str(world.status("c1", token).header("etag"))
    world.event("c1", "e2", DECIDED)
    assert world.status("c1", token, If_None_Match=etag).status == 200
    assert world.get("/v1/cases/c1", If_None_Match=etag).status == 401


def test_head_answers_as_get_does_without_a_body(world: CaseWorld) -> None:
    _, token = world.opened("c1")
    headers = (("Authorization", f"Bearer {token}"),)
    head = world.request("HEAD", "/v1/cases/c1", headers=headers)
    assert (head.status, head.body, head.header("etag")) == (200, b"", world.status("c1", token).header("etag"))
    assert world.request("HEAD", "/v1/cases/c1").status == 401


def test_the_status_is_read_with_one_call_of_one_item(world: CaseWorld) -> None:
    _, token = world.opened("c1")
    world.status("c1", token)  # looks for an estimate, once in five minutes for a service
    world.memory.calls.clear()
    world.status("c1", token)
    assert [call for call, _ in world.memory.calls] == ["get"]
    world.memory.calls.clear()
    world.status("c1", "v1.1.1.x")
    assert world.memory.calls == []


def test_reading_a_status_imports_no_model_and_no_signing() -> None:
    program = (
        "import sys\n"
        "from chalicelib.routes import cases, codes\n"
        "from chalicelib.store import case_codes, case_statuses\n"
        "from chalicelib.domain.cases import splice\n"
        "heavy = {'pydantic', 'http_message_signatures', 'http_sf', 'cryptography'} & set(sys.modules)\n"
        "sys.exit(f'imported: {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_many_cases_come_in_the_order_asked_for_and_unchanged_ones_say_so(world: CaseWorld) -> None:
    tokens = {case_no: world.opened(case_no)[1] for case_no in ("a", "b")}
    world.event("a", "e1", ACCEPTED)
    etag = str(world.status("a", tokens["a"]).header("etag"))
    world.memory.calls.clear()
    answer = world.many(
        {
            "cases": [
                {"case_no": "b", "token": tokens["b"]},
                {"case_no": "a", "token": tokens["a"], "etag": etag},
                {"case_no": "a", "token": tokens["a"], "etag": '"another"'},
                {"case_no": "a", "token": tokens["b"]},
                {"case_no": "nobody", "token": tokens["b"]},
                {"case_no": "a/b%", "token": "x"},
            ]
        }
    )
    assert answer.status == 200
    assert [call for call, _ in world.memory.calls] == ["get_many"]
    b, unchanged, changed, *wrong = answer.json()["cases"]
    assert b["case"] == world.status("b", tokens["b"]).json()
    assert unchanged == {"case_no": "a", "etag": etag, "poll_after_seconds": 900, "unchanged": True}
    assert (changed["etag"], changed["case"]["case_no"]) == (etag, "a")
    assert [entry["case_no"] for entry in wrong] == ["a", "nobody", "a/b%"]
    assert all(entry["problem"] == wrong[0]["problem"] for entry in wrong)
    assert wrong[0]["problem"]["status"] == 401


@pytest.mark.parametrize("spelt", ["{}", "W/{}", "{}-gzip"])
def test_an_etag_is_compared_weakly_among_many(world: CaseWorld, spelt: str) -> None:
    _, token = world.opened("a")
    etag = spelt.format(str(world.status("a", token).header("etag")))
    (entry,) = world.many({"cases": [{"case_no": "a", "token": token, "etag": etag}]}).json()["cases"]
    assert entry.get("unchanged") is True or spelt == "{}-gzip"


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"cases": []},
        {"cases": {}},
        {"cases": [{"case_no": "a", "token": "t"}] * 51},
        {"cases": ["a"]},
        {"cases": [{"case_no": "a"}]},
        {"cases": [{"case_no": "a", "token": None}]},
        {"cases": [{"case_no": 1, "token": "t"}]},
        {"cases": [{"case_no": "a", "token": "t", "code": "x"}]},
        {"cases": [{"case_no": "a", "token": "t", "etag": 1}]},
        {"cases": [{"case_no": "a", "token": "t"}], "more": 1},
    ],
)
def test_a_question_for_many_that_is_not_one_is_400(world: CaseWorld, body: Any) -> None:
    answer = world.many(body)
    assert answer.status == 400
    assert answer.json()["errors"]


def test_code_lists_are_versioned_cacheable_and_complete(world: CaseWorld) -> None:
    lists = world.json("/v1/codes")["lists"]
    assert {entry["list"] for entry in lists} >= {"status", "event", "category", "finding", "explanation", "procedure"}
    for entry in lists:
        answer = world.get(entry["url"])
        found = answer.json()
        assert answer.status == 200
        assert str(answer.header("cache-control")).startswith("public, max-age=")
        assert found["version"].startswith("20")
        assert len({code["code"] for code in found["codes"]}) == len(found["codes"])
        assert all(code["zh"] and code["en"] for code in found["codes"])
    for code in world.json("/v1/codes/status")["codes"]:
        assert all(len(code["short"][language]) <= 40 for language in ("zh", "en"))
    assert world.get("/v1/codes/nothing").status == 404


def test_where_to_complain_of_an_agency_without_a_channel_is_said_by_the_one_above(world: CaseWorld) -> None:
    _, token = world.opened("c1")
    assert "complaint" not in world.status("c1", token).json()
    world.act("agencies", "guangan", 2, {"act": "amend", "content": {**ROOT, "complaint": {"phone": "0826-12345"}}})
    world.event("c1", "e1", ACCEPTED)
    assert world.status("c1", token).json()["complaint"] == {"phone": "0826-12345"}


def test_what_the_holder_may_do_is_what_the_program_takes(world: CaseWorld) -> None:
    _, token = world.opened("c1")
    assert world.status("c1", token).json()["can"] == ["subscribe"]
    assert world.get("/v1/cases/c1/receipt", authorization=f"Bearer {token}").status == 404
    world.event("c1", "e1", ACCEPTED)
    assert world.status("c1", token).json()["can"] == ["receipt", "subscribe"]
    assert world.get("/v1/cases/c1/receipt", authorization=f"Bearer {token}").status == 200
    paths = {endpoint.path for endpoint in ENDPOINTS}
    places = {"rate": "ratings/{uuid}", "receipt": "receipt", "subscribe": "subscriptions/{subscription_id}"}
    assert places.keys() == sentences("can").keys()
    assert {f"/v1/cases/{{case_no}}/{place}" for place in places.values()} <= paths
