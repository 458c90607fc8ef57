"""A whole deployment in memory: the real app, use cases and repositories on a memory table, with keys to sign with.

The clock moves only when told, and by a second at each signed request, as in life.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, cast

import orjson

from chalicelib import wiring
from chalicelib.jobs import build_search, check_attachments, log_register
from chalicelib.routes.application import create_app
from chalicelib.settings import Settings
from chalicelib.signing.keys import PrivateKey
from chalicelib.signing.messages import DRY_RUN, INTAKE
from chalicelib.signing.profile import sign, sign_read
from chalicelib.store import keys
from chalicelib.store.table import Table
from chalicelib.usecases.deliver_webhooks import Sender
from chalicelib.usecases.harvest import Source
from chalicelib.usecases.operator_init import FirstKey, init_jurisdiction
from local.events import call
from local.messages import Response
from tests.fakes.memory_files import MemoryFiles
from tests.fakes.memory_objects import MemoryObjects
from tests.fakes.memory_table import MemoryTable, no_hook

START = datetime(2026, 11, 23, 2, 0, 0, tzinfo=UTC)
AUTHORITY = "127.0.0.1:8000"
ROOT = {
    "name": {"zh": "广安市广安区人民政府", "en": "Guang'an District"},
    "level": "county",
    "jurisdiction": {"time_zone": "Asia/Shanghai", "calendar": "cn", "language": "zh"},
}


def private_key(key_id: str) -> PrivateKey:
    """Return a key that is always the same for an id."""
    return PrivateKey(key_id, "ed25519", sha256(key_id.encode()).digest())


def public_key_base64(key_id: str) -> str:
    """Return the public half as the register of keys takes it."""
    from base64 import b64encode

    return b64encode(private_key(key_id).public().material).decode()


class World:
    """One deployment."""

    def __init__(self, table: Table | None = None, settings: Settings | None = None) -> None:
        self.memory = MemoryTable(keys.INDEXES)
        self.objects = MemoryObjects()
        self.files = MemoryFiles(self.objects)
        self.now = START
        self.settings = settings or Settings(public_authority=AUTHORITY, index_settle_seconds=0)
        self.secret = b"a secret of the tests, which is long"
        self.origins: Source | None = None
        """How other deployments are asked; over HTTP if a test says nothing else."""
        self.sender: Sender | None = None
        """How receivers of webhooks are sent to; over HTTPS if a test says nothing else."""
        self.codes: dict[str, str] = {}
        """Query codes that a test keeps, by case."""
        self._chance = 0
        self._table = table or self.memory
        self.app = create_app()
        self.restart()

    def restart(self) -> None:
        """Begin a new process over the same storage: nothing is remembered in memory."""
        self.wired = wiring.Wiring(
            self.settings,
            table=self._table,
            objects=self.objects,
            files=self.files,
            secret=lambda: self.secret,
            origins=self.origins,
            sender=self.sender,
            now=lambda: self.now,
            random_bytes=self._random_bytes,
        )
        wiring.use(self.wired)

    def save(self) -> object:
        """Return everything stored, the clock and the state of chance, to be put back by `put_back`."""
        return self.memory.save(), dict(self.objects.objects), self.now, self._chance

    def put_back(self, saved: Any) -> None:
        """Put back what `save` returned, in a new process."""
        stored, objects, self.now, self._chance = saved
        self.memory.put_back(stored)
        self.objects.objects = dict(objects)
        self.objects.hook = no_hook
        self.restart()

    def _random_bytes(self, count: int) -> bytes:
        self._chance += 1
        return sha256(f"chance {self._chance}".encode()).digest()[:count].ljust(count, b"\x07")

    def pass_time(self, **span: float) -> None:
        """Let time pass."""
        self.now += timedelta(**span)

    # Plain requests

    def request(
        self,
        method: str,
        path: str,
        query: str = "",
        headers: Iterable[tuple[str, str]] = (),
        body: bytes = b"",
        source_ip: str = "127.0.0.1",
    ) -> Response:
        """Send a request through a true API Gateway event."""
        return call(self.app, method, path, query, tuple(headers), body, source_ip, now=self.now)

    def get(self, path: str, query: str = "", **headers: str) -> Response:
        """Read."""
        named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
        return self.request("GET", path, query, named)

    def json(self, path: str, query: str = "") -> Any:
        """Read, and want 200."""
        answer = self.get(path, query)
        assert answer.status == 200, answer.body
        return orjson.loads(answer.body)

    # Signed requests

    def put(
        self, path: str, body: Any, key: str = "root-clerk", *, dry_run: bool = False, method: str = "PUT"
    ) -> Response:
        """Send a signed write."""
        raw = body if isinstance(body, bytes) else orjson.dumps(body)
        media_type = "application/x-ndjson" if path.endswith("case-events") else "application/json"
        self.pass_time(seconds=1)
        tag = DRY_RUN if dry_run else INTAKE
        headers = sign(method, self.settings.public_authority, path, raw, media_type, private_key(key), self.now, tag)
        return self.request(method, path, headers=tuple(headers.items()), body=raw)

    def get_signed(self, path: str, key: str = "root-clerk") -> Response:
        """Send a signed read."""
        headers = sign_read("GET", self.settings.public_authority, path, private_key(key), self.now)
        return self.request("GET", path, headers=tuple(headers.items()))

    def act(self, collection: str, record_id: str, number: int, body: Any, key: str = "root-clerk") -> dict[str, Any]:
        """Send an act, and want it stored."""
        answer = self.put(f"/v1/intake/{collection}/{record_id}/acts/{number}", body, key)
        assert answer.status in (200, 201), answer.body
        return cast(dict[str, Any], orjson.loads(answer.body))

    # What most tests begin with

    def init(self) -> "World":
        """Put in a jurisdiction: root agency, one below it, a clerk and an approver for the root."""
        first = FirstKey("root-keys", public_key_base64("root-keys"), "Wang", ("keys", "clerk"))
        init_jurisdiction("guangan", ROOT, first, self.wired.records, self.now)
        self.key("root-clerk", "guangan", "Li", ["clerk"])
        self.key("root-approver", "guangan", "Zhao", ["approver"])
        bureau = {"name": {"zh": "区经信局", "en": "Economy Bureau"}, "level": "department", "parent": "guangan"}
        self.act("agencies", "bureau", 1, {"act": "register", "content": bureau})
        self.key("bureau-clerk", "bureau", "Chen", ["clerk"])
        return self

    def key(
        self, key_id: str, agency: str, person: str, roles: list[str], signed_with: str = "root-keys", **more: Any
    ) -> None:
        """Register a key; a scope can be told too."""
        body = {"act": "register", "agency": agency, "person": person, "roles": roles, **more}
        self.act("keys", key_id, 1, {**body, "public_key": public_key_base64(key_id)}, signed_with)

    def service(self, record_id: str, number: int = 1, act: str = "publish", **content: Any) -> dict[str, Any]:
        """Publish a service of the bureau."""
        base = {"agency": "bureau", "title": {"zh": "企业投资项目备案"}, "service_kind": "other_power"}
        return self.act("services", record_id, number, {"act": act, "content": {**base, **content}}, "bureau-clerk")

    def disclose(self, record_id: str, **content: Any) -> None:
        """Submit, approve and publish a disclosure."""
        base = {"agency": "bureau", "title": {"zh": "通知"}, "category": "plans", "body": {"zh": "全文"}}
        receipt = self.act("disclosures", record_id, 1, {"act": "submit", "content": {**base, **content}})
        self.approve(record_id, 2, receipt["sha256"])
        self.act("disclosures", record_id, 3, {"act": "publish"})

    def attach(
        self, data: bytes, media_type: str, file_name: str, agency: str = "bureau", key: str = "root-clerk"
    ) -> str:
        """Announce a file, send it and have it looked at; return its hash."""
        digest = sha256(data).hexdigest()
        said = {"agency": agency, "size_bytes": len(data), "media_type": media_type, "file_name": file_name}
        answer = self.put(f"/v1/intake/attachments/{digest}", said, key)
        assert answer.status in (200, 201), answer.body
        assert self.files.send(orjson.loads(answer.body)["upload"]["fields"], data)
        check_attachments.run(self.wired)
        return digest

    def approve(self, record_id: str, number: int, digest: str) -> None:
        """Approve a submission."""
        review = {"reviewer": "office", "result": "cleared"}
        body = {"act": "approve", "approves_sha256": digest, "secrecy_review": review}
        self.act("disclosures", record_id, number, body, "root-approver")

    def log(self) -> None:
        """Run the register job."""
        self.pass_time(seconds=1)
        log_register.run(self.wired)
        self.pass_time(seconds=30)

    def index(self) -> None:
        """Run the job of the read model, and let readers look for it anew."""
        build_search.run(self.wired)
        self.pass_time(seconds=10)
