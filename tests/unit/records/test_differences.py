"""Differences between versions: applied they give the later one, for every pair of JSON values; told thing by thing."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.domain.differences import MOST_EDITS, apply, differences

NAMES = st.sampled_from(["id", "a", "b/c", "~", "0", "title"])
LINES = st.lists(st.sampled_from(["甲", "乙" * 40, "", "丙"]), max_size=12).map("\n".join)
SCALARS = st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from([1.0, "x", "y"]) | LINES
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=20
)
THINGS = st.lists(st.tuples(st.integers(0, 9), VALUES), max_size=8, unique_by=lambda pair: pair[0]).map(
    lambda pairs: [{"id": key, "value": value} for key, value in pairs]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(VALUES | THINGS, VALUES | THINGS)
def test_applied_they_give_the_later_value(before: Any, after: Any) -> None:
    found = apply(differences(before, after), before)
    assert (repr(found), found) == (repr(after), after) or sorted_alike(found, after)


def sorted_alike(found: Any, after: Any) -> bool:
    """Return whether two values are the same JSON: members have no order."""
    if isinstance(found, dict) and isinstance(after, dict):
        return found.keys() == after.keys() and all(sorted_alike(found[name], after[name]) for name in after)
    if isinstance(found, list) and isinstance(after, list):
        return len(found) == len(after) and all(map(sorted_alike, found, after))
    return type(found) is type(after) and bool(found == after)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(THINGS, THINGS)
def test_of_things_with_an_identity_only_what_changed_is_told(before: Any, after: Any) -> None:
    kept = {each["id"] for each in before} & {each["id"] for each in after}
    same_order = [each["id"] for each in before if each["id"] in kept] == [
        each["id"] for each in after if each["id"] in kept
    ]
    told = differences(before, after)
    gone = [
        change["before"]["id"] for change in told if change["op"] == "removed" and change["pointer"].count("/") == 1
    ]
    if same_order and before and after:
        assert set(gone) == {each["id"] for each in before} - kept


@given(VALUES)
def test_the_same_value_has_none(value: Any) -> None:
    assert differences(value, value) == []


def test_a_changed_paragraph_is_told_and_the_others_are_not() -> None:
    text = [f"第{number}条　{'文' * 40}" for number in range(30)]
    after = [*text[:10], "第十条　改为新条文", *text[11:], "附则"]
    (change,) = differences({"body": {"zh": "\n".join(text)}}, {"body": {"zh": "\n".join(after)}})
    assert change == {
        "pointer": "/body/zh",
        "op": "changed",
        "lines": [
            {"before_line": 10, "after_line": 10, "removed": [text[10]], "added": ["第十条　改为新条文"]},
            {"before_line": 30, "after_line": 30, "removed": [], "added": ["附则"]},
        ],
    }


def test_a_thing_that_came_before_others_moves_none_of_them() -> None:
    before = [{"round": 1, "last_day": "2026-03-01"}, {"round": 2, "last_day": "2026-04-01"}]
    after = [{"round": 0, "last_day": "2026-02-01"}, before[0], {**before[1], "last_day": "2026-05-01"}]
    assert differences(before, after) == [
        {"pointer": "/0", "op": "added", "after": after[0]},
        {"pointer": "/2/last_day", "op": "changed", "before": "2026-04-01", "after": "2026-05-01"},
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("\n".join(f"{number}" for number in range(60_000)), "\n".join(f"x{number}" for number in range(60_000))),
        (
            "\n".join("ab"[number % 2] for number in range(60_000)),
            "\n".join("aab"[number % 3] for number in range(60_000)),
        ),
        ("a\n" * 90_000, "b\n" * 90_000),
        ([{"id": number} for number in range(1_000)], [{"id": number} for number in reversed(range(1_000))]),
    ],
    ids=["all lines", "alternating lines", "the same line", "reversed things"],
)
def test_what_differs_throughout_is_told_whole_and_in_bounded_work(before: Any, after: Any) -> None:
    told = differences(before, after)
    assert [change["op"] for change in told] == ["changed"]
    assert apply(told, before) == after


def test_as_many_edits_as_are_told_are_told_one_by_one() -> None:
    before = [f"line {number} {'x' * 80}" for number in range(MOST_EDITS)]
    (told,) = differences("\n".join(["head", *before]), "head")
    assert "lines" in told
    (told,) = differences("\n".join(["head", *before, "one more"]), "head")
    assert "lines" not in told
