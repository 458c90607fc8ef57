"""What is read in the measurements: services of Guang'an with the members that a full commitment has, as the program itself
rendered and stored them, and the same content as attributes, as others store it."""

import csv
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from bench.canned import get_item_body, query_body
from chalicelib.store import keys
from chalicelib.store.table import Item
from tests.world import World

ITEMS = Path(__file__).parent.parent / "local" / "data" / "guangan" / "guangan_district_items.csv"
COUNT = 51
PAGE = 50


class Dataset(NamedTuple):
    """Items of one list, newest first, one whole view, and the register's head."""

    page: list[Item]
    view: Item
    head: Item

    def ours(self, count: int) -> dict[str, bytes]:
        """Return DynamoDB's answers for our items; one more than a page holds, as the program asks for."""
        return {
            "Query": query_body(self.page[: count + 1]),
            "GetItem": get_item_body(self.view),
            "RegisterHead": get_item_body(self.head),
        }

    def native(self, count: int) -> dict[str, bytes]:
        """Return DynamoDB's answers where the same members are attributes of the items."""
        summaries = [_members(item, "summary") for item in self.page[: count + 1]]
        return {"Query": query_body(summaries), "GetItem": get_item_body(_members(self.view, "body"))}


@cache
def dataset() -> Dataset:
    """Publish services in a world in memory and return what it stored."""
    world = World().init()
    with ITEMS.open(encoding="utf-8-sig", newline="") as rows:
        for number, row in zip(range(COUNT), csv.DictReader(rows), strict=False):
            world.service(f"511Z{number:06d}", title={"zh": row["name"]}, **_CONTENT)
    world.log()
    stored = world.memory
    page = stored.query(
        keys.list_pk("services"), index=keys.ALL_PUBLISHED, forward=False, limit=COUNT, consistent=False
    )
    view, head = stored.get(keys.view("service", "511Z000000")), stored.get(keys.REGISTER_HEAD)
    assert view is not None
    assert head is not None
    return Dataset(page.items, view, head)


def _members(item: Item, attribute: str) -> Any:
    rendered = item[attribute]
    assert isinstance(rendered, bytes)
    return {"pk": item["pk"], "sk": item["sk"], **orjson.loads(rendered)}


_CONTENT: dict[str, Any] = {
    "item_code": "511Z07001006",
    "limits": {"statutory": {"value": 20, "unit": "working_day"}, "promised": {"value": 5, "unit": "working_day"}},
    "legal_basis": [{"document": "企业投资项目核准和备案管理条例", "article": "第十三条"}],
    "conditions": [{"zh": "项目符合国家产业政策"}, {"zh": "项目单位对备案信息的真实性负责"}],
    "applicants": ["legal_person"],
    "channels": ["window", "online"],
    "materials": [
        {"name": {"zh": "项目备案申请表"}, "form": "original", "copies": 1, "may_follow": False},
        {"name": {"zh": "企业营业执照"}, "form": "copy", "copies": 1, "may_follow": True},
    ],
    "steps": [
        {"stage": "accept", "limit": {"value": 1, "unit": "working_day"}},
        {"stage": "review", "limit": {"value": 2, "unit": "working_day"}},
        {"stage": "decide", "limit": {"value": 2, "unit": "working_day"}},
    ],
    "result": {"name": {"zh": "四川省固定资产投资项目备案表"}},
    "complaint": {"phone": "12345"},
    "windows": [{"window": "3-12"}],
    "visits": 1,
}
