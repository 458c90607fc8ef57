"""The client on the wire: what it signs and sends, what it repeats, what it makes of answers."""

import gzip
import hashlib
import json
from datetime import UTC, datetime

import pytest
from glasshall import Client, ConnectionFailedError, Pacing, ProblemError, UnexpectedAnswerError, UsageError

from tests.unit.client.conftest import Deployment, key
from tests.unit.client.intake_server import Reply, lose_answer, problem

ACT = {"act": "publish", "content": {"title": {"zh": "企业投资项目备案"}}}


def test_a_write_arrives_signed_over_its_exact_bytes(deployment: Deployment) -> None:
    receipt = deployment.client().put_act("services", "511A", 1, ACT)
    (seen,) = deployment.intake.seen  # the server verified the signature before it answered
    assert (seen.method, seen.target, seen.tag, seen.key_id) == (
        "PUT",
        "/v1/intake/services/511A/acts/1",
        "glasshall-intake",
        "clerk",
    )
    assert seen.body == json.dumps(ACT, ensure_ascii=False, separators=(",", ":")).encode()
    assert (receipt.new, receipt.id, receipt.sha256) == (True, "511A", hashlib.sha256(seen.body).hexdigest())
    assert (receipt.register_index, receipt.register_status) == (None, "pending")


def test_bytes_are_sent_as_they_stand(deployment: Deployment) -> None:
    deployment.client().put_act("services", "511A", 1, b'{ "act":"publish" }\n')
    assert deployment.intake.seen[0].body == b'{ "act":"publish" }\n'


def test_a_dry_run_is_the_same_request_under_another_tag(deployment: Deployment) -> None:
    receipt = deployment.client().put_act("services", "511A", 1, ACT, dry_run=True)
    assert (receipt.new, deployment.intake.seen[0].tag) == (False, "glasshall-dry-run")
    assert deployment.intake.stored == {}


def test_the_same_bytes_again_are_a_replay_and_other_bytes_a_problem(deployment: Deployment) -> None:
    client = deployment.client()
    assert client.put_act("services", "511A", 1, ACT).new
    assert not client.put_act("services", "511A", 1, ACT).new
    with pytest.raises(ProblemError) as caught:
        client.put_act("services", "511A", 1, {"act": "withdraw"})
    assert (caught.value.status, caught.value.codes) == (409, ("place-taken",))


def test_a_case_and_its_event_go_to_their_own_places(deployment: Deployment) -> None:
    client = deployment.client()
    receipt = client.register_case("C-1", {"service": "s", "access": "code"})
    client.put_event("C-1", "accepted", {"event": "accepted"})
    assert receipt.document["query_code"] == "ABCD-EFGH-JKM"
    assert "ABCD" not in repr(receipt)
    assert [seen.target for seen in deployment.intake.seen] == [
        "/v1/intake/cases/C-1",
        "/v1/intake/cases/C-1/events/accepted",
    ]


def test_a_refusal_names_every_reason_with_its_place(deployment: Deployment) -> None:
    deployment.intake.refuse = lambda path, document: "agency_unknown"
    with pytest.raises(ProblemError) as caught:
        deployment.client().put_act("services", "511A", 1, ACT)
    assert caught.value.codes == ("agency_unknown",)
    assert str(caught.value) == "422 It is refused: no\n  /content: not so [agency_unknown]"


def test_a_lost_answer_is_asked_for_again_with_the_same_bytes(deployment: Deployment) -> None:
    deployment.intake.faults = [lose_answer]
    receipt = deployment.client().put_act("services", "511A", 1, ACT)
    first, second = deployment.intake.seen
    assert first.body == second.body
    assert not receipt.new, "the first try had stored it"
    assert deployment.waits == [0.5]


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_busy_server_is_asked_again_after_as_long_as_it_says(deployment: Deployment, status: int) -> None:
    busy = problem(status, "unavailable", "busy")
    deployment.intake.faults = [lambda seen: Reply(status, busy.document, {**busy.headers, "Retry-After": "7"})]
    assert deployment.client().put_act("services", "511A", 1, ACT).new
    assert deployment.waits == [7.0]


