"""Access to a case's status: query codes for tokens, tokens for the status. No agency and no key is involved.

    slip      a code that cannot be one is refused before a try is spent, the same for every case
    limit     tries are counted by network, never by case alone; work that was done passes every limit (`usecases/tries.py`)
    compare   the case's hash and a decoy are read together and exactly one scrypt is run, whether or not the case exists
    mark      the first exchange is stored before the token is given: from then on the registration gives no fresh code

A wrong code and an unknown case raise the same error with the same words. A token is checked against nothing but the case
item. This module is on the read path: it imports no model.
"""

import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chalicelib.domain import case_tokens, query_codes
from chalicelib.domain.case_tokens import Claim, Token
from chalicelib.domain.instants import from_key
from chalicelib.domain.keyring import PurposeKeys
from chalicelib.domain.proof_of_work import Proof
from chalicelib.domain.query_codes import HeldCode, NewCode
from chalicelib.errors import (
    ConditionFailedError,
    MalformedError,
    NotFoundError,
    Problem,
    UnauthenticatedError,
    UnavailableError,
)
from chalicelib.usecases.ports import COMMIT_TRIES
from chalicelib.usecases.tries import Limits, admit


@dataclass(frozen=True, slots=True)
class StatusHead:
    """The part of the case item that its status needs."""

    case_no: str
    service: str
    view: bytes
    updated_at: str
    token_epoch: int
    ended_at: str | None
    subscriptions: bytes
    ratings: bytes


class StatusStore(Protocol):
    """Where the status of cases is read, and their tokens ended."""

    def status_heads(self, case_nos: Sequence[str]) -> list[StatusHead | None]:
        """Return the cases in this order, None where there is none."""

    def raise_epoch(self, case_no: str, epoch: int) -> None:
        """End the tokens of an epoch by beginning the next, and the subscriptions made with them.

        Raises:
            ConditionFailedError: it is another epoch already.
        """


class CodeStore(Protocol):
    """Where the slow hashes of query codes live."""

    def with_decoy(self, case_no: str) -> tuple[HeldCode | None, HeldCode]:
        """Return the code of a case, if there is one, and a decoy, as one read."""

    def mark_exchanged(self, case_no: str, held: HeldCode, renewed: NewCode | None) -> None:
        """Note an exchange, and put the code's hash under a newer pepper in the place of the old one.

        Raises:
            ConditionFailedError: it is not as it was read: another code has taken its place, or this was noted already.
        """


@dataclass(frozen=True, slots=True)
class Access:
    """What access needs, for the length of one request."""

    statuses: StatusStore
    token_keys: PurposeKeys
    now: datetime


@dataclass(frozen=True, slots=True)
class Exchange:
    """What the exchange of a code needs besides."""

    codes: CodeStore
    peppers: PurposeKeys
    limits: Limits
    hash_of: Callable[[str, str, bytes, bytes], bytes]
    proof: Proof | None = None


def exchange_code(case_no: str, typed: str, access: Access, exchange: Exchange) -> Token:
    """Return a token for a case and its query code.

    Raises:
        MalformedError: it cannot be a code. TooManyTriesError: too many tries from there.
        NotFoundError: no case is known by this number and code. UnavailableError: storage cannot answer.
    """
    code = query_codes.normalise(typed)
    if code is None:
        raise MalformedError(Problem("not_a_code", "this is not a query code: check it for a slip", "/query_code"))
    admit(case_no, typed, exchange.proof, exchange.limits, access.now)
    for _ in range(COMMIT_TRIES):
        held, decoy = exchange.codes.with_decoy(case_no)
        if not _matches(code, case_no, held, decoy, exchange):
            raise _unknown()
        assert held is not None  # and made under a pepper of the ring
        head = access.statuses.status_heads([case_no])[0]
        if head is None:
            raise _unknown()
        token = case_tokens.issue(access.token_keys.current, case_no, head.token_epoch, access.now, _ended_at(head))
        if token is None:
            raise _unknown()
        if _still_stands(code, case_no, held, exchange):
            return token
    raise UnavailableError("the code is being changed at this moment")


def _matches(code: str, case_no: str, held: HeldCode | None, decoy: HeldCode, exchange: Exchange) -> bool:
    """Run exactly one slow hash and one comparison, for the case or in its stead.

    The pepper is the one that the code was hashed under. Once that one is gone from the ring no code can match.
    """
    against = held or decoy
    pepper = exchange.peppers.by_id.get(against.pepper_id)
    computed = exchange.hash_of(code, case_no, pepper or exchange.peppers.current, against.salt)
    return hmac.compare_digest(computed, against.hash) and held is not None and pepper is not None


