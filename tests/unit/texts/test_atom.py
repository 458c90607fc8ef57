"""Atom as RFC 4287 wants it: whatever a text holds, the feed parses, and the text that is read is the text that was written."""

import re
from dataclasses import dataclass
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import atom, json_feed
from chalicelib.domain.feeds import Entry, entries, newest

NAMES = {"a": "http://www.w3.org/2005/Atom", "at": "http://purl.org/atompub/tombstones/1.0"}
XHTML = "{http://www.w3.org/1999/xhtml}"
FEED = atom.Feed("https://o/feeds/x.atom", "意见 X", "", "2026-11-23T10:00:00+08:00", "o", "https://o/", ())


@dataclass
class Listed:
    """An item of a list, as far as an entry needs it."""

    title: dict[str, str]
    stage: str = "published"

    def entry(self) -> Entry:
        """Return its entry."""
        item = {
            "kind": "disclosure",
            "id": "d1",
            "url": "/v1/disclosures/d1",
            "stage": self.stage,
            "title": self.title,
            "agency": "bureau",
            "category": "plans",
            "published_at": "2026-11-23T10:00:00+08:00",
            "record_changed_at": "2026-11-24T10:00:00+08:00",
        }
        return entries([item], "https://o", "/open")[0]


def parsed(*found: Entry) -> ElementTree.Element:
    """Return the feed as a reader of XML sees it."""
    return ElementTree.fromstring(atom.document(FEED, found))


def held(text: str) -> str:
    """Return what XML 1.0 can hold of a text; a parser makes one line feed of each way to end a line."""
    lines = re.sub("\r\n?", "\n", text)
    return "".join(
        each if each in "\t\n" or (each >= " " and each not in "\ufffe\uffff") else "\ufffd" for each in lines
    )


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_text_makes_a_feed_that_parses_to_that_text(text: str) -> None:
    feed = parsed(Listed({"zh": text, "en": text}).entry())
    assert feed.findtext("a:entry/a:title", None, NAMES) == held(text)
    own, other = feed.iterfind(f"a:entry/a:content/{XHTML}div/{XHTML}p", NAMES)
    assert [each.get("lang") for each in (own, other)] == ["zh", "en"]
    assert (other.text or "").startswith(held(text))


def test_markup_in_a_text_stays_text_in_elements_and_in_attributes() -> None:
    hostile = "]]></title><script>alert('1')</script><!-- & \" <?x ?>"
    listed = Listed({"zh": hostile}).entry()
    feed = parsed(listed._replace(agency=hostile, tags=((hostile, hostile),), page=f"https://o/{hostile}"))
    assert feed.findtext("a:entry/a:title", None, NAMES) == hostile
    assert feed.findtext("a:entry/a:author/a:name", None, NAMES) == hostile
    assert [each.get("term") for each in feed.iterfind("a:entry/a:category", NAMES)] == [hostile]
    assert {each.tag.rpartition("}")[2] for each in feed.iter()}.isdisjoint({"script"})


def test_the_own_language_comes_first_and_is_named() -> None:
    entry = parsed(Listed({"en": "Plan"}).entry()).find("a:entry", NAMES)
    assert entry is not None
    assert entry.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"
    assert [each.get("lang") for each in entry.iter(f"{XHTML}p")] == ["en", "zh"]


def test_what_is_withdrawn_is_a_tombstone_and_no_entry() -> None:
    gone = Listed({"zh": "通知"}, "withdrawn").entry()
    feed = parsed(gone)
    assert feed.find("a:entry", NAMES) is None
    tombstone = feed.find("at:deleted-entry", NAMES)
    assert tombstone is not None
    assert (tombstone.get("ref"), tombstone.get("when")) == (gone.id, gone.updated)
    assert tombstone.findtext("at:comment", None, NAMES) == "已撤回 Withdrawn"


def test_an_empty_page_says_up_to_when_it_is_known_to_be_empty() -> None:
    assert newest([], "2026-11-23T10:00:00+08:00") == "2026-11-23T10:00:00+08:00"
    assert newest([], None) == "1970-01-01T00:00:00Z"
    assert newest([Listed({"zh": "一"}).entry()], None) == "2026-11-24T10:00:00+08:00"


def test_a_json_feed_leaves_out_what_it_has_not_and_says_what_is_gone() -> None:
    feed = json_feed.Feed("X", "", "https://o/feeds/x.json", "https://o/", None, "o", "https://o/docs", {})
    told = json_feed.document(feed, [Listed({"zh": "通知", "en": "Notice"}, "withdrawn").entry()])
    assert {"description", "next_url"}.isdisjoint(told)
    (item,) = told["items"]
    assert (item["title"], item["language"], item["_glasshall"]["gone"]) == ("通知", "zh", True)
    assert item["content_text"] == "Notice\n已撤回；机关：bureau\nWithdrawn; Agency: bureau"
