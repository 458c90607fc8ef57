"""The rules of disclosures: the table says what may follow, each act's part decides and folds it.

Nothing is shown before an act of `table.py` shows it. Withdrawal leaves number, reason, time and hash. What is shown beside
the text (reasons, summaries, records) no other person approves: numbers that name a person are refused there altogether.
"""

from collections.abc import Callable

from chalicelib.domain.attachments import attachments_of
from chalicelib.domain.codes import sentences
from chalicelib.domain.disclosures import approval, consultation, filing, hearing, showing, steps, submission
from chalicelib.domain.disclosures.asked import Asked, Folding, Part
from chalicelib.domain.disclosures.duties import duties, kept_back
from chalicelib.domain.disclosures.render import render
from chalicelib.domain.disclosures.submission import content_of, own_numbers
from chalicelib.domain.disclosures.table import ALLOWED, NOTHING, refusal
from chalicelib.domain.links import linked
from chalicelib.domain.personal_data import find_personal_data
from chalicelib.domain.records import (
    Act,
    ActMeta,
    Actor,
    Following,
    Noun,
    Others,
    Ref,
    Refusals,
    Rendered,
    State,
)
from chalicelib.domain.texts import own_language

KIND = "disclosure"

PARTS: dict[str, Part] = {
    "submit": submission.SUBMIT,
    "approve": approval.APPROVE,
    "return": approval.RETURN,
    "break_glass": approval.BREAK_GLASS,
    "open_consultation": consultation.OPEN_CONSULTATION,
    "extend_consultation": consultation.EXTEND_CONSULTATION,
    "revise": submission.SUBMIT,
    "respond_to_comments": consultation.RESPOND_TO_COMMENTS,
    "announce_hearing": hearing.ANNOUNCE_HEARING,
    "cancel_hearing": hearing.CANCEL_HEARING,
    "record_hearing": hearing.RECORD_HEARING,
    "record_step": steps.RECORD_STEP,
    "adopt": showing.ADOPT,
    "publish": showing.PUBLISH,
    "correct": showing.CORRECT,
    "supersede": showing.SUPERSEDE,
    "withdraw": showing.WITHDRAW,
    filing.FILE_UPWARD: filing.FILE,
}
NEVER_SHOWN = ("submit", "revise", "approve", "return")
"""Acts that change nothing that is shown; they become public with the first act that does."""
_ABOUT_FILES = ("submit", "revise", "approve", "break_glass")
"""Acts that must see the files of their content: whether they are there and checked, and what was found in them."""
_GATED = ("submit", "revise", "approve", "return")
"""Acts whose texts are shown to nobody, or are looked at with the content when it is approved."""
_SHOWN_AT_ONCE = ("meeting",)
"""What of those acts is shown all the same."""
_NOT_FOR_READERS = ("after_sha256", "releases", "comments")
"""Members of other acts that no reader reads as a text: hashes, places, ids."""


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
        named = consultation.comments_named(act) if act["act"] == consultation.RESPONSE else ()
        files = attachments_of(content_of(state or {}, act)) if act["act"] in _ABOUT_FILES else ()
        links = linked(act.get("content", {}))
        return (self.agency("", state, act), *_successor(act), *named, *files, *links, *filing.named(act))

    def decide(self, record_id: str, state: State | None, act: Act, actor: Actor, others: Others, at: str) -> None:
        refusals = Refusals()
        name, row = act["act"], (state["stage"], state.get("pending")) if state else NOTHING
        why = refusal(row, name)
        if why is None:
            PARTS[name].decide(refusals, Asked(state or {}, act, actor, others, at, record_id))
            _decide_texts(refusals, state or {}, act)
            agency = others.states.get(self.agency(record_id, state, act))
            if agency is not None:  # its title is looked at with the agency itself
                own_language(refusals, agency["language"], act, apart="/content/title")
        else:
            may_follow = ", ".join(ALLOWED[row]) or "nothing"
            message = f"{sentences('disclosure_refusal')[why]['en']}; what may follow now: {may_follow}"
            refusals.note(why, message, "/act")
        refusals.settle()

    def fold(self, record_id: str, state: State | None, act: Act, meta: ActMeta, others: Others) -> State:
        return PARTS[act["act"]].fold(Folding(state or {}, act, meta, others))

    def shows(self, act: Act, state: State) -> bool:
        if act["act"] == "approve":
            return "broken_glass" in state and state.get("pending") is None
        return act["act"] not in NEVER_SHOWN and state["version"] > 0

    def render(self, record_id: str, state: State, written: Callable[[str], str]) -> Rendered | None:
        return render(record_id, state, written)


def _decide_texts(refusals: Refusals, state: State, act: Act) -> None:
    """Refuse a number that names a person in a text that is shown as it is sent."""
    texts = {name: act[name] for name in _SHOWN_AT_ONCE if name in act} if act["act"] in _GATED else act
    for place, kind in find_personal_data(texts, _NOT_FOR_READERS, own_numbers(content_of(state, act))):
        message = f"this is shown as it is sent, and holds what looks like a person's number ({kind})"
        refusals.note("personal_data", message, place)


def _successor(act: Act) -> tuple[Ref, ...]:
    """What takes the place of a text must still be published when the act is stored: so no two take each other's."""
    return (Ref(KIND, act["by"]),) if act["act"] == "supersede" else ()


def follows(record_id: str, act: Act, state: State, meta: ActMeta) -> tuple[Following, ...]:
    """Return what an act brings on other records."""
    return (*hearing.follows(record_id, act, state), *filing.follows(record_id, act, state))


NOUN = Noun(
    KIND,
    "disclosures",
    DisclosureRules(),
    rests_on=_successor,
    alarms=frozenset({"break_glass"}),
    follows=follows,
    duties=duties,
    keeps_back=kept_back,
)