def _still_stands(code: str, case_no: str, held: HeldCode, exchange: Exchange) -> bool:
    """Note the first exchange or a newer pepper, or see that the code was not replaced since it was compared.

    The epoch was read after the code: without this, the holder of a code that is being replaced could get a token of the
    epoch after it.
    """
    renewed = _renewed(code, case_no, held, exchange)
    if held.exchanged and renewed is None:
        now, _ = exchange.codes.with_decoy(case_no)
        return now is not None and now.hash == held.hash
    try:
        exchange.codes.mark_exchanged(case_no, held, renewed)
    except ConditionFailedError:
        return False  # noted by another exchange, or replaced by a fresh code: look again
    return True


def _renewed(code: str, case_no: str, held: HeldCode, exchange: Exchange) -> NewCode | None:
    """Return the code under the newest pepper, or None if it is: only who has the right code waits for a second hash."""
    peppers = exchange.peppers
    if not peppers.outdates(held.pepper_id):
        return None
    hashed = exchange.hash_of(code, case_no, peppers.current, held.salt)
    return NewCode(held.number, held.salt, hashed, peppers.current_id)


def _unknown() -> NotFoundError:
    return NotFoundError("no case is known by this number and query code")


def _ended_at(head: StatusHead) -> datetime | None:
    return from_key(head.ended_at) if head.ended_at else None


# Tokens


def unauthenticated() -> UnauthenticatedError:
    """Return the one error for every token that does not hold, whatever is wrong with it."""
    return UnauthenticatedError("token", "a valid token of this case is wanted", scheme="Bearer")


def status_of(case_no: str, token: str | None, access: Access) -> StatusHead:
    """Return a case to the holder of its token.

    Raises:
        UnauthenticatedError: the token does not hold.
    """
    return _open(case_no, token, access)[0]


def statuses_of(pairs: Sequence[tuple[str, str]], access: Access) -> list[StatusHead | None]:
    """Return many cases in the order of the pairs of number and token, None where the token does not hold."""
    claims = [
        case_tokens.read(access.token_keys.by_id.values(), case_no, token, access.now) for case_no, token in pairs
    ]
    wanted = [case_no for (case_no, _), claim in zip(pairs, claims, strict=True) if claim]
    heads = dict(zip(wanted, access.statuses.status_heads(wanted), strict=True)) if wanted else {}
    return [
        head if claim and (head := heads[case_no]) and _holds(claim, head, access.now) else None
        for (case_no, _), claim in zip(pairs, claims, strict=True)
    ]


def renew_token(case_no: str, token: str | None, access: Access) -> Token:
    """Return a fresh token for one that holds; the old one goes on until its own end.

    Raises:
        UnauthenticatedError: the token does not hold.
    """
    head, _ = _open(case_no, token, access)
    fresh = case_tokens.issue(access.token_keys.current, case_no, head.token_epoch, access.now, _ended_at(head))
    if fresh is None:
        raise unauthenticated()
    return fresh


def end_tokens(case_no: str, token: str | None, access: Access) -> None:
    """End every token of a case, and with them its subscriptions; sent again with a token that this has ended, it does nothing more.

    Raises:
        UnauthenticatedError: the token is none of this case. UnavailableError: storage cannot answer.
    """
    claim = _read(case_no, token, access)
    for _ in range(COMMIT_TRIES):
        head = access.statuses.status_heads([case_no])[0]
        if head is None or claim.epoch > head.token_epoch:
            raise unauthenticated()
        if claim.epoch < head.token_epoch:
            return  # ended already, by this very request or another
        try:
            access.statuses.raise_epoch(case_no, head.token_epoch)
        except ConditionFailedError:
            continue  # another request ended them, or this one with its answer lost: look again
        return
    raise UnavailableError("the tokens of this case are being ended at this moment")


def _open(case_no: str, token: str | None, access: Access) -> tuple[StatusHead, Claim]:
    claim = _read(case_no, token, access)
    head = access.statuses.status_heads([case_no])[0]
    if head is None or not _holds(claim, head, access.now):
        raise unauthenticated()
    return head, claim


def _read(case_no: str, token: str | None, access: Access) -> Claim:
    claim = case_tokens.read(access.token_keys.by_id.values(), case_no, token or "", access.now)
    if claim is None:
        raise unauthenticated()
    return claim


def _holds(claim: Claim, head: StatusHead, now: datetime) -> bool:
    return case_tokens.holds(claim, head.token_epoch, _ended_at(head), now)
