"""The rules of disclosures: the table says what may follow, each act's part decides and folds it.

Nothing is shown before an act of `table.py` shows it. Withdrawal leaves number, reason, time and hash.
"""

from collections.abc import Callable

from chalicelib.domain.disclosures import consultation, filing, hearing, showing, steps, submission
from chalicelib.domain.disclosures.asked import Asked, Folding, Part
from chalicelib.domain.disclosures.duties import duties
from chalicelib.domain.disclosures.render import render
from chalicelib.domain.disclosures.table import ALLOWED
from chalicelib.domain.records import Act, ActMeta, Actor, Noun, Others, Ref, Refusals, Rendered, State

KIND = "disclosure"

PARTS: dict[str, Part] = {
    "submit": submission.SUBMIT,
    "approve": submission.APPROVE,
    "break_glass": submission.BREAK_GLASS,
    "open_consultation": consultation.OPEN_CONSULTATION,
    "extend_consultation": consultation.EXTEND_CONSULTATION,
    "revise": submission.SUBMIT,
    "respond_to_comments": consultation.RESPOND_TO_COMMENTS,
    "announce_hearing": hearing.ANNOUNCE_HEARING,
    "record_hearing": hearing.RECORD_HEARING,
    "record_step": steps.RECORD_STEP,
    "adopt": showing.ADOPT,
    "publish": showing.PUBLISH,
    "correct": showing.CORRECT,
    "supersede": showing.SUPERSEDE,
    "withdraw": showing.WITHDRAW,
    "file_upward": filing.FILE_UPWARD,
}
NEVER_SHOWN = ("submit", "revise", "approve")
"""Acts that change nothing that is shown; they become public with the first act that does."""


class DisclosureRules:
    """The rules of disclosures."""

    def parse(self, raw: bytes) -> Act:
        from chalicelib.domain.models import common, disclosures

        return common.parse(disclosures.ADAPTER, raw)

    def role(self, act: Act) -> str:
        return PARTS[act["act"]].role

    def agency(self, record_id: str, state: State | None, act: Act) -> Ref:
        return Ref("agency", state["agency"] if state else act.get("content", {}).get("agency", ""))

    def needs(self, state: State | None, act: Act) -> tuple[Ref, ...]:
        successor = (Ref(KIND, act["by"]),) if act["act"] == "supersede" else ()
        named = consultation.comments_named(act) if act["act"] == consultation.RESPONSE else ()
        return (self.agency("", state, act), *successor, *named)

    def decide(self, record_id: str, state: State | None, act: Act, actor: Actor, others: Others, at: str) -> None:
        refusals = Refusals()
        name = act["act"]
        allowed = ALLOWED[(state["stage"], state.get("pending")) if state else ("", None)]
        refusals.when(
            name not in allowed, "act_not_allowed", f"what may follow now: {', '.join(allowed) or 'nothing'}", "/act"
        )
        if name in allowed:
            PARTS[name].decide(refusals, Asked(state or {}, act, actor, others, at, record_id))
        refusals.settle()

    def fold(self, record_id: str, state: State | None, act: Act, meta: ActMeta, others: Others) -> State:
        return PARTS[act["act"]].fold(Folding(state or {}, act, meta, others))

    def shows(self, act: Act, state: State) -> bool:
        if act["act"] == "approve":
            return "broken_glass" in state and state.get("pending") is None
        return act["act"] not in NEVER_SHOWN and state["version"] > 0

    def render(self, record_id: str, state: State, written: Callable[[str], str]) -> Rendered | None:
        return render(record_id, state, written)


NOUN = Noun(KIND, "disclosures", DisclosureRules(), duties=duties)
