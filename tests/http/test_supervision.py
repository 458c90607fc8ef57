"""Cards over HTTP: what is public and what is not, who may say what of them, and who learns which case they are about."""

from typing import Any

import pytest

from chalicelib.jobs import rebuild
from chalicelib.store import keys
from tests.unit.supervision.worlds import CAME_IN, REASON, SupervisedWorld

OUTCOME = {"act": "record_outcome", "outcome": "criticised", **REASON}
CLOSE = {"act": "close", **REASON}
CASE_NO = "canary-7741"


@pytest.fixture
def world() -> SupervisedWorld:
    """Return a deployment with one yellow card, public."""
    world = SupervisedWorld().begin().at("2026-11-28T00:00:01+08:00")
    world.clock()
    world.log()
    return world


def scoped_key(world: SupervisedWorld, key_id: str, agency: str, scope: list[str]) -> None:
    world.key(key_id, agency, "Hu", ["supervisor"], scope=scope)


def test_a_card_says_which_limit_whose_and_which_day_and_nothing_of_the_case(world: SupervisedWorld) -> None:
    shown = world.json(f"/v1/supervision/{world.card()}")
    envelope = {"kind", "id", "version", "act", "register_index", "sha256", "url", "agency", "jurisdiction", "origin"}
    envelope |= {"published_at", "record_changed_at", "renderer"}
    assert {name: value for name, value in shown.items() if name not in envelope} == {
        "stage": "raised",
        "colour": "yellow",
        "rule": "promised_limit",
        "due_on": "2026-11-27",
        "service": "s1",
        "answer_by": "2026-12-04",
    }


def test_the_case_stands_in_no_public_byte_nor_in_any_act(world: SupervisedWorld) -> None:
    world.register(CASE_NO, received_at="2026-11-25T09:00:00+08:00")
    world.event(CASE_NO, "e-canary", {"event": "accepted", "occurred_at": "2026-11-26T10:00:00+08:00"})
    world.at("2026-12-31").clock()
    world.log()
    linked = 0
    for key, item in world.memory.items.items():
        private = key.pk.startswith(("case#", "code#", "FACTS#")) or (
            key.sk == "SUBJECT" and key.pk.startswith("card#")
        )
        held = b"\n".join(value if isinstance(value, bytes) else str(value).encode() for value in item.values())
        linked += CASE_NO.encode() in held and key.pk.startswith("card#")
        assert private or (CASE_NO.encode() not in held and b"e-canary" not in held), key
    assert linked == 2  # the links of its two cards, and nothing else


def test_the_id_of_a_card_is_another_under_another_key() -> None:
    from chalicelib.domain.cards import card_id

    ids = {card_id(key, case_no, "promised_limit", "", "2026-11-27") for key in (b"a", b"b") for case_no in "cd"}
    assert len(ids) == 4
    assert card_id(b"a", "c", "promised_limit", "", "2026-11-27") in ids


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 1),
        ("agency=bureau", 1),
        ("agency=other", 0),
        ("jurisdiction=guangan", 1),
        ("colour=yellow", 1),
        ("colour=red", 0),
        ("stage=raised", 1),
        ("stage=answered", 0),
        ("updated_since=2026-11-27", 1),
        ("updated_since=2026-11-27&agency=bureau", 1),
    ],
)
def test_cards_are_listed_by_each_filter(world: SupervisedWorld, query: str, found: int) -> None:
    page = world.json("/v1/supervision", query)
    assert len(page["items"]) == found
    assert page["as_of"]["register_index"] is not None


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("agency=bureau&colour=red", 0),
        ("agency=bureau,guangan&colour=yellow,red&about=case", 1),
        ("about=duty&stage=raised", 0),
    ],
)
def test_cards_are_listed_by_filters_together(world: SupervisedWorld, query: str, found: int) -> None:
    world.index()
    assert len(world.json("/v1/supervision", query)["items"]) == found


