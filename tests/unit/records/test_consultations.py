"""Consultation: to the second, day by day, in zones with summer time and without; what is too short, too long, uncountable."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.clock.records import Limit
from chalicelib.domain.disclosures import NOUN
from chalicelib.domain.disclosures.consultation import is_open, is_over, start_of
from chalicelib.domain.duties import earliest, midnight_after
from chalicelib.domain.instants import from_key, localised, to_key
from chalicelib.domain.records import ActMeta, Actor, Others, Ref, State
from chalicelib.errors import RefusedError

ZH = {"zh": "说明", "en": "words"}
COMMENT = {"disclosure": "d", "round": 1, "stage": "shown"}
PLACES = {"cn": "Asia/Shanghai", "us-boston": "America/New_York"}
CLOSED = "2026-12-30T00:00:00.000Z"


class Draft:
    """A draft of one category, approved, and the acts that follow, each at its instant."""

    def __init__(self, category: str = "plans", calendar: str = "cn", at: str = "2026-11-02T02:00:00.000Z") -> None:
        agency = {
            "path": ["a"],
            "jurisdiction": "a",
            "language": "zh",
            "time_zone": PLACES[calendar],
            "calendar": calendar,
            "stage": "registered",
        }
        self.states: dict[Ref, State] = {Ref("agency", "a"): agency}
        self.number = 0
        self.state: State | None = None
        content = {"agency": "a", "title": ZH, "category": category, "cadence": "ad_hoc", "body": ZH}
        self.content = {**content, "openness": {"class": "proactive"}}
        self.approved(at)

    def approved(self, at: str, act: str = "submit") -> None:
        """Hand the text in and approve it."""
        self.act(at, act=act, content=self.content)
        review = {"reviewer": "x", "result": "cleared"}
        digest = f"sha-{self.number}"
        self.act(at, "person:B", act="approve", approves_sha256=digest, secrecy_review=review)

    def act(self, at: str, person: str = "person:A", **act: Any) -> State:
        """Decide and fold one act."""
        others, self.number = Others(self.states), self.number + 1
        actor = Actor("k", "a", person, frozenset({"clerk", "approver"}))
        try:
            NOUN.rules.decide("d", self.state, act, actor, others, at)
        except RefusedError:
            self.number -= 1
            raise
        meta = ActMeta(self.number, f"sha-{self.number}", at, person, at)
        self.state = NOUN.rules.fold("d", self.state, act, meta, others)
        return self.state

    def refused(self, at: str, **act: Any) -> list[str]:
        """Return the codes with which an act is refused; none where it would pass."""
        kept = self.state
        try:
            self.act(at, **act)
        except RefusedError as error:
            return [problem.code for problem in error.problems]
        self.state, self.number = kept, self.number - 1
        return []

    def open(self, at: str, last_day: str, **more: Any) -> State:
        """Open a consultation."""
        return self.act(at, act="open_consultation", last_day=last_day, **more)

    def opening_refused(self, at: str, last_day: str, **more: Any) -> list[str]:
        """Return the codes with which an opening is refused."""
        return self.refused(at, act="open_consultation", last_day=last_day, **more)


def body(draft: Draft) -> dict[str, Any]:
    """Return what the draft shows."""
    assert draft.state is not None
    rendered = NOUN.rules.render("d", draft.state, lambda instant: f"at {instant}")
    assert rendered is not None
    return rendered.body


@pytest.mark.parametrize(
    ("calendar", "last_day", "closes_at"),
    [
        ("cn", "2026-11-20", "2026-11-20T16:00:00.000Z"),
        ("us-boston", "2026-11-20", "2026-11-21T05:00:00.000Z"),
        ("us-boston", "2027-03-13", "2027-03-14T05:00:00.000Z"),  # the night in which summer time begins
        ("us-boston", "2027-03-14", "2027-03-15T04:00:00.000Z"),
    ],
)
def test_the_last_day_is_inside_to_its_last_second_wherever_the_agency_is(
    calendar: str, last_day: str, closes_at: str
) -> None:
    draft = Draft("plans", calendar)
    state = draft.open("2026-11-03T02:00:00.000Z", last_day)
    assert state["rounds"][0]["closes_at"] == closes_at
    assert is_open(state, "2026-11-03T02:00:00.000Z")
    assert not is_open(state, "2026-11-03T01:59:59.999Z")
    assert not is_open(state, closes_at)
    assert is_over(state, closes_at)
    assert is_open(state, _earlier(closes_at))


def _earlier(at: str) -> str:
    return to_key(from_key(at) - timedelta(milliseconds=1))


@pytest.mark.parametrize(
    ("category", "earliest", "too_early"),
    [
        ("major_decisions", "2026-12-03", "2026-12-02"),  # thirty days, the day of opening is not counted
        ("normative_documents", "2026-11-12", "2026-11-11"),  # seven working days
        ("plans", "2026-11-03", None),
    ],
)
def test_the_least_time_is_that_of_the_category_and_the_day_of_opening_is_never_counted(
    category: str, earliest: str, too_early: str | None
) -> None:
    draft = Draft(category)
    for at in ("2026-11-02T16:00:00.000Z", "2026-11-03T15:59:59.999Z"):  # the third of November where the agency is
        assert draft.opening_refused(at, earliest) == []
        if too_early:
            assert draft.opening_refused(at, too_early) == ["consultation_too_short"]
            assert draft.opening_refused(at, too_early, shorter_reason=ZH) == []


def test_working_days_are_those_of_the_calendar_make_up_days_among_them() -> None:
    seven = Limit(7, "working_day")
    assert earliest("2026-09-25", seven, "cn") == "2026-10-12"  # Saturday 10 October is worked, 1 to 7 are not
    assert earliest("2026-11-02", seven, "us-boston") is None  # no data, no guess
    assert earliest("2026-11-02", Limit(30, "day"), "us-boston") == "2026-12-02"


def test_a_year_that_the_calendar_does_not_have_is_refused_with_a_code() -> None:
    draft = Draft("normative_documents", "us-boston")
    at = "2026-11-03T02:00:00.000Z"
    assert draft.opening_refused(at, "2026-12-30") == ["calendar_year_missing"]
    assert draft.opening_refused(at, "2026-12-30", shorter_reason=ZH) == []
    chinese = Draft("normative_documents", at="2026-12-22T02:00:00.000Z")
    assert chinese.opening_refused("2026-12-30T02:00:00.000Z", "2027-02-01") == ["calendar_year_missing"]
    assert chinese.opening_refused("2026-12-22T02:00:00.000Z", "2026-12-31") == []


def test_a_day_of_the_answer_that_the_calendar_cannot_tell_yet_is_not_shown_but_how_long_it_may_take_is() -> None:
    draft = Draft()
    draft.open("2026-11-03T02:00:00.000Z", "2026-12-20")
    (held,) = body(draft)["consultations"]
    assert "response_due_on" not in held
    assert held["response_within"] == {"value": 20, "unit": "working_day"}


@pytest.mark.parametrize("last_day", ["0001-01-01", "2026-11-02", "2029-01-01", "9999-12-31"])
def test_a_last_day_that_is_over_or_too_far_off_is_refused_and_nothing_breaks(last_day: str) -> None:
    draft = Draft("major_decisions")
    at = "2026-11-03T02:00:00.000Z"
    wanted = "closes_in_the_past" if last_day < "2026-11-03" else "too_long"
    assert wanted in draft.opening_refused(at, last_day)


def test_it_may_begin_later_and_then_counts_from_there_and_is_closed_until_then() -> None:
    draft = Draft("major_decisions")
    at = "2026-11-03T02:00:00.000Z"
    assert draft.opening_refused(at, "2026-12-30", opens_on="2026-11-03") == ["opens_in_the_past"]
    assert "closes_before_it_opens" in draft.opening_refused(at, "2026-11-05", opens_on="2026-11-06", shorter_reason=ZH)
    assert draft.opening_refused(at, "2026-12-03", opens_on="2026-11-04") == ["consultation_too_short"]
    state = draft.open(at, "2026-12-04", opens_on="2026-11-04")
    assert state["rounds"][0]["opens_at"] == "2026-11-03T16:00:00.000Z" == start_of("2026-11-04", "Asia/Shanghai")
    assert state["rounds"][0]["announced_at"] == at
    assert not is_open(state, "2026-11-03T15:59:59.999Z")
    assert is_open(state, "2026-11-03T16:00:00.000Z")
    adopt = {"act": "adopt", "decided_on": "2026-11-03", "by": ZH}
    assert draft.refused("2026-11-03T15:00:00.000Z", **adopt) == ["consultation_open"]


def test_it_is_extended_up_to_its_last_instant_and_keeps_what_was_said_before() -> None:
    draft = Draft()
    draft.open("2026-11-03T02:00:00.000Z", "2026-11-20")
    extension: dict[str, Any] = {"act": "extend_consultation", "last_day": "2026-11-25", "reason": ZH}
    assert draft.refused("2026-11-20T16:00:00.000Z", **extension) == ["consultation_closed"]
    assert draft.refused("2026-11-20T15:59:59.999Z", **{**extension, "last_day": "2026-11-20"}) == ["not_longer"]
    version = draft.state["version"] if draft.state else 0
    state = draft.act("2026-11-20T15:59:59.999Z", **extension)
    held = state["rounds"][0]
    assert (held["last_day"], held["closes_at"]) == ("2026-11-25", "2026-11-25T16:00:00.000Z")
    assert held["extensions"] == [
        {
            "last_day": "2026-11-20",
            "closes_at": "2026-11-20T16:00:00.000Z",
            "reason": ZH,
            "at": "2026-11-20T15:59:59.999Z",
        }
    ]
    assert state["version"] == version + 1
    assert held["response_due_on"] == "2026-12-23"
    assert is_open(state, "2026-11-25T15:59:59.999Z")


def test_an_adjusted_draft_begins_a_new_round_and_the_earlier_one_says_which_version_it_heard() -> None:
    draft = Draft("major_decisions")
    draft.open("2026-11-03T02:00:00.000Z", "2026-12-03")
    draft.approved("2026-11-10T02:00:00.000Z", act="revise")
    again: dict[str, Any] = {"act": "open_consultation", "last_day": "2027-01-10", "shorter_reason": ZH}
    assert draft.refused("2026-11-10T02:00:00.000Z", **again) == ["consultation_open"]
    assert draft.refused("2026-12-05T02:00:00.000Z", **{**again, "last_day": "2026-12-20"}) == []
    draft.act("2026-12-05T02:00:00.000Z", **again)
    first, second = body(draft)["consultations"]
    assert (first["round"], first["of_version"], second["round"], second["of_version"]) == (1, 1, 2, 2)
    assert first["last_day"] == "2026-12-03"
    assert second["shorter_reason"] == ZH
    assert second["at_least"] == {"value": 30, "unit": "day"}
    assert first["closes_at"] == "at 2026-12-03T16:00:00.000Z"


def test_what_is_owed_is_an_answer_for_each_round_until_it_is_given() -> None:
    draft = Draft()
    assert NOUN.duties is not None
    (duty,) = NOUN.duties("d", draft.open("2026-11-03T02:00:00.000Z", "2026-11-20"))
    assert (duty.rule, duty.of, duty.due_on) == ("respond_to_comments", "1", "2026-12-18")
    assert body(draft)["consultations"][0]["response_due_on"] == duty.due_on
    response: dict[str, Any] = {"act": "respond_to_comments", "round": 1, "summary": ZH}
    assert draft.refused("2026-11-20T15:59:59.999Z", **response) == ["consultation_open"]
    assert NOUN.duties("d", draft.act("2026-11-20T16:00:00.000Z", **response)) == ()


def test_where_the_law_sets_no_day_for_the_answer_none_is_shown_and_none_is_owed() -> None:
    draft = Draft("plans", "us-boston")
    state = draft.open("2026-11-03T02:00:00.000Z", "2026-11-20")
    assert "response_due_on" not in state["rounds"][0]
    assert NOUN.duties is not None
    assert NOUN.duties("d", state) == ()


@pytest.mark.parametrize(
    "comment",
    [None, {**COMMENT, "disclosure": "other"}, {**COMMENT, "round": 2}, {**COMMENT, "stage": "waiting"}],
    ids=["none", "another disclosure's", "another round's", "waiting"],
)
def test_a_response_names_only_moderated_comments_of_its_own_round(comment: State | None) -> None:
    draft = Draft()
    draft.open("2026-11-03T02:00:00.000Z", "2026-11-20")
    group = {"topic": ZH, "comments": ["c"], "adopted": "yes", "answer": ZH}
    response: dict[str, Any] = {"act": "respond_to_comments", "round": 1, "summary": ZH, "groups": [group]}
    assert NOUN.rules.needs(draft.state, response) == (Ref("agency", "a"), Ref("comment", "c"))
    if comment is not None:
        draft.states[Ref("comment", "c")] = comment
    assert draft.refused(CLOSED, **response) == ["comment_unknown"]
    draft.states[Ref("comment", "c")] = {**COMMENT, "stage": "withheld"}
    assert draft.refused(CLOSED, **response) == []


def test_a_response_names_no_more_comments_than_are_looked_up() -> None:
    draft = Draft()
    draft.open("2026-11-03T02:00:00.000Z", "2026-11-20")
    group = {"topic": ZH, "comments": [f"c{n}" for n in range(600)], "adopted": "no", "answer": ZH}
    response: dict[str, Any] = {"act": "respond_to_comments", "round": 1, "summary": ZH, "groups": [group, group]}
    assert len(NOUN.rules.needs(draft.state, response)) == 1 + 501
    assert "too_many_comments" in draft.refused(CLOSED, **response)


def test_what_is_left_of_a_withdrawn_draft_says_until_when_it_was_heard_and_no_more() -> None:
    draft = Draft()
    draft.open("2026-11-03T02:00:00.000Z", "2026-11-20", questions=[ZH], how=ZH)
    values = ("", "agency=a", "jurisdiction=a")
    owed = {("owed to the public", each) for each in values}
    heard = {("consultations", each) for each in (*values, "category=plans")}
    assert {(place.list_name, place.value) for place in _places(draft)} == heard | owed
    draft.act("2026-11-05T02:00:00.000Z", act="withdraw", reason=ZH)
    (left,) = body(draft)["consultations"]
    assert sorted(left) == ["closes_at", "last_day", "opens_at", "round"]
    assert _places(draft) == ()


def _places(draft: Draft) -> Any:
    assert draft.state is not None
    rendered = NOUN.rules.render("d", draft.state, str)
    assert rendered is not None
    return rendered.places


@given(st.dates(min_value=date(2024, 1, 1), max_value=date(2027, 6, 30)), st.sampled_from(sorted(PLACES.values())))
def test_the_closing_instant_is_the_first_of_the_next_day_for_every_day(day: Any, time_zone: str) -> None:
    closes_at = midnight_after(day.isoformat(), time_zone)
    assert localised(closes_at, time_zone)[:19] == f"{(day + timedelta(days=1)).isoformat()}T00:00:00"
    assert localised(_earlier(closes_at), time_zone)[:10] == day.isoformat()
