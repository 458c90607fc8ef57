"""Rules: every stage times every act, what time does to them, what is owed, and how a document number is spelled."""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.codes import code_list
from chalicelib.domain.document_numbers import normalised
from chalicelib.domain.instants import to_key
from chalicelib.domain.models.links import RecordLink
from chalicelib.domain.records import ActMeta, Actor, Others, Ref, State
from chalicelib.domain.rule_standing import begins_at, months_after, standing
from chalicelib.domain.rules import NOUN, duties, follows
from chalicelib.errors import RefusedError
from tests.agency_states import agency_state
from tests.rule_world import RULE, act_on_rule, publish_rule
from tests.world import World

AT = "2026-11-23T02:00:00.000Z"
AGENCY = agency_state("a", "bureau")
CLERK = Actor("k", "bureau", "Li", frozenset({"clerk"}))
REASON = {"zh": "理由"}
PUBLISH = {"act": "publish", "content": RULE}
ACTS: dict[str, dict[str, Any]] = {
    "publish": PUBLISH,
    "revise": {"act": "revise", "content": RULE},
    "report_execution": {
        "act": "report_execution",
        "period_from": "2025-01-01",
        "period_to": "2025-12-31",
        "done": {"zh": "已执行"},
    },
    "review": {"act": "review", "outcome": "keep", "reason": REASON, "next_review_due_on": "2028-01-01"},
    "supersede": {"act": "supersede", "replaced_by": "other"},
    "repeal": {"act": "repeal", "repealed_on": "2026-01-01", "reason": REASON},
    "withdraw": {"act": "withdraw", "reason": REASON},
    "take_place_of": {"act": "take_place_of", "replaces": "older"},
}
WAYS_TO = {
    None: (),
    "published": ("publish",),
    "superseded": ("publish", "supersede"),
    "repealed": ("publish", "repeal"),
    "withdrawn": ("publish", "withdraw"),
}
MAY_FOLLOW = {
    None: {"publish"},
    "published": set(ACTS) - {"publish"},
    "superseded": {"report_execution", "withdraw"},
    "repealed": {"report_execution", "withdraw"},
    "withdrawn": set(),
}


def others(**rules: State) -> Others:
    """Return the bureau, and rules by their id."""
    return Others({Ref("agency", "bureau"): AGENCY, **{Ref("rule", name): state for name, state in rules.items()}})


def fold(*acts: dict[str, Any], at: str = AT) -> State | None:
    """Decide and fold acts in turn."""
    other = NOUN.rules.fold("other", None, PUBLISH, ActMeta(1, "0", at, "Li", at), others())
    state: State | None = None
    for number, act in enumerate(acts, 1):
        NOUN.rules.decide("r", state, act, CLERK, others(other=other), at)
        state = NOUN.rules.fold("r", state, act, ActMeta(number, f"{number}", at, "Li", at), others())
    return state


def refusal(state: State | None, act: dict[str, Any], record_id: str = "r", **rules: State) -> list[str]:
    """Return the codes of a refusal; none if the act passes."""
    try:
        NOUN.rules.decide(record_id, state, act, CLERK, others(**rules), AT)
    except RefusedError as refused:
        return [problem.code for problem in refused.problems]
    return []


@pytest.mark.parametrize("name", ACTS)
@pytest.mark.parametrize("stage", WAYS_TO)
def test_every_act_is_allowed_or_refused_as_the_table_says(stage: str | None, name: str) -> None:
    state = fold(*(ACTS[each] for each in WAYS_TO[stage]))
    assert (state["stage"] if state else None) == stage
    other = fold(PUBLISH)
    assert other is not None
    codes = refusal(state, ACTS[name], other=other)
    assert codes == ([] if name in MAY_FOLLOW[stage] else ["act_not_allowed"])


def test_every_act_that_passes_makes_a_version() -> None:
    revised = {"act": "revise", "content": {**RULE, "title": {"zh": "新收费办法"}}}
    after = (ACTS[name] for name in ("take_place_of", "repeal"))
    acts = [PUBLISH, ACTS["report_execution"], ACTS["review"], revised, *after]
    for number in range(1, len(acts) + 1):
        state = fold(*acts[:number])
        assert state is not None
        assert state["version"] == number


