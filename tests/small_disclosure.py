"""A disclosure in small, written from the text of the domain and not from the table of the code: what it lets happen.

It knows nothing of rows and parts: it keeps what is shown, what waits and who handed it in, and says of each act whether it
is taken and, where an act may stand, every code that it is refused with. `disclosure_model` holds the code against it.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

STEPS = {"plans": (), "normative_documents": ("consultation", "legality_review", "collective_decision")}
NUMBER = "联系人 13912345678"
WHERE_IT_STANDS = frozenset({"where it stands"})
"""What is said of an act that may not follow here; which of the codes of that kind it is, the table says."""

Act = dict[str, Any]


_ON_THE_TEXT = (
    *("submit", "revise", "approve", "return", "break_glass"),
    *("open_consultation", "adopt", "publish", "correct"),
)


@dataclass
class Waiting:
    """A text that was handed in."""

    digest: str
    content: dict[str, Any]
    by: str
    stands: str = "submitted"
    cleared: bool = False


@dataclass
class Model:
    """A disclosure as the text of the domain tells it."""

    shown: str = ""
    version: int = 0
    text: dict[str, Any] | None = None
    waiting: Waiting | None = None
    broke_glass: str = ""
    owed: bool = False
    rounds: list[dict[str, Any]] = field(default_factory=list)
    steps: dict[str, bool] = field(default_factory=dict)
    begun: bool = False

    def stands(self) -> tuple[str, str | None, int, Any]:
        """Return what can be compared: the stage, where the text that waits stands, the version, and what is shown."""
        pending = "awaiting_approval" if self.owed else self.waiting.stands if self.waiting else None
        if self.shown == "adopted":
            pending = None
        title = self.text["title"] if self.text and self.shown != "withdrawn" else None
        return self.shown or "not_shown", pending, self.version, title

    # What an act is refused with

    def refuses(self, act: Act, who: str, today: date) -> frozenset[str]:
        """Return every code that an act is refused with; none where it is taken."""
        if not self.may_follow(act["act"]):
            return WHERE_IT_STANDS
        judge = getattr(self, f"_{act['act']}", None)
        return frozenset(judge(act, who, today)) if judge else frozenset()

    def may_follow(self, name: str) -> bool:
        """Return whether the text of the domain lets an act follow here."""
        if not self.begun:
            return name == "submit"
        if self.shown == "withdrawn":
            return False
        if self.shown == "superseded":
            return name in ("respond_to_comments", "withdraw")
        if self.owed:
            return name in ("approve", "withdraw")
        return name == "withdraw" or (self._may_change(name) if name in _ON_THE_TEXT else self._beside(name))

    def _may_change(self, name: str) -> bool:
        stands = self.waiting.stands if self.waiting and self.shown != "adopted" else ""
        hidden, heard = self.shown == "", self.shown == "in_consultation"
        return {
            "submit": hidden or self.shown == "published",
            "revise": heard,
            "approve": stands == "submitted",
            "return": stands in ("submitted", "approved"),
            "break_glass": hidden and stands == "submitted",
            "open_consultation": (hidden or heard) and stands == "approved",
            "adopt": (hidden and stands == "approved") or (heard and stands in ("", "approved")),
            "publish": (hidden and stands == "approved") or self.shown == "adopted",
            "correct": self.shown == "published" and stands == "approved",
        }[name]

    def _beside(self, name: str) -> bool:
        heard = self.shown == "in_consultation"
        return {
            "extend_consultation": heard,
            "respond_to_comments": self.shown != "",
            "record_step": self.shown in ("", "in_consultation", "adopted"),
            "announce_hearing": heard,
            "record_hearing": heard,
            "supersede": self.shown == "published",
            "file_upward": self.shown == "published",
        }[name]

    def _submit(self, act: Act, who: str, today: date) -> set[str]:
        content, found = act["content"], set()
        if who.startswith("group:"):
            found.add("group_hands_in")
        if self.version and self.text and content["category"] != self.text["category"]:
            found.add("category_fixed")
        if self.version and self.text and ("source" in content) != ("source" in self.text):
            found.add("source_fixed")
        return found

    _revise = _submit

    def _approve(self, act: Act, who: str, today: date) -> set[str]:
        assert self.waiting is not None
        found = self._numbers(act)
        if who == self.waiting.by:
            found.add("same_person")
        elif who == self.broke_glass:
            found.add("broke_the_glass")
        if act["approves_sha256"] != self.waiting.digest:
            found.add("approves_other_bytes")
        if who.startswith("system:"):
            found.add("system_approves")
        if who.startswith("group:") and "meeting" not in act:
            found.add("meeting_missing")
        if not who.startswith("group:") and "meeting" in act:
            found.add("meeting_of_no_group")
        if self.owed and act["secrecy_review"]["result"] != "cleared":
            found.add("secrecy_review_restricted")
        return found

    def _numbers(self, act: Act) -> set[str]:
        """A number that names a person is released by name, and nothing else is."""
        assert self.waiting is not None
        content = self.waiting.content
        holds = NUMBER in content["body"]["zh"] and content["openness"]["class"] == "proactive"
        released = bool(act["releases"])
        return (
            {"personal_data"} if holds and not released else {"release_of_nothing"} if released and not holds else set()
        )

    def _return(self, act: Act, who: str, today: date) -> set[str]:
        assert self.waiting is not None
        return set() if act["returns_sha256"] == self.waiting.digest else {"returns_other_bytes"}

    def _break_glass(self, act: Act, who: str, today: date) -> set[str]:
        return self._closed_to_readers() | self._numbers(act)

    def _closed_to_readers(self) -> set[str]:
        assert self.waiting is not None
        return set() if self.waiting.content["openness"]["class"] == "proactive" else {"not_open"}

    def _not_cleared(self) -> set[str]:
        assert self.waiting is not None
        return self._closed_to_readers() | (set() if self.waiting.cleared else {"secrecy_review_restricted"})

    def _heard_now(self, today: date) -> set[str]:
        return {"consultation_open"} if self.rounds and today <= self.rounds[-1]["last_day"] else set()

    def _open_consultation(self, act: Act, who: str, today: date) -> set[str]:
        assert self.waiting is not None
        last_day = date.fromisoformat(act["last_day"])
        found = self._heard_now(today) | self._not_cleared()
        demanded = self.waiting.content["category"] == "normative_documents"
        if demanded and "shorter_reason" not in act and last_day < today + timedelta(days=7):
            found.add("consultation_too_short")
        return found

    def _extend_consultation(self, act: Act, who: str, today: date) -> set[str]:
        last_day, found = self.rounds[-1]["last_day"], set()
        if today > last_day:
            found.add("consultation_closed")
        if date.fromisoformat(act["last_day"]) <= last_day:
            found.add("not_longer")
        if date.fromisoformat(act["last_day"]) < today:
            found.add("closes_in_the_past")
        return found

    def _respond_to_comments(self, act: Act, who: str, today: date) -> set[str]:
        if act["round"] > len(self.rounds):
            return {"round_unknown"}
        return {"consultation_open"} if today <= self.rounds[act["round"] - 1]["last_day"] else set()

    def _record_step(self, act: Act, who: str, today: date) -> set[str]:
        return {"day_in_the_future"} if date.fromisoformat(act["held_on"]) > today else set()

    def _adopt(self, act: Act, who: str, today: date) -> set[str]:
        found = self._heard_now(today)
        if date.fromisoformat(act["decided_on"]) > today:
            found.add("day_in_the_future")
        return found | (self._not_cleared() if self.waiting else set())

    def _publish(self, act: Act, who: str, today: date) -> set[str]:
        content = self.waiting.content if self.waiting else self.text
        assert content is not None
        found = self._not_cleared() if self.waiting else set()
        demanded = () if "source" in content else STEPS[content["category"]]
        answered = any(each["answered"] for each in self.rounds)
        taken = {name for name, passed in self.steps.items() if passed} | ({"consultation"} if answered else set())
        return found | ({"step_missing"} if set(demanded) - taken else set())

    def _correct(self, act: Act, who: str, today: date) -> set[str]:
        return self._not_cleared()

    def _supersede(self, act: Act, who: str, today: date) -> set[str]:
        return {"own": {"supersedes_itself"}, "hidden": {"successor_not_published"}, "other": set()}[act["by"]]

    # What an act that is taken does

    def take(self, act: Act, who: str, digest: str) -> None:
        """Let an act be done."""
        name = act["act"]
        self.begun = True
        if name in ("submit", "revise"):
            self.waiting = Waiting(digest, act["content"], who)
        elif name == "approve":
            self._take_approval(act)
        elif name == "return":
            self._take_return()
        elif name == "record_step":
            self.steps[act["step"]] = act["result"] == "passed"
            self.version += self.version > 0
        elif name == "adopt" and self.version == 0:
            self.shown = "adopted"
        else:
            self._take_shown(act, who)

    def _take_approval(self, act: Act) -> None:
        assert self.waiting is not None
        if self.owed:
            self.owed, self.waiting, self.broke_glass = False, None, ""
            self.version += 1
        else:
            self.waiting.stands, self.waiting.cleared = "approved", act["secrecy_review"]["result"] == "cleared"

    def _take_return(self) -> None:
        assert self.waiting is not None
        if self.shown:
            self.waiting = None
        else:
            self.waiting.stands = "returned"

    def _take_shown(self, act: Act, who: str) -> None:
        """An act that shows something: a version, unless nothing was shown and nothing is now."""
        name = act["act"]
        takes_text = name in ("open_consultation", "adopt", "publish", "correct", "break_glass")
        if takes_text and self.waiting is not None:
            self.text = self.waiting.content
            self.waiting = self.waiting if name == "break_glass" else None
        if name == "open_consultation":
            self.rounds.append({"last_day": date.fromisoformat(act["last_day"]), "answered": False})
        if name == "extend_consultation":
            self.rounds[-1]["last_day"] = date.fromisoformat(act["last_day"])
        if name == "respond_to_comments":
            self.rounds[act["round"] - 1]["answered"] = True
        if name == "break_glass":
            self.owed, self.broke_glass = True, who
        if name in ("supersede", "withdraw"):
            self.waiting, self.owed = None, False
        self.version += self.text is not None
        self.shown = _STAGE_AFTER.get(name, self.shown)


_STAGE_AFTER = {
    "open_consultation": "in_consultation",
    "adopt": "adopted",
    "publish": "published",
    "break_glass": "published",
    "supersede": "superseded",
    "withdraw": "withdrawn",
}
