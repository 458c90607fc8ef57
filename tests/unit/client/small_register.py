"""A register as a deployment gives it, `/v1/changes` and the files of its log, in a few lines and from the written formats.

Entries, leaves and the tree are made here anew, so that the client can be wrong and be found out; notes are signed by the
log's package.
"""

import gzip
import hashlib
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson

from chalicelib.tlog.checkpoints import Checkpoint, signed_keys
from chalicelib.tlog.notes import NoteSigner, signature_line, write_note
from chalicelib.tlog.tiles import ENTRIES, WIDTH, parse_path
from tests.unit.client.intake_server import Reply, Seen, problem

LIMIT = 100
ORIGIN = "open.example.gov/v1/register"


def digest(text: str) -> str:
    """Return some SHA-256 in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass
class SmallRegister:
    """Entries with what their records showed, and what is given of it today."""

    entries: list[dict[str, Any]] = field(default_factory=list)
    bodies: dict[tuple[str, str, int], bytes] = field(default_factory=dict)
    """By kind, id and version: what is still given."""
    ended: set[int] = field(default_factory=set)
    """Indexes of entries that end the versions before."""
    acts: dict[tuple[str, str], int] = field(default_factory=dict)
    page: int = LIMIT
    seen: list[str] = field(default_factory=list)
    lies: dict[int, dict[str, Any]] = field(default_factory=dict)
    """By index: members of entries that are told otherwise than the log has them."""
    files: list[str] = field(default_factory=list)
    """Which of the log were asked for."""
    wrong_export: dict[str, bytes] = field(default_factory=dict)
    """By collection what is packed wrongly, by path what is sent wrongly."""
    wrong_files: dict[str, Reply] = field(default_factory=dict)
    signed: int | None = None
    """How many entries the checkpoint covers; all if a test says nothing else."""
    signers: list[bytes] = field(default_factory=lambda: [sha(b"key 1")])

    def act(self, kind: str, record_id: str, name: str, *, shows: Any = None, tombstone: bool = False) -> int:
        """Add an act; `shows` makes a version, without it what stood before stands on."""
        key, index = (kind, record_id), len(self.entries)
        act = self.acts[key] = self.acts.get(key, 0) + 1
        before = [each for each in self.entries if (each["kind"], each["id"]) == key]
        last = before[-1] if before else {"url": "", "sha256": None}
        version = sum(each["version"] is not None for each in before) + 1 if shows is not None else None
        entry = {
            "index": index,
            "kind": kind,
            "id": record_id,
            "act": act,
            "name": name,
            "version": version,
            "at": f"2026-11-23T10:00:{index % 60:02d}+08:00",
            "agency": "bureau",
            "jurisdiction": "guangan",
            "sha256": last["sha256"],
            "act_sha256": digest(f"act {index}"),
            "salt": digest(f"salt {index}")[:32],
            "url": last["url"],
            "tombstone": tombstone,
        }
        if version is not None:
            self._show(entry, shows)
        self.entries.append(entry)
        return index

    def _show(self, entry: dict[str, Any], shows: Any) -> None:
        kind, record_id, version = entry["kind"], entry["id"], entry["version"]
        begins = orjson.dumps({"kind": kind, "id": record_id, "version": version, "act": entry["act"]})[:-1] + b","
        rest = orjson.dumps({"title": {"zh": "备案"}, "shows": shows})[1:]
        entry["sha256"] = hashlib.sha256(begins + rest).hexdigest()
        entry["url"] = f"/v1/{kind}s/{record_id}/versions/{version}"
        placed = f'"register_index":{entry["index"]},"sha256":"{entry["sha256"]}",'.encode()
        self.bodies[kind, record_id, version] = begins + placed + rest

    def end(self, kind: str, record_id: str, name: str = "withdraw") -> int:
        """Add an act after which earlier versions are given no more."""
        for key in [key for key in self.bodies if key[:2] == (kind, record_id)]:
            del self.bodies[key]
        index = self.act(kind, record_id, name, shows="tombstone", tombstone=True)
        self.ended.add(index)
        return index

    def erase(self, kind: str, record_id: str) -> int:
        """Erase a record: of its entries only what the tree binds stays."""
        index = self.end(kind, record_id, "erase")
        for entry in self.entries[:index]:
            if (entry["kind"], entry["id"]) == (kind, record_id) and "erased_by" not in entry:
                held = commitment(entry)
                entry |= {"sha256": None, "act_sha256": None, "salt": None, "commitment": held, "erased_by": index}
        return index

    def item(self, entry: dict[str, Any], *, with_body: bool) -> bytes:
        """Return an entry as a page gives it."""
        raw = orjson.dumps({**entry, **self.lies.get(entry["index"], {})})
        if not with_body:
            return raw
        body = self.bodies.get((entry["kind"], entry["id"], entry["version"])) or b"null"
        return raw[:-1] + b',"body":' + body + b',"ends_versions":true' * (entry["index"] in self.ended) + b"}"

    def reads(self, seen: Seen) -> Reply:
        """Answer `/v1/changes`."""
        address = urlsplit(seen.target)
        if address.path.startswith(("/v1/exports", "/files/")):
            return self.export_file(address.path, seen.headers["Host"])
        if address.path.startswith("/v1/register/"):
            self.files.append(address.path.removeprefix("/v1/register/"))
            return self.log_file(self.files[-1])
        assert address.path == "/v1/changes"
        self.seen.append(address.query)
        query = parse_qs(address.query)
        after, limit = int(query.get("after", ["-1"])[0]), min(int(query["limit"][0]), self.page)
        held = self.entries[after + 1 : after + 1 + limit]
        items = b",".join(self.item(entry, with_body="include" in query) for entry in held)
        tail = orjson.dumps({"next": None, "as_of": {"register_index": len(self.entries) - 1, "at": None}})[1:]
        etag = hashlib.sha256(items).hexdigest()
        headers = {"ETag": f'"{etag}"'} | ({} if held else {"Retry-After": "7"})
        return Reply(raw=b'{"items":[' + items + b"]," + tail, headers=headers)

    # Its log

    def log_file(self, path: str) -> Reply:
        """Answer a file of the log: tiles of every size up to what is signed."""
        size = len(self.entries) if self.signed is None else self.signed
        if path in self.wrong_files:
            return self.wrong_files[path]
        if path == "checkpoint":
            text = Checkpoint(ORIGIN, size, self.root(size)).text
            return Reply(raw=write_note(text, [signature_line(text, NoteSigner(ORIGIN, key)) for key in self.signers]))
        if path == "keys":
            return Reply(raw=signed_keys(ORIGIN, [NoteSigner(ORIGIN, key) for key in self.signers]))
        tile = parse_path(path)
        if tile.width < WIDTH and tile.first + (WIDTH << 8 * max(tile.level, 0)) <= size:
            return problem(404, "not-found", "a full one has taken its place")
        if tile.level == ENTRIES:
            held = [leaf(entry) for entry in self.entries[:size]][tile.first :][: tile.width]
            return Reply(raw=b"".join(len(each).to_bytes(2, "big") + each for each in held))
        hashes = [sha(b"\x00" + leaf(entry)) for entry in self.entries[:size]]
        for _ in range(8 * tile.level):
            hashes = [sha(b"\x01" + left + right) for left, right in zip(hashes[::2], hashes[1::2], strict=False)]
        return Reply(raw=b"".join(hashes[tile.number * WIDTH :][: tile.width]))

    # Its export

    def export_content(self) -> dict[str, bytes]:
        """Return the lines of an export: the entries, and what each record shows."""
        lines = {"changes": [self.item(entry, with_body=False) for entry in self.entries]}
        for kind, record_id, version in self.bodies:
            if version == max(key[2] for key in self.bodies if key[:2] == (kind, record_id)):
                lines.setdefault(f"{kind}s", []).append(self.bodies[kind, record_id, version])
        return {name: b"".join(line + b"\n" for line in held) for name, held in lines.items()}

    def export_file(self, path: str, host: str) -> Reply:
        """Answer the manifest of an export, or one of its files."""
        packed = {name: gzip.compress(content, mtime=0) for name, content in self.export_content().items()}
        packed |= self.wrong_export
        if path != "/v1/exports":
            return Reply(raw=self.wrong_export.get(path, packed[path.removeprefix("/files/")]))
        items = [
            {
                "name": f"{name}.ndjson.gz",
                "collection": name,
                "format": "ndjson",
                "rows": 0,
                "bytes": len(raw),
                "sha256": sha(raw).hex(),
                "address": f"http://{host}/files/{name}",
            }
            for name, raw in packed.items()
        ]
        return Reply(document={"items": items, "as_of": {"register_index": len(self.entries) - 1, "at": None}})

    def shown(self) -> dict[tuple[str, str, int], bytes]:
        """Return every version that is given today."""
        return dict(self.bodies)

    def root(self, size: int | None = None) -> bytes:
        """Return the root of the tree over the first entries, by the definition of RFC 6962."""
        return tree_root([leaf(entry) for entry in self.entries[:size]])


def sha(raw: bytes) -> bytes:
    """Return the SHA-256."""
    return hashlib.sha256(raw).digest()


def vkey(secret: bytes) -> str:
    """Return the vkey of a private key of this log."""
    return NoteSigner(ORIGIN, secret).key().vkey


def commitment(entry: dict[str, Any]) -> str:
    """Return what a leaf says of an entry's texts."""
    if "erased_by" in entry:
        return str(entry["commitment"])
    parts = bytes.fromhex(entry["salt"]) + bytes.fromhex(entry["act_sha256"])
    return hashlib.sha256(parts + bytes.fromhex(entry["sha256"] or "")).hexdigest()


