"""Evaluation rounds: every stage against every act, who may evaluate whom, and what is owed by when."""

from itertools import product
from typing import Any

import pytest

from chalicelib.domain.draws import commitment
from chalicelib.domain.evaluations import ALLOWED, NOUN, duties
from chalicelib.domain.records import ActMeta, Actor, Others, Ref, State
from chalicelib.errors import RefusedError
from tests.evaluation_world import ANSWER, FINDING, ROUND, SEED, found

AT = "2026-11-23T02:00:00.000Z"
EVALUATOR = Actor("k", "audit", "person:A", frozenset({"evaluator"}), frozenset({"bureau", "culture"}))


def agency(name: str, *above: str, **facts: Any) -> State:
    """Return an agency's state."""
    place = {"time_zone": "Asia/Shanghai", "calendar": "cn", "language": "zh"}
    return {"path": [*above, name], "jurisdiction": "guangan", "stage": "registered", **place, **facts}


STATES: dict[Ref, State] = {
    Ref("agency", "guangan"): agency("guangan"),
    Ref("agency", "audit"): agency("audit", "guangan"),
    Ref("agency", "bureau"): agency("bureau", "guangan"),
    Ref("agency", "culture"): agency("culture", "guangan"),
    Ref("agency", "office"): agency("office", "guangan", "audit"),
    Ref("agency", "gone"): agency("gone", "guangan", "audit", stage="dissolved"),
    Ref("disclosure", "fund-1"): {"version": 1, "agency": "bureau"},
    Ref("disclosure", "fund-2"): {"version": 0, "agency": "bureau"},
    Ref("disclosure", "book-1"): {"version": 1, "agency": "culture"},
}
SAMPLE = {"kind": "disclosure", "size": 1, "register_index": 9, "seed_sha256": commitment(SEED)}
DRAWN = {"seed": SEED, "ids": ["fund-1", "book-1"]}
CONTENT: dict[str, Any] = {**ROUND, "answer_within": {"value": 15, "unit": "working_day"}}
BOTH = [found("bureau", FINDING), found("culture")]
ACTS: dict[str, dict[str, Any]] = {
    "announce": {"act": "announce", "content": CONTENT},
    "publish_findings": {"act": "publish_findings", "agencies": BOTH},
    "answer": ANSWER,
    "accept_answer": {"act": "accept_answer", "agency": "bureau"},
    "return_answer": {"act": "return_answer", "agency": "bureau", "reason": {"zh": "措施不具体"}},
    "correct": {"act": "correct", "reason": {"zh": "笔误"}, "content": {**CONTENT, "title": {"zh": "三季度评议"}}},
    "close": {"act": "close", "reason": {"zh": "到期"}},
    "withdraw": {"act": "withdraw", "reason": {"zh": "有误"}},
}
WAYS_TO: dict[str | None, tuple[str, ...]] = {
    None: (),
    "announced": ("announce",),
    "findings_published": ("announce", "publish_findings"),
    "closed": ("announce", "publish_findings", "close"),
    "withdrawn": ("announce", "withdraw"),
}
PREPARED = {"accept_answer": ("answer",), "return_answer": ("answer",)}
"""What must be said first so that an act has something to be about."""


def decide(state: State | None, act: dict[str, Any], actor: Actor = EVALUATOR, at: str = AT) -> list[tuple[str, str]]:
    """Return code and place of every reason to refuse."""
    needed = {*NOUN.rules.needs(state, act), NOUN.rules.agency("q3", state, act)}
    others = Others({ref: STATES[ref] for ref in needed if ref in STATES})
    try:
        NOUN.rules.decide("q3", state, act, actor, others, at)
    except RefusedError as refused:
        return [(problem.code, problem.pointer or "") for problem in refused.problems]
    return []


def fold(*acts: dict[str, Any], at: str = AT) -> State:
    """Decide and fold acts in turn."""
    state: State | None = None
    for number, act in enumerate(acts, start=1):
        assert decide(state, act, at=at) == [], act
        others = Others({ref: STATES[ref] for ref in NOUN.rules.needs(state, act) if ref in STATES})
        state = NOUN.rules.fold("q3", state, act, ActMeta(number, f"sha-{number}", at, "person:A", at), others)
    assert state is not None
    return state


def folded(names: tuple[str, ...]) -> State | None:
    """Fold acts by their names."""
    return fold(*(ACTS[name] for name in names)) if names else None


