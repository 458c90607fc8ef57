"""A batch of registrations and events (newline-delimited JSON): every line's fate, in the order of the lines.

Lines of one case are decided together and written in one transaction (of at most eighty lines); lines of different cases
know nothing of each other. A bad line stops no other. Sent again, what was stored is `already`: so a batch whose answer
was lost, or that was cut off in the middle, is simply sent again.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from chalicelib.domain.cases import decide as deciding
from chalicelib.domain.cases.decide import Verdict
from chalicelib.domain.cases.intake import REGISTER, Line, read_batch
from chalicelib.errors import ForbiddenError, Problem, UnavailableError
from chalicelib.usecases.cases import Intake, OpenedCase, settle

Settle = Callable[[tuple[str, list[Line]]], list[Verdict]]
Run = Callable[[Settle, Iterable[tuple[str, list[Line]]]], Iterable[list[Verdict]]]
"""Calls a function for each case, one after the other (`map`) or several at a time."""


def take_batch(body: bytes, limit_lines: int, intake: Intake, run: Run = map) -> list[Verdict]:
    """Take in a batch and return what became of every line, in line order.

    Raises:
        MalformedError: there is no line. TooLargeError: there are too many.
        ForbiddenError: the key does not have the role.
        UnavailableError: storage cannot answer, or every line met another writer; what was stored stays stored.
    """
    if deciding.ROLE not in intake.actor.roles:
        raise ForbiddenError("role_missing", f"the key does not have the role {deciding.ROLE}")
    lines = read_batch(body, limit_lines)
    groups = _by_case(lines)
    opened = intake.cases.open(list(groups))
    _look_up_terms(lines, opened, intake)

    def settle_one(group: tuple[str, list[Line]]) -> list[Verdict]:
        return settle(group[0], group[1], intake, opened)

    verdicts = [_unplaced(line) for line in lines if line.case_no is None]
    for found in run(settle_one, groups.items()):
        verdicts += found
    if all(verdict.reason == deciding.BUSY for verdict in verdicts):
        raise UnavailableError("others write these cases at the same time")
    return sorted((_plain(verdict) for verdict in verdicts), key=lambda verdict: verdict.line.number)


def _by_case(lines: Iterable[Line]) -> dict[str, list[Line]]:
    groups: dict[str, list[Line]] = {}
    for line in lines:
        if line.case_no is not None:
            groups.setdefault(line.case_no, []).append(line)
    return groups


def _look_up_terms(lines: Sequence[Line], opened: dict[str, OpenedCase], intake: Intake) -> None:
    named = {line.content["service"] for line in lines if line.kind == REGISTER and line.content}
    intake.terms.of(named | {case.head.service for case in opened.values()})


def _unplaced(line: Line) -> Verdict:
    return Verdict(line, deciding.REFUSED, reason=deciding.MALFORMED, problems=line.problems)


def _plain(verdict: Verdict) -> Verdict:
    """Give every refusal for want of authority one code: a line has no status to tell it by."""
    if verdict.reason != deciding.FORBIDDEN:
        return verdict
    problems = tuple(Problem(deciding.FORBIDDEN, problem.message, pointer="") for problem in verdict.problems)
    return replace(verdict, problems=problems)
