"""Following another deployment: what is held is whole up to an index, whatever fails; what goes wrong is told and kept out."""

from dataclasses import replace
from datetime import timedelta

import orjson
import pytest

from chalicelib import wiring
from chalicelib.errors import UnavailableError, UnfinishedError
from chalicelib.jobs import harvest
from chalicelib.store import harvest_keys
from chalicelib.usecases.harvest import UnreachableError
from tests.faults import attempt, every_fault
from tests.two_worlds import NAME, Pair, compare, in_place
from tests.unit.harvest.test_checks import spoilt
from tests.world import World

LARGE = "全文" * 60_000


@pytest.fixture
def pair() -> Pair:
    """Return a city with something in it, and a province that has not looked yet."""
    pair = Pair()
    pair.city.service("s1")
    pair.city.disclose("d1")
    pair.city.log()
    return pair


def test_the_copy_is_what_the_city_shows_and_says_how_far_it_goes(pair: Pair) -> None:
    pair.follow()
    records, versions, tombstones = compare(pair)
    assert (records, versions, tombstones) == (4, 4, 0)
    origin = pair.origin()
    assert (origin["state"], origin["register_index"], origin["lacking"]) == ("following", 5, 0)
    assert origin["caught_up_at"] is not None
    assert origin["last_failure"] is None


def test_a_run_with_nothing_new_asks_little_and_writes_no_copy(pair: Pair) -> None:
    pair.follow()
    held = {key for key in pair.province.memory.snapshot() if key.pk != harvest_keys.HARVEST_PK}
    pair.wire.asked.clear()
    pair.follow()
    assert len(pair.wire.asked) == 3  # the last entry, what is new, some entries once more
    assert {key for key in pair.province.memory.snapshot() if key.pk != harvest_keys.HARVEST_PK} == held


def test_withdrawn_records_are_copied_as_what_remains_of_them(pair: Pair) -> None:
    pair.follow()
    pair.city.act("disclosures", "d1", 4, {"act": "withdraw", "reason": {"zh": "有误"}})
    pair.city.act("services", "s1", 2, {"act": "withdraw", "reason": {"zh": "取消"}}, "bureau-clerk")
    pair.follow()
    assert compare(pair)[2] == 2
    assert pair.copy("disclosures/d1/versions/1").status == 404  # its text is gone there, so it is gone here
    assert pair.copy("services/s1/versions/1").status == 200  # cases are bound to it
    assert pair.origin()["lacking"] == 0


def test_who_comes_late_holds_the_same_as_who_followed_from_the_first_day(pair: Pair) -> None:
    pair.city.act("disclosures", "d1", 4, {"act": "withdraw", "reason": {"zh": "有误"}})
    pair.follow()
    compare(pair)
    assert pair.origin()["lacking"] == 0


def test_acts_that_make_no_version_are_copied_too(pair: Pair) -> None:
    content = {"agency": "bureau", "title": {"zh": "通知"}, "category": "plans", "body": {"zh": "第二稿"}}
    receipt = pair.city.act("disclosures", "d1", 4, {"act": "submit", "content": content})
    pair.city.approve("d1", 5, receipt["sha256"])
    pair.city.act("disclosures", "d1", 6, {"act": "correct", "reason": {"zh": "笔误"}})
    pair.follow()
    compare(pair)
    assert pair.origin()["lacking"] == 0


def test_bodies_too_large_for_an_item_are_copied(pair: Pair) -> None:
    for number in range(4):
        pair.city.disclose(f"large-{number}", body={"zh": LARGE + str(number)})
    pair.follow()
    compare(pair)


def test_a_page_of_large_bodies_ends_early_and_says_where_to_go_on(pair: Pair) -> None:
    for number in range(12):
        pair.city.disclose(f"large-{number:02}", body={"zh": LARGE + str(number)})
    pair.city.log()
    page = orjson.loads(in_place(pair.city, "/v1/changes?include=body&limit=100").body)
    assert page["next"] is not None
    assert len(page["items"]) < 100
    assert sum(len(orjson.dumps(item["body"])) for item in page["items"]) < 3_100_000
    pair.follow()
    compare(pair)


