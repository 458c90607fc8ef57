"""What is checked of every entry before it is kept: the pure core, on bytes that a real deployment served."""

from hashlib import sha256
from typing import Any

import orjson
import pytest

from chalicelib.domain.harvest import Copy, Origin, UnfitError, _summary, checked, parse_origins, read_page
from chalicelib.domain.public_view import SUMMARY_LIMIT_BYTES
from chalicelib.settings import Settings, load_settings
from tests.world import AUTHORITY, World

ORIGIN = Origin(AUTHORITY, "", "http")
TRICKY = '引号",\\"body\\":{} 与 ",\\"ends_versions\\":true}'
"""A title that looks like the places where an answer is taken apart."""


@pytest.fixture(scope="module")
def page() -> bytes:
    """Return the changes of a small deployment, with what records showed."""
    world = World().init()
    world.service("s1", title={"zh": TRICKY})
    world.disclose("d1")
    world.act("disclosures", "d1", 4, {"act": "withdraw", "reason": {"zh": "有误"}, "keep_title": True})
    world.log()
    return world.get("/v1/changes", "include=body").body


def copies(raw: bytes) -> list[Copy]:
    """Check a whole page that begins with the first entry."""
    lines, _ = read_page(raw)
    return [checked(line, index, ORIGIN) for index, line in enumerate(lines)]


def test_what_a_deployment_serves_passes_and_keeps_every_byte(page: bytes) -> None:
    found = copies(page)
    plain = [orjson.loads(copy.entry) for copy in found]
    assert [entry["index"] for entry in plain] == list(range(len(found)))
    assert all("body" not in entry and "ends_versions" not in entry for entry in plain)
    service = next(copy for copy in found if copy.record_id == "s1")
    assert service.collection == "services"
    assert service.body is not None
    assert service.body in page
    assert orjson.loads(service.body)["title"]["zh"] == TRICKY
    assert len(service.summary) <= SUMMARY_LIMIT_BYTES


def test_a_withdrawn_disclosure_ends_its_versions_and_its_earlier_acts_bring_no_bytes(page: bytes) -> None:
    submitted, approved, published, withdrawn = (copy for copy in copies(page) if b'"d1"' in copy.entry)
    assert submitted.collection == approved.collection == ""
    assert (published.version, published.body, published.ends_versions) == (1, None, False)
    assert withdrawn.ends_versions
    assert withdrawn.body is not None
    assert orjson.loads(withdrawn.summary)["tombstone"] is True


def spoilt(page: bytes, at: int, /, **members: Any) -> bytes:
    """Return a page in which one entry says something else; what it does not say is left out with `...`."""
    told = orjson.loads(page)
    told["items"][at] = {k: v for k, v in {**told["items"][at], **members}.items() if v is not ...}
    return orjson.dumps(told)


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"index": 2}, "gap"),
        ({"kind": "service"}, "unfit_body"),
        ({"kind": "Agency "}, "unfit_entry"),
        ({"kind": 7}, "unfit_entry"),
        ({"id": "guangan/../x"}, "unfit_entry"),
        ({"id": "other"}, "unfit_entry"),
        ({"act": 2}, "unfit_body"),
        ({"act": True}, "unfit_entry"),
        ({"version": 2}, "unfit_entry"),
        ({"version": ...}, "unfit_entry"),
        ({"sha256": "0" * 64}, "unfit_body"),
        ({"sha256": "0"}, "unfit_entry"),
        ({"sha256": None}, "unfit_entry"),
        ({"sha256": ...}, "unfit_entry"),
        ({"url": "https://elsewhere.example/v1/agencies/guangan/versions/1"}, "unfit_entry"),
        ({"url": None}, "unfit_entry"),
        ({"body": {"kind": "agency"}}, "unfit_body"),
        ({"body": "text"}, "unfit_body"),
        ({"body": []}, "unfit_body"),
    ],
    ids=str,
)
def test_an_entry_that_does_not_fit_is_refused_with_its_reason(page: bytes, members: dict[str, Any], code: str) -> None:
    lines, _ = read_page(spoilt(page, 0, **members))
    with pytest.raises(UnfitError) as caught:
        checked(lines[0], 0, ORIGIN)
    assert (caught.value.state, caught.value.code, caught.value.index) == ("refused", code, 0)


def test_a_changed_character_of_a_record_is_found_by_its_hash(page: bytes) -> None:
    changed = page.replace("区经信局".encode(), "区经信厅".encode())
    with pytest.raises(UnfitError) as caught:
        copies(changed)
    assert caught.value.code == "sha256_differs"


