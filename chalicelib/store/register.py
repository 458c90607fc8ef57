"""The register and the public view in the table; stages in the object store.

An entry and everything it makes public are one commit, held to the condition that the entry is not there yet. So what is
shown is always the fold up to an index, and showing an entry twice changes nothing.
"""

from collections.abc import Iterator
from hashlib import sha256
from heapq import merge

import orjson

from chalicelib.domain.cards import by_program
from chalicelib.domain.erasure import ERASE
from chalicelib.domain.filings import by_receiver
from chalicelib.domain.nouns import NOUNS
from chalicelib.domain.periods import KIND as PERIOD
from chalicelib.domain.placed import OWED
from chalicelib.domain.public_view import PublicRecord
from chalicelib.domain.records import Ref
from chalicelib.domain.register import Entry, RegisterHead, decode_entries, encode_entries, read_public
from chalicelib.store import keys
from chalicelib.store.objects import Objects, of_record, spill
from chalicelib.store.register_head import decode_head, encode_head
from chalicelib.store.table import ABSENT, ConditionFailedError, Delete, Item, Key, Put, Table, Update, query_all

COLLECTIONS = {noun.kind: noun.collection for noun in NOUNS}


class Register:
    """Implements `usecases.log_register.RegisterStore` and `usecases.rebuild.ViewStore`."""

    def __init__(self, table: Table, objects: Objects, time_zone: str) -> None:
        self._table = table
        self._objects = objects
        self._time_zone = time_zone

    def head(self) -> RegisterHead:
        item = self._table.get(keys.REGISTER_HEAD)
        return decode_head(item) if item else RegisterHead()

    def waiting(self, limit: int) -> list[Ref]:
        shards = [
            self._table.query(pk, index=keys.WORK, limit=limit, consistent=False).items for pk in keys.log_partitions()
        ]
        oldest_first = merge(*shards, key=lambda item: str(item["work_sk"]))
        refs = (Ref(*str(item["pk"]).split("#", 1)) for item in oldest_first)
        return list(dict.fromkeys(refs))[:limit]

    def stage(self, entries: list[Entry]) -> str:
        raw = encode_entries(entries)
        name = f"register/stage/{entries[0].index:012d}-{sha256(raw).hexdigest()}"
        self._objects.put(name, raw)
        return name

    def staged(self, name: str) -> list[Entry]:
        return decode_entries(self._objects.get(name))

    def swap(self, old: RegisterHead, new: RegisterHead) -> bool:
        before = {name: value for name, value in encode_head(old).items() if name not in ("pk", "sk")}
        try:
            self._table.commit(Put(encode_head(new), when=before if old.size else ABSENT))
        except ConditionFailedError:
            return self.head() == new  # ours, with the answer lost
        return True

    def show(self, entry: Entry, record: PublicRecord | None, before: PublicRecord | None) -> None:
        act = keys.act(entry.kind, entry.record_id, entry.act)
        logged = Update(
            act,
            set={"register_index": entry.index, "logged_at": entry.at, "summary": entry.public(self._time_zone)},
            remove=("work_pk", "work_sk"),
            when={"sha256": entry.act_sha256},
        )
        shown = [Put(item) for item in self._view_items(entry, record)]
        gone = [Delete(key) for key in _gone(entry, record, before)]
        try:
            self._table.commit(Put(self._entry_item(entry), when=ABSENT), logged, *shown, *gone)
        except ConditionFailedError:
            stored = self._table.get(keys.entry(entry.index))
            if stored is None or stored["summary"] != entry.public(self._time_zone):
                raise  # not shown by another run: something is wrong, and must be seen

    def entries(self, first: int, last: int) -> Iterator[Entry]:
        for item in query_all(self._table, keys.ENTRIES_PK, first=keys.entry(first).sk, last=keys.entry(last).sk):
            raw = item["summary"]
            assert isinstance(raw, bytes)
            yield read_public(raw, COLLECTIONS)

    # Rebuilding

    def differing(self, entry: Entry, record: PublicRecord | None, *, newest: bool) -> list[str]:
        """Return the names of stored view items that are not what the fold gives."""
        wanted = self._compared(entry, record, newest=newest)
        stored = self._table.get_many([Key(str(item["pk"]), str(item["sk"])) for item in wanted])
        return [f"{item['pk']!s}|{item['sk']!s}" for item, found in zip(wanted, stored, strict=True) if item != found]

    def replace(self, entry: Entry, record: PublicRecord | None, *, newest: bool) -> None:
        """Write the view items that the fold gives."""
        for item in self._compared(entry, record, newest=newest):
            self._table.commit(Put(item))

    def _compared(self, entry: Entry, record: PublicRecord | None, *, newest: bool) -> list[Item]:
        items = self._view_items(entry, record)
        kept = (item for item in items if newest or str(item["sk"]).startswith(_FOR_EVER))
        return [self._entry_item(entry), *kept]

    # Items

    def _entry_item(self, entry: Entry) -> Item:
        key = keys.entry(entry.index)
        # What the program did about an agency, or another answered it, is no sign of life of the agency.
        by_others = by_program(entry.kind, entry.name) or by_receiver(entry.kind, entry.name) or entry.kind == PERIOD
        said = {} if by_others else {"stage_pk": keys.list_pk("said", entry.agency)}
        return {
            "pk": key.pk,
            "sk": key.sk,
            **said,
            "summary": entry.public(self._time_zone),
            "category_pk": keys.list_pk("changes", entry.kind),
            "agency_pk": keys.list_pk("changes", entry.agency),
            "jurisdiction_pk": keys.list_pk("changes", entry.jurisdiction),
            "published_sk": key.sk,
        }

    def _view_items(self, entry: Entry, record: PublicRecord | None) -> list[Item]:
        """Return what is shown after an entry: nothing new if its act made no version."""
        if record is None or entry.version is None:
            return []
        kind, record_id = entry.kind, entry.record_id
        under = of_record(kind, record_id)
        body = spill(self._objects, "body", record.body(entry.index), under=under)
        view = keys.view(kind, record_id)
        items: list[Item] = [
            {
                "pk": view.pk,
                "sk": view.sk,
                **body,
                "summary": record.summary_body(entry.index),
                **list_attributes(entry, record),
                "withdrawn": int(not record.rendered.listed),
                **({"erased_with": entry.version} if entry.name == ERASE else {}),
            }
        ]
        version = keys.version(kind, record_id, entry.version)
        effective = keys.effective(kind, record_id, record.effective_on, entry.version)
        summary = record.summary_body(entry.index)
        items.append({"pk": version.pk, "sk": version.sk, **body, "summary": summary})
        items.append({"pk": effective.pk, "sk": effective.sk, "version": entry.version})
        return [*items, *_place_items(entry, record), *_holding_items(entry, record), *_fact_items(entry, record)]


