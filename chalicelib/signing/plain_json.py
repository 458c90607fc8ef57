"""JSON that every reader reads alike (RFC 8259, RFC 7493): what a signature covers must not mean two things.

Refused: names that stand twice, NaN and Infinity, numbers that are not whole, `-0`, anything but UTF-8, and nesting beyond
what the parser takes. What is left has one value, and two texts say the same exactly when their `canonical` bytes are equal.
"""

import json
from typing import Any, NoReturn

_SEPARATORS = (",", ":")


def load(raw: bytes) -> Any:
    """Return the value that the bytes spell.

    Raises:
        ValueError: they are not JSON of this kind; says why, without the text.
    """
    try:
        value = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_unique,
            parse_constant=_refused,
            parse_float=_refused,
            parse_int=_whole,
        )
        canonical(value)  # what can be read must be comparable too: the writer may nest less deeply than the reader
        return value
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8 at byte {error.start}") from error
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def canonical(value: Any) -> bytes:
    """Return bytes that are equal exactly for equal values: names sorted, ASCII, no blanks."""
    return json.dumps(value, ensure_ascii=True, sort_keys=True, separators=_SEPARATORS).encode()


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _whole(digits: str) -> int:
    if digits == "-0":
        _refused(digits)
    return int(digits)


def _refused(text: str) -> NoReturn:
    raise ValueError("a number that is not whole")
