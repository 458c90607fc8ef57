"""The mapping of exchange tables: which column says what, how dates are written, what codes mean. TOML, read whole and checked.

What a mapping names is checked before anything is read: a table, field or meaning that is not known here is an error that
names every such place at once, so that a slip in the file is not found row by row.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from glasshall.errors import UsageError

DEFAULT = Path(__file__).with_name("exchange.toml")
_SHARED = ("row_guid", "operation", "batch", "time")
_STAGES = frozenset({"accept", "review", "decide", "make_certificate", "issue", "other"})
SPECIALS = frozenset(
    {"hearing", "tender", "auction", "inspection", "testing", "quarantine", "appraisal", "expert_review"}
)
OUTCOMES = frozenset({"granted", "partly", "refused", "done"})
CLOSINGS = frozenset(
    {"void", "entered_in_error", "reported_up", "supplement_never_came", "applicant_withdrew", "abandoned"}
)
FIELDS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "item": (
        (*_SHARED, "task_code", "name", "task_type", "dept_code"),
        (
            *("handle_item", "task_state", "dept_name", "statutory_value", "statutory_unit", "promised_value"),
            *("promised_unit", "handling", "by_law", "condition", "is_fee", "fee_name", "fee_stand", "fee_basis"),
            *("special_procedure", "visits", "contact", "complaint", "effective_on"),
        ),
    ),
    "accept": (
        (*_SHARED, "case_no", "task_code", "applied_at", "accepted_at"),
        ("handle_item", "channel", "notice_no", "due_at"),
    ),
    "process": ((*_SHARED, "case_no", "began_at"), ("process_name", "action", "ended_at", "opinion")),
    "special": ((*_SHARED, "case_no", "kind", "began_at"), ("kind_name", "reason", "ended_at")),
    "result": (
        (*_SHARED, "case_no", "ended_at", "result"),
        ("explanation", "paper_name", "paper_no", "satisfaction"),
    ),
}
"""Table -> the fields whose columns must be there, and those that may be."""
MEANINGS: Mapping[str, frozenset[str]] = {
    "operation": frozenset({"insert", "update", "delete"}),
    "task_type": frozenset(
        {
            *("licence", "confirmation", "benefit", "penalty", "coercion", "collection", "inspection", "award"),
            *("adjudication", "other_power", "public_service", "request"),
        }
    ),
    "task_state": frozenset({"in_force", "withdrawn"}),
    "unit": frozenset({"working_day", "day", "hour", "month"}),
    "handling": frozenset({"immediate", "promised", "on_pledge"}),
    "yes": frozenset({"yes", "no"}),
    "channel": frozenset({"window", "online", "post", "phone", "elsewhere"}),
    "step_name": _STAGES | {"supplement"},
    "action": _STAGES | {"supplement"},
    "special": SPECIALS | {"consulting", "extension"},
    "result": OUTCOMES | CLOSINGS,
}


@dataclass(frozen=True, slots=True)
class Mapped:
    """A mapping that was read and checked."""

    zone: ZoneInfo
    dates: tuple[str, ...]
    agencies: Mapping[str, str]
    names: Mapping[str, frozenset[str]]
    """Table -> how its file or sheet may be called, as `plain` writes it."""
    columns: Mapping[str, Mapping[str, tuple[str, ...]]]
    """Table -> field -> how its column may be called, as `plain` writes it, in the order in which they are tried."""
    codes: Mapping[str, Mapping[str, str]]

    def table_called(self, name: str) -> str | None:
        """Return which table a file or sheet of this name is."""
        return next((table for table, names in self.names.items() if plain(name) in names), None)

    def placed(self, table: str, header: list[str]) -> tuple[dict[str, int], list[str]]:
        """Return at which place of a header each field stands, and the needed fields that stand nowhere."""
        places: dict[str, int] = {}
        for place, name in enumerate(header):
            places.setdefault(plain(name), place)
        found: dict[str, int] = {}
        for field, names in self.columns[table].items():
            if there := [name for name in names if name in places]:
                found[field] = places[there[0]]
        return found, [field for field in FIELDS[table][0] if field not in found]


def plain(name: str) -> str:
    """Return a name as headers and files are compared: without regard to case, blanks and underscores."""
    return re.sub(r"[\s_\-\ufeff]", "", name).lower()


def read_mapping(file: Path | None = None) -> Mapped:
    """Return the mapping of a file, or the default one.

    Raises:
        UsageError: it is no TOML, or says what is not known; every place is named.
    """
    source = file or DEFAULT
    try:
        told = tomllib.loads(source.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{source}: not a mapping: {error}") from error
    if problems := list(_problems(told)):
        raise UsageError(f"{source}: " + "; ".join(problems))
    return Mapped(
        zone=ZoneInfo(told["time_zone"]),
        dates=tuple(told["dates"]),
        agencies=dict(told.get("agencies", {})),
        names={table: frozenset(map(plain, told["tables"][table]["names"])) for table in told["tables"]},
        columns={
            table: {field: tuple(map(plain, names)) for field, names in told["tables"][table]["columns"].items()}
            for table in told["tables"]
        },
        codes={name: told.get("codes", {}).get(name, {}) for name in MEANINGS},
    )


def _problems(told: Mapping[str, Any]) -> Iterator[str]:
    """Yield everything that is wrong with a mapping."""
    unknown = told.keys() - {"time_zone", "dates", "agencies", "tables", "codes"}
    yield from (f"{name} is not known here" for name in sorted(unknown))
    try:
        ZoneInfo(told.get("time_zone", ""))
    except (ZoneInfoNotFoundError, ValueError, TypeError):
        yield "time_zone is no zone of the IANA list"
    if not _is_texts(told.get("dates")):
        yield "dates is a list of formats"
    if not all(isinstance(each, str) for each in _section(told, "agencies").values()):
        yield "agencies gives an id for each code"
    yield from _table_problems(_section(told, "tables"))
    yield from _code_problems(_section(told, "codes"))


def _table_problems(tables: Mapping[str, Any]) -> Iterator[str]:
    if not tables:
        yield "tables names none"
    for table, shape in tables.items():
        if table not in FIELDS or not isinstance(shape, dict):
            yield f"tables.{table} is not known here: {', '.join(FIELDS)}"
            continue
        columns = _section(shape, "columns")
        known = {*FIELDS[table][0], *FIELDS[table][1]}
        yield from (f"tables.{table}.columns.{field} is not known here" for field in sorted(columns.keys() - known))
        yield from (f"tables.{table}.columns.{field} is missing" for field in FIELDS[table][0] if field not in columns)
        if not _is_texts(shape.get("names")) or not all(_is_texts(names) for names in columns.values()):
            yield f"tables.{table}: names and columns are lists of names"


def _code_problems(codes: Mapping[str, Any]) -> Iterator[str]:
    for name, table in codes.items():
        if name not in MEANINGS or not isinstance(table, dict):
            yield f"codes.{name} is not known here: {', '.join(MEANINGS)}"
            continue
        for code, meaning in table.items():
            if meaning not in MEANINGS[name]:
                yield f"codes.{name}.{code} is none of {', '.join(sorted(MEANINGS[name]))}"


def _section(told: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = told.get(name, {})
    return found if isinstance(found, dict) else {}


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, str) for each in value)
