"""A year of random cases, the clock run each night: after every run the cards are those of a naive model that shares no code.

The model walks days, keeps what is known of each case by then, and says from that alone which limits have passed unkept. It
knows nothing of folds, marks or indexes.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from tests.unit.clock.naive import Case, NaiveCalendar, walk
from tests.unit.supervision.worlds import REASON, SupervisedWorld

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAYS = NaiveCalendar("cn")
RULES = {"promised_limit": ((5, "working_day"), "yellow"), "statutory_limit": ((20, "working_day"), "red")}
FIRST, LAST = date(2025, 1, 6), date(2026, 1, 20)
ONE_DAY = timedelta(days=1)
HEARING = {"kind": "hearing", "legal_basis": {"document": "行政许可法", "article": "第四十五条"}}
Key = tuple[str, str, str]


def local(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), SHANGHAI)


@dataclass
class Standing:
    """A card as the model has it."""

    colour: str
    raised_on: date
    answered: bool = False


class Arrival(NamedTuple):
    """A piece of news on the day it comes in."""

    event_id: str
    name: str
    on: date
    arrives: date
    corrects: str = ""


@dataclass
class Story:
    """A case as it will have been, and as much of it as is known."""

    case_no: str
    accepted_on: date
    registers: date
    news: list[Arrival]
    registered_at: datetime | None = None
    known: dict[str, tuple[str, date]] = field(default_factory=dict)
    spared: bool = False
    """Whether a breach of it was over before it was registered."""

    def stops(self) -> list[tuple[date, date | None]]:
        since, until = self._day("special_started"), self._day("special_ended")
        decided = self._day("decided")
        if since is None or (decided is not None and since > decided):
            return []
        return [(since, until or decided)]

    def decided_at(self) -> datetime | None:
        day = self._day("decided")
        return None if day is None else local(day, 15)

    def _day(self, name: str) -> date | None:
        found = [on for event, on in self.known.values() if event == name]
        return min(found, default=None)

    def wanted(self, now: datetime) -> dict[Key, str]:
        """Return the cards that should stand by now: rule and day, with the colour they begin in."""
        if self.registered_at is None:
            return {}
        found = {}
        decided = self.decided_at()
        for rule, (limit, colour) in RULES.items():
            due = walk(Case(self.accepted_on, limit, self.stops()), DAYS)
            if due is None or (decided is not None and decided.date() <= due):
                continue
            passed = local(due + ONE_DAY, 0)
            if decided is not None and decided <= self.registered_at:
                self.spared = True
                continue
            raised = passed if passed > self.registered_at else self.registered_at + ONE_DAY
            if raised <= now:
                found[self.case_no, rule, due.isoformat()] = colour
            elif passed <= now:
                found[self.case_no, rule, due.isoformat()] = "not yet"
        return found


def a_story(number: int, chance: Random) -> Story:
    accepted = FIRST + timedelta(days=chance.randrange(330))
    registers = accepted + timedelta(days=chance.choice((0, 0, 1, chance.randrange(45), chance.randrange(45))))

    def arrival(event_id: str, name: str, after: int, corrects: str = "") -> Arrival:
        on = accepted + timedelta(days=after)
        arrives = max(registers, on) + timedelta(days=chance.choice((0, 0, 1, chance.randrange(25))))
        return Arrival(event_id, name, on, arrives, corrects)

    news = []
    if chance.random() < 0.4:
        begins = chance.randrange(1, 9)
        news.append(arrival("s1", "special_started", begins))
        if chance.random() < 0.9:
            news.append(arrival("s2", "special_ended", begins + chance.randrange(12)))
    if chance.random() < 0.85:
        news.append(arrival("d1", "decided", chance.choice((3, 5, 7, 9, 12, 20, 28, 31, chance.randrange(60)))))
        if chance.random() < 0.25:
            late = arrival("x1", "decided", chance.randrange(1, 40), corrects="d1")
            news.append(late._replace(arrives=max(late.arrives, news[-1].arrives)))
    return Story(f"case{number}", accepted, registers, news)


def tell(world: SupervisedWorld, story: Story, day: date) -> None:
    """Send what comes in on a day."""
    if story.registers == day:
        world.now = local(day, 10)
        assert world.register(story.case_no, received_at=local(story.accepted_on, 8).isoformat()).status == 201
        story.registered_at = world.now
        event = {"event": "accepted", "occurred_at": local(story.accepted_on, 9).isoformat()}
        assert world.event(story.case_no, "a1", event).status == 201
    for arrival in story.news:
        if arrival.arrives == day:
            world.now = local(day, 11)
            assert world.event(story.case_no, arrival.event_id, body_of(arrival)).status == 201
            story.known[arrival.corrects or arrival.event_id] = (arrival.name, arrival.on)


def body_of(arrival: Arrival) -> dict[str, Any]:
    more = {
        "decided": {"outcome": "granted"},
        "special_started": {"kind": "hearing"},
        "special_ended": {"kind": "hearing"},
    }
    body = {"event": arrival.name, "occurred_at": local(arrival.on, 15).isoformat(), **more[arrival.name]}
    if not arrival.corrects:
        return body
    at = local(arrival.arrives, 16).isoformat()
    return {"event": "corrected_event", "occurred_at": at, "corrects": arrival.corrects, "replacement": body}


def night(model: dict[Key, Standing], stories: list[Story], now: datetime) -> None:
    """Bring the model's cards up to a night."""
    wanted = {key: colour for story in stories for key, colour in story.wanted(now).items()}
    for key in [key for key in model if key not in wanted]:
        del model[key]
    for key, colour in wanted.items():
        if key not in model and colour != "not yet":
            model[key] = Standing(colour, now.date())
    for standing in model.values():
        last = walk(Case(standing.raised_on, (5, "working_day")), DAYS)
        assert last is not None
        if standing.colour == "yellow" and not standing.answered and now.date() > last:
            standing.colour = "red"


