"""An act that brings acts on other records: all of it or nothing, whatever fails, whoever is beside, and once only."""

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from chalicelib.domain.filings import filing_id
from chalicelib.domain.records import Ref
from chalicelib.jobs import log_register, rebuild
from local.messages import Response
from tests.faults import attempt, every_fault
from tests.filing_world import CAME_IN, RETURNED, FilingWorld
from tests.hearing_world import CANCELLATION, NOTICE, HearingWorld, open_draft
from tests.register_world import check_invariants

CHANGED = {**NOTICE, "held_at": "2026-12-30T09:00:00+08:00", "ends_at": "2026-12-30T12:00:00+08:00"}
ACTS: dict[str, tuple[dict[str, Any], ...]] = {
    "the first notice": (NOTICE,),
    "a changed notice": (NOTICE, {**CHANGED, "reason": {"zh": "改期"}}),
    "a cancellation": (NOTICE, CANCELLATION),
    "a withdrawal that ends two": (
        NOTICE,
        {**NOTICE, "hearing": "water-2"},
        {"act": "withdraw", "reason": {"zh": "撤回"}},
    ),
}
PATH = "/v1/intake/disclosures/d/acts/{}"


FILING = filing_id("t", 1, "guangan")


def prepared(name: str) -> tuple[Callable[[], HearingWorld], Callable[[Any], Response]]:
    """Return how a world is made in which all but the last act is sent, and how that one is."""
    *before, last = ACTS[name]

    def prepare() -> HearingWorld:
        world = HearingWorld().begin()
        for act in before:
            assert world.send(act).status == 201
        return world

    number = 4 + len(before)
    return prepare, lambda world: world.put(PATH.format(number), last, "bureau-clerk")


def filed_anew() -> FilingWorld:
    """Return a world whose text was returned by one of its receivers, and is to be filed with both."""
    world = FilingWorld().begin()
    world.file("guangan")
    world.answer(FILING, 2, RETURNED)
    return world


def test_a_text_filed_anew_makes_two_filings_and_replaces_one_or_does_nothing_whatever_fails() -> None:
    def send(world: Any) -> Response:
        act = {"act": "file_upward", "receivers": ["guangan", "group"]}
        return world.put("/v1/intake/disclosures/t/acts/5", act, "bureau-clerk")  # type: ignore[no-any-return]

    def stored(world: Any) -> set[str]:
        return {key.pk for key in world.memory.items if key.pk.startswith("filing#")}

    clean = filed_anew()
    assert send(clean).status == 201
    assert len(stored(clean)) == 3
    for world, arm, fault in every_fault(filed_anew, send):
        attempt(send, world)
        acts = sorted(
            key.sk for key in world.memory.items if key.pk == f"filing#{FILING}" and key.sk.startswith("ACT#")
        )
        assert (len(stored(world)), len(acts)) in ((1, 2), (3, 3)), fault
        arm.disarm()
        assert send(world).status in (200, 201), fault
        assert stored(world) == stored(clean)


def test_a_receiver_that_answers_while_the_text_is_filed_anew_is_never_overwritten() -> None:
    """Its answer comes in between any two storage calls: then the text stands filed, and is not filed twice."""
    world = FilingWorld().begin()
    world.file("guangan")
    world.answer(FILING, 2, CAME_IN)
    saved = world.save()
    for point in range(1, 9):
        world.put_back(saved)
        seen = 0

        def interfere(moment: str, call: str, detail: object, point: int = point) -> None:
            nonlocal seen
            seen += moment == "before"
            if moment == "before" and seen == point:
                world.memory.hook = lambda *_: None
                assert world.answer(FILING, 3, RETURNED).status == 201

        world.memory.hook = interfere
        filed = world.put(
            "/v1/intake/disclosures/t/acts/5", {"act": "file_upward", "receivers": ["guangan"]}, "bureau-clerk"
        )
        world.memory.hook = lambda *_: None
        assert filed.status in (201, 422)
        state = world.wired.records.heads([Ref("filing", FILING)])[Ref("filing", FILING)].state
        assert [each["answer"] for each in state["answers"]][:1] == ["received"]
        assert (state["stage"] == "replaced") == (filed.status == 201)


def counts(world: Any) -> dict[str, int]:
    """Return how many acts each record of the draft and its hearings has."""
    found: dict[str, int] = {}
    for key in world.memory.items:
        if key.sk.startswith("ACT#") and key.pk in ("disclosure#d", "hearing#water-1", "hearing#water-2"):
            found[key.pk] = found.get(key.pk, 0) + 1
    return found


