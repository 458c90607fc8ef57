"""The deployed artefact over HTTP, from the operator's first key to what the public reads.

What the emulator cannot show (CORS of preflights and of gateway answers, bodies that are not text, TTL, PITR) is asserted
on the templates. Here it is whether the packaged program, its roles' names, triggers and settings fit together.
"""

import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from glasshall.errors import ProblemError

from tests.e2e.deployment import Deployment, Reply
from tests.world import public_key_base64

BUREAU = {"name": {"zh": "区经信局", "en": "Economy Bureau"}, "level": "department", "parent": "guangan"}
SERVICE = {
    "agency": "bureau",
    "title": {"zh": "企业投资项目备案", "en": "Filing of an investment project"},
    "service_kind": "other_power",
    "limits": {"promised": {"value": 5, "unit": "working_day"}},
}
DISCLOSURE = {"agency": "bureau", "title": {"zh": "通知"}, "category": "plans", "body": {"zh": "全文" * 400}}
REVIEW = {"reviewer": "office", "result": "cleared"}


def key(agency: str, key_id: str, person: str, roles: list[str]) -> dict[str, Any]:
    """Return the act that registers a key."""
    body = {"act": "register", "agency": agency, "person": person, "roles": roles}
    return {**body, "public_key": public_key_base64(key_id)}


@pytest.fixture(scope="module")
def loaded(deployment: Deployment) -> Deployment:
    """An agency with its keys, a service and a disclosure, all sent by the real client and logged by the deployed job."""
    deployment.act("root-keys", "keys", "root-clerk", 1, key("guangan", "root-clerk", "Li", ["clerk"]))
    deployment.act("root-keys", "keys", "root-approver", 1, key("guangan", "root-approver", "Zhao", ["approver"]))
    deployment.act("root-clerk", "agencies", "bureau", 1, {"act": "register", "content": BUREAU})
    deployment.act("root-clerk", "services", "filing", 1, {"act": "publish", "content": SERVICE})
    submitted = deployment.act("root-clerk", "disclosures", "notice", 1, {"act": "submit", "content": DISCLOSURE})
    approval = {"act": "approve", "approves_sha256": submitted.sha256, "secrecy_review": REVIEW}
    deployment.act("root-approver", "disclosures", "notice", 2, approval)
    deployment.act("root-clerk", "disclosures", "notice", 3, {"act": "publish"})
    deployment.invoke("log-register")
    return deployment


def test_every_function_of_the_program_stands_with_its_own_role_and_settings(deployment: Deployment) -> None:
    functions = deployment.service("lambda").list_functions()["Functions"]
    assert {each["FunctionName"] for each in functions} == {
        *(f"glasshall-e2e-{name}" for name in ("advance-clocks", "api", "build-search", "check-attachments")),
        *(f"glasshall-e2e-{name}" for name in ("deliver-webhooks", "harvest", "log-register", "publish-statistics")),
        *(f"glasshall-e2e-{name}" for name in ("erase-records", "rebuild", "write-exports")),
    }
    assert len({each["Role"] for each in functions}) == len(functions)
    for each in functions:
        told = each["Environment"]["Variables"]
        assert {name: told[name] for name in told if name in deployment.environment} == {
            name: deployment.environment[name] for name in told if name in deployment.environment
        }