def test_a_lifted_card_leaves_the_lists_but_for_its_stage_and_keeps_its_record(world: SupervisedWorld) -> None:
    card = world.card()
    decided = {"event": "decided", "occurred_at": "2026-11-26T09:00:00+08:00", "outcome": "granted"}
    world.event("c", "e2", decided)
    world.clock()
    world.log()
    assert world.json("/v1/supervision")["items"] == []
    assert world.json("/v1/supervision", "colour=yellow")["items"] == []
    assert [item["id"] for item in world.json("/v1/supervision", "stage=lifted")["items"]] == [card]
    assert world.json(f"/v1/supervision/{card}")["lifted"]["reason"] == "limit_kept"
    versions = world.json(f"/v1/supervision/{card}/versions")["items"]
    assert [version["stage"] for version in versions] == ["lifted", "raised"]
    names = [entry["name"] for entry in world.json("/v1/changes", "kind=card")["items"]]
    assert names == ["raise", "lift"]


def test_the_agency_answers_its_supervisor_closes_and_both_are_public(world: SupervisedWorld) -> None:
    world.at("2026-12-01")
    answer = {"act": "answer", **REASON, "measures": {"zh": "已增派人手。"}}
    assert world.say(2, answer).status == 201
    assert world.say(2, answer).status == 200
    assert world.say(3, CLOSE, "root-supervisor").status == 201
    world.log()
    shown = world.json(f"/v1/supervision/{world.card()}")
    assert (shown["stage"], shown["answer"]["in_time"]) == ("closed", True)
    assert shown["answer"]["measures"] == {"zh": "已增派人手。"}
    assert shown["closed"]["reason"] == REASON["reason"]


def test_what_followed_is_recorded_of_a_red_card_only(world: SupervisedWorld) -> None:
    refused = world.say(2, OUTCOME, "root-supervisor")
    assert (refused.status, refused.json()["errors"][0]["code"]) == (422, "act_not_allowed")
    world.at("2026-12-05").clock()
    assert world.say(3, OUTCOME, "root-supervisor").status == 201
    world.log()
    assert world.json(f"/v1/supervision/{world.card()}")["outcome"]["outcome"] == "criticised"


@pytest.mark.parametrize(
    ("body", "key", "status", "code"),
    [
        (CLOSE, "bureau-clerk", 403, "role_missing"),
        (CLOSE, "root-clerk", 403, "role_missing"),
        (CLOSE, "other-clerk", 403, "other_agency"),
        (CLOSE, "bureau-supervisor", 422, "own_card"),
        (CLOSE, "outside-supervisor", 201, ""),
        (CLOSE, "stranger-supervisor", 403, "other_agency"),
        ({"act": "answer", **REASON}, "other-clerk", 403, "other_agency"),
        ({"act": "answer", **REASON}, "outside-supervisor", 403, "other_agency"),
        ({"act": "answer", "reason": {"en": "Nobody there."}}, "bureau-clerk", 422, "own_language_missing"),
        ({"act": "lift", "reason": "limit_kept"}, "bureau-clerk", 403, "role_missing"),
        ({"act": "redden", "reason": "unanswered"}, "root-supervisor", 403, "role_missing"),
    ],
)
def test_who_may_say_what_of_a_card(world: SupervisedWorld, body: Any, key: str, status: int, code: str) -> None:
    scoped_key(world, "bureau-supervisor", "bureau", [])
    scoped_key(world, "outside-supervisor", "other", ["bureau"])
    scoped_key(world, "stranger-supervisor", "other", ["other"])
    answer = world.say(2, body, key)
    assert answer.status == status, answer.body
    assert not code or answer.json()["errors"][0]["code"] == code


def test_a_supervisor_from_outside_gets_the_receipt_of_its_own_act_and_of_no_other(world: SupervisedWorld) -> None:
    scoped_key(world, "outside-supervisor", "other", ["bureau"])
    place = f"/v1/intake/supervision/{world.card()}/acts"
    assert world.say(2, CLOSE, "outside-supervisor").status == 201
    assert world.say(2, CLOSE, "outside-supervisor").status == 200
    assert world.get_signed(f"{place}/2", "outside-supervisor").status == 200
    assert world.get_signed(f"{place}/1", "outside-supervisor").status == 404


