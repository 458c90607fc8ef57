"""A mirror: equal to what is shown whatever ended its runs, and never a word of what does not fit."""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from examples.mirror_to_sqlite import SqliteStore
from glasshall import Change, ForkError, Mirror, MirrorState, RegisterError, UsageError
from glasshall.edges import EMPTY
from glasshall.feed import check_body, read_changes
from glasshall.mirror_state import decode_state
from glasshall.shared import merkle

from tests.unit.client.conftest import Deployment
from tests.unit.client.intake_server import Seen
from tests.unit.client.small_register import SmallRegister, digest, filled, tree_root

Wrong = Callable[[SmallRegister], Any]


class KilledError(Exception):
    """The process has died here."""


class MortalStore(SqliteStore):
    """A store of a process that dies before or after one of its calls."""

    def __init__(self, file: str, dies_at: int) -> None:
        super().__init__(file)
        self.db.execute("PRAGMA synchronous = OFF")
        self.left = dies_at

    def _live(self) -> None:
        self.left -= 1
        if self.left == 0:
            self.db.close()
            raise KilledError

    def put(self, change: Change, body: bytes) -> None:
        self._live()
        super().put(change, body)

    def drop(self, kind: str, record_id: str, below: int) -> None:
        self._live()
        super().drop(kind, record_id, below)

    def save(self, state: str) -> None:
        self._live()
        super().save(state)
        self._live()


@pytest.fixture
def file(tmp_path: Path) -> str:
    """Where the mirror is."""
    return str(tmp_path / "mirror.db")


def held(file: str) -> dict[tuple[str, str, int], bytes]:
    """Return what a mirror holds."""
    with sqlite3.connect(file) as db:
        rows = db.execute("SELECT kind, id, version, body FROM records").fetchall()
    db.close()
    return {(kind, record_id, version): body.encode() for kind, record_id, version, body in rows}


def run(deployment: Deployment, file: str, *, verify: Sequence[str] | bool = True) -> MirrorState:
    store = SqliteStore(file)
    store.db.execute("PRAGMA synchronous = OFF")
    try:
        return Mirror(deployment.client(signed=False), store, verify=verify).run()
    finally:
        store.db.close()


def test_a_mirror_holds_every_version_that_is_shown_and_knows_the_tree(deployment: Deployment, file: str) -> None:
    register = filled(page=7)
    deployment.intake.reads = register.reads
    state = run(deployment, file)
    assert held(file) == register.shown()
    assert (state.next, state.edge.root) == (len(register.entries), register.root())
    assert (state.lacking, state.erasures) == ({}, {})
    register.act("service", "new", "publish", shows="new")
    again = run(deployment, file)
    assert (held(file), again.edge.root) == (register.shown(), register.root())
    last, more, end = register.seen[-3:]
    size = len(register.entries)
    assert (last, more) == (f"limit=1&after={size - 3}", f"limit=100&include=body&after={size - 2}")
    assert end == f"limit=100&include=body&after={size - 1}"


def test_what_was_withdrawn_or_erased_since_is_gone_from_the_mirror_too(deployment: Deployment, file: str) -> None:
    register = filled()
    deployment.intake.reads = register.reads
    run(deployment, file)
    register.end("service", "r2")
    register.erase("disclosure", "r5")
    state = run(deployment, file)
    assert held(file) == register.shown()
    assert len([key for key in held(file) if key[:2] == ("disclosure", "r5")]) == 1
    assert state.edge.root == register.root()


def test_a_mirror_that_dies_anywhere_goes_on_and_ends_equal(deployment: Deployment, file: str) -> None:
    register = filled(count=5, page=5)
    deployment.intake.reads = register.reads
    dies_at, alive = 0, False
    while not alive:
        dies_at, alive = dies_at + 1, True
        Path(file).unlink(missing_ok=True)
        try:
            Mirror(deployment.client(signed=False), MortalStore(file, dies_at), verify=False).run()
        except KilledError:
            alive = False
        state = run(deployment, file, verify=False)
        assert (held(file), state.edge.root) == (register.shown(), register.root()), dies_at
    assert dies_at > 10


def test_following_waits_for_news_and_ends_when_it_is_told_to(deployment: Deployment, file: str) -> None:
    register, stop = filled(), Event()

    class Stopping(SqliteStore):
        def save(self, state: str) -> None:
            super().save(state)
            if decode_state(state).next == len(register.entries):
                stop.set()

    deployment.intake.reads = register.reads
    deployment.intake.faults = [lambda seen: None, *[lambda seen: register.reads(seen)] * 3]
    store = Stopping(file)
    assert Mirror(deployment.client(signed=False), store).follow(stop).next == len(register.entries)
    store.db.close()


AT = 12
HIDDEN = {"sha256": None, "act_sha256": None, "salt": None}