def test_the_jobs_have_their_timers_and_the_nightly_one_says_so(deployment: Deployment) -> None:
    events = deployment.service("events")
    rules = {rule["Name"]: rule for rule in events.list_rules()["Rules"]}
    targets = [
        (rule.get("ScheduleExpression", "a file arrives"), target["Arn"].rsplit(":", 1)[1], target.get("Input"))
        for name, rule in rules.items()
        for target in events.list_targets_by_rule(Rule=name)["Targets"]
    ]
    assert sorted(targets, key=str) == [
        ("a file arrives", "glasshall-e2e-check-attachments", None),
        ("cron(10 17 * * ? *)", "glasshall-e2e-publish-statistics", '{"nightly":true}'),
        ("cron(40 18 * * ? *)", "glasshall-e2e-write-exports", '{"nightly":true}'),
        ("rate(1 hour)", "glasshall-e2e-publish-statistics", None),
        ("rate(1 hour)", "glasshall-e2e-write-exports", None),
        ("rate(1 minute)", "glasshall-e2e-build-search", None),
        ("rate(1 minute)", "glasshall-e2e-deliver-webhooks", None),
        ("rate(1 minute)", "glasshall-e2e-log-register", None),
        ("rate(15 minutes)", "glasshall-e2e-advance-clocks", None),
        ("rate(15 minutes)", "glasshall-e2e-check-attachments", None),
        ("rate(5 minutes)", "glasshall-e2e-erase-records", None),
        ("rate(5 minutes)", "glasshall-e2e-harvest", None),
    ]


def test_it_answers(deployment: Deployment) -> None:
    assert deployment.read("/v1/health") == {"status": "ok"}


def test_an_address_nobody_declared_never_reaches_the_program(deployment: Deployment) -> None:
    assert deployment.request("GET", "/v1/nothing").status in (403, 404)  # 404 by a gateway response the emulator lacks


def test_an_id_that_cannot_be_is_not_found_by_the_program(deployment: Deployment) -> None:
    reply = deployment.request("GET", "/v1/agencies/-")
    assert (reply.status, reply.headers["Content-Type"]) == (404, "application/problem+json")


def test_what_was_uploaded_stands_in_the_lists_and_as_items(loaded: Deployment) -> None:
    assert {item["id"] for item in loaded.read("/v1/agencies")["items"]} == {"guangan", "bureau"}
    assert [item["id"] for item in loaded.read("/v1/services?agency=bureau")["items"]] == ["filing"]
    assert [item["id"] for item in loaded.read("/v1/disclosures?category=plans")["items"]] == ["notice"]
    service = loaded.read("/v1/services/filing")
    assert (service["title"], service["version"]) == (SERVICE["title"], 1)
    assert loaded.read("/v1/disclosures/notice")["body"] == DISCLOSURE["body"]


def test_the_register_tells_every_public_act_once_and_in_order(loaded: Deployment) -> None:
    changes = loaded.read("/v1/changes?limit=100")["items"]
    assert [each["index"] for each in changes] == list(range(len(changes)))
    told = {(each["kind"], each["id"], each["act"]) for each in changes}
    assert {("agency", "guangan", 1), ("service", "filing", 1), ("disclosure", "notice", 3)} <= told
    assert "key" not in {kind for kind, _, _ in told}


def test_a_page_goes_on_where_its_cursor_says(loaded: Deployment) -> None:
    first = loaded.read("/v1/agencies?limit=1")
    second = loaded.read(f"/v1/agencies?limit=1&cursor={first['next']}")
    assert {first["items"][0]["id"], second["items"][0]["id"]} == {"guangan", "bureau"}


def test_a_known_etag_is_answered_without_a_body_and_head_sends_none(loaded: Deployment) -> None:
    reply = loaded.request("GET", "/v1/services/filing")
    again = loaded.request("GET", "/v1/services/filing", {"If-None-Match": reply.headers["ETag"]})
    assert (again.status, again.body) == (304, b"")
    head = loaded.request("HEAD", "/v1/services/filing")
    assert (head.status, head.body, head.headers["ETag"]) == (200, b"", reply.headers["ETag"])


def test_the_same_bytes_again_give_the_same_receipt_and_other_bytes_at_that_place_a_conflict(
    loaded: Deployment,
) -> None:
    body = {"act": "publish", "content": SERVICE}
    again = loaded.act("root-clerk", "services", "filing", 1, body)
    assert (again.new, again.register_status) == (False, "logged")
    with pytest.raises(ProblemError) as refused:
        loaded.act("root-clerk", "services", "filing", 1, {**body, "synthetic": True})
    assert refused.value.status == 409
    assert len(loaded.read("/v1/services")["items"]) == 1


