"""What another Glasshall published, held against its own register before it is kept. Pure.

`GET /v1/changes?include=body` of the other deployment (the *origin*) gives entry by entry what its register says and what
the record showed then. Of each entry this module checks, before anything of it is stored:

- its index is the next one: the origin's indexes are contiguous, so a gap is an error and never becomes a hole
- the record's bytes begin as every public record does and name this very entry, and without `register_index` and `sha256`
  their SHA-256 is the entry's `sha256`
- they name the origin that was asked: nobody can pass off records as another deployment's

An entry that an order has erased since says so, with the salted hash of what is gone; the entry that erased it comes later.

What is not checked is meaning: a kind this version does not know is copied like any other, bytes are bytes.
"""

import json
import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

import orjson

from chalicelib.domain import strict_json
from chalicelib.domain.public_view import SUMMARY_LIMIT_BYTES, beginning, place
from chalicelib.domain.register import commitment
from chalicelib.errors import MalformedError

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_NAME = re.compile(r"[a-z][a-z_]{0,39}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_FIRST = re.compile(r'\s*\{\s*"items"\s*:\s*\[\s*')
_BETWEEN = re.compile(r"[ \t\r\n]*,?[ \t\r\n]*")
_DECODER = json.JSONDecoder()
_LOCAL = "127.0.0.1"
ERASE = "erase"
_SUMMARISED = (
    *("kind", "id", "version", "act", "register_index", "sha256", "url", "agency", "jurisdiction", "origin"),
    *(
        "issued_on",
        "published_at",
        "effective_on",
        "record_changed_at",
        "synthetic",
        "stage",
        "name",
        "title",
        "doc_no",
    ),
)


@dataclass(frozen=True, slots=True)
class Origin:
    """A deployment that is followed."""

    authority: str
    base_path: str
    scheme: str = "https"

    @property
    def name(self) -> str:
        """How it is named in our addresses: its authority, with the port after `_`; no host has that character."""
        return self.authority.replace(":", "_")

    @property
    def address(self) -> str:
        """Its public address, without `/v1`."""
        return f"{self.scheme}://{self.authority}{self.base_path}"


def parse_origins(text: str) -> tuple[Origin, ...]:
    """Return the deployments to follow from their addresses, with blanks between.

    Raises:
        ValueError: an address is not https (a program on this machine may be http), has more than host, port and path,
            or two have the same authority.
    """
    found = tuple(_origin(address) for address in text.split())
    if len({origin.name for origin in found}) != len(found):
        raise ValueError("two origins have the same authority")
    return found


def _origin(address: str) -> Origin:
    parts = urlsplit(address)
    allowed = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname == _LOCAL)
    plain = not (parts.query or parts.fragment or parts.username or parts.path.endswith("/"))
    origin = Origin(parts.netloc, parts.path, parts.scheme)
    if not (
        allowed and plain and re.fullmatch(r"[a-z0-9.-]+(:[0-9]{1,5})?", parts.netloc) and _ID.fullmatch(origin.name)
    ):
        raise ValueError(f"not an address of a deployment to follow: {address}")
    return origin


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why an origin could not be followed, when it was last tried."""

    state: str
    """`unreachable`: it did not answer; `refused`: what it gave does not fit; `forked`: its register is another one now."""
    code: str
    detail: str
    index: int | None
    since: str
    """When it began; the same trouble again does not begin anew."""
    at: str


@dataclass(frozen=True, slots=True)
class Following:
    """How far an origin is followed."""

    origin: str
    address: str
    since: str
    next: int = 0
    """The index of the entry to copy next."""
    lacking: int = 0
    """How many records' bytes the origin did not give, though no later act of the record explains it."""
    rechecked: int = 0
    """The index up to which the entries that are held were compared with the origin's once more; begins anew at the end."""
    success_at: str | None = None
    caught_up_at: str | None = None
    """When the origin last had nothing newer."""
    wait_until: str | None = None
    trouble: Trouble | None = None
    last_trouble: Trouble | None = None


class UnfitError(ValueError):
    """What the origin gave cannot be kept: `state` as it is shown, a stable code, and at which index."""

    def __init__(self, state: str, code: str, detail: str, index: int | None = None) -> None:
        super().__init__(detail)
        self.state = state
        self.code = code
        self.index = index