@pytest.mark.parametrize(
    ("lie", "why"),
    [
        ({"act": 99}, "does not begin as the entry says"),
        ({"sha256": digest("x")}, "does not begin as the entry says"),
        ({"salt": None}, "lacks what its leaf is made of"),
        ({"salt": "00"}, "lacks what its leaf is made of"),
        ({"at": "yesterday"}, "lacks what its leaf is made of"),
        ({**HIDDEN, "erased_by": 3, "commitment": "0" * 64}, "erased by one that cannot have"),
        ({"erased_by": 14}, "lacks what its leaf is made of"),
        ({"url": ""}, "shows a version that it did not make"),
        ({"url": "/v1/services/r1/versions/7"}, "shows a version that it did not make"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_index_and_nothing_of_its_page_is_kept(
    deployment: Deployment, file: str, lie: dict[str, Any], why: str
) -> None:
    register = filled(page=4)
    register.lies[AT] = lie
    deployment.intake.reads = register.reads
    with pytest.raises(RegisterError, match=why) as caught:
        run(deployment, file)
    assert caught.value.index == AT
    assert decode_state(SqliteStore(file).load() or "").next == AT


def test_a_gap_is_refused(deployment: Deployment, file: str) -> None:
    register = filled(page=4)
    register.entries.pop(AT)
    deployment.intake.reads = register.reads
    with pytest.raises(RegisterError, match="entry 12 was to come, and entry 13 came") as caught:
        run(deployment, file, verify=False)
    assert caught.value.index == AT
    assert decode_state(SqliteStore(file).load() or "").next == AT


def test_every_changed_byte_of_a_record_is_found() -> None:
    register = SmallRegister()
    register.act("service", "a", "publish", shows="x")
    whole = register.bodies["service", "a", 1]
    seen = Seen("GET", "/v1/changes?limit=100&include=body", {}, b"", "", "")
    ((change,), *_) = read_changes(register.reads(seen).raw or b"")
    check_body(change)
    for place in range(len(whole)):
        for bit in range(8):
            wrong = whole[:place] + bytes([whole[place] ^ 1 << bit]) + whole[place + 1 :]
            with pytest.raises(RegisterError):
                check_body(replace(change, body=wrong))


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (lambda register: register.entries.pop(), "there no more"),
        (lambda register: register.entries.clear(), "there no more"),
        (lambda register: register.entries[-1].update(agency="other"), "not what it was"),
        (lambda register: register.entries[-1].update(salt="0" * 32), "not what it was"),
    ],
)
def test_another_register_under_the_same_address_is_a_fork(
    deployment: Deployment, file: str, wrong: Wrong, why: str
) -> None:
    register = filled()
    deployment.intake.reads = register.reads
    run(deployment, file)
    before = held(file)
    wrong(register)
    with pytest.raises(ForkError, match=why):
        run(deployment, file, verify=False)
    assert held(file) == before


def test_an_erasure_of_the_last_entry_is_no_fork(deployment: Deployment, file: str) -> None:
    register = SmallRegister()
    register.act("disclosure", "a", "publish", shows="secret")
    deployment.intake.reads = register.reads
    run(deployment, file)
    register.erase("disclosure", "a")
    run(deployment, file)
    assert held(file) == register.shown()
    assert b"secret" not in Path(file).read_bytes()


def test_who_comes_after_an_erasure_wants_to_meet_it(deployment: Deployment, file: str) -> None:
    register = SmallRegister()
    register.act("disclosure", "a", "publish", shows="x")
    register.erase("disclosure", "a")
    register.entries[1]["name"] = "correct"
    deployment.intake.reads = register.reads
    with pytest.raises(RegisterError, match="entry 1 was said to erase disclosure a, and does not"):
        run(deployment, file)


def test_a_version_that_is_given_no_more_is_counted_until_an_act_explains_it(deployment: Deployment, file: str) -> None:
    register = SmallRegister()
    register.act("disclosure", "a", "publish", shows="x")
    register.act("disclosure", "b", "publish", shows="x")
    del register.bodies["disclosure", "a", 1]
    deployment.intake.reads = register.reads
    assert run(deployment, file).lacking == {"disclosure a": 1}
    register.end("disclosure", "a")
    assert run(deployment, file).lacking == {}


def test_the_mirror_of_one_deployment_is_not_that_of_another(deployment: Deployment, file: str) -> None:
    store = SqliteStore(file)
    store.save(MirrorState("http://elsewhere").encode())
    with pytest.raises(UsageError, match="a mirror of http://elsewhere"):
        Mirror(deployment.client(signed=False), store).run()


@pytest.mark.parametrize("text", ["", "{}", '{"format":"glasshall-mirror-1"}', '{"format":"x"}'])
def test_what_is_no_state_is_an_error(text: str) -> None:
    with pytest.raises(UsageError, match="how far"):
        decode_state(text)


def test_an_edge_knows_the_root_at_every_size() -> None:
    edge, leaves = EMPTY, [b"%d" % number for number in range(70)]
    for size, leaf in enumerate(leaves):
        assert (edge.size, edge.root, len(edge.hashes)) == (size, tree_root(leaves[:size]), size.bit_count())
        edge = edge.grown(merkle.leaf_hash(leaf))
