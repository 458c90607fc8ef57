"""Carrying out a plan: rows of a phase side by side, the writes of a row one after the other, every row's fate reported.

What the server refuses ends the row, not the run. What would fail for every row alike (no connection, a key that is not
known) ends the run; the report then says `not_sent` for the rest, and the next run goes on from the journal. A dry run
sends the first write of each row only: those after it need it to be there.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from glasshall.answers import ALREADY, REFUSED, STORED, LineResult
from glasshall.chunks import Chunk, Line, cut
from glasshall.client import Client
from glasshall.errors import ClientError, ProblemError
from glasshall.importers.plan import Phase, Plan, Put, Row
from glasshall.journal import Journal

NOT_SENT = "not_sent"
_FATAL_STATUS = frozenset({401, 429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What became of one row."""

    row: Row
    outcome: str
    codes: tuple[str, ...] = ()
    message: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What became of every row, in the order of the plan; `error` is what ended the run early."""

    outcomes: tuple[RowOutcome, ...]
    error: ClientError | None = None

    def counts(self) -> dict[str, int]:
        """Return how many rows had which outcome."""
        counted = Counter(outcome.outcome for outcome in self.outcomes)
        return {name: counted[name] for name in (STORED, ALREADY, REFUSED, NOT_SENT)}

    def notes(self) -> dict[str, int]:
        """Return how often each note stands in the plan."""
        return dict(sorted(Counter(note for found in self.outcomes for note in found.row.notes).items()))


class Loader:
    """Carries out plans with one journal."""

    def __init__(
        self,
        clerk: Client,
        approver: Client | None,
        journal: Journal,
        *,
        workers: int = 4,
        dry_run: bool = False,
        stop: threading.Event | None = None,
        keep_code: Callable[[str, str], None] = lambda path, code: None,
        started: Callable[[str, int], Callable[[int], None]] = lambda name, rows: lambda done: None,
    ) -> None:
        """`started` is told of each phase and gives what is told of each row done.

        `keep_code` is given the path of a registration and its query code before the write counts as acknowledged: a code
        stands in that answer only. Once `stop` is set no further write is sent.
        """
        self._clients = {"clerk": clerk, "approver": approver}
        self._journal = journal
        self._workers = workers
        self._dry_run = dry_run
        self._keep_code = keep_code
        self._stop_asked = stop or threading.Event()
        self._started = started
        self._error: ClientError | None = None
        self._lock = threading.Lock()

    def load(self, plan: Plan) -> Report:
        """Send everything that is not acknowledged yet and return what became of every row."""
        outcomes: list[RowOutcome] = []
        try:
            self._forget_if_the_server_did(plan)
        except ClientError as error:
            self._stop(error)
        for phase in plan.phases:
            advance = self._started(phase.name, len(phase.rows))
            outcomes += (
                self._singles(phase.rows, advance) if _has_no_lines(phase) else self._batched(phase.rows, advance)
            )
        return Report(tuple(outcomes), self._error)

    def _singles(self, rows: Sequence[Row], advance: Callable[[int], None]) -> list[RowOutcome]:
        def one(row: Row) -> RowOutcome:
            outcome = self._single(row)
            advance(1)
            return outcome

        with ThreadPoolExecutor(self._workers) as pool:
            return list(pool.map(one, rows))

    def _single(self, row: Row) -> RowOutcome:
        if row.refusal is not None:
            return RowOutcome(row, REFUSED, (row.refusal.code,), row.refusal.message)
        if self._ended():
            return RowOutcome(row, NOT_SENT)
        new = False
        try:
            for put in row.puts[:1] if self._dry_run else row.puts:
                new = self._put(put) or new
        except ProblemError as problem:
            if problem.status not in _FATAL_STATUS:
                return RowOutcome(row, REFUSED, problem.codes, problem.message)
            self._stop(problem)
            return RowOutcome(row, NOT_SENT, problem.codes, problem.message)
        except ClientError as error:
            self._stop(error)
            return RowOutcome(row, NOT_SENT, message=str(error))
        return RowOutcome(row, STORED if new or self._dry_run else ALREADY)

    def _put(self, put: Put) -> bool:
        """Send one write unless it was acknowledged before, and return whether it was new."""
        if self._journal.note_of(put.path, put.body) is not None:
            return False
        return self._send(put)

    def _send(self, put: Put) -> bool:
        receipt = self._client(put).put(put.path, put.body, dry_run=self._dry_run)
        code = receipt.document.get("query_code")
        if isinstance(code, str):
            self._keep_code(put.path, code)
        self._journal.acknowledge(put.path, put.body, {})
        return receipt.new

    def _client(self, put: Put) -> Client:
        client = self._clients[put.signer]
        if client is None:
            raise ClientError("these acts need the key of a second person: give the approver's")
        return client

    def _batched(self, rows: Sequence[Row], advance: Callable[[int], None]) -> list[RowOutcome]:
        """Send the single writes of the rows first, then all their lines in batches."""
        singles = self._singles(rows, lambda done: None)
        alive = [found for found in singles if found.outcome not in (REFUSED, NOT_SENT)]
        advance(len(rows) - len(alive))
        lines, owners = _lines_of(alive)
        results: dict[int, list[LineResult]] = {}
        with ThreadPoolExecutor(max(1, self._workers // 2)) as pool:
            for chunk, found in pool.map(self._send_chunk, cut(lines)):
                for line, result in zip(chunk.lines, found, strict=False):
                    results.setdefault(owners[line.number], []).append(result)
                advance(len({owners[line.number] for line in chunk.lines}))
        settled = {position: _settled(outcome, results.get(position, [])) for position, outcome in enumerate(alive)}
        replaced = {id(outcome.row): settled[position] for position, outcome in enumerate(alive)}
        return [replaced.get(id(outcome.row), outcome) for outcome in singles]

    def _send_chunk(self, chunk: Chunk) -> tuple[Chunk, tuple[LineResult, ...]]:
        """Send one chunk; no results where the run has ended, and `already` for what was acknowledged before."""
        if self._ended():
            return chunk, ()
        if self._journal.note_of(_name(chunk), chunk.body) is not None:
            return chunk, tuple(LineResult(number, ALREADY) for number in range(1, len(chunk.lines) + 1))
        try:
            answer = self._clerk().send_batch([line.content for line in chunk.lines], dry_run=self._dry_run)
        except ClientError as error:
            self._stop(error)
            return chunk, ()
        if not answer.count(REFUSED):
            self._journal.acknowledge(_name(chunk), chunk.body, {})
        return chunk, answer.lines

    def _clerk(self) -> Client:
        clerk = self._clients["clerk"]
        assert clerk is not None
        return clerk

    def _forget_if_the_server_did(self, plan: Plan) -> None:
        """Send what was acknowledged last once more: if it is new to the server, or not in the plan, forget all."""
        if self._journal.last is None:
            return
        last = self._journal.last
        put = next((put for row in plan.rows for put in row.puts if put.path == last), None)
        if put is not None and self._journal.note_of(last, put.body) is not None:
            if _is_new(lambda: self._send(put)):
                self._journal.forget()
            return
        chunk = next((found for found in _all_chunks(plan) if _name(found) == last), None)
        # Only chunks of which every line was taken are in the journal; one that says other things now proves nothing, and
        # sending it here would hide that its new lines are new.
        if chunk is None or self._journal.note_of(last, chunk.body) is None or self._is_news(chunk):
            self._journal.forget()

    def _is_news(self, chunk: Chunk) -> bool:
        answer = self._clerk().send_batch([line.content for line in chunk.lines])
        return answer.count(ALREADY) < len(chunk.lines)

    def _ended(self) -> bool:
        return self._error is not None or self._stop_asked.is_set()

    def _stop(self, error: ClientError) -> None:
        with self._lock:
            self._error = self._error or error


def _is_new(send: Callable[[], bool]) -> bool:
    """Return whether the server took it as new; what it refuses now it did not have either."""
    try:
        return send()
    except ProblemError as problem:
        if problem.status in _FATAL_STATUS:
            raise
        return True


def _has_no_lines(phase: Phase) -> bool:
    return not any(row.lines for row in phase.rows)


def _lines_of(outcomes: Sequence[RowOutcome]) -> tuple[list[Line], dict[int, int]]:
    """Return the lines of rows, numbered through, and which row each belongs to."""
    lines: list[Line] = []
    owners: dict[int, int] = {}
    for position, outcome in enumerate(outcomes):
        for content in outcome.row.lines:
            number = len(lines) + 1
            lines.append(Line(number, content, case_no=outcome.row.record_id))
            owners[number] = position
    return lines, owners


def _all_chunks(plan: Plan) -> Iterable[Chunk]:
    for phase in plan.phases:
        if not _has_no_lines(phase):
            rows = [RowOutcome(row, STORED) for row in phase.rows if row.refusal is None]
            yield from cut(_lines_of(rows)[0])


def _name(chunk: Chunk) -> str:
    return f"chunk {chunk.number}"


def _settled(outcome: RowOutcome, results: Sequence[LineResult]) -> RowOutcome:
    """Return the outcome of a row from what became of its lines."""
    reasons = [reason for result in results for reason in result.reasons]
    if any(result.outcome == REFUSED for result in results):
        codes = tuple(reason.code for reason in reasons)
        return RowOutcome(outcome.row, REFUSED, codes, "; ".join(str(reason) for reason in reasons))
    if len(results) < len(outcome.row.lines):
        return RowOutcome(outcome.row, NOT_SENT)
    new = outcome.outcome == STORED or any(result.outcome == STORED for result in results)
    return RowOutcome(outcome.row, STORED if new else ALREADY)