def test_a_replacement_must_be_there_stand_here_and_be_another() -> None:
    state, other = fold(PUBLISH), fold(PUBLISH)
    assert state is not None
    assert other is not None
    act = ACTS["supersede"]
    assert refusal(state, act) == ["replacement_unknown"]
    assert refusal(state, {**act, "replaced_by": "r"}, r=state) == ["replaces_itself"]
    assert refusal(state, act, other={**other, "jurisdiction": "b"}) == ["replacement_elsewhere"]
    for stage in ("superseded", "repealed", "withdrawn"):
        assert refusal(state, act, other={**other, "stage": stage}) == ["replacement_not_standing"]
    assert refusal(state, act, other={**other, "replaces": ["x"] * 200}) == ["too_many_replaced"]
    assert follows("r", act, state, ActMeta(1, "", AT, "", AT))[0].record_id == "other"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"area": "astrology"}, "area_unknown"),
        ({"title": {"en": "Fees"}}, "own_language_missing"),
        ({"body": {"en": "Text"}}, "own_language_missing"),
        ({"agency": "nobody"}, "agency_unknown"),
        ({"body": {"zh": "联系人电话13800138000"}}, "personal_data"),
        ({"links": [{"rel": "rests_on", "kind": "disclosure", "id": "none"}]}, "link_unknown"),
    ],
)
def test_a_content_that_does_not_hold_is_refused_with_its_code(changed: dict[str, Any], code: str) -> None:
    assert code in refusal(None, {"act": "publish", "content": {**RULE, **changed}})


def test_texts_of_every_act_need_the_own_language_and_hold_no_persons_number() -> None:
    state = fold(PUBLISH)
    for name, member in (("report_execution", "done"), ("review", "reason"), ("repeal", "reason")):
        assert refusal(state, {**ACTS[name], member: {"en": "only English"}}) == ["own_language_missing"]
        assert refusal(state, {**ACTS[name], member: {"zh": "手机13800138000"}}) == ["personal_data"]


def test_a_report_is_of_a_period_that_is_over_and_the_next_day_lies_ahead() -> None:
    state = fold(PUBLISH)
    report, review = ACTS["report_execution"], ACTS["review"]
    assert refusal(state, {**report, "period_to": "2026-11-23"}) == []
    assert refusal(state, {**report, "period_to": "2026-11-24"}) == ["period_not_over"]
    assert refusal(state, {**report, "next_due_on": "2026-11-23"}) == ["next_not_ahead"]
    assert refusal(state, {**review, "next_review_due_on": "2026-11-23"}) == ["next_not_ahead"]


def test_an_address_of_its_own_is_no_id_of_a_rule() -> None:
    assert refusal(None, PUBLISH, "gaps") == ["id_reserved"]


# What time does


def at_instant(day: str, **rule: str) -> str:
    """Return what a rule is one millisecond into a day in Shanghai."""
    return standing({"stage": "published", **rule}, datetime.fromisoformat(f"{day}T00:00:00.001+08:00"))


def test_a_rule_begins_and_ends_at_midnight_where_it_holds() -> None:
    state = fold({"act": "publish", "content": {**RULE, "in_force_on": "2026-02-01", "valid_until": "2026-02-28"}})
    assert state is not None
    force = {name: state[name] for name in ("in_force_from", "in_force_until")}
    told = [at_instant(day, **force) for day in ("2026-01-31", "2026-02-01", "2026-02-28", "2026-03-01")]
    assert told == ["upcoming", "in_force", "in_force", "lapsed"]
    millisecond = timedelta(milliseconds=1)
    until = datetime.fromisoformat("2026-03-01T00:00:00+08:00")
    assert standing({"stage": "published", **force}, until - millisecond) == "in_force"
    assert standing({"stage": "published", **force}, until) == "lapsed"


def test_a_repeal_on_a_day_ahead_leaves_the_rule_in_force_until_then() -> None:
    state = fold(PUBLISH, {**ACTS["repeal"], "repealed_on": "2027-01-01"})
    assert state is not None
    force = {name: state[name] for name in ("stage", "in_force_from", "in_force_until")}
    assert [at_instant(day, **force) for day in ("2026-12-31", "2027-01-01")] == ["in_force", "repealed"]


