"""The two-person rule under every order of two approvers and one editor, in the domain and through the store.

    python -m tests.two_persons 8

In the domain: every sequence of that many moves. Moves that lead to the same state are followed once, with how many
sequences lead there, so all are counted and none is left out. Through the store: every schedule of so many steps, where an
act is two steps, deciding over what was read and committing, so that others may come between; who comes too late looks
again, as `put_act` does. In both each text that is shown is held against who handed it in and who approved its bytes.
"""

import sys
from collections import Counter
from hashlib import sha256
from typing import Any, NamedTuple

import orjson

from chalicelib.domain.disclosures import KIND, NOUN
from chalicelib.domain.records import ActMeta, Actor, Others, Ref, State
from chalicelib.errors import ConditionFailedError, ConflictError, RefusedError
from chalicelib.usecases.authenticate import Principal
from chalicelib.usecases.ports import RecordStore, TakenAct
from chalicelib.usecases.put_act import put_act
from tests.agency_states import agency_state
from tests.world import World

EDITOR, FIRST, SECOND = "person:Li", "person:Zhao", "person:Sun"
AT = "2026-02-01T00:00:00.000Z"
AGENCY = agency_state("guangan")
OTHERS = Others({Ref("agency", "guangan"): AGENCY})
ROLES = frozenset({"clerk", "approver"})
TEXTS = ("甲", "乙")


def text(title: str) -> dict[str, Any]:
    """Return a content: the same title is the same bytes."""
    return {
        "agency": "guangan",
        "title": {"zh": title},
        "category": "plans",
        "cadence": "ad_hoc",
        "body": {"zh": title},
        "openness": {"class": "proactive"},
    }


def approval(digest: str) -> dict[str, Any]:
    """Return an approval of bytes."""
    review = {"reviewer": "保密办", "result": "cleared"}
    return {"act": "approve", "approves_sha256": digest, "secrecy_review": review}


# In the domain


class Move(NamedTuple):
    """Somebody's act; an approval is of what is handed in when it is done, or of the other text's bytes."""

    who: str
    act: str
    title: str = ""


MOVES = (
    Move(EDITOR, "submit", "甲"),
    Move(EDITOR, "submit", "乙"),
    Move(EDITOR, "publish"),
    Move(EDITOR, "correct"),
    Move(FIRST, "submit", "乙"),
    Move(FIRST, "approve", "甲"),
    Move(FIRST, "approve", "乙"),
    Move(FIRST, "return", "乙"),
    Move(SECOND, "approve", "甲"),
    Move(SECOND, "approve", "乙"),
    Move(SECOND, "break_glass"),
)


class Told(NamedTuple):
    """What is remembered of a sequence beside the state, by the test alone."""

    handed_in: tuple[str, str] = ("", "")
    """What was handed in last: its title and by whom."""
    approved_by: frozenset[str] = frozenset()
    """Who approved it since."""


def digest_of(title: str) -> str:
    """Return what the bytes of a submission are called."""
    return sha256(title.encode()).hexdigest()


def do(state: State | None, move: Move) -> State | None:
    """Return the state after a move, or None where it is refused."""
    act: dict[str, Any] = {
        "submit": {"act": "submit", "content": text(move.title)},
        "approve": approval(digest_of(move.title)),
        "return": {"act": "return", "returns_sha256": digest_of(move.title), "reason": {"zh": "退"}},
        "break_glass": {"act": "break_glass", "reason": {"zh": "急"}, "legal_basis": {"document": "法"}},
        "correct": {"act": "correct", "reason": {"zh": "改"}},
        "publish": {"act": "publish"},
    }[move.act]
    try:
        NOUN.rules.decide("d", state, act, Actor("k", "guangan", move.who, ROLES), OTHERS, AT)
    except RefusedError:
        return None
    digest = digest_of(move.title) if move.act == "submit" else "0" * 64
    return NOUN.rules.fold("d", state, act, ActMeta(1, digest, AT, move.who, AT), OTHERS)


def after(told: Told, move: Move) -> Told:
    """Return what the test remembers after a move that was taken."""
    if move.act == "submit":
        return Told((move.title, move.who))
    if move.act == "approve":
        return told._replace(approved_by=told.approved_by | {move.who})
    return told._replace(approved_by=frozenset()) if move.act == "return" else told


def is_bypass(before: State | None, state: State, told: Told) -> bool:
    """Return whether a text is shown that nobody but who handed it in has approved, and that does not say so."""
    shown, earlier = state.get("content"), (before or {}).get("content")
    title, by = told.handed_in
    if "broken_glass" in state and state.get("pending") == "awaiting_approval":
        return False  # it says itself that it was not approved
    changed = shown is not None and shown != earlier
    finished = before is not None and before.get("pending") == "awaiting_approval" and "pending" not in state
    if not changed and not finished:
        return False
    return shown is None or shown["title"]["zh"] != title or not told.approved_by - {by}


class Searched(NamedTuple):
    """What a search went through."""

    sequences: int
    states: int
    shown: int
    bypasses: int


def search_domain(depth: int) -> Searched:
    """Follow every sequence of moves to a depth."""
    level: Counter[bytes] = Counter({orjson.dumps([None, [["", ""], []]]): 1})
    sequences = states = shown = bypasses = 0
    for _ in range(depth):
        reached: Counter[bytes] = Counter()
        for raw, count in level.items():
            state, (handed_in, approved_by) = orjson.loads(raw)
            told = Told((handed_in[0], handed_in[1]), frozenset(approved_by))
            for move in MOVES:
                done = do(state, move)
                now = after(told, move) if done is not None else told
                if done is not None:
                    shown += count * (done.get("content") != (state or {}).get("content"))
                    bypasses += count * is_bypass(state, done, now)
                key = [done or state, [list(now.handed_in), sorted(now.approved_by)]]
                reached[orjson.dumps(key, option=orjson.OPT_SORT_KEYS)] += count
        level, states = reached, states + len(reached)
        sequences += sum(reached.values())
    return Searched(sequences, states, shown, bypasses)


