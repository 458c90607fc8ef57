"""The field dictionary that `GET /v1/fields/{kind}` serves: every member of an answer, flat, with its meaning.

A member inside another is `limits.promised.value`; `[]` stands for each item of a list. A member of its own name deeper
down that has been met on the same path is not entered again, so a recursive shape ends.
"""

from collections.abc import Iterator
from typing import Any

from chalicelib.routes.openapi.schemas import CHINESE, Schema, components

KINDS = {
    "agency": "Agency",
    "service": "Service",
    "disclosure": "ShownDisclosure",
    "disclosure_withdrawn": "WithdrawnDisclosure",
    "evaluation": "ShownRound",
    "evaluation_withdrawn": "WithdrawnRound",
    "feedback": "ShownFeedback",
    "feedback_withdrawn": "WithdrawnFeedback",
    "hearing": "Hearing",
    "comment": "Comment",
    "filing": "Filing",
    "period": "SealedPeriod",
    "card": "Card",
    "rule": "Rule",
    "centre": "Centre",
    "change": "Change",
    "case": "CaseStatus",
    "series": "Series",
    "on_time_rate": "OnTimeFigure",
    "due_kept_rate": "DueKeptFigure",
    "promise_kept_rate": "PromiseKeptFigure",
    "law_kept_rate": "LawKeptFigure",
    "duration": "DurationFigure",
    "backlog": "BacklogFigure",
    "settled_at_centre_rate": "SettledAtCentreFigure",
    "hand_overs": "HandOversFigure",
    "visits": "VisitsFigure",
    "receipt": "Receipt",
    "problem": "Problem",
}


def field_dictionary() -> dict[str, Any]:
    """Return the answer of `/v1/fields/{kind}` for every kind."""
    schemas, _ = components([], KINDS.values())
    return {
        kind: {"kind": kind, "description": schemas[model]["description"], "fields": list(_fields(schemas, model))}
        for kind, model in KINDS.items()
    }


def _fields(schemas: dict[str, Schema], model: str) -> Iterator[dict[str, Any]]:
    schema = schemas[model]
    for member, shape in schema["properties"].items():
        yield from _field(schemas, member, shape, always=member in schema.get("required", ()), entered=(model,))


def _field(
    schemas: dict[str, Schema], name: str, shape: Schema, *, always: bool, entered: tuple[str, ...]
) -> Iterator[dict[str, Any]]:
    inner, suffix = _entered(shape)
    target = inner.get("$ref", "").rsplit("/", 1)[-1]
    zh = shape.get(CHINESE, "")
    en = shape.get("description", "").removesuffix(zh).rstrip()
    found = {"name": name, "type": _type(shape, schemas), "always": always, "zh": zh, "en": en}
    values = _values(inner)
    yield {**found, "values": values} if values else found
    if target in schemas and target not in entered:
        schema = schemas[target]
        for member, below in schema.get("properties", {}).items():
            needed = always and not suffix and member in schema.get("required", ())
            place = f"{name}{suffix}.{member}"
            yield from _field(schemas, place, below, always=needed, entered=(*entered, target))


def _entered(shape: Schema) -> tuple[Schema, str]:
    """Return what a member holds, and `[]` if it holds a list of it."""
    if "anyOf" in shape:
        shape = next(option for option in shape["anyOf"] if option != {"type": "null"})
    return (shape["items"], "[]") if shape.get("type") == "array" and "items" in shape else (shape, "")


def _type(shape: Schema, schemas: dict[str, Schema]) -> str:
    if "anyOf" in shape:
        return " | ".join(_type(option, schemas) for option in shape["anyOf"])
    if "$ref" in shape:
        target = schemas[shape["$ref"].rsplit("/", 1)[-1]]
        return str(target.get("type", "object"))
    if shape.get("type") == "array":
        return f"list of {_type(shape.get('items', {}), schemas)}"
    named = {"date": "date", "date-time": "instant", "uri": "address", "uri-reference": "address"}
    return named.get(shape.get("format", ""), str(shape.get("type", "string" if "const" in shape else "any")))


def _values(shape: Schema) -> list[str]:
    return [str(value) for value in shape.get("enum", [shape["const"]] if "const" in shape else [])]
