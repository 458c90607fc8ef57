"""Random lives of a disclosure, held against the small model of `small_disclosure`: every refusal and every state.

    python -m tests.disclosure_model 10000

Acts of hearings and filings are sent only where they may not follow; what they ask for is held by their own tests.
"""

import sys
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from chalicelib.domain.codes import sentences
from chalicelib.domain.disclosures import NOUN
from chalicelib.domain.instants import to_key
from chalicelib.domain.records import ActMeta, Actor, Others, Ref, State
from chalicelib.errors import RefusedError
from tests.agency_states import agency_state
from tests.small_disclosure import NUMBER, WHERE_IT_STANDS, Act, Model

FIRST_DAY = date(2026, 1, 5)
LONGEST = 24
PEOPLE = ("person:Li", "person:Zhao", "person:Sun", "group:Office", "system:import")
APPROVERS = ("person:Zhao", "person:Sun", "group:Office")
RELEASE = {"place": "/content/body/zh", "kind": "mobile_number", "nth": 1, "reason": "公开电话"}
ZH = {"zh": "说明"}
AGENCY = agency_state("a")
OTHERS = Others(
    {
        Ref("agency", "a"): AGENCY,
        Ref("disclosure", "other"): {"stage": "published", "version": 1},
        Ref("disclosure", "hidden"): {"stage": "not_shown", "version": 0},
        Ref("disclosure", "own"): {"stage": "published", "version": 1},
    }
)
ELSEWHERE = ("announce_hearing", "record_hearing", "file_upward")
FORWARD = ("submit", "revise", "approve", "open_consultation", "respond_to_comments", "adopt", "publish", "correct")
NAMES = (*FORWARD, *FORWARD, "return", "extend_consultation", "record_step", "record_step", "break_glass")
RARE = (*ELSEWHERE, "withdraw", "supersede")


