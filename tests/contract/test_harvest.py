"""Following another deployment on each engine: the transactions of a copy, what is read of it, and running again."""

import pytest

from chalicelib import wiring
from chalicelib.jobs import harvest
from tests.contract.conftest import Stores
from tests.fakes.memory_objects import MemoryObjects
from tests.two_worlds import Pair, compare
from tests.world import World


@pytest.fixture
def pair(stores: Stores) -> Pair:
    """Return a city in memory and a province on an engine."""
    table, objects = stores
    pair = Pair()
    province = pair.province = World(table, pair.province.settings)
    province.wired = wiring.Wiring(
        province.settings,
        table=table,
        objects=objects if not isinstance(objects, MemoryObjects) else province.objects,
        secret=lambda: b"secret",
        origins=pair.wire,
        now=lambda: province.now,
    )
    wiring.use(pair.city.wired)
    return pair


def test_a_copy_is_kept_read_and_kept_again_alike_on_every_engine(pair: Pair) -> None:
    pair.city.service("s1")
    pair.city.disclose("d1", body={"zh": "全文" * 60_000})
    pair.follow()
    assert compare(pair)[0] == 4
    pair.city.service("s1", 2, "revise", title={"zh": "新名"})
    pair.city.act("disclosures", "d1", 4, {"act": "withdraw", "reason": {"zh": "有误"}})
    pair.follow()
    assert compare(pair)[2] == 1
    assert harvest.run(pair.province.wired)[0].copied == 0
    assert pair.origin()["state"] == "following"
    assert pair.origin()["lacking"] == 0
