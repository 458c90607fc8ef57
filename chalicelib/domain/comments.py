"""Comments (意见) of the public on a draft: submitted by anybody, public once the agency has moderated them.

Interim Regulations on Major Administrative Decisions (2019) art. 15. A record of two kinds of act: `submit`, which the
program writes for whoever sent it, and `moderate` by the agency whose draft it is. It takes no number of the disclosure.

Invariants: nothing of a comment is public before it is moderated. One that is withheld stands as a stub with the code of the
reason, and nowhere what it said, in versions neither. Contact data is in no act: the hash of every act is public. The act
holds a salt, so that the hash of a short text that is withheld tells nothing. Which group of a response answers a comment is
said by the disclosure alone.
"""

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.domain.placed import COMMENTS_ON, of_round
from chalicelib.domain.public_facts import of_comment
from chalicelib.domain.records import (
    PROGRAM,
    Act,
    ActMeta,
    Actor,
    Noun,
    Others,
    Place,
    Ref,
    Refusals,
    Rendered,
    State,
    Waiting,
    cut,
    next_version,
    without_empty,
)
from chalicelib.errors import NotFoundError

KIND, COLLECTION = "comment", "comments"
MODERATOR = "moderator"
WAITING, SHOWN, WITHHELD = "waiting", "shown", "withheld"
TO_MODERATE = "comments to moderate"
"""Private list: the value is a disclosure."""
EXCERPT_CHARACTERS = 300
_CONTENT = ("from", "about")
_FIXED = ("disclosure", "round", "of_version", "submitted_at")


class CommentRules:
    """The rules of comments."""

    def parse(self, raw: bytes) -> Act:
        from chalicelib.domain.models import comments, common

        return common.parse(comments.ADAPTER, raw)

    def role(self, act: Act) -> str:
        return MODERATOR if act["act"] == "moderate" else PROGRAM

    def agency(self, record_id: str, state: State | None, act: Act) -> Ref:
        """Return the agency that acts.

        Raises:
            NotFoundError: people say something of a comment that is not there; only the program begins one.
        """
        if state is None and act["act"] == "moderate":
            raise NotFoundError("no such comment")
        return Ref("agency", state["agency"] if state else act.get("agency", ""))

    def needs(self, state: State | None, act: Act) -> tuple[Ref, ...]:
        return (self.agency("", state, act),)

    def decide(self, record_id: str, state: State | None, act: Act, actor: Actor, others: Others, at: str) -> None:
        refusals = Refusals()
        expected = "moderate" if state else "submit"
        refusals.when(act["act"] != expected, "act_not_allowed", f"what may follow now: {expected}", "/act")
        if state and act["act"] == "moderate":
            said = {name: state.get(name) for name in ("stage", "reason", "legal_basis")}
            meant = {"stage": act["outcome"], "reason": act.get("reason"), "legal_basis": act.get("legal_basis")}
            refusals.when(said == meant, "nothing_changes", "this is how it stands already", "/outcome")
        refusals.settle()

    def fold(self, record_id: str, state: State | None, act: Act, meta: ActMeta, others: Others) -> State:
        if state is None:
            return _submitted(act, meta, others)
        kept = {name: value for name, value in state.items() if name not in ("reason", "legal_basis")}
        return {
            **kept,
            "stage": act["outcome"],
            **{name: act[name] for name in ("reason", "legal_basis") if name in act},
            "moderated_at": meta.received_at,
            "version": next_version(state),
            "published_at": state.get("published_at", meta.at),
            "changed_at": meta.at,
        }

    def shows(self, act: Act, state: State) -> bool:
        return bool(act["act"] == "moderate")

    def render(self, record_id: str, state: State, written: Callable[[str], str]) -> Rendered | None:
        if state["version"] == 0:
            return None
        fixed = {name: state[name] for name in _FIXED}
        fixed["submitted_at"] = written(fixed["submitted_at"])
        said = {name: state.get(name) for name in ("reason", "legal_basis")}
        head = {"stage": state["stage"], **fixed, **said, "moderated_at": written(state["moderated_at"])}
        text = state["content"]["text"]
        about = {name: state["content"].get(name) for name in _CONTENT}
        shown, listed = ({**about, "text": text}, {**about, "excerpt": cut(text, EXCERPT_CHARACTERS)})
        if state["stage"] == WITHHELD:
            shown, listed = {}, {}
        places = (state["disclosure"], of_round(state["disclosure"], state["round"]))
        return Rendered(
            without_empty({**head, **shown}),
            without_empty({**head, **listed}),
            {},
            listed=state["stage"] == SHOWN,
            places=tuple(Place(COMMENTS_ON, place, state["submitted_at"]) for place in places),
            fact=of_comment(state),
        )


