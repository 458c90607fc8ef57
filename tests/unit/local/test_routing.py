"""A path finds the resource API Gateway would find: whole segments, literal before parameter, nothing decoded."""

import pytest
from chalice.app import Chalice
from hypothesis import given
from hypothesis import strategies as st

from local.routing import find

TEMPLATES = (
    "/",
    "/v1/rules/gaps",
    "/v1/rules/{rule_id}",
    "/v1/rules/{rule_id}/versions",
    "/v1/{kind}/{id}/versions",
    "/v1/register/tile/{path+}",
    "/v1/register/tile/entries/{path+}",
    "/data.json",
)
ROUTES: dict[str, dict[str, object]] = {template: {} for template in TEMPLATES}


def found(path: str) -> tuple[str, dict[str, str]] | None:
    match = find(ROUTES, path)  # type: ignore[arg-type]
    return None if match is None else (match.template, match.parameters)


@pytest.mark.parametrize(
    ("path", "template", "parameters"),
    [
        ("/", "/", {}),
        ("/data.json", "/data.json", {}),
        ("/v1/rules/gaps", "/v1/rules/gaps", {}),
        ("/v1/rules/r-1", "/v1/rules/{rule_id}", {"rule_id": "r-1"}),
        ("/v1/rules/..", "/v1/rules/{rule_id}", {"rule_id": ".."}),
        ("/v1/rules/gaps/versions", "/v1/rules/{rule_id}/versions", {"rule_id": "gaps"}),
        ("/v1/services/s/versions", "/v1/{kind}/{id}/versions", {"kind": "services", "id": "s"}),
        ("/v1/register/tile/0/x001/067", "/v1/register/tile/{path+}", {"path": "0/x001/067"}),
        ("/v1/register/tile/entries/000", "/v1/register/tile/entries/{path+}", {"path": "000"}),
    ],
)
def test_the_most_literal_template_is_found(path: str, template: str, parameters: dict[str, str]) -> None:
    assert found(path) == (template, parameters)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "//",
        "/v1",
        "/v1/",
        "/v1/rules",
        "/v1/rules/",
        "/v1/rules//versions",
        "/v1/rules/a/",
        "/V1/rules/gaps",
        "/v1/rules/%67aps",
        "/v1/rules/a%2Fversions",
        "/v1/register/tile/",
        "/data.json/",
    ],
)
def test_what_is_not_declared_is_not_found(path: str) -> None:
    assert found(path) is None


@given(
    st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="/%"), min_size=1).filter(
        "gaps".__ne__
    )
)
def test_a_parameter_takes_any_one_segment_as_it_stands(segment: str) -> None:
    assert found(f"/v1/rules/{segment}") == ("/v1/rules/{rule_id}", {"rule_id": segment})


def test_parameters_of_templates_that_did_not_match_are_not_kept() -> None:
    app = Chalice("x", configure_logs=False, env={})
    for template in ("/a/{x}/b", "/a/{y}/c"):
        app.route(template, name=template.strip("/").replace("/", "_"))(dict)
    match = find(app.routes, "/a/1/c")
    assert match is not None
    assert match.parameters == {"y": "1"}
