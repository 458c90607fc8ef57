"""A mirror that begins from an export: as far as one that read every page, and held to the same log."""

import gzip
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from examples.mirror_to_sqlite import SqliteStore
from glasshall import (
    ClientError,
    ConnectionFailedError,
    Mirror,
    RegisterError,
    UnexpectedAnswerError,
)

from tests.unit.client.conftest import Deployment
from tests.unit.client.intake_server import Reply
from tests.unit.client.small_register import SmallRegister, digest, filled

Wrong = Callable[[SmallRegister], object]


class Begun:
    """A register, and a mirror of it that begins from an export."""

    def __init__(self, deployment: Deployment, file: Path) -> None:
        self.register = filled()
        deployment.intake.reads = self.register.reads
        self.store = SqliteStore(str(file))
        self.mirror = Mirror(deployment.client(signed=False, tries=1), self.store)

    def held(self) -> dict[tuple[str, str, int], bytes]:
        """Return what the mirror holds."""
        self.store.db.rollback()
        rows = self.store.db.execute("SELECT kind, id, version, body FROM records").fetchall()
        return {(kind, record_id, version): body.encode() for kind, record_id, version, body in rows}

    def newest(self) -> dict[tuple[str, str, int], bytes]:
        """Return what every record shows now."""
        last = {key[:2]: key for key in sorted(self.register.shown())}
        return {key: self.register.shown()[key] for key in last.values()}


@pytest.fixture
def begun(deployment: Deployment, tmp_path: Path) -> Iterator[Begun]:
    """A register, and a mirror of it that begins from an export."""
    begun = Begun(deployment, tmp_path / "mirror.db")
    yield begun
    begun.store.db.close()


def test_it_holds_what_every_record_shows_and_goes_on_from_there(begun: Begun) -> None:
    state = begun.mirror.start()
    assert (state.next, state.edge.root) == (len(begun.register.entries), begun.register.root())
    assert begun.held() == begun.newest()
    assert begun.register.seen == []
    begun.register.act("service", "new", "publish", shows="x")
    begun.register.end("service", "r2")
    begun.register.erase("disclosure", "r5")
    state = begun.mirror.run()
    assert (state.edge.root, state.lacking) == (begun.register.root(), {})
    assert begun.held() == begun.newest()
    assert begun.mirror.start() == state, "what holds something is left alone"


def test_without_an_export_it_begins_with_the_first_page(begun: Begun, deployment: Deployment) -> None:
    deployment.intake.faults = [lambda seen: Reply(document={"items": [], "as_of": {"register_index": None}})]
    assert begun.mirror.start().next == 0
    assert begun.mirror.run().next == len(begun.register.entries)
    assert begun.held() == begun.register.shown()


def packed(content: bytes) -> bytes:
    return gzip.compress(content)


@pytest.mark.parametrize(
    ("wrong", "error", "why"),
    [
        (
            lambda r: r.lies.update({17: {"agency": "other"}}),
            RegisterError,
            "entry 17 is not the one that the log holds",
        ),
        (lambda r: r.lies.update({12: {"sha256": digest("x")}}), RegisterError, "entry 12 is not the one"),
        (lambda r: r.lies.update({12: {"index": 13}}), RegisterError, "entry 12 was to come"),
        (lambda r: shown_otherwise(r), RegisterError, "not the one whose SHA-256 it names"),
        (lambda r: r.bodies.pop(("agency", "quiet2", 1)), RegisterError, "lacks agency quiet2"),
        (lambda r: r.wrong_export.update(services=packed(b"")), RegisterError, "the export lacks service r"),
        (lambda r: r.wrong_export.update(services=packed(b"x\n")), UnexpectedAnswerError, "no record"),
        (lambda r: r.wrong_export.update(services=b"x"), UnexpectedAnswerError, "no file of an export"),
        (lambda r: r.wrong_export.update(services=packed(b"x")[:-9]), UnexpectedAnswerError, "no file of an export"),
        (lambda r: r.wrong_export.update(changes=packed(b"{}\n")), UnexpectedAnswerError, "index"),
        (lambda r: r.wrong_export.update(changes=packed(b"")), RegisterError, "ends with entry -1"),
        (
            lambda r: r.wrong_export.update({"/files/services": b"x"}),
            UnexpectedAnswerError,
            "SHA-256 the manifest names",
        ),
        (lambda r: r.wrong_export.update(services=packed(twice(r))), UnexpectedAnswerError, "twice"),
        (lambda r: setattr(r, "signed", 20), UnexpectedAnswerError, "no checkpoint covers"),
    ],
)
def test_an_export_that_is_not_what_the_register_says_is_refused_and_nothing_of_it_kept(
    begun: Begun, wrong: Wrong, error: type[ClientError], why: str
) -> None:
    begun.register.act("agency", "quiet2", "register", shows="x")
    wrong(begun.register)
    with pytest.raises(error, match=why):
        begun.mirror.start()
    assert begun.store.load() is None
    assert begun.held() == {}


def shown_otherwise(register: SmallRegister) -> None:
    key = ("agency", "quiet2", 1)
    register.bodies[key] = register.bodies[key].replace(b'"x"', b'"y"')


def twice(register: SmallRegister) -> bytes:
    return register.export_content()["services"] * 2


def test_a_host_of_files_that_does_not_answer_is_an_error(begun: Begun, deployment: Deployment) -> None:
    address = "http://127.0.0.1:1/x"
    item = {"name": "n", "collection": "changes", "format": "ndjson", "rows": 1, "bytes": 1, "sha256": "0"}
    told = {"items": [{**item, "address": address}], "as_of": {"register_index": 3}}
    deployment.intake.faults = [lambda seen: Reply(document=told)]
    with pytest.raises(ConnectionFailedError):
        begun.mirror.start()
    deployment.intake.faults = [lambda seen: Reply(document={"items": [{}], "as_of": {"register_index": 3}})]
    with pytest.raises(UnexpectedAnswerError, match="manifest"):
        begun.mirror.start()
