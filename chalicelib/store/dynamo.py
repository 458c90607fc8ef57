"""The table on DynamoDB: the low-level client, no resource layer, so that a read costs little more than the call.

Items are flat (S, N, B), so values are unwrapped without the generic deserialiser. The client generates a
ClientRequestToken per transaction, so its own retries after a lost answer do not apply a transaction twice.
"""

from binascii import a2b_base64
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.errors import UnavailableError
from chalicelib.store.table import (
    TRANSACTION_LIMIT,
    Check,
    Condition,
    ConditionFailedError,
    Index,
    Item,
    Key,
    Page,
    Put,
    Update,
    Value,
    Write,
)

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

GET_MANY_LIMIT = 100
BUSY = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "ThrottlingException",
        "RequestLimitExceeded",
        "InternalServerError",
        "ServiceUnavailable",
        "TransactionInProgressException",
        "TransactionConflictException",
    }
)


def _wrap(value: Value) -> dict[str, Any]:
    if isinstance(value, str):
        return {"S": value}
    if isinstance(value, bytes):
        return {"B": value}
    return {"N": str(value)}


def _wrap_item(item: Item) -> dict[str, Any]:
    return {name: _wrap(value) for name, value in item.items()}


def unwrap(raw: dict[str, Any]) -> Item:
    """Return a plain item from DynamoDB's attribute values (S, N and B only).

    Bytes come as base64 text from the fast parser of `store/aws.py`, as bytes from botocore's own.
    """
    item: Item = {}
    for name, typed in raw.items():
        for kind, value in typed.items():
            if kind == "B":
                item[name] = a2b_base64(value) if isinstance(value, str) else value
            else:
                item[name] = int(value) if kind == "N" else value
    return item


class _Expression:
    """Collects the names and values that an expression mentions."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.values: dict[str, Any] = {}

    def name(self, attribute: str) -> str:
        placeholder = f"#{len(self.names)}"
        self.names[placeholder] = attribute
        return placeholder

    def value(self, value: Value) -> str:
        placeholder = f":{len(self.values)}"
        self.values[placeholder] = _wrap(value)
        return placeholder

    def condition(self, when: Condition) -> str:
        return " AND ".join(
            f"attribute_not_exists({self.name(attribute)})"
            if value is None
            else f"{self.name(attribute)} = {self.value(value)}"
            for attribute, value in when.items()
        )

    def update(self, write: Update) -> str:
        parts = []
        if write.set:
            parts.append("SET " + ", ".join(f"{self.name(k)} = {self.value(v)}" for k, v in write.set.items()))
        if write.remove:
            parts.append("REMOVE " + ", ".join(self.name(attribute) for attribute in write.remove))
        return " ".join(parts)

    def arguments(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if self.names:
            found["ExpressionAttributeNames"] = self.names
        if self.values:
            found["ExpressionAttributeValues"] = self.values
        return found


@contextmanager
def translated() -> Iterator[None]:
    """Turn botocore's errors into ours, in one place."""
    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code == "ConditionalCheckFailedException":
            raise ConditionFailedError(code) from error
        if code == "TransactionCanceledException":
            raise _cancelled(error) from error
        if code in BUSY:
            raise UnavailableError from error
        raise
    except BotoCoreError as error:
        raise UnavailableError("storage could not be reached") from error


def _cancelled(error: ClientError) -> ConditionFailedError | UnavailableError:
    reasons = {reason.get("Code") for reason in error.response.get("CancellationReasons", [])}
    if "ConditionalCheckFailed" in reasons:
        return ConditionFailedError("transaction")
    return UnavailableError("another write of the same record is under way")


