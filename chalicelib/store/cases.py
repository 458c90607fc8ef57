"""Cases in the table: one item for the fold, one for the registration, one for each event, written in one transaction.

The case item is updated, never put anew: `fact_place` and its mark belong to the statistics job, `code_number` and
`token_epoch` to the query codes, `subscriptions` to those who watch, `ratings` to what was rated, and none of them may be
lost under a new fold. Every write that folds raises `version`, and holds on condition that nobody began or ceased to watch
since the case was read: so every change that a subscription saw the beginning of is in the outbox, once.
"""

from collections.abc import Sequence
from datetime import timedelta

import orjson

from chalicelib.domain.card_marks import CardMark, Opening, next_turn, read_marks, read_turns, write_marks
from chalicelib.domain.cases.decide import Change, StoredWrite
from chalicelib.domain.cases.intake import EVENT, REGISTER
from chalicelib.domain.cases.records import PATH_SEPARATOR
from chalicelib.domain.enquiries import built_in
from chalicelib.domain.instants import from_key, to_key
from chalicelib.domain.notices import CaseChange, Notice, notices_of, read_subscriptions
from chalicelib.domain.query_codes import NewCode
from chalicelib.store import keys
from chalicelib.store.cards import card_writes
from chalicelib.store.case_codes import code_item
from chalicelib.store.case_writes import EVENT_PREFIX, read_write, write_item
from chalicelib.store.outbox import notice_item
from chalicelib.store.records import Records
from chalicelib.store.table import ABSENT, Condition, Item, Put, Table, Update, Write, query_all
from chalicelib.usecases.cases import CaseHead, OpenedCase
from chalicelib.usecases.ports import CardChange
from chalicelib.usecases.queues import QueuePage


class Cases:
    """Implements `usecases.cases.CaseStore`."""

    def __init__(self, table: Table, records: Records, grace: timedelta) -> None:
        self._table = table
        self._records = records
        self._grace = grace

    def open(self, case_nos: Sequence[str]) -> dict[str, OpenedCase]:
        wanted = [key for case_no in case_nos for key in (keys.case(case_no), keys.registration(case_no))]
        items = self._table.get_many(wanted)
        found = {}
        for case_no, head, registration in zip(case_nos, items[::2], items[1::2], strict=True):
            if head is not None and registration is not None:
                found[case_no] = OpenedCase(self._head(head), read_write(registration, REGISTER))
        return found

    def head(self, case_no: str) -> CaseHead | None:
        item = self._table.get(keys.case(case_no))
        return None if item is None else self._head(item)

    def events(self, case_no: str) -> list[StoredWrite]:
        pk = keys.case_pk(case_no)
        found = query_all(self._table, pk, first=EVENT_PREFIX, last=EVENT_PREFIX + keys.END)
        return [read_write(item, EVENT) for item in found]

    def event(self, case_no: str, event_id: str) -> StoredWrite | None:
        item = self._table.get(keys.event(case_no, event_id))
        return None if item is None else read_write(item, EVENT)

    def enquiry(self, case_no: str) -> bytes | None:
        item = self._table.get(keys.enquiry(case_no))
        return None if item is None else _bytes(item, "raw")

    def open_enquiries(self, agency: str, after: str, limit: int) -> QueuePage:
        page = self._table.query(
            keys.list_pk(keys.OPEN_ENQUIRIES, agency),
            index=keys.AGENCY_PUBLISHED,
            first=f"{after} " if after else None,  # a space sorts before whatever an id may go on with
            limit=limit,
            consistent=False,
        )
        return QueuePage([_bytes(item, "summary") for item in page.items], page.last is not None)

    def place_of_enquiry(self, agency: str, case_no: str) -> str | None:
        item = self._table.get(keys.case(case_no)) or {}
        return str(item["published_sk"]) if item.get("agency") == agency and "published_sk" in item else None

    def commit(
        self,
        case_no: str,
        before: CaseHead | None,
        change: Change,
        at: str,
        code: NewCode | None,
        cards: CardChange | None = None,
    ) -> None:
        self._table.commit(*self.writes(case_no, before, change, at, code, cards))

    def writes(
        self,
        case_no: str,
        before: CaseHead | None,
        change: Change,
        at: str,
        code: NewCode | None = None,
        cards: CardChange | None = None,
    ) -> list[Write]:
        """Return what is written for a case, to be committed together."""
        writes: list[Write] = [Put(write_item(write), when=ABSENT) for write in change.events]
        if change.registration is not None:
            writes.append(Put(write_item(change.registration), when=ABSENT))
        if change.enquiry is not None:
            place = keys.enquiry(case_no)
            writes.append(Put({"pk": place.pk, "sk": place.sk, "raw": change.enquiry}, when=ABSENT))
        if code is not None:
            writes.append(Put(code_item(case_no, code), when=ABSENT))
        if cards is not None:
            writes += card_writes(cards, self._records)
        opening = before.opening if before else Opening(from_key(at), self._grace)
        marks = cards.marks if cards else before.cards if before else ()
        writes.append(_fold(case_no, before, change, at, opening, marks))
        writes += [Put(notice_item(notice), when=ABSENT) for notice in _notices(before, change, at)]
        return writes

    def _head(self, item: Item) -> CaseHead:
        return _head(item, self._grace)


