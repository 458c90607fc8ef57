"""Changed proofs, by seed: `python -m tests.unit.tlog.mutations 100000` says how many of them were accepted.

Each takes a true inclusion or consistency proof of a tree of up to 2,000 leaves and changes one thing of it: a bit, a hash left
out, doubled, swapped, added or cut short, the index, a size, the leaf or a root. A change that says the same is made again.
"""

import random
import sys
from collections.abc import Callable
from functools import cache
from typing import Any

from chalicelib.tlog.errors import ProofError
from chalicelib.tlog.merkle import check_consistency, check_inclusion, leaf_hash

from .naive import NaiveTree
from .trees import leaves_to

Case = list[Any]
"""The arguments of a check: index, size, leaf hash, proof, root; or first, size, proof, first root, root."""


@cache
def tree() -> NaiveTree:
    """Return the tree whose proofs are changed."""
    return NaiveTree(leaves_to(2_000))


def mutated_proofs(count: int, seed: int) -> tuple[int, list[Case]]:
    """Return how many changed proofs were tried, and those that were accepted."""
    chance = random.Random(seed)
    accepted = []
    for _ in range(count):
        check, case = chance.choice((_inclusion, _consistency))(chance)
        changed = _changed(case, chance)
        try:
            check(*changed)
        except ProofError:
            continue
        accepted.append(changed)
    return count, accepted


def _inclusion(chance: random.Random) -> tuple[Callable[..., None], Case]:
    size = chance.randint(1, 2_000)
    index = chance.randrange(size)
    proof = tree().path(index, 0, size)
    return check_inclusion, [index, size, leaf_hash(tree().leaves[index]), proof, tree().root(0, size)]


def _consistency(chance: random.Random) -> tuple[Callable[..., None], Case]:
    size = chance.randint(2, 2_000)
    first = chance.randint(1, size)
    proof = tree().proof(first, 0, size)
    return check_consistency, [first, size, proof, tree().root(0, first), tree().root(0, size)]


def _changed(case: Case, chance: random.Random) -> Case:
    """Return the case with one thing changed that a proof binds.

    The size alone it does not: in two trees a leaf can have a way up of the same shape, and it is the root that differs. Size
    and root come together, from the checkpoint.
    """
    while True:
        changed = list(case)
        place = chance.choice((0, 2, 3, 4))
        changed[place] = _other(case[place], chance)
        if changed != case:
            return changed


def _other(value: Any, chance: random.Random) -> Any:
    if isinstance(value, int):
        return max(0, value + chance.choice((-256, -2, -1, 1, 2, 256)))
    if isinstance(value, bytes):
        return _flipped(value, chance)
    hashes = list(value)
    if not hashes:
        return [bytes(32)]
    at = chance.randrange(len(hashes))
    changes: list[Callable[[], Any]] = [
        lambda: hashes.__setitem__(at, _flipped(hashes[at], chance)),
        lambda: hashes.pop(at),
        lambda: hashes.insert(at, hashes[at]),
        lambda: hashes.reverse(),
        lambda: hashes.append(bytes(32)),
        lambda: hashes.insert(0, hashes[-1]),
        lambda: hashes.__setitem__(at, hashes[at][:31]),
    ]
    chance.choice(changes)()
    return hashes


def _flipped(raw: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(raw))
    return raw[:at] + bytes([raw[at] ^ 1 << chance.randrange(8)]) + raw[at + 1 :]


if __name__ == "__main__":
    tried, wrong = mutated_proofs(int(sys.argv[1]), seed=20261127)
    print(f"{tried} changed proofs, {len(wrong)} accepted")
    sys.exit(1 if wrong else 0)
