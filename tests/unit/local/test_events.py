"""The event is the one API Gateway's REST API sends, and the gateway's own answers are problem documents."""

import base64
from datetime import UTC, datetime

import orjson
import pytest
from chalice.app import Chalice
from hypothesis import given
from hypothesis import strategies as st

from local.events import Deployment, Limits, Response, build_event, call
from local.incoming import UnreadableQueryError, parse_query
from tests.unit.local.tiny_app import Tiny

APP = Tiny().create()
EXECUTE_API = Deployment(authority="abc.execute-api.cn-north-1.amazonaws.com.cn", stage="prod", shows_stage=True)
CUSTOM_DOMAIN = Deployment(authority="open.example.gov.cn", stage="prod")
BASE_PATH = Deployment(authority="api.example.gov.cn", stage="prod", base_path="/glasshall")


def echo(*args: object, **named: object) -> dict[str, object]:
    response = call(APP, *args, **named)  # type: ignore[arg-type]
    assert response.status == 200, response.body
    found: dict[str, object] = response.json()
    return found


def assert_problem(response: Response, status: int, code: str) -> None:
    document = response.json()
    assert (response.status, document["status"]) == (status, status)
    assert document["type"] == f"/problems/{code}"
    assert document.keys() == {"type", "title", "status", "detail", "instance"}
    assert response.header("content-type") == "application/problem+json"
    assert response.header("access-control-allow-origin") == "*"


def test_an_event_has_every_field_of_the_rest_format() -> None:
    event = echo("GET", "/echo")
    assert event.keys() == {
        "resource",
        "path",
        "httpMethod",
        "headers",
        "multiValueHeaders",
        "queryStringParameters",
        "multiValueQueryStringParameters",
        "pathParameters",
        "stageVariables",
        "requestContext",
        "body",
        "isBase64Encoded",
    }
    empty = ("queryStringParameters", "multiValueQueryStringParameters", "pathParameters", "stageVariables", "body")
    assert [event[name] for name in empty] == [None] * 5


def test_the_context_tells_who_asked_when_and_for_what() -> None:
    at = datetime(2026, 11, 23, 13, 55, 0, tzinfo=UTC)
    event = echo("GET", "/echo", "", {"User-Agent": "probe"}, b"", "203.0.113.9", request_id="r-1", now=at)
    context = event["requestContext"]
    assert isinstance(context, dict)
    assert context["identity"]["sourceIp"] == "203.0.113.9"
    assert context["identity"]["userAgent"] == "probe"
    assert context["requestTime"] == "23/Nov/2026:13:55:00 +0000"
    assert context["requestTimeEpoch"] == 1795442100000
    assert (context["requestId"], context["httpMethod"], context["resourcePath"]) == ("r-1", "GET", "/echo")


@pytest.mark.parametrize(
    ("deployment", "asked", "path", "context_path"),
    [
        pytest.param(
            EXECUTE_API, "/items/a", "/items/a", "/prod/items/a", id="the execute-api address shows the stage"
        ),
        pytest.param(CUSTOM_DOMAIN, "/items/a", "/items/a", "/items/a", id="a custom domain shows nothing"),
        pytest.param(
            BASE_PATH, "/glasshall/items/a", "/glasshall/items/a", "/glasshall/items/a", id="a mapped base path"
        ),
    ],
)
def test_the_paths_of_an_event_follow_the_deployment(
    deployment: Deployment, asked: str, path: str, context_path: str
) -> None:
    event = build_event(APP, "GET", asked, deployment=deployment)
    assert (event["path"], event["requestContext"]["path"]) == (path, context_path)
    assert (event["resource"], event["pathParameters"]) == ("/items/{item_id}", {"item_id": "a"})
    assert event["headers"]["Host"] == deployment.authority


def test_an_address_outside_the_base_path_is_none() -> None:
    assert_problem(call(APP, "GET", "/items/a", deployment=BASE_PATH), 404, "not-found")


def test_repeated_headers_keep_every_value_and_show_the_last() -> None:
    event = echo("GET", "/echo", "", (("X-One", "a"), ("x-one", "b"), ("Signature", "s")))
    assert event["multiValueHeaders"]["X-One"] == ["a", "b"]  # type: ignore[index]
    assert event["headers"]["X-One"] == "b"  # type: ignore[index]


def test_headers_of_the_connection_stay_with_the_gateway() -> None:
    sent = {
        "Connection": "close",
        "Content-Length": "0",
        "Expect": "100-continue",
        "Host": "elsewhere.example",
        "TE": "x",
    }
    headers = echo("GET", "/echo", "", sent)["headers"]
    assert isinstance(headers, dict)
    assert not {"connection", "content-length", "expect", "te"} & {name.lower() for name in headers}
    assert headers["Host"] == "127.0.0.1:8000"


def test_a_forged_forwarding_header_does_not_change_who_asked() -> None:
    event = echo("GET", "/echo", "", {"X-Forwarded-For": "198.51.100.1"}, b"", "203.0.113.9")
    assert event["headers"]["X-Forwarded-For"] == "198.51.100.1, 203.0.113.9"  # type: ignore[index]
    assert event["requestContext"]["identity"]["sourceIp"] == "203.0.113.9"  # type: ignore[index]


def test_a_missing_accept_stays_missing() -> None:
    assert "Accept" not in build_event(APP, "GET", "/echo")["headers"]


def test_a_query_arrives_decoded_with_every_repeat() -> None:
    event = echo("GET", "/echo", "q=%E5%B7%A5+a&limit=1&limit=2&flag&none=")
    assert event["multiValueQueryStringParameters"] == {"q": ["工 a"], "limit": ["1", "2"], "flag": [""], "none": [""]}
    assert event["queryStringParameters"] == {"q": "工 a", "limit": "2", "flag": "", "none": ""}


