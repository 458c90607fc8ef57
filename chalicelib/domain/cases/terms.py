"""The commitment (服务承诺) a case is bound to: the last version in effect on the local day of acceptance, else the first.

Before acceptance the day it came in stands for that day, so that the applicant sees the promise that will hold. A version
that says no `effective_on` is in effect from the day on which it was published; the first one always was.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from chalicelib.domain.cases.graph import line_of, stages_of
from chalicelib.domain.cases.records import Commitment, Joint, ServiceTerms, Step
from chalicelib.domain.clock.records import Limit
from chalicelib.domain.instants import from_key, zone
from chalicelib.domain.law import by_law, source


class Bound(NamedTuple):
    """The commitment a case is bound to; `early` says that no version was in effect yet, so the first one holds."""

    commitment: Commitment
    early: bool

    def explained(self) -> dict[str, Any]:
        """Return the step of an explanation that says which commitment holds."""
        code = "bound_to_first_version" if self.early else "bound_to_version"
        return {"code": code, "value": self.commitment.version}


def bind(terms: ServiceTerms, day: date) -> Bound:
    """Return the commitment that holds for a case of this day."""
    holding = [c for c in terms.commitments if c.effective_on is None or c.effective_on <= day]
    return Bound(holding[-1], early=False) if holding else Bound(terms.commitments[0], early=True)


def read_terms(
    service_id: str,
    service: Mapping[str, Any],
    agency: Mapping[str, Any],
    above: Sequence[Mapping[str, Any]] = (),
    others: Mapping[str, Mapping[str, Any]] | None = None,
) -> ServiceTerms:
    """Return the terms of a service from its state, that of its agency, and of those above it, the nearest first.

    Where to complain is the service's own channel, else its agency's, else that of the nearest agency above. `others` are
    the states of the agencies that `agencies_of` names, as far as there are such agencies.
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
        branch_paths={name: tuple(state["path"]) for name, state in (others or {}).items()},
        synthetic=service.get("synthetic", False),
    )


def agencies_of(service: Mapping[str, Any]) -> set[str]:
    """Return the agencies on which the terms of a service rest: its own, and those that have a branch."""
    steps = (step for entry in service["commitments"] for step in entry.get("steps") or () if step.get("branch"))
    return {service["agency"], *(step["agency"] for step in steps if step.get("agency"))}


def _commitment(entry: Mapping[str, Any], complaint: Mapping[str, Any] | None, time_zone: str) -> Commitment:
    limits = entry.get("limits") or {}
    promised, statutory, extension, extension_basis = _of_the_whole(entry, limits)
    steps = tuple(_step(step) for step in entry.get("steps") or ())
    stages = stages_of(line_of(steps))
    return Commitment(
        version=entry["version"],
        title=entry["title"],
        effective_on=_effective_on(entry, time_zone),
        handling=entry.get("handling", "promised"),
        promised=promised,
        statutory=statutory,
        clock_starts=entry.get("clock_starts", "accepted"),
        supplement=entry.get("supplement", "before_acceptance"),
        promise_covers=entry.get("promise_covers", "decision"),
        special_procedures={
            procedure["kind"]: _basis(procedure["legal_basis"]) for procedure in entry.get("special_procedures") or ()
        },
        extension=extension,
        extension_basis=extension_basis,
        legal_basis=tuple(_basis(basis) for basis in entry.get("legal_basis") or ()),
        acceptance=_acceptance(entry, limits),
        supplement_request=_limit(limits.get("supplement_request")),
        first_review=_limit(limits.get("first_review")),
        first_review_by_law=by_law("first_review") if _is_licence(entry) else None,
        issue=_issue(entry, limits),
        overdue_means=entry.get("overdue_means", "nothing"),
        joint=_joint(entry),
        steps=steps,
        stages=tuple(stage for stage, _ in stages),
        stage_names=tuple(name for _, name in stages),
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


def _acceptance(entry: Mapping[str, Any], limits: Mapping[str, Any]) -> Limit | None:
    if limits.get("acceptance") or entry.get("handling") == "immediate":
        return _limit(limits.get("acceptance"))
    return by_law("acceptance") if entry.get("service_kind") in APPLICATIONS else None


def _issue(entry: Mapping[str, Any], limits: Mapping[str, Any]) -> Limit | None:
    return _limit(limits.get("issue")) or (by_law("issue") if entry.get("service_kind") == "licence" else None)


def _is_licence(entry: Mapping[str, Any]) -> bool:
    """Whether the limits of the Licensing Law hold: not for what is done on the spot."""
    return entry.get("service_kind") == "licence" and entry.get("handling") != "immediate"


class _Whole(NamedTuple):
    """The limits of the whole: those of the joint handling where there is one."""

    promised: Limit | None
    statutory: Limit | None
    extension: Limit | None = None
    extension_basis: str | None = None


def _of_the_whole(entry: Mapping[str, Any], limits: Mapping[str, Any]) -> _Whole:
    """What is said of the joint handling stands; else what is said of the service; else the law's own for licences."""
    promised, statutory = _limit(limits.get("promised")), _limit(limits.get("statutory"))
    joint = entry.get("joint")
    extension = (joint or {}).get("extension") or entry.get("extension")
    by = (_limit(extension["limit"]), _basis(extension["legal_basis"])) if extension else (None, None)
    licence = _is_licence(entry)
    if not joint and licence and statutory is None:
        extended = by if extension else (by_law("decision_extension"), source("decision_extension"))
        return _Whole(promised, by_law("decision"), *extended)
    if not joint:
        return _Whole(promised, statutory, *by)
    promised, statutory = _limit(joint.get("promised")) or promised, _limit(joint.get("statutory")) or statutory
    if licence:
        extended = by if extension else (by_law("joint_extension"), source("joint_extension"))
        return _Whole(promised, statutory or by_law("joint"), *extended)
    return _Whole(promised, statutory, *by)


def _joint(entry: Mapping[str, Any]) -> Joint | None:
    if not entry.get("joint"):
        return None
    extension = entry.get("extension")
    return Joint(_limit(extension["limit"]) if extension else None)


def _step(entry: Mapping[str, Any]) -> Step:
    limit = _limit(entry.get("limit"))
    return Step(entry["stage"], entry.get("agency"), limit, entry.get("group"), entry.get("branch"), entry.get("name"))


def _limit(entry: Mapping[str, Any] | None) -> Limit | None:
    return Limit(entry["value"], entry["unit"]) if entry else None


def _basis(entry: Mapping[str, Any]) -> str:
    return " ".join(filter(None, (entry["document"], entry.get("article"))))
