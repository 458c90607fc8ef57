"""The tree and its checks against a tree written word for word from RFC 6962, and against the vectors of transparency-dev/merkle."""

import base64
import json
from hashlib import sha256
from pathlib import Path

import pytest

from chalicelib.tlog.errors import ProofError
from chalicelib.tlog.merkle import EMPTY_ROOT, check_consistency, check_inclusion, leaf_hash, node_hash, root

from .mutations import mutated_proofs
from .naive import NaiveTree
from .trees import leaves_to

VECTORS = Path(__file__).parents[2] / "data" / "tlog" / "inclusion.jsonl"
MOST = 256
NAIVE = NaiveTree(leaves_to(MOST))
HASHES = [leaf_hash(leaf) for leaf in NAIVE.leaves]


def test_leaves_and_nodes_are_hashed_apart() -> None:
    assert leaf_hash(b"ab") == sha256(b"\x00ab").digest()
    assert node_hash(b"a", b"b") == sha256(b"\x01ab").digest()


@pytest.mark.parametrize("size", range(MOST + 1))
def test_the_root_is_that_of_the_naive_tree(size: int) -> None:
    assert root(HASHES[:size]) == NAIVE.root(0, size)


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    assert root([]) == EMPTY_ROOT == sha256().digest()


def test_every_inclusion_proof_up_to_256_leaves_holds() -> None:
    pairs = [(index, size) for size in range(1, MOST + 1) for index in range(size)]
    assert len(pairs) == 32_896
    for index, size in pairs:
        check_inclusion(index, size, HASHES[index], NAIVE.path(index, 0, size), NAIVE.root(0, size))


def test_every_consistency_proof_up_to_256_leaves_holds() -> None:
    pairs = [(first, size) for size in range(1, MOST + 1) for first in range(1, size)]
    assert len(pairs) == 32_640
    for first, size in pairs:
        proof = NAIVE.proof(first, 0, size)
        check_consistency(first, size, proof, NAIVE.root(0, first), NAIVE.root(0, size))


@pytest.mark.parametrize("size", [1, 2, 3, 255, 256])
def test_a_tree_is_the_beginning_of_itself_and_the_empty_one_of_all(size: int) -> None:
    whole = NAIVE.root(0, size)
    check_consistency(size, size, [], whole, whole)
    check_consistency(0, size, [], EMPTY_ROOT, whole)
    for first, first_root in ((size, EMPTY_ROOT), (0, whole)):
        with pytest.raises(ProofError, match="differ"):
            check_consistency(first, size, [], first_root, whole)


def vectors() -> list[dict[str, object]]:
    """Return the vectors of inclusion proofs, hostile ones among them."""
    return [json.loads(line) for line in VECTORS.read_text().splitlines()]


@pytest.mark.parametrize("vector", vectors(), ids=lambda vector: vector["_path"])
def test_the_vectors_of_another_project_are_judged_as_it_judges_them(vector: dict[str, object]) -> None:
    def hashed(text: object) -> bytes:
        return base64.b64decode(str(text))

    proof = [hashed(text) for text in vector["proof"] or []]  # type: ignore[attr-defined]
    index, size = int(str(vector["leafIdx"])), int(str(vector["treeSize"]))
    try:
        check_inclusion(index, size, hashed(vector["leafHash"]), proof, hashed(vector["root"]))
    except ProofError:
        assert vector["wantErr"]
    else:
        assert not vector["wantErr"]


def test_there_are_vectors_of_both_kinds() -> None:
    assert [vector["wantErr"] for vector in vectors()].count(False) == 6
    assert len(vectors()) > 90


def test_no_changed_proof_is_accepted() -> None:
    assert mutated_proofs(count=3_000, seed=5) == (3_000, [])


@pytest.mark.parametrize("size", [0, -1])
def test_an_index_outside_the_tree_is_refused(size: int) -> None:
    with pytest.raises(ProofError, match="index"):
        check_inclusion(0, size, EMPTY_ROOT, [], EMPTY_ROOT)


def test_a_smaller_tree_does_not_begin_with_a_larger() -> None:
    with pytest.raises(ProofError, match="smaller"):
        check_consistency(5, 4, [], EMPTY_ROOT, EMPTY_ROOT)