@pytest.mark.parametrize(("stage", "name"), list(product(WAYS_TO, ACTS)), ids=str)
def test_every_act_is_allowed_or_refused_as_the_table_says(stage: str | None, name: str) -> None:
    state = folded(WAYS_TO[stage])
    assert (state["stage"] if state else None) == stage
    if name not in ALLOWED[stage]:
        assert decide(state, ACTS[name]) == [("act_not_allowed", "/act")]
    elif name == "publish_findings" and stage == "findings_published":
        again = [("findings_published_already", f"/agencies/{place}/agency") for place in (0, 1)]
        assert decide(state, ACTS[name]) == again
    else:
        ready = folded((*WAYS_TO[stage], *PREPARED.get(name, ())))
        assert decide(ready, ACTS[name]) == []


def test_the_tests_reach_every_row_and_every_act_of_the_table() -> None:
    assert set(WAYS_TO) == set(ALLOWED)
    assert {name for names in ALLOWED.values() for name in names} == set(ACTS)


# Who evaluates whom


@pytest.mark.parametrize(
    ("actor", "organiser", "evaluated", "codes"),
    [
        (EVALUATOR, "audit", ["bureau", "culture"], []),
        (EVALUATOR, "audit", ["office"], []),
        (EVALUATOR, "audit", ["bureau", "guangan"], ["agency_not_in_scope"]),
        (EVALUATOR, "audit", ["audit"], ["evaluates_itself"]),
        (EVALUATOR, "bureau", ["culture"], ["organiser_not_own"]),
        (EVALUATOR, "office", ["audit"], ["evaluates_itself"]),
        (EVALUATOR, "audit", ["nowhere"], ["agency_unknown"]),
        (EVALUATOR, "audit", ["gone"], ["agency_dissolved"]),
        (Actor("k", "guangan", "p", frozenset()), "guangan", ["audit", "office"], []),
        (Actor("k", "guangan", "p", frozenset()), "audit", ["guangan"], ["evaluates_itself"]),
        (Actor("k", "audit", "p", frozenset()), "audit", ["bureau", "culture"], ["agency_not_in_scope"] * 2),
        (Actor("k", "audit", "p", frozenset(), frozenset({"guangan"})), "audit", ["guangan", "bureau"], []),
    ],
    ids=lambda value: (
        f"{value.agency} with {', '.join(sorted(value.scope))}" if isinstance(value, Actor) else str(value)
    ),
)
def test_agencies_below_the_key_or_in_its_scope_are_evaluated_and_nobody_evaluates_itself(
    actor: Actor, organiser: str, evaluated: list[str], codes: list[str]
) -> None:
    act = {"act": "announce", "content": {**CONTENT, "agency": organiser, "agencies": evaluated}}
    assert [code for code, _ in decide(None, act, actor)] == codes


def test_another_evaluator_of_the_organiser_publishes_nothing_of_who_is_not_in_his_own_scope() -> None:
    narrow = Actor("k2", "audit", "person:B", frozenset({"evaluator"}), frozenset({"culture"}))
    state = folded(("announce",))
    assert decide(state, ACTS["publish_findings"], narrow) == [("agency_not_in_scope", "")]
    assert decide(state, {"act": "publish_findings", "agencies": [found("culture")]}, narrow) == []


# Findings


