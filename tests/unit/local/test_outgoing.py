"""What the program answers reaches the client as API Gateway would pass it on, and a malformed answer as a 502."""

import base64
import gzip
from typing import Any

import pytest
from chalice.app import Chalice

from local.events import Limits, Response, call
from local.outgoing import read
from tests.unit.local.tiny_app import Tiny

ANY = ["*/*"]
PICTURES = ["image/png"]
CODED = {"statusCode": 200, "body": base64.b64encode(b"\xff\x00").decode(), "isBase64Encoded": True}


def answered(answer: Any, **named: Any) -> Response:
    tiny = Tiny()
    app = tiny.create()
    tiny.answer = answer
    return call(app, "GET", "/raw", **named)


def test_base64_is_decoded_where_every_type_is_binary() -> None:
    assert read(CODED, None, ANY).body == b"\xff\x00"


def test_base64_is_decoded_by_the_first_accepted_type_only() -> None:
    assert read(CODED, "image/png, text/html", PICTURES).body == b"\xff\x00"
    assert read(CODED, "text/html, image/png", PICTURES).body == b"/wA="
    assert read(CODED, None, PICTURES).body == b"/wA="


def test_gzipped_bytes_pass_unchanged() -> None:
    response = call(Tiny().create(), "GET", "/gzip", "", {"Accept": "*/*"})
    assert response.header("content-encoding") == "gzip"
    assert gzip.decompress(response.body) == b"plain text"


def test_single_and_multiple_headers_are_merged() -> None:
    answer = {
        "statusCode": 200,
        "headers": {"A": "1", "B": "x"},
        "multiValueHeaders": {"A": ["1", "2"], "C": ["y", "z"]},
    }
    assert read(answer, None, ANY).headers == (("B", "x"), ("A", "1"), ("A", "2"), ("C", "y"), ("C", "z"))


def test_the_framing_is_the_gateways_own() -> None:
    answer = {"statusCode": 200, "headers": {"Content-Length": "999", "Server": "s", "Transfer-Encoding": "chunked"}}
    names = {name for name, _ in read(answer, None, ANY).headers}
    assert names == {"x-amzn-Remapped-Content-Length", "x-amzn-Remapped-Server", "x-amzn-Remapped-Transfer-Encoding"}


@pytest.mark.parametrize("status", [204, 304])
def test_an_answer_without_content_has_no_body(status: int) -> None:
    response = read({"statusCode": status, "headers": {"ETag": '"1"'}, "body": "left over"}, None, ANY)
    assert (response.body, response.headers) == (b"", (("ETag", '"1"'),))


def test_a_body_without_a_type_counts_as_json() -> None:
    assert read({"statusCode": 200, "body": "{}"}, None, ANY).header("content-type") == "application/json"


def test_a_status_may_be_a_text_of_digits() -> None:
    assert read({"statusCode": "201"}, None, ANY).status == 201


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(None, id="nothing"),
        pytest.param([], id="a list"),
        pytest.param({}, id="no status"),
        pytest.param({"statusCode": 99}, id="a status below 200"),
        pytest.param({"statusCode": 600}, id="a status above 599"),
        pytest.param({"statusCode": True}, id="a status that is a truth value"),
        pytest.param({"statusCode": "²"}, id="a status of a digit that is none"),
        pytest.param({"statusCode": 200, "body": {"a": 1}}, id="a body that is an object"),
        pytest.param({"statusCode": 200, "body": b"bytes"}, id="bytes, which are no JSON"),
        pytest.param({"statusCode": 200, "body": "\ud800"}, id="half a character, which is no UTF-8"),
        pytest.param({"statusCode": 200, "body": "!", "isBase64Encoded": True}, id="base64 that is none"),
        pytest.param({"statusCode": 200, "isBase64Encoded": 1}, id="a flag that is a number"),
        pytest.param({"statusCode": 200, "headers": []}, id="headers that are a list"),
        pytest.param({"statusCode": 200, "headers": {"A": ["x"]}}, id="a list in the single headers"),
        pytest.param({"statusCode": 200, "multiValueHeaders": {"A": "x"}}, id="no list in the multiple headers"),
        pytest.param({"statusCode": 200, "headers": {"A": "x\r\nB: y"}}, id="a header that splits"),
        pytest.param({"statusCode": 200, "multiValueHeaders": {"A": ["x\ry"]}}, id="a carriage return in a list"),
        pytest.param({"statusCode": 200, "headers": {"A b": "x"}}, id="a header's name with a space"),
        pytest.param({"statusCode": 200, "headers": {"A": "工"}}, id="a header that is no Latin-1"),
        pytest.param({"statusCode": 200, "cookies": []}, id="a member of another format"),
    ],
)
def test_a_malformed_answer_is_a_502_that_tells_nothing(answer: Any) -> None:
    response = answered(answer)
    assert (response.status, response.json()["type"]) == (502, "/problems/internal")
    assert response.defect is not None
    assert response.route == "/raw"


def test_an_answer_is_taken_up_to_lambdas_limit_and_not_a_byte_beyond() -> None:
    answer = {"statusCode": 200, "body": "x" * 100}
    size = len(b'{"statusCode":200,"body":""}') + 100
    assert answered(answer, limits=Limits(answer_bytes=size)).status == 200
    refused = answered(answer, limits=Limits(answer_bytes=size - 1))
    assert (refused.status, refused.defect) == (502, f"an answer of {size} bytes")


class FailingApp(Chalice):
    """Fails where Chalice itself catches nothing."""

    def __call__(self, event: Any, context: Any) -> Any:
        raise LookupError("the secret 12345")


def test_a_failing_program_is_a_502_that_tells_nothing() -> None:
    app = FailingApp("failing", configure_logs=False, env={})
    app.route("/raw")(dict)
    response = call(app, "GET", "/raw")
    assert (response.status, response.json()["type"]) == (502, "/problems/internal")
    assert b"secret" not in response.body
    assert (response.defect or "").startswith("LookupError at ")
    assert "secret" not in (response.defect or "")
