"""Drawing a sample that anyone can draw again: a committed seed, a register index that was still to come, a hash.

Neither side can steer it. Who organises commits to a seed (its SHA-256 is public) before the entry of the register at the
named index is there; who is evaluated, and whoever else writes that entry, does not know the seed. Each record that an agency
showed at that index is ranked by

    SHA-256 of  seed LF act_sha256 of the entry at the index LF id

as lower-case hexadecimal text; the first ones are the sample. docs/evaluations.md has a program that draws it over HTTP.
"""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any


def shown_at(changes: Iterable[Mapping[str, Any]], kind: str, index: int) -> list[str]:
    """Return the ids of a kind that were shown at an index, sorted; `changes` are an agency's entries in their order."""
    last = {change["id"]: change for change in changes if change["kind"] == kind and change["index"] <= index}
    return sorted(name for name, change in last.items() if change["sha256"] is not None and not change["tombstone"])


def draw(ids: Iterable[str], size: int, seed: str, beacon: str) -> list[str]:
    """Return a sample of the ids; `beacon` is the `act_sha256` of the entry at the index that the round named."""
    ranked = sorted(set(ids), key=lambda name: sha256(f"{seed}\n{beacon}\n{name}".encode()).hexdigest())
    return ranked[:size]


def commitment(seed: str) -> str:
    """Return what commits to a seed: the SHA-256 of its text."""
    return sha256(seed.encode()).hexdigest()
