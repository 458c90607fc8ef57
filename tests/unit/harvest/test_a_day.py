"""A day of random acts, outages and deaths on both sides: at its end the copy equals the city's public view."""

import pytest

from chalicelib.store import harvest_keys
from chalicelib.store.table import Key, Update
from tests.city_and_province import live, settle
from tests.two_worlds import NAME, DifferenceError, compare


@pytest.mark.parametrize("seed", [1, 2])
def test_after_a_day_with_outages_the_copy_equals_the_public_view(seed: int) -> None:
    day, pair, counts = live(acts=200, seed=seed, ticks=50)
    settle(pair)
    records, versions, _ = compare(pair)
    assert records > 20
    assert versions > 50
    assert counts["outages"]
    assert counts["faults"]
    assert pair.origin()["lacking"] == 0
    assert day.acts > 40


@pytest.mark.parametrize("sk", ["VIEW", "VERSION#000001"])
def test_the_comparison_finds_a_byte_that_differs(sk: str) -> None:
    _, pair, _ = live(acts=20, seed=3, ticks=5)
    settle(pair)
    key = Key(harvest_keys.harvested(NAME, "agencies", "bureau").pk, sk)
    pair.province.memory.commit(Update(key, set={"body": b"{}"}))
    with pytest.raises(DifferenceError):
        compare(pair)
