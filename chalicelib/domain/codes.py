"""Code lists: every code that an answer can hold, with its words in Chinese and English, shipped as data.

One JSON file per list under `data/codes`. A list's version is its date and eight hexadecimal digits of the SHA-256 of its
codes, so an app may keep it offline and know when it is old. Sentences are fetched from here when a status is read; they may be mended
without touching any stored case. `short` fits a push message: 40 characters at most.
"""

import json
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

Words = dict[str, str]
_FOLDER = Path(__file__).parent / "data" / "codes"
LISTS = tuple(sorted(path.stem for path in _FOLDER.glob("*.json")))


class CodeList(NamedTuple):
    """One list: its name, its version, and its codes in their order."""

    name: str
    version: str
    codes: tuple[dict[str, Any], ...]


@cache
def code_list(name: str) -> CodeList:
    """Return a list by its name.

    Raises:
        KeyError: there is none.
    """
    if name not in LISTS:
        raise KeyError(name)
    found = json.loads((_FOLDER / f"{name}.json").read_text("utf-8"))
    return versioned(name, found["version"], found["codes"])


def versioned(name: str, date: str, codes: list[dict[str, Any]]) -> CodeList:
    """Return a list with the version that its codes give it."""
    digest = sha256(json.dumps(codes, sort_keys=True).encode()).hexdigest()
    return CodeList(name, f"{date}-{digest[:8]}", tuple(codes))


@cache
def sentences(name: str) -> dict[str, Words]:
    """Return the sentence of every code of a list."""
    return {entry["code"]: {"zh": entry["zh"], "en": entry["en"]} for entry in code_list(name).codes}


@cache
def shorts(name: str) -> dict[str, Words]:
    """Return the short form of every code of a list that has one."""
    found = (entry for entry in code_list(name).codes if "short" in entry)
    return {entry["code"]: entry["short"] for entry in found}
