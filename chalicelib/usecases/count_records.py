"""Counting public records: which agencies changed, then what the records of each come to, one agency at a time.

The register says what changed: its entries are contiguous, so one number says how far they were read, and no request and no
projection leaves a mark. What is true if we stop after each write:

    marks       the agencies of some entries are marked; the next run reads those entries again and marks them again
    number      every agency with a change before that index is marked, or was counted after it
    ledger      what the agency's records come to is as the facts say; its figures and those of its jurisdiction are
                marked, the agency no longer

The facts that the entries left are read after the entries, consistently: a ledger may know more than the number says, never
less. The tally of an agency's requests for disclosure marks it too (`count_cases`).
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple, Protocol

from chalicelib.domain.public_facts import Fact
from chalicelib.domain.statistics.ledgers import Ledger, first_change, ledger_of
from chalicelib.domain.statistics.tallies import Tally


class RecordsOf(NamedTuple):
    """Whose public records are counted together."""

    jurisdiction: str
    agency: str


class RecordCountStore(Protocol):
    """Where facts of records and ledgers live. Every method that writes raises OvertakenError if another run has begun."""

    def follow(self) -> None:
        """Mark the agencies of the register's new entries, then note how far it was read."""

    def dirty(self) -> Iterator[RecordsOf]:
        """Yield the agencies that are marked."""

    def facts(self, agency: str) -> Iterator[tuple[str, Fact]]:
        """Yield the kind and the fact of each public record of an agency, read consistently."""

    def requests(self, agency: str) -> Mapping[str, Tally]:
        """Return the tallies of an agency's requests for disclosure, by place."""

    def ledger_of(self, of: RecordsOf) -> Ledger:
        """Return the stored ledger of an agency; an empty one if there is none."""

    def put_ledger(self, of: RecordsOf, ledger: Ledger, since: str | None) -> None:
        """Write a ledger, mark the figures that rest on it and take its mark off; `since` None: it is as it was."""


def count_records(store: RecordCountStore) -> int:
    """Count the public records of every agency whose records have changed; return how many agencies that were.

    Raises:
        OvertakenError: another run has begun.
    """
    store.follow()
    counted = 0
    for of in store.dirty():
        ledger = ledger_of(store.facts(of.agency), store.requests(of.agency))
        store.put_ledger(of, ledger, first_change(store.ledger_of(of), ledger))
        counted += 1
    return counted
