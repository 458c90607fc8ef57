"""What was rated of a case, and what can be, for the holder of its token. This module is on the read path."""

from collections.abc import Callable
from typing import NamedTuple

import orjson

from chalicelib.domain.cases.ratings import Rating, open_targets, read_ratings
from chalicelib.domain.cases.view import HIDDEN
from chalicelib.usecases.case_access import Access, StatusHead, StatusStore, status_of


class HeldRatings(NamedTuple):
    """The ratings of a case with the cases that follow them up, by number, and what can be rated now."""

    given: list[Rating]
    follow_ups: dict[str, StatusHead]
    open: list[str]


def held_ratings(case_no: str, token: str | None, access: Access) -> HeldRatings:
    """Return the ratings of a case to the holder of its token.

    Raises:
        UnauthenticatedError: the token does not hold.
    """
    head = status_of(case_no, token, access)
    given = read_ratings(head.ratings)
    numbers = [rating.follow_up for rating in given if rating.follow_up]
    heads = access.statuses.status_heads(numbers) if numbers else []
    follow_ups = {number: found for number, found in zip(numbers, heads, strict=True) if found is not None}
    return HeldRatings(given, follow_ups, _open(head, access.statuses))


def can_rate(head: StatusHead, statuses: StatusStore) -> bool:
    """Return whether anything of a case can be rated now; reads another case only where one follows a rating up."""
    return bool(_open(head, statuses))


def _open(head: StatusHead, statuses: StatusStore) -> list[str]:
    return open_targets(targets_of(head.view), read_ratings(head.ratings), follow_up_done(statuses))


def targets_of(view: bytes) -> list[str]:
    """Return what the events of a case give to be rated."""
    found: list[str] = orjson.loads(view)[HIDDEN].get("ratable", [])
    return found


def follow_up_done(statuses: StatusStore) -> Callable[[str], bool]:
    """Return a function that says whether nothing is left to do in a follow-up."""

    def done(number: str) -> bool:
        head = statuses.status_heads([number])[0]
        return head is not None and bool(orjson.loads(head.view)["clock"] == "done")

    return done
