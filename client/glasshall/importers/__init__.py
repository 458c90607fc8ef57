"""The sets the client can import, by name. A new set is one module with `ROOT`, `AGENCY`, `read` and `plan`, and one line here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from glasshall.importers import boston311, exchange, gov_cn, guangan, hebei
from glasshall.importers.exchange_known import Known, NothingKnown
from glasshall.importers.loading import Report
from glasshall.importers.plan import Plan
from glasshall.importers.reports import write_csv


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the caller decides: the root agency it goes under, whether to make up what the source lacks (marked
    `synthetic`), how many cases get a query code, the mapping of its columns; and what the server has already."""

    agency: str
    synthetic: bool = True
    coded: int = 0
    mapping: Path | None = None
    known: Known = field(default_factory=NothingKnown)


def _write_csv(plan: Plan, report: Report, target: Path) -> None:
    write_csv(report, target)


@dataclass(frozen=True, slots=True)
class Set:
    """One importable set: its usual root agency with that agency's content, and how a path becomes a plan."""

    agency: str
    root: Mapping[str, Any]
    plan: Callable[[Path, Wishes], Plan]
    needs_approver: bool = False
    asks: bool = False
    """Whether the plan depends on what the server has."""
    write: Callable[[Plan, Report, Path], None] = _write_csv
    report: str = "{}.report.csv"
    """What the report is called where the caller does not say."""


SETS: Mapping[str, Set] = {
    "guangan": Set(
        guangan.AGENCY,
        guangan.ROOT,
        lambda path, wishes: guangan.plan(guangan.read(path), wishes.agency, synthetic=wishes.synthetic),
    ),
    "gov_cn": Set(
        gov_cn.AGENCY,
        gov_cn.ROOT,
        lambda path, wishes: gov_cn.plan(gov_cn.read(path), wishes.agency),
        needs_approver=True,
    ),
    "boston311": Set(
        boston311.AGENCY,
        boston311.ROOT,
        lambda path, wishes: boston311.plan(boston311.read(path), wishes.agency, coded=wishes.coded),
    ),
    "hebei": Set(
        hebei.AGENCY,
        hebei.ROOT,
        lambda path, wishes: hebei.plan(hebei.read(path), wishes.agency),
        needs_approver=True,
    ),
    "exchange": Set(
        exchange.AGENCY,
        exchange.ROOT,
        lambda path, wishes: exchange.plan(path, wishes.agency, wishes.mapping, wishes.known),
        asks=True,
        write=exchange.write_report,
        report="{}.report",
    ),
}