def unfit(code: str, detail: str, index: int | None = None) -> UnfitError:
    """Return the error that refuses what was given."""
    return UnfitError("refused", code, detail, index)


def forked(code: str, detail: str, index: int) -> UnfitError:
    """Return the error that says that the origin's register is no longer the one that was followed."""
    return UnfitError("forked", code, detail, index)


@dataclass(frozen=True, slots=True)
class Line:
    """One item of a page of changes, as it was spelled."""

    index: int
    entry: bytes
    """The register entry, without what was spliced in for this answer."""
    members: dict[str, Any]
    body: bytes | None


@dataclass(frozen=True, slots=True)
class Copy:
    """One entry that passed every check, and what its record showed after it."""

    index: int
    entry: bytes
    collection: str = ""
    """Empty where the record showed nothing after the act."""
    record_id: str = ""
    version: int | None = None
    """The version that the act made, if it made one."""
    body: bytes | None = None
    """None where the origin no longer gives it: an earlier version of a disclosure that was withdrawn since."""
    summary: bytes = b""
    ends_versions: bool = False
    """Whether the origin gives no version of the record from now on but this last one."""
    erases: bool = False
    """Whether the record was erased by order: nothing of it before is kept here either."""


def read_page(raw: bytes) -> tuple[list[Line], bool]:
    """Return the items of a page of changes with the very bytes they were spelled in, and whether more follows.

    Raises:
        UnfitError: it is no such page.
    """
    try:
        page = strict_json.load_object(raw)
    except MalformedError as error:
        raise unfit("not_json", f"the answer is not JSON: {error}") from error
    items, text = page.get("items"), raw.decode()
    if not isinstance(items, list) or "next" not in page or not (start := _FIRST.match(text)):
        raise unfit("not_a_page", "the answer is not a page of changes")
    return [_line(spelled) for spelled in _spelled(text, start.end(), len(items))], page["next"] is not None


def _spelled(text: str, at: int, count: int) -> list[str]:
    """Return the texts of an array's values; the array begins before `at`, and the whole was found to be JSON."""
    found = []
    for _ in range(count):
        _, end = _DECODER.raw_decode(text, at)
        found.append(text[at:end])
        at = match.end() if (match := _BETWEEN.match(text, end)) else end
    return found


def _line(spelled: str) -> Line:
    """Take an item apart: the entry is flat, so the first `,"body":` of the text is where the body was spliced in."""
    front, spliced, rest = spelled.partition(',"body":')
    entry, beside, body = front + "}" * bool(spliced), {}, None
    try:
        if spliced:
            value, end = _DECODER.raw_decode(rest)
            body = rest[:end].encode() if value is not None else None
            beside = json.loads("{" + rest[end:].removeprefix(","))
        members = {**json.loads(entry), "ends_versions": beside.get("ends_versions") is True}
    except (ValueError, TypeError) as error:
        raise unfit("not_a_page", "an item of the page is not an entry") from error
    if type(members.get("index")) is not int:
        raise unfit("not_a_page", "an item of the page has no index")
    return Line(members["index"], entry.encode(), members, body)


def says_the_same(held: bytes, line: Line) -> bool:
    """Return whether an entry still says all that it said when it was copied; a later program there may say more.

    Once an order has erased what it is about, it says the same if the salted hash in the place of what is gone is of that.
    """
    said: dict[str, Any] = json.loads(held)
    told, by = line.members, (said.get("erased_by"), line.members.get("erased_by"))
    if by[0] is None and by[1] is not None:
        said = without_text(said, by[1])
    elif by[0] is not None and by[1] is None:  # the copy is ahead: its origin has still to delete what it erased
        told = without_text(told, by[0])
    return held == line.entry or all(name in told and told[name] == value for name, value in said.items())


def without_text(entry: dict[str, Any], by: int) -> dict[str, Any]:
    """Return what is left of an entry that a later one erased: as its origin leaves it."""
    kept = commitment(entry.get("salt"), entry.get("act_sha256"), entry.get("sha256"))
    return {**entry, "sha256": None, "act_sha256": None, "salt": None, "commitment": kept, "erased_by": by}


def orders_erasure(held: bytes, entry: dict[str, Any]) -> bool:
    """Return whether an entry that is held is the erasure of the record that another is about."""
    said = json.loads(held)
    return said["name"] == ERASE and (said["kind"], said["id"]) == (entry["kind"], entry["id"])