def test_what_had_lapsed_before_is_not_in_force_longer_because_it_is_repealed_later() -> None:
    state = fold({"act": "publish", "content": {**RULE, "valid_until": "2025-12-31"}}, ACTS["repeal"])
    assert state is not None
    assert state["in_force_until"] == "2025-12-31T16:00:00.000Z"


@given(st.integers(-400, 400), st.one_of(st.none(), st.integers(-400, 400)), st.integers(-400, 400))
@settings(derandomize=True, deadline=None)
def test_a_rule_is_in_force_from_its_first_to_its_last_day_and_never_else(
    first: int, last: int | None, asked: int
) -> None:
    base = datetime(2026, 1, 1, tzinfo=UTC)
    rule = {"stage": "published", "in_force_from": to_key(base + timedelta(days=first))}
    if last is not None:
        rule["in_force_until"] = to_key(base + timedelta(days=last))
    wanted = first <= asked and (last is None or asked < last)
    assert (standing(rule, base + timedelta(days=asked)) == "in_force") == wanted


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2026-05-15", 24, "2028-05-15"),
        ("2999-12-01", 24, "2999-12-31"),
    ],
)
def test_months_end_with_their_month(day: str, months: int, then: str) -> None:
    assert months_after(day, months) == then


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York", "Pacific/Kiritimati"])
def test_a_day_of_the_first_and_the_last_year_has_an_instant_in_every_zone(zone: str) -> None:
    assert begins_at("1900-01-01", zone) < begins_at("2999-12-31", zone)


# What is owed


def owed(*acts: dict[str, Any]) -> dict[str, str | None]:
    """Return what is owed after acts: rule -> last day."""
    state = fold(*acts)
    assert state is not None
    return {duty.rule: duty.due_on for duty in duties("r", state)}


def test_a_normative_document_is_reviewed_as_the_law_says_and_an_internal_rule_as_it_says_itself() -> None:
    assert owed(PUBLISH) == {"rule_review": "2026-01-01"}
    internal = {**RULE, "rule_kind": "internal_rule"}
    assert owed({"act": "publish", "content": internal}) == {}
    assert owed({"act": "publish", "content": {**internal, "review_due_on": "2027-03-01"}}) == {
        "rule_review": "2027-03-01"
    }


def test_a_review_moves_the_day_and_a_revision_that_repeats_the_old_one_does_not_move_it_back() -> None:
    stated = {"act": "publish", "content": {**RULE, "review_due_on": "2026-06-30"}}
    assert owed(stated) == {"rule_review": "2026-06-30"}
    assert owed(stated, ACTS["review"]) == {"rule_review": "2028-01-01"}
    assert owed(stated, ACTS["review"], {**stated, "act": "revise"}) == {"rule_review": "2028-01-01"}
    sooner = {"act": "revise", "content": {**RULE, "review_due_on": "2027-06-30"}}
    assert owed(stated, ACTS["review"], sooner) == {"rule_review": "2027-06-30"}


def test_reports_are_owed_every_so_many_months_until_the_rule_says_otherwise() -> None:
    reported = {**RULE, "rule_kind": "internal_rule", "execution_report": {"months": 6, "first_due_on": "2026-01-31"}}
    first = {"act": "publish", "content": reported}
    report = ACTS["report_execution"]
    assert owed(first) == {"rule_execution_report": "2026-01-31"}
    assert owed(first, report) == {"rule_execution_report": "2026-07-31"}
    assert owed(first, report, report) == {"rule_execution_report": "2027-01-31"}
    assert owed(first, {**report, "next_due_on": "2027-05-01"}) == {"rule_execution_report": "2027-05-01"}
    assert owed(first, report, {"act": "revise", "content": {**reported, "title": {"zh": "新"}}}) == {
        "rule_execution_report": "2026-07-31"
    }
    without = {name: value for name, value in reported.items() if name != "execution_report"}
    assert owed(first, report, {"act": "revise", "content": without}) == {}


