"""Reading registrations, events and batches: what is taken, what is refused and where it is wrong; nothing breaks it."""

from random import Random
from typing import Any, get_args

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.cases.intake import (
    EVENT,
    event_line,
    is_id,
    read_batch,
    registration_line,
    same_content,
    stored_event,
)
from chalicelib.domain.cases.walk import _STEPS
from chalicelib.domain.models.cases import Happened
from chalicelib.errors import MalformedError, TooLargeError
from tests.unit.cases.builders import fact, folded
from tests.unit.cases.histories import NAMES, random_history

AT = "2026-03-02T10:00:00+08:00"


def line(body: Any) -> bytes:
    """Return a line of a batch."""
    return orjson.dumps(body)


def problems(raw: bytes, event_id: str = "e1") -> list[tuple[str, str]]:
    """Return what is wrong with an event."""
    found = event_line("c1", event_id, raw)
    return [(problem.code, problem.pointer or "") for problem in found.problems]


def test_every_event_that_can_be_sent_has_a_step_in_the_walk_and_the_other_way_round() -> None:
    union = get_args(get_args(Happened)[0])
    sent = {get_args(kind.model_fields["event"].annotation)[0] for kind in union}
    assert sent | {"corrected_event"} == set(_STEPS)
    assert sent == set(NAMES)


def test_events_are_read_alike_whether_put_or_in_a_batch_and_defaults_are_filled_in() -> None:
    put = event_line("c1", "e1", line({"event": "accepted", "occurred_at": AT}))
    (batch,) = read_batch(
        line({"event": {"event_id": "e1", "case_no": "c1", "occurred_at": AT, "event": "accepted", "sequence": 0}}), 1
    )
    assert put.content == batch.content
    assert (batch.case_no, batch.event_id, batch.kind) == ("c1", "e1", EVENT)
    assert same_content(EVENT, stored_event(batch.raw, "batch"), put)
    assert same_content(EVENT, stored_event(put.raw, "put"), batch)
    assert put.sha256 != batch.sha256


def test_random_events_that_the_models_take_fold_the_same_before_and_after_their_defaults() -> None:
    for seed in range(300):
        events = random_history(Random(f"taken {seed}"), 6)
        taken = []
        for event in events:
            read = event_line("c1", event.event_id, orjson.dumps(event.content))
            assert read.problems == (), event
            assert read.content is not None
            taken.append(type(event)(event.event_id, event.agency, read.content))
        assert fact(folded(taken)) == fact(folded(events))
        assert folded(taken) == folded(events)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"event": "accepted"}, [("missing", "/occurred_at")]),
        ({"event": "nothing", "occurred_at": AT}, [("union_tag_invalid", "")]),
        ({"occurred_at": AT}, [("union_tag_not_found", "")]),
        ({"event": "accepted", "occurred_at": "2026-03-02T10:00:00"}, [("value_error", "/occurred_at")]),
        ({"event": "accepted", "occurred_at": "2026-02-30T10:00:00Z"}, [("value_error", "/occurred_at")]),
        ({"event": "accepted", "occurred_at": "9999-12-31T23:59:59-12:00"}, [("value_error", "/occurred_at")]),
        ({"event": "accepted", "occurred_at": "1969-12-31T23:59:59Z"}, [("value_error", "/occurred_at")]),
        ({"event": "accepted", "occurred_at": AT, "sequence": "1"}, [("int_type", "/sequence")]),
        ({"event": "accepted", "occurred_at": AT, "sequence": True}, [("int_type", "/sequence")]),
        ({"event": "accepted", "occurred_at": AT, "applicant": "王"}, [("extra_forbidden", "/applicant")]),
        ({"event": "decided", "occurred_at": AT, "outcome": "maybe"}, [("literal_error", "/outcome")]),
        ({"event": "supplement_requested", "occurred_at": AT, "materials": []}, [("too_short", "/materials")]),
        (
            {
                "event": "corrected_event",
                "occurred_at": AT,
                "corrects": "e0",
                "replacement": {"event": "decided", "x": 1},
            },
            [
                ("missing", "/replacement/occurred_at"),
                ("missing", "/replacement/outcome"),
                ("extra_forbidden", "/replacement/x"),
            ],
        ),
        (
            {
                "event": "corrected_event",
                "occurred_at": AT,
                "corrects": "e0",
                "replacement": {"event": "corrected_event"},
            },
            [("union_tag_invalid", "/replacement")],
        ),
    ],
)
def test_what_is_wrong_with_an_event_is_named_with_its_place(body: Any, expected: list[tuple[str, str]]) -> None:
    assert sorted(problems(line(body))) == sorted(expected)


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"[]", b"null", b'{"event":NaN}', b'{"a":1,"a":1}', b"\xff", b"\xef\xbb\xbf{}", b'{"event":"\\ud800"}'],
)
def test_what_is_not_strict_json_is_refused(raw: bytes) -> None:
    assert len(problems(raw)) == 1
    assert registration_line("c1", raw).content is None
    found = read_batch(raw + b"\n{}", 9)
    assert all(entry.content is None and entry.problems for entry in found)


