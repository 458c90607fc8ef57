"""Ratings of a case (好差评): what can be rated, and what was.

Source: State Council General Office document 51 of 2019 (国办发〔2019〕51号): five grades; each contact in person is rated once,
the whole matter once online, also where it was not accepted; who handled a matter answers for its low ratings (谁办理、谁负责) by
looking into them, and may be rated once more after that.

A target is the matter, or a contact in person, named by its instant. A rating is never taken back: a second one of a target
stands beside the first. What can be rated follows from the events; what was rated stands with the case.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple
from uuid import UUID, uuid5

import orjson

from chalicelib.domain.cases.history import History
from chalicelib.domain.cases.records import ServiceTerms
from chalicelib.domain.enquiries import FOLLOW_UP, ID_LIMIT, BuiltIn, built_in
from chalicelib.domain.instants import to_key
from chalicelib.errors import Problem

GRADES = ("very_satisfied", "satisfied", "basically_satisfied", "dissatisfied", "very_dissatisfied")
LOW = GRADES[-2:]
"""The grades that open a follow-up."""
MATTER = "matter"
CONTACTS_LIMIT = 20
"""Of so many contacts the newest can be rated."""
NO_MATTER = ("void", "entered_in_error")
"""Closed so, there was no matter."""
_FOLLOW_UPS = UUID("7b1f5c4e-3d0a-5c7e-9a51-0e6f2a8d4b37")


class Rating(NamedTuple):
    """What was rated, how and when; `follow_up` is the number of the case that a low rating opened."""

    uuid: str
    of: str
    """`matter`, or the instant of a contact."""
    grade: str
    at: str
    follow_up: str | None = None


def ratable(history: History, terms: ServiceTerms) -> list[str]:
    """Return the targets that the events give: contacts in their order, then the matter once nothing is left to decide."""
    service = built_in(terms.service)
    if service is not None and service.kind == FOLLOW_UP:
        return []  # it ends with one new rating of the matter it follows up
    contacts = [to_key(at) for at in sorted(set(history.contacts))][-CONTACTS_LIMIT:]
    no_matter = history.closed is not None and history.closed.event.content.get("as") in NO_MATTER
    return [*contacts, MATTER] if history.over and not no_matter else contacts


def read_ratings(stored: bytes) -> list[Rating]:
    """Return the ratings that are kept with a case, in the order in which they were given."""
    return [Rating(**given) for given in orjson.loads(stored)] if stored else []


def write_ratings(ratings: Iterable[Rating]) -> bytes:
    """Return what `read_ratings` reads."""
    return orjson.dumps([given._asdict() for given in ratings])


def why_not(of: str, targets: Sequence[str], given: Sequence[Rating], done: Callable[[str], bool]) -> Problem | None:
    """Return why a target cannot be rated now, or None; `done` says whether a follow-up is."""
    earlier = [rating for rating in given if rating.of == of]
    if not earlier and of not in targets:
        if of == MATTER:
            return Problem("matter_not_over", "the matter is rated once it is over", pointer="/of")
        return Problem("no_such_contact", "nobody came in person at that instant", pointer="/contact_at")
    if not earlier:
        return None
    follow_up = earlier[0].follow_up
    if len(earlier) > 1 or follow_up is None:
        return Problem("rated_already", "this was rated", pointer="/of")
    return None if done(follow_up) else Problem("follow_up_not_done", "the first rating is looked into", pointer="/of")


def open_targets(targets: Iterable[str], given: Sequence[Rating], done: Callable[[str], bool]) -> list[str]:
    """Return what can be rated now."""
    known = [*targets]
    every = dict.fromkeys((*known, *(rating.of for rating in given)))
    return [of for of in every if why_not(of, known, given, done) is None]


def follow_up_number(case_no: str, uuid: str) -> str:
    """Return the number of the case that a low rating opens: always the same, so that it is opened once."""
    return str(uuid5(_FOLLOW_UPS, f"{case_no}/{uuid}"))


def followed_up_by(living: Sequence[str]) -> BuiltIn | None:
    """Return the follow-up service of the agency that handled a case, or of the nearest above it; `living` runs from there.

    An agency that has ended, or whose id leaves no room for a service of this kind, is passed over.
    """
    offers = (BuiltIn(FOLLOW_UP, agency) for agency in living)
    return next((offer for offer in offers if len(offer.service) <= ID_LIMIT), None)
