"""Comments where things go wrong: storage that fails at any call, two senders at once, strange bodies, planted contacts."""

import logging
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.settings import Settings
from chalicelib.store import keys
from local.messages import Response
from tests.draft_world import COMMENT, CONTACT, DraftWorld, uuid
from tests.faults import attempt, every_fault
from tests.http.test_canaries import Records
from tests.world import AUTHORITY, World

OPEN_HANDED = Settings(public_authority=AUTHORITY, index_settle_seconds=0, comments_per_hour_network=10**6)
BODY = orjson.dumps({**COMMENT, "contact": CONTACT})


def prepared() -> DraftWorld:
    """Return a deployment with a draft in consultation that takes any number of comments."""
    world = DraftWorld(settings=OPEN_HANDED).begin().open()
    world.log()
    return world


def parts(world: World, number: int) -> tuple[bool, bool, bool]:
    """Return which of act, head and contact of a comment are stored."""
    name = ("comment", uuid(number))
    places = (keys.act(*name, 1), keys.head(*name), keys.sent(*name))
    return tuple(place in world.memory.items for place in places)  # type: ignore[return-value]


def test_a_comment_is_stored_whole_or_not_at_all_whatever_call_fails_and_sending_again_mends_it() -> None:
    seen = 0
    for world, arm, fault in every_fault(prepared, lambda world: send(world, 1)):
        attempt(lambda world: send(world, 1), world)
        assert parts(world, 1) in ((True,) * 3, (False,) * 3), fault
        arm.disarm()
        first, again = send(world, 1), send(world, 1)
        assert first.status in (200, 201), (fault, first.body)
        assert (again.status, again.body) == (200, first.body)
        assert isinstance(world, DraftWorld)
        assert world.waiting() == [uuid(1)]
        seen += 1
    assert seen >= 16


def send(world: World, number: int, raw: bytes = BODY) -> Response:
    """Send a comment."""
    assert isinstance(world, DraftWorld)
    return world.send_bytes(number, raw)


def test_a_comment_waits_or_is_moderated_and_never_both_whatever_call_fails() -> None:
    def waits() -> DraftWorld:
        world = prepared()
        send(world, 1)
        return world

    def moderate(world: World) -> Response:
        assert isinstance(world, DraftWorld)
        return world.moderate(1)

    for world, arm, fault in every_fault(waits, moderate):
        attempt(moderate, world)
        arm.disarm()
        assert isinstance(world, DraftWorld)
        stored = keys.act("comment", uuid(1), 2) in world.memory.items
        assert world.waiting() == ([] if stored else [uuid(1)]), fault
        assert moderate(world).status in (200, 201)
        assert world.waiting() == []
        world.log()
        assert [item["stage"] for item in world.listed()] == ["shown"]


@pytest.mark.parametrize("other", [BODY, orjson.dumps(COMMENT)], ids=["the same bytes", "other bytes"])
@pytest.mark.parametrize("call", range(6))
def test_of_two_senders_at_once_both_get_one_receipt_or_one_the_conflict(call: int, other: bytes) -> None:
    world = prepared()
    second: list[Response] = []
    interrupt(world, call, lambda: second.append(send(world, 1, other)))
    first = send(world, 1)
    if not second:
        return  # the first made fewer calls than that
    statuses = sorted((first.status, second[0].status))
    assert statuses == ([200, 201] if other == BODY else [201, 409])
    if other == BODY:
        assert first.body == second[0].body
    assert world.waiting() == [uuid(1)]


def interrupt(world: World, number: int, act: Callable[[], Any]) -> None:
    """Let something happen before one of the next storage calls."""
    calls = [0]

    def hook(moment: str, name: str, detail: object) -> None:
        if moment == "before":
            calls[0] += 1
            if calls[0] == number + 1:
                world.memory.hook = lambda *_: None
                act()

    world.memory.hook = hook


