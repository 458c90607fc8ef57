"""Signed intake of cases: registrations, query codes, events one by one, and batches (newline-delimited JSON).

The receipt of a case's writes is the one of every write; `act` names the place: `registration`, the event's id, the code's
number. A query code stands in one answer only and is never logged: the answer is all there is of it.
"""

from typing import TYPE_CHECKING, Any

import orjson

from chalicelib import wiring
from chalicelib.routes import problems
from chalicelib.routes.access import Access
from chalicelib.routes.endpoint import Answer, Request, Routes
from chalicelib.routes.intake import WRITE_STATUSES, check_size, principal_of
from chalicelib.routes.params import path_number

if TYPE_CHECKING:
    from chalicelib.domain.card_marks import CardMark
    from chalicelib.domain.cases.decide import Verdict
    from chalicelib.usecases.case_codes import Minting
    from chalicelib.usecases.cases import CaseReceipt, Intake

routes = Routes(__name__, "intake")

NDJSON = "application/x-ndjson"


@routes.write(
    "PUT",
    "/v1/intake/cases/{case_no}",
    access=Access.SIGNED,
    summary="Register a case",
    request_model="Registration",
    response_model="CaseReceipt",
    statuses=WRITE_STATUSES,
)
def put_case(request: Request, case_no: str) -> Answer:
    """Register a case; where it asks for one, the answer brings the query code, until its first exchange."""
    from chalicelib.usecases.case_codes import register_case

    intake = _intake(request)
    return _answer(register_case(case_no, request.body, intake, minting()), f"cases/{case_no}", "registration")


@routes.get(
    "/v1/intake/cases/{case_no}",
    access=Access.SIGNED,
    summary="A case as its agency sees it",
    cache="no-store",
    response_model="IntakeCase",
    statuses=(401,),
)
def get_intake_case(request: Request, case_no: str) -> Answer:
    """Return the receipt of the registration, what its holder sees, and every contradiction among the events."""
    from chalicelib.domain.cases.splice import splice
    from chalicelib.domain.enquiries import built_in
    from chalicelib.routes.ratings import ratings_for_agency
    from chalicelib.usecases.cases import CaseReceipt, find_case

    wired = wiring.current()
    opened = find_case(case_no, _intake(request))
    head = opened.head
    receipt = receipt_body(CaseReceipt(opened.registration, new=False), f"cases/{case_no}", "registration")
    status = splice(head.view, head.updated_at, wired.now(), wired.settings.time_zone)
    found = {
        **receipt,
        "status": orjson.loads(status),
        "findings": [_finding(finding) for finding in orjson.loads(head.findings)],
        "findings_count": head.findings_count,
        "cards": [_card(mark, wired.settings.base_path) for mark in head.cards],
        "next_code": head.code_number + 1,
    }
    if head.ratings:
        found["ratings"] = ratings_for_agency(wired.ratings.ratings(case_no))
    enquiry = wired.cases.enquiry(case_no) if built_in(head.service) else None
    if enquiry is not None:
        found["enquiry"] = orjson.loads(enquiry)
    return Answer(orjson.dumps(found))


@routes.write(
    "PUT",
    "/v1/intake/cases/{case_no}/codes/{number}",
    access=Access.SIGNED,
    summary="Issue a query code",
    request_model="CodeIssue",
    response_model="CaseReceipt",
    statuses=WRITE_STATUSES,
)
def put_case_code(request: Request, case_no: str, number: str) -> Answer:
    """Issue code n for one holder and end the tokens of the earlier one; only the first answer shows it."""
    from chalicelib.usecases.case_codes import issue_code

    wanted = path_number(number, "a code")
    receipt = issue_code(case_no, wanted, request.body, _intake(request), minting())
    return _answer(receipt, f"cases/{case_no}/codes/{wanted}", str(wanted))


@routes.write(
    "PUT",
    "/v1/intake/cases/{case_no}/events/{event_id}",
    access=Access.SIGNED,
    summary="One event of a case",
    request_model="CaseEvent",
    response_model="CaseReceipt",
    statuses=WRITE_STATUSES,
)
def put_case_event(request: Request, case_no: str, event_id: str) -> Answer:
    """Take in one event; it is never refused because of other events."""
    from chalicelib.usecases.cases import put_event

    receipt = put_event(case_no, event_id, request.body, _intake(request))
    return _answer(receipt, f"cases/{case_no}/events/{event_id}", event_id)


