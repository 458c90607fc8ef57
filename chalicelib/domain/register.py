"""The register as pure data: entries with contiguous indexes, and the head that says how far it goes.

An entry binds what was done to which record, when, and what the record showed after it. The register is the order of the
public view: nothing is public before its entry has an index.

What the Merkle tree binds of an entry is its *leaf*: all that is public of it, with one salted hash (`commitment`) in the
place of the hashes of texts. So an order to erase can take text, hashes and salt away, and the leaf stands as it was: what
the text said cannot even be guessed from it.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

import orjson

from chalicelib.domain.instants import localised, to_key

SALT_BYTES = 16
LOGGED_WITHIN_SECONDS = 60
"""How long a public act waits for its index at most: receipts say it, and an alarm watches it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. `at` is the instant it was given its index (UTC text), which never goes back."""

    index: int
    kind: str
    record_id: str
    collection: str
    act: int
    act_sha256: str | None
    """SHA-256 of the act's bytes as they were sent; None once erased."""
    name: str
    version: int | None
    """The version the act made, if it changed what is shown."""
    at: str
    agency: str
    jurisdiction: str
    sha256: str | None
    """SHA-256 of the public bytes that stand after the act, those of `url`; None while nothing is shown, and once erased."""
    url: str
    tombstone: bool
    salt: str | None
    """Chance, in hexadecimal, that the commitment is made with; None once erased."""
    commitment: str = ""
    """Kept of an erased entry, in the place of what it is made from."""
    erased_by: int | None = None
    """Index of the entry that ordered the erasure."""

    def public(self, time_zone: str) -> bytes:
        """Return the entry as `/v1/changes` gives it."""
        erased = {} if self.erased_by is None else {"commitment": self.commitment, "erased_by": self.erased_by}
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
                "salt": self.salt,
                "url": self.url,
                "tombstone": self.tombstone,
                **erased,
            }
        )

    def erased(self, by: int) -> "Entry":
        """Return what is left of the entry once the text that it is about was erased, by order of a later entry."""
        return replace(self, act_sha256=None, sha256=None, salt=None, commitment=self._bound, erased_by=by)

    def leaf(self) -> bytes:
        """Return the bytes that the tree binds, which no erasure changes."""
        return orjson.dumps(
            {
                "index": self.index,
                "kind": self.kind,
                "id": self.record_id,
                "act": self.act,
                "name": self.name,
                "version": self.version,
                "at": self.at,
                "agency": self.agency,
                "jurisdiction": self.jurisdiction,
                "url": self.url,
                "tombstone": self.tombstone,
                "commitment": self._bound,
            }
        )

    @property
    def _bound(self) -> str:
        return self.commitment or commitment(self.salt, self.act_sha256, self.sha256)


def commitment(salt: str | None, act_sha256: str | None, shown_sha256: str | None) -> str:
    """Return SHA-256, in hexadecimal, over the salt, the hash of the act and that of what was shown, if anything was."""
    return sha256(b"".join(bytes.fromhex(part) for part in (salt, act_sha256, shown_sha256) if part)).hexdigest()


class Claim(NamedTuple):
    """From when on the public view is known to hold which index of which collection."""

    at: str
    indexes: dict[str, int]


@dataclass(frozen=True, slots=True)
class RegisterHead:
    """How far the register goes, and how far the public view follows it.

    `stage` names the bundle that holds the entries from `projected` to `size`, and some before: whoever finds
    `projected < size` finishes from it. `root` is the Merkle root of all `size` leaves: it is settled with the head, so
    that no two trees of one size can come to be. `edge` is the right edge of that tree, a few hashes: with them a proof need
    not read it.
    """

    size: int = 0
    projected: int = 0
    at: str = ""
    stage: str = ""
    claims: tuple[Claim, ...] = ()
    root: str = ""
    edge: Mapping[int, bytes] = field(default_factory=dict)

    @property
    def lacks_tree(self) -> bool:
        """Whether the register was begun by a version that had no tree yet, and cannot go on."""
        return bool(self.size) and not self.root


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
    return replace(head, projected=entries[-1].index + 1, at=max(head.at, entries[-1].at), claims=tuple(kept))


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
