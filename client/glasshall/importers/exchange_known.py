"""What the server has of what an exchange table is about, so that a row becomes the act or event that is missing.

Each act on a service carries, in a text that the record shows, when its row was put into exchange and a digest of its
content. So the record itself says how far it follows the table: no run depends on what an earlier one remembered, an older
file brings nothing, and a table that is sent anew as a whole brings what changed.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from glasshall.client import Client
from glasshall.errors import ProblemError

_AT_ONCE = 8
_ABSENT = (403, 404)
"""Nothing there, or nothing that is ours: what is sent then is refused by name, row by row."""


_SAID = re.compile(r"（交换时间 ([0-9T:+-]+)(?:，内容 ([0-9a-f]{12}))?）$")


@dataclass(frozen=True, slots=True)
class Said:
    """What an exchange table last said of a service: when (`cd_time`), a digest of the content, whether it was taken back."""

    at: datetime
    digest: str
    gone: bool

    def told(self, words: str) -> str:
        """Return words with this behind them, for a text that the act carries and the record shows."""
        content = "" if self.gone else f"，内容 {self.digest}"
        return f"{words}（交换时间 {self.at.isoformat()}{content}）"


def said_of(record: Mapping[str, Any]) -> Said | None:
    """Return what a service as it is shown tells of the table it came from, None if it came from elsewhere."""
    gone = record.get("stage") == "withdrawn"
    text = record.get("reason", {}).get("zh", "") if gone else record.get("source", {}).get("name", "")
    found = _SAID.search(text)
    return Said(datetime.fromisoformat(found[1]), found[2] or "", gone) if found else None


@dataclass(frozen=True, slots=True)
class KnownService:
    """A service as the server has it."""

    acts: int = 0
    """How many acts it has, public or not."""
    said: Said | None = None
    """What its public record tells; None too where it came from elsewhere."""
    pending: tuple[str, ...] = ()
    """SHA-256 of the acts after the one that is shown: they wait for the register."""


class Known(Protocol):
    """What can be asked."""

    def services(self, ids: Iterable[str]) -> dict[str, KnownService]:
        """Return what the server has of each service."""

    def there(self, paths: Iterable[str]) -> frozenset[str]:
        """Return the paths of the intake (`cases/N/events/E`) at which something stands."""


class NothingKnown:
    """A server that has nothing: what a run without one assumes."""

    def services(self, ids: Iterable[str]) -> dict[str, KnownService]:
        return {service: KnownService() for service in ids}

    def there(self, paths: Iterable[str]) -> frozenset[str]:
        return frozenset()


class AskedServer:
    """The server: its public records, and by signed reads what is not shown yet.

    Raises:
        ClientError: it does not answer, or does not know the key.
    """

    def __init__(self, client: Client) -> None:
        self._client = client

    def services(self, ids: Iterable[str]) -> dict[str, KnownService]:
        wanted = list(ids)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return dict(zip(wanted, pool.map(self._service, wanted), strict=True))

    def there(self, paths: Iterable[str]) -> frozenset[str]:
        wanted = list(dict.fromkeys(paths))
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            found = pool.map(lambda path: self._receipt(path) is not None, wanted)
            return frozenset(path for path, is_there in zip(wanted, found, strict=True) if is_there)

    def _service(self, service: str) -> KnownService:
        shown = _unless_absent(lambda: self._client.get(f"/v1/services/{service}"))
        number, pending = shown["act"] if shown else 0, []
        while receipt := self._receipt(f"services/{service}/acts/{number + 1}"):
            pending.append(str(receipt["sha256"]))
            number += 1
        return KnownService(number, said_of(shown) if shown else None, tuple(pending))

    def _receipt(self, path: str) -> Any:
        return _unless_absent(lambda: self._client.receipt(f"/v1/intake/{path}"))


def _unless_absent(read: Callable[[], Any]) -> Any:
    try:
        return read()
    except ProblemError as problem:
        if problem.status in _ABSENT:
            return None
        raise
