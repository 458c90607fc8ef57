"""`/v1/changes` as it comes: the entries of the register in order, each with the very bytes of what its record showed.

A record's SHA-256 is of its bytes, so a body is never written anew here: it is cut out of the page as it was spelled. What
an entry names is held to the forms of the contract before anybody uses it for a key or the name of a file.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from glasshall.errors import RegisterError, UnexpectedAnswerError

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_KIND = re.compile(r"[a-z][a-z_]{0,39}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_FIRST = re.compile(r'\s*\{\s*"items"\s*:\s*\[\s*')
_BETWEEN = re.compile(r"\s*,?\s*")
_DECODER = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class Change:
    """One act of the register, as `/v1/changes` tells it."""

    index: int
    kind: str
    id: str
    act: int
    name: str
    """What was done: `publish`, `revise`, `withdraw` ..."""
    version: int | None
    """The version that the act made; None where it changed nothing that is shown."""
    at: str
    agency: str
    jurisdiction: str
    sha256: str | None
    """Of the record's bytes after the act; None while it shows nothing."""
    act_sha256: str | None
    url: str
    tombstone: bool
    """Whether the record is withdrawn after the act."""
    erased_by: int | None
    """Index of the entry that ordered the erasure of what this one was about."""
    document: Mapping[str, Any] = field(repr=False)
    """Every member of the entry."""
    body: bytes | None = field(default=None, repr=False)
    """What the record showed after the act, byte for byte; None where it was not asked for, or is given no more."""
    ends_versions: bool = False
    """Whether earlier versions of the record are given no more from now on; only said beside a body."""

    @property
    def shown_version(self) -> int | None:
        """The version that the record shows after the act, whichever act made it; its address names it."""
        number = self.url.rpartition("/versions/")[2]
        return int(number) if number.isdecimal() else None


@dataclass(frozen=True, slots=True)
class ChangesPage:
    """One answer of `/v1/changes`."""

    items: tuple[Change, ...]
    as_of: int | None
    """Every entry up to this index that the filters let through has been given."""
    etag: str
    retry_after_seconds: float | None
    """When it is worth asking again; only said where there was nothing new."""
    next: str | None = None
    """The cursor to go on with; a page of several filters may have one though it holds nothing."""


def read_changes(raw: bytes) -> tuple[tuple[Change, ...], int | None, str | None]:
    """Return the entries of an answer, its `as_of` and its `next`.

    Raises:
        UnexpectedAnswerError: it is no page of changes.
    """
    try:
        text = raw.decode()
        page = json.loads(text)
    except ValueError as error:
        raise UnexpectedAnswerError("the answer is not JSON") from error
    start = _FIRST.match(text)
    if not isinstance(page, dict) or not isinstance(page.get("items"), list) or not start:
        raise UnexpectedAnswerError("the answer is not a page of changes")
    as_of = page.get("as_of")
    index = as_of.get("register_index") if isinstance(as_of, dict) else None
    items = tuple(change_of(spelled) for spelled in _spelled(text, start.end(), len(page["items"])))
    onward = page.get("next")
    return items, index if type(index) is int else None, onward if isinstance(onward, str) else None


def _spelled(text: str, at: int, count: int) -> list[str]:
    """Return the texts of an array's values; the array begins before `at`, and the whole was found to be JSON."""
    found = []
    for _ in range(count):
        _, end = _DECODER.raw_decode(text, at)
        found.append(text[at:end])
        at = match.end() if (match := _BETWEEN.match(text, end)) else end
    return found


def change_of(spelled: str) -> Change:
    """Return the change that the text of an item tells, with its body where one stands beside it.

    Raises:
        UnexpectedAnswerError: it is none.
    """
    # The entry is flat, so the first `,"body":` of the text is where the body was spliced in.
    front, spliced, rest = spelled.partition(',"body":')
    beside: dict[str, Any] = {}
    body = None
    try:
        entry = json.loads(front + "}" * bool(spliced))
        if spliced:
            value, end = _DECODER.raw_decode(rest)
            body = rest[:end].encode() if value is not None else None
            beside = json.loads("{" + rest[end:].removeprefix(","))
    except ValueError as error:
        raise UnexpectedAnswerError("an item of the page is not an entry") from error
    if not isinstance(entry, dict):
        raise UnexpectedAnswerError("an item of the page is not an entry")
    return _checked(entry, body, ends_versions=beside.get("ends_versions") is True)


def _checked(entry: dict[str, Any], body: bytes | None, *, ends_versions: bool) -> Change:
    index, act, version = entry.get("index"), entry.get("act", 0), entry.get("version")
    if type(index) is not int or index < 0:
        raise UnexpectedAnswerError("a change without an index")
    wrong = [
        name
        for name, right in (
            ("kind", _matches(_KIND, entry.get("kind"))),
            ("id", _matches(_ID, entry.get("id"))),
            ("act", type(act) is int and act > 0),
            ("version", version is None or (type(version) is int and version > 0)),
            ("sha256", _matches(_SHA256, entry.get("sha256")) or entry.get("sha256") is None),
            ("erased_by", entry.get("erased_by") is None or type(entry["erased_by"]) is int),
            ("act_sha256", _matches(_SHA256, entry.get("act_sha256")) or entry.get("act_sha256") is None),
        )
        if not right
    ]
    if wrong:
        raise UnexpectedAnswerError(f"entry {index} is not of its form: {', '.join(wrong)}")
    texts = {name: str(entry.get(name) or "") for name in ("kind", "id", "name", "at", "agency", "jurisdiction", "url")}
    return Change(
        index=index,
        act=act,
        version=version,
        sha256=entry.get("sha256"),
        act_sha256=entry.get("act_sha256"),
        tombstone=entry.get("tombstone") is True,
        erased_by=entry.get("erased_by"),
        document=entry,
        body=body,
        ends_versions=ends_versions,
        **texts,
    )


def _matches(shape: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and shape.fullmatch(value) is not None


def check_body(change: Change) -> None:
    """Hold a record's bytes to its entry.

    Raises:
        RegisterError: they are not those that it names.
    """
    if change.body is None:
        return
    if change.version is None or change.sha256 is None or change.version != change.shown_version:
        raise RegisterError(f"entry {change.index} shows a version that it did not make", change.index)
    begins = _compact(kind=change.kind, id=change.id, version=change.version, act=change.act)[:-1] + b","
    placed = _compact(register_index=change.index, sha256=change.sha256)[1:-1] + b","
    if not change.body.startswith(begins + placed):
        raise RegisterError(f"the record of entry {change.index} does not begin as the entry says", change.index)
    if sha256(begins + change.body[len(begins) + len(placed) :]).hexdigest() != change.sha256:
        raise RegisterError(f"the record of entry {change.index} is not the one whose SHA-256 it names", change.index)


def _compact(**members: str | int) -> bytes:
    return json.dumps(members, separators=(",", ":")).encode()
