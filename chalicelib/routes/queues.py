"""Queues of what waits for an agency: the two signed reads that each has, declared once.

Signed reads have no query, so a page names the address of the next, which says after which item that begins.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from chalicelib import wiring
from chalicelib.domain.instants import localised
from chalicelib.routes.access import Access
from chalicelib.routes.endpoint import Answer, Request, Routes
from chalicelib.routes.intake import principal_of

if TYPE_CHECKING:
    from chalicelib.domain.records import Actor
    from chalicelib.usecases.queues import QueuePage


class Queue(NamedTuple):
    """What waits: where and as what it is read, and how it is spoken of."""

    path: str
    """`/v1/intake/agencies/{record_id}/enquiries`."""
    view: str
    model: str
    heading: str
    """`Enquiries that an agency has not answered`."""
    spoken: str
    """`enquiries that the agency has not answered`."""
    named_by: str
    """The member of an item that names it, in addresses too."""
    after: str
    """What that name is called in the address of a page."""
    since: str
    """The member that says since when an item waits."""
    item: str
    """Where items are read: `/v1/intake/cases/`."""
    find: "Callable[[str, str | None, Actor], QueuePage]"


def declare_queue(routes: Routes, queue: Queue) -> None:
    """Declare the first page of a queue, and those after it."""

    def list_first(request: Request, record_id: str) -> Answer:
        return _answer(request, queue, record_id, None)

    def list_after(request: Request, record_id: str, **place: str) -> Answer:
        return _answer(request, queue, record_id, place[queue.after])

    list_first.__name__, list_after.__name__ = queue.view, f"{queue.view}_after"
    list_first.__doc__ = f"List the first hundred {queue.spoken}."
    list_after.__doc__ = "List the next hundred; `next` of the page before is the address: signed reads have no query."
    for path, words, view in (
        (queue.path, "oldest first", list_first),
        (f"{queue.path}/after/{{{queue.after}}}", "after one of them", list_after),
    ):
        routes.get(
            path,
            access=Access.SIGNED,
            summary=f"{queue.heading}, {words}",
            cache="no-store",
            response_model=queue.model,
            statuses=(401, 403),
        )(view)


def _answer(request: Request, queue: Queue, record_id: str, after: str | None) -> Answer:
    settings = wiring.current().settings
    page = queue.find(record_id, after, principal_of(request).actor)
    items: list[dict[str, Any]] = []
    for summary in page.summaries:
        item = orjson.loads(summary)
        since = localised(item[queue.since], settings.time_zone)
        items.append({**item, queue.since: since, "url": f"{settings.base_path}{queue.item}{item[queue.named_by]}"})
    following = None
    if page.more and items:
        place = queue.path.format(record_id=record_id)
        following = f"{settings.base_path}{place}/after/{items[-1][queue.named_by]}"
    return Answer(orjson.dumps({"items": items, "next": following}))
