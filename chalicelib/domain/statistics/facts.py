"""The fact of a case: the one row from which every figure is counted, and the leaf under which it is counted.

A fact is derived from the newest fold of the case (`domain/cases/facts.py`). It lies under its agency, its service and the
month in which the case ended, or `open`. A case that is opened again moves; so a case is counted once, or not at all.
"""

from typing import NamedTuple

import orjson

from chalicelib.domain.statistics.periods import month_of

OPEN = "open"
COUNTED, IMMEDIATE, WITHDRAWN, ADMINISTRATIVE = "counted", "immediate", "withdrawn", "administrative"
ROWS = (COUNTED, IMMEDIATE, WITHDRAWN, ADMINISTRATIVE)
"""Immediate cases, withdrawals by the applicant and administrative endings are never mixed in with the counted ones."""


class Fact(NamedTuple):
    """What statistics know of a case. Days are local to the jurisdiction; `decided_on` is the day on which it ended."""

    service: str
    agency: str
    jurisdiction: str
    opened_on: str
    decided_on: str | None
    due_on: str | None
    on_time: bool | None
    promise_kept: bool | None
    law_kept: bool | None
    agency_days: int | None
    gross_days: int | None
    gross_seconds: int | None
    stopped: bool
    extended: bool
    row: str
    centre: str | None = None
    """The service centre that took it in, and the window there."""
    window: str | None = None
    settled: bool | None = None
    """Whether it was decided there."""
    hand_overs: int = 0
    visits: int = 0
    outcome: str | None = None
    """What it was decided or closed as."""


_ALWAYS = Fact._fields[: -len(Fact._field_defaults)]


def read_fact(raw: bytes) -> Fact:
    """Return the fact that a case item carries; one that was written before a member came to be lacks it."""
    found = orjson.loads(raw)
    later = (found.get(name, default) for name, default in Fact._field_defaults.items())
    return Fact(*(found[name] for name in _ALWAYS), *later)


class Leaf(NamedTuple):
    """Where facts are counted together: an agency's service in one month, or still open."""

    jurisdiction: str
    agency: str
    service: str
    place: str

    @property
    def text(self) -> str:
        """`boston#PWDx#PWDx-potholes#2015-01`: no id holds a `#`."""
        return "#".join(self)


def leaf_of(fact: Fact) -> Leaf:
    """Return the leaf under which a fact is counted."""
    place = month_of(fact.decided_on) if fact.decided_on else OPEN
    return Leaf(fact.jurisdiction, fact.agency, fact.service, place)


REQUESTS = "disclosure_request"
"""The built-in service (`domain/enquiries.py`) whose cases are an agency's requests for disclosure."""


def request_service(agency: str) -> str:
    """Return the service under which the requests for disclosure to an agency are counted."""
    return f"{REQUESTS}.{agency}"


def asked_of(service: str) -> str | None:
    """Return the agency whose requests for disclosure are counted under a service, or None: it is another service."""
    kind, dot, agency = service.partition(".")
    return agency if dot and kind == REQUESTS else None


def read_leaf(text: str) -> Leaf:
    """Return the leaf that `Leaf.text` wrote."""
    return Leaf(*text.split("#"))