@routes.get(
    "/v1/intake/cases/{case_no}/events/{event_id}",
    access=Access.SIGNED,
    summary="The receipt of an event",
    cache="no-store",
    response_model="CaseReceipt",
    statuses=(401,),
)
def get_case_event_receipt(request: Request, case_no: str, event_id: str) -> Answer:
    """Return the receipt of an event."""
    from chalicelib.usecases.cases import find_event_receipt

    receipt = find_event_receipt(case_no, event_id, _intake(request))
    return _answer(receipt, f"cases/{case_no}/events/{event_id}", event_id)


@routes.write(
    "POST",
    "/v1/intake/case-events",
    access=Access.SIGNED,
    summary="Many registrations and events",
    media_types=(NDJSON,),
    request_model="CaseLine",
    response_model="BatchResults",
    statuses=(200, 400, 401, 403, 413, 415, 422, 503),
)
def post_case_events(request: Request) -> Answer:
    """Take in up to 1,000 lines; every line's fate is told in line order, and a bad line stops no other."""
    from chalicelib.domain.cases.decide import REFUSED
    from chalicelib.usecases.case_batches import take_batch

    wired = wiring.current()
    settings = wired.settings
    intake = _intake(request, settings.batch_limit_bytes)
    verdicts = take_batch(request.body, settings.batch_limit_lines, intake, wired.side_by_side)
    results = [_line(verdict) for verdict in verdicts]
    if all(verdict.outcome == REFUSED for verdict in verdicts):
        detail = f"every one of the {len(results)} lines was refused"
        body = problems.problem_body("refused", request.path, detail, results=results)
        return Answer(body, 422, problems.MEDIA_TYPE)
    return Answer(orjson.dumps({"results": results}))


def _line(verdict: "Verdict") -> dict[str, Any]:
    line = verdict.line
    errors = [{"code": p.code, "message": p.message, "pointer": p.pointer or ""} for p in verdict.problems]
    return {
        "line": line.number,
        "case_no": line.case_no,
        "event_id": line.event_id,
        "outcome": verdict.outcome,
        "errors": errors,
    }


def _card(mark: "CardMark", base: str) -> dict[str, Any]:
    """A card as its case remembers it: of whom it is nobody else learns."""
    shown = {"id": mark.card, "rule": mark.rule, "of": mark.of, "due": mark.due, "state": mark.state}
    return {name: value for name, value in shown.items() if value} | {"url": f"{base}/v1/supervision/{mark.card}"}


def _finding(finding: dict[str, str]) -> dict[str, Any]:
    from chalicelib.domain.codes import sentences

    return {**finding, "sentence": sentences("finding")[finding["code"]]}


def _intake(request: Request, limit_bytes: int | None = None) -> "Intake":
    """Return what taking in needs; the size is checked first, then the signature."""
    from chalicelib.domain.cases.intake import LINE_LIMIT_BYTES
    from chalicelib.usecases.cases import Intake, Terms

    check_size(request, LINE_LIMIT_BYTES if limit_bytes is None else limit_bytes)
    wired = wiring.current()
    principal = principal_of(request)
    return Intake(wired.cases, Terms(wired.records), principal, wired.keyring.of("case-holder"), wired.now())


def minting() -> "Minting":
    """Return what making codes needs."""
    from chalicelib.usecases.case_codes import Minting

    wired = wiring.current()
    return Minting(wired.case_codes, wired.keyring.of("query-code-pepper"), wired.random_bytes, wired.slow_hash)


def _answer(receipt: "CaseReceipt", path: str, act: str) -> Answer:
    return Answer(orjson.dumps(receipt_body(receipt, path, act)), 201 if receipt.new else 200)


def receipt_body(receipt: "CaseReceipt", path: str, act: str) -> dict[str, Any]:
    """Return the receipt of a write on a case."""
    from chalicelib.domain.instants import localised

    settings, write = wiring.current().settings, receipt.write
    found: dict[str, Any] = {
        "id": write.case_no,
        "act": act,
        "sha256": write.sha256,
        "received_at": localised(write.received_at, settings.time_zone),
        "state": write.state,
        "register": {"index": None, "status": "not_public"},
        "links": {"self": f"{settings.base_path}/v1/intake/{path}"},
    }
    if receipt.query_code is not None:
        found["query_code"] = receipt.query_code
    return found
