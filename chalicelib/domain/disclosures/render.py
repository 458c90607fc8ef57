"""What a disclosure shows: the text, how it came about, and what was said and decided of it."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from chalicelib.domain.agency_duties import REPORTS
from chalicelib.domain.catalogue import series_of
from chalicelib.domain.disclosures import filing
from chalicelib.domain.disclosures.consultation import answer_due_on, places
from chalicelib.domain.disclosures.steps import demanded, exempt, missing
from chalicelib.domain.disclosures.submission import GROUP
from chalicelib.domain.disclosures.table import AWAITING_APPROVAL, IN_CONSULTATION, PUBLISHED, WITHDRAWN
from chalicelib.domain.document_numbers import normalised
from chalicelib.domain.duties import local_day, owed_to_public
from chalicelib.domain.instants import dated
from chalicelib.domain.links import link_places, linked_from
from chalicelib.domain.placed import DISCLOSURES_BY_DOC_NO
from chalicelib.domain.public_facts import of_disclosure
from chalicelib.domain.records import Place, Ref, Rendered, State, shortened, without_empty

Written = Callable[[str], str]


def render(record_id: str, state: State, written: Written) -> Rendered | None:
    """Return what a disclosure shows, or None while it shows nothing."""
    if state["version"] == 0:
        return None
    if state["stage"] == WITHDRAWN:
        return _withdrawn(state, written)
    content = without_empty(state["content"])
    body, summary = _body(record_id, state, content, written), dated(_summary(state, content), written)
    lists, holdings = _lists(state, content), _holdings(state, content)
    answer = owed_to_public(answer_due_on(state), state)
    named = (*places(state), *_links(state, content), *_numbered(state, content), *answer)
    return Rendered(body, summary, lists, places=named, holdings=holdings, fact=of_disclosure(state))


def _links(state: State, content: dict[str, Any]) -> tuple[Place, ...]:
    """Return the entries by which it is found from the records it names, what took its place among them."""
    successor = state.get("superseded")
    own = (linked_from(Ref("disclosure", successor["by"]), successor["at"], "superseded_by"),) if successor else ()
    return (*link_places(content, state["published_at"]), *own)


def _numbered(state: State, content: dict[str, Any]) -> tuple[Place, ...]:
    """Return the entry by which it is found from its document number, however that is typed."""
    if "doc_no" not in content:
        return ()
    return (Place(DISCLOSURES_BY_DOC_NO, normalised(content["doc_no"]), state["published_at"]),)


def _body(record_id: str, state: State, content: dict[str, Any], written: Written) -> dict[str, Any]:
    parts = {
        "approval": _approval(state.get("shown_approval")),
        "broken_glass": _glass(state),
        "consultations": [without_empty(held) for held in state.get("rounds", ())],
        "hearings": state.get("hearings"),
        "decision_steps": _steps(state),
        "adoption": state.get("adoption"),
        "filings": filing.shown(record_id, state),
        "corrections": state.get("corrections"),
        "superseded": state.get("superseded"),
    }
    return {"stage": state["stage"], **content, **dated(without_empty(parts), written)}


def _approval(approval: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return what is told of an approval: a group is named, a person never."""
    if approval is None:
        return None
    group = approval["person"].removeprefix(GROUP) if approval["person"].startswith(GROUP) else None
    names = ("at", "openness", "secrecy_review", "meeting")
    told: dict[str, Any] = {name: approval[name] for name in names if name in approval}
    return without_empty({"by": "group" if group else "person", "group": group, **told, "released": _counted(approval)})


def _counted(approval: dict[str, Any]) -> list[dict[str, Any]]:
    """Return how many findings of each kind were released; where they stand is known to who approved them."""
    kinds = Counter(each["kind"] for each in approval.get("releases", ()))
    return [{"kind": kind, "count": count} for kind, count in sorted(kinds.items())]


def _glass(state: State) -> dict[str, Any] | None:
    glass = state.get("broken_glass")
    if glass is None:
        return None
    told = {name: member for name, member in glass.items() if name != "releases"}
    owed = state.get("pending") == AWAITING_APPROVAL
    return without_empty({**told, "approval_owed": owed or None, "released": _counted(glass)})


def _steps(state: State) -> dict[str, Any] | None:
    return without_empty(
        {
            "exempt": exempt(state),
            "demanded": list(demanded(state)),
            "missing": missing(state),
            "recorded": state.get("steps", []),
        }
    )


def _summary(state: State, content: dict[str, Any]) -> dict[str, Any]:
    return {
        "stage": state["stage"],
        "title": shortened(content["title"]),
        "category": content["category"],
        "cadence": content["cadence"],
        **({"approval_owed": True} if state.get("pending") == AWAITING_APPROVAL else {}),
        **{name: content[name] for name in ("doc_no", "issued_on") if name in content},
        **_heard(state),
        **without_empty({"answer_due_on": answer_due_on(state)}),
    }


_WHEN = ("round", "opens_at", "closes_at", "last_day", "response_due_on")


def _heard(state: State) -> dict[str, Any]:
    """Return until when opinions on a draft are heard, as a list says it: whether that is now depends on the reader."""
    if state["stage"] != IN_CONSULTATION:
        return {}
    last = state["rounds"][-1]
    return {"consultation": without_empty({name: last.get(name) for name in _WHEN})}


def _lists(state: State, content: dict[str, Any]) -> dict[str, str]:
    return {"category": content["category"], "stage": state["stage"], "cadence": content["cadence"]}


def _holdings(state: State, content: dict[str, Any]) -> dict[str, dict[str, str | int]]:
    """Return what stands of a live text in the catalogue of its agency."""
    if state["stage"] != PUBLISHED:
        return {}
    disclosed_on = local_day(state["final_at"], state)
    held: dict[str, str | int] = {"disclosed_on": disclosed_on}
    if "formed_on" in state and "source" not in content:  # as the statistics count it: from what was shown first
        held["formed_on"] = state["formed_on"]
    if content["category"] == REPORTS:  # it reports on the year before the one it was formed in
        held["year"] = int(content.get("formed_on", disclosed_on)[:4]) - 1
    return {content["category"]: held, **series_of(content.get("schedule"), state["final_at"])}


def _withdrawn(state: State, written: Written) -> Rendered:
    content = state["content"]
    body = {"stage": WITHDRAWN, "reason": state["reason"], "content_sha256": state["content_sha256"], **content}
    if "rounds" in state:  # that opinions were heard, and until when: what was asked is gone with the text
        rounds = [{name: held[name] for name in _WHEN[:-1]} for held in state["rounds"]]
        body["consultations"] = dated(rounds, written)
    summary = {"stage": WITHDRAWN, **{name: content[name] for name in ("doc_no", "category") if name in content}}
    if "title" in content:
        summary["title"] = shortened(content["title"])
    return Rendered(body, summary, {"stage": WITHDRAWN}, listed=False, fact=of_disclosure(state))
