"""Copies of other deployments' public records, in partitions of their own: no list, index or count of ours holds one.

A copy and the index to go on with are one commit, held to the condition that this index is the next one. So everything
below `next` is held and nothing above it, whoever runs how often.
"""

from collections.abc import Callable
from dataclasses import replace

import orjson

from chalicelib.domain.harvest import Copy, Following, Trouble, without_text
from chalicelib.store import harvest_keys, keys
from chalicelib.store.objects import Objects, of_copy, restore, spill
from chalicelib.store.table import (
    ABSENT,
    ConditionFailedError,
    Delete,
    Item,
    Key,
    Put,
    Table,
    Update,
    Value,
    Write,
    query_all,
)
from chalicelib.store.views import Listing

_TROUBLE = ("state", "code", "detail", "index", "since", "at")


class HarvestTable:
    """Implements `usecases.harvest.HarvestStore`, and the reads of what was harvested."""

    def __init__(self, table: Table, objects: Callable[[], Objects]) -> None:
        self._table = table
        self._objects = objects

    def find(self, origin: str) -> Following | None:
        item = self._table.get(harvest_keys.following(origin))
        return _decode(item) if item else None

    def all(self) -> list[Following]:
        """Return every origin that was ever followed; a deployment follows a few."""
        return [_decode(item) for item in query_all(self._table, harvest_keys.HARVEST_PK)]

    def note(self, following: Following) -> None:
        told = _encode(following)
        absent = tuple(name for name, value in told.items() if value is None)
        present = {name: value for name, value in told.items() if value is not None}
        self._table.commit(Update(harvest_keys.following(following.origin), set=present, remove=absent))

    def entries(self, origin: str, first: int, last: int) -> list[bytes]:
        low, high = harvest_keys.harvested_entry(origin, first), harvest_keys.harvested_entry(origin, last)
        found = query_all(self._table, low.pk, first=low.sk, last=high.sk)
        return [entry for item in found if isinstance(entry := item["entry"], bytes)]

    def keep(self, following: Following, copy: Copy) -> Following:
        origin = following.origin
        key = harvest_keys.harvested(origin, copy.collection, copy.record_id)
        old = (self._table.get(key) if copy.collection else None) or {}
        if int(old.get("index", -1)) >= copy.index:
            return self._kept_before(following, copy)
        if copy.erases:
            self._erase(following.origin, copy)  # before its entry: if we stop in between, the next run does it again
        under = of_copy(origin, copy.collection, copy.record_id)
        view = self._view(old, copy, under) if copy.collection else {}
        lacking = following.lacking + _lacking(view) - _lacking(old)
        entry = harvest_keys.harvested_entry(origin, copy.index)
        state = harvest_keys.following(origin)
        moved: Item = {
            "next": copy.index + 1,
            "lacking": lacking,
            "since": following.since,
            "address": following.address,
        }
        now_next = {"next": copy.index or None}
        writes: list[Write] = [
            Update(state, set=moved, when=now_next),
            Put({"pk": entry.pk, "sk": entry.sk, "entry": copy.entry}, when=ABSENT),
        ]
        if copy.collection:
            writes += [Put({"pk": key.pk, "sk": key.sk, **view}), *self._beside(origin, old, view, copy)]
        try:
            self._table.commit(*writes)
        except ConditionFailedError:
            return self._kept_before(following, copy)
        return replace(following, next=copy.index + 1, lacking=lacking)

    def _view(self, old: Item, copy: Copy, under: str) -> Item:
        """Return the copy of the record after an entry; where no bytes came, those before stay, and are known to lag."""
        unexplained = int(old.get("missing", 0)) + int(copy.version is not None and copy.body is None)
        shown: Item = _some(old, "body", "body_object", "index", "ends_versions")
        if copy.body is not None:
            body = spill(self._objects(), "body", copy.body, under=under)
            shown = {**body, "index": copy.index, "ends_versions": int(copy.ends_versions)}
        ended = copy.body is not None and copy.ends_versions
        return {
            **shown,
            "missing": 0 if ended else unexplained,
        }

    def _beside(self, origin: str, old: Item, view: Item, copy: Copy) -> list[Write]:
        """Return the writes of the version and of the list beside the record itself."""
        if copy.body is None:
            return []
        pk = harvest_keys.harvested_list_pk(origin, copy.collection)
        listed = harvest_keys.harvested_list_sk(copy.index, copy.record_id)
        writes: list[Write] = [Put({"pk": pk, "sk": listed, "summary": copy.summary})]
        if "index" in old:
            writes.append(Delete(Key(pk, harvest_keys.harvested_list_sk(int(old["index"]), copy.record_id))))
        if copy.version is not None:
            version = harvest_keys.harvested_version(origin, copy.collection, copy.record_id, copy.version)
            writes.append(Put({"pk": version.pk, "sk": version.sk, **_some(view, "body", "body_object")}))
        return writes

    def _erase(self, origin: str, copy: Copy) -> None:
        """Delete what is held of a record that its origin was ordered to erase; its view comes anew with the entry."""
        view = harvest_keys.harvested(origin, copy.collection, copy.record_id)
        self._table.commit(Update(view, remove=("body", "body_object")))
        for item in query_all(self._table, view.pk, first="VERSION#", last="VERSION#" + keys.END):
            self._table.commit(Delete(Key(view.pk, str(item["sk"]))))
        objects = self._objects()
        for name in objects.names(of_copy(origin, copy.collection, copy.record_id)):
            objects.remove(name)
        kind = orjson.loads(copy.entry)["kind"]
        for item in query_all(self._table, harvest_keys.harvested_entry(origin, 0).pk):
            entry = orjson.loads(item["entry"])  # type: ignore[arg-type]
            if (entry["kind"], entry["id"]) == (kind, copy.record_id) and entry.get("erased_by") is None:
                left = orjson.dumps(without_text(entry, copy.index))
                self._table.commit(Update(Key(str(item["pk"]), str(item["sk"])), set={"entry": left}))

    def _kept_before(self, following: Following, copy: Copy) -> Following:
        """Go on after a copy that is held already: kept by us, with the answer lost, or by another run."""
        state = self.find(following.origin)
        held = self.entries(following.origin, copy.index, copy.index)
        if state is None or held != [copy.entry]:
            raise ConditionFailedError("the copy is not the one that is held")
        return replace(following, next=copy.index + 1, lacking=state.lacking)

    # What is read

    def record(self, origin: str, collection: str, record_id: str) -> bytes | None:
        """Return the bytes of a record as its origin served them."""
        item = self._table.get(harvest_keys.harvested(origin, collection, record_id), consistent=False)
        return self._body(item)

    def version(self, origin: str, collection: str, record_id: str, number: int) -> bytes | None:
        """Return the bytes of one version; where its origin ended the versions of the record, of the last one only."""
        wanted = harvest_keys.harvested_version(origin, collection, record_id, number)
        view, version = self._table.get_many([harvest_keys.harvested(origin, collection, record_id), wanted])
        body = self._body(version)
        if view is not None and view.get("ends_versions") and body != self._body(view):
            return None
        return body

    def page(self, origin: str, collection: str, limit: int, after: str | None) -> Listing:
        """Return a page of copies, those changed last first. Read consistently: a page holds all that `next` says."""
        pk = harvest_keys.harvested_list_pk(origin, collection)
        start: Item | None = {"pk": pk, "sk": after} if after else None
        found = self._table.query(pk, forward=False, limit=limit + 1, after=start).items
        summaries = [item["summary"] for item in found[:limit]]
        last = str(found[limit - 1]["sk"]) if len(found) > limit else None
        return Listing([each for each in summaries if isinstance(each, bytes)], last)

    def _body(self, item: Item | None) -> bytes | None:
        if item is None or not ("body" in item or "body_object" in item):
            return None
        held = item.get("body")
        return held if isinstance(held, bytes) else restore(self._objects(), "body", item)


