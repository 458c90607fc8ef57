"""Attachments over HTTP: announced, sent, checked, shown; and everything that must not get that far."""

from hashlib import sha256
from typing import Any

import orjson
import pytest

from chalicelib.domain.attachments import given_out_path
from chalicelib.domain.files import kinds
from chalicelib.jobs import check_attachments
from chalicelib.store import keys
from tests.files import samples
from tests.world import World

PLAN = samples.pdf()
PLAN_HASH = sha256(PLAN).hexdigest()
PATH = f"/v1/intake/attachments/{PLAN_HASH}"


def announcement(data: bytes = PLAN, **changed: Any) -> dict[str, Any]:
    """Return what announces a file of the bureau."""
    said = {"agency": "bureau", "size_bytes": len(data), "media_type": kinds.PDF, "file_name": "工作 方案.pdf"}
    return {**said, **changed}


def send(world: World, data: bytes = PLAN, **changed: Any) -> dict[str, Any]:
    """Announce a file, send it and have it checked; return what the agency is told then."""
    path = f"/v1/intake/attachments/{sha256(data).hexdigest()}"
    answer = world.put(path, announcement(data, **changed), "bureau-clerk")
    assert answer.status in (200, 201), answer.body
    assert world.files.send(orjson.loads(answer.body)["upload"]["fields"], data)
    check_attachments.run(world.wired)
    return told(world, path)


def told(world: World, path: str = PATH, key: str = "bureau-clerk") -> dict[str, Any]:
    """Return what a signed read tells."""
    answer = world.get_signed(path, key)
    assert answer.status == 200, answer.body
    found: dict[str, Any] = orjson.loads(answer.body)
    return found


@pytest.fixture
def world() -> World:
    return World().init()


def test_a_file_is_announced_sent_checked_and_given_out_under_its_own_name(world: World) -> None:
    answer = world.put(PATH, announcement(), "bureau-clerk")
    assert answer.status == 201
    first = orjson.loads(answer.body)
    assert (first["id"], first["state"]) == (PLAN_HASH, "waiting")
    assert first["upload"]["fields"]["key"] == f"incoming/{PLAN_HASH}/bureau"
    assert check_attachments.run(world.wired).waiting == 1
    assert world.files.send(first["upload"]["fields"], PLAN)
    assert check_attachments.run(world.wired).checked == 1
    found = told(world)
    assert (found["state"], found["attachment"]["problems"], found["attachment"]["findings"]) == ("checked", [], [])
    key = given_out_path(PLAN_HASH, "bureau")
    assert world.objects.objects[key] == PLAN
    assert world.files.headers[key][0] == kinds.PDF
    assert world.files.headers[key][1].startswith('attachment; filename="')
    assert found["attachment"]["url"] == f"{world.settings.files_url}/{key}"
    assert "upload" not in found


def test_the_same_announcement_again_brings_a_form_while_it_waits_and_the_state_after(world: World) -> None:
    first = world.put(PATH, announcement(), "bureau-clerk")
    again = world.put(PATH, announcement(), "root-clerk")
    assert (first.status, again.status) == (201, 200)
    assert orjson.loads(again.body)["upload"]["fields"] == orjson.loads(first.body)["upload"]["fields"]
    send(world)
    after = orjson.loads(world.put(PATH, announcement(), "bureau-clerk").body)
    assert (after["state"], "upload" in after) == ("checked", False)


def test_another_description_of_the_same_bytes_is_409_and_changes_nothing(world: World) -> None:
    world.put(PATH, announcement(), "bureau-clerk")
    assert world.put(PATH, announcement(file_name="别的.pdf"), "bureau-clerk").status == 409
    assert told(world)["attachment"]["file_name"] == "工作 方案.pdf"


def test_what_was_refused_may_be_announced_anew_and_old_announcements_stay_harmless(world: World) -> None:
    csv = samples.honest()[kinds.CSV]
    path = f"/v1/intake/attachments/{sha256(csv).hexdigest()}"
    assert send(world, csv, media_type=kinds.PLAIN, file_name="表.txt")["state"] == "checked"
    broken = samples.pdf(end=b"")
    wrong = f"/v1/intake/attachments/{sha256(broken).hexdigest()}"
    refused = send(world, broken)
    assert (refused["state"], [p["kind"] for p in refused["attachment"]["problems"]]) == ("refused", ["pdf_broken"])
    renamed = world.put(wrong, announcement(broken, file_name="b.pdf"), "bureau-clerk")
    assert (renamed.status, orjson.loads(renamed.body)["act"]) == (201, 3)
    old = world.put(wrong, announcement(broken), "bureau-clerk")
    assert (old.status, orjson.loads(old.body)["act"], orjson.loads(old.body)["state"]) == (200, 1, "waiting")
    assert told(world, path)["state"] == "checked"


def test_a_dry_run_says_the_same_and_writes_nothing(world: World) -> None:
    before = world.memory.snapshot()
    answer = world.put(PATH, announcement(), "bureau-clerk", dry_run=True)
    assert (answer.status, orjson.loads(answer.body)["state"]) == (200, "waiting")
    assert "upload" not in orjson.loads(answer.body)
    assert world.memory.snapshot() == before
    assert world.put(PATH, announcement(agency="guangan"), "bureau-clerk", dry_run=True).status == 403
    world.put(PATH, announcement(), "bureau-clerk")
    before = world.memory.snapshot()
    assert world.put(PATH, announcement(), "bureau-clerk", dry_run=True).status == 200
    assert world.memory.snapshot() == before