_FOR_EVER = ("VERSION#", "EFFECTIVE#")
"""What later entries leave as it is."""


def _place_items(entry: Entry, record: PublicRecord) -> list[Item]:
    """Return a record's entries in placed lists."""
    items: list[Item] = []
    for place in record.rendered.places:
        partition = keys.list_pk(place.list_name, place.value)
        key = keys.place(entry.kind, entry.record_id, partition)
        # What holds records of several kinds (links, what is owed) names the kind in the place as well.
        own = f"{entry.kind}#{entry.record_id}" if place.rels or place.list_name == OWED else entry.record_id
        placed = {"placed_pk": partition, "placed_sk": keys.list_sk(place.instant, own)}
        items.append({"pk": key.pk, "sk": key.sk, "summary": record.summary_body(entry.index, place.rels), **placed})
    return items


def _holding_items(entry: Entry, record: PublicRecord) -> list[Item]:
    """Return what stands of a record in the catalogue of its agency."""
    items: list[Item] = []
    for name, members in record.rendered.holdings.items():
        key = keys.holding(record.agency, name, entry.kind, entry.record_id)
        items.append({"pk": key.pk, "sk": key.sk, "published_at": record.published_at, **members})
    return items


def _fact_items(entry: Entry, record: PublicRecord) -> list[Item]:
    """Return what statistics count of a record, if they count records of its kind."""
    if record.rendered.fact is None:
        return []
    key = keys.public_fact(record.agency, entry.kind, entry.record_id)
    return [{"pk": key.pk, "sk": key.sk, "fact": orjson.dumps(record.rendered.fact)}]


def _gone(entry: Entry, record: PublicRecord | None, before: PublicRecord | None) -> list[Key]:
    """Return the entries that a record had in lists and catalogue before, and has no longer."""

    def entries_of(shown: PublicRecord | None) -> set[Key]:
        items = [*_place_items(entry, shown), *_holding_items(entry, shown)] if shown else []
        return {Key(str(item["pk"]), str(item["sk"])) for item in items}

    return sorted(entries_of(before) - entries_of(record))


def list_attributes(entry: Entry, record: PublicRecord) -> Item:
    """Return the index attributes of a view: the lists it stands in. One that is withdrawn leaves all but the whole."""
    name = entry.collection
    attributes: Item = {
        "whole_pk": keys.list_pk(name),
        "agency_changed_pk": keys.list_pk(name, record.agency),
        "published_sk": keys.list_sk(record.published_at, entry.record_id),
        "changed_sk": keys.list_sk(record.changed_at, entry.record_id),
    }
    for filter_name, value in record.rendered.lists.items():
        attributes[f"{filter_name}_pk"] = keys.list_pk(name, value)
    if record.rendered.listed:
        attributes["all_pk"] = keys.list_pk(name)
        attributes["agency_pk"] = keys.list_pk(name, record.agency)
        attributes["jurisdiction_pk"] = keys.list_pk(name, record.jurisdiction)
    return attributes
