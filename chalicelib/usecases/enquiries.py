"""Taking in what the public sends: an enquiry becomes a case of a built-in service, numbered by the UUID that names it.

    read      the body, or every reason why it cannot be read; nothing is looked up for what cannot
    limit     enquiries are counted by source network and hour; with work done for these very bytes, against a wider limit
    replay    the same bytes at the same UUID: the same receipt, and within a day a fresh code until the first exchange;
              uuid and bytes stand for the signature. Other bytes, or another's case: the place is taken
    address   the agency that handles it: of a complaint the nearest living one above the one complained of
    hearing   a registration names a hearing of this agency that takes registrations at this instant
    commit    registration, case, code and private text in one transaction

What was written is kept word for word in one item of the case's partition and is shown to the agency that handles it only.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from chalicelib.domain import enquiries, hearings
from chalicelib.domain.cases import decide as deciding
from chalicelib.domain.cases.decide import Change, StoredWrite
from chalicelib.domain.cases.intake import PUBLIC, REGISTER, Line
from chalicelib.domain.enquiries import BuiltIn
from chalicelib.domain.instants import from_key, to_key
from chalicelib.domain.records import Actor, Ref, Refusals
from chalicelib.errors import (
    ConditionFailedError,
    ForbiddenError,
    NotFoundError,
    PlaceTakenError,
    Problem,
    RefusedError,
    UnavailableError,
)
from chalicelib.usecases.authenticate import is_within
from chalicelib.usecases.case_codes import REGISTRATION_CODE, Minting, fresh_code
from chalicelib.usecases.cases import CaseReceipt, CaseStore, OpenedCase, Terms
from chalicelib.usecases.ports import COMMIT_TRIES, RecordStore
from chalicelib.usecases.queues import PAGE_LIMIT, QueuePage
from chalicelib.usecases.tries import Gate

UUID_VERSIONS = (4, 7)
CODE_AGAIN = timedelta(hours=24)
"""How long the same enquiry sent again brings a fresh code."""
PUBLIC_KEY_ID = ""
"""Stands in a receipt for the key: the public has none."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What taking in enquiries needs, for the length of one request."""

    cases: CaseStore
    records: RecordStore
    terms: Terms
    gate: Gate
    now: datetime


def check_uuid(text: str) -> None:
    """Hold the name of what the public writes to a canonical UUID made by chance.

    Raises:
        NotFoundError: it is another one, or written otherwise.
    """
    try:
        found = UUID(text)
    except ValueError:
        found = None
    if found is None or str(found) != text or found.version not in UUID_VERSIONS:
        raise NotFoundError("the address ends in a UUID of version 4 or 7, in small letters")


def send_enquiry(number: str, raw: bytes, desk: Desk, minting: Minting) -> CaseReceipt:
    """Take in an enquiry, or answer for it if it is there already; the receipt brings a code where one is due.

    Raises:
        NotFoundError: the number is no UUID. MalformedError, PlaceTakenError, RefusedError: as the names say.
        TooManyTriesError: too many enquiries from there. UnavailableError: others were faster time and again.
    """
    check_uuid(number)
    enquiry = _read(raw)
    desk.gate.let_in(number, raw, desk.now)
    for _ in range(COMMIT_TRIES):
        case = desk.cases.open([number]).get(number)
        try:
            if case is not None:
                return CaseReceipt(_same(case, raw), new=False, query_code=_code_again(case, desk.now, minting))
            service = _addressed(enquiry, desk.records)
            _check_hearing(enquiry, desk)
            change = open_case(number, raw, service, desk.terms, desk.now)
            code, kept = minting.mint(number, REGISTRATION_CODE)
            desk.cases.commit(number, None, change, to_key(desk.now), kept)
        except ConditionFailedError:
            continue  # somebody else, or this very request with its answer lost: look again
        assert change.registration is not None
        return CaseReceipt(change.registration, new=True, query_code=code)
    raise UnavailableError("this enquiry is being sent at the same time")


