"""What a rule shows, and the lists it stands in.

Lists that depend on now are sorted by the instant at which a rule stops being what the list is of: one query from now on
gives those in force, up to now those that lapsed.
"""

from collections.abc import Callable, Iterable
from typing import Any

from chalicelib.domain.duties import owed_to_public
from chalicelib.domain.instants import WITHOUT_END
from chalicelib.domain.links import link_places
from chalicelib.domain.placed import (
    RULES_BY_AREA,
    RULES_BY_DOC_NO,
    RULES_BY_REVIEW,
    RULES_IN_FORCE,
    RULES_LAPSING,
    in_force_scope,
)
from chalicelib.domain.public_facts import of_rule
from chalicelib.domain.records import Place, Rendered, State, shortened, without_empty
from chalicelib.domain.rule_standing import PUBLISHED, WITHDRAWN, begins_at


def render_rule(state: State, written: Callable[[str], str]) -> Rendered:
    """Return what a rule shows."""
    content, stage = without_empty(state["content"]), state["stage"]
    doc_no = state.get("doc_no")
    as_sent = content.get("doc_no") if content.get("doc_no") != doc_no else None
    days = {name: state[name] if stage == PUBLISHED else None for name in ("review_due_on", "report_due_on")}
    force = _force(state, written)
    stated = {name: value for name, value in content.items() if name not in days}
    body = {
        **stated,
        "stage": stage,
        "doc_no": doc_no,
        "doc_no_as_sent": as_sent,
        **force,
        **days,
        "execution_reports": _said(state["reports"], written),
        "reviews": _said(state["reviews"], written),
        "replaces": state["replaces"],
        "replaced_by": state.get("replaced_by"),
        "ended_on": state.get("effective_on") if "ended" in state else None,
        "ended": next(iter(_said([state["ended"]], written)), None) if "ended" in state else None,
    }
    summary = {
        "stage": stage,
        "title": shortened(content["title"]),
        "rule_kind": content["rule_kind"],
        "area": content["area"],
        "doc_no": doc_no,
        **force,
        **days,
        "replaced_by": state.get("replaced_by"),
    }
    lists = {"stage": stage} | ({"category": content["rule_kind"]} if stage != WITHDRAWN else {})
    return Rendered(
        without_empty(body),
        {**without_empty(summary), "executed": len(state["reports"])},
        lists,
        listed=stage != WITHDRAWN,
        places=_places(state) if stage != WITHDRAWN else (),
        fact=of_rule(state),
    )


def _force(state: State, written: Callable[[str], str]) -> dict[str, str]:
    names = ("in_force_from", "in_force_until")
    return {name: written(state[name]) for name in names if name in state}


def _said(told: Iterable[dict[str, Any]], written: Callable[[str], str]) -> list[dict[str, Any]]:
    return [{**each, "at": written(each["at"])} for each in told]


def _places(state: State) -> tuple[Place, ...]:
    agency, jurisdiction, area = state["agency"], state["jurisdiction"], state["content"]["area"]
    until, first = state.get("in_force_until"), state["published_at"]
    places = [Place(RULES_BY_AREA, area, first), *link_places(state["content"], first)]
    if "doc_no" in state:
        places.append(Place(RULES_BY_DOC_NO, state["doc_no"], first))
    if until is None or state["in_force_from"] < until:
        scopes = [
            in_force_scope(**owner, **subject)
            for owner in ({}, {"agency": agency}, {"jurisdiction": jurisdiction})
            for subject in ({}, {"area": area})
        ]
        places += [Place(RULES_IN_FORCE, value, until or WITHOUT_END) for value in scopes]
    if state["stage"] == PUBLISHED:
        places += [Place(RULES_LAPSING, "", until)] if until else []
        due = state["review_due_on"]
        places += [Place(RULES_BY_REVIEW, "", begins_at(due, state["time_zone"]))] if due else []
        places += owed_to_public(due, state)
    return tuple(places)
