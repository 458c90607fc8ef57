"""What every text for people must be, whichever record it stands in: without numbers that name a person."""

from collections.abc import Collection
from typing import Any

from chalicelib.domain.personal_data import find_personal_data
from chalicelib.domain.records import Refusals


def judge_personal_data(
    refusals: Refusals, act: Any, no_texts: Collection[str], own_numbers: Collection[str] = ()
) -> None:
    """Refuse each number that names a person; `no_texts` are members not looked at, `own_numbers` the record's own."""
    for pointer, kind in find_personal_data(act, no_texts, own_numbers):
        refusals.when(bool(kind), "personal_data", f"this holds what looks like a person's number ({kind})", pointer)
