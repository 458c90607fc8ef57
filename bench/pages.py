"""`python -m bench.pages`: what a 50-item page costs where 1,000, 10,000 and 100,000 items are stored, by real capacity
figures (dynoxide). Goals (design, section 7): one Query, read units within 1.1 of summary bytes / 4 KB / 2, and the same
at every size."""

import math
import os
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import boto3

from bench import dynoxide
from bench.canned import attribute
from bench.cold import ENVIRONMENT
from bench.dataset import PAGE, dataset
from bench.table import markdown
from chalicelib.store import keys
from chalicelib.store.table import Index, Item

SIZES = (1_000, 10_000, 100_000)
TABLE = "pages"
BATCH = 25
LISTS = (keys.ALL_PUBLISHED, keys.AGENCY_PUBLISHED)
UNIT_BYTES = 4_096
START = datetime(2020, 1, 1, tzinfo=UTC)


class Cost(NamedTuple):
    """What one page cost."""

    stored: int
    place: str
    items: int
    units: float
    summary_bytes: int

    @property
    def ratio(self) -> float:
        """Units by what the summaries alone would take, in DynamoDB's half units."""
        return self.units / (math.ceil(self.summary_bytes / UNIT_BYTES) / 2)


def main() -> int:
    """Measure and print the table."""
    os.environ.update(ENVIRONMENT)
    with tempfile.TemporaryDirectory() as folder, dynoxide.running(Path(folder) / "pages.db") as address:
        costs = measure(boto3.client("dynamodb", endpoint_url=address))
    titles = ("stored", "page", "items read", "read units", "summary bytes", "units / (summaries / 4 KB / 2)")
    rows = [
        (f"{c.stored:,}", c.place, str(c.items), f"{c.units:g}", f"{c.summary_bytes:,}", f"{c.ratio:.2f}")
        for c in costs
    ]
    print(markdown(titles, rows))
    spread = max(cost.units for cost in costs) - min(cost.units for cost in costs)
    print(f"\nbetween the cheapest and the dearest page lie {spread:g} read units (goal: at most 1)")
    return 0


def measure(client: Any) -> list[Cost]:
    """Return the cost of the first, a middle and the last page of a list, at every size."""
    _create(client)
    costs, stored = [], 0
    for size in SIZES:
        for batch in _batches(stored, size):
            client.batch_write_item(RequestItems={TABLE: batch})
        stored = size
        places = {"first": None, "middle": _instant(size // 2), "last": _instant(PAGE)}
        costs += [_page(client, size, place, newest) for place, newest in places.items()]
    return costs


def _page(client: Any, stored: int, place: str, newest: str | None) -> Cost:
    condition, values = "all_pk = :pk", {":pk": {"S": "services"}}
    if newest is not None:
        condition, values = f"{condition} AND published_sk <= :sk", {**values, ":sk": {"S": f"{newest}#{keys.END}"}}
    answer = client.query(
        TableName=TABLE,
        IndexName=keys.ALL_PUBLISHED.name,
        KeyConditionExpression=condition,
        ExpressionAttributeValues=values,
        ScanIndexForward=False,
        Limit=PAGE + 1,
        ReturnConsumedCapacity="TOTAL",
    )
    size = sum(len(item["summary"]["B"]) for item in answer["Items"])
    return Cost(stored, place, answer["Count"], answer["ConsumedCapacity"]["CapacityUnits"], size)


def _batches(start: int, end: int) -> Iterator[list[dict[str, Any]]]:
    for first in range(start, end, BATCH):
        numbers = range(first, min(first + BATCH, end))
        yield [{"PutRequest": {"Item": _wrapped(_item(number))}} for number in numbers]


def _wrapped(item: Item) -> dict[str, Any]:
    return {name: {"B": value} if isinstance(value, bytes) else attribute(value) for name, value in item.items()}


def _item(number: int) -> Item:
    """Return a service's view as it stands in the lists, without its body: what a page costs does not depend on it."""
    record_id = f"511Z{number:06d}"
    summary = dataset().page[number % PAGE]["summary"]
    lists: Item = {"all_pk": keys.list_pk("services"), "agency_pk": keys.list_pk("services", "bureau")}
    view = keys.view("service", record_id)
    return {
        "pk": view.pk,
        "sk": view.sk,
        "summary": summary,
        **lists,
        "published_sk": f"{_instant(number)}#{record_id}",
    }


def _instant(number: int) -> str:
    """Return an instant that is later for a greater number."""
    return (START + timedelta(minutes=number)).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _create(client: Any) -> None:
    names = {"pk", "sk"} | {name for index in LISTS for name in (index.pk, index.sk)}
    client.create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in sorted(names)],
        KeySchema=_schema("pk", "sk"),
        GlobalSecondaryIndexes=[_index(index) for index in LISTS],
    )


def _index(index: Index) -> dict[str, Any]:
    projection = {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["summary"]}
    return {"IndexName": index.name, "KeySchema": _schema(index.pk, index.sk), "Projection": projection}


def _schema(pk: str, sk: str) -> list[dict[str, str]]:
    return [{"AttributeName": pk, "KeyType": "HASH"}, {"AttributeName": sk, "KeyType": "RANGE"}]


if __name__ == "__main__":
    sys.exit(main())
