"""The read path: rendered bytes by key, one query for a page. No model is built, nothing is scanned.

Reads are eventually consistent; what a list surely holds is said by its `as_of`, from the register's head.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from chalicelib.domain.instants import to_key
from chalicelib.domain.register import RegisterHead, claimed
from chalicelib.store import keys
from chalicelib.store.objects import Objects, restore
from chalicelib.store.register_head import decode_head
from chalicelib.store.table import Index, Item, Key, Table

HEAD_SECONDS = 10


class AsOf(NamedTuple):
    """Up to which register index a list surely holds every act, and since when (UTC text)."""

    register_index: int | None
    at: str | None


class Listing(NamedTuple):
    """One page: rendered summaries, the sort key to go on after, if there is more, and what is told of the whole list."""

    summaries: list[bytes]
    last: str | None
    told: Mapping[str, object] = {}


class Shown(NamedTuple):
    """Which bytes of a record are asked for: those of one version."""

    kind: str
    record_id: str
    version: int
    keeps: bool
    """Whether versions of this kind stay when the record is withdrawn."""
    erasable: bool
    """Whether an order may erase a record of this kind: then they do not stay."""
    placed: bytes
    """What the bytes say of their place in the register."""


class Views:
    """Reads of the public view."""

    def __init__(self, table: Table, objects: Callable[[], Objects], settle_seconds: int) -> None:
        self._table = table
        self._objects = objects
        self._settle = timedelta(seconds=settle_seconds)
        self._head = RegisterHead()
        self._head_read_at: datetime | None = None

    def record(self, kind: str, record_id: str) -> bytes | None:
        """Return the body of a record."""
        return self._body(keys.view(kind, record_id))

    def records(self, kind: str, record_ids: list[str]) -> list[bytes | None]:
        """Return the bodies of many records in one batch, in their order."""
        items = self._table.get_many([keys.view(kind, record_id) for record_id in record_ids])
        return [restore(self._objects(), "body", item) if item else None for item in items]

    def summaries(self, kind: str, record_ids: Sequence[str]) -> list[bytes | None]:
        """Return the summaries of many records in one batch, in their order."""
        items = self._table.get_many([keys.view(kind, record_id) for record_id in record_ids])
        return [item["summary"] if item else None for item in items]  # type: ignore[misc]

    def version(self, kind: str, record_id: str, number: int) -> bytes | None:
        """Return the body of one version."""
        return self._body(keys.version(kind, record_id, number))

    def version_unless_ended(self, kind: str, record_id: str, number: int, *, keeps: bool) -> bytes | None:
        """Return the body of one version; once the record shows only its last one, of that alone.

        Read consistently: what is answered may be kept for a year by whoever asked.
        """
        view, version = self._table.get_many([keys.view(kind, record_id), keys.version(kind, record_id, number)])
        if view is None or version is None:
            return None
        body = restore(self._objects(), "body", version)
        return None if _shows_last_only(view, keeps) and body != restore(self._objects(), "body", view) else body

    def shows_last_only(self, kind: str, record_id: str, *, keeps: bool) -> bool:
        """Return whether a record shows only its last version."""
        item = self._table.get(keys.view(kind, record_id), consistent=False)
        return item is not None and _shows_last_only(item, keeps)

    def is_erased(self, kind: str, record_id: str, version: int) -> bool:
        """Return whether a version of a record was erased by order."""
        item = self._table.get(keys.view(kind, record_id), consistent=False)
        return item is not None and version < int(item.get("erased_with", 0))

    def acts(self, kind: str, record_id: str, limit: int, after: str | None) -> Listing:
        """Return a page of a record's acts in the register, in order; those not logged come last and are not shown."""
        pk = keys.record_pk(kind, record_id)
        start: Item | None = {"pk": pk, "sk": after} if after else None
        page = self._table.query(
            pk, first="ACT#", last="ACT#" + keys.END, limit=limit + 1, after=start, consistent=False
        )
        return _listing([item for item in page.items if "register_index" in item], limit, "sk")

    def version_on(self, kind: str, record_id: str, day: str) -> bytes | None:
        """Return the body of the version that held on a day: the last that was effective by then."""
        first, last = "EFFECTIVE#", f"EFFECTIVE#{day}#{keys.END}"
        pk = keys.record_pk(kind, record_id)
        page = self._table.query(pk, first=first, last=last, forward=False, limit=1, consistent=False)
        if not page.items:
            return None
        return self.version(kind, record_id, int(page.items[0]["version"]))

    def versions(self, kind: str, record_id: str, limit: int, after: str | None) -> Listing:
        """Return a page of a record's versions, newest first."""
        pk = keys.record_pk(kind, record_id)
        start: Item | None = {"pk": pk, "sk": after} if after else None
        page = self._table.query(
            pk,
            first="VERSION#",
            last="VERSION#" + keys.END,
            forward=False,
            limit=limit + 1,
            after=start,
            consistent=False,
        )
        return _listing(page.items, limit, "sk")

    def page(
        self,
        index: Index,
        pk: str,
        kind: str,
        *,
        limit: int,
        after: str | None,
        forward: bool,
        first: str | None = None,
        last: str | None = None,
    ) -> Listing:
        """Return a page of a public list; `after` is the sort key of the last item before."""
        start: Item | None = None
        if after is not None:
            *named, record_id = after.split("#")[1:]  # a list of links names the kind as well
            kind = named[0] if named else kind
            key = keys.place(kind, record_id, pk) if index is keys.PLACED else keys.view(kind, record_id)
            start = {**key._asdict(), index.pk: pk, index.sk: after}
        page = self._table.query(
            pk, index=index, first=first, last=last, forward=forward, limit=limit + 1, after=start, consistent=False
        )
        return _listing(page.items, limit, index.sk)

    def placed(self, pk: str, *, first: str | None, limit: int) -> list[tuple[str, bytes]]:
        """Return what stands in a placed list from a key on, each with its key: for lists that are read as one."""
        page = self._table.query(pk, index=keys.PLACED, first=first, limit=limit, consistent=False)
        return [(str(item[keys.PLACED.sk]), item["summary"]) for item in page.items]  # type: ignore[misc]

    def entry(self, index: int) -> bytes | None:
        """Return the register entry at an index, or None while nothing is shown there."""
        item = self._table.get(keys.entry(index), consistent=False)
        return item["summary"] if item else None  # type: ignore[return-value]

    def changes(self, limit: int, after: int) -> Listing:
        """Return register entries after an index, in order."""
        first = keys.entry(after + 1).sk
        page = self._table.query(keys.ENTRIES_PK, first=first, limit=limit + 1, consistent=False)
        return _listing(page.items, limit, "sk")

    def filtered_changes(self, index: Index, value: str, *, limit: int, after: int, until: int) -> Listing:
        """Return the entries of one filter's partition after an index and up to one, in order.

        Up to one, for what an index has been told last may come into it first: whoever goes on from the last entry that was
        given must miss none, so nothing is given that is not surely whole.
        """
        if until <= after:
            return Listing([], None)
        first, last = keys.entry(after + 1).sk, keys.entry(until).sk
        pk = keys.list_pk("changes", value)
        page = self._table.query(pk, index=index, first=first, last=last, limit=limit + 1, consistent=False)
        return _listing(page.items, limit, index.sk)

    def newest_change(self, agency: str) -> bytes | None:
        """Return the newest register entry of what an agency itself did."""
        page = self._table.query(
            keys.list_pk("said", agency), index=keys.STAGE_PUBLISHED, forward=False, limit=1, consistent=False
        )
        return page.items[0]["summary"] if page.items else None  # type: ignore[return-value]

    def shown(self, asked: Sequence[Shown]) -> list[bytes | None]:
        """Return versions of records, in one batch or two: as their own addresses give them.

        None where they give it no more: the record was withdrawn and keeps no versions but its last, or was erased.
        """
        versions = self._table.get_many([keys.version(each.kind, each.record_id, each.version) for each in asked])
        ending = [each for each in asked if each.erasable]
        views = self._table.get_many([keys.view(each.kind, each.record_id) for each in ending])
        view_of = {(each.kind, each.record_id): view for each, view in zip(ending, views, strict=True)}
        found = []
        for each, version in zip(asked, versions, strict=True):
            view = view_of.get((each.kind, each.record_id))
            body = restore(self._objects(), "body", version) if version else None
            if view is not None and _shows_last_only(view, each.keeps):
                body = body if each.placed in restore(self._objects(), "body", view) else None
            found.append(body)
        return found

    def as_of(self, collection: str, now: datetime) -> AsOf:
        """Return what a list may claim; the head is read at most once in ten seconds."""
        head = self.register_head(now)
        settled_before = to_key(now - self._settle)
        return AsOf(*claimed(head, collection, settled_before))

    def register_head(self, now: datetime) -> RegisterHead:
        """Return the register's head, at most ten seconds old."""
        read_at = self._head_read_at
        if read_at is None or not timedelta(0) <= now - read_at < timedelta(seconds=HEAD_SECONDS):
            item = self._table.get(keys.REGISTER_HEAD, consistent=False)
            self._head = decode_head(item) if item else RegisterHead()
            self._head_read_at = now
        return self._head

    def _body(self, key: Key) -> bytes | None:
        item = self._table.get(key, consistent=False)
        if item is None:
            return None
        body = item.get("body")
        return body if isinstance(body, bytes) else restore(self._objects(), "body", item)


def _shows_last_only(view: Item, keeps: bool) -> bool:
    """Return whether a record was withdrawn and its kind keeps no earlier versions, or was erased by order."""
    return bool(view["withdrawn"]) and (not keeps or "erased_with" in view)


def _listing(items: list[Item], limit: int, sk: str) -> Listing:
    """One more than wanted was asked for: whether it came says whether there is more."""
    summaries = [item["summary"] for item in items[:limit]]
    last = str(items[limit - 1][sk]) if len(items) > limit else None
    return Listing(summaries, last)  # type: ignore[arg-type]
