"""The figures of disclosure once more, by their definitions in words: every record looked at for every figure and every day.

It shares no code with the program but the calendar and the data of categories; nothing is added up or kept.
"""

import statistics
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from chalicelib.domain.categories import categories
from chalicelib.domain.clock.calendars import load_calendar
from chalicelib.domain.codes import code_list
from chalicelib.domain.duties import mandatory_categories
from tests.unit.statistics.naive import Raw, bounds, day, rate

Facts = Sequence[tuple[str, str, Raw]]
"""Agency, kind and fact."""
ENDED = ("repealed", "superseded", "lapsed", "withdrawn")


def figures_of(facts: Facts, period: str, today: date) -> dict[str, Raw]:
    """Return the figures of a node in a period, but those of requests."""
    first, last = bounds(period)
    return Period(facts, first, min(last, today), min(last, today - timedelta(days=1))).figures()


def first_known(facts: Facts) -> date | None:
    """Return the first day on which any record was known."""
    days = [
        day(fact.get("known_on") or fact.get("registered_on") or fact.get("raised_on") or fact["lines"][0][0])
        for _, _, fact in facts
    ]
    return min((found for found in days if found), default=None)


class Period:
    """What stands at the end of a period and what happened in it."""

    def __init__(self, facts: Facts, first: date, last: date, passed: date) -> None:
        self.facts, self.first, self.last, self.passed = facts, first, last, passed

    def figures(self) -> dict[str, Raw]:
        """Return all of them."""
        return {
            "disclosure_breadth": self.breadth(),
            "disclosure_depth": self.depth(),
            "disclosure_timeliness": self.timeliness(),
            "consultation": self.consultation(),
            "rules": self.rules(),
            "cards": self.cards(),
        }

    def of(self, kind: str) -> list[Raw]:
        """Return the facts of a kind."""
        return [fact for _, own, fact in self.facts if own == kind]

    def on(self, text: str | None) -> bool:
        """Whether a day lies in the period."""
        found = day(text)
        return found is not None and self.first <= found <= self.last

    def due(self, text: str | None) -> bool:
        """Whether a last day lies in the period and has passed."""
        found = day(text)
        return found is not None and self.first <= found <= self.passed

    def stands(self, begin: str | None, end: str | None) -> bool:
        """Whether what begins and ends on days stands at the end."""
        first, until = day(begin), day(end)
        return first is not None and first <= self.last and (until is None or until > self.last)

    def breadth(self) -> Raw:
        mandatory = live = 0
        for agency, kind, fact in self.facts:
            if kind == "agency" and self.stands(fact["registered_on"], fact.get("ended_on")):
                wanted = mandatory_categories(fact["calendar"], fact["level"])
                mandatory += len(wanted)
                live += len(
                    {
                        text["category"]
                        for own, other, text in self.facts
                        if (own, other) == (agency, "disclosure")
                        and text["category"] in wanted
                        and self.stands(text.get("disclosed_on"), text.get("ended_on"))
                    }
                )
        return {**rate(live, mandatory), "mandatory": mandatory, "live": live, "missing": mandatory - live}

    def depth(self) -> Raw:
        offered = []
        for fact in self.of("service"):
            lines = [filled for begins, filled in fact["lines"] if date.fromisoformat(begins) <= self.last]
            offered += [lines[-1]] if lines and lines[-1] is not None else []
        n = 6 * len(offered)
        return {**rate(sum(offered), n), "services": len(offered), "complete": offered.count(6)}

    def timeliness(self) -> Raw:
        out = [fact for fact in self.of("disclosure") if self.on(fact.get("disclosed_on"))]
        own = [fact for fact in out if not fact.get("taken_over")]
        dated = [fact for fact in own if "formed_on" in fact]
        taken = [workdays(fact) for fact in dated]
        days = [found for found in taken if found is not None]
        kept = sum(in_time(fact) for fact in dated if workdays(fact) is not None)
        standing = [f for f in self.of("disclosure") if self.stands(f.get("disclosed_on"), f.get("ended_on"))]
        return {
            **rate(kept, len(days)),
            "disclosed": len(out),
            "without_formed_on": len(own) - len(dated),
            "taken_over": len(out) - len(own),
            "uncounted": len(taken) - len(days),
            "standing": len(standing),
            "working_days": middle(days),
        }

    def consultation(self) -> Raw:
        texts = self.of("disclosure")
        must = [
            fact
            for fact in texts
            if self.on(fact.get("disclosed_on"))
            and "consultation" in categories()[fact["category"]]
            and not fact.get("taken_over")
        ]
        owed = [
            (due_on, answered_on)
            for fact in texts
            for due_on, answered_on in fact.get("rounds", ())
            if self.due(due_on) and (answered_on or "ended_on" not in fact or due_on < fact["ended_on"])
        ]
        kept = sum(bool(answered_on) and answered_on <= due_on for due_on, answered_on in owed)
        comments = [fact for fact in self.of("comment") if self.on(fact["known_on"])]
        return {
            **rate(sum("rounds" in fact for fact in must), len(must)),
            "rounds": sum(len(fact.get("rounds", ())) for fact in texts if self.on(fact["known_on"])),
            "comments": len(comments),
            "comments_shown": sum(fact["shown"] for fact in comments),
            "responses_due": len(owed),
            "responses_in_time": kept,
            "responses_late": len(owed) - kept,
        }

    def rules(self) -> Raw:
        known = self.of("rule")
        force = [fact for fact in known if self.stands(fact["from_on"], fact.get("until_on"))]
        areas = {
            entry["code"]: sum(fact["area"] == entry["code"] for fact in force)
            for entry in code_list("rule_area").codes
        }
        overdue = [
            (due_on, done_on)
            for fact in force
            for due_on, done_on in fact.get("reviews", ())
            if date.fromisoformat(due_on) < self.last and (done_on is None or date.fromisoformat(done_on) > self.last)
        ]
        return {
            "value": len(force),
            "n": len(force),
            "numerator": None,
            "kinds": {kind: self.kind(kind, force) for kind in ("normative_document", "internal_rule")},
            "review_overdue": len(overdue),
            "reviewed": sum(self.on(done_on) for fact in known for _, done_on in fact.get("reviews", ())),
            "executed": sum(self.on(on) for fact in known for on in fact.get("reports", ())),
            "areas": areas,
            "gaps": list(areas.values()).count(0),
        }

    def kind(self, kind: str, force: Sequence[Raw]) -> Raw:
        own = [fact for fact in self.of("rule") if fact["rule_kind"] == kind]
        return {
            "in_force": sum(fact["rule_kind"] == kind for fact in force),
            "made": sum(self.on(fact["made_on"]) for fact in own),
            **{ended: sum(self.on(f.get("until_on")) and f["ended"] == ended for f in own) for ended in ENDED},
        }

    def cards(self) -> Raw:
        known = self.of("card")
        owed = [
            fact
            for fact in known
            if self.due(fact.get("answer_by"))
            and ("answered_on" in fact or "ended_on" not in fact or fact["answer_by"] < fact["ended_on"])
        ]
        raised = [fact["colour"] for fact in known if self.on(fact["raised_on"])]
        standing = [fact for fact in known if self.stands(fact["raised_on"], fact.get("ended_on"))]
        red = [
            fact
            for fact in known
            if self.stands(
                fact.get("red_on") or (fact["raised_on"] if fact["colour"] == "red" else None), fact.get("ended_on")
            )
        ]
        return {
            **rate(sum(fact.get("in_time", False) for fact in owed), len(owed)),
            "yellow": raised.count("yellow"),
            "red": raised.count("red"),
            "reddened": sum(self.on(fact.get("red_on")) for fact in known),
            "closed": sum(self.on(fact.get("ended_on")) and fact["ended"] == "closed" for fact in known),
            "lifted": sum(self.on(fact.get("ended_on")) and fact["ended"] == "lifted" for fact in known),
            "standing": len(standing),
            "standing_red": len(red),
        }


