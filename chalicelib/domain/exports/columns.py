"""The columns of each collection, as CSV and SQLite have them: chosen, flat, and the same whatever is in a record.

A column is a place in the record's body: `limits.promised.value`. Its name is the place with `_` for the dots (but
`source.url`, whose name would be that of `source_url`). A text has a column for each language. Where a place goes through a
list (`attachments[].sha256`), its values stand in one cell, `; ` between them. What has no column stands in the body, which
NDJSON and SQLite have whole.

Columns are never renamed, moved or dropped; a new one goes to the end of its kind.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

import orjson

BETWEEN = "; "
LISTED = "listed"
_LANGUAGES = ("zh", "en")


class Row(NamedTuple):
    """A public record as it stands at the index of the export, or an entry of the register."""

    body: bytes
    """As its address gives it; an entry as `/v1/changes` does."""
    listed: bool | None = None
    """False once withdrawn: then no list has it, and its body is what remains."""

    def cells(self, kind: str) -> list[Any]:
        """Return what stands in the columns of its kind."""
        return cells(kind, {**orjson.loads(self.body), LISTED: self.listed})


def _texts(*places: str) -> tuple[str, ...]:
    return tuple(f"{place}.{language}" for place in places for language in _LANGUAGES)


def _limits(*places: str) -> tuple[str, ...]:
    return tuple(f"{place}.{part}" for place in places for part in ("value", "unit"))


FIRST = (
    *("id", "version", "act", "register_index", "sha256", "url", "agency", "jurisdiction", "origin", "stage"),
    *("issued_on", "published_at", "effective_on", "record_changed_at", "synthetic", LISTED),
)
"""With which every kind begins; `listed` alone is not of the body."""
_CONTACT = ("complaint.phone", "complaint.url")
_SOURCE = ("source.name", "source.url", "source.licence")
_OWN: dict[str, tuple[str, ...]] = {
    "agency": (
        *_texts("name"),
        *("level", "parent", "path[]", *_CONTACT, "time_zone", "calendar", "language"),
        *(*_texts("reason"), *_SOURCE),
    ),
    "service": (
        *(*_texts("title"), "item_code", "service_kind", "task_type_code", "handling", "channels[]", "applicants[]"),
        *_limits("limits.promised", "limits.statutory", "limits.acceptance", "limits.supplement_request"),
        *_limits("limits.first_review", "limits.issue"),
        *("clock_starts", "supplement", "promise_covers", "overdue_means"),
        *("joint.lead", *_limits("joint.promised", "joint.statutory", "extension.limit")),
        *("legal_basis[].document", *_texts("materials[].name"), *_texts("fees[].name"), "fees[].amount_fen"),
        *(*_texts("quota", "result.name", "result.validity"), "visits", "life_events[]", "windows[].centre"),
        *(*_texts("responsible.post"), "responsible.phone", *_texts("first_contact.post"), "first_contact.phone"),
        *(*_CONTACT, "completeness.facets", "completeness.filled", "completeness.missing[]"),
        *(*_texts("reason"), *_SOURCE),
    ),
    "disclosure": (
        *(*_texts("title"), "category", "cadence", "doc_no", *_texts("issuer", "summary", "body"), "topics[]"),
        *("openness.class", "openness.ground", "formed_on", "public_until", "source_url"),
        *("schedule.series", "schedule.next_due_on", "approval.at", "broken_glass.at", "adoption.decided_on"),
        *("superseded.by", "superseded.at"),
        *("attachments[].file_name", "attachments[].sha256", "content_sha256", *_texts("reason"), *_SOURCE),
    ),
    "card": (
        *("colour", "rule", "due_on", "service", "step", "branch", "procedure", "subject.kind", "subject.id"),
        *("category", "of", "answer_by", "reddened", *_texts("answer.reason", "answer.measures"), "answer.in_time"),
        *("answer.at", "outcome.outcome", *_texts("outcome.reason"), "outcome.at"),
        *(*_texts("closed.reason"), "closed.at", "lifted.reason", "lifted.at"),
    ),
    "rule": (
        *(*_texts("title"), "rule_kind", "area", "doc_no", "doc_no_as_sent", *_texts("body"), "source_url"),
        *("in_force_on", "valid_until", "in_force_from", "in_force_until", "review_due_on", "report_due_on"),
        *("replaces[]", "replaced_by", "ended_on", *_texts("ended.reason"), "ended.by_document", "ended.at"),
        *_SOURCE,
    ),
    "evaluation": (
        *(*_texts("title"), "period.from", "period.to", "criteria[]", *_texts("method"), "sample.kind", "sample.size"),
        *("agencies[].agency", "agencies[].standing", "unanswered[].agency"),
        *("closed.at", *_texts("closed.reason"), "withdrawn.at", *_texts("withdrawn.reason")),
    ),
    "feedback": (
        *(*_texts("title"), "about[].kind", "about[].id", "due_on", "reported_at", "in_time"),
        *("report.period.from", "report.period.to", *_texts("reason")),
    ),
    "centre": (
        *(*_texts("name", "address"), "location.latitude", "location.longitude", "phone", *_CONTACT),
        *("hours.working_calendar", "windows[].id", *_texts("windows[].name"), "payment.one_window", "payment.window"),
        *("payment.methods[]", "time_zone", "calendar", *_texts("reason"), *_SOURCE),
    ),
    "hearing": (
        *("hearing_kind", *_texts("title"), "disclosure", "held_at", "ends_at", *_texts("place"), "observers"),
        *("announced_at", "registration.closes_at", *_texts("reason"), "cancelled.at", *_texts("cancelled.reason")),
        *("proceedings.held_at", "proceedings.ended_at", *_texts("proceedings.record", "proceedings.outcome")),
    ),
    "comment": (
        *("disclosure", "round", "of_version", "from", "about.question", "about.pointer", "text"),
        *("submitted_at", "moderated_at", "reason", "legal_basis.document", "legal_basis.article"),
    ),
    "filing": (
        *("disclosure", "of_version", "receiver", "receiver_kind", "filed_at", "answer_by", "content_sha256"),
        *("answers[].answer", "answers[].number", "answers[].at", "replaced.by", "replaced.because", "replaced.at"),
        *("ended.because", "ended.at"),
    ),
    "period": ("period", "ends_on", "figures", "figures_sha256", "revision"),
}
KINDS = tuple(_OWN)
ENTRY = "change"
"""Entries of the register, as `/v1/changes` gives them."""
_NAMES = {"source.url": "source_site"}
_LAYOUT = {
    **{kind: (*FIRST, *own) for kind, own in _OWN.items()},
    ENTRY: (
        *("index", "kind", "id", "act", "name", "version", "at", "agency", "jurisdiction", "sha256", "act_sha256"),
        *("salt", "url", "tombstone", "commitment", "erased_by"),
    ),
}


def places(kind: str) -> tuple[str, ...]:
    """Return the places that the columns of a kind show, in their order."""
    return _LAYOUT[kind]


@cache
def names(kind: str) -> tuple[str, ...]:
    """Return the names of the columns of a kind."""
    return tuple(_NAMES.get(place) or place.replace("[]", "").replace(".", "_") for place in places(kind))


@cache
def _ways(kind: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(place.replace("[]", ".[]").split(".")) for place in places(kind))


def cells(kind: str, members: Mapping[str, Any]) -> list[Any]:
    """Return the cells of a record or entry: texts, numbers, truths, and None for what it does not say."""
    return [_cell(members, way) for way in _ways(kind)]


def _cell(value: Any, way: tuple[str, ...]) -> Any:
    if "[]" not in way:
        for step in way:
            if not isinstance(value, dict):
                return None
            value = value.get(step)
        return None if isinstance(value, dict | list) else value
    found = [str(each) for each in _through(value, way) if each is not None]
    return BETWEEN.join(found) if found else None


def _through(value: Any, way: tuple[str, ...]) -> Iterator[Any]:
    if not way:
        yield value
    elif way[0] == "[]":
        for each in value if isinstance(value, list) else ():
            yield from _through(each, way[1:])
    elif isinstance(value, dict):
        yield from _through(value.get(way[0]), way[1:])