TEXTS = st.text(max_size=80) | st.sampled_from(["\u202eabc", "人\x00", "a" * 5_001, "‏مرحبا", "13812345678"])
VALUES = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | TEXTS, st.lists, max_leaves=4)
ABOUT = st.fixed_dictionaries({}, optional={"question": st.integers(-1, 3), "pointer": TEXTS}) | VALUES
BODIES = st.fixed_dictionaries(
    {"text": TEXTS | VALUES, "from": st.sampled_from(["individual", "organisation"]) | VALUES},
    optional={
        "about": ABOUT,
        "contact": st.dictionaries(st.sampled_from(["name", "phone", "email", "x"]), TEXTS | VALUES, max_size=3),
        "more": VALUES,
    },
)


@pytest.fixture(scope="module")
def shared() -> DraftWorld:
    """Return one deployment for many bodies."""
    return prepared()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(body=BODIES | VALUES)
def test_any_body_is_taken_and_shown_to_the_agency_as_it_is_or_refused_with_reasons(
    shared: DraftWorld, body: Any
) -> None:
    shared.restart()
    number = len([key for key in shared.memory.items if key.sk == "SENT"]) + 1
    raw = orjson.dumps(body, option=orjson.OPT_NON_STR_KEYS) if _encodable(body) else b"\xed\xa0\x80"
    answer = shared.send_bytes(number, raw)
    assert answer.status in (201, 400, 422), (body, answer.body)
    if answer.status != 201:
        assert orjson.loads(answer.body)["errors"] or answer.status == 400
        return
    seen = orjson.loads(shared.get_signed(f"/v1/intake/comments/{uuid(number)}", "moderator").body)
    assert seen["text"] == body["text"]
    assert seen.get("contact") == body.get("contact")


def _encodable(body: Any) -> bool:
    try:
        orjson.dumps(body, option=orjson.OPT_NON_STR_KEYS)
    except TypeError:
        return False
    return True


def test_of_a_thousand_planted_contacts_none_is_in_any_public_answer_log_key_or_bytes_of_the_register() -> None:
    world = prepared()
    records = Records()
    logging.getLogger().addHandler(records)
    try:
        for number in range(1, 1_001):
            contact = {"name": f"canary-{number}-n", "phone": f"canary-{number}-p", "email": f"canary-{number}-e"}
            assert send(world, number, orjson.dumps({**COMMENT, "contact": contact})).status == 201
            if number % 10 == 0:
                withheld: dict[str, Any] = {"outcome": "withheld", "reason": "off_topic"} if number % 20 == 0 else {}
                world.moderate(number, **withheld)
        assert send(world, 1, orjson.dumps({**COMMENT, "contact": {"name": "canary-again"}})).status == 409
        world.log()
    finally:
        logging.getLogger().removeHandler(records)
    said = ["\n".join(records.texts), *public_answers(world)]
    assert [text[:80] for text in said if "canary" in text] == []
    for key, item in world.memory.items.items():
        assert "canary" not in f"{key}"
        if key.sk != "SENT":
            assert b"canary" not in b" ".join(value for value in item.values() if isinstance(value, bytes)), key
            assert "canary" not in " ".join(value for value in item.values() if isinstance(value, str)), key
    assert all(b"canary" not in raw for raw in world.objects.objects.values())
    kept = [item for key, item in world.memory.items.items() if key.sk == "SENT"]
    assert len(kept) == 1_000
    assert all(not set(item) & {"summary", "agency_pk", "placed_pk", "work_pk"} for item in kept)


def public_answers(world: DraftWorld) -> list[str]:
    """Return what the public can read of comments."""
    found = [world.get("/v1/comments", "limit=100"), world.get("/v1/comments", "limit=100&updated_since=2026-01-01")]
    query = "limit=100"
    for _ in range(5):
        page = world.get("/v1/disclosures/d1/comments", query)
        found.append(page)
        names = [item["id"] for item in page.json()["items"]]
        found += [world.get(f"/v1/comments/{name}") for name in names[:5]]
        if page.json()["next"] is None:
            break
        query = f"limit=100&cursor={page.json()['next']}"
    for after in (0, 100, 200):
        found.append(world.get("/v1/changes", f"after={after}&limit=100&include=body"))
    found += [world.get("/v1/disclosures/d1"), world.get("/v1/disclosures/d1/acts", "limit=100")]
    assert all(answer.status == 200 for answer in found)
    return [answer.body.decode() for answer in found]