def test_a_semicolon_splits_a_query() -> None:
    assert parse_query("a=1;b=2") == [("a", "1"), ("b", "2")]


@pytest.mark.parametrize("query", ["a=%", "a=%zz", "%4=1", "a=%ff", "%e5%b7=1"])
def test_a_query_that_cannot_be_decoded_is_refused(query: str) -> None:
    with pytest.raises(UnreadableQueryError):
        parse_query(query)
    assert_problem(call(APP, "GET", "/echo", query), 400, "malformed")


@pytest.mark.parametrize("query", ["a=|", "a={b}", "a=\x00", "a= b", "a=é", "a#b"])
def test_a_query_with_characters_that_must_be_escaped_is_refused(query: str) -> None:
    assert_problem(call(APP, "GET", "/echo", query), 400, "malformed")


@given(st.binary(max_size=300))
def test_a_binary_body_arrives_byte_for_byte(body: bytes) -> None:
    event = build_event(APP, "PUT", "/echo", "", (("Content-Type", "application/json"),), body)
    if body:
        assert event["isBase64Encoded"] is True
        assert base64.b64decode(event["body"], validate=True) == body
    else:
        assert (event["body"], event["isBase64Encoded"]) == (None, False)


def test_a_type_that_is_not_binary_arrives_as_text_and_damaged_where_it_is_none() -> None:
    app = Tiny().create()
    app.api.binary_types[:] = ["image/*"]
    text = (("Content-Type", "text/plain; charset=utf-8"),)
    assert build_event(app, "PUT", "/echo", "", text, "工".encode())["body"] == "工"
    assert build_event(app, "PUT", "/echo", "", text, b"\xff")["body"] == "\ufffd"
    assert build_event(app, "PUT", "/echo", "", (("Content-Type", "IMAGE/PNG"),), b"\xff")["isBase64Encoded"] is True


@pytest.mark.parametrize("path", ["/nothing", "/echo/", "/items/", "/items/a/b", "//echo", "/items/a%2Fb", "/%65cho"])
def test_an_undeclared_address_is_not_found(path: str) -> None:
    response = call(APP, "GET", path)
    assert_problem(response, 404, "not-found")
    assert response.json()["instance"] == path


@pytest.mark.parametrize("path", ["", "echo", "*", "/a b", "/é", '/"', "/a\r\nb"])
def test_a_path_that_is_none_is_refused(path: str) -> None:
    assert_problem(call(APP, "GET", path), 400, "malformed")


@pytest.mark.parametrize("method", ["DELETE", "PATCH", "TRACE", "BREW", "get"])
def test_an_undeclared_method_names_those_that_are_taken(method: str) -> None:
    response = call(APP, method, "/echo")
    assert_problem(response, 405, "method-not-allowed")
    assert response.header("allow") == "GET, HEAD, PUT, POST, OPTIONS"


def test_options_without_cross_origin_rules_is_an_undeclared_method() -> None:
    response = call(APP, "OPTIONS", "/items/a")
    assert_problem(response, 405, "method-not-allowed")
    assert response.header("allow") == "GET, PUT, DELETE"


def test_connect_is_taken_nowhere() -> None:
    response = call(APP, "CONNECT", "127.0.0.1:443")
    assert_problem(response, 405, "method-not-allowed")
    assert response.header("allow") == ""


def test_a_preflight_is_answered_from_the_routes_own_rules() -> None:
    response = call(APP, "OPTIONS", "/echo", "", {"Origin": "https://elsewhere.example"})
    assert (response.status, response.body) == (200, b"")
    assert response.header("access-control-allow-methods") == "GET,HEAD,PUT,POST,OPTIONS"
    assert response.header("access-control-allow-origin") == "*"
    assert "If-None-Match" in (response.header("access-control-allow-headers") or "")
    assert response.header("access-control-max-age") == "600"


def test_a_body_is_taken_up_to_the_limit_and_not_a_byte_beyond() -> None:
    limits = Limits(body_bytes=10)
    assert call(APP, "PUT", "/echo", body=b"x" * 10, limits=limits).status == 200
    assert_problem(call(APP, "PUT", "/echo", body=b"x" * 11, limits=limits), 413, "too-large")


def test_an_event_is_taken_up_to_lambdas_limit_with_its_base64() -> None:
    size = len(orjson.dumps(build_event(APP, "PUT", "/echo", body=b"x" * 300)))
    assert size > 400
    assert call(APP, "PUT", "/echo", body=b"x" * 300, limits=Limits(event_bytes=size)).status == 200
    assert_problem(call(APP, "PUT", "/echo", body=b"x" * 300, limits=Limits(event_bytes=size - 1)), 413, "too-large")


def test_four_million_bytes_of_a_batch_fit_into_an_event() -> None:
    assert build_event(APP, "PUT", "/echo", body=b"x" * 4_000_000)["isBase64Encoded"] is True


def test_the_head_is_taken_up_to_10240_bytes_and_not_a_byte_beyond() -> None:
    line = len("GET /echo?a=1 HTTP/1.1")
    assert call(APP, "GET", "/echo", "a=1", {"X-A": "v" * (10_240 - line)}).status == 200
    assert_problem(call(APP, "GET", "/echo", "a=1", {"X-A": "v" * (10_241 - line)}), 431, "too-large")


def test_an_app_without_routes_finds_nothing() -> None:
    assert_problem(call(Chalice("empty", configure_logs=False, env={}), "GET", "/"), 404, "not-found")
