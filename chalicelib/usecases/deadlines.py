"""The what-if calculator: the terms of a service as the public knows them, and the deadline of what is supposed to happen."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import orjson

from chalicelib.domain.cases.preview import Asked, narrowed, preview
from chalicelib.domain.cases.records import ServiceTerms
from chalicelib.domain.cases.terms import read_terms
from chalicelib.domain.enquiries import built_in, service_state
from chalicelib.domain.records import Ref, State
from chalicelib.errors import MalformedError, NotFoundError, Problem
from chalicelib.usecases.ports import RecordStore

PublicBody = Callable[[str, str], bytes | None]
"""The public body of a record, by kind and id; None while nothing of it is public."""


def preview_deadline(
    asked: Asked, records: RecordStore, public_body: PublicBody, now: datetime, time_zone: str
) -> bytes:
    """Return the deadlines of what is supposed of a service.

    Raises:
        NotFoundError: there is no such service, or nothing of it is public.
        MalformedError: it has no version of that number.
    """
    terms = narrowed(_terms(asked["service"], records, public_body), asked["version"], asked["as_of"])
    if terms is None:
        raise MalformedError(Problem("bad_parameter", "the service has no such version", parameter="version"))
    return preview(asked, terms, asked["now"] or now, time_zone)


def _terms(service: str, records: RecordStore, public_body: PublicBody) -> ServiceTerms:
    """Return the terms of a service up to the newest version that is public."""
    own = built_in(service)
    if own is not None:
        agency = _state(records, Ref("agency", own.agency))
        return read_terms(service, service_state(own, agency), agency)
    body = public_body("service", service)
    if body is None:
        raise NotFoundError("no such service")
    state = _state(records, Ref("service", service))
    terms = read_terms(service, state, _state(records, Ref("agency", state["agency"])))
    newest = orjson.loads(body)["version"]
    return replace(terms, commitments=tuple(each for each in terms.commitments if each.version <= newest))


def _state(records: RecordStore, ref: Ref) -> State:
    found = records.heads([ref]).get(ref)
    if found is None:
        raise NotFoundError("no such service")
    return found.state
