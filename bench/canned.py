"""DynamoDB without a socket: botocore does all it does, but its request is answered from memory before it is sent."""

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders

from chalicelib.store.table import Item

REGISTER_KEY = b'"REGISTER"'


class CannedResponse(AWSResponse):
    """A response that is there already."""

    def __init__(self, body: bytes) -> None:
        headers = HTTPHeaders.from_dict({"content-type": "application/x-amz-json-1.0"})
        super().__init__("https://dynamodb.invalid/", 200, headers, None)
        self._content = body


def answer_from(client: Any, answers: Mapping[str, bytes]) -> None:
    """Have a client answered from memory: operation -> body; reads of the register's head by `RegisterHead`."""

    def answer(request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        assert isinstance(request.body, bytes)
        if REGISTER_KEY in request.body:
            return CannedResponse(answers["RegisterHead"])
        target = request.headers["X-Amz-Target"]
        return CannedResponse(answers[(target if isinstance(target, str) else target.decode()).rsplit(".", 1)[1]])

    client.meta.events.register_first("before-send.dynamodb", answer)


def get_item_body(item: Item | None) -> bytes:
    """Return the body of a GetItem answer."""
    return _dump({"Item": _wrapped(item)} if item is not None else {})


def query_body(items: Sequence[Item]) -> bytes:
    """Return the body of a Query answer."""
    return _dump({"Items": [_wrapped(item) for item in items], "Count": len(items)})


def _wrapped(item: Mapping[str, Any]) -> dict[str, Any]:
    return {name: attribute(value) for name, value in item.items()}


def attribute(value: Any) -> dict[str, Any]:
    """Return a value as DynamoDB's JSON spells it, lists and maps included."""
    if isinstance(value, bytes):
        return {"B": base64.b64encode(value).decode("ascii")}
    if value is None or isinstance(value, bool):
        return {"NULL": True} if value is None else {"BOOL": value}
    if isinstance(value, int):
        return {"N": str(value)}
    if isinstance(value, str):
        return {"S": value}
    if isinstance(value, Mapping):
        return {"M": {name: attribute(member) for name, member in value.items()}}
    return {"L": [attribute(member) for member in value]}


def _dump(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