def checked(line: Line, wanted: int, origin: Origin) -> Copy:
    """Return what is kept of an item, if it is the entry with the wanted index and all of it fits.

    Raises:
        UnfitError: says what does not fit.
    """
    if line.index != wanted:
        raise unfit("gap", f"entry {wanted} was to come, and entry {line.index} came", wanted)
    _check_form(line)
    told, digest = line.members, line.members["sha256"]
    if digest is None:
        return Copy(wanted, line.entry)
    record_id, version = told["id"], told["version"]
    collection, shown = _place_of(told.get("url"), record_id, origin, wanted)
    if version not in (None, shown):
        raise unfit("unfit_entry", "the version is not the one its address names", wanted)
    if line.body is None:
        return Copy(wanted, line.entry, collection, record_id, version)
    begins = beginning(told["kind"], record_id, shown, told["act"])
    _check_body(line.body, begins, place(wanted, digest), digest, origin, wanted)
    summary = _summary(line.body, tombstone=told.get("tombstone") is True)
    ends, erases = told["ends_versions"], told.get("name") == ERASE
    return Copy(wanted, line.entry, collection, record_id, version, line.body, summary, ends, erases)


def _check_form(line: Line) -> None:
    told, version, digest = line.members, line.members.get("version"), line.members.get("sha256")
    erased = told.get("erased_by") is not None
    numbered = _is_number(version) and (digest is not None or erased)
    wrong = [
        name
        for name, right in (
            ("kind", _matches(_NAME, told.get("kind"))),
            ("id", _matches(_ID, told.get("id"))),
            ("act", _is_number(told.get("act"))),
            ("version", "version" in told and (version is None or numbered)),
            ("erased_by", not erased or (digest is None and _erased_later(told))),
            ("sha256", "sha256" in told and (digest is None or _matches(_SHA256, digest))),
            ("body", line.body is None or digest is not None),
        )
        if not right
    ]
    if wrong:
        raise unfit("unfit_entry", f"not of its form: {', '.join(wrong)}", line.index)


def _erased_later(told: dict[str, Any]) -> bool:
    """Whether an entry says rightly that a later one erased it: nothing is left of text, hashes and salt but their commitment."""
    gone = told.get("act_sha256") is None and told.get("salt") is None
    by = told["erased_by"]
    return gone and type(by) is int and by > told["index"] and _matches(_SHA256, told.get("commitment"))


def _matches(shape: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and shape.fullmatch(value) is not None


def _is_number(value: object) -> bool:
    return type(value) is int and 1 <= value <= 999_999


def _place_of(url: object, record_id: str, origin: Origin, index: int) -> tuple[str, int]:
    """Return the collection and the version that the permanent address of what was shown names."""
    shape = (
        rf"{re.escape(origin.base_path)}/v1/([a-z][a-z_-]{{0,39}})/{re.escape(record_id)}/versions/([1-9][0-9]{{0,5}})"
    )
    found = re.fullmatch(shape, url) if isinstance(url, str) else None
    if found is None:
        raise unfit("unfit_entry", "the address is not one of a version of this record", index)
    return found[1], int(found[2])


def _check_body(body: bytes, begins: bytes, placed: bytes, digest: str, origin: Origin, index: int) -> None:
    if not body.startswith(begins + placed):
        raise unfit("unfit_body", "the record's bytes do not begin with what its entry says", index)
    bare = begins + body[len(begins) + len(placed) :]
    if sha256(bare).hexdigest() != digest:
        raise unfit("sha256_differs", "the record's bytes are not those whose SHA-256 its entry names", index)
    if orjson.loads(body).get("origin") != origin.authority:
        raise unfit("origin_differs", f"the record is not of {origin.authority}", index)


def _summary(body: bytes, *, tombstone: bool) -> bytes:
    """Return what a list of copies shows: what every record begins with, and what it is called; at most 2 KB."""
    record = orjson.loads(body)
    shown: dict[str, Any] = {"tombstone": tombstone}
    for name in _SUMMARISED:
        longer = {name: record.get(name), **shown} if name in record else shown
        shown = longer if len(orjson.dumps(longer)) <= SUMMARY_LIMIT_BYTES else shown
    return orjson.dumps({name: shown[name] for name in (*_SUMMARISED, "tombstone") if name in shown})