class DynamoTable:
    """The table of one deployment."""

    def __init__(self, client: "DynamoDBClient", name: str) -> None:
        self._client: Any = client
        self._name = name

    def get(self, key: Key, *, consistent: bool = True) -> Item | None:
        with translated():
            answer = self._client.get_item(
                TableName=self._name, Key={"pk": {"S": key.pk}, "sk": {"S": key.sk}}, ConsistentRead=consistent
            )
        raw = answer.get("Item")
        return None if raw is None else unwrap(raw)

    def get_many(self, keys: Sequence[Key]) -> list[Item | None]:
        found: dict[Key, Item] = {}
        wanted = list(dict.fromkeys(keys))
        for start in range(0, len(wanted), GET_MANY_LIMIT):
            self._get_batch(wanted[start : start + GET_MANY_LIMIT], found)
        return [found.get(key) for key in keys]

    def _get_batch(self, keys: Sequence[Key], found: dict[Key, Item]) -> None:
        request: dict[str, Any] = {
            self._name: {"Keys": [_wrap_item({"pk": key.pk, "sk": key.sk}) for key in keys], "ConsistentRead": True}
        }
        while request:  # the engine may hand back a part of the keys unread
            with translated():
                answer = self._client.batch_get_item(RequestItems=request)
            for raw in answer["Responses"].get(self._name, ()):
                item = unwrap(raw)
                found[Key(str(item["pk"]), str(item["sk"]))] = item
            request = answer.get("UnprocessedKeys") or {}

    def query(
        self,
        pk: str,
        *,
        index: Index | None = None,
        first: str | None = None,
        last: str | None = None,
        forward: bool = True,
        limit: int = 100,
        after: Item | None = None,
        consistent: bool = True,
    ) -> Page:
        expression = _Expression()
        pk_name, sk_name = (index.pk, index.sk) if index else ("pk", "sk")
        condition = f"{expression.name(pk_name)} = {expression.value(pk)}"
        if first is not None and last is not None:
            low, high = expression.value(first), expression.value(last)
            condition += f" AND {expression.name(sk_name)} BETWEEN {low} AND {high}"
        elif first is not None:
            condition += f" AND {expression.name(sk_name)} >= {expression.value(first)}"
        elif last is not None:
            condition += f" AND {expression.name(sk_name)} <= {expression.value(last)}"
        request = {
            "TableName": self._name,
            "KeyConditionExpression": condition,
            "ScanIndexForward": forward,
            "Limit": limit,
            **expression.arguments(),
        }
        if index:
            request["IndexName"] = index.name
        else:
            request["ConsistentRead"] = consistent
        if after is not None:
            request["ExclusiveStartKey"] = _wrap_item(after)
        with translated():
            answer = self._client.query(**request)
        last_key = answer.get("LastEvaluatedKey")
        return Page([unwrap(raw) for raw in answer["Items"]], unwrap(last_key) if last_key else None)

    def commit(self, *writes: Write) -> None:
        if not 1 <= len(writes) <= TRANSACTION_LIMIT:
            raise ValueError(f"a commit has 1 to {TRANSACTION_LIMIT} writes, not {len(writes)}")
        with translated():
            if len(writes) == 1 and not isinstance(writes[0], Check):
                operation, request = self._request(writes[0])
                call: Callable[..., Any] = getattr(self._client, f"{operation.lower()}_item")
                call(**request)
                return
            items = [dict([self._request(write)]) for write in writes]
            self._client.transact_write_items(TransactItems=items)

    def increment(self, key: Key, attribute: str, by: int, also: Item) -> int:
        expression = _Expression()
        update = f"ADD {expression.name(attribute)} {expression.value(by)}"
        if also:
            update += " SET " + ", ".join(f"{expression.name(k)} = {expression.value(v)}" for k, v in also.items())
        with translated():
            answer = self._client.update_item(
                TableName=self._name,
                Key=_wrap_item({"pk": key.pk, "sk": key.sk}),
                UpdateExpression=update,
                ReturnValues="UPDATED_NEW",
                **expression.arguments(),
            )
        return int(answer["Attributes"][attribute]["N"])

    def _request(self, write: Write) -> tuple[str, dict[str, Any]]:
        expression = _Expression()
        request: dict[str, Any] = {"TableName": self._name}
        if isinstance(write, Put):
            request["Item"] = _wrap_item(write.item)
        else:
            request["Key"] = _wrap_item({"pk": write.key.pk, "sk": write.key.sk})
        if isinstance(write, Update):
            request["UpdateExpression"] = expression.update(write)
        if write.when:
            request["ConditionExpression"] = expression.condition(write.when)
        request.update(expression.arguments())
        operation = "ConditionCheck" if isinstance(write, Check) else type(write).__name__
        return operation, request
