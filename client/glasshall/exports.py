"""An export: everything public at one index of the register, as files. Each is taken only whole, by its SHA-256.

The files lie on a host of their own and are fetched from there; the manifest, which names them, comes from the deployment.
"""

import gzip
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

import urllib3

from glasshall.errors import ConnectionFailedError, UnexpectedAnswerError
from glasshall.reader import Reader

CHANGES = "changes"
"""The collection of the register's own entries."""
NDJSON = "ndjson"
_BLOCK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class ExportFile:
    """One file of an export; `collection` is None for the one that holds all of them."""

    name: str
    collection: str | None
    format: str
    rows: int
    bytes: int
    sha256: str
    address: str


@dataclass(frozen=True, slots=True)
class Export:
    """The files of one export: the register up to `register_index`, and all that it shows."""

    register_index: int
    files: tuple[ExportFile, ...]

    def lines(self, collection: str) -> Iterator[bytes]:
        """Yield every row of a collection as JSON, in the file's order.

        Raises:
            UnexpectedAnswerError: there is no such file, or its bytes are not those of the manifest.
            ConnectionFailedError: the host of files does not answer.
        """
        found = [file for file in self.files if (file.collection, file.format) == (collection, NDJSON)]
        if not found:
            raise UnexpectedAnswerError(f"the export has no {collection}")
        with TemporaryDirectory() as folder:
            here = Path(folder) / "file"
            with here.open("wb") as out:
                _fetch(found[0], out)
            try:
                with gzip.open(here) as unpacked:
                    for line in unpacked:
                        yield line.rstrip(b"\n")
            except (gzip.BadGzipFile, EOFError) as error:
                raise UnexpectedAnswerError(f"{found[0].name} is no file of an export") from error

    @property
    def collections(self) -> list[str]:
        """The collections of records, without the register's entries."""
        named = [file.collection for file in self.files if file.format == NDJSON]
        return [name for name in named if name is not None and name != CHANGES]


def newest_export(client: Reader) -> Export | None:
    """Return the newest export, or None where there is none yet.

    Raises:
        ProblemError, ConnectionFailedError: the deployment did not answer. UnexpectedAnswerError: it is no manifest.
    """
    told = client.get("/v1/exports")
    try:
        index = told["as_of"]["register_index"]
        files = tuple(_file(item) for item in told["items"])
    except (KeyError, TypeError) as error:
        raise UnexpectedAnswerError("the answer is not the manifest of an export") from error
    return Export(index, files) if files and type(index) is int else None


def _file(item: dict[str, Any]) -> ExportFile:
    return ExportFile(**{name: item[name] for name in ExportFile.__slots__})


def _fetch(file: ExportFile, out: IO[bytes]) -> None:
    timeout = urllib3.Timeout(connect=10.0, read=60.0)
    digest = hashlib.sha256()
    try:
        with urllib3.PoolManager(timeout=timeout) as pool:
            answer = pool.request("GET", file.address, redirect=False, preload_content=False, decode_content=False)
            if answer.status != 200:
                raise ConnectionFailedError(f"{file.name} is not there: status {answer.status}")
            for block in answer.stream(_BLOCK_BYTES):
                digest.update(block)
                out.write(block)
    except urllib3.exceptions.HTTPError as error:
        raise ConnectionFailedError(f"{file.name} did not come whole") from error
    if digest.hexdigest() != file.sha256:
        raise UnexpectedAnswerError(f"{file.name} is not the file whose SHA-256 the manifest names")
