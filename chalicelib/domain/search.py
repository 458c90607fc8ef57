"""What can be asked of the read model, what it answers, and by which values each record is found.

A filter's values stand in the record itself: the table below says where. A list that one index partition serves is never asked
here; everything else is: words, several filters, several values of one (meaning or), an agency with all below it, how many
there are, and how they divide.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from chalicelib.domain.document_numbers import normalised as normalised_number
from chalicelib.domain.instants import WITHOUT_END, to_key

Body = Mapping[str, Any]
Finder = Callable[[Body], Iterator[str]]


def _at(*path: str) -> Finder:
    """Return what yields the texts that stand at a path of members, of every entry where a list stands on it."""

    def found(value: Any, depth: int = 0) -> Iterator[str]:
        if isinstance(value, list):
            for each in value:
                yield from found(each, depth)
        elif depth == len(path):
            yield str(value)
        elif isinstance(value, Mapping) and path[depth] in value:
            yield from found(value[path[depth]], depth + 1)

    return found


def _doc_no(body: Body) -> Iterator[str]:
    if "doc_no" in body:
        yield normalised_number(body["doc_no"])


def _about_record(body: Body) -> Iterator[str]:
    for each in body.get("about", ()):
        yield f"{each['kind']}:{each['id']}" if "id" in each else each["kind"]


def _about_card(body: Body) -> Iterator[str]:
    yield "case" if "service" in body else "duty"


_EVERYWHERE: Mapping[str, Finder] = {
    "agency": _at("agency"),
    "jurisdiction": _at("jurisdiction"),
    "stage": _at("stage"),
}
FILTERS: Mapping[str, Mapping[str, Finder]] = {
    "agencies": {"level": _at("level"), "parent": _at("parent"), "path": _at("path")},
    "services": {
        "centre": _at("windows", "centre"),
        "life_event": _at("life_events"),
        "service_kind": _at("service_kind"),
        "handling": _at("handling"),
    },
    "disclosures": {"category": _at("category"), "cadence": _at("cadence"), "doc_no": _doc_no},
    "supervision": {"colour": _at("colour"), "about": _about_card},
    "rules": {"kind": _at("rule_kind"), "area": _at("area"), "doc_no": _doc_no},
    "evaluations": {"evaluated": _at("agencies", "agency")},
    "feedback": {"about": _about_record},
    "centres": {},
    "hearings": {"kind": _at("hearing_kind"), "disclosure": _at("disclosure")},
    "filings": {"receiver": _at("receiver"), "disclosure": _at("disclosure")},
    "statistics-periods": {"period": _at("period")},
    "comments": {"disclosure": _at("disclosure"), "round": _at("round")},
}
"""Collection -> filter -> where its values stand in a body; agency, jurisdiction and stage are filters of every one."""


def filters_of(collection: str) -> frozenset[str]:
    """Return the filters that a collection can be asked with."""
    return frozenset(FILTERS.get(collection, {})) | frozenset(_EVERYWHERE)


def values_of(collection: str, body: Body) -> frozenset[tuple[str, str]]:
    """Return every (filter, value) by which a record is found."""
    finders = {**_EVERYWHERE, **FILTERS.get(collection, {})}
    return frozenset((name, value) for name, find in finders.items() for value in find(body))


@dataclass(frozen=True, slots=True)
class Ordered:
    """The instants of a record as keys (UTC text): those it is sorted by, and between which it holds."""

    published_at: str
    changed_at: str
    holds_from: str
    holds_until: str


def ordered(body: Body) -> Ordered:
    """Return the instants of a record. What does not say between which it holds does so for good since it was published."""
    published_at = _key(body, "published_at") or ""
    begins, ends = _holds(body)
    return Ordered(published_at, _key(body, "record_changed_at") or "", begins or published_at, ends or WITHOUT_END)


def _holds(body: Body) -> tuple[str | None, str | None]:
    """Return from when on and until when a record holds: is in force, takes comments, is still to come, waits for its answer."""
    stands = (body.get("kind"), body.get("stage"))
    if stands == ("disclosure", "in_consultation"):
        heard = body["consultations"][-1]
        return _key(heard, "opens_at"), _key(heard, "closes_at")
    if stands == ("hearing", "announced"):
        return None, _key(body, "held_at")
    if stands[0] == "filing" and "answer_by" in body:
        return None, f"{body['answer_by']}T23:59:59.999Z"
    return _key(body, "in_force_from"), _key(body, "in_force_until")


def _key(body: Body, name: str) -> str | None:
    return to_key(datetime.fromisoformat(body[name])) if name in body else None


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of one collection. Nothing that is given widens what is found but the values of one filter."""

    collection: str
    text: str | None = None
    """Words with white space between them; each must stand in the record."""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Filter -> values, one of which the record must have."""
    subtree: bool = False
    """Whether an agency among the filters stands for itself and every agency below it."""
    published_from: str | None = None
    published_to: str | None = None
    updated_since: str | None = None
    holds_at: str | None = None
    """Instant at which the record holds: a rule is in force, a consultation open, a hearing still to come."""
    ended_by: str | None = None
    """Instant by which the record no longer holds: of rules, that have lapsed."""
    begins_after: str | None = None
    """Instant at which the record does not hold yet: a consultation that is only announced."""
    include_withdrawn: bool = False
    """Also those withdrawn; they are in it anyway where `changed` or a stage is asked for."""
    limit: int = 20
    after: str | None = None
    """`last` of the page before."""
    changed: bool = False
    """Sorted by the instant of the last change, not of publication."""
    by: Literal["holds_from", "holds_until"] | None = None
    """Sorted by the instant at which the record begins or ends to hold, in the place of both."""
    oldest_first: bool = False
    facets: tuple[str, ...] = ()
    count: bool = False

    @property
    def whole(self) -> bool:
        """Whether withdrawn records are in it."""
        return self.include_withdrawn or self.changed or "stage" in self.filters


@dataclass(frozen=True, slots=True)
class Found:
    """One page, and what was asked about the whole of what it is a page of. All of it is of one register index."""

    summaries: list[bytes]
    last: str | None
    """Where to go on, if there is more: the sort key `instant#id` of the last item."""
    snippets: list[bytes | None]
    """Beside each summary, if words were asked for: JSON, a list of `{"text": ...}` with `"hit": true` on what was found."""
    count: int | None
    facets: dict[str, list[tuple[str, int]]]
    """Filter -> values with how many of what was found have them, the most first, then by value."""
    register_index: int | None
    """The last register index of the collection that the model holds: every act up to it is in the answer."""
    at: str | None
    """The instant of the newest entry that the model holds (UTC text)."""