def test_only_a_clerk_of_the_agency_or_above_it_announces_and_asks(world: World) -> None:
    assert world.put(PATH, announcement(agency="guangan"), "bureau-clerk").status == 403
    assert world.put(PATH, announcement(), "root-approver").status == 403
    assert world.put(PATH, announcement(), "root-clerk").status == 201
    other = {"name": {"zh": "区教育局"}, "level": "department", "parent": "guangan"}
    world.act("agencies", "school", 1, {"act": "register", "content": other})
    world.key("school-clerk", "school", "He", ["clerk"])
    assert world.get_signed(PATH, "school-clerk").status == 404
    assert world.put(PATH, announcement(), "school-clerk").status == 403
    assert told(world, key="root-clerk")["attachment"]["agency"] == "bureau"


def test_two_agencies_may_have_the_same_bytes_each_under_its_own_name(world: World) -> None:
    send(world)
    answer = world.put(PATH, announcement(agency="guangan", file_name="范本.pdf"))
    assert answer.status == 201
    assert world.files.send(orjson.loads(answer.body)["upload"]["fields"], PLAN)
    check_attachments.run(world.wired)
    assert told(world, key="root-clerk")["attachment"]["file_name"] == "范本.pdf"
    assert told(world)["attachment"]["file_name"] == "工作 方案.pdf"
    assert len(world.files.headers) == 2


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"size_bytes": 0}, 400, "greater_than_equal"),
        ({"size_bytes": 20_000_001}, 413, None),
        ({"media_type": "text/html", "file_name": "a.html"}, 422, "type_not_taken"),
        ({"media_type": "application/msword", "file_name": "a.doc"}, 422, "type_not_taken"),
        ({"file_name": "a.docx"}, 422, "extension_mismatch"),
        ({"file_name": "../a.pdf"}, 422, "name_unsafe"),
        ({"file_name": 'a"b.pdf'}, 422, "name_unsafe"),
        ({"file_name": "a\r\nX: y.pdf"}, 400, None),
        ({"file_name": "a\u202efdp.exe.pdf"}, 400, None),
        ({"file_name": "x" * 1_000 + ".pdf"}, 400, "string_too_long"),
        ({"file_name": "x" * 200 + ".pdf"}, 422, "name_unsafe"),
        ({"agency": "nobody"}, 422, "agency_unknown"),
        ({"more": 1}, 400, "extra_forbidden"),
        ({"act": "check", "outcome": "checked", "inspector": 1, "problems": [], "findings": []}, 400, None),
    ],
    ids=str,
)
def test_what_cannot_be_attached_is_refused_at_the_door(
    world: World, changed: dict[str, Any], status: int, code: str | None
) -> None:
    before = world.memory.snapshot()
    answer = world.put(PATH, announcement(**changed), "bureau-clerk")
    assert answer.status == status, answer.body
    assert code is None or code in [each["code"] for each in orjson.loads(answer.body)["errors"]]
    assert world.memory.snapshot() == before


def test_nobody_can_say_that_a_file_is_checked(world: World) -> None:
    said = {"act": "check", "outcome": "checked", "inspector": 1, "problems": [], "findings": []}
    for keyed in ("bureau-clerk", "root-clerk", "root-approver", "root-keys"):
        assert world.put(PATH, said, keyed).status in (403, 422)
    assert not [key for key in world.memory.items if key.pk.startswith("attachment#")]


@pytest.mark.parametrize("place", ["x" * 64, PLAN_HASH[:-1], PLAN_HASH.upper(), "0" * 63 + "g"])
def test_a_place_that_is_no_hash_is_404(world: World, place: str) -> None:
    assert world.put(f"/v1/intake/attachments/{place}", announcement(), "bureau-clerk").status == 404


def test_a_form_takes_no_other_bytes(world: World) -> None:
    fields = orjson.loads(world.put(PATH, announcement(), "bureau-clerk").body)["upload"]["fields"]
    assert not world.files.send(fields, PLAN + b"x")
    assert not world.files.send(fields, PLAN[:-1] + b"x")
    assert world.files.send(fields, PLAN)


def test_bytes_that_are_not_those_announced_are_never_given_out(world: World) -> None:
    fields = orjson.loads(world.put(PATH, announcement(), "bureau-clerk").body)["upload"]["fields"]
    for other in (PLAN + b" ", PLAN[:-1], PLAN[:-1] + b" ", b""):
        world.objects.objects[fields["key"]] = other
        assert check_attachments.run(world.wired).waiting == 1
    assert not world.files.headers
    world.objects.objects[fields["key"]] = PLAN
    assert check_attachments.run(world.wired).checked == 1


def test_the_bucket_tells_of_one_file_and_other_keys_are_none(world: World) -> None:
    world.files.send(orjson.loads(world.put(PATH, announcement(), "bureau-clerk").body)["upload"]["fields"], PLAN)
    for key in ("register/1", "incoming/x", "incoming/x/y/z", f"attachments/{PLAN_HASH}/bureau"):
        assert check_attachments.run(world.wired, key).checked == 0
    event = {"detail": {"object": {"key": f"incoming/{PLAN_HASH}/bureau"}}}
    assert check_attachments.run(world.wired, check_attachments.key_of(event)).checked == 1
    assert check_attachments.key_of({"time": "now"}) is None


def test_a_file_that_never_comes_is_not_looked_for_for_ever_and_may_still_come(world: World) -> None:
    fields = orjson.loads(world.put(PATH, announcement(), "bureau-clerk").body)["upload"]["fields"]
    world.pass_time(hours=2)
    assert check_attachments.run(world.wired).waiting == 1
    assert check_attachments.run(world.wired).waiting == 0
    assert world.files.send(fields, PLAN)
    assert check_attachments.run(world.wired, fields["key"]).checked == 1
    world.put(PATH, announcement(), "bureau-clerk")
    assert "work_pk" not in world.memory.items[keys.attachment(PLAN_HASH, "bureau")]
