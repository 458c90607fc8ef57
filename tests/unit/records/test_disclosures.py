"""Disclosures: every stage against every act, the two-person rule, and what is left after withdrawal."""

from itertools import product
from typing import Any

import orjson
import pytest

from chalicelib.domain.categories import categories
from chalicelib.domain.codes import sentences
from chalicelib.domain.disclosures import NOUN
from chalicelib.domain.disclosures.table import ALLOWED, refusal
from chalicelib.domain.records import ActMeta, Actor, Others, Ref, State
from chalicelib.errors import RefusedError
from tests.agency_states import agency_state
from tests.world import World

AT = "2026-02-01T00:00:00.000Z"
AGENCY = agency_state("a")
OTHERS = Others({Ref("agency", "a"): AGENCY, Ref("disclosure", "other"): {"stage": "published"}})
CONTENT = {
    "agency": "a",
    "title": {"zh": "通知"},
    "category": "plans",
    "cadence": "ad_hoc",
    "body": {"zh": "文"},
    "openness": {"class": "proactive"},
}
ZH = {"zh": "说明"}
ACTS: dict[str, dict[str, Any]] = {
    "submit": {"act": "submit", "content": CONTENT},
    "approve": {
        "act": "approve",
        "approves_sha256": "sha-submit",
        "secrecy_review": {"reviewer": "x", "result": "cleared"},
        "releases": [],
    },
    "return": {"act": "return", "returns_sha256": "sha-submit", "reason": ZH},
    "break_glass": {
        "act": "break_glass",
        "reason": ZH,
        "legal_basis": {"document": "突发事件应对法"},
        "releases": [],
    },
    "open_consultation": {"act": "open_consultation", "last_day": "2026-01-03", "shorter_reason": ZH},
    "extend_consultation": {"act": "extend_consultation", "last_day": "2026-01-09", "reason": ZH},
    "revise": {"act": "revise", "content": CONTENT},
    "respond_to_comments": {"act": "respond_to_comments", "round": 1, "summary": ZH, "groups": []},
    "announce_hearing": {
        "act": "announce_hearing",
        "hearing": "h",
        "hearing_kind": "price",
        "held_at": "2026-03-01T09:00:00+08:00",
        "place": ZH,
        "topics": [],
    },
    "cancel_hearing": {"act": "cancel_hearing", "hearing": "h", "reason": ZH},
    "record_hearing": {
        "act": "record_hearing",
        "hearing": "h",
        "held_at": "2026-03-01T09:00:00+08:00",
        "record": ZH,
        "outcome": ZH,
    },
    "record_step": {
        "act": "record_step",
        "step": "legality_review",
        "held_on": "2026-01-01",
        "by": ZH,
        "result": "passed",
    },
    "adopt": {"act": "adopt", "decided_on": "2026-01-02", "by": ZH},
    "publish": {"act": "publish"},
    "correct": {"act": "correct", "reason": {"zh": "更正"}},
    "supersede": {"act": "supersede", "by": "other", "reason": ZH},
    "withdraw": {"act": "withdraw", "reason": {"zh": "撤回"}, "keep_title": False},
    "file_upward": {"act": "file_upward", "receivers": ["r"]},
}
_SHOWN = ("submit", "approve", "publish")
_HEARD = ("submit", "approve", "open_consultation")
WAYS_TO: dict[tuple[str, str | None], tuple[str, ...]] = {
    ("", None): (),
    ("not_shown", "submitted"): ("submit",),
    ("not_shown", "returned"): ("submit", "return"),
    ("not_shown", "approved"): ("submit", "approve"),
    ("in_consultation", None): _HEARD,
    ("in_consultation", "submitted"): (*_HEARD, "revise"),
    ("in_consultation", "approved"): (*_HEARD, "revise", "approve"),
    ("adopted", None): (*_HEARD, "adopt"),
    ("published", None): _SHOWN,
    ("published", "submitted"): (*_SHOWN, "submit"),
    ("published", "approved"): (*_SHOWN, "submit", "approve"),
    ("published", "awaiting_approval"): ("submit", "break_glass"),
    ("superseded", None): (*_SHOWN, "supersede"),
    ("withdrawn", None): (*_SHOWN, "withdraw"),
}


def actor(name: str) -> Actor:
    """Return who does an act: approvals are another person's."""
    return Actor("k", "a", "person:B" if name == "approve" else "person:A", frozenset({"clerk", "approver"}))


def fold(names: tuple[str, ...]) -> State | None:
    """Decide and fold acts in turn, one a day."""
    state: State | None = None
    for number, name in enumerate(names, start=1):
        at = f"2026-01-{number:02d}T00:00:00.000Z"
        NOUN.rules.decide("d", state, ACTS[name], actor(name), OTHERS, at)
        digest = "sha-submit" if name == "revise" else f"sha-{name}"
        meta = ActMeta(number, digest, at, actor(name).person, at)
        state = NOUN.rules.fold("d", state, ACTS[name], meta, OTHERS)
    return state


