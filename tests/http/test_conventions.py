"""The conventions of the contract, held against every route there is: the route table itself is the test's input."""

import gzip
from itertools import product

import orjson
import pytest

from chalicelib.routes.access import Access
from chalicelib.routes.application import create_app
from chalicelib.routes.endpoint import ENDPOINTS, Endpoint
from chalicelib.routes.problems import TYPES
from chalicelib.settings import Settings
from tests.world import AUTHORITY, World

create_app()
READS = [endpoint for endpoint in ENDPOINTS if endpoint.method == "GET"]
WRITES = [endpoint for endpoint in ENDPOINTS if endpoint.method != "GET"]
PUBLIC = [endpoint for endpoint in READS if endpoint.access is Access.PUBLIC]
UNREADABLE = [
    b"",
    b"{",
    b"null",
    b"[]",
    b'"x"',
    b"1",
    b'{"act":"publish","act":"publish"}',
    b'{"a":NaN}',
    b'{"a":Infinity}',
    b'{"a":1e999}',
    b"[" * 100_000,
    b'{"a":' * 5_000,
    b'{"a":' + b"9" * 5_000 + b"}",
    b'{"a":9007199254740992}',
    b'{"a":"\\ud800"}',
    b'\xef\xbb\xbf{"a":1}',
    '{"a":1}'.encode("utf-16"),
    b'{"a":"\xff"}',
    '{"a":"\u202e"}'.encode(),
    b'{"a":"\\u0000"}',
    b'{"a":"\x01"}',
]


UUID = "3f0c6f0e-6f2b-4a86-9a3e-0d5a4f2c9b11"


def names(endpoints: list[Endpoint]) -> list[str]:
    """Return test ids."""
    return [f"{endpoint.method} {endpoint.path}" for endpoint in endpoints]


def filled(path: str) -> str:
    """Return a path with something in each of its places."""
    values = {"number": "1", "series": "on_time_rate", "n": "1", "list": "statuses", "code": "malformed", "uuid": UUID}
    segments = []
    for segment in path.split("/"):
        place = segment.strip("{}") if segment.startswith("{") else None
        segments.append(values.get(place, "s1") if place else segment)
    return "/".join(segments)


@pytest.fixture(scope="module")
def filled_world() -> World:
    """Return a deployment with a little of everything."""
    world = World(
        settings=Settings(public_authority=AUTHORITY, index_settle_seconds=0, enquiries_per_hour_network=10**6)
    )
    world.init()
    world.service("s1")
    world.disclose("d1")
    world.log()
    return world


@pytest.fixture
def world(filled_world: World) -> World:
    """Return the deployment as this test's own process."""
    filled_world.restart()
    return filled_world


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=names(ENDPOINTS))
@pytest.mark.parametrize("method", ["TRACE", "PATCH", "POST", "DELETE", "BREW"])
def test_an_undeclared_method_is_405_with_allow(world: World, endpoint: Endpoint, method: str) -> None:
    declared = {other.method for other in ENDPOINTS if other.path == endpoint.path}
    if method in declared:
        return
    answer = world.request(method, filled(endpoint.path))
    assert answer.status == 405, answer.body
    allowed = dict(answer.headers)["Allow"]
    assert declared <= set(allowed.replace(" ", "").split(","))
    assert orjson.loads(answer.body)["type"] == "/problems/method-not-allowed"


@pytest.mark.parametrize("endpoint", WRITES, ids=names(WRITES))
def test_bad_input_of_every_kind_is_a_problem_and_never_a_defect(world: World, endpoint: Endpoint) -> None:
    path = filled(endpoint.path)
    before = world.memory.snapshot()
    types = [*endpoint.media_types, "text/plain", "", "application/json; charset=utf-16", "multipart/form-data"]
    for body, media_type in product(UNREADABLE, types):
        headers = [("Content-Type", media_type)] if media_type else []
        answer = world.request(endpoint.method, path, headers=headers, body=body)
        assert 400 <= answer.status < 500, (body[:40], media_type, answer)
        assert orjson.loads(answer.body)["status"] == answer.status
    assert {k: v for k, v in world.memory.snapshot().items() if not k.pk.startswith("LIMIT#")} == before


@pytest.mark.parametrize("body", UNREADABLE, ids=[repr(body[:16]) for body in UNREADABLE])
def test_a_signed_body_that_cannot_be_read_is_400_and_writes_nothing(world: World, body: bytes) -> None:
    before = world.memory.snapshot()
    answer = world.put("/v1/intake/services/new/acts/1", body, "bureau-clerk")
    assert answer.status == 400, answer.body
    assert orjson.loads(answer.body)["type"] == "/problems/malformed"
    assert world.memory.snapshot() == before


