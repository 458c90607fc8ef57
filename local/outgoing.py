"""The answer of a Lambda proxy integration, read as API Gateway reads it.

Source: API Gateway developer guide, "Output format of a Lambda function for proxy integration". What does not fit is a
ValueError, which the caller turns into the 502 that a client gets in the cloud.
"""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from local.incoming import is_binary
from local.messages import Response

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_MEMBERS = {"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"}
# The gateway frames the answer itself; what the program says of that is kept under another name.
_RENAMED = {"connection", "content-length", "date", "keep-alive", "server", "trailer", "transfer-encoding", "upgrade"}
WITHOUT_BODY = {204, 304}


def read(answer: Any, accept: str | None, binary_types: Sequence[str]) -> Response:
    """Return the response that a proxy answer stands for.

    Raises:
        ValueError: it is not a proxy answer.
    """
    if not isinstance(answer, dict) or not answer.keys() <= _MEMBERS:
        raise ValueError("not an object of the known members")
    status = _status(answer.get("statusCode"))
    headers = tuple(_headers(answer))
    body = _body(answer, accept, binary_types)
    if status in WITHOUT_BODY:
        body = b""
    if body and not any(name.lower() == "content-type" for name, _ in headers):
        headers = (*headers, ("Content-Type", "application/json"))
    return Response(status, headers, body)


def _status(value: Any) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 200 <= value <= 599:
        raise ValueError("statusCode is not a final status")
    return value


def _headers(answer: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    single = _mapping(answer.get("headers"))
    multi = _mapping(answer.get("multiValueHeaders"))
    for name, value in single.items():
        found = [_text(name, one) for one in _listed(name, multi[name])] if name in multi else []
        if (text := _text(name, value)) not in found:
            yield _checked(name), text
    for name, many in multi.items():
        for one in _listed(name, many):
            yield _checked(name), _text(name, one)


def _mapping(value: Any) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ValueError("headers are not an object")
    return value


def _listed(name: str, value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError(f"multiValueHeaders.{name} is not a list")
    return value


def _checked(name: str) -> str:
    if not _TOKEN.fullmatch(name):
        raise ValueError("a header's name is not a token")
    return f"x-amzn-Remapped-{name}" if name.lower() in _RENAMED else name


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str | int | float):
        raise ValueError(f"the header {name} is not a text")
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if _CONTROL.search(text) or not all(ord(character) < 256 for character in text):
        raise ValueError(f"the header {name} holds what a header cannot")
    return text


def _body(answer: Mapping[str, Any], accept: str | None, binary_types: Sequence[str]) -> bytes:
    body, coded = answer.get("body"), answer.get("isBase64Encoded", False)
    if not isinstance(body, str | None) or not isinstance(coded, bool):
        raise ValueError("body is not a text, or isBase64Encoded no truth value")
    if not body:
        return b""
    first = (accept or "").partition(",")[0]
    if coded and is_binary(first, binary_types):
        try:
            return base64.b64decode(body, validate=True)
        except binascii.Error as error:
            raise ValueError("the body is not base64") from error
    return body.encode("utf-8")
