"""Yellow and red cards (红黄牌): the public record of a limit that was not kept, and of what followed.

Source: the municipal rules of electronic supervision (电子监察, 督查督办): a card is raised by the clock, answered by the
agency with reasons, closed by who supervises it; a yellow card that is not answered in 5 working days turns red; what
became of a red one (过错责任追究) is put on record.

Acts by the program: `raise`, `redden`, `lift`. By the agency that has the card, or one above it: `answer`. By who supervises
it: `record_outcome`, `close`; not by the agency itself, unless nobody stands above it.

A card is about a case (`service`) or about a duty that a record left undone (`subject`, or only its `category` while it shows
nothing yet); both are raised, answered and closed in the same way.

Invariants: nothing that is public, nor the bytes of any act (their SHA-256 is public), names the case or is a function of
its number alone. The number line belongs to the program: an act by people may find its number taken, and is sent again.
"""

from collections.abc import Callable
from hmac import digest
from typing import Any

from chalicelib.domain.catalogue import OVERDUE
from chalicelib.domain.public_facts import of_card
from chalicelib.domain.records import (
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
    without_empty,
)
from chalicelib.errors import NotFoundError

KIND, COLLECTION = "card", "supervision"
CLOCK = "clock"
"""The role of the program's own acts; no key can have it."""
SUPERVISOR = "supervisor"
YELLOW, RED = "yellow", "red"
RAISED, ANSWERED, CLOSED, LIFTED = "raised", "answered", "closed", "lifted"
OPEN = (RAISED, ANSWERED)

_ROLES = {"answer": "clerk", "record_outcome": SUPERVISOR, "close": SUPERVISOR}
_ALLOWED = {
    None: ("raise",),
    RAISED: ("redden", "answer", "record_outcome", "close", "lift"),
    ANSWERED: ("record_outcome", "close", "lift"),
    CLOSED: ("record_outcome", "lift"),
    LIFTED: ("raise",),
}
_SHOWN = ("rule", "due_on", "service", "step", "branch", "procedure", "subject", "category", "of", "answer_by")
CASE, DUTY = "case", "duty"


def by_program(kind: str, act_name: str) -> bool:
    """Return whether an act is the program's own, not said by anybody."""
    return kind == KIND and act_name not in _ROLES


def card_id(key: bytes, subject: str, rule: str, of: str, due: str) -> str:
    """Return the id of a card: always the same for one breach, and without the key no way to what it is about."""
    breach = "\n".join((subject, rule, of, due))
    return digest(key, breach.encode(), "sha256").hex()[:32]


def spelled(subject: Ref) -> str:
    """Return a case's number, or `disclosure#d1`: no case number holds a `#`."""
    return subject.record_id if subject.kind == "case" else f"{subject.kind}#{subject.record_id}"


