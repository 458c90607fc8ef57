"""The program under measurement: the real app, handler to bytes, on DynamoDB answered from memory; and the bare call."""

from collections.abc import Callable
from typing import Any

import boto3

from bench.canned import answer_from
from chalicelib import wiring
from chalicelib.routes.application import create_app
from chalicelib.settings import Settings
from chalicelib.store import keys
from chalicelib.store.aws import dynamodb_client
from chalicelib.store.dynamo import DynamoTable
from local.events import build_event

TABLE = "glasshall-bench"
ITEM_PATH = "/v1/services/511Z000000"
LIST_PATH = "/v1/services"


def handler(answers: dict[str, bytes], path: str, query: str = "", **headers: str) -> Callable[[], Any]:
    """Return a call of the real handler with a true event; it fails unless it answers 200."""
    client = dynamodb_client()
    answer_from(client, answers)
    wired = wiring.Wiring(
        Settings(table=TABLE), table=DynamoTable(client, TABLE), secret=lambda: b"a secret of the bench"
    )
    app = create_app()
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    event = build_event(app, "GET", path, query, named)

    def read() -> Any:
        wiring.use(wired)
        answer = app({**event, "headers": dict(event["headers"])}, None)
        assert answer["statusCode"] == 200, answer
        return answer

    return read


def bare(answers: dict[str, bytes], operation: str, limit: int = 0) -> Callable[[], Any]:
    """Return the botocore call that the handler makes, with the same arguments, by a client with default settings."""
    client = boto3.client("dynamodb")
    answer_from(client, answers)
    if operation == "GetItem":
        key = keys.view("service", "511Z000000")
        wanted = {"pk": {"S": key.pk}, "sk": {"S": key.sk}}
        return lambda: client.get_item(TableName=TABLE, Key=wanted, ConsistentRead=False)
    return lambda: client.query(
        TableName=TABLE,
        IndexName=keys.ALL_PUBLISHED.name,
        KeyConditionExpression="#0 = :0",
        ExpressionAttributeNames={"#0": keys.ALL_PUBLISHED.pk},
        ExpressionAttributeValues={":0": {"S": "services"}},
        ScanIndexForward=False,
        Limit=limit + 1,
    )
