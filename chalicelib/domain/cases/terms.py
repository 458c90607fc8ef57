"""The commitment (服务承诺) a case is bound to: the last version in effect on the local day of acceptance, else the first.

Before acceptance the day it came in stands for that day, so that the applicant sees the promise that will hold. A version
that says no `effective_on` is in effect from the day on which it was published; the first one always was.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from chalicelib.domain.cases.records import Commitment, Joint, ServiceTerms, Step, Words
from chalicelib.domain.clock.records import Limit
from chalicelib.domain.instants import from_key, zone


class Bound(NamedTuple):
    """The commitment a case is bound to; `early` says that no version was in effect yet, so the first one holds."""

    commitment: Commitment
    early: bool


def bind(terms: ServiceTerms, day: date) -> Bound:
    """Return the commitment that holds for a case of this day."""
    holding = [c for c in terms.commitments if c.effective_on is None or c.effective_on <= day]
    return Bound(holding[-1], early=False) if holding else Bound(terms.commitments[0], early=True)


def read_terms(
    service_id: str, service: Mapping[str, Any], agency: Mapping[str, Any], above: Sequence[Mapping[str, Any]] = ()
) -> ServiceTerms:
    """Return the terms of a service from its state, that of its agency, and of those above it, the nearest first.

    Where to complain is the service's own channel, else its agency's, else that of the nearest agency above.
    """
    channels = (each.get("content", {}).get("complaint") for each in (agency, *above))
    complaint = next(filter(None, channels), None)
    time_zone = agency["time_zone"]
    return ServiceTerms(
        service=service_id,
        agency=service["agency"],
        path=tuple(agency["path"]),
        jurisdiction=service["jurisdiction"],
        time_zone=time_zone,
        calendar=agency["calendar"],
        commitments=tuple(_commitment(entry, complaint, time_zone) for entry in service["commitments"]),
    )


def _commitment(entry: Mapping[str, Any], complaint: Mapping[str, Any] | None, time_zone: str) -> Commitment:
    limits = entry.get("limits") or {}
    extension = entry.get("extension")
    return Commitment(
        version=entry["version"],
        title=entry["title"],
        effective_on=_effective_on(entry, time_zone),
        handling=entry.get("handling", "promised"),
        promised=_limit(limits.get("promised")),
        statutory=_limit(limits.get("statutory")),
        clock_starts=entry.get("clock_starts", "accepted"),
        supplement=entry.get("supplement", "before_acceptance"),
        promise_covers=entry.get("promise_covers", "decision"),
        special_procedures={
            procedure["kind"]: _basis(procedure["legal_basis"]) for procedure in entry.get("special_procedures") or ()
        },
        extension=_limit(extension["limit"]) if extension else None,
        extension_basis=_basis(extension["legal_basis"]) if extension else None,
        legal_basis=tuple(_basis(basis) for basis in entry.get("legal_basis") or ()),
        acceptance=_acceptance(entry, limits),
        supplement_request=_limit(limits.get("supplement_request")),
        first_review=_limit(limits.get("first_review")),
        issue=_issue(entry, limits),
        overdue_means=entry.get("overdue_means", "nothing"),
        joint=_joint(entry.get("joint")),
        steps=tuple(_step(step) for step in entry.get("steps") or ()),
        stages=tuple(stage for stage, _ in _stages(entry.get("steps") or ())),
        stage_names=tuple(name for _, name in _stages(entry.get("steps") or ())),
        fees=tuple(fee["name"] for fee in entry["fees"]) if "fees" in entry else None,
        first_contact=entry.get("first_contact"),
        complaint=entry.get("complaint") or complaint,
    )


def _effective_on(entry: Mapping[str, Any], time_zone: str) -> date | None:
    if entry.get("effective_on"):
        return date.fromisoformat(entry["effective_on"])
    if entry["version"] == 1 or "received_at" not in entry:
        return None
    return from_key(entry["received_at"]).astimezone(zone(time_zone)).date()


APPLICATIONS = ("licence", "confirmation", "benefit", "award", "adjudication", "other_power")
"""Kinds of service that one applies for, so that acceptance is a decision of its own."""
ACCEPTANCE = Limit(5, "working_day")
"""Administrative Licensing Law art. 32: to accept, refuse, or ask once and in full; after that silence is acceptance."""
ISSUE = Limit(10, "working_day")
"""Administrative Licensing Law art. 44: to hand a licence out after it is granted."""


def _acceptance(entry: Mapping[str, Any], limits: Mapping[str, Any]) -> Limit | None:
    if limits.get("acceptance") or entry.get("handling") == "immediate":
        return _limit(limits.get("acceptance"))
    return ACCEPTANCE if entry.get("service_kind") in APPLICATIONS else None


def _issue(entry: Mapping[str, Any], limits: Mapping[str, Any]) -> Limit | None:
    return _limit(limits.get("issue")) or (ISSUE if entry.get("service_kind") == "licence" else None)


def _joint(entry: Mapping[str, Any] | None) -> Joint | None:
    return Joint(entry["lead"], _limit(entry.get("promised")), _limit(entry.get("statutory"))) if entry else None


def _step(entry: Mapping[str, Any]) -> Step:
    limit = _limit(entry.get("limit"))
    return Step(entry["stage"], entry.get("agency"), limit, entry.get("group"), entry.get("branch"))


def _limit(entry: Mapping[str, Any] | None) -> Limit | None:
    return Limit(entry["value"], entry["unit"]) if entry else None


def _basis(entry: Mapping[str, Any]) -> str:
    return " ".join(filter(None, (entry["document"], entry.get("article"))))


def _stages(steps: Any) -> list[tuple[str, Words | None]]:
    """The stages of the line in their order, with the service's own names; several steps of one stage in a row are one."""
    found: list[tuple[str, Words | None]] = []
    for stage, group in groupby(steps, key=lambda step: step["stage"]):
        first, *more = group
        found.append((stage, None if more else first.get("name")))
    return found