def _submitted(act: Act, meta: ActMeta, others: Others) -> State:
    agency = others.find("agency", act["agency"])
    assert agency is not None
    submitted: State = {
        "stage": WAITING,
        "agency": act["agency"],
        "jurisdiction": agency["jurisdiction"],
        "time_zone": agency["time_zone"],
        **{name: act[name] for name in ("disclosure", "round", "of_version")},
        "submitted_at": meta.received_at,
        "version": 0,
        "content": {name: act[name] for name in ("text", *_CONTENT) if name in act},
    }
    if act.get("synthetic"):
        submitted["synthetic"] = True
    return submitted


def submission(disclosure_id: str, draft: Mapping[str, Any], sent: Mapping[str, Any], salt: str) -> Act:
    """Return the act of what was sent on a draft, without the contact."""
    last = draft["rounds"][-1]
    act: Act = {
        "act": "submit",
        "disclosure": disclosure_id,
        "agency": draft["agency"],
        "round": last["round"],
        "of_version": last["of_version"],
        **{name: sent[name] for name in ("text", *_CONTENT) if name in sent},
        "salt": salt,
    }
    return act | {"synthetic": True} if draft.get("synthetic") else act


def same_meaning(act: Mapping[str, Any], disclosure_id: str, sent: Mapping[str, Any]) -> bool:
    """Return whether an act is of what was sent, as far as the act tells: all there is once the contact is deleted."""
    names = ("text", *_CONTENT)
    return act["disclosure"] == disclosure_id and all(act.get(name) == sent.get(name) for name in names)


def check_part(refusals: Refusals, about: Mapping[str, Any] | None, draft: Mapping[str, Any]) -> None:
    """Refuse a comment on a question that was not asked, or on a part that the draft does not have."""
    asked = draft["rounds"][-1].get("questions", ())
    if about and "question" in about:
        refusals.when(about["question"] > len(asked), "question_unknown", f"there are {len(asked)}", "/about/question")
    if about and "pointer" in about:
        there = _has(draft["content"], about["pointer"])
        refusals.when(not there, "part_unknown", "the draft has no such part", "/about/pointer")


def _has(content: Any, pointer: str) -> bool:
    """Whether a JSON Pointer leads to something."""
    for step in pointer.split("/")[1:]:
        if isinstance(content, list) and step.isdecimal() and int(step) < len(content):
            content = content[int(step)]
        elif isinstance(content, dict) and step in content:
            content = content[step]
        else:
            return False
    return True


def _waits(record_id: str, state: State) -> Waiting | None:
    """Return the place of a comment among those that its agency has not moderated yet."""
    if state["stage"] != WAITING:
        return None
    content = state["content"]
    summary = {
        "id": record_id,
        "round": state["round"],
        "submitted_at": state["submitted_at"],
        **{name: content[name] for name in _CONTENT if name in content},
        "excerpt": cut(content["text"], EXCERPT_CHARACTERS),
        "characters": len(content["text"]),
    }
    return Waiting(TO_MODERATE, state["disclosure"], state["submitted_at"], summary)


NOUN = Noun(KIND, COLLECTION, CommentRules(), waits=_waits)
