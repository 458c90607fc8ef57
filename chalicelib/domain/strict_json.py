"""Reading JSON strictly (RFC 8259 and the contract): what two parsers could read differently is refused.

Refused: duplicate keys, NaN and Infinity, numbers that overflow, integers beyond 53 bits, lone surrogates, a byte order
mark, anything but UTF-8, depth above 32, and in any text C0/C1 controls (but newline and tab) and bidirectional controls.
"""

import json
import re
from typing import Any, NoReturn

from chalicelib.errors import MalformedError, Problem

DEPTH_LIMIT = 32
INTEGER_LIMIT = 2**53 - 1
# C0 without tab and newline, DEL, C1, and the bidirectional controls of Unicode Standard Annex 9.
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_NOT_STRUCTURE = re.compile(r'"(?:[^"\\]|\\.)*+"|[^\[\]{}"]++', re.DOTALL)


def load(raw: bytes) -> Any:
    """Return the value that the bytes spell.

    Raises:
        MalformedError: the bytes are not JSON of the strict kind; says which rule and, for text, where.
    """
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _malformed("not_utf8", f"not UTF-8 at byte {error.start}") from error
    if text.startswith("\ufeff"):
        raise _malformed("byte_order_mark", "a byte order mark is not taken")
    _check_depth(text)
    try:
        value = json.loads(
            text, object_pairs_hook=_unique, parse_constant=_no_constant, parse_int=_integer, parse_float=_finite
        )
    except ValueError as error:
        if isinstance(error, json.JSONDecodeError):
            raise _malformed("not_json", f"{error.msg} at character {error.pos}") from error
        raise
    _check_text(value)
    return value


def load_object(raw: bytes) -> dict[str, Any]:
    """Return the object that the bytes spell.

    Raises:
        MalformedError: as `load`, or the value is not an object.
    """
    value = load(raw)
    if not isinstance(value, dict):
        raise _malformed("not_an_object", "a JSON object is wanted")
    return value


def _malformed(code: str, message: str, pointer: str = "") -> MalformedError:
    return MalformedError(Problem(code, message, pointer=pointer))


def _check_depth(text: str) -> None:
    depth = 0
    for bracket in _NOT_STRUCTURE.sub("", text):
        if bracket in "[{":
            depth += 1
            if depth > DEPTH_LIMIT:
                raise _malformed("too_deep", f"nested deeper than {DEPTH_LIMIT}")
        else:
            depth -= 1


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise _malformed("duplicate_key", "a key stands twice in one object")
        found[name] = value
    return found


def _no_constant(name: str) -> NoReturn:
    raise _malformed("not_a_number", "NaN and Infinity are not JSON")


def _integer(digits: str) -> int:
    if len(digits) > 17 or abs(int(digits)) > INTEGER_LIMIT:
        raise _malformed("integer_too_large", "an integer is beyond 53 bits")
    return int(digits)


def _finite(digits: str) -> float:
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        raise _malformed("number_too_large", "a number overflows")
    return value


def _check_text(value: Any, pointer: str = "") -> None:
    if isinstance(value, str):
        if FORBIDDEN.search(value):
            raise _malformed("control_character", "a control or bidirectional character or lone surrogate", pointer)
    elif isinstance(value, dict):
        for name, member in value.items():
            if FORBIDDEN.search(name):
                raise _malformed("control_character", "a control or bidirectional character in a key", pointer)
            _check_text(member, f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}")
    elif isinstance(value, list):
        for place, member in enumerate(value):
            _check_text(member, f"{pointer}/{place}")