def publishing(judged: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what is refused of one agency's findings."""
    return decide(folded(("announce",)), {"act": "publish_findings", "agencies": [judged]})


def test_findings_are_of_agencies_of_the_round_by_criteria_it_announced_all_of_them_scored() -> None:
    assert publishing(found("office")) == [("agency_not_evaluated", "/agencies/0/agency")]
    bureau = found("bureau", FINDING)
    assert publishing({**bureau, "scores": bureau["scores"][:1]}) == [("score_missing", "/agencies/0/scores")]
    narrow = fold({"act": "announce", "content": {**CONTENT, "criteria": ["truthfulness"]}})
    assert decide(narrow, {"act": "publish_findings", "agencies": [bureau]}) == [
        ("criterion_not_announced", "/agencies/0")
    ]
    twice = {"act": "publish_findings", "agencies": [bureau, bureau]}
    assert decide(folded(("announce",)), twice) == [("agency_twice", "/agencies")]


@pytest.mark.parametrize(
    ("about", "code"),
    [
        ("fund-2", "record_unknown"),
        ("nothing", "record_unknown"),
        ("book-1", "record_of_other_agency"),
    ],
)
def test_a_finding_is_about_a_public_record_of_its_agency(about: str, code: str) -> None:
    finding = {**FINDING, "about": {"kind": "disclosure", "id": about}}
    assert publishing(found("bureau", finding)) == [(code, "/agencies/0/findings/0/about")]


def test_findings_may_be_published_agency_by_agency() -> None:
    state = folded(("announce",))
    for judged in BOTH:
        act = {"act": "publish_findings", "agencies": [judged]}
        assert decide(state, act) == []
        others = Others({ref: STATES[ref] for ref in NOUN.rules.needs(state, act) if ref in STATES})
        state = NOUN.rules.fold("q3", state, act, ActMeta(2, "s", AT, "p", AT), others)
    assert state is not None
    assert {name: each["standing"] for name, each in state["judged"].items()} == {
        "bureau": "unanswered",
        "culture": "no_findings",
    }


def test_a_text_names_no_person_and_is_in_the_own_language() -> None:
    named = {**FINDING, "text": {"zh": "联系13800138000"}}
    assert publishing(found("bureau", named)) == [("personal_data", "/agencies/0/findings/0/text/zh")]
    foreign = {**FINDING, "text": {"en": "missing"}}
    assert publishing(found("bureau", foreign)) == [("own_language_missing", "/agencies/0/findings/0/text")]


# The sample

SAMPLED = {"act": "announce", "content": {**CONTENT, "sample": SAMPLE}}


@pytest.mark.parametrize(
    ("drawn", "codes"),
    [
        (DRAWN, []),
        (None, ["seed_not_revealed"]),
        ({**DRAWN, "seed": "0" * 64}, ["seed_differs"]),
        ({**DRAWN, "ids": ["fund-1", "fund-1"]}, ["sample_differs"]),
        ({**DRAWN, "ids": ["fund-1", "book-1", "fund-2"]}, ["sample_differs", "record_unknown"]),
    ],
    ids=str,
)
def test_the_first_findings_reveal_the_seed_that_was_committed_to(drawn: Any, codes: list[str]) -> None:
    act = {**ACTS["publish_findings"], **({"drawn": drawn} if drawn else {})}
    assert [code for code, _ in decide(fold(SAMPLED), act)] == codes


def test_a_sample_is_drawn_once_and_only_where_one_was_announced() -> None:
    act = {**ACTS["publish_findings"], "drawn": DRAWN}
    assert decide(folded(("announce",)), act) == [("no_sample_announced", "/drawn")]
    first = {"act": "publish_findings", "agencies": BOTH[:1], "drawn": DRAWN}
    second = {"act": "publish_findings", "agencies": BOTH[1:], "drawn": DRAWN}
    assert decide(fold(SAMPLED, first), second) == [("drawn_already", "/drawn")]


# Answers and what is owed


def test_every_finding_is_answered_once_and_nothing_else() -> None:
    state = folded(("announce", "publish_findings"))
    (one,) = ANSWER["answers"]
    for answers, codes in (
        ([one], []),
        ([one, one], ["finding_unknown"]),
        ([{**one, "finding": "f2"}], ["finding_unknown", "finding_unanswered"]),
    ):
        assert [code for code, _ in decide(state, {**ANSWER, "answers": answers})] == codes
    assert decide(state, {**ANSWER, "agency": "culture"})[0] == ("nothing_to_answer", "/agency")
    assert decide(state, {**ANSWER, "agency": "office"}) == [("agency_not_evaluated", "/agency")]
    assert decide(state, ACTS["accept_answer"]) == [("no_answer", "/agency")]


def owed(*names: str) -> list[tuple[str, str | None, str | None]]:
    """Return what is owed after acts: of what, by when, by whom."""
    state = folded(names)
    assert state is not None
    return [(duty.of, duty.due_on, duty.agency) for duty in duties("q3", state)]


def test_an_answer_is_owed_from_the_findings_until_it_is_given_and_anew_when_it_is_returned() -> None:
    public = ("announce", "publish_findings")
    assert owed("announce") == []
    assert owed(*public) == [("bureau", "2026-12-14", "bureau")]
    assert owed(*public, "answer") == []
    assert owed(*public, "answer", "return_answer") == [("bureau", "2026-12-14", "bureau")]
    assert owed(*public, "answer", "return_answer", "answer") == []
    assert owed(*public, "answer", "accept_answer") == []
    assert owed(*public, "close") == owed(*public, "withdraw") == []


@pytest.mark.parametrize(("at", "in_time"), [("2026-12-14T15:59:59.000Z", True), ("2026-12-14T16:00:00.000Z", False)])
def test_an_answer_is_in_time_to_the_end_of_its_last_day_where_the_organiser_is(at: str, *, in_time: bool) -> None:
    state = NOUN.rules.fold(
        "q3", folded(("announce", "publish_findings")), ANSWER, ActMeta(3, "s", at, "p", at), Others()
    )
    assert state["judged"]["bureau"]["answer"]["in_time"] is in_time


def test_where_the_calendar_knows_no_day_findings_that_are_to_be_answered_are_refused() -> None:
    at = "2035-01-04T02:00:00.000Z"
    state = fold(ACTS["announce"], at=at)
    assert decide(state, ACTS["publish_findings"], at=at) == [("calendar_unknown", "")]
    assert decide(state, {"act": "publish_findings", "agencies": [found("culture")]}, at=at) == []


# Corrections and the end


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("agency", "office"),
        ("agencies", ["bureau"]),
        ("sample", SAMPLE),
        ("answer_within", {"value": 1, "unit": "day"}),
    ],
)
def test_who_is_evaluated_and_how_is_fixed_by_the_announcement(member: str, value: Any) -> None:
    act = {**ACTS["correct"], "content": {**CONTENT, member: value}}
    assert decide(folded(("announce",)), act) == [(f"{member}_fixed", f"/content/{member}")]