def _read(raw: bytes) -> dict[str, Any]:
    from chalicelib.domain.models import common
    from chalicelib.domain.models import enquiries as models

    return common.parse(models.ENQUIRY, raw, tagged=False)


def _same(case: OpenedCase, raw: bytes) -> StoredWrite:
    there = case.registration
    if there.via != PUBLIC or there.sha256 != sha256(raw).hexdigest():
        raise PlaceTakenError("other bytes stand at this place")
    return there


def _code_again(case: OpenedCase, now: datetime, minting: Minting) -> str | None:
    if now >= from_key(case.registration.received_at) + CODE_AGAIN:
        return None
    return fresh_code(case, minting)


def _addressed(enquiry: Mapping[str, Any], records: RecordStore) -> BuiltIn:
    """Return the built-in service of the agency that handles an enquiry.

    Raises:
        RefusedError: no agency can.
    """
    named = Ref("agency", enquiry["agency"])
    agency = records.heads([named]).get(named)
    if agency is None:
        raise _refused("agency_unknown", "there is no such agency")
    if agency.state["stage"] == "dissolved":
        raise _refused("agency_dissolved", "the agency has ended: send this to the agency above it")
    candidates = [Ref("agency", each) for each in enquiries.handlers(enquiry["kind"], agency.state["path"])]
    states = {ref: head.state for ref, head in records.heads(candidates).items()}
    living = [ref.record_id for ref in candidates if states[ref]["stage"] != "dissolved"]
    if not living:
        raise _refused(
            "no_supervisor",
            "no agency above this one is here: complain to its superior by the channel it names, or ask it a question",
        )
    service = BuiltIn(enquiry["kind"], living[0])
    if len(service.service) > enquiries.ID_LIMIT:
        raise _refused("agency_takes_none", "this agency's id is too long to take enquiries: use a channel it names")
    return service


def _check_hearing(enquiry: Mapping[str, Any], desk: Desk) -> None:
    """Hold a registration to the notice of its hearing.

    Raises:
        RefusedError: there is no such hearing, it is another agency's, or it takes no registrations now.
    """
    if enquiry["kind"] != enquiries.HEARING_REGISTRATION:
        return
    ref = Ref(hearings.KIND, enquiry["about"]["hearing"])
    head = desk.records.heads([ref]).get(ref)
    refusals = Refusals()
    hearings.refuse_registration(refusals, head.state if head else None, enquiry["agency"], to_key(desk.now))
    refusals.settle()


def _refused(code: str, message: str) -> RefusedError:
    return RefusedError(Problem(code, message, pointer="/agency"))


def open_case(number: str, raw: bytes, service: BuiltIn, terms: Terms, now: datetime, access: str = "code") -> Change:
    """Return what opens a case of a built-in service: received now, with a private text."""
    content = {
        "service": service.service,
        "access": access,
        "received_at": to_key(now),
        "channel": "online",
        "holders": [],
        "synthetic": False,
    }
    line = Line(1, REGISTER, number, None, raw, PUBLIC, content)
    desk = Actor(PUBLIC_KEY_ID, service.agency, "", frozenset({deciding.ROLE}))
    change = deciding.decide(None, [line], desk, terms.of([service.service]), now).change
    assert change is not None  # a case that is not there, of a service that is: nothing refuses it
    return change._replace(enquiry=raw)


def list_open_enquiries(
    agency: str, after: str | None, actor: Actor, cases: CaseStore, records: RecordStore
) -> QueuePage:
    """Return enquiries that an agency has not answered, oldest first, to itself and the agencies above it.

    Raises:
        ForbiddenError: the key's agency is neither. NotFoundError: `after` is none of its enquiries.
    """
    if not is_within(agency, actor, records):
        raise ForbiddenError("other_agency", "the key's agency is neither this agency nor above it")
    place = "" if after is None else cases.place_of_enquiry(agency, after)
    if place is None:
        raise NotFoundError("no such enquiry of this agency")
    return cases.open_enquiries(agency, place, PAGE_LIMIT)
