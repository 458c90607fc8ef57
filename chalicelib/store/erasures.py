"""What is deleted of a record that was erased: in its own partition, in the register, among the objects.

Items first lose what names nothing else; an object's name is found by its prefix, never by an item, so no order of deletions
and no crash can leave an object that nobody finds.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import orjson

from chalicelib.domain.attachments import given_out_path
from chalicelib.domain.placed import COMMENTS_ON, FEEDBACK_ABOUT, links_to
from chalicelib.domain.records import Ref
from chalicelib.domain.register import Entry
from chalicelib.store import erasure_keys, keys
from chalicelib.store.files import incoming_key
from chalicelib.store.objects import Objects, of_record
from chalicelib.store.register import COLLECTIONS, Register
from chalicelib.store.table import Delete, Item, Key, Table, Update, Write, query_all
from chalicelib.usecases.erase_records import Marked

STAGES = "register/stage/"
_AT_ONCE = 50
_BESIDE = ("PLACE#", "SENT")
_OF_VERSIONS = ("VERSION#", "EFFECTIVE#")


class Beside(NamedTuple):
    """What the operator has to look after when a record is erased."""

    versions: list[int]
    """Numbers of its versions: caches may keep them for a year."""
    files: list[str]
    """Paths of its files, under the host that gives them out."""
    speaking: list[str]
    """Addresses of public records that speak of it; they are erased by orders of their own."""


class Erasures:
    """Implements `usecases.erase_records.ErasureStore`."""

    def __init__(self, table: Table, objects: Objects, register: Register, time_zone: str) -> None:
        self._table = table
        self._objects = objects
        self._register = register
        self._time_zone = time_zone

    def due(self, until: str) -> Iterator[Ref]:
        for item in query_all(self._table, erasure_keys.ERASURES, index=keys.WORK, last=f"{until}#{keys.END}"):
            yield Ref(*str(item["pk"]).split("#", 1))

    def find(self, ref: Ref) -> Marked | None:
        mark = self._table.get(erasure_keys.erasure(*ref))
        if mark is None:
            return None
        number = int(mark["act"])
        act = self._table.get(keys.act(*ref, number)) or {}
        index = act.get("register_index")
        shown_at = None if index is None else int(index)
        return Marked(ref, number, bool(mark["public"]), shown_at, int(mark["passes"]))

    def beside(self, collection: str, record_id: str) -> Beside:
        """Return what the operator has to look after when a record is erased."""
        kind = next((kind for kind, name in COLLECTIONS.items() if name == collection), "")
        pk, prefix = keys.record_pk(kind, record_id), erasure_keys.named_file(kind, record_id, "").sk
        versions = query_all(self._table, pk, first="VERSION#", last="VERSION#" + keys.END)
        named = query_all(self._table, pk, first=prefix, last=prefix + keys.END)
        files = (str(item["sk"]).removeprefix(prefix).split(".", 1) for item in named)
        lists = {links_to(kind): record_id, COMMENTS_ON: record_id, FEEDBACK_ABOUT: f"{kind}:{record_id}"}
        speaking = {
            str(orjson.loads(item["summary"])["url"])  # type: ignore[arg-type]
            for name, value in lists.items()
            for item in query_all(self._table, keys.list_pk(name, value), index=keys.PLACED)
        }
        numbers = [_number(str(item["sk"])) for item in versions]
        return Beside(numbers, [f"/{given_out_path(*file)}" for file in files], sorted(speaking))

    def forget_acts(self, marked: Marked) -> None:
        pk = keys.record_pk(*marked.ref)
        for item in query_all(self._table, pk, first="ACT#", last="ACT#" + keys.END):
            key = Key(pk, str(item["sk"]))
            if "erased" not in item and key != keys.act(*marked.ref, marked.act):
                self._table.commit(*self._without_text(marked, key, item))

    def _without_text(self, marked: Marked, key: Key, item: Item) -> list[Write]:
        gone = ("raw", "raw_object", "sha256", "work_pk", "work_sk")
        if "register_index" not in item:
            return [Update(key, set={"erased": 1}, remove=gone)]
        index = int(item["register_index"])
        (entry,) = self._register.entries(index, index)
        assert marked.register_index is not None
        left: Entry = entry.erased(marked.register_index)
        told = left.public(self._time_zone)
        of_act = Update(key, set={"erased": 1, "summary": told}, remove=gone)
        return [of_act, Update(keys.entry(index), set={"summary": told})]

    def forget_beside(self, marked: Marked) -> None:
        pk = keys.record_pk(*marked.ref)
        view = self._table.get(keys.view(*marked.ref))
        kept = _newest_version(self._table, pk) if view is not None else None
        self._delete(
            Key(pk, sk)
            for item in query_all(self._table, pk)
            if (sk := str(item["sk"])).startswith(_BESIDE) or (sk.startswith(_OF_VERSIONS) and _number(sk) != kept)
        )

    def forget_objects(self, ref: Ref) -> None:
        self._remove(of_record(*ref))

    def forget_files(self, ref: Ref) -> None:
        pk, prefix = keys.record_pk(*ref), erasure_keys.named_file(*ref, "").sk
        for item in query_all(self._table, pk, first=prefix, last=prefix + keys.END):
            attachment_id = str(item["sk"]).removeprefix(prefix)
            naming = query_all(self._table, erasure_keys.naming(attachment_id), index=keys.PLACED)
            if all(str(each["pk"]) == pk for each in naming):
                self._forget_file(*attachment_id.split(".", 1))
            self._delete([erasure_keys.named_file(*ref, attachment_id)])

    def _forget_file(self, sha256: str, agency: str) -> None:
        for name in (given_out_path(sha256, agency), incoming_key(sha256, agency)):
            self._objects.remove(name)
        pk = keys.record_pk("attachment", f"{sha256}.{agency}")
        self._remove(of_record("attachment", f"{sha256}.{agency}"))
        places = [Key(pk, str(item["sk"])) for item in query_all(self._table, pk)]
        self._delete([*places, keys.attachment(sha256, agency)])

    def forget_stages(self) -> bool:
        head = self._register.head()  # before the names: what begins at or after this size may still be needed
        unfinished = head.projected < head.size
        for name in self._objects.names(STAGES):
            begins = int(name.removeprefix(STAGES).partition("-")[0])
            if begins < head.size and not (unfinished and name == head.stage):
                self._objects.remove(name)
        return not unfinished

    def settle(self, marked: Marked, again_at: str | None) -> None:
        key = erasure_keys.erasure(*marked.ref)
        if again_at is None:
            self._table.commit(Delete(key))
            return
        mark = erasure_keys.erasure_mark(*marked.ref, again_at)
        self._table.commit(Update(key, set={**mark, "passes": marked.passes + 1}, when={"passes": marked.passes}))

    def _remove(self, prefix: str) -> None:
        for name in self._objects.names(prefix):
            self._objects.remove(name)

    def _delete(self, places: Iterable[Key]) -> None:
        found = list(places)
        for start in range(0, len(found), _AT_ONCE):
            self._table.commit(*map(Delete, found[start : start + _AT_ONCE]))


def _newest_version(table: Table, pk: str) -> int | None:
    """Return the number of the version that stands: that of the erasure, for no act follows."""
    page = table.query(pk, first="VERSION#", last="VERSION#" + keys.END, forward=False, limit=1)
    return _number(str(page.items[0]["sk"])) if page.items else None


def _number(sk: str) -> int:
    """Return the number of a version from `VERSION#000001` or `EFFECTIVE#2026-01-01#000001`."""
    return int(sk.rsplit("#", 1)[1])
