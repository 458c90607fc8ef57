"""The signed receipt over HTTP: to the holder only, the same bytes until the case changes, and good whatever comes after."""

from base64 import b64encode
from typing import Any

import orjson
import pytest
from glasshall import read_keys, verify_receipt

from chalicelib.domain.cases.receipts import RECEIPT_SIGNING
from chalicelib.domain.models.case_receipts import ReceiptKeys, ReceiptOfCase, SignedReceipt
from chalicelib.routes.openapi.examples import examples
from chalicelib.signing.algorithms import ALGORITHMS, ED25519
from local.messages import Response
from tests.case_world import ACCEPTED, DECIDED, LIMITS, CaseWorld
from tests.unit.client import receipt_reference as reference

OLD, NEW = ({"id": key_id, "secret": f"the {key_id} secret of this deployment, long"} for key_id in "12")
BASIS = {"document": "行政许可法", "article": "第四十二条"}


class ReceiptWorld(CaseWorld):
    """A deployment with a case whose application came in, and short ways to its receipt and the keys."""

    def ready(self) -> "ReceiptWorld":
        """Put in a service with its basis, and a case of it."""
        self.begin()
        self.service("s2", limits=LIMITS, effective_on="2026-01-01", legal_basis=[BASIS])
        self.log()
        answer = self.register("c1", service="s2", access="code", received_at="2026-11-19T09:30:00+08:00")
        self.token = self.exchange("c1", answer.json()["query_code"]).json()["token"]
        return self

    def ring(self, *entries: Any) -> None:
        """Change the secret, and begin anew with it."""
        self.secret = orjson.dumps({"keys": entries})
        self.restart()

    def receipt(self, **headers: str) -> Response:
        """Read the receipt."""
        return self.get("/v1/cases/c1/receipt", authorization=f"Bearer {self.token}", **headers)

    def keys(self) -> bytes:
        """Return the published keys."""
        return self.get("/v1/receipt-keys").body

    def public_half(self) -> str:
        """Return the public half of the key that signs now, as the ring takes it."""
        secret = self.wired.keyring.derived(RECEIPT_SIGNING)
        return b64encode(ALGORITHMS[ED25519].public_of(secret)).decode()


@pytest.fixture
def world() -> ReceiptWorld:
    """Return a deployment whose secret is no ring yet."""
    world = ReceiptWorld()
    world.secret = OLD["secret"].encode()
    world.restart()
    return world.ready()


def holds(receipt: bytes, keys: bytes) -> bool:
    """Return whether a receipt holds; the client and the second verifier agree."""
    ours = verify_receipt(receipt, read_keys(keys))
    try:
        theirs = reference.verify(receipt, keys)
    except reference.RefusedError:
        theirs = {}
    assert ours.claims == theirs
    return ours.holds


def test_a_receipt_says_what_the_status_says_and_is_signed(world: ReceiptWorld) -> None:
    world.event("c1", "e1", ACCEPTED)
    answer, status = world.receipt(), world.status("c1", world.token).json()
    assert answer.status == 200
    said = SignedReceipt.model_validate_json(answer.body)
    assert answer.json()["receipt"].keys() <= set(ReceiptOfCase.model_fields)
    assert (said.receipt.accepted_at, said.receipt.issued_at) == (status["accepted_at"], status["updated_at"])
    assert said.receipt.deadline is not None
    assert said.receipt.deadline.due_on == status["deadline"]["due_on"] == "2026-11-27"
    assert said.receipt.deadline.statutory_due_on == status["deadline"]["statutory_due_on"]
    assert said.receipt.commitment.legal_basis == ["行政许可法 第四十二条"]
    assert holds(answer.body, world.keys())


def test_it_names_the_public_version_whose_hash_the_register_has(world: ReceiptWorld) -> None:
    commitment = world.receipt().json()["receipt"]["commitment"]
    assert world.json(commitment["url"])["sha256"] == commitment["sha256"]
    assert commitment["sha256"] in {entry["sha256"] for entry in world.json("/v1/changes")["items"]}


def test_a_version_that_is_not_public_yet_is_named_without_its_hash(world: ReceiptWorld) -> None:
    world.service("s2", 2, "revise", limits=LIMITS, effective_on="2026-11-01")
    world.event("c1", "e1", ACCEPTED)
    commitment = world.receipt().json()["receipt"]["commitment"]
    assert (commitment["version"], "sha256" in commitment, "legal_basis" in commitment) == (2, False, False)
    world.log()
    assert "sha256" in world.receipt().json()["receipt"]["commitment"]


