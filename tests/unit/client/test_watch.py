"""What a mirror holds is what a trusted key has signed: each lie is found, its entry named, and nothing of it kept."""

import base64
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from examples.mirror_to_sqlite import SqliteStore
from glasshall import ForkError, Mirror, MirrorState, RegisterError, UnexpectedAnswerError, UsageError
from glasshall.edges import EMPTY
from glasshall.heads import Trust, open_head
from glasshall.logs import Log, files_of
from glasshall.mirror_state import decode_state
from glasshall.shared import merkle, notes

from chalicelib.tlog.checkpoints import signed_keys
from tests.unit.client.conftest import Deployment
from tests.unit.client.intake_server import Reply, Seen, problem
from tests.unit.client.small_register import ORIGIN, SmallRegister, digest, filled, leaf, sha, vkey

ONE, TWO = sha(b"key 1"), sha(b"key 2")
AT = 17
"""An entry that made no version."""


class Watched:
    """A register that is mirrored."""

    def __init__(self, deployment: Deployment, file: Path, register: SmallRegister) -> None:
        self.deployment, self.file, self.register = deployment, file, register
        deployment.intake.reads = register.reads

    def run(self, *, verify: Sequence[str] | bool = True) -> MirrorState:
        """Bring the mirror up to date, in a new process as it were."""
        store = SqliteStore(str(self.file))
        store.db.execute("PRAGMA synchronous = OFF")
        with closing(store.db):
            return Mirror(self.deployment.client(signed=False), store, verify=verify).run()

    def held(self) -> int:
        """Return how many entries are kept."""
        store = SqliteStore(str(self.file))
        with closing(store.db):
            text = store.load()
            return decode_state(text).next if text else 0


@pytest.fixture
def watched(deployment: Deployment, tmp_path: Path) -> Callable[..., Watched]:
    """Return a maker of mirrored registers."""
    return lambda register: Watched(deployment, tmp_path / "mirror.db", register)


def test_each_page_is_held_to_one_checkpoint_until_that_is_reached(watched: Callable[..., Watched]) -> None:
    mirror = watched(filled(page=7))
    state = mirror.run()
    size = len(mirror.register.entries)
    assert (state.next, state.edge.root) == (size, mirror.register.root())
    assert mirror.register.files[:2] == ["keys", "checkpoint"]
    assert mirror.register.files.count("checkpoint") == 1
    assert set(mirror.register.files[2:]) == {f"tile/0/000.p/{size}"}
    assert state.keys == (vkey(ONE),)
    mirror.register.act("service", "new", "publish", shows="x")
    mirror.register.files.clear()
    assert mirror.run(verify=[vkey(ONE)]).next == size + 1
    assert "keys" not in mirror.register.files


@pytest.mark.parametrize(
    "lie",
    [
        {"kind": "agency"},
        {"id": "other"},
        {"act": 9},
        {"name": "other"},
        {"at": "2026-11-23T10:00:18+08:00"},
        {"agency": "other"},
        {"jurisdiction": "other"},
        {"url": "/v1/disclosures/r6/versions/2"},
        {"tombstone": True},
        {"salt": "0" * 32},
        {"act_sha256": digest("other")},
        {"sha256": digest("other")},
        {"sha256": None},
        {"erased_by": 51, "commitment": "0" * 64},
        {"erased_by": 51, "commitment": "0" * 64, "sha256": None, "act_sha256": None, "salt": None},
    ],
)
def test_an_entry_that_is_told_otherwise_than_the_log_has_it_is_named(
    watched: Callable[..., Watched], lie: dict[str, Any]
) -> None:
    mirror = watched(filled(page=5))
    mirror.register.lies[AT] = lie
    with pytest.raises(RegisterError) as caught:
        mirror.run()
    assert caught.value.index == AT
    assert mirror.held() == AT - AT % 5


def test_the_same_instant_in_another_zone_is_the_same_leaf(watched: Callable[..., Watched]) -> None:
    mirror = watched(filled())
    mirror.register.lies[AT] = {"at": "2026-11-23T02:00:17Z"}
    assert mirror.run().edge.root == mirror.register.root()


