"""A small intake for each test, and clients that do not really wait."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from glasshall import Client, Pacing, PrivateKey

from tests.unit.client.intake_server import Intake, serving


def key(key_id: str) -> PrivateKey:
    """Return a key that is always the same for an id."""
    return PrivateKey(key_id, "ed25519", hashlib.sha256(key_id.encode()).digest())


@dataclass
class Deployment:
    """A running intake, with clients of two persons."""

    intake: Intake
    url: str
    waits: list[float] = field(default_factory=list)

    def client(self, key_id: str = "clerk", *, tries: int = 4, signed: bool = True) -> Client:
        """Return a client that notes its waits and does not wait."""
        return Client(self.url, key(key_id) if signed else None, pacing=Pacing(tries=tries), sleep=self.waits.append)


@pytest.fixture
def deployment() -> Iterator[Deployment]:
    """A running intake that knows a clerk and an approver."""
    intake = Intake(key("clerk"), key("approver"))
    with serving(intake) as url:
        yield Deployment(intake, url)


@pytest.fixture
def key_files(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """Return a maker of key files."""
    from glasshall.shared import save_pem

    folder = tmp_path_factory.mktemp("keys")

    def make(key_id: str) -> str:
        file = folder / f"{key_id}.pem"
        file.write_bytes(save_pem(key(key_id)))
        return str(file)

    return make
