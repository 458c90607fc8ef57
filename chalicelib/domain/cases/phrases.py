"""The words of a status as it is served: a sentence for every code in it, with its places filled in.

Invariant: a text of an agency that lacks a language stands in that language's sentence as it is, never left out.
"""

from datetime import date, datetime
from typing import Any

from chalicelib.domain.clock.records import Code, Explained
from chalicelib.domain.clock.sentences import sentence
from chalicelib.domain.codes import Words, sentences, shorts
from chalicelib.domain.instants import is_date

View = dict[str, Any]
TIMERS = ("acceptance", "issue")
"""The limits beside the decision's that a deadline holds, each with its own explanation."""


def add_words(view: View) -> None:
    """Put the sentence of every code into a status."""
    status = view["status"]
    status["sentence"], status["short"] = sentences("status")[status["code"]], shorts("status")[status["code"]]
    step = view["next_step"]
    step["what"] = _by_whom(step)
    if "stopped" in view:
        view["stopped"]["sentence"] = sentences("stop")[view["stopped"]["why"]]
    for entry in view.get("todo", ()):
        entry["text"] = sentences("todo")[entry["code"]]
    if "progress" in view:
        view["progress"]["stages"] = [_stage(stage) for stage in view["progress"]["stages"]]
    for entry in view["timeline"]:
        entry["sentence"] = _filled(sentences("event")[entry["code"]], what=entry.pop("what", ""))
    if "estimate" in view:
        view["estimate"]["sentence"] = _measured(view["estimate"])
    for notice in view.get("notices", ()):
        if words := sentences("event").get(notice["kind"]):
            notice["sentence"] = _filled(words, what=notice.pop("what", ""))
    _explain(view)
    for branch in view.get("branches", ()):
        _add_branch_words(branch)


def _add_branch_words(branch: View) -> None:
    status = branch["status"]
    words, short = sentences("branch_status"), shorts("branch_status")
    status["sentence"], status["short"] = words[status["code"]], short[status["code"]]
    if "stopped" in branch:
        branch["stopped"]["sentence"] = sentences("stop")[branch["stopped"]["why"]]
    _explain(branch)


def _explain(part: View) -> None:
    """Put the sentence of every step into a deadline and the limits beside it, and that long part last."""
    for counted in counts_of(part):
        steps = counted.pop("explain")
        counted["explain"] = [{**step, "sentence": explained(step)} for step in steps]


def counts_of(part: View) -> list[View]:
    """Return a deadline, if there is one, and the limits beside it: whatever has a due date and an explanation."""
    deadline = part.get("deadline")
    return [deadline, *(deadline[name] for name in TIMERS if name in deadline)] if deadline else []


def _by_whom(step: View) -> Words:
    """Name the post that answers, else the agency in general: the names of agencies are theirs to change."""
    post = step.get("post") or {}
    whom = sentences("who")[step["who"]]
    names = {language: post.get(language) or next(iter(post.values()), whom[language]) for language in ("zh", "en")}
    words = sentences("next_step")[step["code"]]
    return {language: text.format(whom=names[language]) for language, text in words.items()}


def _measured(estimate: View) -> Words:
    told = {**estimate, "median": f"{estimate['median']:g}", "p80": f"{estimate['p80']:g}"}
    words, periods = sentences("measure")[estimate["measured"]], _period(estimate["period"])
    return {language: text.format(**told | {"period": periods[language]}) for language, text in words.items()}


_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def _period(period: str) -> Words:
    year, _, part = period.partition("-")
    if not part:
        return {"zh": f"{year}年", "en": year}
    if part.startswith("Q"):
        return {"zh": f"{year}年第{part[1:]}季度", "en": f"{part} {year}"}
    return {"zh": f"{year}年{int(part)}月", "en": f"{_MONTHS[int(part) - 1]} {year}"}


def _stage(stage: View) -> View:
    return {"code": stage["code"], "name": {**sentences("stage")[stage["code"]], **stage.get("name", {})}}


def _filled(words: Words, *, what: str, **values: object) -> Words:
    """Put the values in their places; a kind of procedure by its name in that language."""
    kinds = sentences("procedure").get(what, {"zh": what, "en": what})
    return {language: text.format(what=kinds[language], **values) for language, text in words.items()}


def explained(step: View) -> Words:
    """Return the sentence of one step of an explanation."""
    own = sentences("explanation").get(step["code"])
    if own is not None:
        return _filled(own, what=step.get("what", ""), value=step.get("value", ""), since=step.get("since", ""))
    known = Explained(
        Code(step["code"]),
        moment(step.get("since")),
        moment(step.get("until")),
        step.get("value"),
        step.get("unit"),
        step.get("what"),
        step.get("basis"),
    )
    return {"zh": sentence(known, "zh"), "en": sentence(known, "en")}


def moment(text: str | None) -> date | datetime | None:
    """Return the date or instant that a text says."""
    if text is None:
        return None
    return date.fromisoformat(text) if is_date(text) else datetime.fromisoformat(text)
