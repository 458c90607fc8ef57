"""Which exports there are: a short item for each in one partition, newest last, and its manifest under a key of its own.

What may be published stands beside them (`Bound`); whoever publishes, and whoever erased something, moves it on.

The files are objects under `exports/`, which the host of files gives out under the very key. An address never stands for
other bytes, but it may be ended: an erasure takes away every export that holds what was erased. So nothing on the way may
keep a file for longer than an hour.
"""

from collections.abc import Callable, Iterator

import orjson

from chalicelib.domain.exports.manifest import FOLDER, Bound, Manifest, Place, decode, encode, place_of, told
from chalicelib.domain.files.names import content_disposition
from chalicelib.errors import UnavailableError
from chalicelib.store import keys
from chalicelib.store.objects import GivenOut, Objects
from chalicelib.store.table import ABSENT, ConditionFailedError, Delete, Item, Put, Table, query_all
from chalicelib.tlog.checkpoints import parse_checkpoint
from chalicelib.tlog.notes import split_note
from chalicelib.usecases.exports import Draft, Kept
from chalicelib.usecases.ports import COMMIT_TRIES

_CHECKPOINT = "register/checkpoint"
_CACHE = "public, max-age=3600"
BESIDE = f"{FOLDER}/manifest.json"
"""Where the newest manifest lies for the day when nothing else answers."""
_BESIDE_CACHE = "public, max-age=60"
_UNBOUND = Bound(0, 0)
_FIRST, _LAST = keys.export(0).sk, keys.export(10**12 - 1).sk


class Exports:
    """Implements `usecases.exports.Shelf`, and what is read of it."""

    def __init__(self, table: Table, objects: Callable[[], Objects], time_zone: str) -> None:
        self._table = table
        self._objects = objects
        self._time_zone = time_zone

    def manifest(self, register_index: int, *, consistent: bool = True) -> Manifest | None:
        """Return the manifest of one export."""
        item = self._table.get(keys.export_manifest(register_index), consistent=consistent)
        return decode(item["manifest"]) if item else None  # type: ignore[arg-type]

    def kept(self, *, consistent: bool = True) -> list[Kept]:
        page = self._table.query(keys.EXPORTS_PK, first=_FIRST, last=_LAST, forward=False, consistent=consistent)
        return [Kept(Place(int(item["sk"]), int(item["generation"])), str(item["written_at"])) for item in page.items]

    def newest(self, *, consistent: bool = True) -> Manifest | None:
        kept = self.kept(consistent=consistent)
        return self.manifest(kept[0].place.register_index, consistent=consistent) if kept else None

    def entries(self, register_index: int) -> Iterator[bytes]:
        first, last = keys.entry(0).sk, keys.entry(register_index).sk
        for item in query_all(self._table, keys.ENTRIES_PK, first=first, last=last):
            yield item["summary"]  # type: ignore[misc]

    def checkpoint(self, register_index: int) -> str | None:
        held = self._objects().find(_CHECKPOINT)
        if held is None or parse_checkpoint(split_note(held.data)[0]).size != register_index + 1:
            return None
        return held.data.decode()

    def bound(self) -> Bound:
        return self._bound() or _UNBOUND

    def begin_generation(self, least: int) -> None:
        for _ in range(COMMIT_TRIES):
            before = self._bound()
            held = before or _UNBOUND
            try:
                self._table.commit(_moved(before, Bound(max(held.least, least), held.generation + 1)))
            except ConditionFailedError:
                continue  # another was faster; or we were, and the answer was lost: one generation more harms nothing
            return
        raise UnavailableError("others were faster each time")

    def publish(self, manifest: Manifest) -> bool:
        place = manifest.place
        whole, short = keys.export_manifest(place.register_index), keys.export(place.register_index)
        items: list[Item] = [
            {**whole._asdict(), "manifest": encode(manifest)},
            {**short._asdict(), "generation": place.generation, "written_at": manifest.written_at},
        ]
        for _ in range(COMMIT_TRIES):
            before = self._bound()
            if not (before or _UNBOUND).admits(place):
                return False
            try:
                self._table.commit(_moved(before, Bound(*place)), *map(Put, items))
            except ConditionFailedError:
                continue  # another was faster; or we were, and the answer was lost: the same once more is harmless
            return True
        raise UnavailableError("others were faster each time")

    def drop(self, register_index: int) -> None:
        self._table.commit(Delete(keys.export(register_index)), Delete(keys.export_manifest(register_index)))

    def put(self, draft: Draft) -> None:
        form = draft.file.form
        given_out = _given_out(draft.file.name, form.media_type, _CACHE)
        if form.encoding:
            given_out["ContentEncoding"] = form.encoding
        self._objects().put_file(draft.file.path, draft.here, given_out)

    def put_beside(self, manifest: Manifest | None) -> None:
        if manifest is None:
            self._objects().remove(BESIDE)
            return
        body = orjson.dumps(told(manifest, self._time_zone))
        self._objects().put(BESIDE, body, _given_out("manifest.json", "application/json", _BESIDE_CACHE))

    def places(self) -> set[Place]:
        found = map(place_of, self._objects().names(f"{FOLDER}/"))
        return {place for place in found if place is not None}

    def remove(self, place: Place) -> None:
        objects = self._objects()
        for name in objects.names(f"{place.folder}/"):
            objects.remove(name)

    def _bound(self) -> Bound | None:
        item = self._table.get(keys.EXPORTS_BOUND)
        return Bound(int(item["least"]), int(item["generation"])) if item else None


def _given_out(name: str, media_type: str, cache: str) -> GivenOut:
    return {"ContentType": media_type, "ContentDisposition": content_disposition(name), "CacheControl": cache}


def _moved(before: Bound | None, after: Bound) -> Put:
    """Return the write that moves the bound on, on condition that it stands where it stood."""
    item: Item = {**keys.EXPORTS_BOUND._asdict(), **after._asdict()}
    return Put(item, when=ABSENT if before is None else before._asdict())