def test_blank_lines_are_left_out_and_keep_their_number() -> None:
    found = read_batch(b"\n \t\r\n{}\r\n\n[]\n", 9)
    assert [(entry.number, entry.raw) for entry in found] == [(3, b"{}"), (5, b"[]")]


def test_a_batch_has_a_line_and_no_more_than_its_limit() -> None:
    for body in (b"", b"\n\n", b"  \r\n"):
        with pytest.raises(MalformedError):
            read_batch(body, 9)
    assert len(read_batch(b"{}\n" * 9, 9)) == 9
    with pytest.raises(TooLargeError):
        read_batch(b"{}\n" * 10, 9)


def test_a_line_that_is_too_long_is_refused_alone() -> None:
    long = line(
        {"event": {"case_no": "c1", "event_id": "e1", "event": "visited", "occurred_at": AT, "x": "y" * 40_000}}
    )
    (found,) = read_batch(long, 9)
    assert [problem.code for problem in found.problems] == ["line_too_long"]


@pytest.mark.parametrize(
    ("body", "places"),
    [
        ({"register": {"service": "s1", "access": "none"}}, ["/register/case_no"]),
        ({"register": {"case_no": "c 1", "service": "s1"}}, ["/register/case_no", "/register/access"]),
        ({"event": {"event": "visited", "occurred_at": AT}}, ["/event/case_no", "/event/event_id"]),
        (
            {"event": {"case_no": "c1", "event_id": "e1.json", "event": "visited", "occurred_at": AT}},
            ["/event/event_id"],
        ),
        (
            {"event": {"case_no": ["c1"], "event_id": 7, "event": "visited", "occurred_at": AT}},
            ["/event/case_no", "/event/event_id"],
        ),
        ({"event": "visited"}, ["/event"]),
        ({"event": {}, "register": {}}, [""]),
        ({"events": {}}, [""]),
    ],
)
def test_a_line_without_its_place_is_refused_with_every_reason(body: Any, places: list[str]) -> None:
    (found,) = read_batch(line(body), 9)
    assert [problem.pointer for problem in found.problems] == places


def test_ids_are_what_the_contract_says() -> None:
    assert all(is_id(text) for text in ("a", "A1._-", "9" * 64))
    assert not any(
        is_id(text) for text in ("", "-a", ".a", "a b", "a/b", "a%b", "é", "9" * 65, "a.csv", None, 1, "a\n")
    )


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=150, derandomize=True, deadline=None)
@given(st.one_of(st.binary(max_size=80), json_values.map(lambda value: repr(value).encode("utf-8", "replace"))))
def test_no_bytes_break_the_reading(raw: bytes) -> None:
    assert event_line("c1", "e1", raw).problems
    assert registration_line("c1", raw).problems


@settings(max_examples=150, derandomize=True, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(("case_no", "event_id", "event", "occurred_at", "outcome", "kind", "corrects", "replacement")),
        json_values | st.sampled_from(("c1", "decided", "corrected_event", AT, "granted")),
    )
)
def test_no_json_breaks_the_reading_of_a_line(members: dict[str, Any]) -> None:
    import json

    for kind in ("event", "register"):
        raw = json.dumps({kind: members}).encode("utf-8", "surrogatepass").replace(b"\n", b" ")
        (found,) = read_batch(raw, 1)
        assert (found.content is None) == bool(found.problems)