def test_nothing_falls_due_after_the_end_and_what_was_missed_before_stays_missed() -> None:
    ends = {**RULE, "review_due_on": "2026-06-30"}
    assert owed({"act": "publish", "content": {**ends, "valid_until": "2026-06-30"}}) == {}
    assert owed({"act": "publish", "content": {**ends, "valid_until": "2026-12-31"}}) == {"rule_review": "2026-06-30"}
    assert owed({"act": "publish", "content": ends}, ACTS["withdraw"]) == {}
    late = {"act": "publish", "content": {**ends, "execution_report": {"months": 6, "first_due_on": "2026-06-30"}}}
    ending = {**ACTS["repeal"], "repealed_on": "2026-11-01"}
    assert owed(late) == {"rule_review": "2026-06-30", "rule_execution_report": "2026-06-30"}
    assert owed(late, ending) == {"rule_execution_report": "2026-06-30"}  # whoever repeals it has reviewed it
    assert owed({"act": "publish", "content": ends}, ACTS["repeal"]) == {}


# Spellings


@pytest.mark.parametrize(
    "typed",
    [
        "川府发〔2024〕5号",
        "川府发[2024]5号",
        "川府发(2024)5号",
        "川府发（２０２４）第005号",
        "川府发【2024】 5 号",
        "川府发〖2024年〗5",
        "川府发［2024］5号",
        " 川府发〔2024〕５号 ",
    ],
)
def test_a_document_number_has_one_spelling_however_it_is_typed(typed: str) -> None:
    assert normalised(typed) == "川府发〔2024〕5号"


@given(st.text(min_size=1, max_size=40))
@settings(derandomize=True, deadline=None)
def test_a_spelling_once_normal_stays_as_it_is(text: str) -> None:
    assert normalised(normalised(text)) == normalised(text)


def test_another_form_of_number_is_only_tidied() -> None:
    assert normalised("广安区政府令 第３号") == "广安区政府令第3号"


def test_the_words_of_links_are_those_a_link_may_say() -> None:
    said = RecordLink.model_json_schema()["properties"]["rel"]["enum"]
    by_themselves = {"superseded_by", "hearing_of", "filing_of"}
    assert {entry["code"] for entry in code_list("link").codes} == set(said) | by_themselves


# Through the door


def test_superseding_names_each_in_the_other_in_one_commit_and_never_runs_in_a_circle() -> None:
    world = World().init()
    for name in ("a", "b", "c"):
        publish_rule(world, name)
    act_on_rule(world, "a", 2, "supersede", replaced_by="b")
    act_on_rule(world, "b", 3, "supersede", replaced_by="c")
    back = world.put("/v1/intake/rules/c/acts/3", {"act": "supersede", "replaced_by": "a"}, "bureau-clerk")
    assert [error["code"] for error in orjson.loads(back.body)["errors"]] == ["replacement_not_standing"]
    world.log()
    shown = {name: world.json(f"/v1/rules/{name}") for name in ("a", "b", "c")}
    assert [shown[name].get("replaced_by") for name in ("a", "b", "c")] == ["b", "c", None]
    assert [shown[name].get("replaces") for name in ("a", "b", "c")] == [None, ["a"], ["b"]]
    for name, before, after in (("a", [], ["b", "c"]), ("b", ["a"], ["c"]), ("c", ["b", "a"], [])):
        chain = world.json(f"/v1/rules/{name}/chain")
        assert [step["id"] for step in chain["replaces"]] == before
        assert [step["id"] for step in chain["replaced_by"]] == after
        assert chain["whole"] is True


def test_a_chain_is_walked_so_far_and_says_that_there_is_more() -> None:
    world = World().init()
    publish_rule(world, "r0")
    for number in range(1, 14):
        publish_rule(world, f"r{number}")
        act_on_rule(world, f"r{number - 1}", 2 if number == 1 else 3, "supersede", replaced_by=f"r{number}")
    world.log()
    chain = world.json("/v1/rules/r0/chain")
    assert [step["id"] for step in chain["replaced_by"]] == [f"r{number}" for number in range(1, 11)]
    assert chain["whole"] is False
    assert world.json("/v1/rules/r5/chain")["whole"] is True


def test_no_key_may_send_what_only_superseding_brings() -> None:
    world = World().init()
    publish_rule(world, "a")
    answer = world.put("/v1/intake/rules/a/acts/2", {"act": "take_place_of", "replaces": "b"}, "bureau-clerk")
    assert answer.status == 403
