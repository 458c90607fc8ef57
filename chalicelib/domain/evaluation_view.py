"""What an evaluation round shows: the announcement, each agency's grades, findings and answer, and what is unanswered.

Timeliness is measured, not only judged: beside each agency stand the series of `/v1/statistics` that measure it over the
round's period, by name, for no record holds another's figures.
"""

from collections.abc import Callable
from typing import Any

from chalicelib.domain.placed import EVALUATED
from chalicelib.domain.records import Place, Rendered, State, shortened, without_empty
from chalicelib.domain.statistics.periods import covering, first_day, last_day, month_of

TIMELINESS_SERIES = ("on_time_rate", "due_kept_rate")
"""Neither is shown without the other."""
UNANSWERED, RETURNED = "unanswered", "returned"
OWING = (UNANSWERED, RETURNED)
"""How findings stand that wait for an answer."""

Written = Callable[[str], str]


def render_round(state: State, written: Written) -> Rendered:
    """Return what a round shows."""
    content, withdrawn = state["content"], state["stage"] == "withdrawn"
    unanswered = [] if withdrawn else _unanswered(state)
    counts = {"agencies": len(content["agencies"]), "unanswered": len(unanswered)}
    head = {"stage": state["stage"], "title": shortened(content["title"]), "period": content["period"], **counts}
    ended = _at(state.get("ended", {}), written)
    if withdrawn:
        body = {"stage": state["stage"], "title": content["title"], "period": content["period"], "withdrawn": ended}
        return Rendered(body, head, {"stage": "withdrawn"}, listed=False)
    body = without_empty(
        {
            "stage": state["stage"],
            **content,
            "agencies": [_agency(state, agency, written) for agency in content["agencies"]],
            "unanswered": unanswered,
            "drawn": state.get("drawn"),
            "corrections": [_at(correction, written) for correction in state["corrections"]],
            "closed": ended,
        }
    )
    places = tuple(Place(EVALUATED, agency, state["published_at"]) for agency in content["agencies"])
    return Rendered(body, head, {"stage": state["stage"]}, places=places)


def _unanswered(state: State) -> list[dict[str, str]]:
    """Return who has findings and has not answered them, and by when they are to be answered."""
    return [
        {"agency": agency, "answer_by": judged["answer_by"]}
        for agency, judged in state["judged"].items()
        if judged["standing"] in OWING
    ]


def _agency(state: State, agency: str, written: Written) -> dict[str, Any]:
    judged = state["judged"].get(agency)
    if judged is None:
        return {"agency": agency, "standing": "awaiting_findings"}
    measured = _measured(agency, state["content"]["period"]) if "timeliness" in state["content"]["criteria"] else []
    answer = judged.get("answer")
    shown = {
        "agency": agency,
        "standing": judged["standing"],
        "found_at": written(judged["found_at"]),
        "answer_by": judged.get("answer_by"),
        "scores": judged["scores"],
        "measured": measured,
        "findings": judged["findings"],
        "answer": {**answer, "at": written(answer["at"])} if answer else None,
        "returned": _at(judged.get("returned", {}), written),
    }
    return without_empty(shown)


def _measured(agency: str, period: dict[str, str]) -> list[dict[str, str]]:
    """Return which published series measure an agency's timeliness; with the period, where the round's is one of theirs."""
    named = [
        each
        for each in covering(month_of(period["from"]))[:-1]
        if (first_day(each), last_day(each)) == (period["from"], period["to"])
    ]
    over = {"period": named[0]} if named else {}
    return [{"series": series, "agency": agency, **over} for series in TIMELINESS_SERIES]


def _at(said: dict[str, Any], written: Written) -> dict[str, Any]:
    return {**said, "at": written(said["at"])} if said else {}