def _notices(before: CaseHead | None, change: Change, at: str) -> list[Notice]:
    if before is None or not before.subscriptions:
        return []
    folded = change.folded
    seen = CaseChange(before.case_no, before.version + 1, before.view, folded.view, folded.ended_at, at)
    return notices_of(seen, read_subscriptions(before.subscriptions))


def _fold(
    case_no: str, before: CaseHead | None, change: Change, at: str, opening: Opening, marks: Sequence[CardMark]
) -> Write:
    """The case item after a change. That its fact differs is marked, and never taken away here."""
    place, folded, terms = keys.case(case_no), change.folded, change.terms
    seen = before is not None and not change.events and before.view == folded.view  # the clock looked, nothing to tell
    turn = next_turn(read_turns(folded.turns), marks, opening, from_key(at))
    changed: Item = {
        "version": before.version + 1 if before else 1,
        "body": folded.view,
        "fact": folded.fact,
        "findings": folded.findings,
        "findings_count": folded.findings_count,
        "turns": folded.turns,
        "cards": write_marks(marks),
        "updated_at": before.updated_at if before and seen else at,
    }
    if turn is not None:
        changed |= keys.clock_mark("case", case_no, to_key(turn))
    if before is None or before.fact != folded.fact:
        changed |= keys.statistics_mark(case_no)
    if folded.ended_at is not None:
        changed["ended_at"] = to_key(folded.ended_at)
    gone = [name for name in ("clock_pk", "clock_sk", "ended_at") if name not in changed]
    enquiry = built_in(terms.service)
    if enquiry is not None and folded.over:
        gone.append("agency_pk")
    elif enquiry is not None:
        changed["agency_pk"] = keys.list_pk(keys.OPEN_ENQUIRIES, terms.agency)
    if before is not None:
        return Update(place, changed, remove=tuple(gone), when=_unchanged(before))
    return Put({**_fixed(case_no, change, opening, at), **changed}, when=ABSENT)


def _fixed(case_no: str, change: Change, opening: Opening, at: str) -> Item:
    """The members of a new case item that no fold changes."""
    place, terms, enquiry = keys.case(case_no), change.terms, built_in(change.terms.service)
    fixed: Item = {
        "pk": place.pk,
        "sk": place.sk,
        "service": terms.service,
        "agency": terms.agency,
        "path": PATH_SEPARATOR.join(terms.path),
        "jurisdiction": terms.jurisdiction,
        "registered_at": to_key(opening.at),
        "fact_place": "",
        "code_number": 0,
        "token_epoch": 0,
    }
    if enquiry is not None:
        fixed["published_sk"] = keys.list_sk(at, case_no)
        fixed["summary"] = _summary(case_no, enquiry.kind, at)
    return fixed


def _summary(case_no: str, kind: str, at: str) -> bytes:
    """An enquiry in the list of those that are not answered: nothing of what was written."""
    return orjson.dumps({"case_no": case_no, "kind": kind, "received_at": at})


def _unchanged(before: CaseHead) -> Condition:
    return {"version": before.version, "subscriptions": before.subscriptions or None}


def _bytes(item: Item, name: str) -> bytes:
    value = item[name]
    assert isinstance(value, bytes)
    return value


def _head(item: Item, grace: timedelta) -> CaseHead:
    return CaseHead(
        case_no=str(item["pk"]).removeprefix(keys.case_pk("")),
        version=int(item["version"]),
        service=str(item["service"]),
        agency=str(item["agency"]),
        path=tuple(str(item["path"]).split(PATH_SEPARATOR)),
        view=_bytes(item, "body"),
        fact=_bytes(item, "fact"),
        findings=_bytes(item, "findings"),
        findings_count=int(item["findings_count"]),
        updated_at=str(item["updated_at"]),
        ended_at=str(item["ended_at"]) if "ended_at" in item else None,
        code_number=int(item["code_number"]),
        token_epoch=int(item["token_epoch"]),
        subscriptions=_bytes(item, "subscriptions") if "subscriptions" in item else b"",
        opening=Opening(from_key(str(item["registered_at"])), grace),
        cards=tuple(read_marks(_bytes(item, "cards"))),
        turns_at=str(item["clock_sk"]).split("#", 1)[0] if "clock_sk" in item else None,
        ratings=_bytes(item, "ratings") if "ratings" in item else b"",
    )
