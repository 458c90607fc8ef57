"""Rating a case: the holder says how it was handled, and a low grade opens a case in which the agency looks into it.

    open      the case, to the holder of its token
    read      the rating, or every reason why it cannot be read
    replay    the same bytes at the same UUID: the same receipt; other bytes: the place is taken
    decide    what can be rated follows from the events (domain/cases/ratings.py); the first follow-up must be done before
              a target is rated once more
    commit    the rating, what is noted with the case, and the follow-up, in one transaction on condition of the case's version

So a low rating never stands without its follow-up, whose number is made of those of the case and the rating.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any, NamedTuple, Protocol

import orjson

from chalicelib.domain.cases import ratings
from chalicelib.domain.cases.decide import Change
from chalicelib.domain.cases.ratings import LOW, MATTER, Rating
from chalicelib.domain.cases.records import instant
from chalicelib.domain.enquiries import FOLLOW_UP
from chalicelib.domain.instants import to_key
from chalicelib.domain.records import Ref
from chalicelib.errors import ConditionFailedError, PlaceTakenError, RefusedError, UnavailableError
from chalicelib.usecases.case_access import Access, status_of
from chalicelib.usecases.case_ratings import follow_up_done, targets_of
from chalicelib.usecases.cases import CaseHead, CaseStore, Terms
from chalicelib.usecases.enquiries import check_uuid, open_case
from chalicelib.usecases.ports import COMMIT_TRIES, RecordStore


class StoredRating(NamedTuple):
    """A rating as it was sent: the one item that holds its text."""

    uuid: str
    raw: bytes
    at: str
    follow_up: str | None

    @property
    def sha256(self) -> str:
        """The hash of the bytes sent."""
        return sha256(self.raw).hexdigest()

    @property
    def content(self) -> dict[str, Any]:
        """What it says."""
        content: dict[str, Any] = orjson.loads(self.raw)
        return content


class FollowUpCase(NamedTuple):
    """A case that a low rating opens."""

    number: str
    change: Change


class RatingStore(Protocol):
    """Where ratings live."""

    def rating(self, case_no: str, uuid: str) -> StoredRating | None:
        """Return a rating, or None."""

    def ratings(self, case_no: str) -> list[StoredRating]:
        """Return every rating of a case."""

    def rate(self, before: CaseHead, rating: StoredRating, noted: bytes, follow_up: FollowUpCase | None) -> None:
        """Write a rating, what is noted with its case, and the case that it opens: all or nothing.

        Raises:
            ConditionFailedError: the place is taken, or the case has moved on since `before`.
        """


@dataclass(frozen=True, slots=True)
class RatingDesk:
    """What rating needs, for the length of one request."""

    access: Access
    cases: CaseStore
    ratings: RatingStore
    records: RecordStore
    terms: Terms


@dataclass(frozen=True, slots=True)
class Rated:
    """What the holder gets for a rating; `new` says that this request stored it."""

    rating: StoredRating
    new: bool


def put_rating(case_no: str, uuid: str, raw: bytes, token: str | None, desk: RatingDesk) -> Rated:
    """Take in a rating, or answer for it if it is there already.

    Raises:
        UnauthenticatedError: the token does not hold. NotFoundError: the name is no UUID.
        MalformedError, PlaceTakenError, RefusedError: as the names say.
        UnavailableError: others were faster time and again.
    """
    status_of(case_no, token, desk.access)
    check_uuid(uuid)
    sent = _read(raw)
    at = to_key(desk.access.now)
    for _ in range(COMMIT_TRIES):
        # The case before the rating: one that was stored in between makes the commit fail.
        head = desk.cases.head(case_no)
        assert head is not None  # a token of it holds
        there = desk.ratings.rating(case_no, uuid)
        if there is not None:
            if there.sha256 != sha256(raw).hexdigest():
                raise PlaceTakenError("other bytes stand at this place")
            return Rated(there, new=False)
        given = ratings.read_ratings(head.ratings)
        of = target_of(sent)
        reason = ratings.why_not(of, targets_of(head.view), given, follow_up_done(desk.access.statuses))
        if reason is not None:
            raise RefusedError(reason)
        follow_up = _follow_up(head, uuid, desk) if sent["grade"] in LOW else None
        rating = StoredRating(uuid, raw, at, follow_up.number if follow_up else None)
        noted = ratings.write_ratings([*given, Rating(uuid, of, sent["grade"], at, rating.follow_up)])
        try:
            desk.ratings.rate(head, rating, noted, follow_up)
        except ConditionFailedError:
            continue  # somebody else, or this very rating with its answer lost: look again
        return Rated(rating, new=True)
    raise UnavailableError("others write this case at the same time")


def _read(raw: bytes) -> dict[str, Any]:
    from chalicelib.domain.models import common
    from chalicelib.domain.models import ratings as models

    return common.parse(models.RATING, raw, tagged=False)


def target_of(sent: dict[str, Any]) -> str:
    """Return what a rating is of: the matter, or the instant of a contact."""
    return MATTER if sent["of"] == MATTER else to_key(instant(sent["contact_at"]))


def _follow_up(head: CaseHead, uuid: str, desk: RatingDesk) -> FollowUpCase | None:
    """Return the case that a low rating opens; None where every agency that could look into it has ended."""
    path = [Ref("agency", agency) for agency in reversed(head.path)]
    states = {ref: found.state for ref, found in desk.records.heads(path).items()}
    service = ratings.followed_up_by([ref.record_id for ref in path if states[ref]["stage"] != "dissolved"])
    if service is None:
        return None
    about = {"kind": FOLLOW_UP, "agency": head.agency, "about": {"case_no": head.case_no}, "rating": uuid}
    number = ratings.follow_up_number(head.case_no, uuid)
    return FollowUpCase(
        number, open_case(number, orjson.dumps(about), service, desk.terms, desk.access.now, access="none")
    )
