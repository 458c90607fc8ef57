"""What statistics count of a public record: days and codes, never a text or a title, whatever became of the record since.

A fact is written with the public view and follows from the acts alone, so that the figures of any past day follow from the
facts of today. Every day is the one on which the act came in, where the record is; a record that has ended keeps its fact.

    agency       registered_on, ended_on, level, calendar
    service      lines: [day, facets filled], one for each change; None where it was withdrawn
    disclosure   category, known_on, disclosed_on, formed_on, taken_over, rounds: [answer due on, answered on], ended_on
    rule         rule_kind, area, known_on, made_on, from_on, until_on, ended, reviews: [due on, done on], reports
    card         raised_on, colour, red_on, answer_by, answered_on, in_time, ended_on, ended
    comment      known_on, shown
"""

from typing import Any

from chalicelib.domain.categories import categories
from chalicelib.domain.completeness import completeness
from chalicelib.domain.duties import local_day
from chalicelib.domain.records import State, without_empty

Fact = dict[str, Any]
LAPSED = "lapsed"


def of_agency(state: State) -> Fact:
    """Return the fact of an agency."""
    names = ("registered_on", "ended_on", "calendar")
    return {**{name: state[name] for name in names if name in state}, "level": state["content"]["level"]}


def lines_of(lines: list[list[Any]], content: State | None, at: str, place: State) -> list[list[Any]]:
    """Return the lines of a service after an act: another one where the number of facets that it fills has changed."""
    filled = completeness(content)["filled"] if content is not None else None
    return lines if lines and lines[-1][1] == filled else [*lines, [local_day(at, place), filled]]


def of_service(state: State) -> Fact:
    """Return the fact of a service."""
    return {"lines": state["lines"]}


def of_disclosure(state: State) -> Fact:
    """Return the fact of a disclosure that was shown; one that was withdrawn has that of its last hour."""
    if "fact" in state:
        kept: Fact = state["fact"]
        return kept
    content, rounds = state["content"], state.get("rounds", ())
    disclosed_on = local_day(state["final_at"], state) if "final_at" in state else None
    opened = [local_day(held.get("announced_at", held["opens_at"]), state) for held in rounds]
    superseded = state.get("superseded")
    return without_empty(
        {
            "category": content["category"],
            "calendar": state["calendar"],
            "known_on": min([*opened, *([disclosed_on] if disclosed_on else [])], default=None),
            "disclosed_on": disclosed_on,
            "formed_on": state.get("formed_on"),
            "taken_over": True if "source" in content else None,
            "rounds": [[held.get("response_due_on"), _answered_on(held, state)] for held in rounds],
            "ended_on": local_day(superseded["at"], state) if superseded else None,
        }
    )


def _answered_on(held: State, state: State) -> str | None:
    return local_day(held["response"]["at"], state) if "response" in held else None


def ended(fact: Fact, on: str) -> Fact:
    """Return the fact of a record that ended on a day, unless it had ended before."""
    return {**fact, "ended_on": fact.get("ended_on", on)}


def must_be_consulted(fact: Fact) -> bool:
    """Tell whether opinions on a text had to be heard: its category says so, and it was not taken over from before."""
    return "consultation" in categories()[fact["category"]] and not fact.get("taken_over")


def of_rule(state: State) -> Fact:
    """Return the fact of a rule."""
    until = local_day(state["in_force_until"], state) if "in_force_until" in state else None
    by_act = "ended" in state and until == state["effective_on"]
    return without_empty(
        {
            "rule_kind": state["content"]["rule_kind"],
            "area": state["content"]["area"],
            "known_on": state["published_on"],
            "made_on": state["content"].get("issued_on", state["published_on"]),
            "from_on": local_day(state["in_force_from"], state),
            "until_on": until,
            "ended": (state["stage"] if by_act else LAPSED) if until else None,
            "reviews": _reviews(state),
            "reports": [local_day(report["at"], state) for report in state["reports"]],
        }
    )


def _reviews(state: State) -> list[list[str | None]]:
    """Return each review by the day it was due and the day it was done; the last is still to come."""
    done = [local_day(review["at"], state) for review in state["reviews"]]
    due = [state["first_review_due_on"], *(review["next_review_due_on"] for review in state["reviews"][:-1])]
    ahead = [[state["review_due_on"], None]] if state["review_due_on"] else []
    return [[day, on] for day, on in zip(due, done, strict=False) if day] + ahead


def of_card(state: State) -> Fact:
    """Return the fact of a card; one that began again after it was lifted counts from where it began last."""
    end = next((name for name in ("lifted", "closed") if name in state), None)
    answer = state.get("answer", {})
    return without_empty(
        {
            "raised_on": local_day(state["raised_at"], state),
            "colour": state["content"]["colour"],
            "red_on": local_day(state["reddened_at"], state) if "reddened_at" in state else None,
            "answer_by": state["content"].get("answer_by"),
            "answered_on": local_day(answer["at"], state) if answer else None,
            "in_time": answer.get("in_time"),
            "ended": end,
            "ended_on": local_day(state[end]["at"], state) if end else None,
        }
    )


def of_comment(state: State) -> Fact:
    """Return the fact of a comment that was moderated: when it came in, and whether it is shown."""
    return {"known_on": local_day(state["submitted_at"], state), "shown": state["stage"] == "shown"}
