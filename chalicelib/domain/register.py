"""The register as pure data: entries with contiguous indexes, and the head that says how far it goes.

An entry binds what was done to which record, when, and what the record showed after it. The register is the order of the
public view: nothing is public before its entry has an index.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from chalicelib.domain.instants import localised, to_key


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. `at` is the instant it was given its index (UTC text), which never goes back."""

    index: int
    kind: str
    record_id: str
    collection: str
    act: int
    act_sha256: str
    name: str
    version: int | None
    """The version the act made, if it changed what is shown."""
    at: str
    agency: str
    jurisdiction: str
    sha256: str | None
    """SHA-256 of the record's public bytes after the act; None while it shows nothing."""
    url: str
    tombstone: bool

    def public(self, time_zone: str) -> bytes:
        """Return the entry as `/v1/changes` gives it."""
        return orjson.dumps(
            {
                "index": self.index,
                "kind": self.kind,
                "id": self.record_id,
                "act": self.act,
                "name": self.name,
                "version": self.version,
                "at": localised(self.at, time_zone),
                "agency": self.agency,
                "jurisdiction": self.jurisdiction,
                "sha256": self.sha256,
                "act_sha256": self.act_sha256,
                "url": self.url,
                "tombstone": self.tombstone,
            }
        )


class Claim(NamedTuple):
    """From when on the public view is known to hold which index of which collection."""

    at: str
    indexes: dict[str, int]


@dataclass(frozen=True, slots=True)
class RegisterHead:
    """How far the register goes, and how far the public view follows it.

    `stage` names the bundle that holds the entries from `projected` to `size`: whoever finds `projected < size` finishes
    from it.
    """

    size: int = 0
    projected: int = 0
    at: str = ""
    stage: str = ""
    claims: tuple[Claim, ...] = ()


def advance(head: RegisterHead, entries: list[Entry], now: str, settled_before: str) -> RegisterHead:
    """Return the head after entries were shown; keeps the claims an index may still be behind, and one older."""
    indexes = dict(head.claims[-1].indexes) if head.claims else {}
    for entry in entries:
        indexes[entry.collection] = entry.index
    indexes["changes"] = entries[-1].index
    claims = [*head.claims, Claim(now, indexes)]
    settled = [claim for claim in claims[:-1] if claim.at <= settled_before]
    young = [claim for claim in claims if claim.at > settled_before]
    kept = [*settled[-1:], *young] if claims[-1] in young else [claims[-1]]
    if len(kept) > 8:  # a fast run moves often; which of the young claims is kept only decides how soon lists catch up
        kept = [kept[0], *kept[-7:]]
    return RegisterHead(head.size, entries[-1].index + 1, max(head.at, entries[-1].at), head.stage, tuple(kept))


def claimed(head: RegisterHead, collection: str, settled_before: str) -> tuple[int | None, str | None]:
    """Return the last index of a collection that the view and its indexes surely hold, and since when."""
    for claim in reversed(head.claims):
        if claim.at <= settled_before:
            return claim.indexes.get(collection), claim.at
    return None, None


def encode_entries(entries: list[Entry]) -> bytes:
    """Return the bytes of a stage."""
    return b"\n".join(orjson.dumps(asdict(entry)) for entry in entries)


def decode_entries(raw: bytes) -> list[Entry]:
    """Return the entries of a stage."""
    return [Entry(**orjson.loads(line)) for line in raw.split(b"\n")]


def read_public(raw: bytes, collections: Mapping[str, str]) -> Entry:
    """Return an entry from the bytes that `/v1/changes` gives; `collections` has the collection of each kind."""
    members: dict[str, Any] = orjson.loads(raw)
    members["record_id"] = members.pop("id")
    members["collection"] = collections[members["kind"]]
    members["at"] = to_key(datetime.fromisoformat(members["at"]))
    return Entry(**members)