# Through the store


class PausedError(Exception):
    """An act was decided and waits to be committed."""


class Pausing:
    """A store of records that keeps what it should commit, for another step."""

    def __init__(self, records: RecordStore) -> None:
        self._records = records
        self.taken: tuple[TakenAct, ...] = ()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._records, name)

    def commit(self, *taken: TakenAct) -> None:
        self.taken = taken
        raise PausedError


class Person(NamedTuple):
    """Somebody with what he wants to do, one act after another."""

    name: str
    acts: tuple[str, ...]


PEOPLE = (
    Person(EDITOR, ("submit 甲", "publish", "submit 乙", "correct")),
    Person(FIRST, ("approve", "submit 丙", "approve", "publish")),
    Person(SECOND, ("approve", "approve", "approve", "return")),
)


class Race:
    """One schedule of steps over a deployment in memory."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.places = [0] * len(PEOPLE)
        self.pending: list[tuple[tuple[TakenAct, ...], bytes, int] | None] = [None] * len(PEOPLE)

    def save(self) -> Any:
        """Return where everything stands."""
        return self.world.save(), list(self.places), list(self.pending)

    def put_back(self, saved: Any) -> None:
        """Put everything back."""
        stored, places, pending = saved
        self.world.put_back(stored)
        self.places, self.pending = list(places), list(pending)

    def step(self, who: int) -> bool:
        """Let somebody do his next step; False where he has none left."""
        waiting = self.pending[who]
        if waiting is not None:
            self.pending[who] = None
            self._commit(who, *waiting)
            return True
        if self.places[who] == len(PEOPLE[who].acts):
            return False
        name = PEOPLE[who].acts[self.places[who]]
        self.places[who] += 1
        self._decide(who, name)
        return True

    def _decide(self, who: int, name: str) -> None:
        head = self.world.wired.records.heads([Ref(KIND, "d")]).get(Ref(KIND, "d"))
        raw = orjson.dumps(_body(name, head.state if head else None))
        number = head.act + 1 if head else 1
        paused = Pausing(self.world.wired.records)
        try:
            self._put(who, raw, number, paused)
        except PausedError:
            self.pending[who] = (paused.taken, raw, number)
        except (RefusedError, ConflictError):
            return

    def _commit(self, who: int, taken: tuple[TakenAct, ...], raw: bytes, number: int) -> None:
        try:
            self.world.wired.records.commit(*taken)
        except ConditionFailedError:
            try:
                self._put(who, raw, number, self.world.wired.records)
            except (RefusedError, ConflictError):
                return

    def _put(self, who: int, raw: bytes, number: int, records: Any) -> None:
        actor = Actor(f"key-{who}", "guangan", PEOPLE[who].name, ROLES)
        put_act("disclosures", "d", number, raw, Principal(actor, dry_run=False), records, self.world.now)


def _body(name: str, state: State | None) -> dict[str, Any]:
    act, _, title = name.partition(" ")
    waits = (state or {}).get("submission", {}).get("sha256", "0" * 64)
    if act == "submit":
        return {"act": act, "content": text(title)}
    if act == "approve":
        return approval(waits)
    if act == "return":
        return {"act": act, "returns_sha256": waits, "reason": {"zh": "退"}}
    return {"act": act, "reason": {"zh": "改"}} if act == "correct" else {"act": act}


def bypasses_stored(world: World) -> int:
    """Walk the acts as they are stored; return how many showed what nobody else approved."""
    found, told, waits = 0, {}, ""
    for stored in world.wired.records.acts(Ref(KIND, "d")):
        act = orjson.loads(stored.raw)
        if act["act"] == "submit":
            waits, told = stored.sha256, {stored.sha256: (stored.person, set[str]())}
        elif act["act"] == "approve":
            told.get(act["approves_sha256"], ("", set[str]()))[1].add(stored.person)
        elif act["act"] in ("publish", "correct"):
            by, approved = told.get(waits, ("", set[str]()))
            found += not approved - {by}
    return found


def search_store(depth: int) -> Searched:
    """Follow every schedule of steps to a depth, over a real store."""
    race = Race(World().init())
    counts: Counter[str] = Counter()

    def follow(left: int) -> None:
        saved = race.save()
        for who in range(len(PEOPLE)):
            race.put_back(saved)
            if not race.step(who):
                continue
            counts["steps"] += 1
            if left > 1:
                follow(left - 1)
                continue
            counts["schedules"] += 1
            acts = [orjson.loads(act.raw)["act"] for act in race.world.wired.records.acts(Ref(KIND, "d"))]
            counts["shown"] += bool({"publish", "correct"} & set(acts))
            counts["bypasses"] += bypasses_stored(race.world)

    follow(depth)
    return Searched(counts["schedules"], counts["steps"], counts["shown"], counts["bypasses"])


def main(depth: int) -> int:
    """Search both to a depth; return how many bypasses were found."""
    domain, store = search_domain(depth), search_store(depth)
    print(
        f"domain, depth {depth}: {domain.sequences:,} sequences over {domain.states:,} states,"
        f" {domain.shown:,} times a text became shown: {domain.bypasses} bypasses"
    )
    print(
        f"store, depth {depth}: {store.sequences:,} schedules in {store.states:,} steps,"
        f" {store.shown:,} of them showed a text: {store.bypasses} bypasses"
    )
    return domain.bypasses + store.bypasses


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 8) > 0)
