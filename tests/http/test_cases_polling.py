"""Polling a case: an unchanged status costs no body, and every answer says when it is worth asking again."""

import gzip
from typing import Any

import orjson
import pytest

from chalicelib.domain.polling import OVER_SECONDS, RUNNING_SECONDS, WAITING_SECONDS, poll_after_seconds
from tests.case_world import ACCEPTED, DECIDED, CaseWorld

LATER = {"occurred_at": "2026-11-23T09:30:00+08:00"}


@pytest.fixture
def world() -> CaseWorld:
    """Return a deployment."""
    return CaseWorld().begin()


@pytest.mark.parametrize("spelling", ["{}", "W/{}", '"other", {}', 'W/"other" , W/{}', "*"])
def test_an_unchanged_status_is_304_however_the_tag_is_spelt_and_still_says_when_to_come_again(
    world: CaseWorld, spelling: str
) -> None:
    _, token = world.opened("c1")
    world.event("c1", "e1", ACCEPTED)
    first = world.status("c1", token)
    assert first.header("retry-after") == str(RUNNING_SECONDS)
    same = world.status("c1", token, If_None_Match=spelling.format(first.header("etag")))
    assert (same.status, same.body) == (304, b"")
    assert same.header("retry-after") == first.header("retry-after")
    assert same.header("etag") == first.header("etag")


def test_a_coded_status_has_a_tag_of_its_own_and_either_tag_is_known_again(world: CaseWorld) -> None:
    _, token = world.opened("c1")
    for number in range(9):
        world.event("c1", f"v{number}", {**LATER, "event": "visited"})
    plain, coded = world.status("c1", token), world.status("c1", token, Accept_Encoding="gzip")
    assert gzip.decompress(coded.body) == plain.body
    assert coded.header("etag") != plain.header("etag")
    for tag in (plain.header("etag"), coded.header("etag")):
        for coding in ("gzip", "identity"):
            assert world.status("c1", token, If_None_Match=str(tag), Accept_Encoding=coding).status == 304


def test_head_says_what_get_says_without_the_body(world: CaseWorld) -> None:
    _, token = world.opened("c1")
    got = world.status("c1", token)
    head = world.request("HEAD", "/v1/cases/c1", headers=(("Authorization", f"Bearer {token}"),))
    assert (head.status, head.body) == (200, b"")
    for name in ("etag", "retry-after", "cache-control", "vary"):
        assert head.header(name) == got.header(name)


def test_the_hint_follows_from_the_status_and_not_from_the_moment_of_asking(world: CaseWorld) -> None:
    _, token = world.opened("c1")
    steps: list[tuple[dict[str, Any] | None, int]] = [
        (None, RUNNING_SECONDS),
        (ACCEPTED, RUNNING_SECONDS),
        (DECIDED, WAITING_SECONDS),
        ({**LATER, "event": "issued"}, OVER_SECONDS),
    ]
    for number, (body, wanted) in enumerate(steps):
        if body is not None:
            world.event("c1", f"e{number}", body)
        hints = set()
        for _ in range(3):
            hints.add(world.status("c1", token).header("retry-after"))
            world.pass_time(hours=7)
        assert hints == {str(wanted)}


def test_each_of_many_cases_has_a_hint_beside_it_whether_it_changed_or_not(world: CaseWorld) -> None:
    _, token = world.opened("c1")
    etag = world.status("c1", token).header("etag")
    pair = {"case_no": "c1", "token": token}
    changed, same, wrong = world.many({"cases": [pair, {**pair, "etag": etag}, {**pair, "token": "x"}]}).json()["cases"]
    assert changed["poll_after_seconds"] == same["poll_after_seconds"] == RUNNING_SECONDS
    assert same["unchanged"] is True
    assert "poll_after_seconds" not in wrong
    assert "poll_after_seconds" not in changed["case"]


@pytest.mark.parametrize(
    ("clock", "who", "todo", "wanted"),
    [
        ("not_started", "agency", [], RUNNING_SECONDS),
        ("running", "applicant", [{"code": "pay_fee"}], RUNNING_SECONDS),
        ("stopped", "applicant", [{"code": "hand_in_papers"}], WAITING_SECONDS),
        ("done", "applicant", [{"code": "collect"}], WAITING_SECONDS),
        ("done", "nobody", [{"code": "pay_fee"}], WAITING_SECONDS),
        ("done", "nobody", [], OVER_SECONDS),
        ("not_started", "nobody", [], OVER_SECONDS),
    ],
)
def test_the_hint_of_every_sort_of_status(clock: str, who: str, todo: list[Any], wanted: int) -> None:
    view: dict[str, Any] = {"clock": clock, "next_step": {"who": who}, "todo": todo}
    assert poll_after_seconds(orjson.dumps(view)) == wanted
