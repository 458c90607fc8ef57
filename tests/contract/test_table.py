"""What any table must do, whatever is under it."""

from collections.abc import Callable

import pytest

from chalicelib.store import keys
from chalicelib.store.table import (
    ABSENT,
    Check,
    ConditionFailedError,
    Delete,
    Item,
    Key,
    Put,
    Table,
    Update,
    query_all,
)

Own = Callable[[str], str]


def fill(table: Table, pk: str, count: int) -> list[str]:
    """Put items 000, 001, ... into a partition."""
    sks = [f"{number:03d}" for number in range(count)]
    for sk in sks:
        table.commit(Put({"pk": pk, "sk": sk, "summary": f"s{sk}".encode()}))
    return sks


def test_an_item_comes_back_as_it_was_put(table: Table, own: Own) -> None:
    item: Item = {"pk": own("a"), "sk": "x", "text": "文本", "number": -12, "bytes": b"\x00\xff", "empty": ""}
    table.commit(Put(item))
    assert table.get(Key(own("a"), "x")) == item


def test_what_is_not_there_is_none(table: Table, own: Own) -> None:
    assert table.get(Key(own("a"), "x")) is None


def test_many_items_come_back_in_the_order_asked_for_with_gaps(table: Table, own: Own) -> None:
    fill(table, own("a"), 130)
    wanted = [Key(own("a"), f"{number:03d}") for number in range(150, -1, -1)]
    found = table.get_many(wanted)
    assert [item["sk"] if item else None for item in found] == [key.sk if int(key.sk) < 130 else None for key in wanted]


def test_an_item_put_twice_under_absent_fails_the_second_time(table: Table, own: Own) -> None:
    table.commit(Put({"pk": own("a"), "sk": "x"}, when=ABSENT))
    with pytest.raises(ConditionFailedError):
        table.commit(Put({"pk": own("a"), "sk": "x"}, when=ABSENT))


def test_a_transaction_writes_all_or_nothing(table: Table, own: Own) -> None:
    pk = own("a")
    table.commit(Put({"pk": pk, "sk": "taken"}))
    with pytest.raises(ConditionFailedError):
        table.commit(Put({"pk": pk, "sk": "new"}), Put({"pk": pk, "sk": "taken"}, when=ABSENT))
    assert table.get(Key(pk, "new")) is None


def test_a_check_holds_a_commit_to_an_item_it_does_not_write(table: Table, own: Own) -> None:
    pk = own("a")
    table.commit(Put({"pk": pk, "sk": "guard", "epoch": 2}))
    table.commit(Put({"pk": pk, "sk": "one"}), Check(Key(pk, "guard"), {"epoch": 2}))
    with pytest.raises(ConditionFailedError):
        table.commit(Put({"pk": pk, "sk": "two"}), Check(Key(pk, "guard"), {"epoch": 1}))
    assert table.get(Key(pk, "two")) is None


def test_an_update_sets_removes_and_holds_to_its_condition(table: Table, own: Own) -> None:
    key = Key(own("a"), "x")
    table.commit(Put({"pk": key.pk, "sk": key.sk, "version": 1, "mark": "m", "kept": "k"}))
    table.commit(Update(key, set={"version": 2}, remove=("mark",), when={"version": 1, "gone": None}))
    assert table.get(key) == {"pk": key.pk, "sk": key.sk, "version": 2, "kept": "k"}
    with pytest.raises(ConditionFailedError):
        table.commit(Update(key, set={"version": 3}, when={"version": 1}))


def test_deleting_what_is_not_there_is_no_error_unless_a_condition_says_so(table: Table, own: Own) -> None:
    key = Key(own("a"), "x")
    table.commit(Delete(key))
    with pytest.raises(ConditionFailedError):
        table.commit(Delete(key, when={"version": 1}))


@pytest.mark.parametrize("forward", [True, False])
def test_a_partition_walked_page_by_page_gives_every_item_once(table: Table, own: Own, forward: bool) -> None:
    sks = fill(table, own("a"), 23)
    seen: list[object] = []
    after = None
    while True:
        page = table.query(own("a"), forward=forward, limit=7, after=after)
        seen += [item["sk"] for item in page.items]
        if page.last is None:
            break
        after = page.last
    assert seen == (sks if forward else sks[::-1])


def test_a_range_includes_both_its_ends(table: Table, own: Own) -> None:
    fill(table, own("a"), 10)
    found = [item["sk"] for item in table.query(own("a"), first="003", last="005").items]
    assert found == ["003", "004", "005"]
    assert [item["sk"] for item in table.query(own("a"), first="008").items] == ["008", "009"]
    assert [item["sk"] for item in table.query(own("a"), last="001").items] == ["000", "001"]


def test_an_index_holds_only_what_carries_its_attributes_and_gives_only_the_summary(table: Table, own: Own) -> None:
    listed: Item = {"all_pk": own("list"), "published_sk": "2026#b", "summary": b"s", "body": b"long"}
    table.commit(Put({"pk": own("b"), "sk": "VIEW", **listed}))
    table.commit(Put({"pk": own("c"), "sk": "VIEW", "summary": b"s"}))
    page = table.query(own("list"), index=keys.ALL_PUBLISHED, consistent=False)
    assert [item["pk"] for item in page.items] == [own("b")]
    assert "body" not in page.items[0]
    table.commit(Update(Key(own("b"), "VIEW"), remove=("all_pk",)))
    assert table.query(own("list"), index=keys.ALL_PUBLISHED, consistent=False).items == []


def test_an_index_walked_page_by_page_gives_every_item_once_even_at_one_instant(table: Table, own: Own) -> None:
    for number in range(20):
        attributes: Item = {"agency_pk": own("list"), "published_sk": f"2026#{number // 10}", "summary": b"s"}
        table.commit(Put({"pk": own(f"r{number:02d}"), "sk": "VIEW", **attributes}))
    seen = [str(item["pk"]) for item in query_all(table, own("list"), index=keys.AGENCY_PUBLISHED)]
    assert sorted(seen) == [own(f"r{number:02d}") for number in range(20)]
    walked: list[object] = []
    after = None
    while True:
        page = table.query(own("list"), index=keys.AGENCY_PUBLISHED, limit=3, after=after, forward=False)
        walked += [item["pk"] for item in page.items]
        if page.last is None:
            break
        after = page.last
    assert len(walked) == len(set(walked)) == 20


def test_a_counter_counts(table: Table, own: Own) -> None:
    key = Key(own("limit"), "w")
    assert [table.increment(key, "tries", 1, {"expires_at_epoch": 9}) for _ in range(3)] == [1, 2, 3]
    assert (table.get(key) or {})["expires_at_epoch"] == 9
