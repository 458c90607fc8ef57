"""Is every changed byte of a register found, and its entry named? `python -m tests.register_bytes [ENTRIES [EVERY]]`.

The register is one that the program itself has written, in several runs and under two keys of a rotation. Changed is one byte at
a time, to another value (of the checkpoint: to every other value), in everything that is stored of it:

- the files of the log as they lie in the bucket: checkpoint, tiles of hashes, bundles of entries, partial ones of earlier sizes too
- the entries in the table, as `/v1/changes` gives them

Each time the verifier of `glasshall register verify` looks again: the same functions over the same inputs, of which only the
changed one is another. What they found of the inputs that are the same is kept: they are pure. Of some of the changes the
verifier is run as a whole as well, and must say the same.
"""

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from random import Random
from typing import Any, NamedTuple

import orjson
from glasshall.errors import ClientError
from glasshall.feed import read_changes
from glasshall.heads import CHECKPOINT, Head, HeadRefusedError, Trust, open_head
from glasshall.register import Finding, Row, check_earlier, check_register, check_row, check_rows
from glasshall.register_items import ItemChecker, check_item, erases

from chalicelib.store import keys
from chalicelib.tlog.checkpoints import read_keys
from chalicelib.tlog.tiles import ENTRIES, WIDTH, Tile, decode_bundle, parse_path, span_of, stored
from tests.world import World

PREFIX = "register/"
OUT_OF_THE_WAY = "register/stage/"
"""Stages are no part of the register: they are gone over by no reader, and settled by the head's root."""
WHOLE_EACH = 4_001
"""Of so many changes one is looked at with the whole verifier."""


class Stored(NamedTuple):
    """A register as it is stored, and what whoever checks it goes by."""

    files: dict[str, bytes]
    items: list[bytes]
    trust: Trust


class Change(NamedTuple):
    """One byte of a file, or of an item by its index, and the value it gets."""

    name: str
    place: int
    value: int


@cache
def register_of(entries: int) -> Stored:
    """Return a register of this many entries that the program has written."""
    world = World()
    ring = [{"id": "2", "secret": "another secret of the tests, long", "from": "2036-01-01T00:00:00+00:00"}]
    world.secret = orjson.dumps({"keys": [*ring, {"id": "1", "secret": world.secret.decode()}]})
    world.restart()
    world.init()
    for number in range(2, entries):
        _act(world, number)
        if number in (40, 41, 200, 500) or number == entries - 1:
            world.log()
    items = world.memory.snapshot()
    summaries = {key.sk: item["summary"] for key, item in items.items() if key.pk == keys.ENTRIES_PK}
    held = {
        name: world.objects.get(name) for name in world.objects.names(PREFIX) if not name.startswith(OUT_OF_THE_WAY)
    }
    known = read_keys(world.get("/v1/register/keys").body)
    assert (len(summaries), len(known)) == (entries, 2)
    return Stored(
        {name.removeprefix(PREFIX): raw for name, raw in held.items()},
        [bytes(summaries[sk]) for sk in sorted(summaries)],  # type: ignore[arg-type]
        Trust(tuple(known)),
    )


def _act(world: World, number: int) -> None:
    """Publish a service; each fourth revises the one before, each eighth withdraws it."""
    service = f"511Z0700100{number - number % 4:04d}"
    if number % 4 != 3:
        world.service(f"{service}-{number % 4}", title={"zh": f"事项“{number}”"})
    elif number % 8 == 3:
        world.service(f"{service}-2", 2, "revise", title={"zh": f"改名{number}"})
    else:
        world.act("services", f"{service}-2", 2, {"act": "withdraw", "reason": {"zh": "取消"}})