def test_nobody_can_raise_a_card_by_hand(world: SupervisedWorld) -> None:
    content = {"agency": "bureau", "service": "s1", "rule": "promised_limit", "colour": "red", "due_on": "2026-11-27"}
    for key in ("bureau-clerk", "root-clerk", "root-supervisor"):
        answer = world.put("/v1/intake/supervision/made-up/acts/1", {"act": "raise", "content": content}, key)
        assert answer.status == 403


def test_which_case_a_card_is_about_is_told_to_its_agency_and_those_above_only(world: SupervisedWorld) -> None:
    path = f"/v1/intake/supervision/{world.card()}"
    for key in ("bureau-clerk", "root-clerk"):
        told = world.get_signed(path, key).json()
        assert (told["case_no"], told["next_act"], told["rule"]) == ("c", 2, "promised_limit")
    scoped_key(world, "outside-supervisor", "other", ["bureau"])
    for key in ("other-clerk", "outside-supervisor"):
        assert world.get_signed(path, key).status == 404
    assert world.get_signed("/v1/intake/supervision/nothing", "bureau-clerk").status == 404
    assert world.get(path).status == 401


def test_a_case_tells_its_agency_which_cards_it_has(world: SupervisedWorld) -> None:
    card = {"id": world.card(), "rule": "promised_limit", "due": "2026-11-27", "state": "raised"}
    (told,) = world.get_signed("/v1/intake/cases/c", "bureau-clerk").json()["cards"]
    assert told == {**card, "url": f"/v1/supervision/{world.card()}"}


def test_what_the_clock_did_is_no_sign_of_life_of_the_agency(world: SupervisedWorld) -> None:
    def last(agency: str) -> Any:
        return {each["agency"]: each["last_upload_at"] for each in world.json("/v1/status")["items"]}[agency]

    before = last("bureau")
    world.at("2026-12-05").clock()
    world.log()
    assert last("bureau") == before
    world.say(3, {"act": "answer", **REASON})
    world.log()
    assert last("bureau") > before


def test_rules_stages_colours_outcomes_and_reasons_are_code_lists(world: SupervisedWorld) -> None:
    for name in ("card_rule", "card_stage", "card_colour", "card_outcome", "card_lift"):
        codes = world.json(f"/v1/codes/{name}")["codes"]
        assert all(code["zh"] and code["en"] for code in codes)
    rules = {code["code"] for code in world.json("/v1/codes/card_rule")["codes"]}
    assert {"promised_limit", "statutory_limit", "acceptance_limit"} <= rules


def test_a_synthetic_service_has_synthetic_cards(world: SupervisedWorld) -> None:
    base = {"agency": "bureau", "title": {"zh": "演示事项"}, "service_kind": "request", "effective_on": "2026-01-01"}
    limits = {"promised": {"value": 1, "unit": "working_day"}}
    body = {"act": "publish", "synthetic": True, "content": {**base, "limits": limits}}
    world.act("services", "demo", 1, body, "bureau-clerk")
    world.put("/v1/intake/cases/d1", {"service": "demo", "access": "none", **CAME_IN}, "bureau-clerk")
    world.event("d1", "e1", {"event": "accepted", "occurred_at": "2026-11-27T09:00:00+08:00"})
    world.at("2026-12-02").clock()
    world.log()
    (card,) = (c for c in world.json("/v1/supervision")["items"] if c["service"] == "demo")
    assert card["synthetic"] is True
    assert world.memory.items[keys.view("card", card["id"])]


def test_the_public_view_of_a_card_is_the_fold_of_the_register(world: SupervisedWorld) -> None:
    world.say(2, {"act": "answer", **REASON})
    decided = {"event": "decided", "occurred_at": "2026-11-26T09:00:00+08:00", "outcome": "granted"}
    world.event("c", "e2", decided)
    world.clock()
    world.log()
    assert [entry["name"] for entry in world.json("/v1/changes", "kind=card")["items"]] == ["raise", "answer", "lift"]
    assert rebuild.run(world.wired).differing == ()
