"""Signed intake of acts: one route for each record noun, one for the receipt of any act.

The media type is taken as raw bytes: what is signed, hashed and stored is exactly what was sent.
"""

from typing import TYPE_CHECKING, Any

import orjson

from chalicelib import wiring
from chalicelib.errors import TooLargeError
from chalicelib.routes.access import Access
from chalicelib.routes.endpoint import Answer, Request, Routes
from chalicelib.routes.params import path_number

if TYPE_CHECKING:
    from chalicelib.domain.records import Ref
    from chalicelib.usecases.authenticate import Principal
    from chalicelib.usecases.put_act import Receipt

routes = Routes(__name__, "intake")

WRITE_STATUSES = (200, 201, 400, 401, 403, 409, 413, 415, 422, 503)


def principal_of(request: Request) -> "Principal":
    """Return who signed a request; reads and writes have tags of their own.

    Raises:
        UnauthenticatedError: a check of the signature failed.
    """
    from chalicelib.signing.messages import DRY_RUN, INTAKE, READ, SignedRequest
    from chalicelib.usecases.authenticate import authenticate

    wired = wiring.current()
    settings = wired.settings
    # The configured public authority and path, never the Host header: what the sender saw is what was signed.
    path = settings.base_path + request.path
    signed = SignedRequest(request.method, settings.public_authority, path, request.headers, request.body)
    tags = (READ,) if request.method in ("GET", "HEAD") else (INTAKE, DRY_RUN)
    return authenticate(signed, tags, wired.records, wired.now())


def check_size(request: Request, limit_bytes: int) -> None:
    """Refuse a body that is too large before anything is read from it.

    Raises:
        TooLargeError: says the limit.
    """
    if len(request.body) > limit_bytes:
        raise TooLargeError(limit_bytes)


def _put(collection: str, request: Request, record_id: str, number: str) -> Answer:
    from chalicelib.usecases.put_act import put_act

    wired = wiring.current()
    check_size(request, wired.settings.body_limit_bytes)
    act = path_number(number, "an act")
    principal = principal_of(request)
    receipt = put_act(collection, record_id, act, request.body, principal, wired.records, wired.now())
    return Answer(render_receipt(receipt), 201 if receipt.new else 200)


def _get(collection: str, request: Request, record_id: str, number: str) -> Answer:
    from chalicelib.usecases.put_act import find_receipt

    act = path_number(number, "an act")
    principal = principal_of(request)
    return Answer(render_receipt(find_receipt(collection, record_id, act, principal, wiring.current().records)))


def render_receipt(receipt: "Receipt") -> bytes:
    """Return the bytes of a receipt."""
    from chalicelib.domain.instants import localised
    from chalicelib.domain.register import LOGGED_WITHIN_SECONDS

    settings, act = wiring.current().settings, receipt.act
    register: dict[str, Any]
    if act.register_index is not None:
        register = {"index": act.register_index, "status": "logged"}
    else:
        register = {"index": None, "status": "not_public"}
        if act.public:
            register |= {"status": "pending", "within_seconds": LOGGED_WITHIN_SECONDS}
    base = settings.base_path
    links = {"self": f"{base}/v1/intake/{receipt.collection}/{act.ref.record_id}/acts/{act.number}"}
    if act.public:
        links["record"] = f"{base}/v1/{receipt.collection}/{act.ref.record_id}"
    return orjson.dumps(
        {
            "id": act.ref.record_id,
            "act": act.number,
            "sha256": act.sha256 or None,
            "received_at": localised(act.received_at, settings.time_zone),
            "state": act.state,
            "register": register,
            "links": links,
        }
    )


def _declare_act(collection: str, kind: str, model: str) -> None:
    """Declare how an act of one noun is sent; each is one line of the table below."""

    def put_one(request: Request, record_id: str, number: str) -> Answer:
        return _put(collection, request, record_id, number)

    put_one.__name__ = f"put_{kind}_act"
    routes.write(
        "PUT",
        _path(collection),
        access=Access.SIGNED,
        summary=f"One act on a record of {collection}",
        request_model=model,
        response_model="Receipt",
        statuses=WRITE_STATUSES,
    )(put_one)


def _declare_receipt(collection: str, kind: str) -> None:
    """Declare how the receipt of an act is read, of one that followed from another record's act as well."""

    def get_one(request: Request, record_id: str, number: str) -> Answer:
        return _get(collection, request, record_id, number)

    get_one.__name__ = f"get_{kind}_receipt"
    routes.get(
        _path(collection),
        access=Access.SIGNED,
        summary=f"The receipt of one act on a record of {collection}",
        cache="no-store",
        response_model="Receipt",
        statuses=(401,),
    )(get_one)


def _path(collection: str) -> str:
    return f"/v1/intake/{collection}/{{record_id}}/acts/{{number}}"


@routes.get(
    "/v1/intake/supervision/{record_id}",
    access=Access.SIGNED,
    summary="Which case or record a card is about",
    cache="no-store",
    response_model="IntakeCard",
    statuses=(401,),
)
def get_intake_card(request: Request, record_id: str) -> Answer:
    """Tell the agency that has a card, and those above it, what it is about; nobody else learns it."""
    from chalicelib.usecases.cards import find_card_with_subject

    wired = wiring.current()
    found = find_card_with_subject(record_id, principal_of(request), wired.records, wired.cards)
    base, state = wired.settings.base_path, found.head.state
    shown = {
        "id": record_id,
        **_subject(found.subject),
        "stage": state["stage"],
        "colour": state["colour"],
        "rule": state["content"]["rule"],
        "next_act": found.head.act + 1,
        "links": {
            "record": f"{base}/v1/supervision/{record_id}",
            **_subject_link(found.subject, base),
            "next": f"{base}/v1/intake/supervision/{record_id}/acts/{found.head.act + 1}",
        },
    }
    return Answer(orjson.dumps(shown))


def _subject(subject: "Ref") -> dict[str, Any]:
    if subject.kind == "case":
        return {"case_no": subject.record_id}
    return {"subject": {"kind": subject.kind, "id": subject.record_id}}


def _subject_link(subject: "Ref", base: str) -> dict[str, str]:
    """Where the signed reads of what a card is about begin: the case, or the first act on the record."""
    if subject.kind == "case":
        return {"case": f"{base}/v1/intake/cases/{subject.record_id}"}
    from chalicelib.domain.nouns import BY_KIND

    collection = BY_KIND[subject.kind].collection
    return {"subject": f"{base}/v1/intake/{collection}/{subject.record_id}/acts/1"}


for _collection, _kind, _model in (
    ("agencies", "agency", "AgencyAct"),
    ("services", "service", "ServiceAct"),
    ("disclosures", "disclosure", "DisclosureAct"),
    ("evaluations", "evaluation", "EvaluationAct"),
    ("feedback", "feedback", "FeedbackAct"),
    ("filings", "filing", "AnswerFiling"),
    ("keys", "key", "KeyAct"),
    ("supervision", "card", "CardAct"),
    ("rules", "rule", "RuleAct"),
    ("centres", "centre", "CentreAct"),
    ("comments", "comment", "ModerateComment"),
):
    _declare_act(_collection, _kind, _model)
    _declare_receipt(_collection, _kind)
_declare_receipt("hearings", "hearing")
_declare_receipt("statistics-periods", "period")