class Verifier:
    """The verifier over a register, with what it found of each part kept."""

    def __init__(self, register: Stored) -> None:
        self.files, self.items, self.trust = register
        self.head = open_head(self.files[CHECKPOINT], self.trust)
        self.rows = [self._row(number, self.files.get) for number in range(-(-self.head.size // WIDTH))]
        self.leaves = [leaf for row in self.rows for leaf in row.leaves]
        assert not check_register(self.files.get, self.head, paths=self.paths)
        assert not any(self._of_item(index, item) for index, item in enumerate(self.items))

    @property
    def paths(self) -> list[str]:
        """Every file but the checkpoint."""
        return [path for path in self.files if path != CHECKPOINT]

    def found(self, change: Change) -> list[Finding]:
        """Return what is found of a change."""
        if change.name.isdigit():
            return self._of_item(int(change.name), changed(self.items[int(change.name)], change))
        raw = changed(self.files[change.name], change)
        if change.name == CHECKPOINT:
            return self._of_checkpoint(raw)
        tile, read = parse_path(change.name), self._reader(change.name, raw)
        if tile != stored(tile, self.head.size):
            return check_earlier(change.name, read, self.head.size)
        rows = list(self.rows)
        if tile.level in (ENTRIES, 0):
            rows[tile.number] = self._row(tile.number, read)
        return check_rows(read, self.head, rows)

    def found_by_the_whole(self, change: Change) -> list[Finding]:
        """Return what the whole verifier finds of a change."""
        if not change.name.isdigit():
            raw = changed(self.files[change.name], change)
            if change.name == CHECKPOINT:
                return self._of_checkpoint(raw)
            return check_register(self._reader(change.name, raw), self.head, paths=self.paths)
        items = list(self.items)
        items[int(change.name)] = changed(items[int(change.name)], change)
        checker = ItemChecker(lambda after, most: read_changes(page_of(items[after + 1 :][:most]))[0])
        return check_register(self.files.get, self.head, checker.look) + checker.finish()

    def _of_checkpoint(self, raw: bytes) -> list[Finding]:
        try:
            head: Head = open_head(raw, self.trust)
        except HeadRefusedError as error:
            return [Finding(None, None, str(error))]
        return check_rows(self.files.get, head, self.rows)

    def _of_item(self, index: int, raw: bytes) -> list[Finding]:
        try:
            item = read_changes(page_of([raw]))[0][0].document
        except ClientError as error:
            return [Finding(index, index, str(error))]
        sentence = check_item(index, item, self.leaves[index]) or self._erasure(item)
        return [Finding(index, index, sentence)] if sentence else []

    def _erasure(self, item: Mapping[str, Any]) -> str:
        by = item.get("erased_by")
        if by is None or (by < len(self.items) and erases(orjson.loads(self.items[by]), item)):
            return ""
        return "no erasure"

    def _row(self, number: int, read: Callable[[str], bytes | None]) -> Row:
        bundle = stored(Tile(ENTRIES, number, 1), self.head.size)
        return check_row(bundle, read(bundle.path), read(bundle._replace(level=0).path))

    def _reader(self, path: str, raw: bytes) -> Callable[[str], bytes | None]:
        return lambda asked: raw if asked == path else self.files.get(asked)

    def expected(self, change: Change) -> tuple[int | None, int | None]:
        """Return the first and last entry that a byte stands for."""
        if change.name.isdigit():
            return int(change.name), int(change.name)
        if change.name == CHECKPOINT:
            return None, None
        tile = parse_path(change.name)
        if tile.level == ENTRIES:
            index = tile.first + entry_at(tile, self.files[change.name], change.place)
            return index, index
        first = tile.first + change.place // 32 * span_of(tile.level)
        return first, first + span_of(tile.level) - 1


def entry_at(tile: Tile, raw: bytes, place: int) -> int:
    """Return which entry of a bundle a byte belongs to, its length before it included."""
    end = 0
    for at, leaf in enumerate(decode_bundle(tile, raw)):
        end += 2 + len(leaf)
        if place < end:
            return at
    raise AssertionError("behind the last entry")


def places(findings: list[Finding]) -> set[tuple[int | None, int | None]]:
    """Return which entries are named."""
    return {(finding.first, finding.last) for finding in findings}


def page_of(items: list[bytes]) -> bytes:
    """Return a page of changes."""
    return b'{"items":[' + b",".join(items) + b'],"next":null,"as_of":{"register_index":null,"at":null}}'


def changed(raw: bytes, change: Change) -> bytes:
    """Return bytes with one of them changed."""
    return raw[: change.place] + bytes([change.value]) + raw[change.place + 1 :]


def changes_of(register: Stored, every: int) -> Iterator[Change]:
    """Yield a change of each byte, or of each so many; of the checkpoint's, each byte to every other value."""
    chance = Random(20261127)
    for place, old in enumerate(register.files[CHECKPOINT]):
        for value in range(256) if every == 1 else [chance.randrange(256)]:
            if value != old:
                yield Change(CHECKPOINT, place, value)
    parts = {**register.files, **{str(index): item for index, item in enumerate(register.items)}}
    for name in sorted(parts.keys() - {CHECKPOINT}):
        for place in range(chance.randrange(every), len(parts[name]), every):
            yield Change(name, place, parts[name][place] ^ chance.randrange(1, 256))


def kind_of(name: str) -> str:
    """Return what sort of thing was changed."""
    if name.isdigit():
        return "items of changes"
    return "checkpoint" if name == CHECKPOINT else "bundles" if "entries" in name else "tiles of hashes"


def measured(entries: int, every: int, part: int = 0, parts: int = 1) -> Counter[str]:
    """Return, for one part of the changes, how many were made of each kind, and how many missed or misnamed."""
    register = register_of(entries)
    verifier = Verifier(register)
    told: Counter[str] = Counter()
    for number, change in enumerate(changes_of(register, every)):
        if number % parts != part:
            continue
        findings = verifier.found(change)
        kind = kind_of(change.name)
        told[kind] += 1
        told["missed"] += not findings
        told["misnamed"] += bool(findings) and findings[0][:2] != verifier.expected(change)
        if number % WHOLE_EACH == 0:
            told["looked at as a whole"] += 1
            told["judged otherwise as a whole"] += places(verifier.found_by_the_whole(change)) != places(findings)
    return told


def main(entries: int, every: int) -> int:
    """Print what was found, and return 0 if nothing was missed."""
    with ProcessPoolExecutor(2) as pool:
        told = sum(pool.map(measured, [entries] * 2, [every] * 2, range(2), [2] * 2), Counter[str]())
    for name in ("checkpoint", "bundles", "tiles of hashes", "items of changes"):
        print(f"{told[name]:>9,} changed bytes in {name}")
    for name in ("missed", "misnamed", "looked at as a whole", "judged otherwise as a whole"):
        print(f"{told[name]:>9,} {name}")
    return 1 if told["missed"] or told["misnamed"] or told["judged otherwise as a whole"] else 0


if __name__ == "__main__":
    given = [int(text) for text in sys.argv[1:]]
    sys.exit(main(*given, *(1_000, 1)[len(given) :]))
