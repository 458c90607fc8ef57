"""Facts of public records as the view leaves them, with the register entries that tell of them, for tests of statistics."""

from collections.abc import Iterable
from typing import Any

import orjson

from chalicelib.domain.register import Entry, RegisterHead
from chalicelib.store import keys
from chalicelib.store.register_head import encode_head
from chalicelib.store.table import Put
from tests.unit.statistics.samples import Deployment

RawFact = dict[str, Any]
Placed = tuple[str, str, str, RawFact]
"""Agency, kind, id and fact of a record."""
AGENCY = {"registered_on": "2026-01-05", "level": "department", "calendar": "cn"}


class Records:
    """The public records of a deployment: each change is an entry of the register and a fact beside it."""

    def __init__(self, deployed: Deployment, jurisdiction: str = "j1") -> None:
        self.deployed, self.jurisdiction = deployed, jurisdiction
        self.current: dict[tuple[str, str, str], RawFact] = {}
        self.size = 0

    def put(self, agency: str, kind: str, record_id: str, fact: RawFact) -> None:
        """Show a record after an act."""
        self.current[agency, kind, record_id] = fact
        index, table = self.size, self.deployed.table
        self.size += 1
        told = Entry(
            index=index,
            kind=kind,
            record_id=record_id,
            collection="",
            act=1,
            act_sha256="",
            name="",
            version=1,
            at=self.deployed.instant,
            agency=agency,
            jurisdiction=self.jurisdiction,
            sha256=None,
            url="",
            tombstone=False,
            salt=None,
        )
        entry, place = keys.entry(index), keys.public_fact(agency, kind, record_id)
        table.commit(
            Put({"pk": entry.pk, "sk": entry.sk, "summary": told.public("Asia/Shanghai")}),
            Put({"pk": place.pk, "sk": place.sk, "fact": orjson.dumps(fact)}),
        )
        table.commit(Put(encode_head(RegisterHead(size=self.size, projected=self.size, at=self.deployed.instant))))

    def put_all(self, placed: Iterable[Placed]) -> "Records":
        """Show many."""
        for each in placed:
            self.put(*each)
        return self

    def of(self, node: str) -> list[tuple[str, str, RawFact]]:
        """Return agency, kind and fact of each record of a node."""
        level, _, node_id = node.partition(":")
        facts = [(agency, kind, fact) for (agency, kind, _), fact in self.current.items()]
        return [each for each in facts if level == "jurisdiction" or each[0] == node_id]


def disclosure(**known: Any) -> RawFact:
    """Return the fact of a text that was disclosed in October."""
    fact = {
        "category": "plans",
        "calendar": "cn",
        "known_on": "2026-10-12",
        "disclosed_on": "2026-10-12",
        "formed_on": "2026-09-20",
    }
    return {name: value for name, value in {**fact, **known}.items() if value is not None}


def rule(**known: Any) -> RawFact:
    """Return the fact of a rule in force since September."""
    fact = {
        "rule_kind": "normative_document",
        "area": "fees",
        "known_on": "2026-08-20",
        "made_on": "2026-08-18",
        "from_on": "2026-09-01",
    }
    return {**fact, **known}


def card(**known: Any) -> RawFact:
    """Return the fact of a yellow card of October."""
    return {"raised_on": "2026-10-10", "colour": "yellow", "answer_by": "2026-10-17", **known}


SOME: list[Placed] = [
    ("a1", "agency", "a1", AGENCY),
    ("a1", "disclosure", "d1", disclosure()),
    ("a1", "disclosure", "d2", disclosure(category="budgets_and_accounts", formed_on="2026-06-01")),
    ("a1", "disclosure", "d3", disclosure(formed_on=None, ended_on="2026-11-02")),
    ("a1", "disclosure", "d4", disclosure(category="major_decisions", rounds=[["2026-11-10", None]])),
    ("a1", "service", "s1", {"lines": [["2026-03-02", 4], ["2026-10-02", 6]]}),
    ("a1", "rule", "r1", rule(reviews=[["2026-10-30", None]])),
    ("a1", "card", "k1", card(answered_on="2026-10-16", in_time=True)),
    ("a1", "card", "k2", card(red_on="2026-10-18")),
    ("a2", "agency", "a2", AGENCY),
    ("a2", "rule", "r2", rule(until_on="2026-11-01", ended="repealed", reports=["2026-10-05"])),
]