def test_two_checkpoints_that_contradict_each_other_are_a_fork(watched: Callable[..., Watched]) -> None:
    mirror = watched(filled())
    size = mirror.run().next
    mirror.register.entries[3]["agency"] = "other"
    mirror.register.act("service", "new", "publish", shows="x")
    with pytest.raises(ForkError, match=f"the tree of {size} entries is not the beginning") as caught:
        mirror.run()
    assert (caught.value.index, mirror.held()) == (size - 1, size)


def test_a_log_of_another_name_is_a_fork(watched: Callable[..., Watched], monkeypatch: pytest.MonkeyPatch) -> None:
    mirror = watched(filled())
    mirror.run()
    monkeypatch.setattr("tests.unit.client.small_register.ORIGIN", "elsewhere.example/v1/register")
    mirror.register.act("service", "new", "publish", shows="x")
    both = [vkey(ONE), notes.NoteSigner(ORIGIN, ONE).key().vkey]
    with pytest.raises(ForkError, match="the log is called elsewhere"):
        mirror.run(verify=both)


def test_what_no_checkpoint_covers_yet_waits(watched: Callable[..., Watched]) -> None:
    mirror = watched(filled(page=10))
    mirror.register.signed = 13
    assert mirror.run().next == 13
    assert mirror.run().next == 13
    mirror.register.signed = 12  # an old one, out of a cache
    assert mirror.run().next == 13
    mirror.register.signed = None
    assert mirror.run().edge.root == mirror.register.root()


def test_a_page_that_goes_beyond_a_checkpoint_is_held_to_the_next_one_too(watched: Callable[..., Watched]) -> None:
    mirror = watched(filled(page=30))
    mirror.register.signed = 40

    def grown(seen: Seen) -> Reply:
        if mirror.register.files.count("checkpoint") == 1 and seen.target.endswith("after=29"):
            mirror.register.signed = None
        return mirror.register.reads(seen)

    mirror.deployment.intake.reads = grown
    assert mirror.run().edge.root == mirror.register.root()
    assert mirror.register.files.count("checkpoint") == 2


def test_a_mirror_that_was_not_held_to_the_log_can_be_from_now_on(watched: Callable[..., Watched]) -> None:
    mirror = watched(filled())
    mirror.register.lies[AT] = {"agency": "other"}
    size = mirror.run(verify=False).next
    mirror.register.act("service", "new", "publish", shows="x")
    with pytest.raises(ForkError, match="is not the beginning"):
        mirror.run()
    assert mirror.held() == size


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (problem(404, "not-found", "no"), "gives no checkpoint"),
        (Reply(raw=b"garbage"), "does not hold: A note is"),
        (
            Reply(raw=notes.write_note("x\n", [notes.signature_line("x\n", notes.NoteSigner(ORIGIN, ONE))])),
            "A checkpoint is",
        ),
    ],
)
def test_a_checkpoint_that_is_none_is_refused(watched: Callable[..., Watched], reply: Reply, why: str) -> None:
    mirror = watched(filled())
    mirror.register.wrong_files["checkpoint"] = reply
    with pytest.raises(UnexpectedAnswerError, match=why):
        mirror.run()
    assert mirror.held() == 0


def test_keys_that_are_given_are_the_only_ones_that_count(watched: Callable[..., Watched]) -> None:
    mirror = watched(filled())
    with pytest.raises(UnexpectedAnswerError, match="No known key"):
        mirror.run(verify=[vkey(TWO)])
    with pytest.raises(UsageError, match="is not the key of a register"):
        mirror.run(verify=["nonsense"])
    stranger = notes.NoteSigner("other.example", ONE)
    with pytest.raises(UnexpectedAnswerError, match="No known key"):
        mirror.run(verify=[stranger.key().vkey])
    assert mirror.held() == 0


def test_a_key_that_signed_beside_a_trusted_one_is_trusted_after_it(watched: Callable[..., Watched]) -> None:
    mirror = watched(filled())
    for signers in ([ONE], [TWO, ONE], [TWO]):
        mirror.register.signers = signers
        mirror.register.act("service", "new", "publish", shows=len(signers))
        assert mirror.run().edge.root == mirror.register.root()
    mirror.register.signers = [sha(b"key 3")]
    mirror.register.act("service", "new", "publish", shows="x")
    with pytest.raises(UnexpectedAnswerError, match="No known key"):
        mirror.run()


