"""Facts of public records and what they come to: implements `usecases.count_records.RecordCountStore`."""

from collections.abc import Iterator

import orjson

from chalicelib.domain.public_facts import Fact
from chalicelib.domain.statistics.facts import request_service
from chalicelib.domain.statistics.ledgers import Ledger, decode_ledger, encode_ledger, total_ledger
from chalicelib.domain.statistics.suppression import AGENCY, JURISDICTION, SERVICE, Node
from chalicelib.domain.statistics.tallies import Tally, total
from chalicelib.store import keys
from chalicelib.store.objects import Objects, restore, spill
from chalicelib.store.register_head import decode_head
from chalicelib.store.statistics import SEPARATOR, Counts, Run, records_mark
from chalicelib.store.table import Delete, Item, Key, Put, Table, query_all
from chalicelib.usecases.count_records import RecordsOf


class Ledgers:
    """Facts and ledgers of public records, written by one run."""

    def __init__(self, table: Table, objects: Objects, run: Run, counts: Counts) -> None:
        self._table = table
        self._objects = objects
        self._run = run
        self._counts = counts

    def follow(self) -> None:
        known = self._table.get(keys.RECORDS_COUNTED)
        first = int(known["next"]) if known else 0
        head = self._table.get(keys.REGISTER_HEAD)
        end = decode_head(head).projected if head else 0
        if end <= first:
            return
        changed: set[RecordsOf] = set()
        for item in query_all(self._table, keys.ENTRIES_PK, first=keys.entry(first).sk, last=keys.entry(end - 1).sk):
            raw = item["summary"]
            assert isinstance(raw, bytes)
            entry = orjson.loads(raw)
            changed.add(RecordsOf(entry["jurisdiction"], entry["agency"]))
        self._run.commit_each([records_mark(*of) for of in sorted(changed)])
        place = keys.RECORDS_COUNTED
        self._run.commit(Put({"pk": place.pk, "sk": place.sk, "next": end}))

    def dirty(self) -> Iterator[RecordsOf]:
        for item in query_all(self._table, keys.DIRTY_RECORDS):
            yield RecordsOf(*str(item["sk"]).split(SEPARATOR))

    def facts(self, agency: str) -> Iterator[tuple[str, Fact]]:
        for item in query_all(self._table, keys.public_fact(agency, "", "").pk):
            raw = item["fact"]
            assert isinstance(raw, bytes)
            yield str(item["sk"]).split(SEPARATOR, 1)[0], orjson.loads(raw)

    def requests(self, agency: str) -> dict[str, Tally]:
        found: dict[str, list[Tally]] = {}
        for (place, _), tallied in self._counts.places(Node(SERVICE, request_service(agency))).items():
            found.setdefault(place, []).append(tallied)
        return {place: total(tallies) for place, tallies in found.items()}

    def ledger_of(self, of: RecordsOf) -> Ledger:
        item = self._table.get(keys.ledger(*of))
        return self._decode(item) if item else {}

    def put_ledger(self, of: RecordsOf, ledger: Ledger, since: str | None) -> None:
        done = Delete(Key(keys.DIRTY_RECORDS, SEPARATOR.join(of)))
        if since is None:
            self._run.commit(done)
            return
        place = keys.ledger(*of)
        body = spill(self._objects, "body", encode_ledger(ledger))
        nodes = (Node(AGENCY, of.agency), Node(JURISDICTION, of.jurisdiction))
        marks = [self._counts.figure_mark(of.jurisdiction, node, since) for node in nodes]
        self._run.commit(Put({"pk": place.pk, "sk": place.sk, **body}), *marks, done)

    def ledger(self, jurisdiction: str, node: Node) -> Ledger:
        """Return the ledger of a node: an agency's, that of all agencies of a jurisdiction, or none."""
        if node.level == AGENCY:
            return self.ledger_of(RecordsOf(jurisdiction, node.id))
        if node.level == JURISDICTION:
            return total_ledger(map(self._decode, query_all(self._table, keys.ledger(jurisdiction, "").pk)))
        return {}

    def _decode(self, item: Item) -> Ledger:
        return decode_ledger(restore(self._objects, "body", item))