def _some(item: Item, *names: str) -> Item:
    return {name: item[name] for name in names if name in item}


def _lacking(view: Item) -> int:
    return int(view.get("missing", 0))


def _encode(following: Following) -> dict[str, Value | None]:
    """Return what is noted of an origin, None for what it has not; how far it is moves with copies only."""
    told: dict[str, Value | None] = {
        "address": following.address,
        "since": following.since,
        "rechecked": following.rechecked,
        "success_at": following.success_at,
        "caught_up_at": following.caught_up_at,
        "wait_until": following.wait_until,
    }
    for prefix, trouble in (("trouble", following.trouble), ("last", following.last_trouble)):
        for name in _TROUBLE:
            told[f"{prefix}_{name}"] = getattr(trouble, name) if trouble else None
    return told


def _decode(item: Item) -> Following:
    def text(name: str) -> str | None:
        value = item.get(name)
        return value if isinstance(value, str) else None

    def trouble(prefix: str) -> Trouble | None:
        told = [item.get(f"{prefix}_{name}") for name in _TROUBLE]
        return Trouble(*told) if told[0] is not None else None  # type: ignore[arg-type]

    return Following(
        origin=str(item["sk"]),
        address=str(item["address"]),
        since=str(item["since"]),
        next=int(item.get("next", 0)),
        lacking=int(item.get("lacking", 0)),
        rechecked=int(item.get("rechecked", 0)),
        success_at=text("success_at"),
        caught_up_at=text("caught_up_at"),
        wait_until=text("wait_until"),
        trouble=trouble("trouble"),
        last_trouble=trouble("last"),
    )
