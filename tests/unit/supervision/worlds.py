"""A deployment whose clock runs when told, with what the tests of supervision look at."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Self

import orjson

from chalicelib.jobs import advance_clocks
from chalicelib.store import keys
from chalicelib.store.clocks import Clocks
from chalicelib.usecases.advance_clocks import Due
from chalicelib.usecases.clock_runs import Advanced
from tests.case_world import ACCEPTED
from tests.unit.cases.builders import at
from tests.unit.cases.invariants import InOrderWorld

CAME_IN = {"received_at": "2026-11-19T09:00:00+08:00"}
DECIDED_IN_TIME = {"event": "decided", "occurred_at": "2026-11-26T09:00:00+08:00", "outcome": "granted"}
DECIDED_LATE = {"event": "decided", "occurred_at": "2026-12-02T09:00:00+08:00", "outcome": "granted"}
REASON = {"reason": {"zh": "经办人员空缺。"}}


class CaseClocks(Clocks):
    """What falls due of cases and cards alone."""

    def due(self, shard: int, until: str) -> Iterator[Due]:
        return (due for due in super().due(shard, until) if not due.owes)


class SupervisedWorld(InOrderWorld):
    """Case c is accepted on 20 November with 5 working days promised and 20 by law: due on the 27th and on 18 December."""

    looks_at_duties = False
    """Whether the clock looks at what records owe, beside cases and cards."""

    def restart(self) -> None:
        """Begin a new process."""
        super().restart()
        if not self.looks_at_duties:
            vars(self.wired)["clocks"] = CaseClocks(self.wired.table)

    def begin(self) -> "SupervisedWorld":
        """Put in the case."""
        super().begin()
        self.key("root-supervisor", "guangan", "Ma", ["supervisor"])
        self.register("c", **CAME_IN)
        self.event("c", "e1", ACCEPTED)
        return self

    def at(self, text: str) -> Self:
        """Set the clock."""
        self.now = at(text)
        return self

    def clock(self) -> Advanced:
        """Run the clock job."""
        return advance_clocks.run(self.wired)

    def cards(self) -> dict[str, dict[str, Any]]:
        """Return the state of every card of a case by its id, as intake knows it."""
        return {card: state for card, state in self.all_cards().items() if "service" in state["content"]}

    def all_cards(self) -> dict[str, dict[str, Any]]:
        """Return the state of every card, those of duties too."""
        heads = {key.pk.removeprefix("card#"): item for key, item in self.memory.items.items() if key.sk == "HEAD"}
        return {
            card: orjson.loads(item["state"])  # type: ignore[arg-type]
            for card, item in heads.items()
            if str(item["pk"]).startswith("card#")
        }

    def told(self) -> list[tuple[str, str, str, str]]:
        """Return rule, day, colour and stage of every card."""
        return sorted(
            (state["content"]["rule"], state["content"]["due_on"], state["colour"], state["stage"])
            for state in self.cards().values()
        )

    def mark(self, case_no: str = "c") -> str | None:
        """Return when the clock will look at a case."""
        found = self.memory.items[keys.case(case_no)].get("clock_sk")
        return None if found is None else str(found).split("#", 1)[0]

    def case_of(self, card: str) -> str:
        """Return the number of the case that a card is about."""
        subject = self.wired.cards.subject_of(card)
        assert subject is not None
        assert subject.kind == "case"
        return subject.record_id

    def card(self) -> str:
        """Return the id of the only card."""
        (card,) = self.cards()
        return card

    def say(self, number: int, body: Any, key: str = "bureau-clerk") -> Any:
        """Send an act on the only card."""
        return self.put(f"/v1/intake/supervision/{self.card()}/acts/{number}", body, key)


def moment(text: str) -> datetime:
    """Return an instant."""
    return at(text)
