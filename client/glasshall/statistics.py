"""Checking a closed period of statistics: its hash is made again from the figures as they are answered.

The rule is written in the guide to statistics: a line for each settled figure of a cell, a line for each cell of the period.
"""

import hashlib
import json
from collections.abc import Iterable
from typing import NamedTuple

from glasshall.errors import UnexpectedAnswerError
from glasshall.reader import Reader

_COLLECTION = "statistics-periods"
_BEGINS, _ENDS = b'{"items":[', b'],"next":'
_SETTLED = "settled"


class CheckedPeriod(NamedTuple):
    """What came of checking a period."""

    figures: int
    """How many figures were read."""
    failures: tuple[str, ...]
    """What does not hold; nothing where all of it does."""


def check_period(client: Reader, record_id: str) -> CheckedPeriod:
    """Make the hash of a closed period again, from every figure of it.

    Raises:
        ProblemError: there is no such period. UnexpectedAnswerError: an answer that is not of the contract.
    """
    record = client.record(_COLLECTION, record_id).document
    series = sorted(str(each["series"]) for each in client.get("/v1/statistics")["items"])
    lines, failures, read = [], [], 0
    for cell in client.list(f"{_COLLECTION}/{record_id}/cells"):
        name, told = str(cell.document["cell"]), (cell.document["figures"], cell.document["sha256"])
        figures = [(each, raw) for each in series if (raw := _figure(client, each, name, str(record["period"])))]
        made = (len(figures), _hash(f"{each} {hashlib.sha256(raw).hexdigest()}\n" for each, raw in figures))
        if made != told:
            failures.append(f"{name}: {made[0]} figures with the hash {made[1]}, and {told[0]} with {told[1]} are told")
        lines.append(f"{name} {made[0]} {made[1]}\n")
        read += made[0]
    if (read, _hash(sorted(lines))) != (record["figures"], record["figures_sha256"]):
        failures.append(f"the period: {read} figures do not give the hash that the register binds")
    return CheckedPeriod(read, tuple(failures))


def _figure(client: Reader, series: str, cell: str, period: str) -> bytes | None:
    """Return the bytes of a settled figure as they stand in an answer, or None where there is none."""
    level, _, name = cell.partition(":")
    body = client.fetch(f"/v1/statistics/{series}", period=period, **{level: name}).body
    figure, ends, _ = body.removeprefix(_BEGINS).partition(_ENDS)
    if not body.startswith(_BEGINS) or not ends:
        raise UnexpectedAnswerError(f"the answer of {series} is not a list of figures")
    return figure if figure and json.loads(figure).get("status") == _SETTLED else None


def _hash(lines: Iterable[str]) -> str:
    return hashlib.sha256("".join(lines).encode()).hexdigest()
