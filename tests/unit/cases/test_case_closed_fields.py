"""What a status may hold is a closed list: no member beyond it, no text that is not meant for the applicant."""

from random import Random
from typing import Any, get_args

import orjson
import pytest

from chalicelib.domain.cases.fold import fold
from chalicelib.domain.cases.records import CaseEvent, Registration
from chalicelib.domain.codes import sentences
from chalicelib.domain.models import cases as models
from chalicelib.domain.models.case_answers import CaseStatus
from tests.unit.cases.builders import BY_TEN, HEARING, NOW, REGISTERED_AT, at, commitment, status, terms
from tests.unit.cases.canaries import EVENTS, full_correction, full_event, full_registration, marks_in
from tests.unit.cases.joint import restaurant

HISTORIES = 700
CONSULTING = {"kind": "consulting", "legal_basis": {"document": "信息公开条例", "article": "第三十二条"}}
PROCEDURES = [CONSULTING, *({**HEARING, "kind": kind} for kind in get_args(models.SpecialKind))]
STEPS = [{"stage": "accept", "name": {"zh": "窗口受理"}}, {"stage": "review"}, {"stage": "decide"}, {"stage": "issue"}]
SERVICES = (
    terms(service_kind="licence", steps=STEPS, special_procedures=PROCEDURES, extension=BY_TEN, supplement="pause"),
    terms(supplement="restart", clock_starts="received", first_contact={"post": {"zh": "首席代表"}}),
    terms(limits={}, handling="immediate"),
    restaurant(supplement="pause", extension=BY_TEN),
    terms(commitment(limits={"promised": {"value": 30, "unit": "hour"}}, special_procedures=PROCEDURES)),
)
DAYS = ("2026-03-03", "2026-04-20", "2026-12-20")

SHOWN = {
    "supplement_requested.materials",
    "supplement_requested.where",
    "supplement_requested.url",
    "accepted.missing.material",
    "deferred_received.material",
    "received.documents.name",
    "supplement_received.documents.name",
    "handed_over.to.post",
    "decided.reasons",
    "decided.remedies",
    "refused_acceptance.reason",
    "extended.reason",
    "closed.reason",
    "reopened.reason",
    "corrected_event.reason",
    *(f"{name}.pickup" for name in ("certificate_made", "issued")),
    *(f"{name}.document.{text}" for name in ("decided", "certificate_made", "issued") for text in ("name", "no")),
    *(f"{name}.place.window" for name in ("received", "accepted", "stage_entered", "visited")),
    *(f"{name}.notice_no" for name in EVENTS),
}
"""Every text of an event that its applicant reads, and no other."""


def served(seed: int) -> dict[str, Any]:
    """Return the status of a random case in which everything that can be said is said."""
    chance = Random(f"canary {seed}")
    names = sorted(EVENTS)
    events = []
    for number in range(chance.randint(1, 12)):
        name = chance.choice(names)
        content = full_event(name, chance)
        if chance.random() < 0.1:
            content = full_correction(f"e{chance.randrange(12)}", name, chance)
        events.append(CaseEvent(f"e{number}", "bureau", content))
    opened = Registration("c1", full_registration(chance), REGISTERED_AT)
    folded = fold(opened, events, chance.choice(SERVICES), NOW)
    return status(folded, at(chance.choice(DAYS)))


@pytest.fixture(scope="module")
def statuses() -> list[dict[str, Any]]:
    """Return many of them."""
    return [served(seed) for seed in range(HISTORIES)]


def test_the_events_that_are_walked_are_what_an_agency_may_send() -> None:
    chance = Random(0)
    for name in EVENTS:
        models.EVENT.validate_python(full_event(name, chance))
        models.EVENT.validate_python(full_correction("e1", name, chance))
    models.REGISTRATION.validate_python(full_registration(chance))


def test_no_status_holds_a_member_that_is_not_on_the_list(statuses: list[dict[str, Any]]) -> None:
    for found in statuses:
        listed = CaseStatus.model_validate(found).model_dump(mode="json", by_alias=True, exclude_none=True)
        assert found == listed


def test_of_the_texts_that_are_sent_exactly_those_for_the_applicant_are_shown(statuses: list[dict[str, Any]]) -> None:
    shown: set[str] = set()
    for found in statuses:
        shown |= marks_in(orjson.dumps(found).decode())
    assert sorted(shown - SHOWN) == [], "shown, and not on the list"
    assert sorted(SHOWN - shown) == [], "on the list, and never shown"
    assert not any(place.startswith("registration") for place in shown)


def codes_in(found: dict[str, Any]) -> dict[str, set[str]]:
    """Return the codes of a status by the list in which their words stand."""
    return {
        "status": {found["status"]["code"]},
        "clock": {found["clock"]},
        "who": {found["next_step"]["who"]},
        "next_step": {found["next_step"]["code"]},
        "todo": {entry["code"] for entry in found.get("todo", ())},
        "stop": {found["stopped"]["why"]} if "stopped" in found else set(),
        "event": {entry["code"] for entry in found["timeline"]} | {entry["kind"] for entry in found.get("notices", ())},
        "branch_status": {branch["status"]["code"] for branch in found.get("branches", ())},
        "stage": {stage["code"] for stage in found.get("progress", {}).get("stages", ())},
        "lamp": {found["deadline"]["lamp"]} if "lamp" in found.get("deadline", {}) else set(),
        "outcome": {found["result"]["outcome"]} if "result" in found else set(),
        "handling": {found["handling"]},
    }


def test_every_code_has_its_words_and_every_word_of_a_step_or_a_duty_is_used(statuses: list[dict[str, Any]]) -> None:
    used: dict[str, set[str]] = {}
    for found in statuses:
        for name, codes in codes_in(found).items():
            used.setdefault(name, set()).update(codes)
    for name, codes in used.items():
        assert sorted(codes - sentences(name).keys()) == [], name
    for name in ("who", "next_step", "todo", "clock", "lamp"):
        assert sorted(sentences(name).keys() - used[name]) == [], f"words that nothing uses: {name}"


def test_what_can_stop_a_clock_has_a_name_and_a_sentence() -> None:
    assert sentences("stop").keys() == sentences("procedure").keys()


def test_no_sentence_keeps_an_open_place(statuses: list[dict[str, Any]]) -> None:
    for found in statuses:
        assert b"{what}" not in orjson.dumps(found)
        assert b"{whom}" not in orjson.dumps(found)
