"""The sets the client can import, by name. A new set is one module with `ROOT`, `AGENCY`, `read` and `plan`, and one line here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from glasshall.importers import boston311, gov_cn, guangan, hebei
from glasshall.importers.plan import Plan


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the caller decides: the root agency it goes under, whether to make up what the source lacks (marked
    `synthetic`), how many cases get a query code."""

    agency: str
    synthetic: bool = True
    coded: int = 0


@dataclass(frozen=True, slots=True)
class Set:
    """One importable set: its usual root agency with that agency's content, and how a path becomes a plan."""

    agency: str
    root: Mapping[str, Any]
    plan: Callable[[Path, Wishes], Plan]
    needs_approver: bool = False


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
}
