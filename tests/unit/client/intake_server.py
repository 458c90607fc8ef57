"""A small HTTP server that behaves like the intake: it verifies every signature, keeps what is stored, and can be made to fail.

It stands in for the deployment where a test wants to see exactly what the client puts on the wire, or to lose an answer
after the write was stored. What the program itself says is tested in `test_against_the_program`.
"""

import hashlib
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from chalicelib.signing.keys import PrivateKey
from chalicelib.signing.messages import DRY_RUN, SignedRequest
from chalicelib.signing.profile import read_claim, verify

JSON = "application/json"
PROBLEM = "application/problem+json"


@dataclass(frozen=True)
class Reply:
    """An answer; `lose` closes the connection instead of sending it."""

    status: int = 200
    document: Any = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    lose: bool = False


@dataclass(frozen=True)
class Seen:
    """A request as it arrived, with the tag of its signature ("" where it had none)."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    tag: str
    key_id: str


class Intake:
    """What is stored, what was seen, and what shall go wrong next."""

    def __init__(self, *keys: PrivateKey) -> None:
        self.keys = {key.key_id: key.public() for key in keys}
        self.stored: dict[str, bytes] = {}
        self.seen: list[Seen] = []
        self.reads: Callable[[Seen], Reply] = lambda seen: Reply()
        self.refuse: Callable[[str, Any], str | None] = lambda path, document: None
        """(path, document) -> the code under which a write or a line is refused, or None."""
        self.faults: list[Callable[[Seen], Reply | None]] = []
        """Each is used for one request: a reply in place of the real one, or after it where it returns `lose`."""
        self.authority = ""
        self._lock = threading.Lock()

    def answer(self, seen: Seen) -> Reply:
        """Answer a request as the contract says."""
        with self._lock:
            self.seen.append(seen)
            fault = self.faults.pop(0)(seen) if self.faults else None
            if fault is not None and not fault.lose:
                return fault
            reply = self._write(seen) if seen.method in ("PUT", "POST") else self.reads(seen)
            return fault or reply

    def _write(self, seen: Seen) -> Reply:
        if seen.method == "POST":
            return self._batch(seen)
        document = json.loads(seen.body)
        if seen.target in self.stored:
            same = self.stored[seen.target] == seen.body
            return self._receipt(seen, 200) if same else problem(409, "place-taken", "other bytes stand here")
        if code := self.refuse(seen.target, document):
            return problem(422, "refused", "no", errors=[{"pointer": "/content", "code": code, "message": "not so"}])
        if seen.tag == DRY_RUN:
            return self._receipt(seen, 200)
        self.stored[seen.target] = seen.body
        return self._receipt(seen, 201)

    def _receipt(self, seen: Seen, status: int) -> Reply:
        coded = status == 201 and json.loads(seen.body).get("access") == "code"
        receipt = {
            "id": seen.target.split("/")[4],
            "act": 1,
            "sha256": hashlib.sha256(seen.body).hexdigest(),
            "received_at": "2026-11-23T10:00:00+08:00",
            "state": "published",
            "register": {"index": None, "status": "pending"},
            "links": {"self": seen.target},
        }
        return Reply(status, receipt | ({"query_code": "ABCD-EFGH-JKM"} if coded else {}))

    def _batch(self, seen: Seen) -> Reply:
        lines = seen.body.splitlines()
        if len(lines) > 1_000 or len(seen.body) > 4_000_000:
            return problem(413, "too-large", "too much")
        results = [self._line(number, line, seen) for number, line in enumerate(lines, 1)]
        all_refused = all(result["outcome"] == "refused" for result in results)
        return Reply(422 if all_refused else 200, {"results": results})

    def _line(self, number: int, line: bytes, seen: Seen) -> dict[str, Any]:
        ((kind, inner),) = json.loads(line).items()
        place = f"{inner['case_no']}/{inner.get('event_id', kind)}"
        result = {"line": number, "case_no": inner["case_no"], "event_id": inner.get("event_id"), "errors": []}
        if code := self.refuse(place, inner):
            return {**result, "outcome": "refused", "errors": [{"pointer": "", "code": code, "message": "not so"}]}
        if place in self.stored:
            return {**result, "outcome": "already"}
        if seen.tag != DRY_RUN:
            self.stored[place] = line
        return {**result, "outcome": "stored"}


def problem(status: int, code: str, detail: str, **members: Any) -> Reply:
    """Return a problem document."""
    document = {"type": f"/problems/{code}", "title": f"It is {code}", "status": status, "detail": detail, **members}
    return Reply(status, document, {"Content-Type": PROBLEM})


def lose_answer(seen: Seen) -> Reply:
    """Let the write be stored, and its answer be lost."""
    return Reply(lose=True)


@contextmanager
def serving(intake: Intake) -> Iterator[str]:
    """Serve on a free port of the loopback; yields the address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            reply = intake.answer(self._seen(body))
            if reply.lose:
                self.close_connection = True
                return
            self._send(reply)

        do_GET = do_PUT = do_POST = do_HEAD = handle_one  # noqa: N815 - names of http.server

        def _seen(self, body: bytes) -> Seen:
            tag = key_id = ""
            if "Signature-Input" in self.headers:
                headers = tuple((name.lower(), value) for name, value in self.headers.items())
                request = SignedRequest(self.command, intake.authority, self.path, headers, body)
                claim = read_claim(request)
                verify(request, claim, intake.keys[claim.key_id], datetime.now(UTC))
                tag, key_id = claim.tag, claim.key_id
            return Seen(self.command, self.path, dict(self.headers.items()), body, tag, key_id)

        def _send(self, reply: Reply) -> None:
            content = json.dumps(reply.document).encode() if reply.raw is None else reply.raw
            self.send_response(reply.status)
            for name, value in {"Content-Type": JSON, "Content-Length": str(len(content)), **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - name of http.server
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    intake.authority = f"127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://{intake.authority}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
