"""Query codes in the table: the slow hash in a small item of fixed size, beside a decoy; and the counters of tries.

`exchanged` is 0 or 1, never absent, and the pepper's id is filled up with spaces, so that the item keeps its size. Items
from before there was a ring name no pepper: it is the one that is no ring. Counters are gone by TTL an hour after their
window; the window stands in their key, so one that lingers counts for nothing.
"""

from hashlib import sha256
from typing import TYPE_CHECKING

from chalicelib.domain import query_codes
from chalicelib.domain.keyring import ID_LENGTH, PLAIN_ID
from chalicelib.domain.query_codes import HeldCode, NewCode
from chalicelib.store import keys
from chalicelib.store.table import ABSENT, Condition, ConditionFailedError, Item, Key, Put, Table, Update

if TYPE_CHECKING:
    from chalicelib.domain.cases.decide import StoredWrite
    from chalicelib.usecases.cases import CaseHead

DECOY = NewCode(0, sha256(b"salt").digest()[: query_codes.SALT_BYTES], sha256(b"no code has this").digest(), PLAIN_ID)


class CaseCodes:
    """Implements `usecases.case_access.CodeStore`, `usecases.case_codes.IssueStore` and `usecases.tries.TryCounter`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def with_decoy(self, case_no: str) -> tuple[HeldCode | None, HeldCode]:
        held, decoy = self._table.get_many([keys.query_code(case_no), keys.QUERY_CODE_DECOY])
        if decoy is None:  # the first exchange of a deployment, whatever its case: made once
            decoy = _item(keys.QUERY_CODE_DECOY, DECOY)
            self._put_once(decoy)
        return _held(held) if held else None, _held(decoy)

    def _put_once(self, item: Item) -> None:
        try:
            self._table.commit(Put(item, when=ABSENT))
        except ConditionFailedError:
            return  # somebody else was first; the same bytes stand there

    def held(self, case_no: str) -> HeldCode | None:
        item = self._table.get(keys.query_code(case_no))
        return None if item is None else _held(item)

    def mark_exchanged(self, case_no: str, held: HeldCode, renewed: NewCode | None) -> None:
        as_read: Condition = {"hash": held.hash, "exchanged": int(held.exchanged)}
        changed: Item = {"exchanged": 1}
        if renewed is not None:
            changed |= {"hash": renewed.hash, "pepper": _padded(renewed.pepper_id)}
        self._table.commit(Update(keys.query_code(case_no), changed, when=as_read))

    def replace_unused(self, case_no: str, before: HeldCode | None, code: NewCode) -> None:
        unused: Condition = ABSENT if before is None else {"hash": before.hash, "exchanged": 0}
        self._table.commit(Put(code_item(case_no, code), when=unused))

    def count_try(self, name: str, window: str, expires_at_epoch: int) -> int:
        return self._table.increment(keys.limiter(name, window), "tries", 1, {"expires_at_epoch": expires_at_epoch})

    def issue(self, case_no: str, number: int) -> "StoredWrite | None":
        from chalicelib.store.case_writes import read_write

        item = self._table.get(keys.code_issue(case_no, number))
        return None if item is None else read_write(item, "code")

    def commit_issue(self, write: "StoredWrite", before: "CaseHead", held: HeldCode | None, code: NewCode) -> None:
        from chalicelib.store.case_writes import write_item

        next_epoch: Item = {"code_number": code.number, "token_epoch": before.token_epoch + 1}
        self._table.commit(
            Put(write_item(write), when=ABSENT),
            Put(code_item(write.case_no, code), when=ABSENT if held is None else {"hash": held.hash}),
            Update(
                keys.case(write.case_no),
                next_epoch,
                remove=("subscriptions",),  # whoever lost the right to the case is told of it no longer
                when={"code_number": before.code_number, "token_epoch": before.token_epoch},
            ),
        )


def code_item(case_no: str, code: NewCode) -> Item:
    """Return the item that holds a code's slow hash."""
    return _item(keys.query_code(case_no), code)


def _item(place: Key, code: NewCode) -> Item:
    return {
        "pk": place.pk,
        "sk": place.sk,
        "number": code.number,
        "salt": code.salt,
        "hash": code.hash,
        "pepper": _padded(code.pepper_id),
        "scheme": code.scheme,
        "exchanged": 0,
    }


def _padded(pepper_id: str) -> str:
    return pepper_id.ljust(ID_LENGTH)


def _held(item: Item) -> HeldCode:
    salt, hashed = item["salt"], item["hash"]
    assert isinstance(salt, bytes)
    assert isinstance(hashed, bytes)
    pepper_id = str(item.get("pepper", PLAIN_ID)).rstrip()
    return HeldCode(int(item["number"]), salt, hashed, pepper_id, str(item["scheme"]), bool(item["exchanged"]))
