"""Query parameters: each is declared once, with the function that reads it and the schema that describes it.

Unknown or repeated parameters are refused by name, together with everything else that is wrong (RFC 9457 `errors`).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from chalicelib.domain.strict_json import FORBIDDEN
from chalicelib.errors import MalformedError, NotFoundError, Problem


@dataclass(frozen=True, slots=True)
class Parameter:
    """One query parameter: how it is read, and how OpenAPI describes it."""

    name: str
    read: Callable[[str], Any]
    schema: Mapping[str, Any]
    description: str
    default: Any = None
    required: bool = False


def read_parameters(query: Mapping[str, Sequence[str]], declared: tuple[Parameter, ...]) -> dict[str, Any]:
    """Return every declared parameter's value.

    Raises:
        MalformedError: names every unknown, repeated, unreadable or missing parameter.
    """
    known = {parameter.name: parameter for parameter in declared}
    found = {parameter.name: parameter.default for parameter in declared}
    problems = []
    for name, values in query.items():
        if name not in known:
            allowed = ", ".join(known) or "none"
            problems.append(Problem("unknown_parameter", f"not a parameter here; allowed: {allowed}", parameter=name))
        elif len(values) != 1:
            problems.append(Problem("repeated_parameter", "stands more than once", parameter=name))
        else:
            try:
                found[name] = known[name].read(values[0])
            except ValueError as error:
                problems.append(Problem("bad_parameter", str(error), parameter=name))
    problems += [
        Problem("missing_parameter", "is needed", parameter=parameter.name)
        for parameter in declared
        if parameter.required and parameter.name not in query
    ]
    if problems:
        raise MalformedError(*problems)
    return found


def only_cell(parameters: Mapping[str, Any], levels: tuple[str, ...], wanted: str) -> tuple[str, str]:
    """Return the level and the id of the cell that one parameter names, of those that `cell_parameters` declares.

    Raises:
        MalformedError: none of them is given, or more than one.
    """
    given = [level for level in levels if parameters[level] is not None]
    if len(given) == 1:
        return given[0], parameters[given[0]]
    message = f"exactly one of {', '.join(levels)} says whose {wanted}"
    raise MalformedError(
        *(Problem("cell_not_one", message, parameter=level) for level in (given[1:] if given else levels))
    )


def path_number(text: str, spoken: str) -> int:
    """Read the number of `an act`, `a version`, `a code` from a path: those that senders count from 1.

    Raises:
        NotFoundError: there can be none of that number.
    """
    if not re.fullmatch("[1-9][0-9]{0,5}", text):
        raise NotFoundError(f"{spoken} is a number from 1 to 999999")
    return int(text)


_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_DIGITS = re.compile(r"0|[1-9][0-9]{0,15}")


def read_id(text: str) -> str:
    """Read an id.

    Raises:
        ValueError: it is not one.
    """
    if not _ID.fullmatch(text):
        raise ValueError("not an id")
    return text


def read_date(text: str) -> str:
    """Read a date `YYYY-MM-DD`, returned as it stands.

    Raises:
        ValueError: it is not one.
    """
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError("a date is YYYY-MM-DD")
    date.fromisoformat(text)
    return text


def read_instant(text: str) -> datetime:
    """Read an RFC 3339 instant with its offset (a `+` that arrived as a space is taken for one), or a date in UTC.

    Raises:
        ValueError: it is not one.
    """
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return datetime.fromisoformat(f"{text}T00:00:00+00:00")
    shaped = re.fullmatch(r"([0-9-]{10})[Tt]([0-9:.]{8,15})([Zz]|[+ -][0-9]{2}:[0-9]{2})", text)
    if shaped is None:
        raise ValueError("an instant is RFC 3339 with its offset")
    return _in_range(datetime.fromisoformat(f"{shaped[1]}T{shaped[2]}{shaped[3].replace(' ', '+').upper()}"))


def _in_range(instant: datetime) -> datetime:
    """Return an instant that has a spelling in UTC too: the last hours of the year 9999 in the west have none."""
    try:
        instant.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("an instant of the years 1 to 9999, in UTC as well") from error
    return instant


def whole_number(low: int, high: int) -> Callable[[str], int]:
    """Return a reader of whole numbers within limits."""

    def read(text: str) -> int:
        if not _DIGITS.fullmatch(text) or not low <= int(text) <= high:
            raise ValueError(f"a whole number from {low} to {high}")
        return int(text)

    return read


def one_of(*choices: str) -> Callable[[str], str]:
    """Return a reader of a closed list of words."""

    def read(text: str) -> str:
        if text not in choices:
            raise ValueError(f"one of {', '.join(choices)}")
        return text

    return read


def read_text(text: str) -> str:
    """Read free text of 1 to 500 characters.

    Raises:
        ValueError: it is empty or too long.
    """
    if not 1 <= len(text) <= 500:
        raise ValueError("1 to 500 characters")
    return text


MOST_VALUES = 20
"""How many values a filter takes at once."""


def several(read: Callable[[str], str]) -> Callable[[str], tuple[str, ...]]:
    """Return a reader of values with commas between, each given once, in one order: it is the same filter however typed."""

    def read_all(text: str) -> tuple[str, ...]:
        values = text.split(",")
        if len(values) > MOST_VALUES:
            raise ValueError(f"at most {MOST_VALUES} values")
        return tuple(sorted({read(value) for value in values}))

    return read_all


MOST_WORDS = 100
"""How many characters the words that are looked for may have."""


def read_words(text: str) -> str:
    """Read words to be looked for in texts.

    Raises:
        ValueError: they are too long, say nothing, or hold what no text may hold.
    """
    if not text.strip() or len(text) > MOST_WORDS:
        raise ValueError(f"1 to {MOST_WORDS} characters, and not blanks alone")
    if FORBIDDEN.search(text):
        raise ValueError("holds a control or bidirectional character")
    return text


ID_SCHEMA = {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"}
DATE_SCHEMA = {"type": "string", "format": "date"}
INSTANT_SCHEMA = {"type": "string", "format": "date-time"}
TEXT_SCHEMA = {"type": "string", "minLength": 1, "maxLength": 500}


def cell_parameters(levels: tuple[str, ...], spoken: str) -> tuple[Parameter, ...]:
    """Declare the parameters of which exactly one says whose numbers are wanted."""
    return tuple(
        Parameter(level, read_id, ID_SCHEMA, f"{spoken} of this {level}; exactly one of {', '.join(levels)}.")
        for level in levels
    )


def any_of(name: str, read: Callable[[str], str], schema: Mapping[str, Any], description: str) -> Parameter:
    """Declare a filter that takes one value, or several with commas between: any of them will do."""
    many = {"type": "array", "items": schema, "minItems": 1, "maxItems": MOST_VALUES}
    return Parameter(name, several(read), many, f"{description} Several, with commas between: any of them.")


def facets_of(*names: str) -> Parameter:
    """Declare by which filters it can be told how what is found divides."""
    return any_word_of("facets", names, "Also how what is found divides by these filters, in `facets`.")


def any_word_of(name: str, words: tuple[str, ...], description: str) -> Parameter:
    """Declare a filter by words of a closed list."""
    return any_of(name, one_of(*words), {"type": "string", "enum": list(words)}, description)


LIMIT = Parameter(
    "limit", whole_number(1, 100), {"type": "integer", "minimum": 1, "maximum": 100}, "Items of a page.", 20
)
CURSOR = Parameter("cursor", read_text, TEXT_SCHEMA, "Taken from `next` of the page before, unchanged.")
JURISDICTION = any_of("jurisdiction", read_id, ID_SCHEMA, "Only records of this jurisdiction.")
AGENCY = any_of("agency", read_id, ID_SCHEMA, "Only records of this agency.")
ONE_JURISDICTION = Parameter("jurisdiction", read_id, ID_SCHEMA, "Of this jurisdiction.")
ONE_AGENCY = Parameter("agency", read_id, ID_SCHEMA, "Of this agency.")
Q = Parameter(
    "q",
    read_words,
    {"type": "string", "minLength": 1, "maxLength": MOST_WORDS, "pattern": r"\S"},
    "Only records in whose texts each of these words stands, in Chinese, English or any other language: words have blanks "
    "between them, and a part of a word is found as well. Each item then has a `snippet`.",
)
SUBTREE = Parameter(
    "subtree",
    one_of("true"),
    {"type": "string", "enum": ["true"]},
    "With `agency` or `jurisdiction`: an agency stands for itself and all below it.",
)
BOM = Parameter(
    "bom",
    one_of("true", "false"),
    {"type": "string", "enum": ["true", "false"]},
    "Whether CSV begins with a byte order mark, as spreadsheets want it for Chinese.",
)
COUNT = Parameter(
    "count", one_of("true"), {"type": "string", "enum": ["true"]}, "Also how many there are in all, in `count`."
)
IDS = any_of(
    "ids", read_id, ID_SCHEMA, "These records, withdrawn ones too, in the order of their ids; asked for alone."
)
UPDATED_SINCE = Parameter(
    "updated_since",
    read_instant,
    INSTANT_SCHEMA,
    "Only records whose content changed at or after this instant, oldest first, withdrawn ones included.",
)
