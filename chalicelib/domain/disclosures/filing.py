"""Filing (备案) of a published text with named receivers: the superior, the same-level leading group.

Each filing is a record of its own (`/v1/filings`, `domain/filings.py`) that comes in with `file_upward`; its receiver answers
there, never in the number line of the text. A text is filed with a receiver once, and anew when it was corrected since or when
the receiver returned it: the filing before then says which one took its place.
"""

from collections.abc import Iterator

from chalicelib.domain import filings
from chalicelib.domain.categories import categories
from chalicelib.domain.clock.records import Limit
from chalicelib.domain.disclosures.asked import Asked, Folding, Part
from chalicelib.domain.disclosures.submission import content_digest
from chalicelib.domain.disclosures.table import PUBLISHED
from chalicelib.domain.duties import Duty, local_day, owed
from chalicelib.domain.records import Act, Following, Ref, Refusals, State, next_version

FILE_UPWARD = "file_upward"
MOST_RECEIVERS = 30
"""With so many a text is filed at most: all of its filings end with it, in one transaction."""
_ENDS = {"withdraw": "withdrawn", "supersede": "superseded"}


def named(act: Act) -> tuple[Ref, ...]:
    """Return what the act must see: its receivers."""
    return tuple(Ref("agency", receiver) for receiver in act["receivers"]) if act["act"] == FILE_UPWARD else ()


def outdated(state: State, filing: State) -> bool:
    """Return whether the text was corrected since it was filed."""
    return any(each["version"] > filing["of_version"] for each in state.get("corrections", ()))


def shown(record_id: str, state: State) -> list[State]:
    """Return the filings of a text with the ids of their records."""
    return [{**each, "filing": _name(record_id, each)} for each in state.get("filings", ())]


def _name(record_id: str, filing: State) -> str:
    return filings.filing_id(record_id, filing["of_version"], filing["receiver"])


def _decide(refusals: Refusals, asked: Asked) -> None:
    known = {each["receiver"] for each in asked.state.get("filings", ())} | {*asked.act["receivers"]}
    message = f"a text is filed with at most {MOST_RECEIVERS} receivers"
    refusals.when(len(known) > MOST_RECEIVERS, "too_many_receivers", message, "/receivers")
    for place, receiver in enumerate(asked.act["receivers"]):
        where = f"/receivers/{place}"
        agency = asked.others.find("agency", receiver)
        refusals.when(agency is None, "receiver_unknown", f"there is no agency {receiver}", where)
        ended = agency is not None and agency["stage"] == "dissolved"
        refusals.when(ended, "receiver_dissolved", "the agency has ended", where)
        refusals.when(receiver == asked.state["agency"], "receiver_is_sender", "nobody files with itself", where)


def _file(folding: Folding) -> State:
    state, act, meta, others = folding
    sender = others.find("agency", state["agency"])
    assert sender is not None
    filed = []
    for receiver in act["receivers"]:
        agency = others.find("agency", receiver)
        assert agency is not None
        kind = filings.receiver_kind(agency["path"], sender["path"])
        said = {"receiver": receiver, "receiver_kind": kind}
        filed.append({**said, "of_version": state["version"], "at": meta.received_at})
    version = next_version(state)
    return {**state, "filings": [*state.get("filings", ()), *filed], "version": version, "changed_at": meta.at}


def follows(record_id: str, act: Act, state: State) -> tuple[Following, ...]:
    """Return the filings that an act brings, and that those with the same receivers before were replaced, or all have ended."""
    if act["act"] in _ENDS:
        newest = {each["receiver"]: each for each in state.get("filings", ())}
        ended = {"act": "end", "disclosure": record_id, "because": _ENDS[act["act"]]}
        return tuple(Following(filings.KIND, _name(record_id, each), ended) for each in newest.values())
    if act["act"] != FILE_UPWARD:
        return ()
    now = state["filings"][-len(act["receivers"]) :]
    before = {each["receiver"]: each for each in state["filings"][: -len(now)]}
    found = []
    for each in now:
        said = {name: each[name] for name in ("receiver", "of_version")}
        said |= {"disclosure": record_id, "agency": state["agency"], "content_sha256": content_digest(state["content"])}
        marked = {"synthetic": True} if state.get("synthetic") else {}
        name = _name(record_id, each)
        found.append(Following(filings.KIND, name, {"act": "file", **said, **marked}))
        earlier = before.get(each["receiver"])
        if earlier is not None:
            because = "corrected" if outdated(state, earlier) else "returned"
            replaced = {"act": "replace", "disclosure": record_id, "by": name, "because": because}
            found.append(Following(filings.KIND, _name(record_id, earlier), replaced))
    return tuple(found)


def duties(state: State) -> Iterator[Duty]:
    """Yield with whom a published text has still to be filed: each sort of receiver that its category names.

    From its publication on, and anew from each correction. What was taken over from elsewhere is filed elsewhere; a root has
    no superior here.
    """
    if state["stage"] != PUBLISHED or "source" in state["content"]:
        return
    filing = categories()[state["content"]["category"]].get("filing", {"receivers": ()})
    corrections = state.get("corrections", ())
    since = local_day(corrections[-1]["at"] if corrections else state["final_at"], state)
    for kind in filing["receivers"]:
        filed = [each for each in state.get("filings", ()) if each["receiver_kind"] == kind]
        nobody = kind == filings.SUPERIOR and state["agency"] == state["jurisdiction"]
        if not nobody and all(outdated(state, each) for each in filed):
            yield from owed(FILE_UPWARD, kind, since, state, limit=Limit(**filing["within"]))


FILE = Part(_decide, _file)