def test_a_retry_after_beyond_all_counting_asks_for_nothing() -> None:
    from glasshall.wire import retry_after

    for text in (f"Mon, 23 Nov {'9' * 20} 10:00:00 GMT", f"Mon, 23 Nov 2026 10:00:00 +{'9' * 20}"):
        assert retry_after(text, datetime(2026, 11, 23, tzinfo=UTC)) is None


def test_retry_after_may_be_a_date(deployment: Deployment) -> None:
    past = {"Retry-After": "Mon, 23 Nov 2015 10:00:00 GMT"}
    deployment.intake.faults = [lambda seen: Reply(503, {}, past), lambda seen: Reply(503, {}, {"Retry-After": "soon"})]
    assert deployment.client().put_act("services", "511A", 1, ACT).new
    assert deployment.waits == [0.0, 1.0]


def test_patience_ends(deployment: Deployment) -> None:
    deployment.intake.faults = [lambda seen: problem(503, "unavailable", "busy")] * 4
    with pytest.raises(ProblemError, match="unavailable") as caught:
        deployment.client().put_act("services", "511A", 1, ACT)
    assert caught.value.status == 503
    assert deployment.waits == [0.5, 1.0, 2.0]


def test_nobody_is_waited_for_longer_than_a_minute(deployment: Deployment) -> None:
    deployment.intake.faults = [lambda seen: Reply(429, {}, {"Retry-After": "3600"})]
    with pytest.raises(ProblemError, match="429"):
        deployment.client().put_act("services", "511A", 1, ACT)
    assert deployment.waits == []


def test_every_wait_is_told() -> None:
    told: list[str] = []
    client = Client("http://127.0.0.1:1", pacing=Pacing(tries=2), sleep=lambda seconds: None, notice=told.append)
    with pytest.raises(ConnectionFailedError, match="no connection"):
        client.get("/v1")
    assert told == ["http://127.0.0.1:1: no connection; the same request goes out again in 0.5 s"]


def test_answers_that_are_lost_again_and_again_are_an_error(deployment: Deployment) -> None:
    deployment.intake.faults = [lose_answer] * 4
    with pytest.raises(ConnectionFailedError, match="the connection was lost"):
        deployment.client().put_act("services", "511A", 1, ACT)


def test_a_refusal_is_not_repeated(deployment: Deployment) -> None:
    deployment.intake.faults = [lambda seen: problem(500, "internal", "ours")]
    with pytest.raises(ProblemError, match="500"):
        deployment.client().put_act("services", "511A", 1, ACT)
    assert len(deployment.intake.seen) == 1


def test_an_error_page_that_is_no_problem_document_is_still_a_problem(deployment: Deployment) -> None:
    deployment.intake.faults = [lambda seen: Reply(500, headers={"Content-Type": "text/html"}, raw=b"<h1>oh</h1>")]
    with pytest.raises(ProblemError) as caught:
        deployment.client().put_act("services", "511A", 1, ACT)
    assert (str(caught.value), caught.value.codes) == ("500 HTTP status 500", ("http-500",))


def test_an_answer_that_is_not_json_is_unexpected(deployment: Deployment) -> None:
    deployment.intake.faults = [lambda seen: Reply(201, raw=b"{")]
    with pytest.raises(UnexpectedAnswerError, match="status 201"):
        deployment.client().put_act("services", "511A", 1, ACT)


def test_a_receipt_that_is_no_object_is_unexpected(deployment: Deployment) -> None:
    deployment.intake.faults = [lambda seen: Reply(201, [1])]
    with pytest.raises(UnexpectedAnswerError, match="object"):
        deployment.client().put_act("services", "511A", 1, ACT)


