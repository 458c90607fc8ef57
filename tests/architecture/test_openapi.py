"""The OpenAPI document is generated, valid, complete, and true: real answers and real requests are held against it."""

import re
from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import orjson
import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from openapi_spec_validator import validate
from pydantic import BaseModel

from chalicelib.domain import models
from chalicelib.routes.access import Access
from chalicelib.routes.endpoint import BY_BEARER, Endpoint
from chalicelib.routes.openapi.document import document, own_endpoints
from chalicelib.routes.openapi.examples import examples
from chalicelib.routes.openapi.files import generated
from chalicelib.routes.openapi.words import ANYWHERE, dictionary, entry_for

DOCUMENT = document()
ENDPOINTS = own_endpoints()


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield every operation with its path and method."""
    for path, item in DOCUMENT["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


def closed(node: Any) -> Any:
    """Return a schema that takes no member it does not name: what is answered must be described."""
    if isinstance(node, list):
        return [closed(part) for part in node]
    if not isinstance(node, dict):
        return node
    kept = {key: closed(value) for key, value in node.items()}
    return {"additionalProperties": False, **kept} if isinstance(node.get("properties"), dict) else kept


def validator(model: str, *, strictly: bool = False) -> Draft202012Validator:
    """Return a validator of one component."""
    components = closed(DOCUMENT["components"]) if strictly else DOCUMENT["components"]
    schema = {"$ref": f"#/components/schemas/{model}", "components": components}
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def documented_name(model: str) -> str:
    """Return under which name a model that is taken stands in the document."""
    return f"{model}Input" if f"{model}Input" in DOCUMENT["components"]["schemas"] else model


@pytest.mark.parametrize("path", generated(), ids=lambda path: path.name)
def test_a_generated_file_is_what_generating_gives(path: Any) -> None:
    assert path.read_bytes() == generated()[path], "run `make openapi`"


def test_the_document_is_valid_openapi() -> None:
    validate(DOCUMENT)


def test_every_endpoint_has_an_operation_and_head_goes_with_get() -> None:
    places = [(endpoint.path + suffix, endpoint) for endpoint in ENDPOINTS for suffix in ("", *endpoint.suffixes)]
    declared = {(path, endpoint.method.lower()) for path, endpoint in places}
    heads = {(path, "head") for path, method in declared if method == "get"}
    assert {(path, method) for path, method, _ in operations()} == declared | heads


def test_operation_ids_are_unique() -> None:
    names = [operation["operationId"] for _, _, operation in operations()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: f"{endpoint.method} {endpoint.path}")
def test_an_operation_says_what_its_route_declares(endpoint: Endpoint) -> None:
    operation = DOCUMENT["paths"][endpoint.path][endpoint.method.lower()]
    named = {parameter["name"]: parameter["in"] for parameter in operation.get("parameters", []) if "name" in parameter}
    assert {name for name, place in named.items() if place == "query"} == {p.name for p in endpoint.parameters}
    assert {name for name, place in named.items() if place == "path"} == set(re.findall(r"{(\w+)}", endpoint.path))
    assert {str(status) for status in endpoint.statuses} <= operation["responses"].keys()
    needed = endpoint.access in (Access.SIGNED, *BY_BEARER)
    assert bool(operation["security"]) == (needed or endpoint.body_optional)
    assert ({} in operation["security"]) == endpoint.body_optional
    assert ("requestBody" in operation) == (endpoint.request_model is not None)
    assert endpoint.tag in {tag["name"] for tag in DOCUMENT["tags"]}


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: f"{endpoint.method} {endpoint.path}")
def test_every_answer_with_a_body_has_a_schema_and_json_has_a_model(endpoint: Endpoint) -> None:
    operation = DOCUMENT["paths"][endpoint.path][endpoint.method.lower()]
    for status, response in operation["responses"].items():
        if status in ("200", "201"):
            assert response["content"], endpoint.path
            for content in response["content"].values():
                assert content["schema"]


@pytest.mark.parametrize(
    ("model", "name"), [(model, name) for model, found in examples().items() for name in found], ids=str
)
def test_an_example_is_valid_by_its_schema(model: str, name: str) -> None:
    taken = model in {endpoint.request_model for endpoint in ENDPOINTS}
    validator(documented_name(model) if taken else model, strictly=True).validate(examples()[model][name]["value"])


def test_every_model_that_a_route_names_has_an_example() -> None:
    named = {model for e in ENDPOINTS for model in (e.request_model, e.response_model, *e.other_models)}
    assert named - examples().keys() - {None, "OpenApiDocument"} == set()
    assert examples().keys() - named == set()


def test_problem_examples_are_valid_by_their_schema() -> None:
    for name, response in DOCUMENT["components"]["responses"].items():
        for example in response.get("content", {}).get("application/problem+json", {}).get("examples", {}).values():
            validator("Problem", strictly=True).validate(example["value"])
            assert name == f"Problem{example['value']['status']}"


def members() -> Iterator[tuple[type[BaseModel], str]]:
    """Yield every member of every model, by its public name."""
    for info in iter_modules(models.__path__):
        module = import_module(f"{models.__name__}.{info.name}")
        for kind in vars(module).values():
            if isinstance(kind, type) and issubclass(kind, BaseModel) and kind.__module__ == module.__name__:
                yield from ((kind, field.alias or name) for name, field in kind.model_fields.items())


def test_every_member_of_every_model_is_explained_in_chinese_and_english() -> None:
    missing = sorted(
        f"{kind.__module__.rsplit('.', 1)[-1]}.{kind.__name__}.{name}"
        for kind, name in members()
        if not entry_for(kind, name)
    )
    assert missing == []
    for words in dictionary().values():
        for sentence in words.values():
            assert sentence["zh"]
            assert sentence["en"]


def test_the_dictionary_explains_nothing_that_is_not_there() -> None:
    used = {(entry_for(kind, name), name) for kind, name in members()}
    said = {(entry, name) for entry, words in dictionary().items() for name in words}
    assert sorted(f"{entry}.{name}" for entry, name in said - used if entry != ANYWHERE) == []


def test_all_bytes_of_the_document_are_the_same_each_time() -> None:
    assert orjson.dumps(document()) == orjson.dumps(document())


def words(shape: dict[str, Any]) -> set[str]:
    """Return the words that a member or a parameter can be, if they are a closed list."""
    if "$ref" in shape:
        return words(DOCUMENT["components"]["schemas"][shape["$ref"].rsplit("/", 1)[-1]])
    return {*shape.get("enum", ()), *(word for option in shape.get("anyOf", ()) for word in words(option))}


def test_a_list_can_be_narrowed_by_every_word_that_its_items_say() -> None:
    said = {("rules", "stage"): {"in_force", "lapsed"}}  # what holds now is no stage of a record
    by_words = {"stage", "kind", "colour", "cadence", "service_kind", "handling", "level"}
    narrowed = []
    for endpoint in ENDPOINTS:
        for parameter in endpoint.parameters:
            if not endpoint.response_model or endpoint.tag == "feeds" or parameter.name not in by_words:
                continue
            items = DOCUMENT["components"]["schemas"][endpoint.response_model]["properties"]["items"]["items"]
            items = items.get("anyOf", [items])[0]  # then what is left of one that was erased
            members = DOCUMENT["components"]["schemas"][items["$ref"].rsplit("/", 1)[-1]]["properties"]
            of_a_noun = [name for name in members if name.endswith("_kind")] if parameter.name == "kind" else []
            member = members[(of_a_noun or [parameter.name])[0]]
            wanted = parameter.schema.get("items", parameter.schema)["enum"]
            assert {*wanted} == words(member) | said.get((endpoint.tag, parameter.name), set()), endpoint
            narrowed.append((endpoint.tag, parameter.name))
    assert len(narrowed) >= 11
