"""What an origin was ordered to erase is erased of its copies too; and nobody passes a change off as an erasure."""

from typing import Any

import orjson
import pytest

from chalicelib.domain.harvest import Line, says_the_same, without_text
from chalicelib.errors import UnfinishedError
from chalicelib.jobs import erase_records
from chalicelib.usecases.order_erasure import Order, order_erasure
from tests.two_worlds import NAME, Pair, compare, in_place

ORDER = Order("court", "1", "court", "2026-11-20")
CANARY = "canary0123456789"
LARGE = CANARY + "全" * 120_000


def pair_with_text() -> Pair:
    """Return a city with two texts, the one large and revised, and a province that has not followed yet."""
    pair = Pair()
    for name, body in (("d1", LARGE), ("d2", "全文")):
        pair.city.restart()
        pair.city.disclose(name, body={"zh": body})
    pair.city.act("rules", "r1", 1, {"act": "publish", "content": rule(CANARY)}, "bureau-clerk")
    pair.city.act("rules", "r1", 2, {"act": "revise", "content": rule("改")}, "bureau-clerk")
    pair.city.log()
    return pair


def rule(text: str) -> dict[str, Any]:
    said = {"agency": "bureau", "title": {"zh": text}, "rule_kind": "normative_document", "area": "fees"}
    return {**said, "body": {"zh": text}, "in_force_on": "2024-01-01"}


def erase(pair: Pair, *, delete: bool = True) -> None:
    """Erase the large text and the rule at the city."""
    pair.city.restart()
    for collection, record_id in (("disclosures", "d1"), ("rules", "r1")):
        order_erasure(collection, record_id, ORDER, pair.city.wired.records, pair.city.now)
    pair.city.log()
    if delete:
        erase_records.run(pair.city.wired)


def remnants(pair: Pair) -> list[str]:
    """Return where the province still holds the words, or a hash of what it copied."""
    stored = {str(key): value for key, item in pair.province.memory.snapshot().items() for value in item.values()}
    held = {**stored, **pair.province.objects.objects}
    return [name for name, value in held.items() if isinstance(value, bytes) and CANARY.encode() in value]


def held_entries(pair: Pair) -> list[dict[str, Any]]:
    """Return the entries that the province holds, as they are told by the city now."""
    raw = pair.province.wired.harvest.entries(NAME, 0, 999)
    return [orjson.loads(entry) for entry in raw]


def test_a_copy_is_erased_with_its_origin_and_the_entries_say_the_same() -> None:
    pair = pair_with_text()
    pair.follow()
    assert remnants(pair)
    erase(pair)
    pair.follow()
    assert remnants(pair) == []
    assert orjson.loads(pair.copy("disclosures/d1").body)["stage"] == "erased"
    assert held_entries(pair) == list(pair.entries())
    compare(pair)
    for _ in range(3):  # the older entries are compared again, with each run
        pair.follow()


def test_a_copy_is_erased_before_the_origin_has_deleted_everything() -> None:
    pair = pair_with_text()
    pair.follow()
    erase(pair, delete=False)
    pair.follow()
    assert remnants(pair) == []
    pair.city.restart()
    erase_records.run(pair.city.wired)
    pair.follow()
    assert held_entries(pair) == list(pair.entries())


def test_who_begins_to_follow_later_meets_erased_entries_and_passes() -> None:
    pair = pair_with_text()
    erase(pair)
    pair.follow()
    assert remnants(pair) == []
    assert pair.origin()["lacking"] == 0
    compare(pair)
    pair.follow()


def test_an_entry_that_is_erased_without_an_order_is_a_fork() -> None:
    pair = pair_with_text()
    pair.follow()
    first = held_entries(pair)[2]
    told = without_text(first, first["index"] + 1)

    def change(body: bytes) -> bytes:
        page = orjson.loads(body)
        page["items"] = [told if each["index"] == first["index"] else each for each in page["items"]]
        return orjson.dumps(page)

    pair.wire.change = change
    with pytest.raises(UnfinishedError, match="erased_without_order"):
        pair.harvest()
    held = orjson.dumps(first)
    line = Line(first["index"], orjson.dumps(told), told, None)
    assert says_the_same(held, line)
    other = {**told, "commitment": "0" * 64}
    assert not says_the_same(held, Line(first["index"], orjson.dumps(other), other, None))
    assert in_place(pair.city, "/v1/changes").status == 200
