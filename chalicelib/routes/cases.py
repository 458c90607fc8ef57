"""A case as its holder sees it: query code for token, token for status, many at once, and the end of all tokens.

Codes stand in bodies and tokens in a header or a body, never in an address. What does not hold is answered alike for every
case: 404 for code and number, 401 for a token.
"""

from hashlib import sha256
from typing import TYPE_CHECKING, Any

import orjson

from chalicelib import wiring
from chalicelib.errors import MalformedError, Problem, UnauthenticatedError
from chalicelib.routes import problems
from chalicelib.routes.access import Access
from chalicelib.routes.bodies import read_object, shape_problems
from chalicelib.routes.endpoint import Answer, Request, Routes
from chalicelib.routes.holders import PRIVATE_CACHE, bearer_of, case_access

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chalicelib.domain.case_tokens import Token
    from chalicelib.domain.cases.estimates import Estimate
    from chalicelib.domain.proof_of_work import Proof
    from chalicelib.usecases.case_access import Exchange, StatusHead

routes = Routes(__name__, "cases")

CASES_AT_ONCE = 50


@routes.get(
    "/v1/cases/{case_no}",
    access=Access.CASE,
    summary="The status of a case",
    cache=PRIVATE_CACHE,
    response_model="CaseStatus",
    polled=True,
)
def get_case(request: Request, case_no: str) -> Answer:
    """Return the status of a case to the holder of its token; `Retry-After` says when it is worth asking again."""
    from chalicelib.domain.polling import poll_after_seconds
    from chalicelib.usecases.case_access import status_of

    head = status_of(case_no, bearer_of(request), case_access())
    return Answer(_status(head, _estimates([head])), headers={"Retry-After": str(poll_after_seconds(head.view))})


@routes.write(
    "POST",
    "/v1/cases/{case_no}/tokens",
    access=Access.CODE,
    summary="A token for a query code, or a fresh one for a token",
    request_model="CodeExchange",
    response_model="CaseToken",
    statuses=(201, 401, 404, 413, 429),
    body_optional=True,
)
def create_case_token(request: Request, case_no: str) -> Answer:
    """Exchange a query code for a token; with a valid Bearer and no body, give a fresh token."""
    from chalicelib.usecases.case_access import exchange_code, renew_token

    if not request.body:
        return _token(renew_token(case_no, bearer_of(request), case_access()))
    code, proof = _code_and_proof(request.body)
    return _token(exchange_code(case_no, code, case_access(), _exchange(request, proof)))


@routes.get(
    "/v1/cases/{case_no}/receipt",
    access=Access.CASE,
    summary="The signed receipt of a case",
    cache=PRIVATE_CACHE,
    response_model="SignedReceipt",
)
def get_case_signed_receipt(request: Request, case_no: str) -> Answer:
    """Return what is promised of a case, readable and signed, to the holder of its token; it is good without us."""
    from chalicelib.domain.cases.receipts import RECEIPT_SIGNING
    from chalicelib.usecases.case_receipts import Issuing, issue_receipt
    from chalicelib.usecases.cases import Terms

    wired = wiring.current()
    issuing = Issuing(Terms(wired.records), wired.views, wired.site, wired.keyring.derived(RECEIPT_SIGNING))
    return Answer(issue_receipt(case_no, bearer_of(request), case_access(), issuing))


@routes.write(
    "DELETE",
    "/v1/cases/{case_no}/tokens",
    access=Access.CASE,
    summary="The end of all tokens of a case",
    media_types=(),
    statuses=(204,),
)
def delete_case_tokens(request: Request, case_no: str) -> Answer:
    """End every token of a case, the one that asks among them."""
    from chalicelib.usecases.case_access import end_tokens

    end_tokens(case_no, bearer_of(request), case_access())
    return Answer(status=204)


@routes.write(
    "POST",
    "/v1/case-status",
    access=Access.CODE,
    summary="The status of many cases",
    request_model="CaseStatusQuery",
    response_model="CaseStatuses",
    statuses=(200, 413),
)
def list_case_statuses(request: Request) -> Answer:
    """Return up to 50 cases, each for its own token; what the client has already is said to be unchanged."""
    from chalicelib.usecases.case_access import statuses_of

    entries = _entries(read_object(request.body))
    pairs = [(entry["case_no"], entry["token"]) for entry in entries]
    heads = statuses_of(pairs, case_access())
    estimates = _estimates(heads)
    shown = [_entry(entry, head, estimates, request) for entry, head in zip(entries, heads, strict=True)]
    return Answer(b'{"cases":[' + b",".join(shown) + b"]}")


