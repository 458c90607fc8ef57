"""Consultation before the decision (预公开): a draft is shown, opinions are heard until an exact instant, and answered.

Interim Regulations on Major Administrative Decisions (2019) art. 15 (30 days). `closes_at` is the instant that ends the
last day where the agency is; the last day is inside, the day of opening is never counted. How long is least is data of the
category (`data/categories.json`), when the answer is due data of the law (`data/duties`).

A round is never lost: a re-published draft begins the next one, and each says which version it heard. What time does is
derived: nobody closes a consultation. Where the calendar cannot count the least time, opening is refused; where it cannot
count the days of the answer yet, they are shown without a date. Neither is guessed.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from chalicelib.domain import comments
from chalicelib.domain.categories import categories
from chalicelib.domain.clock.records import Limit
from chalicelib.domain.disclosures.asked import Asked, Folding, Part
from chalicelib.domain.disclosures.submission import must_be_cleared, show
from chalicelib.domain.disclosures.table import IN_CONSULTATION
from chalicelib.domain.duties import duty_rules, earliest, last_day, local_day, midnight_after
from chalicelib.domain.instants import to_key, zone
from chalicelib.domain.placed import OPEN_CONSULTATIONS, UPCOMING_CONSULTATIONS, narrowings
from chalicelib.domain.records import Act, Place, Ref, Refusals, State, next_version

RESPONSE = "respond_to_comments"
"""Name of the act, and id of the duty that it does."""
LONGEST_DAYS = 731
"""Most days from today to the last: beyond this a date is a slip of the pen."""
NAMED_LIMIT = 500
"""Most comments that one response names: all of them are looked up when it is decided."""


def start_of(day: str, time_zone: str) -> str:
    """Return the instant (UTC text) at which a day begins in a zone."""
    return to_key(datetime.combine(date.fromisoformat(day), time.min, zone(time_zone)))


def is_over(state: State, at: str) -> bool:
    """Return whether the last round has closed at an instant, or there was none."""
    rounds = state.get("rounds", ())
    return not rounds or rounds[-1]["closes_at"] <= at


def is_open(state: State, at: str) -> bool:
    """Return whether comments are taken at an instant."""
    heard = state["stage"] == IN_CONSULTATION and not is_over(state, at)
    return heard and bool(state["rounds"][-1]["opens_at"] <= at)


def must_be_closed(refusals: Refusals, asked: Asked) -> None:
    """Refuse while opinions are still heard, or are yet to be heard."""
    refusals.when(
        not is_over(asked.state, asked.at), "consultation_open", "the consultation has not closed yet", "/act"
    )


def least(category: str) -> Limit | None:
    """Return how long opinions on drafts of a category are heard at least, if it says."""
    found = categories().get(category, {}).get("consultation")
    return Limit(found["value"], found["unit"]) if found else None


def _decide_opening(refusals: Refusals, asked: Asked) -> None:
    must_be_closed(refusals, asked)
    must_be_cleared(refusals, asked)
    today = local_day(asked.at, asked.state)
    opens_on = asked.act.get("opens_on", today)
    refusals.when(
        "opens_on" in asked.act and opens_on <= today, "opens_in_the_past", "to open at once, leave it out", "/opens_on"
    )
    refusals.when(
        asked.act["last_day"] < opens_on, "closes_before_it_opens", "the last day is before the first", "/last_day"
    )
    if _is_near(refusals, asked, today):
        _must_be_long_enough(refusals, asked, opens_on)


def _is_near(refusals: Refusals, asked: Asked, today: str) -> bool:
    """Refuse a last day that is over or too far off; return whether it is neither."""
    ends_on = asked.act["last_day"]
    furthest = (date.fromisoformat(today) + timedelta(days=LONGEST_DAYS)).isoformat()
    refusals.when(ends_on < today, "closes_in_the_past", "the last day is over", "/last_day")
    refusals.when(ends_on > furthest, "too_long", f"the last day is at most {LONGEST_DAYS} days off", "/last_day")
    return bool(today <= ends_on <= furthest)


def _must_be_long_enough(refusals: Refusals, asked: Asked, opens_on: str) -> None:
    limit = least(asked.state["submission"]["content"]["category"])
    if limit is None or "shorter_reason" in asked.act:
        return
    least_day = earliest(opens_on, limit, asked.state["calendar"])
    refusals.when(
        least_day is None,
        "calendar_year_missing",
        f"the calendar has no data for a year in which {limit.value} {limit.unit}s must be counted",
        "/last_day",
    )
    refusals.when(
        least_day is not None and asked.act["last_day"] < least_day,
        "consultation_too_short",
        f"its category asks for {limit.value} {limit.unit}s, up to {least_day}; shorter only with shorter_reason",
        "/last_day",
    )


def _open(folding: Folding) -> State:
    state, act, meta, _ = folding
    rounds = state.get("rounds", [])
    shown = show(state, IN_CONSULTATION, meta.at)
    limit = least(shown["content"]["category"])
    said: State = {name: act[name] for name in ("how", "questions", "shorter_reason") if name in act}
    opened: State = {
        "round": len(rounds) + 1,
        "of_version": shown["version"],
        "opens_at": start_of(act["opens_on"], state["time_zone"]) if "opens_on" in act else meta.received_at,
        **_ends(act, state),
        **({"at_least": {"value": limit.value, "unit": limit.unit}} if limit else {}),
        **said,
    }
    if "opens_on" in act:
        opened["announced_at"] = meta.received_at
    return {**shown, "rounds": [*rounds, opened]}


def _ends(act: Act, state: State) -> State:
    """Return when a round ends and by when it is answered: no day where no law sets one, or the calendar cannot tell yet."""
    ends: State = {"closes_at": midnight_after(act["last_day"], state["time_zone"]), "last_day": act["last_day"]}
    rule = duty_rules(state["calendar"]).get(RESPONSE)
    if rule is not None and rule.limit is not None:
        ends["response_within"] = {"value": rule.limit.value, "unit": rule.limit.unit}
        ends["response_due_on"] = last_day(act["last_day"], rule.limit, state["calendar"])
    return ends


def _decide_extension(refusals: Refusals, asked: Asked) -> None:
    last = asked.state["rounds"][-1]
    refusals.when(is_over(asked.state, asked.at), "consultation_closed", "it has closed: open another round", "/act")
    refusals.when(asked.act["last_day"] <= last["last_day"], "not_longer", "this does not extend it", "/last_day")
    _is_near(refusals, asked, local_day(asked.at, asked.state))


def _extend(folding: Folding) -> State:
    state, act, meta, _ = folding
    *earlier, last = state["rounds"]
    before = {name: last[name] for name in ("last_day", "closes_at")} | {
        "reason": act["reason"],
        "at": meta.received_at,
    }
    extended = {**last, **_ends(act, state), "extensions": [*last.get("extensions", ()), before]}
    return {**state, "rounds": [*earlier, extended], "version": next_version(state), "changed_at": meta.at}


def comments_named(act: Act) -> tuple[Ref, ...]:
    """Return the comments that a response names, each once: no more of them than are looked up."""
    named = (each for group in act.get("groups", ()) for each in group.get("comments", ()))
    return tuple(Ref(comments.KIND, each) for each in list(dict.fromkeys(named))[: NAMED_LIMIT + 1])


def _decide_response(refusals: Refusals, asked: Asked) -> None:
    rounds = asked.state.get("rounds", ())
    number = asked.act["round"]
    refusals.when(number > len(rounds), "round_unknown", f"there were {len(rounds)} rounds", "/round")
    if number <= len(rounds):
        refusals.when(
            asked.at < rounds[number - 1]["closes_at"], "consultation_open", "it has not closed yet", "/round"
        )
    named = comments_named(asked.act)
    refusals.when(len(named) > NAMED_LIMIT, "too_many_comments", f"at most {NAMED_LIMIT} comments are named", "/groups")
    strange = [ref.record_id for ref in named if not _was_heard(asked.others.find(*ref), asked)]
    refusals.when(
        bool(strange),
        "comment_unknown",
        f"no comment on this round that was moderated: {', '.join(strange[:5])}",
        "/groups",
    )


def _was_heard(comment: Mapping[str, Any] | None, asked: Asked) -> bool:
    """Whether a comment is one of this round; while it waits for moderation, nothing public may name it."""
    return (
        comment is not None
        and comment.get("disclosure") == asked.record_id  # what was erased names none
        and comment["round"] == asked.act["round"]
        and comment["stage"] != comments.WAITING
    )


def _respond(folding: Folding) -> State:
    state, act, meta, _ = folding
    response = {name: act[name] for name in ("summary", "groups") if name in act} | {"at": meta.received_at}
    rounds = [
        {**held, "response": response} if held["round"] == act["round"] else held for held in state.get("rounds", ())
    ]
    return {**state, "rounds": rounds, "version": next_version(state), "changed_at": meta.at}


def answer_due_on(state: State) -> str | None:
    """Return by when it is to be said what became of the comments: of the first round of which it is not, if any."""
    unanswered = (held for held in state.get("rounds", ()) if "response" not in held)
    return next((held["response_due_on"] for held in unanswered if held.get("response_due_on")), None)


def places(state: State) -> tuple[Place, ...]:
    """Return the lists of consultations that a draft stands in: all, and those of its agency, jurisdiction and category.

    Readers begin at the present instant, so that one that has closed is left behind without a write.
    """
    if state["stage"] != IN_CONSULTATION:
        return ()
    last = state["rounds"][-1]
    found = {OPEN_CONSULTATIONS: last["closes_at"]}
    found |= {UPCOMING_CONSULTATIONS: last["opens_at"]} if "announced_at" in last else {}
    category = state["content"]["category"]
    wanted = narrowings(agency=state["agency"], jurisdiction=state["jurisdiction"], category=category)
    return tuple(Place(name, value, at) for name, at in found.items() for value in wanted)


OPEN_CONSULTATION = Part(_decide_opening, _open)
EXTEND_CONSULTATION = Part(_decide_extension, _extend)
RESPOND_TO_COMMENTS = Part(_decide_response, _respond)
