"""A sample of `python -m tests.register_bytes`: a byte changed anywhere in a stored register is found, and its entry named."""

import pytest
from glasshall.heads import CHECKPOINT

from tests.register_bytes import (
    Change,
    Verifier,
    changed,
    changes_of,
    kind_of,
    measured,
    places,
    register_of,
)
from tests.register_reader import Refused, read_register

ENTRIES = 264
"""More than one tile."""


def test_no_changed_byte_is_missed_and_each_is_named() -> None:
    told = measured(ENTRIES, every=701)
    assert all(told[kind] for kind in ("checkpoint", "bundles", "tiles of hashes", "items of changes"))
    assert (told["missed"], told["misnamed"], told["judged otherwise as a whole"]) == (0, 0, 0)


@pytest.mark.parametrize("kind", ["checkpoint", "bundles", "tiles of hashes", "items of changes"])
def test_the_whole_verifier_says_what_its_parts_say(kind: str) -> None:
    register = register_of(ENTRIES)
    verifier = Verifier(register)
    change = next(change for change in changes_of(register, every=397) if kind_of(change.name) == kind)
    assert places(verifier.found_by_the_whole(change)) == places(verifier.found(change)) != set()


def test_the_second_reader_finds_them_too() -> None:
    register = register_of(ENTRIES)
    vkeys = [key.vkey for key in register.trust.log]
    assert read_register(register.files.get, vkeys).size == ENTRIES
    for change in changes_of(register, every=4_999):
        if change.name in register.files:
            files = {**register.files, change.name: changed(register.files[change.name], change)}
            with pytest.raises(Refused):
                read_register(files.get, vkeys)


def test_a_change_that_is_none_is_not_found() -> None:
    register = register_of(ENTRIES)
    same = Change(CHECKPOINT, 0, register.files[CHECKPOINT][0])
    assert Verifier(register).found(same) == []