def workdays(fact: Raw) -> int | None:
    """Return the working days after the one a text was formed on, up to the one it came out; none if no calendar tells."""
    known = load_calendar(fact["calendar"])
    formed, out = date.fromisoformat(fact["formed_on"]), date.fromisoformat(fact["disclosed_on"])
    if not {*range(formed.year, out.year + 1)} <= set(known.years):
        return None
    return sum(known.is_working(formed + timedelta(days=n)) for n in range(1, (out - formed).days + 1))


def in_time(fact: Raw) -> bool:
    """Whether the last working day of the limit had not passed when a text came out."""
    before = date.fromisoformat(fact["disclosed_on"]) - timedelta(days=1)
    taken = workdays({**fact, "disclosed_on": before.isoformat()})
    assert taken is not None
    return bool(taken < categories()[fact["category"]]["disclose_within_working_days"])


def middle(days: Sequence[int]) -> Raw:
    """Return what is told of working days."""
    if not days:
        return dict.fromkeys(("median", "p80", "p90", "mean"))
    ordered, n = sorted(days), len(days)
    cut = int(n * 0.05)
    inner = [min(max(value, ordered[cut]), ordered[n - 1 - cut]) for value in ordered]

    def rank(per_cent: int) -> int:
        return next(v for v in ordered if 100 * sum(other <= v for other in ordered) >= per_cent * n)

    return {
        "median": round(statistics.median(ordered), 4),
        "p80": round(rank(80), 4),
        "p90": round(rank(90), 4),
        "mean": round(sum(inner) / n, 4),
    }


def says_something(figures: Any) -> bool:
    """Tell whether any number but that of gaps is not nought."""
    if isinstance(figures, dict):
        return any(says_something(value) for name, value in figures.items() if name != "gaps")
    return bool(figures)