@pytest.mark.parametrize("record_id", ["", "-a", "a/b", "a%2Fb", "a b", "事项", "a" * 65, "a?x=1"])
def test_what_is_no_id_is_never_sent(deployment: Deployment, record_id: str) -> None:
    with pytest.raises(UsageError, match="is not an id"):
        deployment.client().put_act("services", record_id, 1, ACT)
    assert deployment.intake.seen == []


def test_only_paths_of_the_intake_are_signed(deployment: Deployment) -> None:
    with pytest.raises(UsageError, match="/v1/intake/"):
        deployment.client().put("/v1/services/x", ACT)
    with pytest.raises(UsageError, match="without query"):
        deployment.client().put("/v1/intake/services/x/acts/1?y=2", ACT)


def test_without_a_key_nothing_is_signed(deployment: Deployment) -> None:
    client = deployment.client(signed=False)
    assert client.key_id == ""
    with pytest.raises(UsageError, match="needs a key"):
        client.put_act("services", "511A", 1, ACT)
    with pytest.raises(UsageError, match="needs a key"):
        client.receipt("/v1/intake/services/511A/acts/1")


def test_a_receipt_is_read_with_a_signature_of_its_own_tag(deployment: Deployment) -> None:
    deployment.intake.reads = lambda seen: Reply(document={"id": "511A"})
    assert deployment.client().receipt("/v1/intake/services/511A/acts/1") == {"id": "511A"}
    assert deployment.intake.seen[0].tag == "glasshall-read"


def test_a_batch_tells_what_became_of_every_line(deployment: Deployment) -> None:
    deployment.intake.refuse = lambda place, line: "service_unknown" if line.get("service") == "x" else None
    lines = [b'{"register":{"case_no":"a","service":"s"}}', b'{"register":{"case_no":"b","service":"x"}}']
    client = deployment.client()
    answer = client.send_batch(lines)
    assert [(line.line, line.case_no, line.outcome) for line in answer.lines] == [
        (1, "a", "stored"),
        (2, "b", "refused"),
    ]
    assert answer.lines[1].reasons[0].code == "service_unknown"
    assert client.send_batch(lines).count("already") == 1
    assert deployment.intake.seen[0].headers["Content-Type"] == "application/x-ndjson"


def test_a_batch_of_which_every_line_is_refused_is_an_answer_too(deployment: Deployment) -> None:
    deployment.intake.refuse = lambda place, line: "service_unknown"
    assert deployment.client().send_batch([b'{"register":{"case_no":"a"}}']).count("refused") == 1


def test_lines_that_met_another_writer_are_sent_again_by_themselves(deployment: Deployment) -> None:
    tries = {"b": 2}

    def busy(place: str, line: dict[str, str]) -> str | None:
        tries[line["case_no"]] = tries.get(line["case_no"], 0) - 1
        return "busy" if tries[line["case_no"]] >= 0 else None

    deployment.intake.refuse = busy
    lines = [json.dumps({"register": {"case_no": name}}).encode() for name in "abc"]
    answer = deployment.client().send_batch(lines)
    assert [(line.line, line.case_no, line.outcome) for line in answer.lines] == [
        (1, "a", "stored"),
        (2, "b", "stored"),
        (3, "c", "stored"),
    ]
    assert [seen.body.count(b"\n") for seen in deployment.intake.seen] == [3, 1, 1]
    assert deployment.waits == [0.5, 1.0]


def test_lines_that_stay_busy_are_refused_in_the_end(deployment: Deployment) -> None:
    deployment.intake.refuse = lambda place, line: "busy"
    answer = deployment.client().send_batch([b'{"register":{"case_no":"a"}}'])
    assert answer.count("refused") == 1
    assert len(deployment.intake.seen) == 4


def test_a_batch_that_is_refused_as_a_whole_is_a_problem(deployment: Deployment) -> None:
    deployment.intake.faults = [lambda seen: problem(401, "unauthenticated", "no", errors=[{"code": "key"}])]
    with pytest.raises(ProblemError) as caught:
        deployment.client().send_batch([b'{"register":{"case_no":"a"}}'])
    assert caught.value.codes == ("key",)


