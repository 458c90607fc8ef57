"""Every proof of every tree of up to 256 leaves, made from tiles, is that of the naive tree: `python -m tests.unit.tlog.every_proof`.

The suite does the same for some of the sizes, and checks all proofs of the naive tree.
"""

import sys

from chalicelib.tlog.growing import consistency_proof, inclusion_proof
from chalicelib.tlog.merkle import check_consistency, check_inclusion, leaf_hash

from .naive import NaiveTree
from .trees import leaves_to, log_of

MOST = 256


def main() -> int:
    """Print how many proofs there were of each kind, and how many of them differ."""
    naive, store = NaiveTree(leaves_to(MOST)), log_of(MOST)
    counted = {"inclusion": 0, "consistency": 0, "wrong": 0}
    for size in range(1, MOST + 1):
        root = naive.root(0, size)
        for index in range(size):
            proof = inclusion_proof(index, size, store.read)
            check_inclusion(index, size, leaf_hash(naive.leaves[index]), proof, root)
            counted["inclusion"] += 1
            counted["wrong"] += proof != naive.path(index, 0, size)
            if index:
                proof = consistency_proof(index, size, store.read)
                check_consistency(index, size, proof, naive.root(0, index), root)
                counted["consistency"] += 1
                counted["wrong"] += proof != naive.proof(index, 0, size)
    print(", ".join(f"{number:,} {name}" for name, number in counted.items()))
    return 1 if counted["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
