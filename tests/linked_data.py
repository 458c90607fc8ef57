"""Linked data as others read it: parsed by rdflib, held against the SHACL shapes in `data/shapes`. Nothing is fetched."""

import warnings
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from jsonschema import Draft4Validator, FormatChecker  # type: ignore[import-untyped]
from referencing import Registry
from referencing.jsonschema import DRAFT4

SHAPES = Path(__file__).parent / "data" / "shapes"
CPSV_AP, DCAT_AP = ("cpsv-ap-SHACL",), ("dcat-ap-SHACL", "dcat-ap-ranges")
_US = ("catalog", "dataset-non-federal")


@cache
def shapes(name: str) -> Any:
    """Return a graph of shapes."""
    from rdflib import Graph

    return Graph().parse(SHAPES / f"{name}.ttl")


def parsed(raw: bytes) -> Any:
    """Return the graph of a JSON-LD document.

    Raises:
        ValueError: the document has a context that would have to be fetched.
    """
    from rdflib import Graph

    if not isinstance(orjson.loads(raw)["@context"], dict):
        raise ValueError("the context does not stand in the document")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # rdflib's own parser uses what rdflib gives up
        return Graph().parse(data=raw, format="json-ld")


def violations(graph: Any, names: tuple[str, ...]) -> str:
    """Return what is wrong with a graph by shapes, in words; nothing if it conforms."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        from pyshacl import validate

        found = [validate(graph, shacl_graph=shapes(name)) for name in names]
    return "\n".join(text for conforms, _, text in found if not conforms)


@cache
def catalogue_us() -> Draft4Validator:
    """Return the validator of a DCAT-US 1.1 catalogue."""
    found = {name: orjson.loads((SHAPES / f"dcat-us-1.1-{name}.json").read_bytes()) for name in _US}
    resources = [(schema["id"], DRAFT4.create_resource(schema)) for schema in found.values()]
    registry: Registry[Any] = Registry().with_resources(resources)
    return Draft4Validator(found["catalog"], registry=registry, format_checker=FormatChecker())