def test_a_page_that_is_too_large_is_asked_for_in_smaller_ones(pair: Pair) -> None:
    asked = pair.wire.get

    def get(origin: object, path: str) -> bytes:
        if "limit=100&" in path:
            raise UnreachableError("status_502", "the answer is 502", smaller=True)
        return asked(origin, path)  # type: ignore[arg-type]

    pair.wire.get = get  # type: ignore[method-assign]
    pair.follow()
    compare(pair)


def test_a_body_the_city_never_gives_is_counted_as_lacking(pair: Pair) -> None:
    def without_the_first(body: bytes) -> bytes:
        return spoilt(body, 2, body=None) if b'"body":' in body else body

    pair.wire.change = without_the_first
    pair.follow()
    assert pair.origin()["lacking"] == 1
    assert pair.copy("services/s1").status == 404


@pytest.mark.parametrize("kind", ["no_answer", "status_503"])
def test_a_city_out_of_reach_is_shown_and_the_next_run_goes_on(pair: Pair, kind: str) -> None:
    pair.wire.down = UnreachableError(kind, "out of reach")
    done = pair.harvest()
    assert done.trouble is not None
    failure = pair.origin()["last_failure"]
    assert (pair.origin()["state"], failure["code"]) == ("unreachable", kind)
    pair.wire.down = None
    pair.follow()
    compare(pair)
    assert pair.origin()["state"] == "following"
    assert pair.origin()["last_failure"] == failure  # what was is still told


def test_a_city_that_asks_for_time_gets_it_but_not_for_ever(pair: Pair) -> None:
    pair.wire.down = UnreachableError("status_429", "the answer is 429", 10**9)
    pair.harvest()
    pair.wire.down = None
    pair.wire.asked.clear()
    pair.harvest()
    assert pair.wire.asked == []
    pair.province.pass_time(hours=1)
    pair.follow()
    compare(pair)


def test_silence_of_hours_makes_the_job_fail_so_that_somebody_looks(pair: Pair) -> None:
    pair.wire.down = UnreachableError("no_answer", "out of reach")
    pair.harvest()
    pair.province.pass_time(hours=7)
    with pytest.raises(UnfinishedError):
        pair.harvest()


def test_lies_are_refused_where_they_stand_and_what_came_before_is_kept(pair: Pair) -> None:
    pair.wire.change = lambda body: body.replace("企业投资".encode(), "企业融资".encode())
    with pytest.raises(UnfinishedError):
        pair.harvest()
    origin = pair.origin()
    assert (origin["state"], origin["last_failure"]["code"]) == ("refused", "sha256_differs")
    assert origin["register_index"] == origin["last_failure"]["register_index"] - 1
    assert pair.copy("agencies/bureau").status == 200
    assert pair.copy("services/s1").status == 404
    pair.wire.change = lambda body: body
    pair.follow()
    compare(pair)


def test_a_gap_stops_and_never_becomes_a_hole(pair: Pair) -> None:
    def without_the_second(body: bytes) -> bytes:
        page = orjson.loads(body)
        page["items"] = [item for item in page["items"] if item["index"] != 1]
        return orjson.dumps(page)

    pair.wire.change = without_the_second
    with pytest.raises(UnfinishedError):
        pair.harvest()
    assert pair.origin()["last_failure"]["code"] == "gap"
    assert pair.origin()["register_index"] == 0


def test_a_register_that_went_back_is_a_fork_and_nothing_is_overwritten(pair: Pair) -> None:
    pair.city.restart()
    saved = pair.city.save()
    pair.city.service("s2")
    pair.follow()
    held = pair.copy("services/s2").body
    pair.city.put_back(saved)
    with pytest.raises(UnfinishedError):
        pair.harvest()
    assert (pair.origin()["state"], pair.origin()["last_failure"]["code"]) == ("forked", "register_shorter")
    pair.city.service("s2", title={"zh": "另一事项"})
    pair.city.log()
    with pytest.raises(UnfinishedError):
        pair.harvest()
    assert pair.origin()["last_failure"]["code"] == "entry_changed"
    assert pair.copy("services/s2").body == held


def test_an_old_entry_that_changed_is_found_by_looking_again(pair: Pair) -> None:
    pair.follow()
    pair.wire.change = lambda body: body.replace(b'"name":"register"', b'"name":"dissolve"')
    with pytest.raises(UnfinishedError):
        pair.harvest()
    failure = pair.origin()["last_failure"]
    assert (failure["state"], failure["code"], failure["register_index"]) == ("forked", "entry_changed", 0)


