"""What holds of every text for people in an act: the jurisdiction's own language, and no number that names a person.

A text is an object of `zh` and `en`; where one stands does not matter, so an act that gets a new member is held to this too.
"""

from collections.abc import Collection, Iterator
from typing import Any

from chalicelib.domain.personal_data import find_personal_data
from chalicelib.domain.records import Act, Refusals

LANGUAGES = frozenset({"zh", "en"})
NOT_FOR_READERS = ("phone", "url", "seed", "seed_sha256", "after_sha256", "ids")
"""Members that are numbers of offices, addresses or hashes: a person's number is not looked for in them."""


def judge_texts(refusals: Refusals, act: Act, language: str, known: Collection[str] = ()) -> None:
    """Refuse each text without the jurisdiction's own language, and each that holds a person's number."""
    for pointer in _without(act, language, ""):
        refusals.note("own_language_missing", f"the jurisdiction's language is {language}", pointer)
    for pointer, kind in find_personal_data(act, NOT_FOR_READERS, known):
        refusals.note("personal_data", f"this holds what looks like a person's number ({kind})", pointer)


def _without(value: Any, language: str, pointer: str) -> Iterator[str]:
    """Yield the places of texts that are not in a language."""
    if isinstance(value, list):
        for place, member in enumerate(value):
            yield from _without(member, language, f"{pointer}/{place}")
    elif isinstance(value, dict) and value and value.keys() <= LANGUAGES:
        if language not in value:
            yield pointer
    elif isinstance(value, dict):
        for name, member in value.items():
            yield from _without(member, language, f"{pointer}/{name}")