@pytest.mark.parametrize(("stage", "name"), list(product(WAYS_TO, ACTS)), ids=str)
def test_every_act_is_allowed_or_refused_as_the_table_says(stage: tuple[str, str | None], name: str) -> None:
    state = fold(WAYS_TO[stage])
    assert (state["stage"], state.get("pending")) == stage if state else stage == ("", None)
    found = []
    try:
        NOUN.rules.decide("d", state, ACTS[name], actor(name), OTHERS, AT)
    except RefusedError as refused:
        found = [problem.code for problem in refused.problems]
    if name in ALLOWED[stage]:
        assert not set(found) & set(sentences("disclosure_refusal"))
    else:
        assert found == [refusal(stage, name)]


def test_the_tests_reach_every_row_of_the_table() -> None:
    assert set(WAYS_TO) == set(ALLOWED)


def test_every_category_names_its_source_and_whether_it_was_checked() -> None:
    for category in categories().values():
        assert category["source"]
        assert isinstance(category["checked"], bool)
        assert {"zh", "en"} <= set(category["title"])


@pytest.fixture
def world() -> World:
    """Return a deployment with one submission by Li, and a second key that names Li too."""
    world = World().init()
    world.key("li-approver", "guangan", "Li", ["approver"])
    world.act("disclosures", "d", 1, {"act": "submit", "content": {**CONTENT, "agency": "bureau"}})
    return world


def approval(world: World, digest: str | None = None, result: str = "cleared") -> dict[str, Any]:
    """Return an approval of what was submitted last."""
    receipt = orjson.loads(world.get_signed("/v1/intake/disclosures/d/acts/1").body)
    review = {"reviewer": "office", "result": result}
    return {"act": "approve", "approves_sha256": digest or receipt["sha256"], "secrecy_review": review}


def codes(answer: Any) -> list[str]:
    """Return the codes of a refusal."""
    assert answer.status == 422, answer.body
    return [error["code"] for error in orjson.loads(answer.body)["errors"]]


def test_a_second_key_of_the_same_person_may_not_approve(world: World) -> None:
    answer = world.put("/v1/intake/disclosures/d/acts/2", approval(world), "li-approver")
    assert codes(answer) == ["same_person"]


def test_a_clerk_may_not_approve_and_an_approver_may_not_submit(world: World) -> None:
    assert world.put("/v1/intake/disclosures/d/acts/2", approval(world), "root-clerk").status == 403
    submit = {"act": "submit", "content": {**CONTENT, "agency": "bureau"}}
    assert world.put("/v1/intake/disclosures/e/acts/1", submit, "root-approver").status == 403


def test_an_approval_of_other_bytes_is_refused(world: World) -> None:
    answer = world.put("/v1/intake/disclosures/d/acts/2", approval(world, "0" * 64), "root-approver")
    assert codes(answer) == ["approves_other_bytes"]


def test_an_edit_after_approval_needs_a_new_one(world: World) -> None:
    world.act("disclosures", "d", 2, approval(world), "root-approver")
    edited = {**CONTENT, "agency": "bureau", "body": {"zh": "改"}}
    world.act("disclosures", "d", 3, {"act": "submit", "content": edited})
    assert codes(world.put("/v1/intake/disclosures/d/acts/4", {"act": "publish"})) == ["not_approved"]
    assert codes(world.put("/v1/intake/disclosures/d/acts/4", approval(world), "root-approver")) == [
        "approves_other_bytes"
    ]


def test_what_the_secrecy_review_did_not_clear_is_not_published(world: World) -> None:
    world.act("disclosures", "d", 2, approval(world, result="restricted"), "root-approver")
    assert codes(world.put("/v1/intake/disclosures/d/acts/3", {"act": "publish"})) == ["secrecy_review_restricted"]


@pytest.mark.parametrize("openness", [{"class": "on_request"}, {"class": "not_open", "ground": "state_secret"}])
def test_what_is_not_open_is_not_published_and_never_named(openness: dict[str, Any]) -> None:
    world = World().init()
    content = {**CONTENT, "agency": "bureau", "openness": openness}
    receipt = world.act("disclosures", "x", 1, {"act": "submit", "content": content})
    world.approve("x", 2, receipt["sha256"])
    assert codes(world.put("/v1/intake/disclosures/x/acts/3", {"act": "publish"})) == ["not_open"]
    world.log()
    assert world.get("/v1/disclosures/x").status == 404
    assert "x" not in [entry["id"] for entry in world.json("/v1/changes")["items"]]