def test_a_dry_run_writes_nothing(loaded: Deployment) -> None:
    body = {"act": "publish", "content": SERVICE}
    assert loaded.by("root-clerk").put_act("services", "dry", 1, body, dry_run=True).id == "dry"
    assert loaded.request("GET", "/v1/services/dry").status == 404
    loaded.invoke("log-register")
    assert loaded.request("GET", "/v1/services/dry").status == 404


def test_what_nobody_signed_or_another_agency_signed_is_refused(loaded: Deployment) -> None:
    path = "/v1/intake/services/other/acts/1"
    body = json.dumps({"act": "publish", "content": {**SERVICE, "agency": "guangan"}}).encode()
    assert loaded.request("PUT", path, {"Content-Type": "application/json"}, body).status == 401
    loaded.act("root-keys", "keys", "bureau-clerk", 1, key("bureau", "bureau-clerk", "Chen", ["clerk"]))
    with pytest.raises(ProblemError) as refused:
        loaded.act("bureau-clerk", "services", "other", 1, json.loads(body))
    assert refused.value.status == 403


def test_the_tables_stream_wakes_the_register_job_by_itself(loaded: Deployment) -> None:
    loaded.act("root-clerk", "services", "by-stream", 1, {"act": "publish", "content": SERVICE})
    reply = loaded.wait_for("/v1/services/by-stream", lambda reply: reply.status == 200)
    assert reply.document()["id"] == "by-stream"


def test_words_and_filters_together_are_looked_up_in_what_the_job_built(loaded: Deployment) -> None:
    loaded.invoke("log-register")
    built = loaded.invoke("build-search")
    assert built["size"] == len(loaded.read("/v1/changes?limit=1000")["items"])
    found = loaded.read("/v1/disclosures?q=%E9%80%9A%E7%9F%A5&agency=bureau,guangan&count=true")
    assert [item["id"] for item in found["items"]] == ["notice"]
    assert found["count"] == {"value": 1, "relation": "exact"}
    assert found["items"][0]["snippet"] == [{"text": "通知", "hit": True}]


def test_a_rebuild_of_everything_finds_what_is_served_byte_for_byte(loaded: Deployment) -> None:
    loaded.invoke("log-register")
    found = loaded.invoke("rebuild")
    assert found["differing"] == []
    assert found["entries"] == len(loaded.read("/v1/changes?limit=1000")["items"])


# Cases

REGISTRATION = {"service": "filing", "access": "code"}
RECEIVED = {"event": "received", "occurred_at": "2025-11-20T10:00:00+08:00"}
ACCEPTED = {"event": "accepted", "occurred_at": "2025-11-20T11:00:00+08:00"}
DECIDED = {"event": "decided", "occurred_at": "2025-11-24T09:00:00+08:00", "outcome": "granted"}


def exchange(deployment: Deployment, case_no: str, code: str) -> Reply:
    """Ask for a token."""
    body = json.dumps({"query_code": code}).encode()
    return deployment.request("POST", f"/v1/cases/{case_no}/tokens", {"Content-Type": "application/json"}, body)


def test_a_case_goes_from_its_registration_to_what_its_holder_sees(loaded: Deployment) -> None:
    clerk = loaded.by("root-clerk")
    code = clerk.register_case("101", REGISTRATION).document["query_code"]
    for name, event in (("e1", RECEIVED), ("e2", ACCEPTED), ("e3", DECIDED)):
        assert clerk.put_event("101", name, event).new
    assert loaded.request("GET", "/v1/cases/101").status == 401
    given = exchange(loaded, "101", code)
    assert given.status == 201
    bearer = {"Authorization": f"Bearer {given.document()['token']}"}
    status = loaded.request("GET", "/v1/cases/101", bearer)
    assert (status.status, status.headers["Cache-Control"]) == (200, "private, no-cache")
    assert [each["code"] for each in status.document()["timeline"]] == [
        *("received", "accepted", "decided_granted"),
    ]