def standing_of(world: SupervisedWorld) -> dict[Key, tuple[str, bool]]:
    """Return the cards that stand in the program, by case, rule and day."""
    found = {}
    for card, state in world.cards().items():
        if state["stage"] != "lifted":
            case_no = world.case_of(card)
            key = case_no, state["content"]["rule"], state["content"]["due_on"]
            found[key] = state["colour"], state["stage"] == "answered"
    return found


def answer_some(world: SupervisedWorld, model: dict[Key, Standing], chance: Random) -> None:
    """Let the agency answer one card in twelve a day."""
    for card, state in world.cards().items():
        if state["stage"] == "raised" and chance.random() < 0.08:
            number = state["version"] + 1
            path = f"/v1/intake/supervision/{card}/acts/{number}"
            assert world.put(path, {"act": "answer", **REASON}, "bureau-clerk").status == 201
            case_no = world.case_of(card)
            model[case_no, state["content"]["rule"], state["content"]["due_on"]].answered = True


CASES = 80


def test_a_year_of_random_cases_has_every_night_the_cards_of_the_naive_model() -> None:
    chance = Random("a year")
    world = SupervisedWorld()
    world.now = local(FIRST, 8)
    world.begin()
    world.at("2026-11-26T10:00:00+08:00").event(
        "c", "e9", {"event": "decided", "occurred_at": "2026-11-24T09:00:00+08:00", "outcome": "granted"}
    )
    limits = {name.removesuffix("_limit"): {"value": v, "unit": u} for name, ((v, u), _) in RULES.items()}
    world.now = local(FIRST, 9)
    world.service(
        "s1",
        2,
        "revise",
        service_kind="request",
        limits=limits,
        special_procedures=[HEARING],
        effective_on="2025-01-01",
    )
    stories = [a_story(number, chance) for number in range(CASES)]
    model: dict[Key, Standing] = {}
    ever: set[Key] = set()
    day = FIRST
    while day < LAST:
        for story in stories:
            tell(world, story, day)
        world.now = local(day, 17)
        answer_some(world, model, chance)
        day += ONE_DAY
        world.now = local(day, 0, 15)
        night(model, stories, world.now)
        world.clock()
        assert standing_of(world) == {key: (card.colour, card.answered) for key, card in model.items()}, day
        ever |= set(model)
    assert len(ever) > CASES / 2
    assert sum(story.spared for story in stories) >= 3
    lifted = [state for state in world.cards().values() if state["stage"] == "lifted"]
    assert lifted
    assert any(standing.colour == "red" and key[1] == "promised_limit" for key, standing in model.items())
