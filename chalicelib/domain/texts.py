"""What holds of every text for people in an act: the jurisdiction's own language, and no number that names a person.

A text is an object of `zh` and `en`; where one stands does not matter, so an act that gets a new member is held to this too.
"""

from collections.abc import Collection
from typing import Any

from chalicelib.domain.personal_data import find_personal_data
from chalicelib.domain.records import Act, Refusals

LANGUAGES = frozenset({"zh", "en"})
NOT_FOR_READERS = ("phone", "url", "seed", "seed_sha256", "after_sha256", "ids")
"""Members that are numbers of offices, addresses or hashes: a person's number is not looked for in them."""


def judge_texts(refusals: Refusals, act: Act, language: str, known: Collection[str] = ()) -> None:
    """Refuse each text without the jurisdiction's own language, and each that holds a person's number."""
    own_language(refusals, language, act)
    judge_personal_data(refusals, act, NOT_FOR_READERS, known)


def judge_personal_data(refusals: Refusals, act: Act, no_texts: Collection[str], known: Collection[str] = ()) -> None:
    """Refuse each number that names a person; `no_texts` are members not looked at, `known` the record's own numbers."""
    for pointer, kind in find_personal_data(act, no_texts, known):
        refusals.note("personal_data", f"this holds what looks like a person's number ({kind})", pointer)


def own_language(refusals: Refusals, language: str, value: Any, pointer: str = "", apart: str = "") -> None:
    """Refuse texts for people, anywhere in a JSON value but at `apart`, that lack the jurisdiction's own language."""
    if isinstance(value, list):
        for place, each in enumerate(value):
            own_language(refusals, language, each, f"{pointer}/{place}", apart)
    elif isinstance(value, dict) and value and value.keys() <= LANGUAGES:
        missing = language not in value and pointer != apart
        refusals.when(missing, "own_language_missing", f"the jurisdiction's language is {language}", pointer)
    elif isinstance(value, dict):
        for name, each in value.items():
            own_language(refusals, language, each, f"{pointer}/{name}", apart)
