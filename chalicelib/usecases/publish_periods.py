"""Closed periods into the register: when every figure of one is settled, and each time that settled ones change after it.

    mark      with what is settled of a node, the period is marked; both before the node's own mark goes (publish_figures)
    head      what the register was last told of the period is read before what is settled of it
    act       one act with the number after that head; then the mark goes

If we stop before the act, the mark brings the next run here; after it, that run finds the same hash and has nothing to say.
Another run that was faster has taken the number: then this one was overtaken, and whoever took it has seen no less.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import groupby
from typing import Protocol

import orjson

from chalicelib.domain.periods import COLLECTION, KIND, period_id
from chalicelib.domain.records import PROGRAM, Actor, Ref
from chalicelib.domain.statistics.seals import Seal, seal_of_period
from chalicelib.errors import ConflictError
from chalicelib.usecases.authenticate import Principal
from chalicelib.usecases.count_cases import OvertakenError
from chalicelib.usecases.ports import Head, RecordStore
from chalicelib.usecases.publish_figures import year_of
from chalicelib.usecases.put_act import put_act


class PeriodStore(Protocol):
    """Where it stands what is settled of each period."""

    def marked_periods(self) -> list[tuple[str, str]]:
        """Return the periods of which something settled has changed, with their jurisdictions, in order."""

    def seals(self, jurisdiction: str, year: str) -> Mapping[str, Mapping[str, Seal]]:
        """Return what is settled by period of a year and node, read consistently."""

    def unmark_periods(self, jurisdiction: str, periods: Iterable[str]) -> None:
        """Take marks off. Raises: OvertakenError."""


def publish_periods(store: PeriodStore, records: RecordStore, now: datetime) -> int:
    """Publish or revise every marked period; return how many acts that took.

    Raises:
        OvertakenError: another run has begun.
    """
    acts = 0
    for (jurisdiction, year), marked in groupby(store.marked_periods(), key=lambda mark: (mark[0], year_of(mark[1]))):
        periods = [period for _, period in marked]
        refs = {period: Ref(KIND, period_id(jurisdiction, period)) for period in periods}
        heads = records.heads([Ref("agency", jurisdiction), *refs.values()])
        seals = store.seals(jurisdiction, year)
        if Ref("agency", jurisdiction) in heads:  # without it nobody has a number in the register
            for period, ref in refs.items():
                acts += _publish(jurisdiction, period, heads.get(ref), seals.get(period, {}), records, now)
        store.unmark_periods(jurisdiction, periods)
    return acts


def _publish(
    jurisdiction: str,
    period: str,
    head: Head | None,
    nodes: Mapping[str, Seal],
    records: RecordStore,
    now: datetime,
) -> bool:
    """Say what is settled of a period, if that is not what was said last; it is said first when all of it is settled."""
    seal = seal_of_period(nodes)
    if head is None and (seal.unsettled or not seal.figures):
        return False
    content = {
        "jurisdiction": jurisdiction,
        "period": period,
        "figures": seal.figures,
        "figures_sha256": seal.sha256,
    }
    if head is not None and head.state["content"] == content:
        return False
    raw = orjson.dumps({"act": "revise" if head else "publish", "content": content})
    principal = Principal(
        Actor("program:statistics", jurisdiction, "system:statistics", frozenset({PROGRAM})), dry_run=False
    )
    number = head.act + 1 if head else 1
    try:
        put_act(COLLECTION, period_id(jurisdiction, period), number, raw, principal, records, now)
    except ConflictError as error:
        raise OvertakenError from error
    return True