@pytest.mark.parametrize("endpoint", WRITES, ids=names(WRITES))
def test_a_wrong_media_type_is_415_and_a_content_coding_too(world: World, endpoint: Endpoint) -> None:
    path = filled(endpoint.path)
    if endpoint.media_types and endpoint.request_model:
        answer = world.request(endpoint.method, path, headers=[("Content-Type", "text/plain")], body=b"{}")
        assert answer.status == 415
    coded = [("Content-Type", "application/json"), ("Content-Encoding", "gzip")]
    assert world.request(endpoint.method, path, headers=coded, body=b"{}").status == 415


@pytest.mark.parametrize(
    "endpoint", [e for e in WRITES if e.access is Access.SIGNED], ids=lambda e: f"{e.method} {e.path}"
)
def test_a_signed_write_without_a_signature_or_with_a_query_is_refused(world: World, endpoint: Endpoint) -> None:
    path = filled(endpoint.path)
    headers = [("Content-Type", endpoint.media_types[0])]
    answer = world.request(endpoint.method, path, headers=headers, body=b"{}")
    assert answer.status == 401
    assert world.request(endpoint.method, path, "x=1", headers, b"{}").status == 400


@pytest.mark.parametrize("endpoint", READS, ids=names(READS))
def test_an_unknown_parameter_is_400_on_every_read(world: World, endpoint: Endpoint) -> None:
    answer = world.request("GET", filled(endpoint.path), "no_such_parameter=1")
    assert answer.status in (400, 404)
    if answer.status == 400:
        assert orjson.loads(answer.body)["errors"][0]["parameter"] == "no_such_parameter"


@pytest.mark.parametrize("endpoint", PUBLIC, ids=names(PUBLIC))
def test_a_public_read_keeps_every_promise_of_its_headers(world: World, endpoint: Endpoint) -> None:
    path = (
        filled(endpoint.path)
        .replace("/v1/disclosures/s1", "/v1/disclosures/d1")
        .replace("agencies/s1", "agencies/bureau")
    )
    answer = world.get(path)
    headers = {name.lower(): value for name, value in answer.headers}
    assert headers["access-control-allow-origin"] == "*"
    assert headers["cache-control"]
    if answer.status != 200:
        assert answer.status in (400, 404), answer.body
        assert headers["content-type"] == "application/problem+json"
        return
    etag = headers["etag"]
    again = world.get(path, If_None_Match=f'W/{etag}, "other"')
    assert again.status == 304
    assert again.body == b""
    assert {n.lower(): v for n, v in again.headers}["etag"] == etag
    head = world.request("HEAD", path)
    assert (head.status, head.body) == (200, b"")
    assert {n.lower(): v for n, v in head.headers}["etag"] == etag
    coded = world.get(path, Accept_Encoding="br, gzip;q=0.8")
    found = {name.lower(): value for name, value in coded.headers}
    if found.get("content-encoding") == "gzip":
        assert gzip.decompress(coded.body) == answer.body
        assert found["etag"] != etag
        assert world.get(path, If_None_Match=found["etag"]).status == 304
    assert "Accept-Encoding" in found["vary"]


@pytest.mark.parametrize("path", ["/v2", "/v1/nothing", "/v1/services/", "/V1/services", "/v1//services", "/v1/services/a%2Fb", "/v1/services/%61", "/v1/services/x.json", "/v1/services/-x", "/v1/services/" + "x" * 65])  # fmt: skip
def test_an_address_where_nothing_can_be_is_a_404_problem_open_to_all_origins(world: World, path: str) -> None:
    answer = world.get(path)
    assert answer.status == 404
    assert orjson.loads(answer.body)["type"] == "/problems/not-found"
    assert dict(answer.headers)["Access-Control-Allow-Origin"] == "*"


def test_a_body_beyond_the_limit_is_413_before_anything_is_read_from_it(world: World) -> None:
    answer = world.put("/v1/intake/services/new/acts/1", b" " * 1_000_001, "bureau-clerk")
    assert answer.status == 413


def test_every_problem_type_the_program_can_give_has_a_page_to_explain_it(world: World) -> None:
    for code, kind in TYPES.items():
        assert kind.remedy
        assert world.get(f"/problems/{code}").status == 200


def test_a_preflight_of_a_public_read_is_answered(world: World) -> None:
    asked = [("Origin", "https://example.org"), ("Access-Control-Request-Method", "GET")]
    answer = world.request("OPTIONS", "/v1/services", headers=asked)
    assert answer.status in (200, 204)
    assert "If-None-Match" in dict(answer.headers)["Access-Control-Allow-Headers"]
