"""What an object store promises, held by the fake, moto and the embedded AWS."""

from collections.abc import Callable

import pytest

from chalicelib.store.objects import Objects
from tests.contract.conftest import Stores

Namer = Callable[[str], str]


@pytest.fixture
def objects(stores: Stores) -> Objects:
    """Return each engine's objects in turn."""
    return stores[1]


def test_what_is_put_is_found_and_what_was_never_put_is_not(objects: Objects, own: Namer) -> None:
    objects.put(own("a"), b"one")
    found = objects.find(own("a"))
    assert found is not None
    assert found.data == objects.get(own("a")) == b"one"
    assert objects.find(own("b")) is None


def test_an_object_is_made_once_by_whoever_found_none(objects: Objects, own: Namer) -> None:
    assert objects.swap(own("a"), None, b"one")
    assert not objects.swap(own("a"), None, b"two")
    assert objects.swap(own("a"), None, b"one")  # the same bytes: ours, with the answer lost
    assert objects.get(own("a")) == b"one"


def test_an_object_is_replaced_only_if_it_still_is_what_was_found(objects: Objects, own: Namer) -> None:
    objects.put(own("a"), b"one")
    first = objects.find(own("a"))
    assert objects.swap(own("a"), first, b"two")
    assert not objects.swap(own("a"), first, b"three")
    assert objects.get(own("a")) == b"two"


def test_an_object_that_was_removed_is_not_replaced(objects: Objects, own: Namer) -> None:
    objects.put(own("a"), b"one")
    first = objects.find(own("a"))
    objects.remove(own("a"))
    assert not objects.swap(own("a"), first, b"two")
    assert objects.find(own("a")) is None


def test_what_begins_so_is_listed_in_order_and_what_is_removed_is_gone(objects: Objects, own: Namer) -> None:
    for name in ("c", "a", "b"):
        objects.put(f"{own('under')}/{name}", b"one")
        objects.put(f"{own('under')}/{name}", b"two")
    objects.put(f"{own('under')}-not", b"one")
    assert objects.names(f"{own('under')}/") == [f"{own('under')}/{name}" for name in "abc"]
    objects.remove(f"{own('under')}/b")
    objects.remove(f"{own('under')}/b")
    assert objects.names(f"{own('under')}/") == [f"{own('under')}/{name}" for name in "ac"]
    assert objects.find(f"{own('under')}/b") is None


def test_more_objects_than_a_page_holds_are_all_listed(on_moto: Stores, own: Namer) -> None:
    names = [f"{own('many')}/{number:04d}" for number in range(1_001)]
    for name in names:
        on_moto[1].put(name, b"")
    assert on_moto[1].names(own("many")) == names