@pytest.mark.parametrize("lines", [[], [b"{}"] * 1_001, [b'"' + b"x" * 4_000_000 + b'"'], [b"{}\n{}"]])
def test_a_batch_beyond_its_bounds_is_never_sent(deployment: Deployment, lines: list[bytes]) -> None:
    with pytest.raises(UsageError, match="1 to 1,000 lines"):
        deployment.client().send_batch(lines)
    assert deployment.intake.seen == []


@pytest.mark.parametrize(
    "document",
    [
        [],
        {"results": []},
        {"results": [{"line": 2, "outcome": "stored"}]},
        {"results": [{"line": 1, "outcome": "perhaps"}]},
        {"results": ["stored"]},
    ],
)
def test_a_batch_whose_answer_leaves_a_line_out_is_unexpected(deployment: Deployment, document: object) -> None:
    deployment.intake.faults = [lambda seen: Reply(200, document)]
    with pytest.raises(UnexpectedAnswerError):
        deployment.client().send_batch([b'{"register":{"case_no":"a"}}'])


def test_a_compressed_answer_is_read(deployment: Deployment) -> None:
    packed = gzip.compress(b'{"id": "a"}')
    deployment.intake.reads = lambda seen: Reply(headers={"Content-Encoding": "gzip"}, raw=packed)
    assert deployment.client(signed=False).get("/v1/services/a") == {"id": "a"}
    assert deployment.intake.seen[0].headers["Accept-Encoding"] == "gzip"


def test_a_redirect_is_not_followed(deployment: Deployment) -> None:
    deployment.intake.reads = lambda seen: Reply(302, headers={"Location": "http://elsewhere.invalid/"}, raw=b"")
    answer = deployment.client(signed=False).fetch("/v1/disclosures/d/attachments/a")
    assert (answer.status, answer.headers["Location"]) == (302, "http://elsewhere.invalid/")


def test_a_read_may_carry_chinese_in_its_query(deployment: Deployment) -> None:
    deployment.client(signed=False).get("/v1/services?q=备案", limit=5)
    assert deployment.intake.seen[0].target == "/v1/services?q=%E5%A4%87%E6%A1%88&limit=5"


def test_a_path_begins_with_a_slash(deployment: Deployment) -> None:
    with pytest.raises(UsageError, match="slash"):
        deployment.client(signed=False).get("v1/services")


@pytest.mark.parametrize(
    ("url", "authority", "base_path"),
    [
        ("https://Open.Example.gov", "open.example.gov", ""),
        ("https://open.example.gov:443/", "open.example.gov", ""),
        ("http://127.0.0.1:8000", "127.0.0.1:8000", ""),
        ("http://[::1]:8000/prod/", "[::1]:8000", "/prod"),
    ],
)
def test_the_signed_authority_is_that_of_the_address(url: str, authority: str, base_path: str) -> None:
    from glasshall.wire import split_url

    assert split_url(url)[1:] == (base_path, authority)


@pytest.mark.parametrize(
    "url", ["", "open.example.gov", "ftp://a", "http://", "http://u:p@a", "http://a:99999", "http://a?b"]
)
def test_what_is_no_address_of_a_deployment_is_refused(url: str) -> None:
    with pytest.raises(UsageError):
        Client(url)


def test_a_base_path_is_signed_and_sent(deployment: Deployment) -> None:
    client = Client(f"{deployment.url}/prod", key("clerk"))
    client.put_act("services", "511A", 1, ACT)
    assert deployment.intake.seen[0].target == "/prod/v1/intake/services/511A/acts/1"


def test_the_public_authority_may_be_another_than_that_of_the_address(deployment: Deployment) -> None:
    deployment.intake.authority = "open.example.gov"
    client = Client(deployment.url, key("clerk"), authority="open.example.gov")
    assert client.put_act("services", "511A", 1, ACT).new