class CardRules:
    """The rules of cards."""

    def parse(self, raw: bytes) -> Act:
        from chalicelib.domain.models import cards, common

        return common.parse(cards.ADAPTER, raw)

    def role(self, act: Act) -> str:
        return _ROLES.get(act["act"], CLOCK)

    def agency(self, record_id: str, state: State | None, act: Act) -> Ref:
        """Return the agency that acts.

        Raises:
            NotFoundError: people say something of a card that is not there; only the program begins one.
        """
        if state is None and act["act"] in _ROLES:
            raise NotFoundError("no such card")
        return Ref("agency", state["agency"] if state else act.get("content", {}).get("agency", ""))

    def needs(self, state: State | None, act: Act) -> tuple[Ref, ...]:
        return (self.agency("", state, act),)

    def decide(self, record_id: str, state: State | None, act: Act, actor: Actor, others: Others, at: str) -> None:
        refusals = Refusals()
        name = act["act"]
        stage, colour = (state["stage"], state["colour"]) if state else (None, None)
        allowed = [each for each in _ALLOWED[stage] if _fits(each, colour)]
        refusals.when(name not in allowed, "act_not_allowed", f"after {stage}, {colour}: {', '.join(allowed)}", "/act")
        agency = others.find("agency", self.agency(record_id, state, act).record_id)
        if agency is not None:
            text = act.get("reason") if name in _ROLES else None
            language = agency["language"]
            refusals.when(
                isinstance(text, dict) and language not in text,
                "own_language_missing",
                f"the jurisdiction's language is {language}",
                "/reason",
            )
            own = actor.agency == agency["path"][-1] and len(agency["path"]) > 1
            refusals.when(
                own and _ROLES.get(name) == SUPERVISOR, "own_card", "who supervises the agency says this", "/act"
            )
        refusals.settle()

    def fold(self, record_id: str, state: State | None, act: Act, meta: ActMeta, others: Others) -> State:
        name = act["act"]
        changed = {"version": next_version(state), "changed_at": meta.at}
        if name == "raise":
            return _raised(state, act, meta, others) | changed
        assert state is not None
        if name == "redden":
            return {**_without_turn(state), "colour": RED, **_reddened(act, meta), **changed}
        if name == "answer":
            return {**_without_turn(state), "stage": ANSWERED, "answer": _answer(state, act, meta), **changed}
        if name == "record_outcome":
            return {**state, "outcome": _said(act, meta, "outcome", "reason"), **changed}
        stage = CLOSED if name == "close" else LIFTED
        return {**_without_turn(state), "stage": stage, stage: _said(act, meta, "reason"), **changed}

    def shows(self, act: Act, state: State) -> bool:
        return True

    def render(self, record_id: str, state: State, written: Callable[[str], str]) -> Rendered:
        shown = {name: state["content"][name] for name in _SHOWN if name in state["content"]}
        head = {"stage": state["stage"], "colour": state["colour"], **shown}
        said = {name: {**state[name], "at": written(state[name]["at"])} for name in _SAID if name in state}
        body = without_empty({**head, "reddened": state.get("reddened"), **said})
        stands = state["stage"] != LIFTED
        about = CASE if "service" in shown else DUTY
        # The third filter of a list is what disclosures have their cadence in.
        lists = {"stage": state["stage"]} | ({"category": state["colour"], "cadence": about} if stands else {})
        held = {name: state["content"][name] for name in ("rule", "due_on")}
        holdings = {OVERDUE: held} if stands and about == DUTY else {}
        return Rendered(body, head, lists, listed=stands, holdings=holdings, fact=of_card(state))


_SAID = ("answer", "outcome", CLOSED, LIFTED)


def _fits(name: str, colour: str | None) -> bool:
    """Whether an act fits the colour: only yellow turns red, and only what is red has an accountability outcome."""
    wanted = {"redden": YELLOW, "record_outcome": RED}.get(name, colour)
    return colour == wanted


def _raised(state: State | None, act: Act, meta: ActMeta, others: Others) -> State:
    """A card that begins, or begins again after it was lifted: what was said of it before stands in its versions."""
    content = act["content"]
    agency = others.find("agency", content["agency"])
    assert agency is not None
    raised: State = {
        "stage": RAISED,
        "colour": content["colour"],
        "agency": content["agency"],
        "jurisdiction": agency["jurisdiction"],
        "time_zone": agency["time_zone"],
        "content": content,
        "raised_at": meta.received_at,
        "published_at": state["published_at"] if state else meta.at,
    }
    if content["colour"] == YELLOW and "answer_until" in content:
        raised["turns_at"] = content["answer_until"]
    if act.get("synthetic"):
        raised["synthetic"] = True
    return raised


def _reddened(act: Act, meta: ActMeta) -> State:
    return {"reddened": act["reason"], "reddened_at": meta.received_at}


def _without_turn(state: State) -> State:
    return {name: value for name, value in state.items() if name != "turns_at"}


def _answer(state: State, act: Act, meta: ActMeta) -> dict[str, Any]:
    """The answer; it is in time if it came in before the day after the last one ended."""
    until = state["content"].get("answer_until")
    told = _said(act, meta, "reason", "measures")
    return told if until is None else {**told, "in_time": meta.received_at < until}


def _said(act: Act, meta: ActMeta, *names: str) -> dict[str, Any]:
    return {**{name: act[name] for name in names if name in act}, "at": meta.received_at}


NOUN = Noun(KIND, COLLECTION, CardRules())
