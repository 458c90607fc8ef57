"""A year of random disclosures, the clock run each night: after every run the cards are those of a naive model that shares no code.

The model walks days, keeps what was done by then, and says from that alone what is owed and not done. It knows nothing of
states, marks, catalogues or indexes.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from tests.unit.clock.naive import Case, walk
from tests.unit.supervision.owing import OwingWorld
from tests.unit.supervision.test_clock_year import DAYS, ONE_DAY, local

FIRST, LAST = date(2025, 1, 6), date(2026, 2, 10)
CATEGORIES = ("plans", "plans", "plans", "budgets_and_accounts", "functions_and_contacts", "annual_report")
Key = tuple[str, str, str, str]
"""Record, rule, of, due day."""


@dataclass
class Text:
    """A disclosure as it will have been: each day says when something is done of it, or that it never is."""

    record_id: str
    category: str
    handed_in: date
    formed_on: date | None
    shown: date | None
    changed: date | None
    change_formed_on: date | None
    corrected: date | None
    withdrawn: date | None
    public_until: date | None
    series: str | None
    next_due_on: date | None

    def live(self, now: datetime) -> bool:
        gone = self.withdrawn is not None and local(self.withdrawn, 14) <= now
        return self.shown is not None and local(self.shown, 11) <= now and not gone

    def waits(self, now: datetime) -> bool:
        """Whether a change has been handed in and is not shown."""
        done = self.corrected is not None and local(self.corrected, 13) <= now
        return self.changed is not None and local(self.changed, 12) <= now and not done

    def wanted(self, now: datetime) -> dict[Key, datetime]:
        """Return the cards that should stand of this text alone, each with the instant from which."""
        came_in = local(self.handed_in, 10)
        if came_in > now or (self.withdrawn is not None and local(self.withdrawn, 14) <= now):
            return {}
        found: dict[Key, datetime] = {}
        if not self.live(now):
            found |= self._late("disclose_in_time", "", twenty_days_after(self.formed_on or self.handed_in), came_in)
        elif self.changed is not None and self.waits(now):
            since = self.change_formed_on or self.changed
            found |= self._late("disclose_in_time", "change-1", twenty_days_after(since), came_in)
        if self.live(now) and self.public_until is not None:
            found |= self._late("retention_over", "", self.public_until, came_in)
        return {key: at for key, at in found.items() if at <= now}

    def _late(self, rule: str, of: str, due: date, came_in: datetime) -> dict[Key, datetime]:
        missed = local(due + ONE_DAY, 0)
        at = missed if missed > came_in else came_in + ONE_DAY
        return {(self.record_id, rule, of, due.isoformat()): at}


def twenty_days_after(day: date) -> date:
    found = walk(Case(day, (20, "working_day")), DAYS)
    assert found is not None
    return found


def of_the_bureau(texts: list[Text], now: datetime) -> dict[Key, datetime]:
    """Return the cards that should stand of the bureau as a whole."""
    live = [text for text in texts if text.live(now)]
    dues: list[tuple[str, str, date]] = [
        ("mandatory_category", category, twenty_days_after(FIRST))
        for category in ("functions_and_contacts", "budgets_and_accounts")
        if not any(text.category == category for text in live)
    ]
    for series in ("a", "b"):
        of_series = [text for text in live if text.series == series]
        if of_series:
            newest = max(of_series, key=lambda text: (text.shown or FIRST, text.record_id))
            assert newest.next_due_on is not None
            dues.append(("cadence", series, newest.next_due_on))
    if now.year == 2026 and not any(report_of(text) == 2025 for text in live if text.category == "annual_report"):
        dues.append(("annual_report", "2025", date(2026, 1, 31)))
    cards = {("bureau", rule, of, due.isoformat()): local(due + ONE_DAY, 0) for rule, of, due in dues}
    return {key: at for key, at in cards.items() if at <= now}


def report_of(text: Text) -> int:
    formed = text.formed_on if text.corrected is None else text.change_formed_on
    assert text.shown is not None
    return (formed or text.corrected or text.shown).year - 1


def a_text(number: int, chance: Random) -> Text:
    handed_in = FIRST + timedelta(days=chance.randrange(380))

    def later(day: date | None, spread: int, odds: float) -> date | None:
        return None if day is None or chance.random() > odds else day + timedelta(days=chance.randrange(spread))

    shown = later(handed_in, 60, 0.8)
    changed = later(shown, 40, 0.3)
    corrected = later(changed, 60, 0.7)
    withdrawn = later(corrected or (None if changed else shown or handed_in), 90, 0.25)
    series = chance.choice((None, None, "a", "b"))
    next_due_on = (shown or handed_in) + timedelta(days=chance.randrange(10, 90)) if series else None
    return Text(
        record_id=f"d{number:03d}",
        category=chance.choice(CATEGORIES),
        handed_in=handed_in,
        formed_on=chance.choice((None, handed_in - timedelta(days=chance.randrange(60)))),
        shown=shown,
        changed=changed,
        change_formed_on=changed - timedelta(days=chance.randrange(40)) if changed else None,
        corrected=corrected,
        withdrawn=withdrawn,
        public_until=shown + timedelta(days=chance.randrange(5, 120)) if shown and chance.random() < 0.2 else None,
        series=series,
        next_due_on=next_due_on,
    )


def content(text: Text, formed_on: date | None) -> dict[str, object]:
    said: dict[str, object] = {"category": text.category}
    if formed_on is not None:
        said["formed_on"] = formed_on.isoformat()
    if text.public_until is not None:
        said["public_until"] = text.public_until.isoformat()
    if text.series is not None and text.next_due_on is not None:
        said |= {"schedule": {"series": text.series, "next_due_on": text.next_due_on.isoformat()}, "cadence": "regular"}
    return said


def tell(world: OwingWorld, text: Text, day: date, numbers: dict[str, int]) -> None:
    """Do what is done of a text on a day."""

    def next_number(more: int = 1) -> int:
        numbers[text.record_id] = numbers.get(text.record_id, 0) + more
        return numbers[text.record_id] - more + 1

    if text.handed_in == day:
        world.now = local(day, 10)
        assert world.submit(text.record_id, next_number(), **content(text, text.formed_on)).status == 201
    if text.shown == day:
        world.now = local(day, 11)
        assert world.show(text.record_id, next_number(2)).status == 201
    if text.changed == day:
        world.now = local(day, 12)
        assert world.submit(text.record_id, next_number(), **content(text, text.change_formed_on)).status == 201
    if text.corrected == day:
        world.now = local(day, 13)
        corrected = world.show(text.record_id, next_number(2), "correct", reason={"zh": "勘误"})
        assert corrected.status == 201, corrected.body
    if text.withdrawn == day:
        world.now = local(day, 14)
        body = {"act": "withdraw", "reason": {"zh": "误报"}}
        path = f"/v1/intake/disclosures/{text.record_id}/acts/{next_number()}"
        assert world.put(path, body, "bureau-clerk").status == 201


def standing_of(world: OwingWorld) -> dict[Key, str]:
    """Return the cards that stand, but for those of the root: by record, rule, of and day, with their colour."""
    found = {}
    for card, state in world.duty_cards().items():
        said, subject = state["content"], world.wired.cards.subject_of(card)
        assert subject is not None
        if state["stage"] != "lifted" and subject.record_id != "guangan":
            of = said.get("of", "")
            found[subject.record_id, said["rule"], of, said["due_on"]] = state["colour"]
    return found


TEXTS = 70


def test_a_year_of_random_disclosures_has_every_night_the_cards_of_the_naive_model() -> None:
    chance = Random("a year of duties")
    world = OwingWorld()
    world.now = local(FIRST, 8)
    world.begin()
    texts = [a_text(number, chance) for number in range(TEXTS)]
    numbers: dict[str, int] = {}
    raised: dict[Key, date] = {}
    seen: set[tuple[str, str]] = set()
    day = FIRST
    while day < LAST:
        for text in texts:
            tell(world, text, day, numbers)
        day += ONE_DAY
        world.now = local(day, 0, 5)
        world.log()
        world.now = local(day, 0, 15)
        world.clock()
        wanted = of_the_bureau(texts, world.now)
        for text in texts:
            wanted |= text.wanted(world.now)
        raised = {key: raised.get(key, day) for key in wanted}
        colours = {key: "red" if day > five_days_after(since) else "yellow" for key, since in raised.items()}
        assert standing_of(world) == colours, day
        seen |= {(key[1], colour) for key, colour in colours.items()}
    rules = ("disclose_in_time", "retention_over", "mandatory_category", "cadence", "annual_report")
    assert {rule for rule, _ in seen} == set(rules)
    assert {rule for rule, colour in seen if colour == "red"} >= set(rules[:4])
    assert {state["lifted"]["reason"] for state in world.duty_cards().values() if "lifted" in state} == {
        "done",
        "no_longer_owed",
    }


def five_days_after(day: date) -> date:
    found = walk(Case(day, (5, "working_day")), DAYS)
    assert found is not None
    return found
