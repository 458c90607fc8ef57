"""The peer: FastAPI with Mangum, boto3's Table resource and pydantic models. What a careful team would write today.

Its models are the very ones that describe our answers, its items hold the same members as attributes, its page is one
query, and its answer is checked to hold the same members as ours.
"""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import boto3
from boto3.dynamodb.conditions import Key
from fastapi import FastAPI, HTTPException, Query  # type: ignore[import-not-found, unused-ignore]
from mangum import Mangum  # type: ignore[import-not-found, unused-ignore]

from bench.canned import answer_from
from bench.ours import TABLE
from chalicelib.domain.models.responses import AsOf, Service, ServiceList, ServiceSummary
from chalicelib.routes.application import create_app
from chalicelib.store import keys
from local.events import build_event


def make(table: Any) -> FastAPI:
    """Return the peer's application over a table."""
    app = FastAPI()

    @app.get("/v1/services", response_model=ServiceList, response_model_exclude_none=True)  # type: ignore[untyped-decorator, unused-ignore]
    def list_services(limit: int = Query(20, ge=1, le=100)) -> ServiceList:
        found = table.query(
            IndexName=keys.ALL_PUBLISHED.name,
            KeyConditionExpression=Key(keys.ALL_PUBLISHED.pk).eq("services"),
            ScanIndexForward=False,
            Limit=limit,
        )
        items = [ServiceSummary(**plain(item)) for item in found["Items"][:limit]]
        return ServiceList(items=items, next=None, as_of=AsOf(register_index=None, at=None))

    @app.get("/v1/services/{record_id}", response_model=Service, response_model_exclude_none=True)  # type: ignore[untyped-decorator, unused-ignore]
    def get_service(record_id: str) -> Service:
        found = table.get_item(Key={"pk": f"service#{record_id}", "sk": "VIEW"})
        if "Item" not in found:
            raise HTTPException(404)
        return Service(**plain(found["Item"]))

    return app


def plain(value: Any) -> Any:
    """Return what boto3's resource read, with whole numbers for Decimals."""
    if isinstance(value, Decimal):
        return int(value)
    if isinstance(value, dict):
        return {name: plain(member) for name, member in value.items()}
    if isinstance(value, list):
        return [plain(member) for member in value]
    return value


def handler(answers: dict[str, bytes], path: str, query: str = "") -> Callable[[], Any]:
    """Return a call of the peer's handler with the same event that ours gets."""
    table = boto3.resource("dynamodb").Table(TABLE)
    answer_from(table.meta.client, answers)
    handle = Mangum(make(table), lifespan="off")
    event = build_event(create_app(), "GET", path, query)

    def read() -> Any:
        answer = handle(event, None)
        assert answer["statusCode"] == 200, answer
        return answer

    return read


def check_same(ours: Any, peers: Any) -> None:
    """Hold the two answers to saying the same of the records.

    Raises:
        ValueError: the peer's work is not ours, so comparing them means nothing.
    """
    one, other = json.loads(ours["body"]), json.loads(peers["body"])
    pairs = zip(one["items"], other["items"], strict=True) if "items" in one else [(one, other)]
    for record, beside in pairs:
        if any(beside.get(name) != value for name, value in record.items()):
            raise ValueError(f"the peer answers something else: {beside}")
