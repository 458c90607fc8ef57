"""Sending a file of registrations and events of any length: in chunks, resumable, with a reason for every refused line.

Beside FILE.ndjson stand FILE.journal.ndjson (which chunks were acknowledged, with what result: read by the next run) and,
where lines were refused, FILE.refused.ndjson (each with its number, reasons and text, to be mended and sent as a file of
its own). An answer that was lost is asked for again with the same bytes: those lines come back as `already`.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from glasshall.answers import ALREADY, REFUSED, STORED, BatchAnswer
from glasshall.chunks import Chunk, Line, cut, read_lines
from glasshall.client import Client
from glasshall.journal import Journal


@dataclass
class Tally:
    """What became of the lines of a file."""

    stored: int = 0
    already: int = 0
    skipped: int = 0
    """Lines of chunks that an earlier run had acknowledged; they are counted in `stored` and `already` too."""
    refused: list[dict[str, Any]] = field(default_factory=list)

    def add(self, note: Mapping[str, Any]) -> None:
        """Count the result of one chunk."""
        self.stored += note[STORED]
        self.already += note[ALREADY]
        self.refused += note[REFUSED]

    def as_dict(self) -> dict[str, int]:
        """Return the counts as JSON values."""
        return {
            "stored": self.stored,
            "already": self.already,
            "refused": len(self.refused),
            "from_earlier_runs": self.skipped,
        }


def journal_file(file: Path) -> Path:
    """Return where the journal of a batch file stands."""
    return file.with_name(f"{file.stem}.journal.ndjson")


def refused_file(file: Path) -> Path:
    """Return where the refused lines of a batch file are written."""
    return file.with_name(f"{file.stem}.refused.ndjson")


def count_lines(file: Path) -> int:
    """Return how many lines of the file are not blank."""
    with file.open("rb") as handle:
        return sum(1 for line in handle if line.strip(b" \t\r\n"))


def send_file(
    client: Client,
    file: Path,
    journal: Journal,
    *,
    dry_run: bool = False,
    advance: Callable[[int], None] = lambda lines: None,
) -> Tally:
    """Send every line of a file and return what became of them; refused ones are written beside the file.

    Raises:
        ProblemError: a request as a whole was refused. ConnectionFailedError: no answer came.
        Either way what was acknowledged is in the journal, and the same call goes on from there.
    """
    _forget_if_the_server_did(client, file, journal)
    tally = Tally()
    for line in _unsendable(file):
        tally.refused.append(_refusal(line, [reason.as_dict() for reason in line.reasons]))
        advance(1)
    for chunk in _chunks(file):
        note = journal.note_of(_name(chunk), chunk.body)
        if note is not None:
            tally.skipped += len(chunk.lines)
        else:
            note = _send(client, chunk, journal, dry_run=dry_run)
        tally.add(note)
        advance(len(chunk.lines))
    tally.refused.sort(key=lambda entry: entry["line"])
    write_refused(refused_file(file), tally.refused)
    return tally


def _send(client: Client, chunk: Chunk, journal: Journal, *, dry_run: bool) -> dict[str, Any]:
    answer = client.send_batch([line.content for line in chunk.lines], dry_run=dry_run)
    note = note_of(chunk, answer)
    journal.acknowledge(_name(chunk), chunk.body, note)
    return note


def note_of(chunk: Chunk, answer: BatchAnswer) -> dict[str, Any]:
    """Return what is kept of an answered chunk: counts, and every refused line with its reasons."""
    refused = [
        _refusal(chunk.lines[result.line - 1], [reason.as_dict() for reason in result.reasons])
        for result in answer.lines
        if result.outcome == REFUSED
    ]
    return {STORED: answer.count(STORED), ALREADY: answer.count(ALREADY), REFUSED: refused}


def _forget_if_the_server_did(client: Client, file: Path, journal: Journal) -> None:
    """Send the chunk acknowledged last once more: if any of it is new to the server, the journal is of no use."""
    if journal.last is None:
        return
    last = next((chunk for chunk in _chunks(file) if _name(chunk) == journal.last), None)
    note = journal.note_of(journal.last, last.body) if last is not None else None
    if last is None or note is None or _is_news(client, last, note):
        journal.forget()


def _is_news(client: Client, chunk: Chunk, note: Mapping[str, Any]) -> bool:
    """Return whether the server takes a line as new, or refuses one that it had taken."""
    answer = client.send_batch([line.content for line in chunk.lines])
    return answer.count(STORED) > 0 or answer.count(REFUSED) > len(note[REFUSED])


def write_refused(target: Path, refused: list[dict[str, Any]]) -> None:
    """Write the refused lines, or remove what an earlier run left where there are none."""
    if not refused:
        target.unlink(missing_ok=True)
        return
    with target.open("w", encoding="utf-8") as handle:
        handle.writelines(json.dumps(entry, ensure_ascii=False) + "\n" for entry in refused)


def _refusal(line: Line, errors: list[dict[str, str]]) -> dict[str, Any]:
    return {"line": line.number, "errors": errors, "text": line.content.decode("utf-8", "replace")}


def _chunks(file: Path) -> Iterator[Chunk]:
    with file.open("rb") as handle:
        yield from cut(read_lines(handle))


def _unsendable(file: Path) -> Iterator[Line]:
    with file.open("rb") as handle:
        yield from (line for line in read_lines(handle) if line.reasons)


def _name(chunk: Chunk) -> str:
    return f"chunk {chunk.number}"