def leaf(entry: dict[str, Any]) -> bytes:
    """Return the leaf of an entry."""
    names = ("index", "kind", "id", "act", "name", "version", "at", "agency", "jurisdiction", "url", "tombstone")
    members = {name: entry[name] for name in names}
    members["at"] = entry["at"].replace("T10:", "T02:").replace("+08:00", ".000Z")
    return orjson.dumps({**members, "commitment": commitment(entry)})


def tree_root(leaves: list[bytes]) -> bytes:
    """Return the root over leaves, by the definition of RFC 6962, 2.1."""
    if not leaves:
        return sha(b"")
    if len(leaves) == 1:
        return sha(b"\x00" + leaves[0])
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return sha(b"\x01" + tree_root(leaves[:half]) + tree_root(leaves[half:]))


def filled(count: int = 40, page: int = LIMIT) -> SmallRegister:
    """Return a register with a bit of everything."""
    register = SmallRegister(page=page)
    for number in range(count):
        kind, record_id = ("service", "disclosure")[number % 2], f"r{number % 7}"
        register.act(kind, record_id, "publish", shows=number)
        if number % 5 == 3:
            register.act(kind, record_id, "note")
        if number % 9 == 8:
            register.end(kind, record_id)
    register.erase("disclosure", "r3")
    register.act("agency", "quiet", "submit")
    return register
