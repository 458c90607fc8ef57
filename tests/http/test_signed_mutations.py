"""S1: rightly signed requests, changed anywhere, sent through the real routes: none accepted, nothing written."""

from collections import Counter
from random import Random

import orjson

from chalicelib.signing.messages import SignedRequest
from chalicelib.signing.profile import sign
from tests.unit.signing.mutations import change_headers, change_parameters, change_region, view
from tests.world import AUTHORITY, World, private_key

MUTATIONS = 10_000
SEED = 2026
SERVICE = {"agency": "bureau", "title": {"zh": "企业投资项目备案"}, "service_kind": "other_power"}


def rightly_signed(world: World) -> list[SignedRequest]:
    """Return valid requests for every kind of intake route that would each be accepted as it is."""
    submit = {"agency": "bureau", "title": {"zh": "通知"}, "category": "plans", "body": {"zh": "全文"}}
    case = {"service": "s1", "access": "none"}
    event = {"event": "accepted", "occurred_at": "2026-11-20T09:00:00+08:00"}
    writes = [
        ("PUT", "/v1/intake/services/s9/acts/1", {"act": "publish", "content": SERVICE}, "bureau-clerk"),
        ("PUT", "/v1/intake/services/s1/acts/2", {"act": "withdraw", "reason": {"zh": "止"}}, "bureau-clerk"),
        ("PUT", "/v1/intake/disclosures/d9/acts/1", {"act": "submit", "content": submit}, "root-clerk"),
        ("PUT", "/v1/intake/cases/c9", case, "bureau-clerk"),
        ("PUT", "/v1/intake/cases/c1/events/e9", event, "bureau-clerk"),
    ]
    lines = [{"register": {"case_no": "c8", **case}}, {"event": {"case_no": "c8", "event_id": "e1", **event}}]
    batch = b"\n".join(orjson.dumps(line) for line in lines)
    found = [_signed(world, method, path, orjson.dumps(body), key) for method, path, body, key in writes]
    return [*found, _signed(world, "POST", "/v1/intake/case-events", batch, "bureau-clerk", "application/x-ndjson")]


def _signed(
    world: World, method: str, path: str, body: bytes, key: str, media_type: str = "application/json"
) -> SignedRequest:
    headers = sign(method, AUTHORITY, path, body, media_type, private_key(key), world.now)
    return SignedRequest(method, AUTHORITY, path, tuple(headers.items()), body)


def prepared() -> World:
    """Return a deployment with a service and a case."""
    world = World().init()
    world.service("s1")
    assert world.put("/v1/intake/cases/c1", {"service": "s1", "access": "none"}, "bureau-clerk").status == 201
    return world


def test_each_of_the_requests_to_be_changed_is_accepted_as_it_is() -> None:
    world = prepared()
    for request in rightly_signed(world):
        answer = world.request(request.method, request.path, headers=request.headers, body=request.body)
        assert answer.status in (200, 201), (request.path, answer.body)


def test_ten_thousand_changed_requests_are_refused_and_write_nothing() -> None:
    world = prepared()
    requests = rightly_signed(world)
    views = {view(request) for request in requests}
    before = world.memory.snapshot()
    random = Random(SEED)
    changes = (change_region, change_parameters, change_headers)
    statuses: Counter[int] = Counter()
    while statuses.total() < MUTATIONS:
        change = random.choice(changes)
        _, changed = change(random, random.choice(requests), requests)
        if changed.authority != AUTHORITY or view(changed) in views:
            continue  # the authority is the configured one and not of the request; equal bytes are the same request
        answer = world.request(changed.method, changed.path, headers=changed.headers, body=changed.body)
        assert 400 <= answer.status < 500, (changed, answer)
        statuses[answer.status] += 1
    assert world.memory.snapshot() == before
    assert statuses[401] > MUTATIONS / 2
