"""What an importer makes of a file: for every row either the writes that carry it, or the reason why not.

Pure. An importer maps rows to a Plan; `loading` carries it out. Nothing is dropped silently: `notes` are codes of what was
mended, guessed or left out of a row, and they stand in the report beside its outcome.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from glasshall.client import body_of, intake_path

Signer = Literal["clerk", "approver"]
RESERVED_SUFFIXES = (".json", ".jsonld", ".jsonstat", ".csv", ".ics", ".atom", ".html")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_PLAIN_WORDS = re.compile(r"[A-Za-z0-9]+( [A-Za-z0-9]+)*")
_ID_LIMIT = 64
_HASH_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Put:
    """One signed write."""

    path: str
    body: bytes
    signer: Signer = "clerk"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a row is not sent."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the source, or a record derived from many (`where` is then empty)."""

    where: str
    record_id: str
    puts: tuple[Put, ...] = ()
    lines: tuple[bytes, ...] = ()
    """Lines for the batch route; sent after `puts`."""
    notes: tuple[str, ...] = ()
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Phase:
    """Rows that do not depend on one another; the next phase may depend on all of them."""

    name: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything an import will send, in order."""

    phases: tuple[Phase, ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        """Every row of every phase."""
        return tuple(row for phase in self.phases for row in phase.rows)


@dataclass
class Taken:
    """The ids given so far: two different things never get one id."""

    owners: dict[str, str] = field(default_factory=dict)

    def by_other(self, record_id: str, owner: str) -> bool:
        """Return whether the id already stands for something else; else it now stands for `owner`."""
        return self.owners.setdefault(record_id, owner) != owner


def is_id(text: str) -> bool:
    """Return whether the text may be an id of the contract."""
    return bool(_ID.fullmatch(text)) and not text.endswith(RESERVED_SUFFIXES)


def code_id(code: str, prefix: str = "") -> str:
    """Return the id of a thing that has a code: the code itself where it may be one, else a digest of it."""
    candidate = prefix + code
    return candidate if is_id(candidate) else f"{prefix}{digest_of(code)}"


def word_id(words: str, prefix: str = "") -> str:
    """Return a readable id of a thing that has only a name: its words joined, a digest added where that loses anything."""
    joined = prefix + "-".join(re.findall(r"[A-Za-z0-9]+", words))
    if _PLAIN_WORDS.fullmatch(words) and is_id(joined):
        return joined
    return f"{joined[: _ID_LIMIT - _HASH_DIGITS - 1].rstrip('-')}-{digest_of(words)}"


def digest_of(text: str) -> str:
    """Return twelve hexadecimal digits that stand for a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:_HASH_DIGITS]


def act(collection: str, record_id: str, number: int, body: Mapping[str, Any], signer: Signer = "clerk") -> Put:
    """Return the write of one act."""
    return Put(intake_path(collection, record_id, "acts", str(number)), body_of(body), signer)


def register_agency(record_id: str, content: Mapping[str, Any]) -> Row:
    """Return the row that registers an agency the source only implies."""
    return Row("", record_id, (act("agencies", record_id, 1, {"act": "register", "content": content}),))


def disclose(record_id: str, content: Mapping[str, Any], reviewer: str) -> tuple[Put, ...]:
    """Return the three writes that disclose a text: submitted, approved by another person over its bytes, published."""
    submit = act("disclosures", record_id, 1, {"act": "submit", "content": content})
    approve = {
        "act": "approve",
        "approves_sha256": hashlib.sha256(submit.body).hexdigest(),
        "secrecy_review": {"reviewer": reviewer, "result": "cleared", "note": "published by its source before"},
    }
    return (
        submit,
        act("disclosures", record_id, 2, approve, "approver"),
        act("disclosures", record_id, 3, {"act": "publish"}),
    )
