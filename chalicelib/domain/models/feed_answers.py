"""What JSON feeds answer, as models (JSON Feed 1.1); see `responses.py`."""

from typing import Annotated, Any, Literal

from pydantic import Field

from chalicelib.domain.models.common import InstantText
from chalicelib.domain.models.responses import Answer, AsOf

Address = Annotated[str, Field(json_schema_extra={"format": "uri"})]


class FeedAuthor(Answer):
    """Whose a feed or an entry is."""

    name: str
    url: Address


class FeedExtension(Answer):
    """What a feed says beyond the format: up to where it is surely whole."""

    about: Address
    as_of: AsOf


class FeedRecord(Answer):
    """What an entry says beyond the format: whether the record still stands in its list, and the item of the list."""

    gone: bool
    record: dict[str, Any]


class JsonFeedItem(Answer):
    """One record, as a reader of feeds shows it."""

    id: Address
    url: Address
    title: str
    content_text: str
    date_published: InstantText
    date_modified: InstantText
    authors: list[FeedAuthor]
    tags: list[str]
    language: Literal["zh", "en"]
    extension: Annotated[FeedRecord, Field(alias="_glasshall")]


class JsonFeed(Answer):
    """A page of a list as JSON Feed 1.1."""

    version: Literal["https://jsonfeed.org/version/1.1"]
    title: str
    description: str | None = None
    home_page_url: Address
    feed_url: Address
    next_url: Address | None = None
    language: Literal["zh"]
    authors: list[FeedAuthor]
    extension: Annotated[FeedExtension, Field(alias="_glasshall")]
    items: list[JsonFeedItem]
