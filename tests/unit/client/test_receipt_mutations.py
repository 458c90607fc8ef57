"""No changed receipt holds, and a second verifier says the same of every one of them."""

from collections import Counter
from random import Random

import orjson
from glasshall import read_keys, verify_receipt

from tests.unit.client import receipt_reference as reference
from tests.unit.client.receipt_mutations import KEY_SET, mutations, originals

SEED = 20261126
WANTED = 10_000
KEYS = read_keys(KEY_SET)


def by_reference(document: bytes) -> object:
    """Return what the second verifier makes of a receipt: what it says, or None."""
    try:
        return reference.verify(document, KEY_SET)
    except reference.RefusedError:
        return None


def test_every_original_holds_for_both_and_however_its_readable_part_is_spaced_and_ordered() -> None:
    for original in originals():
        outer = orjson.loads(original)
        turned = {"jws": outer["jws"], "receipt": dict(reversed(outer["receipt"].items()))}
        for written in (
            original,
            original + b"\n",
            orjson.dumps(outer, option=orjson.OPT_INDENT_2),
            orjson.dumps(turned),
        ):
            verdict = verify_receipt(written, KEYS)
            assert verdict.failures == ()
            assert verdict.claims == outer["receipt"] == by_reference(written)


def test_of_ten_thousand_mutations_none_is_accepted_by_either_verifier() -> None:
    seen: Counter[str] = Counter()
    for kind, changed in mutations(Random(SEED), WANTED):
        verdict = verify_receipt(changed, KEYS)
        assert not verdict.holds, (kind, changed)
        assert verdict.failures
        assert verdict.claims == {}
        assert by_reference(changed) is None, (kind, changed)
        seen[kind] += 1
    assert seen.total() >= WANTED
    assert min(seen.values()) >= len(originals()), seen
