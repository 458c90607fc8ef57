"""Versions of a record: the two reads that every versioned noun has, declared once.

A withdrawn service keeps its versions: cases are bound to them. A withdrawn disclosure keeps only its last, the tombstone.
Of a record that was erased by order only the version that says so stands; the earlier ones are told as gone (410).
What changed from one to another is computed when it is asked for, from the bytes of both.
"""

from typing import Any, NamedTuple

import orjson

from chalicelib import wiring
from chalicelib.errors import ErasedError, NotFoundError
from chalicelib.routes.access import Access
from chalicelib.routes.endpoint import Answer, Request, Routes
from chalicelib.routes.listing import ITEM_CACHE, PAGE_CACHE, PERMANENT_CACHE, after_place, answer_record, render_page
from chalicelib.routes.params import CURSOR, LIMIT, Parameter, path_number, whole_number
from chalicelib.store.views import Listing


class Versioned(NamedTuple):
    """A noun that has versions: what it is called in addresses, in the register, and in a sentence."""

    collection: str
    kind: str
    spoken: str
    """`a card`, `an agency`."""
    keeps: bool = True
    """Whether withdrawal leaves the earlier versions."""
    erasable: bool = True
    """Whether an order may erase a record (domain/erasure.py)."""


_OF_THE_VERSION = ("version", "act", "register_index", "sha256", "url", "record_changed_at")
"""Members that every version has of its own: they name it and are not compared."""
ERASED = "ErasedRecord"
"""What is answered of a record that was erased by order."""
DIFF = Parameter(
    "diff",
    whole_number(1, 999_999),
    {"type": "integer", "minimum": 1, "maximum": 999_999},
    "Number of another version: what changed from that one to this, in the place of the record.",
)
VERSIONED: dict[str, Versioned] = {}
"""Every noun that has versions, by kind."""


def declare_versions(routes: Routes, noun: Versioned, model: str) -> None:
    """Declare the list of a record's versions and the read of one; `model` is what a record is answered as."""
    VERSIONED[noun.kind] = noun

    def list_versions(request: Request, record_id: str) -> Answer:
        return _answer_versions(request, noun, record_id)

    def get_version(request: Request, record_id: str, number: str) -> Answer:
        wanted, other = path_number(number, "a version"), request.parameters["diff"]
        body = _find(noun, record_id, wanted)
        if other is None:
            return answer_record(body)
        return _answer_difference(_find(noun, record_id, other), body)

    list_versions.__name__, get_version.__name__ = f"list_{noun.kind}_versions", f"get_{noun.kind}_version"
    list_versions.__doc__, get_version.__doc__ = f"List the versions of {noun.spoken}.", "Return one version."
    path = f"/v1/{noun.collection}/{{record_id}}/versions"
    routes.get(
        path,
        access=Access.PUBLIC,
        summary=f"Every version of {noun.spoken}, newest first",
        cache=PAGE_CACHE,
        parameters=(LIMIT, CURSOR),
        response_model=f"{model}List",
    )(list_versions)
    lasts = "never changes" if noun.keeps else "gone once it is withdrawn"
    routes.get(
        f"{path}/{{number}}",
        access=Access.PUBLIC,
        summary=f"One version of {noun.spoken}; {lasts}",
        cache=PERMANENT_CACHE if noun.keeps else ITEM_CACHE,
        parameters=(DIFF,),
        statuses=(410,),
        response_model=model,
        other_models=("VersionDifference", *((ERASED,) if noun.erasable else ())),
    )(get_version)


def _find(noun: Versioned, record_id: str, number: int) -> bytes | None:
    """Return one version, or None if there is none.

    Raises:
        ErasedError: there was one.
    """
    views = wiring.current().views
    if noun.erasable:
        found = views.version_unless_ended(noun.kind, record_id, number, keeps=noun.keeps)
    else:
        found = views.version(noun.kind, record_id, number)
    if found is None and views.is_erased(noun.kind, record_id, number):
        raise ErasedError("this version was erased by order")
    return found


def _answer_difference(before: bytes | None, after: bytes | None) -> Answer:
    """Answer what changed between two versions.

    Raises:
        NotFoundError: one of them is not there, or no longer shown.
    """
    from chalicelib.domain.differences import differences

    if before is None or after is None:
        raise NotFoundError("no such version")
    old, new = orjson.loads(before), orjson.loads(after)
    told = {"kind": new["kind"], "id": new["id"], "from": _named(old), "to": _named(new)}
    return Answer(orjson.dumps({**told, "changes": differences(_compared(old), _compared(new))}))


def _named(record: dict[str, Any]) -> dict[str, Any]:
    return {name: record[name] for name in _OF_THE_VERSION if name in record}


def _compared(record: dict[str, Any]) -> dict[str, Any]:
    return {name: member for name, member in record.items() if name not in (*_OF_THE_VERSION, "renderer")}


def _answer_versions(request: Request, noun: Versioned, record_id: str) -> Answer:
    """Answer a page of a record's versions, newest first.

    Raises:
        NotFoundError: there is no such record.
    """
    wired = wiring.current()
    after = after_place(request)
    as_of = wired.views.as_of(noun.collection, wired.now())
    page = wired.views.versions(noun.kind, record_id, request.parameters["limit"], after)
    if noun.erasable and wired.views.shows_last_only(noun.kind, record_id, keeps=noun.keeps):
        page = Listing(page.summaries[:1] if after is None else [], None)
    if not page.summaries and after is None:
        raise NotFoundError("no such record")
    return render_page(request, page, as_of)