def test_the_same_state_gives_the_same_bytes_however_much_time_passes(world: ReceiptWorld) -> None:
    first = world.receipt()
    world.pass_time(days=2)
    assert world.receipt().body == first.body
    same = world.receipt(If_None_Match=str(first.header("etag")))
    assert (same.status, same.body) == (304, b"")
    assert first.header("cache-control") == "private, no-cache"
    world.event("c1", "e1", ACCEPTED)
    assert world.receipt().body != first.body


def test_before_the_application_came_in_it_is_404_to_the_holder_and_401_to_all_others(world: ReceiptWorld) -> None:
    _, token = world.opened("c2")
    path = "/v1/cases/c2/receipt"
    assert world.get(path, authorization=f"Bearer {token}").status == 404
    strangers = [
        world.get(path),
        world.get(path, authorization=f"Bearer {world.token}"),
        world.get("/v1/cases/x/receipt"),
    ]
    assert [answer.status for answer in strangers] == [401, 401, 401]
    assert len({answer.body for answer in strangers}) == 1
    world.event("c2", "e1", ACCEPTED)
    assert world.get(path, authorization=f"Bearer {token}").status == 200


def test_nothing_is_written_for_it(world: ReceiptWorld) -> None:
    world.memory.calls.clear()
    world.receipt()
    assert {call for call, _ in world.memory.calls} == {"get", "get_many"}


def test_it_holds_after_the_case_has_gone_on_and_the_service_has_a_new_version(world: ReceiptWorld) -> None:
    world.event("c1", "e1", ACCEPTED)
    given = world.receipt().body
    world.service("s2", 2, "revise", limits={"promised": {"value": 9, "unit": "working_day"}})
    world.event("c1", "e2", DECIDED)
    world.act("services", "s2", 3, {"act": "withdraw", "reason": {"zh": "取消"}}, "bureau-clerk")
    world.log()
    world.pass_time(days=400)
    assert holds(given, world.keys())
    assert verify_receipt(given, read_keys(world.keys())).claims["deadline"]["due_on"] == "2026-11-27"


def test_it_holds_after_a_rotation_and_after_the_old_secret_is_gone_as_long_as_its_public_half_is_kept(
    world: ReceiptWorld,
) -> None:
    public, before, keys_before = world.public_half(), world.receipt().body, world.keys()
    world.ring(NEW, OLD)
    after = world.receipt().body
    assert orjson.loads(after)["receipt"] == orjson.loads(before)["receipt"]
    assert [holds(one, world.keys()) for one in (before, after)] == [True, True]
    assert [holds(one, keys_before) for one in (before, after)] == [True, False]
    world.ring(NEW, {"id": "1", "receipt_public_key": public})
    assert [holds(one, world.keys()) for one in (before, after)] == [True, True]
    assert len(orjson.loads(world.keys())["keys"]) == 2
    world.ring(NEW)
    assert [holds(one, world.keys()) for one in (before, after)] == [False, True]


def test_a_new_key_is_published_before_it_signs(world: ReceiptWorld) -> None:
    before = world.receipt().body
    world.ring({**NEW, "from": "2026-11-24T00:00:00+00:00"}, OLD)
    early = world.keys()
    assert world.receipt().body == before
    world.pass_time(days=2)
    signed_later = world.receipt().body
    assert signed_later != before
    assert holds(signed_later, early)


def test_the_keys_are_public_cacheable_and_newest_first(world: ReceiptWorld) -> None:
    answer = world.get("/v1/receipt-keys")
    ReceiptKeys.model_validate_json(answer.body)
    assert str(answer.header("cache-control")).startswith("public")
    assert world.get("/v1/receipt-keys", If_None_Match=str(answer.header("etag"))).status == 304
    old = answer.json()["keys"]
    world.ring(NEW, OLD)
    both = world.get("/v1/receipt-keys").json()["keys"]
    assert both[1:] == old
    assert b"secret" not in answer.body


def test_a_receipt_of_another_deployment_does_not_hold(world: ReceiptWorld) -> None:
    given = world.receipt().body
    world.ring(NEW)
    assert not holds(given, world.keys())
    assert verify_receipt(given, read_keys(world.keys())).failures == (
        "The key of this signature is not known or not in force.",
    )


def test_the_documented_example_holds_under_the_documented_key() -> None:
    receipt, keys = (next(iter(examples()[model].values()))["value"] for model in ("SignedReceipt", "ReceiptKeys"))
    assert holds(orjson.dumps(receipt), orjson.dumps(keys))
