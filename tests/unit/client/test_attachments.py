"""Sending a file: every step may be repeated, and is, where an answer is lost."""

from collections.abc import Mapping
from typing import Any

import pytest
import urllib3
from glasshall import ConnectionFailedError, File, UnexpectedAnswerError, UsageError, file_of, send_attachment
from glasshall.attachments import MEDIA_TYPES

from chalicelib.domain.files import kinds
from tests.world import World

FORM = {"url": "https://store.example/", "fields": {"key": "incoming/x", "policy": "p"}}


class Answers:
    """A client whose answers are given: what is put first, what is read after."""

    def __init__(self, *states: str) -> None:
        self.states = list(states)
        self.sent: list[tuple[str, Any, bool]] = []

    def put(self, path: str, content: Any, *, dry_run: bool = False) -> Any:
        self.sent.append((path, content, dry_run))
        return self

    @property
    def document(self) -> dict[str, Any]:
        state = self.states.pop(0)
        return {"state": state} | ({"upload": FORM} if state == "waiting" else {})

    def receipt(self, path: str) -> dict[str, Any]:
        return {"state": self.states.pop(0)}


class Store:
    """A file store that answers as it is told to, and keeps what it was sent."""

    def __init__(self, *answers: int | Exception) -> None:
        self.answers = list(answers)
        self.seen: list[Mapping[str, Any]] = []

    def __call__(self, url: str, fields: Mapping[str, Any]) -> int:
        self.seen.append(fields)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


FILE = File(b"a,b\n", "bureau", "a.csv", "text/csv")


def send(client: Answers, store: Store, **options: Any) -> Any:
    return send_attachment(client, FILE, post=store, sleep=lambda seconds: None, **options)  # type: ignore[arg-type]


def test_a_file_is_announced_sent_last_in_its_form_and_waited_for() -> None:
    client, store = Answers("waiting", "waiting", "checked"), Store(204)
    assert send(client, store) == {"state": "checked"}
    ((path, said, dry_run),) = client.sent
    assert path == f"/v1/intake/attachments/{FILE.sha256}"
    assert (said["size_bytes"], said["media_type"], dry_run) == (4, "text/csv", False)
    assert list(store.seen[0]) == ["key", "policy", "file"]


@pytest.mark.parametrize("state", ["checked", "refused"])
def test_what_is_decided_is_not_sent_again(state: str) -> None:
    store = Store()
    assert send(Answers(state), store)["state"] == state
    assert store.seen == []


def test_a_dry_run_sends_nothing() -> None:
    store = Store()
    assert send(Answers("waiting"), store, dry_run=True)["state"] == "waiting"
    assert store.seen == []


def test_a_store_that_is_lost_or_busy_is_asked_again_and_one_that_refuses_is_not() -> None:
    lost = urllib3.exceptions.ProtocolError("lost")
    store = Store(lost, 503, 204)
    assert send(Answers("waiting", "checked"), store)["state"] == "checked"
    assert len(store.seen) == 3
    with pytest.raises(ConnectionFailedError):
        send(Answers("waiting"), Store(*[lost] * 4))
    with pytest.raises(ConnectionFailedError):
        send(Answers("waiting"), Store(*[500] * 4))
    with pytest.raises(UnexpectedAnswerError, match="403"):
        send(Answers("waiting"), Store(403))


def test_waiting_ends_when_time_is_up() -> None:
    assert send(Answers(*["waiting"] * 4), Store(204), wait_seconds=6.0)["state"] == "waiting"


def test_the_types_that_the_client_knows_are_those_that_are_taken() -> None:
    assert MEDIA_TYPES == kinds.BY_EXTENSION
    assert file_of(b"x", "bureau", "A.PDF").media_type == kinds.PDF
    for name, content in (("a.docm", b"x"), ("a", b"x"), ("a.pdf", b"")):
        with pytest.raises(UsageError):
            file_of(content, "bureau", name)


def test_the_program_takes_what_the_client_sends() -> None:
    world = World().init()
    digest = world.attach(FILE.content, FILE.media_type, FILE.file_name)
    assert digest == FILE.sha256
