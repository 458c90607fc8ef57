"""Facts and tallies, and what has still to be added up: implements `usecases.count_cases.CountStore`.

Every commit carries a check that this run is still the last one to have begun. A leaf's or a node's items, the marks of what
rests on it and the removal of its own mark are one commit, so that a mark is there exactly as long as there is work.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from chalicelib.domain.instants import to_key
from chalicelib.domain.statistics.facts import Leaf, asked_of, read_leaf
from chalicelib.domain.statistics.suppression import AGENCY, JURISDICTION, SERVICE, Node, read_node
from chalicelib.domain.statistics.tallies import Tally, decode, encode
from chalicelib.errors import ConditionFailedError, UnavailableError
from chalicelib.store import keys
from chalicelib.store.objects import Objects, restore, spill
from chalicelib.store.table import TRANSACTION_LIMIT, Check, Delete, Item, Key, Put, Table, Update, Write, query_all
from chalicelib.usecases.count_cases import CountedCase, Move, OvertakenError, Total

ROOM = TRANSACTION_LIMIT - 1
"""Writes of one commit beside the check."""
MOVES_AT_ONCE = ROOM // 3
CASES_AT_ONCE = 3 * MOVES_AT_ONCE
CANDIDATES_AT_ONCE = 10 * CASES_AT_ONCE
_DIRTY = {AGENCY: keys.DIRTY_AGENCIES, JURISDICTION: keys.DIRTY_JURISDICTIONS}
SEPARATOR = "#"


class Run:
    """One run of the statistics job: its name, and commits that hold only while it is the last one to have begun."""

    def __init__(self, table: Table, name: str) -> None:
        self._table = table
        self._name = name

    def take_over(self) -> None:
        """Make this the only run that may write."""
        self._table.commit(Update(keys.STATISTICS_RUN, {"run": self._name}))

    def finish(self, as_of: datetime) -> None:
        """Note that everything that was marked by an instant is published."""
        held = {"run": self._name}
        try:
            self._table.commit(Update(keys.STATISTICS_RUN, {"as_of": to_key(as_of)}, when=held))
        except ConditionFailedError as error:
            raise OvertakenError from error

    def commit(self, *writes: Write) -> None:
        """Do all writes or none.

        Raises:
            OvertakenError: another run has begun. ConditionFailedError: another condition did not hold.
        """
        try:
            self._table.commit(Check(keys.STATISTICS_RUN, {"run": self._name}), *writes)
        except ConditionFailedError as error:
            item = self._table.get(keys.STATISTICS_RUN)
            if item is None or item["run"] != self._name:
                raise OvertakenError from error
            raise

    def commit_each(self, writes: Sequence[Write]) -> None:
        """Do writes that need not be done together, as many in a commit as go in."""
        for start in range(0, len(writes), ROOM):
            self.commit(*writes[start : start + ROOM])


class Counts:
    """Facts and tallies, written by one run."""

    def __init__(self, table: Table, objects: Objects, run: Run) -> None:
        self._table = table
        self._objects = objects
        self._run = run

    # Cases

    def waiting(self) -> Iterator[list[str]]:
        for pk in keys.statistics_partitions():
            after: Item | None = None
            while True:
                page = self._table.query(pk, index=keys.WORK, limit=CANDIDATES_AT_ONCE, after=after)
                found = [str(item["work_sk"]) for item in page.items]
                yield from (found[start : start + CASES_AT_ONCE] for start in range(0, len(found), CASES_AT_ONCE))
                if page.last is None:
                    break
                after = page.last

    def cases(self, case_nos: Sequence[str]) -> list[CountedCase]:
        items = self._table.get_many([keys.case(case_no) for case_no in case_nos])
        return [
            CountedCase(case_no, int(item["version"]), _bytes(item, "fact"), str(item.get("fact_place", "")))
            for case_no, item in zip(case_nos, items, strict=True)
            if item is not None and "work_pk" in item
        ]

    def mark_leaves(self, leaves: Iterable[str]) -> None:
        self._run.commit_each([Put({"pk": keys.DIRTY_LEAVES, "sk": leaf}) for leaf in leaves])

    def move(self, moves: Sequence[Move]) -> int:
        return sum(self._move(moves[start : start + MOVES_AT_ONCE]) for start in range(0, len(moves), MOVES_AT_ONCE))

    def _move(self, moves: Sequence[Move]) -> int:
        """Move facts together; if that fails, for one case or for want of an answer, each half on its own."""
        try:
            self._run.commit(*(write for move in moves for write in _moving(move)))
        except (ConditionFailedError, UnavailableError):
            if len(moves) == 1:
                return 0  # it has moved on or cannot be written now: it is marked still, and the next run finds it
            half = len(moves) // 2
            return self._move(moves[:half]) + self._move(moves[half:])
        return len(moves)

    # Leaves

    def dirty_leaves(self) -> Iterator[Leaf]:
        return (read_leaf(str(item["sk"])) for item in query_all(self._table, keys.DIRTY_LEAVES))

    def facts(self, leaf: Leaf) -> Iterator[bytes]:
        return (_bytes(item, "fact") for item in query_all(self._table, keys.fact(leaf.text, "").pk))

    def leaf_tally(self, leaf: Leaf) -> Tally:
        return self._read(_leaf_key(leaf))

    def put_leaf(self, leaf: Leaf, tallied: Tally, since: str | None) -> None:
        done = Delete(Key(keys.DIRTY_LEAVES, leaf.text))
        if since is None:
            self._run.commit(done)
            return
        agency, asked = Node(AGENCY, leaf.agency), asked_of(leaf.service)
        body = self._body(tallied)
        self._run.commit(
            _put(_leaf_key(leaf), body),
            _put(keys.part(agency.text, leaf.place, leaf.service), body),
            _mark(Total(leaf.jurisdiction, agency, leaf.place)),
            self.figure_mark(leaf.jurisdiction, Node(SERVICE, leaf.service), since),
            *([records_mark(leaf.jurisdiction, asked)] if asked else []),
            done,
        )

    # Agencies and jurisdictions

    def dirty_totals(self, level: str) -> Iterator[Total]:
        for item in query_all(self._table, _DIRTY[level]):
            jurisdiction, node_id, place = str(item["sk"]).split(SEPARATOR)
            yield Total(jurisdiction, Node(level, node_id), place)

    def parts(self, changed: Total) -> Iterator[Tally]:
        first = keys.part(changed.node.text, changed.place, "")
        return map(self._decode, query_all(self._table, first.pk, first=first.sk, last=first.sk + keys.END))

    def tally(self, node: Node, place: str) -> Tally:
        return self._read(keys.tally(node.text, place))

    def put_total(self, changed: Total, tallied: Tally, since: str | None) -> None:
        done = Delete(_mark_key(changed))
        if since is None:
            self._run.commit(done)
            return
        body = self._body(tallied)
        writes = [
            _put(keys.tally(changed.node.text, changed.place), body),
            self.figure_mark(changed.jurisdiction, changed.node, since),
            done,
        ]
        if changed.node.level == AGENCY:
            above = Total(changed.jurisdiction, Node(JURISDICTION, changed.jurisdiction), changed.place)
            writes += [_put(keys.part(above.node.text, changed.place, changed.node.id), body), _mark(above)]
        self._run.commit(*writes)

    # What figures need

    def figure_mark(self, jurisdiction: str, node: Node, since: str) -> Put:
        """Return the write that marks a node; of the day it says and the one marked before the earlier holds."""
        place = figure_mark_key(jurisdiction, node)
        item = self._table.get(place)
        return Put({"pk": place.pk, "sk": place.sk, "since": min(since, str(item["since"])) if item else since})

    def places(self, node: Node) -> dict[tuple[str, str], Tally]:
        """Return every tally of a node, by place and, of a service, agency."""
        found = {}
        for item in query_all(self._table, keys.tally(node.text, "").pk):
            place, _, agency = str(item["sk"]).partition(SEPARATOR)
            found[place, agency] = self._decode(item)
        return found

    # Inside

    def _body(self, tallied: Tally) -> Item:
        return spill(self._objects, "body", encode(tallied)) if tallied else {}

    def _read(self, key: Key) -> Tally:
        item = self._table.get(key)
        return self._decode(item) if item else Tally()

    def _decode(self, item: Item) -> Tally:
        return decode(restore(self._objects, "body", item))


def figure_mark_key(jurisdiction: str, node: Node) -> Key:
    """Return where the mark of a node stands."""
    return Key(keys.DIRTY_FIGURES, f"{jurisdiction}{SEPARATOR}{node.text}")


def read_figure_mark(item: Item) -> tuple[str, Node, str]:
    """Return the jurisdiction, the node and the day of a mark."""
    jurisdiction, _, node = str(item["sk"]).partition(SEPARATOR)
    return jurisdiction, read_node(node), str(item["since"])


def records_mark(jurisdiction: str, agency: str) -> Put:
    """Return the write that marks an agency: what its public records and requests for disclosure come to has changed."""
    return Put({"pk": keys.DIRTY_RECORDS, "sk": f"{jurisdiction}{SEPARATOR}{agency}"})


def _moving(move: Move) -> list[Write]:
    case, to = move.case, move.to
    writes: list[Write] = []
    if to:
        place = keys.fact(to, case.case_no)
        writes.append(Put({"pk": place.pk, "sk": place.sk, "fact": case.fact}))
    if case.place and case.place != to:
        writes.append(Delete(keys.fact(case.place, case.case_no)))
    # The version is held and not raised: what the job writes is no news of the case.
    held: Item = {"version": case.version, "fact_place": case.place}
    writes.append(Update(keys.case(case.case_no), {"fact_place": to}, remove=("work_pk", "work_sk"), when=held))
    return writes


def _leaf_key(leaf: Leaf) -> Key:
    return keys.tally(Node(SERVICE, leaf.service).text, f"{leaf.place}{SEPARATOR}{leaf.agency}")


def _put(key: Key, body: Item) -> Write:
    return Put({"pk": key.pk, "sk": key.sk, **body}) if body else Delete(key)


def _mark_key(changed: Total) -> Key:
    sk = SEPARATOR.join((changed.jurisdiction, changed.node.id, changed.place))
    return Key(_DIRTY[changed.node.level], sk)


def _mark(changed: Total) -> Put:
    return Put(dict(_mark_key(changed)._asdict()))


def _bytes(item: Item, name: str) -> bytes:
    value = item[name]
    assert isinstance(value, bytes)
    return value
