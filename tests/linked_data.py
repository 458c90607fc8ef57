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
CPSV_AP, DCAT_AP = "cpsv-ap-SHACL", "dcat-ap-SHACL"
_US = ("catalog", "dataset-non-federal")


@cache
def shapes(name: str) -> Any:
    """Return a graph of shapes, without references to shapes of properties that the file names and nowhere defines."""
    from rdflib import SH, Graph

    found = Graph().parse(SHAPES / f"{name}.ttl")
    for shape, of_property in [*found.subject_objects(SH.property)]:
        if found.value(of_property, SH.path) is None:
            found.remove((shape, SH.property, of_property))
    return found


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


def violations(graph: Any, profile: str) -> str:
    """Return what is wrong with a graph by the shapes of a profile, in words; nothing if it conforms."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        from pyshacl import validate

        conforms, _, text = validate(graph, shacl_graph=shapes(profile))
    return "" if conforms else str(text)


@cache
def catalogue_us() -> Draft4Validator:
    """Return the validator of a DCAT-US 1.1 catalogue."""
    found = {name: orjson.loads((SHAPES / f"dcat-us-1.1-{name}.json").read_bytes()) for name in _US}
    resources = [(schema["id"], DRAFT4.create_resource(schema)) for schema in found.values()]
    registry: Registry[Any] = Registry().with_resources(resources)
    return Draft4Validator(found["catalog"], registry=registry, format_checker=FormatChecker())
