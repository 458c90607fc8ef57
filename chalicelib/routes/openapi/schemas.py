"""JSON Schemas of everything sent and answered, from the very models that validate.

What is answered has no null where a member is merely absent; what is taken may. Where that makes a difference the schema
of what is taken is called `<Name>Input`, and the plain name is left to readers, who are more.
"""

import json
import re
from collections.abc import Iterable
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Literal

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from chalicelib.domain import models
from chalicelib.domain.models.responses import NULLABLE
from chalicelib.routes.openapi.words import explanation

Schema = dict[str, Any]
CHINESE = "x-zh"
"""The Chinese part of a member's description, once more by itself."""
_REF = "#/components/schemas/"


class UnknownModelError(Exception):
    """A route names a model that no module of `domain/models` has, or more than one."""


@cache
def model_named(name: str) -> Any:
    """Return the model or union of models with this name.

    Raises:
        UnknownModelError: there is none, or more than one.
    """
    found = []
    for info in iter_modules(models.__path__):
        module = import_module(f"{models.__name__}.{info.name}")
        candidate = vars(module).get(name)
        if isinstance(candidate, type):
            found += [candidate] if issubclass(candidate, BaseModel) and candidate.__module__ == module.__name__ else []
        elif candidate is not None and not any(candidate is other for other in found):
            found.append(candidate)
    if len(found) != 1:
        raise UnknownModelError(name)
    return found[0]


def reference(name: str) -> Schema:
    """Return a reference to a component."""
    return {"$ref": _REF + name}


def components(taken: Iterable[str], answered: Iterable[str]) -> tuple[dict[str, Schema], dict[str, str]]:
    """Return all schemas by name, and under which name each model that is taken stands."""
    inputs, outputs = _definitions(taken), without_absent_nulls(_definitions(answered))
    renamed = {name: f"{name}Input" for name in _differing(inputs, outputs)}
    schemas = dict(outputs)
    for name, schema in inputs.items():
        schemas[renamed.get(name, name)] = _with_references(schema, renamed)
    return dict(sorted(schemas.items())), {name: renamed.get(name, name) for name in inputs}


class _Generator(GenerateJsonSchema):
    """Puts the dictionary's sentence beside every member; leaves out titles that only repeat the member's name."""

    def model_schema(self, schema: Any) -> Schema:
        shown = super().model_schema(schema)
        for member, shape in shown.get("properties", {}).items():
            shape.pop("title", None)
            words = explanation(schema["cls"], member)
            if words:
                shape["description"], shape[CHINESE] = f"{words['en']} {words['zh']}", words["zh"]
        shown.pop("title", None)
        shown["description"] = re.sub(r"\s+", " ", shown.get("description", "")).strip()
        return shown


def _definitions(names: Iterable[str]) -> dict[str, Schema]:
    wanted: list[tuple[str, Literal["validation"], TypeAdapter[Any]]] = [
        (name, "validation", TypeAdapter(model_named(name))) for name in sorted(set(names))
    ]
    tops, rest = TypeAdapter.json_schemas(wanted, ref_template=_REF + "{model}", schema_generator=_Generator)
    unions = {name: schema for (name, _), schema in tops.items() if schema.get("$ref") != _REF + name}
    found = {**rest.get("$defs", {}), **unions}
    short = {name: _short(name) for name in found if _short(name) != name}
    return {short.get(name, name): _with_references(schema, short) for name, schema in found.items()}


def _short(name: str) -> str:
    """Shorten `chalicelib__domain__models__services__Material`, which pydantic makes of names that stand twice."""
    *path, own = name.split("__")
    return f"{path[-1].title().replace('_', '')}{own}" if path else name


def without_absent_nulls(node: Any) -> Any:
    """Return a schema of what is answered: optional members are absent rather than null, and nothing has a default."""
    if isinstance(node, list):
        return [without_absent_nulls(part) for part in node]
    if not isinstance(node, dict):
        return node
    optional = "default" in node and not node.get(NULLABLE)
    kept = {key: without_absent_nulls(value) for key, value in node.items() if key not in ("default", NULLABLE)}
    if not optional or "anyOf" not in kept:
        return kept
    rest = [shape for shape in kept.pop("anyOf") if shape != {"type": "null"}]
    return {**rest[0], **kept} if len(rest) == 1 else {**kept, "anyOf": rest}


def _differing(inputs: dict[str, Schema], outputs: dict[str, Schema]) -> set[str]:
    shared = inputs.keys() & outputs.keys()
    found = {name for name in shared if inputs[name] != outputs[name]}
    while more := {name for name in shared - found if found & _referenced(inputs[name])}:
        found |= more
    return found


def _referenced(schema: Schema) -> set[str]:
    return set(re.findall(rf'"{_REF}([^"]+)"', json.dumps(schema)))


def _with_references(node: Any, renamed: dict[str, str]) -> Any:
    if isinstance(node, list):
        return [_with_references(part, renamed) for part in node]
    if isinstance(node, dict):
        return {key: _with_references(value, renamed) for key, value in node.items()}
    if isinstance(node, str) and node.startswith(_REF):
        name = node.removeprefix(_REF)
        return _REF + renamed.get(name, name)
    return node