@pytest.mark.parametrize("name", ACTS)
def test_killed_at_any_storage_call_all_acts_are_there_or_none_and_the_retry_completes_them(name: str) -> None:
    prepare, send = prepared(name)
    clean = prepare()
    before = counts(clean)
    assert send(clean).status == 201
    after = counts(clean)
    points = 0
    for world, arm, fault in every_fault(prepare, send):
        attempt(send, world)
        assert counts(world) in (before, after), fault
        arm.disarm()
        answer = send(world)
        assert answer.status in (200, 201), (fault, answer.body)
        assert counts(world) == after, fault
        again = send(world)
        assert (again.status, again.body) == (200, answer.body)
        assert counts(world) == after
        points += 1
    assert points >= 20


def test_a_withdrawal_reads_no_more_often_however_many_hearings_it_ends() -> None:
    def calls(hearings: int) -> int:
        world = HearingWorld().begin()
        for number in range(hearings):
            assert world.send({**NOTICE, "hearing": f"water-{number}"}).status == 201
        found = 0

        def count(moment: str, _call: str, _detail: object) -> None:
            nonlocal found
            found += moment == "before"

        world.memory.hook = count
        assert world.send({"act": "withdraw", "reason": {"zh": "撤回"}}).status == 201
        return found

    assert calls(1) == calls(5)


@pytest.mark.parametrize("name", ACTS)
def test_a_dry_run_decides_what_would_follow_too_and_writes_nothing(name: str) -> None:
    prepare, _ = prepared(name)
    world = prepare()
    before = world.memory.snapshot()
    *_, last = ACTS[name]
    assert world.send(last, dry_run=True).status == 200
    too_early = {**last, "held_at": "2026-11-24T09:00:00+08:00"} if "held_at" in last else None
    if too_early is not None:
        assert world.send(too_early, dry_run=True).status == 422
    assert world.memory.snapshot() == before
    assert world.send(last).status == 201


def test_two_drafts_that_choose_one_id_at_the_same_time_get_one_hearing_at_every_interleaving() -> None:
    """The other's request runs whole between any two storage calls of the first."""
    world = HearingWorld().begin()
    open_draft(world, "e")
    saved = world.save()
    first = orjson.dumps(NOTICE)
    path = PATH.format(4)
    other = path.replace("/d/", "/e/")
    calls = 0

    def count(moment: str, call: str, detail: object) -> None:
        nonlocal calls
        calls += moment == "before"

    world.memory.hook = count
    world.put(path, first, "bureau-clerk")
    for point in range(calls):
        world.put_back(saved)
        statuses: list[int] = []
        seen = 0

        def interfere(moment: str, call: str, detail: object, point: int = point, statuses: Any = statuses) -> None:
            nonlocal seen
            if moment == "before":
                seen += 1
            if moment == "before" and seen == point + 1:
                world.memory.hook = lambda *_: None
                statuses.append(world.put(other, first, "bureau-clerk").status)

        world.memory.hook = interfere
        statuses.append(world.put(path, first, "bureau-clerk").status)
        assert sorted(statuses) == [201, 422], (point, statuses)
        assert counts(world)["hearing#water-1"] == 1
    assert calls >= 5


def test_the_register_killed_at_any_storage_call_shows_all_of_it_in_the_end_and_the_same_bytes() -> None:
    def prepare() -> HearingWorld:
        world = HearingWorld().begin()
        world.log()
        for act in ACTS["a changed notice"]:
            world.send(act)
        world.pass_time(seconds=1)
        return world

    def run(world: Any) -> None:
        log_register.run(world.wired)

    clean = prepare()
    run(clean)
    wanted = shown(clean)
    assert {key.pk for key in wanted} == {"disclosure#d", "hearing#water-1"}
    for world, arm, fault in every_fault(prepare, run):
        attempt(run, world)
        arm.disarm()
        run(world)
        check_invariants(world)
        assert shown(world) == wanted, fault
    assert rebuild.run(clean.wired).differing == ()


def shown(world: Any) -> dict[Any, Any]:
    """Return what is public of the draft and its hearing."""
    return {
        key: item
        for key, item in world.memory.snapshot().items()
        if key.pk in ("disclosure#d", "hearing#water-1") and key.sk.startswith(("VIEW", "VERSION#", "PLACE#"))
    }
