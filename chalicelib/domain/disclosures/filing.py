"""Filing (备案) of a published text with named receivers: the superior, the same-level leading group.

Each filing is a record of its own (`/v1/filings`): its receiver answers there, never in the number line of the text.
"""

from chalicelib.domain.disclosures.asked import Folding, Part, always
from chalicelib.domain.records import State, next_version


def _file(folding: Folding) -> State:
    state, act, meta, _ = folding
    filed = {"receivers": act["receivers"], "of_version": state["version"], "at": meta.received_at}
    filings = [*state.get("filings", ()), filed]
    return {**state, "filings": filings, "version": next_version(state), "changed_at": meta.at}


FILE_UPWARD = Part(always, _file)