def test_findings_that_are_corrected_with_the_criteria_are_held_to_the_new_ones() -> None:
    state = fold(ACTS["announce"], ACTS["publish_findings"])
    fewer: dict[str, Any] = {**CONTENT, "criteria": ["truthfulness"]}
    said = {"criterion": "truthfulness", "grade": "good", "grounds": {"zh": "属实"}}
    judged = {"agency": "bureau", "scores": [said], "findings": []}
    correct: dict[str, Any] = {
        "act": "correct",
        "reason": {"zh": "有误"},
        "content": fewer,
        "agencies": [judged],
    }
    assert decide(state, correct) == []
    more: dict[str, Any] = {**CONTENT, "criteria": ["truthfulness", "effectiveness"]}
    missing = {**correct, "content": more}
    assert decide(state, missing) == [("score_missing", "/agencies/0/scores")]


def test_findings_that_are_corrected_are_answered_anew() -> None:
    correct = {"act": "correct", "reason": {"zh": "有误"}, "agencies": [found("bureau", {**FINDING, "id": "f2"})]}
    published = (ACTS["announce"], ACTS["publish_findings"])
    state = fold(*published, ANSWER, ACTS["accept_answer"], correct)
    assert state["judged"]["bureau"]["standing"] == "unanswered"
    assert "answer" not in state["judged"]["bureau"]
    assert decide(fold(ACTS["announce"]), correct) == [("findings_not_published", "/agencies/0/agency")]
    assert decide(fold(*published, ACTS["close"]), correct) == [("round_closed", "/agencies")]


def test_a_round_in_which_something_is_open_ends_with_a_reason_only() -> None:
    bare = {"act": "close"}
    published = (ACTS["announce"], ACTS["publish_findings"])
    assert decide(fold(*published), bare) == [("round_open", "/reason")]
    assert decide(fold(*published, ANSWER), bare) == [("round_open", "/reason")]
    assert decide(fold(*published, ANSWER, ACTS["accept_answer"]), bare) == []
    half = (ACTS["announce"], {"act": "publish_findings", "agencies": [found("culture")]})
    assert decide(fold(*half), bare) == [("round_open", "/reason")]


# What it shows


def test_timeliness_is_named_by_the_series_that_measure_it_over_the_rounds_own_period() -> None:
    for period, over in (
        ({"from": "2026-07-01", "to": "2026-09-30"}, {"period": "2026-Q3"}),
        ({"from": "2026-01-01", "to": "2026-12-31"}, {"period": "2026"}),
        ({"from": "2026-02-01", "to": "2026-02-28"}, {"period": "2026-02"}),
        ({"from": "2026-02-01", "to": "2026-03-30"}, {}),
    ):
        content = {**CONTENT, "period": period}
        state = fold({"act": "announce", "content": content}, ACTS["publish_findings"])
        rendered = NOUN.rules.render("q3", state, str)
        assert rendered is not None
        series = [{"series": name, "agency": "bureau", **over} for name in ("on_time_rate", "due_kept_rate")]
        assert rendered.body["agencies"][0]["measured"] == series
    content = {**CONTENT, "criteria": ["truthfulness", "comprehensiveness", "effectiveness"]}
    without = NOUN.rules.render("q3", fold({"act": "announce", "content": content}, ACTS["publish_findings"]), str)
    assert without is not None
    assert "measured" not in without.body["agencies"][0]
