"""The vectors that other readers are written against, held to the client and to the program that makes them."""

import base64
import json
from typing import Any

import pytest
from glasshall.heads import HeadRefusedError, Trust, open_head
from glasshall.leaves import leaf_of
from glasshall.register_items import check_item
from glasshall.shared import ProofError, checkpoints, merkle, notes

from tests.tlog_vectors import FILE, written

VECTORS: dict[str, Any] = json.loads(FILE.read_text("utf-8"))


def test_the_file_is_what_the_program_makes() -> None:
    assert FILE.read_text("utf-8") == written(), "run `python -m tests.tlog_vectors`"


def test_the_list_of_keys_is_read() -> None:
    keys = checkpoints.read_keys(VECTORS["keys"]["note"].encode())
    assert [key.vkey for key in keys] == VECTORS["keys"]["vkeys"]


@pytest.mark.parametrize("vector", VECTORS["checkpoints"], ids=lambda vector: vector["why"])
def test_a_checkpoint_is_judged_as_the_vector_says(vector: dict[str, Any]) -> None:
    keys = tuple(notes.parse_vkey(text) for text in vector.get("keys", VECTORS["keys"]["vkeys"]))
    witnesses = (notes.parse_vkey(vector["witness"]),) if "witness" in vector else ()
    try:
        head = open_head(vector["note"].encode(), Trust(keys, witnesses, len(witnesses)))
    except HeadRefusedError:
        assert not vector["holds"]
    else:
        assert (vector["holds"], head.size) == (True, 300)


@pytest.mark.parametrize("vector", VECTORS["items"], ids=lambda vector: vector["why"])
def test_an_item_is_judged_as_the_vector_says(vector: dict[str, Any]) -> None:
    leaf = base64.b64decode(vector["leaf"])
    assert (check_item(vector["item"]["index"], vector["item"], leaf) == "") == vector["holds"]
    if vector["holds"]:
        assert leaf_of(vector["item"]) == leaf


@pytest.mark.parametrize("kind", ["inclusions", "consistencies"])
def test_a_proof_is_judged_as_the_vector_says(kind: str) -> None:
    for vector in VECTORS[kind]:
        at = vector["index"] if kind == "inclusions" else vector["first"]
        check = merkle.check_inclusion if kind == "inclusions" else merkle.check_consistency
        proof, root = [base64.b64decode(each) for each in vector["proof"]], base64.b64decode(vector["root"])
        given: tuple[Any, ...] = (at, vector["size"], proof, base64.b64decode(vector.get("first_root", "")), root)
        if kind == "inclusions":
            given = (at, vector["size"], base64.b64decode(vector["leaf_hash"]), proof, root)
        try:
            check(*given)
        except ProofError:
            assert not vector["holds"]
        else:
            assert vector["holds"]
