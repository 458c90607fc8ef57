"""What the receipt of a case (受理回执) says: accepted when, promised by when, under which commitment and which law.

Source: Administrative Licensing Law art. 32: whoever applies is given a dated document, whether or not the case is accepted.

Invariants: it is made of the stored status and of a version that never changes, so the same state of a case gives the same
bytes; it is of the moment at which the case last changed, not of that at which it was asked for. It says all it means: what
changes afterwards, in the case, the service or the register, changes nothing in a receipt given before. Nothing of the
applicant is in it. A receipt begins with receipt: before the application came in there is none.
"""

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from chalicelib.domain.cases.records import Commitment, ServiceTerms
from chalicelib.domain.cases.view import HIDDEN, limit_of
from chalicelib.domain.clock.records import Limit
from chalicelib.domain.enquiries import built_in
from chalicelib.domain.instants import localised
from chalicelib.domain.public_view import Site
from chalicelib.domain.records import without_empty

KIND = "case_receipt"
RECEIPT_SIGNING = "receipt-signing"
"""The purpose whose keys (domain/keyring.py) are the private Ed25519 keys of receipts."""
_DUE = (
    "due_on",
    "due_at",
    "statutory_due_on",
    "statutory_due_at",
    "agency_due_at",
    "limit",
)
"""What the receipt repeats of the status's deadline."""
Claims = dict[str, Any]


def receipt_of(
    view: Mapping[str, Any], updated_at: str, terms: ServiceTerms, version_body: bytes | None, site: Site
) -> Claims | None:
    """Return what a receipt says of a case as it is stored, or None before the application came in.

    `version_body` is the public version of the commitment that the case is bound to, as far as it is public yet.
    """
    beside = view[HIDDEN].get("receipt", {})
    received_at, accepted_at = beside.get("received_at"), view.get("accepted_at")
    if received_at is None and accepted_at is None:
        return None

    def local(text: str | None) -> str | None:
        return None if text is None else localised(text, site.time_zone)

    return without_empty(
        {
            "kind": KIND,
            "origin": site.authority,
            "case_no": view["case_no"],
            "jurisdiction": terms.jurisdiction,
            "agency": view["agency"],
            "synthetic": view.get("synthetic"),
            "received_at": local(received_at),
            "accepted_at": local(accepted_at),
            "accepted_by_silence": beside.get("accepted_by_silence"),
            "status": {"code": view["status"]["code"], "since": local(view["status"]["since"])},
            "clock": view["clock"],
            "stopped": _local(view.get("stopped", {}), local),
            "acceptance": _local(beside.get("acceptance", {}), local),
            "deadline": _local(_deadline(view.get("deadline", {})), local),
            "issue": _local(beside.get("issue", {}), local),
            "commitment": _commitment(view, terms, version_body, site),
            "issued_at": local(updated_at),
        }
    )


def _local(members: Mapping[str, Any], local: Callable[[str], str | None]) -> Claims:
    return {name: local(value) if isinstance(value, str) else value for name, value in members.items()}


def _deadline(deadline: Mapping[str, Any]) -> Claims:
    found = {name: deadline[name] for name in _DUE if name in deadline}
    counted_with = [step["what"] for step in deadline.get("explain", ()) if step["code"] == "calendar"]
    return {**found, "calendar": counted_with[-1]} if counted_with else found


def _commitment(view: Mapping[str, Any], terms: ServiceTerms, version_body: bytes | None, site: Site) -> Claims:
    service, number = terms.service, view["service"]["version"]
    bound = next(commitment for commitment in terms.commitments if commitment.version == number)
    return without_empty(
        {
            "service": service,
            "version": number,
            "title": view["service"]["title"],
            "url": site.base_path + _where(service, number),
            "sha256": orjson.loads(version_body)["sha256"] if version_body else None,
            "handling": bound.handling,
            "clock_starts": bound.clock_starts,
            "promised": _limit(bound.promised),
            "statutory": _limit(bound.statutory),
            "acceptance": _limit(bound.acceptance),
            "issue": _limit(bound.issue),
            "overdue_means": None if bound.overdue_means == "nothing" else bound.overdue_means,
            "legal_basis": list(bound.legal_basis),
            "extension": _extension(bound),
            "special_procedures": [
                {"kind": kind, "legal_basis": basis} for kind, basis in bound.special_procedures.items()
            ],
        }
    )


def _where(service: str, number: int) -> str:
    return "/v1/enquiries" if built_in(service) else f"/v1/services/{service}/versions/{number}"


def _extension(bound: Commitment) -> Claims | None:
    if bound.extension is None:
        return None
    return without_empty({"limit": _limit(bound.extension), "legal_basis": bound.extension_basis})


def _limit(limit: Limit | None) -> Claims | None:
    return limit_of(limit) if limit else None