class Lives:
    """Makes acts by chance, most of them such as a clerk would send next."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        self.texts = 0

    def next(self, model: Model, today: date) -> tuple[Act, str]:
        """Return an act and who does it."""
        possible = [name for name in NAMES if model.may_follow(name)]
        name = self.chance.choice(possible if possible and self.often(0.8) else NAMES)
        if self.often(0.05):
            name = self.chance.choice(RARE)
        if name in ELSEWHERE and model.may_follow(name):
            name = "approve"
        who = self.who(name)
        members = getattr(self, "give_back" if name == "return" else name, None)
        act = {"act": name, **members(model, today)} if members else {"act": name}
        if name == "approve" and who.startswith("group:") == self.often(0.9):
            act["meeting"] = {"held_on": today.isoformat(), "minutes_no": "1", "present": 5}
        return act, who

    def who(self, name: str) -> str:
        """Return who acts: mostly one who may."""
        usual = APPROVERS if name == "approve" else ("person:Li",)
        return self.chance.choice(usual if self.often(0.7) else PEOPLE)

    def often(self, share: float) -> bool:
        return self.chance.random() < share

    def day(self, today: date, *spans: int) -> str:
        return (today + timedelta(days=self.chance.choice(spans))).isoformat()

    # The members of each act

    def submit(self, model: Model, today: date) -> Act:
        self.texts += 1
        openness: dict[str, Any] = {"class": "proactive"}
        if self.often(0.15):
            openness = self.chance.choice(({"class": "on_request"}, {"class": "not_open", "ground": "trade_secret"}))
        same = model.text and self.often(0.9)
        content: dict[str, Any] = {
            "agency": "a",
            "title": {"zh": f"文本{self.texts}"},
            "category": model.text["category"]
            if same and model.text
            else self.chance.choice(("plans", "normative_documents")),
            "cadence": "ad_hoc",
            "body": {"zh": NUMBER if self.often(0.1) else "全文"},
            "openness": openness,
        }
        if ("source" in model.text) if same and model.text else self.often(0.1):
            content |= {"source": {"name": "公报"}, "issued_on": "2025-12-01"}
        return {"content": content}

    revise = submit

    def approve(self, model: Model, today: date) -> Act:
        cleared = "cleared" if self.often(0.9) else "restricted"
        return {
            "approves_sha256": self.digest(model),
            "secrecy_review": {"reviewer": "保密办", "result": cleared},
            "releases": self.releases(model),
        }

    def digest(self, model: Model) -> str:
        return model.waiting.digest if model.waiting and self.often(0.9) else "0" * 64

    def releases(self, model: Model) -> list[dict[str, Any]]:
        needed = model.waiting is not None and NUMBER in model.waiting.content["body"]["zh"]
        return [RELEASE] if needed == self.often(0.85) else []

    def break_glass(self, model: Model, today: date) -> Act:
        return {"reason": ZH, "legal_basis": {"document": "突发事件应对法"}, "releases": self.releases(model)}

    def open_consultation(self, model: Model, today: date) -> Act:
        reason = {"shorter_reason": ZH} if self.often(0.5) else {}
        return {"last_day": self.day(today, 0, 2, 35), **reason}

    def extend_consultation(self, model: Model, today: date) -> Act:
        return {"last_day": self.day(today, -1, 9, 40), "reason": ZH}

    def respond_to_comments(self, model: Model, today: date) -> Act:
        return {
            "round": self.chance.randint(1, max(1, len(model.rounds))) + self.often(0.1),
            "summary": ZH,
            "groups": [],
        }

    def record_step(self, model: Model, today: date) -> Act:
        step = self.chance.choice(("legality_review", "collective_decision"))
        result = "passed" if self.often(0.8) else "not_passed"
        return {"step": step, "held_on": self.day(today, -1, 0, 0, 1), "by": ZH, "result": result}

    def adopt(self, model: Model, today: date) -> Act:
        return {"decided_on": self.day(today, 0, 0, 0, 1), "by": ZH}

    def correct(self, model: Model, today: date) -> Act:
        return {"reason": ZH}

    def supersede(self, model: Model, today: date) -> Act:
        return {"by": self.chance.choice(("other", "hidden", "own")), "reason": ZH}

    def withdraw(self, model: Model, today: date) -> Act:
        return {"reason": ZH, "keep_title": False}

    def give_back(self, model: Model, today: date) -> Act:
        return {"returns_sha256": self.digest(model), "reason": ZH}


def live(seed: int, seen: Counter[str]) -> list[str]:
    """Live one life; return where the code and the model differ."""
    lives, model, differences = Lives(seed), Model(), []
    state: State | None = None
    today = FIRST_DAY
    for number in range(1, LONGEST + 1):
        today += timedelta(days=lives.chance.choice((0, 1, 1, 3, 9)))
        act, who = lives.next(model, today)
        expected = model.refuses(act, who, today)
        state, found = step(state, act, who, today, number)
        refused = WHERE_IT_STANDS if found <= sentences("disclosure_refusal").keys() and len(found) == 1 else found
        seen["refused" if refused else "taken"] += 1
        seen.update({f"act {act['act']}" if not refused else f"code {code}": 1 for code in refused or ("",)})
        if not refused:
            model.take(act, who, f"sha-{number}")
        if refused != expected or told(state) != model.stands():
            differences.append(
                f"seed {seed}, act {number} {act}: {sorted(expected)} but {sorted(found)}; {told(state)}"
            )
            break
    return differences


def step(state: State | None, act: Act, who: str, today: date, number: int) -> tuple[State | None, frozenset[str]]:
    """Return the state after an act at noon of a day, and the codes that it was refused with."""
    at = to_key(datetime(today.year, today.month, today.day, 4, tzinfo=UTC))
    actor = Actor("k", "a", who, frozenset({"clerk", "approver"}))
    try:
        NOUN.rules.decide("own", state, act, actor, OTHERS, at)
    except RefusedError as refused:
        return state, frozenset(problem.code for problem in refused.problems)
    return NOUN.rules.fold("own", state, act, ActMeta(number, f"sha-{number}", at, who, at), OTHERS), frozenset()


def told(state: State | None) -> tuple[str, str | None, int, Any]:
    """Return of the code's state what can be compared: the title as it is rendered for the public."""
    if state is None:
        return "not_shown", None, 0, None
    shown = NOUN.rules.render("own", state, str)
    title = shown.body.get("title") if shown and state["stage"] != "withdrawn" else None
    return state["stage"], state.get("pending"), state["version"], title


def main(count: int, first_seed: int = 0) -> int:
    """Live so many lives; return how many differ, and say what was seen."""
    seen: Counter[str] = Counter()
    differences = [found for seed in range(first_seed, first_seed + count) for found in live(seed, seen)]
    print(f"{count} lives, {seen['taken']} acts taken, {seen['refused']} refused: {len(differences)} differences")
    for name in sorted(name for name in seen if " " in name):
        print(f"  {name.strip()}: {seen[name]}")
    print("\n".join(differences[:5]))
    return len(differences)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000) > 0)
