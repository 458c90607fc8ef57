"""Enquiries: what one may send and what is promised about it, the sending, and the agency's list of what is not answered.

Nothing of what was written stands in an answer to the public, in a list, an error or a log: it is shown by the signed read
of the case (`routes/case_intake.py`) only.
"""

from typing import TYPE_CHECKING

import orjson

from chalicelib import wiring
from chalicelib.routes.access import Access
from chalicelib.routes.endpoint import Answer, Request, Routes
from chalicelib.routes.queues import Queue, declare_queue

if TYPE_CHECKING:
    from chalicelib.domain.proof_of_work import Proof
    from chalicelib.domain.records import Actor
    from chalicelib.usecases.queues import QueuePage
    from chalicelib.usecases.tries import Gate

routes = Routes(__name__, "enquiries")

CACHE = "public, max-age=3600, stale-while-revalidate=86400"


@routes.get(
    "/v1/enquiries",
    access=Access.PUBLIC,
    summary="What one may send to an agency, and what is promised about it",
    cache=CACHE,
    response_model="EnquiryKinds",
)
def list_enquiry_kinds(request: Request) -> Answer:
    """List the kinds of enquiry: who handles them, what to send, and every limit with its source."""
    return Answer(_kinds())


def _kinds() -> bytes:
    from chalicelib.domain.enquiries import FOLLOW_UP, kinds, version

    found = [
        {
            "kind": kind,
            "title": entry["title"],
            "service": f"{kind}.{{agency}}",
            "handled_by": entry["handled_by"],
            "sent_by": "the_program" if kind == FOLLOW_UP else "anybody",
            **({"send": entry["send"]} if "send" in entry else {}),
            "commitment": entry["commitments"][-1],
        }
        for kind, entry in kinds().items()
    ]
    return orjson.dumps({"version": version(), "kinds": found})


@routes.write(
    "PUT",
    "/v1/enquiries/{uuid}",
    access=Access.OPEN,
    summary="Ask, complain, request information, register for a hearing",
    request_model="Enquiry",
    response_model="EnquiryReceipt",
    statuses=(200, 201, 404, 409, 413, 422, 429),
    takes_work=True,
)
def put_enquiry(request: Request, uuid: str) -> Answer:
    """Open a case whose number is the UUID; the receipt brings the query code that opens its status."""
    from chalicelib.domain.cases.intake import LINE_LIMIT_BYTES
    from chalicelib.routes.case_intake import minting, receipt_body
    from chalicelib.routes.intake import check_size
    from chalicelib.usecases.cases import Terms
    from chalicelib.usecases.enquiries import Desk, send_enquiry

    check_size(request, LINE_LIMIT_BYTES)
    wired = wiring.current()
    desk = Desk(
        wired.cases,
        wired.records,
        Terms(wired.records),
        gate_of(request, "enquiries", wired.settings.enquiries_per_hour_network),
        wired.now(),
    )
    receipt = send_enquiry(uuid, request.body, desk, minting())
    found = receipt_body(receipt, "", "registration")
    base = wired.settings.base_path
    found |= {
        "service": receipt.write.content["service"],
        "agency": receipt.write.agency,
        "links": {"self": f"{base}/v1/enquiries/{uuid}", "case": f"{base}/v1/cases/{uuid}"},
    }
    return Answer(orjson.dumps(found), 201 if receipt.new else 200)


def gate_of(request: Request, name: str, per_hour_network: int) -> "Gate":
    """Return what stands before one kind of thing that the public sends."""
    from chalicelib.usecases.tries import Gate

    wired = wiring.current()
    return Gate(
        name,
        wired.case_codes,
        request.source_ip,
        per_hour_network,
        wired.keyring.of("proof-of-work"),
        wired.settings.proof_of_work_bits,
        _proof_of(request),
    )


def _proof_of(request: Request) -> "Proof | None":
    """Return the work that stands in the header: it cannot stand in the body, whose bytes name what is sent."""
    from chalicelib.domain.proof_of_work import Proof

    challenge, _, nonce = (request.header("proof-of-work") or "").strip().partition(" ")
    return Proof(challenge, nonce) if challenge else None


def _open(agency: str, after: str | None, actor: "Actor") -> "QueuePage":
    from chalicelib.usecases.enquiries import list_open_enquiries

    wired = wiring.current()
    return list_open_enquiries(agency, after, actor, wired.cases, wired.records)


declare_queue(
    routes,
    Queue(
        "/v1/intake/agencies/{record_id}/enquiries",
        "list_open_enquiries",
        "OpenEnquiries",
        "Enquiries that an agency has not answered",
        "enquiries that the agency has not answered",
        named_by="case_no",
        after="case_no",
        since="received_at",
        item="/v1/intake/cases/",
        find=_open,
    ),
)
