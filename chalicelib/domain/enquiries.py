"""Enquiries (咨询 投诉 依申请公开 听证报名): services that every agency offers without having published them.

Their commitments are data (`data/enquiries.json`), each number with its source and whether that was checked. A built-in
service belongs to one agency, as every service does: its id is the kind, a dot, and the agency's id. So the terms of a
case follow from the id alone, an agency's figures and those of its services add up as ever, and two jurisdictions never
meet in one service. The ids are reserved: no agency can publish under one.

A complaint is handled by the agency above the one complained of, never by that one itself.
"""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from chalicelib.domain.records import State

ID_LIMIT = 64
"""Longest id of a service; agencies whose own id leaves no room for the kind take no enquiries."""
FOLLOW_UP = "rating_follow_up"
"""The case that a low rating opens (差评回访整改); nobody sends one as an enquiry."""
HEARING_REGISTRATION = "hearing_registration"
"""The case of somebody who registers for a hearing (听证报名): only while its notice says that one may."""
SUPERVISOR = "supervisor"
_FILE = Path(__file__).parent / "data" / "enquiries.json"


class BuiltIn(NamedTuple):
    """A built-in service of one agency."""

    kind: str
    agency: str

    @property
    def service(self) -> str:
        """`question.bureau`: the id of the service."""
        return f"{self.kind}.{self.agency}"


@cache
def kinds() -> dict[str, dict[str, Any]]:
    """Return every kind: its titles, who handles it, what to send, and its commitments with their sources."""
    found: list[dict[str, Any]] = json.loads(_FILE.read_text("utf-8"))["kinds"]
    return {entry["kind"]: entry for entry in found}


@cache
def version() -> str:
    """Return the date of the data."""
    return str(json.loads(_FILE.read_text("utf-8"))["version"])


def built_in(service: str) -> BuiltIn | None:
    """Return what a service id of this form names, or None: it is an agency's own."""
    kind, dot, agency = service.partition(".")
    return BuiltIn(kind, agency) if dot and agency and kind in kinds() else None


def service_state(of: BuiltIn, agency: State) -> State:
    """Return a built-in service as the record of a published one would be kept."""
    return {
        "agency": of.agency,
        "jurisdiction": agency["jurisdiction"],
        "commitments": kinds()[of.kind]["commitments"],
    }


def handlers(kind: str, path: Sequence[str]) -> list[str]:
    """Return who may handle an enquiry to the last agency of a path, the nearest first; none where nobody may."""
    return list(path[-2::-1]) if kinds()[kind]["handled_by"] == SUPERVISOR else list(path[-1:])
