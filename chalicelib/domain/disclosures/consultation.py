"""Consultation before the decision (预公开): a draft is shown, opinions are heard until an exact instant, and answered.

Interim Regulations on Major Administrative Decisions (2019) art. 15 (30 days). `closes_at` is the instant that ends the
last day where the agency is; the last day is inside. A round is never lost: a re-published draft begins the next one.
What time does is derived: nobody closes a consultation.
"""

from datetime import date, datetime, time, timedelta

from chalicelib.domain.disclosures.asked import Asked, Folding, Part
from chalicelib.domain.disclosures.submission import must_be_cleared, show
from chalicelib.domain.disclosures.table import IN_CONSULTATION
from chalicelib.domain.instants import to_key, zone
from chalicelib.domain.records import Refusals, State, next_version


def end_of(day: str, time_zone: str) -> str:
    """Return the instant (UTC text) that ends a day in a zone."""
    following = date.fromisoformat(day) + timedelta(days=1)
    return to_key(datetime.combine(following, time.min, zone(time_zone)))


def is_open(state: State, at: str) -> bool:
    """Return whether comments are taken at an instant."""
    rounds = state.get("rounds", ())
    return state["stage"] == IN_CONSULTATION and bool(rounds) and rounds[-1]["opens_at"] <= at < rounds[-1]["closes_at"]


def must_be_closed(refusals: Refusals, asked: Asked) -> None:
    """Refuse while opinions are still heard."""
    refusals.when(is_open(asked.state, asked.at), "consultation_open", "the consultation has not closed yet", "/act")


def _decide_opening(refusals: Refusals, asked: Asked) -> None:
    must_be_closed(refusals, asked)
    must_be_cleared(refusals, asked)
    closes_at = end_of(asked.act["last_day"], asked.state["time_zone"])
    refusals.when(closes_at <= asked.at, "closes_in_the_past", "the last day is over", "/last_day")


def _open(folding: Folding) -> State:
    state, act, meta, _ = folding
    rounds = state.get("rounds", [])
    said: State = {name: act[name] for name in ("how", "questions", "shorter_reason") if name in act}
    opened: State = {
        "round": len(rounds) + 1,
        "opens_at": meta.received_at,
        "closes_at": end_of(act["last_day"], state["time_zone"]),
        "last_day": act["last_day"],
        **said,
    }
    return {**show(state, IN_CONSULTATION, meta.at), "rounds": [*rounds, opened]}


def _decide_extension(refusals: Refusals, asked: Asked) -> None:
    last = asked.state["rounds"][-1]
    refusals.when(
        not is_open(asked.state, asked.at), "consultation_closed", "it has closed: open another round", "/act"
    )
    refusals.when(asked.act["last_day"] <= last["last_day"], "not_longer", "this does not extend it", "/last_day")


def _extend(folding: Folding) -> State:
    state, act, meta, _ = folding
    *earlier, last = state["rounds"]
    before = {"last_day": last["last_day"], "reason": act["reason"], "at": meta.received_at}
    extended = {
        **last,
        "last_day": act["last_day"],
        "closes_at": end_of(act["last_day"], state["time_zone"]),
        "extensions": [*last.get("extensions", ()), before],
    }
    return {**state, "rounds": [*earlier, extended], "version": next_version(state), "changed_at": meta.at}


def _decide_response(refusals: Refusals, asked: Asked) -> None:
    rounds = asked.state.get("rounds", ())
    number = asked.act["round"]
    refusals.when(number > len(rounds), "round_unknown", f"there were {len(rounds)} rounds", "/round")
    if number <= len(rounds):
        refusals.when(
            asked.at < rounds[number - 1]["closes_at"], "consultation_open", "it has not closed yet", "/round"
        )


def _respond(folding: Folding) -> State:
    state, act, meta, _ = folding
    response = {name: act[name] for name in ("summary", "groups") if name in act} | {"at": meta.received_at}
    rounds = [
        {**held, "response": response} if held["round"] == act["round"] else held for held in state.get("rounds", ())
    ]
    return {**state, "rounds": rounds, "version": next_version(state), "changed_at": meta.at}


OPEN_CONSULTATION = Part(_decide_opening, _open)
EXTEND_CONSULTATION = Part(_decide_extension, _extend)
RESPOND_TO_COMMENTS = Part(_decide_response, _respond)