def _code_and_proof(raw: bytes) -> "tuple[str, Proof | None]":
    """Return the code of a body, and the work that was done for it.

    Raises:
        TooLargeError, MalformedError: names every place that is wrong.
    """
    from chalicelib.domain.proof_of_work import Proof

    members = read_object(raw)
    works = "proof_of_work" in members
    work = members.pop("proof_of_work", None)
    found = shape_problems(members, {"query_code": True}, "")
    found += shape_problems(work, {"challenge": True, "nonce": True}, "/proof_of_work") if works else []
    if found:
        raise MalformedError(*found)
    return members["query_code"], Proof(work["challenge"], work["nonce"]) if works else None


def _exchange(request: Request, proof: "Proof | None") -> "Exchange":
    from chalicelib.usecases.case_access import Exchange
    from chalicelib.usecases.tries import Limits

    wired = wiring.current()
    settings = wired.settings
    limits = Limits(
        wired.case_codes,
        request.source_ip,
        settings.tries_per_minute_network,
        settings.tries_per_hour_case_network,
        wired.keyring.of("proof-of-work"),
        settings.proof_of_work_bits,
    )
    return Exchange(wired.case_codes, wired.keyring.of("query-code-pepper"), limits, wired.slow_hash, proof)


def _estimates(heads: "Iterable[StatusHead | None]") -> "dict[str, Estimate]":
    """Return what was measured of the services of open cases; only who holds a token makes us look."""
    wired = wiring.current()
    return wired.estimates.of([head.service for head in heads if head and head.ended_at is None], wired.now())


def _status(head: "StatusHead", estimates: "dict[str, Estimate]") -> bytes:
    from chalicelib.domain.cases.splice import splice
    from chalicelib.usecases.case_ratings import can_rate

    wired = wiring.current()
    estimate = estimates.get(head.service)
    can = ["rate"] if can_rate(head, wired.case_statuses) else []
    return splice(head.view, head.updated_at, wired.now(), wired.settings.time_zone, estimate, can)


def _token(token: "Token") -> Answer:
    from datetime import UTC, datetime

    from chalicelib.domain.instants import in_zone

    ends = datetime.fromtimestamp(token.expires_at_epoch, UTC)
    zone = wiring.current().settings.time_zone
    return Answer(orjson.dumps({"token": token.text, "expires_at": in_zone(ends, zone)}), 201)


def _entries(body: dict[str, Any]) -> list[dict[str, str]]:
    cases = body.get("cases")
    found = [Problem("extra_forbidden", "no such member", pointer=f"/{name}") for name in body if name != "cases"]
    if not isinstance(cases, list) or not 1 <= len(cases) <= CASES_AT_ONCE:
        raise MalformedError(*found, Problem("not_a_list", f"1 to {CASES_AT_ONCE} cases", pointer="/cases"))
    for place, entry in enumerate(cases):
        found += shape_problems(entry, {"case_no": True, "token": True, "etag": False}, f"/cases/{place}")
    if found:
        raise MalformedError(*found)
    return cases


def _entry(
    entry: dict[str, str], head: "StatusHead | None", estimates: "dict[str, Estimate]", request: Request
) -> bytes:
    """Return one entry: the status, that it is unchanged, or the one problem of every pair that does not hold."""
    from chalicelib.domain.polling import poll_after_seconds
    from chalicelib.usecases.case_access import unauthenticated

    case_no = entry["case_no"]
    if head is None:
        return _problem_entry(case_no, unauthenticated(), request)
    body = _status(head, estimates)
    etag = f'"{sha256(body).hexdigest()[:32]}"'
    after_seconds = poll_after_seconds(head.view)  # beside the status and not in it: the tag is of the status alone
    told = orjson.dumps({"case_no": case_no, "etag": etag, "poll_after_seconds": after_seconds})[:-1]
    if _same_tag(entry.get("etag"), etag):
        return told + b',"unchanged":true}'
    return told + b',"case":' + body + b"}"


def _same_tag(sent: str | None, etag: str) -> bool:
    plain = (sent or "").strip().removeprefix("W/").strip('"').removesuffix("-gzip")
    return plain == etag.strip('"')


def _problem_entry(case_no: str, error: UnauthenticatedError, request: Request) -> bytes:
    _, _, problem = problems.render_error(error, request.path)
    return orjson.dumps({"case_no": case_no})[:-1] + b',"problem":' + problem + b"}"
