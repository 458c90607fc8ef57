"""A drawn sample: the vector is counted by another program, and nothing but seed, entry and ids decides it."""

from hashlib import sha256
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.draws import commitment, draw, shown_at

SEED, BEACON = "a" * 64, "b" * 64


def change(index: int, record_id: str, kind: str = "disclosure", *, shown: bool = True, gone: bool = False) -> Any:
    """Return an entry of `/v1/changes`."""
    return {"index": index, "id": record_id, "kind": kind, "sha256": "x" if shown else None, "tombstone": gone}


def test_the_vector_is_what_sha256sum_and_sort_give() -> None:
    # for id in d1 d2 d3 d4 d5; do printf '%s\n%s\n%s' $SEED $BEACON $id | sha256sum | sed "s/-/$id/"; done | sort
    assert draw(["d1", "d2", "d3", "d4", "d5"], 3, SEED, BEACON) == ["d2", "d5", "d3"]
    assert commitment(SEED) == "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb"


def test_the_population_is_what_was_shown_at_the_index() -> None:
    changes = [
        change(1, "d1"),
        change(2, "d2", shown=False),
        change(3, "s1", "service"),
        change(4, "d3"),
        change(5, "d3", gone=True),
        change(6, "d4"),
        change(7, "d2"),
    ]
    assert shown_at(changes, "disclosure", 6) == ["d1", "d4"]
    assert shown_at(changes, "disclosure", 4) == ["d1", "d3"]
    assert shown_at(changes, "disclosure", 7) == ["d1", "d2", "d4"]
    assert shown_at(changes, "service", 2) == []


ids = st.lists(st.text("abc123", min_size=1, max_size=4), max_size=20)


@given(ids, st.integers(0, 25), st.randoms())
@settings(derandomize=True)
def test_no_order_of_the_ids_changes_the_sample_and_it_is_never_more_than_there_are(
    found: list[str], size: int, chance: Any
) -> None:
    drawn = draw(found, size, SEED, BEACON)
    chance.shuffle(found)
    assert draw(found, size, SEED, BEACON) == drawn
    assert len(drawn) == len(set(drawn)) == min(size, len(set(found)))


@given(st.lists(st.integers(0, 10**6).map(str), min_size=40, max_size=40, unique=True))
@settings(derandomize=True, max_examples=20)
def test_another_seed_or_another_entry_draws_another_sample(found: list[str]) -> None:
    other = sha256(b"other").hexdigest()
    first = draw(found, 20, SEED, BEACON)
    assert first != draw(found, 20, other, BEACON)
    assert first != draw(found, 20, SEED, other)
