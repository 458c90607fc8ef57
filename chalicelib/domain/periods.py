"""A closed period of a jurisdiction's statistics, as a record: the register binds every figure that was published of it.

Only the program acts: `publish` when every figure of the period is settled, `revise` whenever what is settled changes after
that. So a figure of a closed period never changes but by an act in the register, and anyone can see which acts there were.

Invariant: the hash is of settled figures alone (`statistics/seals.py`), which anyone can read and hash again.
"""

from collections.abc import Callable
from hashlib import sha256

from chalicelib.domain.records import (
    PROGRAM,
    Act,
    ActMeta,
    Actor,
    Noun,
    Others,
    Ref,
    Refusals,
    Rendered,
    State,
    next_version,
)
from chalicelib.domain.statistics.periods import last_day

KIND, COLLECTION = "period", "statistics-periods"
CLOSED = "closed"
_ID_LIMIT = 64


def period_id(jurisdiction: str, period: str) -> str:
    """Return the id of a period of a jurisdiction: `2026-10-guangan`; a digest stands for a name that is too long."""
    name = f"{period}-{jurisdiction}"
    return name if len(name) <= _ID_LIMIT else f"{period}-{sha256(jurisdiction.encode()).hexdigest()[:32]}"


class PeriodRules:
    """The rules of closed periods."""

    def parse(self, raw: bytes) -> Act:
        from chalicelib.domain.models import common, periods

        return common.parse(periods.ADAPTER, raw)

    def role(self, act: Act) -> str:
        return PROGRAM

    def agency(self, record_id: str, state: State | None, act: Act) -> Ref:
        return Ref("agency", act["content"]["jurisdiction"])

    def needs(self, state: State | None, act: Act) -> tuple[Ref, ...]:
        return ()

    def decide(self, record_id: str, state: State | None, act: Act, actor: Actor, others: Others, at: str) -> None:
        refusals, content = Refusals(), act["content"]
        begins = act["act"] == "publish"
        refusals.when(begins != (state is None), "act_not_allowed", "a period is published once, then revised", "/act")
        named = period_id(content["jurisdiction"], content["period"])
        refusals.when(named != record_id, "other_period", f"this is the record {named}", "/content/period")
        refusals.settle()

    def fold(self, record_id: str, state: State | None, act: Act, meta: ActMeta, others: Others) -> State:
        jurisdiction = act["content"]["jurisdiction"]
        return {
            "stage": CLOSED,
            "agency": jurisdiction,
            "jurisdiction": jurisdiction,
            "content": act["content"],
            "published_at": state["published_at"] if state else meta.at,
            "version": next_version(state),
            "changed_at": meta.at,
        }

    def shows(self, act: Act, state: State) -> bool:
        return True

    def render(self, record_id: str, state: State, written: Callable[[str], str]) -> Rendered:
        content = state["content"]
        said = {
            "stage": state["stage"],
            "period": content["period"],
            "ends_on": last_day(content["period"]),
            "figures": content["figures"],
            "figures_sha256": content["figures_sha256"],
            "revision": state["version"] - 1,
        }
        return Rendered(said, said, {"category": content["period"]})


NOUN = Noun(KIND, COLLECTION, PeriodRules())
