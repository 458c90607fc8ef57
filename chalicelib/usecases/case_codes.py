"""Issuing query codes: with a registration that asks for one, and code n for a paper that was lost.

A code is shown once and kept as a slow hash. The registration's own code is number 0; later ones are numbered by the
sender, upwards. Until the first exchange the same registration sent again gives a fresh code and the old one dies, so a
lost answer costs nothing; a code issued by number is shown by its first answer only, and the next number answers a loss.
A later code ends the tokens that the earlier one opened, and the subscriptions made with them.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Protocol

from chalicelib.domain import query_codes
from chalicelib.domain.cases import decide as deciding
from chalicelib.domain.cases.decide import StoredWrite
from chalicelib.domain.cases.intake import PUT, registration_line
from chalicelib.domain.instants import to_key
from chalicelib.domain.keyring import PurposeKeys
from chalicelib.domain.query_codes import HeldCode, NewCode
from chalicelib.errors import (
    ConditionFailedError,
    ForbiddenError,
    NotNextError,
    PlaceTakenError,
    Problem,
    RefusedError,
    UnavailableError,
)
from chalicelib.usecases.authenticate import authorise
from chalicelib.usecases.cases import (
    CaseHead,
    CaseReceipt,
    Intake,
    OpenedCase,
    decide_lines,
    raise_refusal,
)
from chalicelib.usecases.ports import COMMIT_TRIES

REGISTRATION_CODE = 0
CODE = "code"


class IssueStore(Protocol):
    """Where query codes are issued."""

    def held(self, case_no: str) -> HeldCode | None:
        """Return what is kept of a case's code."""

    def replace_unused(self, case_no: str, before: HeldCode | None, code: NewCode) -> None:
        """Put a fresh code in the place of one that was never exchanged.

        Raises:
            ConditionFailedError: it was exchanged or replaced meanwhile.
        """

    def issue(self, case_no: str, number: int) -> StoredWrite | None:
        """Return what asked for code n, or None."""

    def commit_issue(self, write: StoredWrite, before: CaseHead, held: HeldCode | None, code: NewCode) -> None:
        """Write the issue, the code and the case's next epoch, and end the subscriptions: all or nothing.

        Raises:
            ConditionFailedError: the place is taken, or code or case have changed.
        """


@dataclass(frozen=True, slots=True)
class Minting:
    """What making codes needs, for the length of one request; a code is made once, however often a commit is tried."""

    issues: IssueStore
    peppers: PurposeKeys
    random_bytes: Callable[[int], bytes]
    hash_of: Callable[[str, str, bytes, bytes], bytes]
    _made: dict[str, tuple[str, bytes, bytes]] = field(default_factory=dict)

    def mint(self, case_no: str, number: int) -> tuple[str, NewCode]:
        """Return a code as it is printed, and what is kept of it."""
        if case_no not in self._made:
            code, salt = query_codes.make_code(self.random_bytes), self.random_bytes(query_codes.SALT_BYTES)
            self._made[case_no] = code, salt, self.hash_of(code, case_no, self.peppers.current, salt)
        code, salt, hashed = self._made[case_no]
        return code, NewCode(number, salt, hashed, self.peppers.current_id)

    def own(self, case_no: str) -> str | None:
        """Return the code that stands in the table if it was made in this request, by a commit whose answer was lost."""
        if case_no not in self._made:
            return None
        code, _, hashed = self._made[case_no]
        held = self.issues.held(case_no)
        return code if held is not None and held.hash == hashed else None