@pytest.mark.parametrize(
    ("signers", "why"),
    [([TWO], "No known key"), ([TWO, sha(b"key 3")], "No known key")],
)
def test_a_key_that_signs_beside_a_trusted_one_and_is_not_vouched_for_is_not_trusted(
    watched: Callable[..., Watched], signers: list[bytes], why: str
) -> None:
    mirror = watched(filled())
    mirror.run()
    mirror.register.signers = [TWO, ONE]
    mirror.register.wrong_files["keys"] = Reply(
        raw=signed_keys(ORIGIN, [notes.NoteSigner(ORIGIN, key) for key in signers])
    )
    mirror.register.act("service", "new", "publish", shows="x")
    with pytest.raises(UnexpectedAnswerError, match=why):
        mirror.run()


def test_a_key_with_which_everybody_can_sign_is_not_trusted_on_first_use(watched: Callable[..., Watched]) -> None:
    mirror = watched(filled())
    neutral = b"\1" + bytes(31)  # the neutral point: with it as R, and nought as S, every text is signed
    key = notes.NoteKey(ORIGIN, notes.ED25519, neutral)
    text = f"{ORIGIN}\nkeys\n{key.vkey}\n"
    line = base64.b64encode(key.key_id + neutral + bytes(32)).decode()
    mirror.register.wrong_files["keys"] = Reply(raw=notes.write_note(text, [f"— {ORIGIN} {line}\n"]))
    with pytest.raises(UnexpectedAnswerError, match="list of the log's keys does not hold: An Ed25519 public key"):
        mirror.run()
    with pytest.raises(UsageError, match="is not the key of a register"):
        mirror.run(verify=[key.vkey])
    assert mirror.held() == 0


@pytest.mark.parametrize("reply", [problem(404, "not-found", "no"), Reply(raw=b"x"), Reply(raw=b"x" * 54 * 32)])
def test_tiles_that_do_not_hold_are_refused(watched: Callable[..., Watched], reply: Reply) -> None:
    mirror = watched(filled(page=7))
    size = len(mirror.register.entries)
    mirror.register.wrong_files = {f"tile/0/000.p/{size}": reply, "tile/0/000": problem(404, "not-found", "no")}
    with pytest.raises((UnexpectedAnswerError, RegisterError)):
        mirror.run()
    assert mirror.held() == 0


def test_the_tree_of_every_size_and_no_other_is_the_beginning_as_tiles_say(deployment: Deployment) -> None:
    register = filled(count=230)
    deployment.intake.reads = register.reads
    client = deployment.client(signed=False)
    checkpoint = open_head(
        client.fetch("/v1/register/checkpoint").body, Trust((notes.parse_vkey(vkey(ONE)),))
    ).checkpoint
    assert checkpoint.size > 256
    log, edge = Log(files_of(client), checkpoint), EMPTY
    for size in range(checkpoint.size):
        if size % 7 == 0 or size in (255, 256, 257):
            log.check_beginning(edge)
            with pytest.raises(ForkError, match="is not the beginning"):
                log.check_beginning(edge.grown(merkle.leaf_hash(b"of no entry")))
        edge = edge.grown(merkle.leaf_hash(leaf(register.entries[size])))
    log.check_beginning(edge)
    assert len(register.files) < 8


def test_a_partial_tile_that_was_tidied_away_is_the_beginning_of_the_full_one(watched: Callable[..., Watched]) -> None:
    mirror = watched(filled(count=230, page=100))
    mirror.register.signed = 250
    mirror.register.page = 1
    client = mirror.deployment.client(signed=False)
    checkpoint = open_head(
        client.fetch("/v1/register/checkpoint").body, Trust((notes.parse_vkey(vkey(ONE)),))
    ).checkpoint
    mirror.register.signed = None
    log, edge = Log(files_of(client), checkpoint), EMPTY
    for entry in mirror.register.entries[:100]:
        edge = edge.grown(merkle.leaf_hash(leaf(entry)))
    log.check_beginning(edge)
    assert mirror.register.files == ["checkpoint", "tile/0/000.p/250", "tile/0/000"]
