"""JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/): a page of a feed as JSON.

Pure. The item of the list stands beside each entry under `_glasshall`, as it is in the list: whoever takes a feed need not
ask again. What is gone is an item that says so there, for JSON Feed has no tombstones.
"""

from typing import Any, NamedTuple

from chalicelib.domain.feeds import Entry, own_language

MEDIA_TYPE = "application/feed+json"
VERSION = "https://jsonfeed.org/version/1.1"


class Feed(NamedTuple):
    """What a page says of the feed that it is of."""

    title: str
    description: str
    feed_url: str
    home_page_url: str
    next_url: str | None
    author: str
    about: str
    """Where the extension is explained."""
    as_of: dict[str, Any]


def document(feed: Feed, found: list[Entry]) -> dict[str, Any]:
    """Return a page of a feed."""
    told = {
        "version": VERSION,
        "title": feed.title,
        "description": feed.description,
        "home_page_url": feed.home_page_url,
        "feed_url": feed.feed_url,
        "next_url": feed.next_url,
        "language": "zh",
        "authors": [{"name": feed.author, "url": feed.home_page_url}],
        "_glasshall": {"about": feed.about, "as_of": feed.as_of},
    }
    kept = {name: value for name, value in told.items() if value not in (None, "")}
    return {**kept, "items": [_item(entry) for entry in found]}


def _item(entry: Entry) -> dict[str, Any]:
    language = own_language(entry.title)
    other = [text for name, text in entry.title.items() if name != language]
    return {
        "id": entry.id,
        "url": entry.page,
        "title": entry.title[language],
        "content_text": "\n".join([*other, *entry.told.values()]),
        "date_published": entry.published,
        "date_modified": entry.updated,
        "authors": [{"name": entry.agency, "url": entry.agency_url}],
        "tags": [term for _, term in entry.tags],
        "language": language,
        "_glasshall": {"gone": entry.gone is not None, "record": entry.item},
    }
