"""A witness on this machine (c2sp.org/tlog-witness), written from the specification, that can be made to misbehave.

It shares the checks of proofs with nobody: what it signs it has verified with the tree of `tests/unit/tlog/naive.py`'s author's
words, RFC 9162 section 2.1.4.2, written here anew.
"""

import base64
import hashlib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

NOW = 1_795_395_600
Answer = tuple[int, str, bytes]


@dataclass
class Witness:
    """A witness: its name and secret, the logs it knows, and the last tree of each that it cosigned."""

    name: str
    secret: bytes
    logs: dict[str, bytes]
    """Origin -> public key."""
    seen: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    misbehave: Answer | float | None = None
    """An answer to give in the place of the true one, or seconds to be silent before it."""
    asked: list[bytes] = field(default_factory=list)

    @property
    def vkey(self) -> str:
        """The line in which its key is handed on."""
        public = b"\4" + self._private.public_key().public_bytes_raw()
        return f"{self.name}+{self._key_id.hex()}+{base64.b64encode(public).decode()}"

    @property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.secret)

    @property
    def _key_id(self) -> bytes:
        public = self._private.public_key().public_bytes_raw()
        return hashlib.sha256(self.name.encode() + b"\n\4" + public).digest()[:4]

    def answer(self, body: bytes) -> Answer:
        """Answer a request to add a checkpoint."""
        self.asked.append(body)
        if isinstance(self.misbehave, tuple):
            return self.misbehave
        if self.misbehave is not None:
            time.sleep(self.misbehave)
        head, _, note = body.partition(b"\n\n")
        first, *proof = head.decode().split("\n")
        old = int(first.removeprefix("old "))
        text, _, signatures = note.decode().rpartition("\n\n")
        origin, size, root = text.split("\n")
        if origin not in self.logs:
            return 404, "", b""
        if not any(self._signed(line, text + "\n", origin) for line in signatures.splitlines()):
            return 403, "", b""
        return self._added(origin, old, [base64.b64decode(each) for each in proof], int(size), root, text + "\n")

    def _added(self, origin: str, old: int, proof: list[bytes], size: int, root: str, text: str) -> Answer:
        last, last_root = self.seen.get(origin, (0, b""))
        tree_root = base64.b64decode(root)
        if old > size:
            return 400, "", b""
        if old != last:
            return 409, "text/x.tlog.size", f"{last}\n".encode()
        if old == size and last and last_root != tree_root:
            return 409, "", b""
        if old not in (0, size) and not consistent(old, size, proof, last_root, tree_root):
            return 422, "", b""
        if old in (0, size) and proof:
            return 422, "", b""
        self.seen[origin] = (size, tree_root)
        return 200, "", self._line(text).encode()

    def _signed(self, line: str, text: str, origin: str) -> bool:
        _, name, signature = line.split(" ")
        raw = base64.b64decode(signature)
        public = self.logs[origin]
        if name != origin or raw[:4] != hashlib.sha256(origin.encode() + b"\n\1" + public).digest()[:4]:
            return False
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(raw[4:], text.encode())
        except InvalidSignature:
            return False
        return True

    def _line(self, text: str) -> str:
        signature = self._private.sign(f"cosignature/v1\ntime {NOW}\n{text}".encode())
        return f"— {self.name} {base64.b64encode(self._key_id + NOW.to_bytes(8, 'big') + signature).decode()}\n"


def consistent(first: int, second: int, path: list[bytes], first_root: bytes, second_root: bytes) -> bool:
    """Verify a consistency proof by the steps of RFC 9162 section 2.1.4.2."""

    def both(left: bytes, right: bytes) -> bytes:
        return hashlib.sha256(b"\1" + left + right).digest()

    if not path:
        return False
    if first & (first - 1) == 0:
        path = [first_root, *path]
    fn, sn = first - 1, second - 1
    while fn % 2 == 1:
        fn, sn = fn // 2, sn // 2
    fr = sr = path[0]
    for c in path[1:]:
        if sn == 0:
            return False
        if fn % 2 == 1 or fn == sn:
            fr, sr = both(c, fr), both(c, sr)
            while fn % 2 == 0 and fn != 0:
                fn, sn = fn // 2, sn // 2
        else:
            sr = both(sr, c)
        fn, sn = fn // 2, sn // 2
    return sn == 0 and fr == first_root and sr == second_root


@contextmanager
def serving(*witnesses: Witness) -> Iterator[list[str]]:
    """Serve witnesses on this machine; gives their submission prefixes."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            _, number, call = self.path.split("/")
            assert call == "add-checkpoint"
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, media_type, answer = witnesses[int(number)].answer(body)
            self.send_response(status)
            self.send_header("Content-Type", media_type or "text/plain")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_request(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield [f"http://127.0.0.1:{server.server_port}/{number}" for number in range(len(witnesses))]
    finally:
        server.shutdown()
        server.server_close()