def test_what_is_wrong_raises_a_card_that_anybody_can_read(loaded: Deployment) -> None:
    clerk = loaded.by("root-clerk")
    clerk.register_case("104", {**REGISTRATION, "access": "none"})
    time.sleep(0.1)
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    clerk.put_event("104", "e1", {"event": "decided", "occurred_at": at, "outcome": "refused"})
    time.sleep(0.1)
    done = loaded.invoke("advance-clocks")
    assert (done["failed"], done["raised"]) == (0, 2)  # without reasons, and without remedies
    loaded.invoke("log-register")
    shown = loaded.read("/v1/supervision?agency=bureau")["items"]
    assert {"decided_without_reasons", "refused_without_remedies"} <= {card["rule"] for card in shown}


def test_an_event_sent_again_is_the_same_event(loaded: Deployment) -> None:
    clerk = loaded.by("root-clerk")
    clerk.register_case("102", {**REGISTRATION, "access": "none"})
    first = clerk.put_event("102", "e1", RECEIVED)
    again = clerk.put_event("102", "e1", RECEIVED)
    assert (first.new, again.new, again.sha256, again.received_at) == (True, False, first.sha256, first.received_at)


def test_a_wrong_code_and_an_unknown_case_are_answered_alike(loaded: Deployment) -> None:
    loaded.by("root-clerk").register_case("103", REGISTRATION)
    wrong = exchange(loaded, "103", "0000-0000-000")
    unknown = exchange(loaded, "999", "0000-0000-000")
    assert (wrong.status, unknown.status) == (404, 404)
    assert wrong.body.replace(b"103", b"") == unknown.body.replace(b"999", b"")


def test_every_line_of_a_batch_has_its_fate_and_a_repeated_batch_changes_nothing(loaded: Deployment) -> None:
    lines = [
        {"register": {"case_no": "b1", **REGISTRATION, "access": "none"}},
        {"event": {"case_no": "b1", "event_id": "e1", **RECEIVED}},
        {"event": {"case_no": "b1", "event_id": "e2", "event": "no such event", "occurred_at": "2025-11-20T10:00:00Z"}},
    ]
    raw = [json.dumps(line).encode() for line in lines]
    outcomes = [[line.outcome for line in loaded.by("root-clerk").send_batch(raw).lines] for _ in range(2)]
    assert outcomes == [["stored", "stored", "refused"], ["already", "already", "refused"]]


def test_the_deployments_own_secret_seals_cursors_and_tokens(loaded: Deployment) -> None:
    secret = loaded.service("secretsmanager").get_secret_value(SecretId=loaded.deployed.data["DeploymentSecretName"])
    assert len(secret["SecretString"]) == 64
    assert loaded.request("GET", "/v1/agencies?cursor=bm9uZQ").status == 400


# Statistics


def test_decided_cases_become_figures_that_the_public_reads_as_json_and_csv(loaded: Deployment) -> None:
    loaded.act("root-clerk", "services", "counted", 1, {"act": "publish", "content": SERVICE})
    lines: list[dict[str, Any]] = []
    for number in range(12):
        case_no = f"s{number}"
        lines.append({"register": {"case_no": case_no, "service": "counted", "access": "none"}})
        events = enumerate((RECEIVED, ACCEPTED, DECIDED))
        lines += [{"event": {"case_no": case_no, "event_id": f"e{place}", **event}} for place, event in events]
    answer = loaded.by("root-clerk").send_batch([json.dumps(line).encode() for line in lines])
    assert answer.count("stored") == len(lines)
    loaded.invoke("publish-statistics", {"nightly": True})
    (figure,) = loaded.read("/v1/statistics/promise_kept_rate?service=counted&period=2025-11")["items"]
    assert (figure["n"], figure["numerator"], figure["value"]) == (12, 12, 1.0)
    assert loaded.invoke("publish-statistics")["cases"] == 0  # nothing waits any more
    table = loaded.request("GET", "/v1/statistics/promise_kept_rate.csv?service=counted&period=2025-11")
    assert table.headers.get_content_type() == "text/csv"
    assert table.body.count(b"2025-11") >= 1
    assert "promise_kept_rate" in {each["series"] for each in loaded.read("/v1/statistics")["items"]}
