"""What a receipt says of a case: the promise as it stood, the same bytes for the same state, nothing of the applicant."""

from typing import Any

import orjson
import pytest

from chalicelib.domain.cases.receipts import receipt_of
from chalicelib.domain.cases.records import CaseEvent, ServiceTerms
from chalicelib.domain.public_view import Site
from tests.unit.cases.builders import BY_TEN, FIVE_DAYS, HEARING, TWENTY_DAYS, commitment, folded, happened, terms

SITE = Site("open.example.gov", "/base", "Asia/Shanghai")
UPDATED_AT = "2026-03-02T01:00:00.000Z"
RECEIVED_AT = "2026-03-01T09:30:00+08:00"
BASIS = {"document": "企业投资项目核准和备案管理条例", "article": "第十三条"}


def receipt(
    events: list[CaseEvent], service: ServiceTerms | None = None, body: bytes | None = None, **members: Any
) -> dict[str, Any] | None:
    """Return the receipt of a case with these events."""
    bound = service or terms()
    return receipt_of(orjson.loads(folded(events, bound, **members).view), UPDATED_AT, bound, body, SITE)


def of(events: list[CaseEvent], service: ServiceTerms | None = None, **members: Any) -> dict[str, Any]:
    """Return the receipt of a case that has one."""
    found = receipt(events, service, **members)
    assert found is not None
    return found


def test_before_the_application_came_in_there_is_none() -> None:
    assert receipt([]) is None
    assert receipt(happened(("visited", "2026-03-02"))) is None


def test_of_a_case_that_only_came_in_it_says_when_and_what_will_be_promised() -> None:
    found = of([], received_at=RECEIVED_AT)
    assert (found["received_at"], found["clock"]) == (RECEIVED_AT, "not_started")
    assert "accepted_at" not in found
    assert "due_on" not in found.get("deadline", {})
    assert (found["commitment"]["promised"], found["commitment"]["statutory"]) == (FIVE_DAYS, TWENTY_DAYS)


def test_of_an_accepted_case_it_says_when_it_is_due_by_promise_and_by_law_and_how_that_is_counted() -> None:
    found = of(happened(("received", RECEIVED_AT), ("accepted", "2026-03-02")))
    assert (found["received_at"], found["accepted_at"]) == (RECEIVED_AT, "2026-03-02T10:00:00+08:00")
    deadline = found["deadline"]
    assert (deadline["due_on"], deadline["statutory_due_on"], deadline["limit"]) == (
        "2026-03-09",
        "2026-03-30",
        FIVE_DAYS,
    )
    assert deadline["calendar"].startswith("cn-")
    assert found["issued_at"] == "2026-03-02T09:00:00+08:00"


def test_it_says_which_version_binds_and_what_that_rests_on() -> None:
    second = commitment(2, legal_basis=[BASIS, {"document": "条例"}], extension=BY_TEN, special_procedures=[HEARING])
    service = terms(commitment(1, effective_on="2026-01-01"), {**second, "effective_on": "2026-03-01"})
    found = of(happened(("accepted", "2026-03-02")), service)["commitment"]
    assert (found["service"], found["version"], found["url"]) == ("s1", 2, "/base/v1/services/s1/versions/2")
    assert found["legal_basis"] == ["企业投资项目核准和备案管理条例 第十三条", "条例"]
    assert found["extension"]["legal_basis"] == "行政许可法 第四十二条"
    assert found["special_procedures"] == [{"kind": "hearing", "legal_basis": "行政许可法 第四十五条"}]


def test_a_version_published_before_the_basis_was_kept_has_none() -> None:
    found = of(happened(("accepted", "2026-03-02")))["commitment"]
    assert found.keys().isdisjoint({"legal_basis", "extension", "special_procedures", "sha256"})


def test_it_names_the_hash_of_the_public_version_once_there_is_one() -> None:
    found = receipt(happened(("accepted", "2026-03-02")), body=b'{"kind":"service","sha256":"ab"}')
    assert found is not None
    assert found["commitment"]["sha256"] == "ab"


def test_while_the_clock_is_stopped_it_promises_no_day_and_says_since_when() -> None:
    service = terms(special_procedures=[HEARING])
    told = {"kind": "hearing", "legal_basis": HEARING["legal_basis"]}
    found = of(happened(("accepted", "2026-03-02"), ("special_started", "2026-03-04", told)), service)
    assert found["clock"] == "stopped"
    assert found["stopped"]["why"] == "hearing"
    assert found["deadline"].keys().isdisjoint({"due_on", "projected_due_on"})


@pytest.mark.parametrize(
    ("events", "code"),
    [
        ((("refused_acceptance", "2026-03-03", {"reason": {"zh": "不属于本机关"}}),), "not_accepted"),
        ((("accepted", "2026-03-02"), ("decided", "2026-03-04", {"outcome": "granted"})), "decided_granted"),
        ((("accepted", "2026-03-02"), ("closed", "2026-03-04", {"as": "void"})), "closed_void"),
    ],
)
def test_a_case_that_has_gone_on_has_a_receipt_that_says_how_it_stands(events: Any, code: str) -> None:
    assert of(happened(*events), received_at=RECEIVED_AT)["status"]["code"] == code


def test_an_instant_in_hours_or_by_the_agency_is_written_in_the_deployments_zone() -> None:
    unlimited = terms(limits={})
    found = of(happened(("accepted", "2026-03-02")), unlimited, due_at="2026-03-20T08:00:00+00:00")
    assert found["deadline"]["due_at"] == "2026-03-20T16:00:00+08:00"
    beside = of(happened(("accepted", "2026-03-02")), due_at="2026-03-20T08:00:00+00:00")
    assert beside["deadline"]["agency_due_at"] == "2026-03-20T16:00:00+08:00"


def test_the_same_events_in_any_order_give_the_same_bytes() -> None:
    events = happened(("received", RECEIVED_AT), ("accepted", "2026-03-02"), ("visited", "2026-03-03"))
    assert orjson.dumps(of(events)) == orjson.dumps(of(events[::-1]))


def test_before_acceptance_it_says_by_when_the_agency_has_to_answer() -> None:
    found = of([], terms(service_kind="licence"), received_at="2026-03-19T09:30:00+08:00")
    assert found["acceptance"] == {"due_on": "2026-03-26", "limit": FIVE_DAYS}
    assert found["commitment"]["acceptance"] == FIVE_DAYS
    assert "acceptance" not in of(happened(("accepted", "2026-03-02")), terms(service_kind="licence"))


def test_acceptance_by_silence_is_said_to_be_that() -> None:
    found = of([], terms(service_kind="licence"), received_at=RECEIVED_AT)
    assert (found["accepted_at"], found["accepted_by_silence"]) == (RECEIVED_AT, True)
    assert "accepted_by_silence" not in of(happened(("accepted", "2026-03-02")))


def test_after_a_grant_it_says_by_when_the_result_is_handed_out_and_what_silence_would_have_meant() -> None:
    granted = happened(("accepted", "2026-03-02"), ("decided", "2026-03-04", {"outcome": "granted"}))
    found = of(granted, terms(service_kind="licence", overdue_means="granted"))
    assert found["issue"] == {"due_on": "2026-03-18", "limit": {"value": 10, "unit": "working_day"}}
    assert found["commitment"]["overdue_means"] == "granted"
