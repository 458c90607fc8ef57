"""Hearings (听证) on a draft: announced ahead, held, put on record.

Price Law art. 23; Legislation Law art. 37; Administrative Licensing Law art. 48. A hearing is a record of its own
(`/v1/hearings/{id}`); the acts of the disclosure bring its acts with them.
"""

from chalicelib.domain.disclosures.asked import Asked, Folding, Part, always
from chalicelib.domain.records import Refusals, State, next_version


def _announce(folding: Folding) -> State:
    state, act, meta, _ = folding
    announced = {"hearing": act["hearing"], "hearing_kind": act["hearing_kind"], "announced_at": meta.received_at}
    others = [each for each in state.get("hearings", ()) if each["hearing"] != act["hearing"]]
    return {**state, "hearings": [*others, announced], "version": next_version(state), "changed_at": meta.at}


def _decide_record(refusals: Refusals, asked: Asked) -> None:
    known = {each["hearing"] for each in asked.state.get("hearings", ())}
    refusals.when(asked.act["hearing"] not in known, "hearing_unknown", "no such hearing was announced", "/hearing")


def _record(folding: Folding) -> State:
    state, act, meta, _ = folding
    hearings = [
        {**each, "held_at": act["held_at"]} if each["hearing"] == act["hearing"] else each for each in state["hearings"]
    ]
    return {**state, "hearings": hearings, "version": next_version(state), "changed_at": meta.at}


ANNOUNCE_HEARING = Part(always, _announce)
RECORD_HEARING = Part(_decide_record, _record)