def register_case(case_no: str, raw: bytes, intake: Intake, minting: Minting) -> CaseReceipt:
    """Register a case, or answer for it if it is there already; the receipt brings a code where one is due.

    Raises:
        MalformedError, ForbiddenError, PlaceTakenError, RefusedError: as the names say.
        UnavailableError: others were faster time and again.
    """
    line = registration_line(case_no, raw)
    for _ in range(COMMIT_TRIES):
        case = intake.cases.open([case_no]).get(case_no)
        decision = decide_lines(case, [line], intake)
        verdict = decision.verdicts[0]
        raise_refusal(verdict)
        assert verdict.write is not None
        if intake.principal.dry_run:
            return CaseReceipt(verdict.write, new=False)
        try:
            if decision.change is None:
                assert case is not None
                # A fresh code takes the place of the paper that is out: a write, whatever the receipt is.
                fresh = fresh_code(case, minting) if deciding.ROLE in intake.actor.roles else None
                return CaseReceipt(verdict.write, new=False, query_code=fresh)
            code, kept = _first_code(verdict.write, minting)
            intake.cases.commit(case_no, None, decision.change, to_key(intake.now), kept)
        except ConditionFailedError:
            continue  # somebody else, or this very write with its answer lost: look again
        return CaseReceipt(verdict.write, new=True, query_code=code)
    raise UnavailableError("others write this case at the same time")


def _first_code(write: StoredWrite, minting: Minting) -> tuple[str | None, NewCode | None]:
    return minting.mint(write.case_no, REGISTRATION_CODE) if write.content["access"] == "code" else (None, None)


def fresh_code(case: OpenedCase, minting: Minting) -> str | None:
    """Replace the registration's code as long as it was never exchanged and no other was issued."""
    case_no = case.head.case_no
    if case.registration.content["access"] != "code" or case.head.code_number != REGISTRATION_CODE:
        return None
    held = minting.issues.held(case_no)
    if held is not None and (held.exchanged or held.number != REGISTRATION_CODE):
        return None
    code, kept = minting.mint(case_no, REGISTRATION_CODE)
    minting.issues.replace_unused(case_no, held, kept)
    return code


def issue_code(case_no: str, number: int, raw: bytes, intake: Intake, minting: Minting) -> CaseReceipt:
    """Issue code n of a case and end the tokens of the earlier one; sent again, the receipt comes without the code.

    Raises:
        MalformedError, ForbiddenError, PlaceTakenError: as the names say.
        NotNextError: a code with this or a higher number was issued. RefusedError: the case is not registered.
        UnavailableError: others were faster time and again.
    """
    write = _issue_write(case_no, number, raw, intake)
    for _ in range(COMMIT_TRIES):
        case = intake.cases.open([case_no]).get(case_no)
        if case is None:
            _parsed(raw)
            raise RefusedError(Problem("case_not_registered", "the case is not registered", pointer=""))
        _check_agency(case, intake)
        there = minting.issues.issue(case_no, number)
        if there is not None:
            if there.sha256 != write.sha256:
                raise PlaceTakenError(f"other bytes stand at code {number}")
            return CaseReceipt(there, new=False, query_code=minting.own(case_no))
        authorise(intake.principal, case.head.path, deciding.ROLE)
        _parsed(raw)
        if number <= case.head.code_number:
            raise NotNextError(case.head.code_number + 1)
        if intake.principal.dry_run:
            return CaseReceipt(write, new=False)
        held = minting.issues.held(case_no)
        code, kept = minting.mint(case_no, number)
        try:
            minting.issues.commit_issue(write, case.head, held, kept)
        except ConditionFailedError:
            continue  # somebody else, or this very write with its answer lost: look again
        return CaseReceipt(write, new=True, query_code=code)
    raise UnavailableError("others write this case at the same time")


def _parsed(raw: bytes) -> dict[str, Any]:
    from chalicelib.domain.models import cases, common

    return common.parse(cases.CODE_ISSUE, raw, tagged=False)


def _check_agency(case: OpenedCase, intake: Intake) -> None:
    if intake.actor.agency not in case.head.path:
        raise ForbiddenError("other_agency", "the key's agency is neither this agency nor above it")


def _issue_write(case_no: str, number: int, raw: bytes, intake: Intake) -> StoredWrite:
    return StoredWrite(
        kind=CODE,
        case_no=case_no,
        event_id=str(number),
        body=raw,
        via=PUT,
        sha256=sha256(raw).hexdigest(),
        key_id=intake.actor.key_id,
        agency=intake.actor.agency,
        received_at=to_key(intake.now),
        state="issued",
    )
