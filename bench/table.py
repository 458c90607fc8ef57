"""A table for a terminal and for a page: columns as wide as they must be, in Markdown."""

from collections.abc import Sequence
from typing import NamedTuple


class Row(NamedTuple):
    """One line of the bench."""

    what: str
    measured: str
    beside: str
    ratio: str
    goal: str
    verdict: str


def show(rows: Sequence[Row]) -> str:
    """Return the rows of the bench as a table."""
    return markdown(("what", "measured", "beside", "ratio", "goal", "verdict"), rows)


def markdown(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table whose columns stand one under another."""
    widths = [max(len(row[column]) for row in (titles, *rows)) for column in range(len(titles))]
    rule = ["-" * width for width in widths]
    lines = [
        " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in (titles, rule, *rows)
    ]
    return "\n".join(f"| {line} |" for line in lines)