def test_an_origin_that_gives_little_at_a_time_is_looked_at_whole_all_the_same(pair: Pair) -> None:
    def one_at_a_time(body: bytes) -> bytes:
        page = orjson.loads(body)
        if len(page["items"]) > 1 and b'"body":' not in body:
            page = {**page, "items": page["items"][:1], "next": "more"}
        return orjson.dumps(page)

    pair.wire.change = one_at_a_time
    pair.follow()
    found = []
    for _ in range(6):
        state = pair.province.wired.harvest.find(NAME)
        assert state is not None
        found.append(state.rechecked)
        pair.harvest()
    assert found == [1, 2, 3, 4, 5, 0]


def test_an_origin_that_gives_nothing_of_what_is_held_has_another_register(pair: Pair) -> None:
    pair.follow()
    pair.wire.change = lambda body: b'{"items":[],"next":"more"}'
    with pytest.raises(UnfinishedError):
        pair.harvest()
    assert pair.origin()["last_failure"]["code"] == "register_shorter"


def test_an_entry_that_says_more_than_it_did_is_still_the_same(pair: Pair) -> None:
    pair.follow()
    pair.wire.change = lambda body: body.replace(b'"tombstone":', b'"mood":"x","tombstone":')
    pair.follow()
    assert pair.origin()["state"] == "following"


def test_an_origin_that_is_no_longer_followed_stays_readable_and_says_so(pair: Pair) -> None:
    pair.follow()
    pair.province.settings = replace(pair.province.settings, harvest_origins="")
    pair.province.restart()
    assert harvest.run(pair.province.wired) == ()
    assert pair.origin()["state"] == "not_followed"
    assert pair.copy("services/s1").status == 200


def test_nothing_of_a_copy_stands_in_a_list_or_register_of_the_province(pair: Pair) -> None:
    pair.follow()
    wiring.use(pair.province.wired)
    for path in ("/v1/services", "/v1/agencies", "/v1/disclosures", "/v1/changes", "/v1/status"):
        assert pair.province.json(path)["items"] == []
    assert pair.province.get("/v1/services/s1").status == 404


def test_two_runs_at_once_keep_each_entry_once(pair: Pair) -> None:
    wired = pair.province.wired
    asked = pair.wire.get
    inner: list[bool] = []

    def get(origin: object, path: str) -> bytes:
        page = asked(origin, path)  # type: ignore[arg-type]
        if "include=body" in path and not inner:
            inner.append(True)
            harvest.run(wired)  # another process does it all between our question and our writing
        return page

    pair.wire.get = get  # type: ignore[method-assign]
    pair.follow()
    compare(pair)


def follow(world: World) -> None:
    """Run the province's job."""
    harvest.run(world.wired)


def test_whatever_storage_call_fails_nothing_is_half_and_the_next_run_goes_on() -> None:
    pair = Pair()
    pair.city.service("s1")
    pair.city.disclose("d1", body={"zh": LARGE})
    pair.city.log()
    pair.follow()
    pair.city.service("s1", 2, "revise", title={"zh": "新名"})
    pair.city.act("disclosures", "d1", 4, {"act": "withdraw", "reason": {"zh": "有误"}})
    pair.city.log()
    whole: dict[object, object] = {}
    tried = 0
    for world, arm, _ in every_fault(lambda: pair.province, follow):
        attempt(follow, world)
        arm.disarm()
        wired_state = world.wired.harvest.find(NAME)
        assert wired_state is not None
        assert len(world.wired.harvest.entries(NAME, 0, 10**9)) == wired_state.next
        world.restart()
        world.now += timedelta(minutes=5)
        follow(world)
        compare(pair)
        copies = {key: item for key, item in world.memory.snapshot().items() if key.pk != harvest_keys.HARVEST_PK}
        whole = whole or dict(copies)
        assert copies == whole
        tried += 1
    assert tried == 4 * 8


def test_storage_that_is_busy_is_no_fault_of_the_city(pair: Pair) -> None:
    def busy(moment: str, call: str, detail: object) -> None:
        raise UnavailableError

    pair.province.memory.hook = busy
    with pytest.raises(UnavailableError):
        pair.harvest()
    pair.province.memory.hook = lambda moment, call, detail: None
    assert pair.origin()["state"] == "not_begun"