def test_a_record_of_another_deployment_is_not_taken_for_one_of_this(page: bytes) -> None:
    lines, _ = read_page(page)
    with pytest.raises(UnfitError) as caught:
        checked(lines[0], 0, Origin("other.example", "", "https"))
    assert caught.value.code == "origin_differs"


def test_a_kind_that_is_not_known_here_and_members_that_are_not_are_copied_as_they_are() -> None:
    head, rest = (
        b'{"kind":"treaty","id":"t1","version":1,"act":1,',
        b'"origin":"%s","new":{"a":[1.5]}}' % AUTHORITY.encode(),
    )
    digest = sha256(head + rest).hexdigest()
    body = head + f'"register_index":0,"sha256":"{digest}",'.encode() + rest
    entry = f'{{"index":0,"kind":"treaty","id":"t1","act":1,"version":1,"sha256":"{digest}","url":"/v1/treaties/t1/versions/1","seal":"x"}}'
    raw = b'{"items":[' + entry[:-1].encode() + b',"body":' + body + b'}],"next":null}'
    (copy,) = copies(raw)
    assert (copy.collection, copy.body, copy.entry) == ("treaties", body, entry.encode())


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "not_json"),
        (b"<html></html>", "not_json"),
        (b'{"items":[{"index":0', "not_json"),
        (b'{"items":[],"items":[],"next":null}', "not_json"),
        (b"[" * 100_000, "not_json"),
        (b"{}", "not_a_page"),
        (b'{"items":{},"next":null}', "not_a_page"),
        (b'{"items":[]}', "not_a_page"),
        (b'{"next":null,"items":[]}', "not_a_page"),
        (b'{"items":[1],"next":null}', "not_a_page"),
        (b'{"items":["a,\\"body\\":"],"next":null}', "not_a_page"),
        (b'{"items":[{}],"next":null}', "not_a_page"),
        (b'{"items":[{"index":"0"}],"next":null}', "not_a_page"),
        (b'{"items":[{"index":true}],"next":null}', "not_a_page"),
        (b'{"items":[{"a":{"b":1,"body":{}}}],"next":null}', "not_a_page"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_is_no_page_of_changes_is_refused(raw: bytes, code: str) -> None:
    with pytest.raises(UnfitError) as caught:
        read_page(raw)
    assert (caught.value.state, caught.value.code) == ("refused", code)


def test_a_page_may_be_spelled_with_blanks() -> None:
    lines, more = read_page(b' { "items" : [ {"index": 0} , {"index": 1}\n], "next": "x"} ')
    assert ([line.index for line in lines], more) == ([0, 1], True)


def test_a_huge_name_leaves_the_summary_small() -> None:
    summary = _summary(orjson.dumps({"kind": "x", "title": {"zh": "长" * 5_000}, "name": "kept"}), tombstone=False)
    assert orjson.loads(summary) == {"kind": "x", "name": "kept", "tombstone": False}


def test_origins_are_addresses_with_a_name_of_their_own() -> None:
    city, county = parse_origins("https://city.example.gov.cn/api  http://127.0.0.1:8001")
    assert (city.name, city.address, city.base_path) == (
        "city.example.gov.cn",
        "https://city.example.gov.cn/api",
        "/api",
    )
    assert (county.name, county.address) == ("127.0.0.1_8001", "http://127.0.0.1:8001")
    assert parse_origins("") == ()


@pytest.mark.parametrize(
    "text",
    [
        "http://city.example.gov.cn",
        "http://127.0.0.1.example.com",
        "ftp://city.example.gov.cn",
        "https://user@city.example.gov.cn",
        "https://city.example.gov.cn/api/",
        "https://city.example.gov.cn/api?x=1",
        "https://city.example.gov.cn#x",
        "https://",
        "https://City.example.gov.cn",
        "city.example.gov.cn",
        "https://a.example https://a.example/api",
        f"https://{'a' * 70}.example",
    ],
)
def test_what_is_no_address_to_follow_is_no_setting(text: str) -> None:
    with pytest.raises(ValueError):
        load_settings({"GLASSHALL_HARVEST_ORIGINS": text})


def test_a_deployment_does_not_follow_itself() -> None:
    with pytest.raises(ValueError, match="itself"):
        load_settings({"GLASSHALL_HARVEST_ORIGINS": f"http://{Settings().public_authority}"})
