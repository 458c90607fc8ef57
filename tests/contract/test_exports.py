"""An export on the embedded AWS: written through the program's own stores, given out by the host of files, removed for good."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import orjson

from chalicelib.domain.exports.manifest import CSV, ExportFile
from chalicelib.store import keys
from chalicelib.store.export_drafts import ScratchDesk
from chalicelib.store.exports import BESIDE, Exports
from chalicelib.store.table import Put
from chalicelib.usecases.exports import Draft, forget_exports_before, write_exports
from local.files import FilesHost, in_bucket
from tests.contract.conftest import Stores
from tests.fakes.table_mirror import Held

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
LARGE_BYTES = 40_000_000
"""Three parts."""


class Services:
    """A mirror of some services."""

    def __init__(self, number: int) -> None:
        self.size = number

    def rows(self, collection: str) -> Iterator[Held]:
        """Yield them."""
        for number in range(self.size if collection == "services" else 0):
            yield Held(
                listed=True, body=orjson.dumps({"kind": "service", "id": f"s{number}", "title": {"zh": "=备案"}})
            )


def shelf_with(stores: Stores, entries: int) -> Exports:
    """Return exports over a register of so many entries."""
    table, objects = stores
    for number in range(entries):
        entry = {"index": number, "kind": "service", "id": f"s{number}", "at": "2026-11-23T10:00:00+08:00", "url": "/"}
        key = keys.entry(number)
        table.commit(Put({"pk": key.pk, "sk": key.sk, "summary": orjson.dumps(entry)}))
    return Exports(table, lambda: objects, "Asia/Shanghai")


def test_an_export_is_published_replaced_and_forgotten(on_emulator: Stores) -> None:
    shelf = shelf_with(on_emulator, 3)
    first = write_exports(Services(2), ScratchDesk(), shelf, NOW, "Asia/Shanghai")
    second = write_exports(Services(3), ScratchDesk(), shelf, NOW, "Asia/Shanghai")
    assert (first.register_index, second.register_index, second.superseded) == (1, 2, False)
    assert write_exports(Services(2), ScratchDesk(), shelf, NOW, "Asia/Shanghai").superseded
    assert [each.place.register_index for each in shelf.kept()] == [2, 1]
    assert shelf.places() == {(1, 0), (2, 0)}
    forget_exports_before(2, shelf)
    assert (shelf.kept(), shelf.places(), on_emulator[1].names(BESIDE)) == ([], set(), [])
    assert not write_exports(Services(3), ScratchDesk(), shelf, NOW, "Asia/Shanghai").superseded
    assert shelf.places() == {(2, 1)}


def test_a_large_file_goes_in_parts_and_comes_out_of_the_host_of_files_as_it_was(
    on_emulator: Any, tmp_path: Path
) -> None:
    table, objects = on_emulator
    data = Random(3).randbytes(LARGE_BYTES)
    (tmp_path / "file").write_bytes(data)
    bom = False
    path = f"exports/000000000007-0/{'a' * 64}/services.csv"
    file = ExportFile("services.csv", "services", CSV, bom, 1, len(data), "a" * 64, 1, "b" * 64, path)
    Exports(table, lambda: objects, "Asia/Shanghai").put(Draft(file, tmp_path / "file"))
    with FilesHost(in_bucket(objects._client, objects._bucket)) as host:
        status, headers, body = host.answer("GET", f"/{path}")
    assert (status, body == data) == (200, True)
    assert headers["Content-Encoding"] == "gzip"
    assert headers["Content-Type"] == "text/csv; charset=utf-8; header=present"
    assert headers["Content-Disposition"].startswith('attachment; filename="services.csv"')
    objects.remove(path)
    assert objects.find(path) is None
