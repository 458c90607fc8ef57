"""Atom (RFC 4287): a page of a feed as the bytes that a reader of feeds takes, paged by RFC 5005, with tombstones (RFC 6721).

Pure: the same entries give the same bytes. Text is escaped once, in `_text`; the few characters that XML 1.0 cannot hold at
all become U+FFFD there, so that no text whatever makes a feed that cannot be read.
"""

import re
from collections.abc import Iterable, Iterator
from html import escape
from typing import NamedTuple

from chalicelib.domain.feeds import Entry, Words, own_language

MEDIA_TYPE = "application/atom+xml"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ATOM, _TOMBSTONES = "http://www.w3.org/2005/Atom", "http://purl.org/atompub/tombstones/1.0"
_XHTML = "http://www.w3.org/1999/xhtml"


class Link(NamedTuple):
    """A link of the feed."""

    rel: str
    href: str
    media_type: str


class Feed(NamedTuple):
    """What a page says of the feed that it is of."""

    id: str
    """The same on every page."""
    title: str
    subtitle: str
    updated: str
    author: str
    home: str
    links: tuple[Link, ...]


def document(feed: Feed, found: Iterable[Entry]) -> bytes:
    """Return a page of a feed."""
    parts = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="{_ATOM}" xmlns:at="{_TOMBSTONES}" xml:lang="zh">',
        _element("id", feed.id),
        _element("title", feed.title),
        *([_element("subtitle", feed.subtitle)] if feed.subtitle else ()),
        _element("updated", feed.updated),
        f"<author>{_element('name', feed.author)}{_element('uri', feed.home)}</author>",
        *(_link(*link) for link in feed.links),
    ]
    for entry in found:
        parts += _entry(entry) if entry.gone is None else _tombstone(entry, entry.gone)
    parts.append("</feed>\n")
    return "\n".join(parts).encode()


def _entry(entry: Entry) -> Iterator[str]:
    language = own_language(entry.title)
    yield f'<entry xml:lang="{language}">'
    yield _element("id", entry.id)
    yield _element("title", entry.title[language])
    yield _element("published", entry.published)
    yield _element("updated", entry.updated)
    yield f"<author>{_element('name', entry.agency)}{_element('uri', entry.agency_url)}</author>"
    if entry.page != entry.id:
        yield _link("alternate", entry.page, "text/html")
    yield _link("alternate", entry.id, "application/json")
    yield from (f'<category term="{_text(term)}" scheme="{_text(scheme)}"/>' for scheme, term in entry.tags)
    told = "".join(
        f'<p xml:lang="{each}" lang="{each}">{_text(_sentence(entry, each))}</p>'
        for each in sorted(entry.told, key=lambda each: each != language)
    )
    yield f'<content type="xhtml"><div xmlns="{_XHTML}">{told}</div></content>'
    yield "</entry>"


def _sentence(entry: Entry, language: str) -> str:
    """Return what is told in a language; of a title that stands in both, the other one before it."""
    other = entry.title.get(language) if language != own_language(entry.title) else None
    return f"{other} ({entry.told[language]})" if other else entry.told[language]


def _tombstone(entry: Entry, gone: Words) -> Iterator[str]:
    yield f'<at:deleted-entry ref="{_text(entry.id)}" when="{_text(entry.updated)}">'
    yield f'<at:comment xml:lang="zh">{_text(gone["zh"])} {_text(gone["en"])}</at:comment>'
    yield "</at:deleted-entry>"


def _link(rel: str, href: str, media_type: str) -> str:
    return f'<link rel="{rel}" type="{media_type}" href="{_text(href)}"/>'


def _element(name: str, text: str) -> str:
    return f"<{name}>{_text(text)}</{name}>"


def _text(text: str) -> str:
    return escape(_NOT_XML.sub("\ufffd", text))
