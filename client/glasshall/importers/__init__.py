"""The sets the client can import, by name. A new set is one module with `ROOT`, `AGENCY`, `read` and `plan`, and one line here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from glasshall.importers import boston311, gov_cn, guangan, hebei
from glasshall.importers.plan import Plan


@dataclass(frozen=True, slots=True)
class Set:
    """One importable set: the agency it goes under, that root's content, and how a path becomes a plan."""

    agency: str
    root: Mapping[str, Any]
    plan: Callable[[Path, str, bool, int], Plan]
    """(path, agency, whether to make up what the source lacks, how many cases get a query code) -> plan."""
    needs_approver: bool = False


SETS: Mapping[str, Set] = {
    "guangan": Set(
        guangan.AGENCY,
        guangan.ROOT,
        lambda path, agency, synthetic, coded: guangan.plan(guangan.read(path), agency, synthetic=synthetic),
    ),
    "gov_cn": Set(
        gov_cn.AGENCY,
        gov_cn.ROOT,
        lambda path, agency, synthetic, coded: gov_cn.plan(gov_cn.read(path), agency),
        needs_approver=True,
    ),
    "boston311": Set(
        boston311.AGENCY,
        boston311.ROOT,
        lambda path, agency, synthetic, coded: boston311.plan(boston311.read(path), agency, coded=coded),
    ),
    "hebei": Set(
        hebei.AGENCY,
        hebei.ROOT,
        lambda path, agency, synthetic, coded: hebei.plan(hebei.read(path), agency),
        needs_approver=True,
    ),
}
