"""A deployment with a service and short ways to write and read its cases."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import orjson

from chalicelib.settings import Settings
from local.messages import Response
from tests.world import AUTHORITY, World

LIMITS = {"promised": {"value": 5, "unit": "working_day"}, "statutory": {"value": 20, "unit": "working_day"}}
ACCEPTED = {"event": "accepted", "occurred_at": "2026-11-20T10:00:00+08:00"}
DECIDED = {"event": "decided", "occurred_at": "2026-11-23T09:00:00+08:00", "outcome": "granted"}
QUESTION = {"kind": "question", "agency": "bureau", "subject": "备案材料", "text": "请问备案需要哪些材料？"}
JSON_BODY = (("Content-Type", "application/json"),)


def fast_hash(code: str, case_no: str, pepper: bytes, salt: bytes) -> bytes:
    """Stand in for the slow hash: as exact, and fast enough for thousands of tries."""
    return sha256(b"\n".join((code.encode(), case_no.encode(), pepper, salt))).digest()


class CaseWorld(World):
    """A deployment whose bureau offers service s1; another agency has a clerk as well."""

    in_order = False
    """Whether the cases of a batch are taken one after the other, for tests that count storage calls."""

    def restart(self) -> None:
        """Begin a new process."""
        super().restart()
        parts = vars(self.wired)
        parts["slow_hash"] = fast_hash
        if self.in_order:
            parts["side_by_side"] = lambda function, items: [function(item) for item in items]

    def begin(self) -> "CaseWorld":
        """Put in agencies, keys and the service."""
        self.init()
        other = {"name": {"zh": "区民政局"}, "level": "department", "parent": "guangan"}
        self.act("agencies", "other", 1, {"act": "register", "content": other})
        self.key("other-clerk", "other", "Sun", ["clerk"])
        self.key("bureau-approver", "bureau", "Zhou", ["approver"])
        self.service("s1", limits=LIMITS, effective_on="2026-01-01")
        return self

    def register(self, case_no: str, key: str = "bureau-clerk", **members: Any) -> Response:
        """Register a case."""
        body = {"service": "s1", "access": "none", **members}
        return self.put(f"/v1/intake/cases/{case_no}", body, key)

    def event(self, case_no: str, event_id: str, body: Any, key: str = "bureau-clerk") -> Response:
        """Send an event."""
        return self.put(f"/v1/intake/cases/{case_no}/events/{event_id}", body, key)

    def code(self, case_no: str, number: int, body: Any = None, key: str = "bureau-clerk") -> Response:
        """Issue a query code."""
        return self.put(f"/v1/intake/cases/{case_no}/codes/{number}", body or {}, key)

    def batch(self, lines: Sequence[Any], key: str = "bureau-clerk", *, dry_run: bool = False) -> Response:
        """Send a batch."""
        body = b"".join((line if isinstance(line, bytes) else orjson.dumps(line)) + b"\n" for line in lines)
        return self.put("/v1/intake/case-events", body, key, method="POST", dry_run=dry_run)

    def exchange(self, case_no: str, code: Any, source_ip: str = "203.0.113.9", work: Any = None) -> Response:
        """Ask for a token with a code, and with work done for it."""
        body = {"query_code": code} if work is None else {"query_code": code, "proof_of_work": work}
        path = f"/v1/cases/{case_no}/tokens"
        return self.request("POST", path, headers=JSON_BODY, body=orjson.dumps(body), source_ip=source_ip)

    def enquire(self, number: str, body: Any = None, source_ip: str = "203.0.113.9") -> Response:
        """Send an enquiry as anybody may."""
        raw = body if isinstance(body, bytes) else orjson.dumps(QUESTION if body is None else body)
        return self.request("PUT", f"/v1/enquiries/{number}", headers=JSON_BODY, body=raw, source_ip=source_ip)

    def rate(self, case_no: str, token: str, uuid: str, body: Any) -> Response:
        """Rate a case as the holder of its token."""
        raw = body if isinstance(body, bytes) else orjson.dumps(body)
        headers = (*JSON_BODY, ("Authorization", f"Bearer {token}"))
        return self.request("PUT", f"/v1/cases/{case_no}/ratings/{uuid}", headers=headers, body=raw)

    def ratings(self, case_no: str, token: str) -> Any:
        """Read what was rated of a case and what can be."""
        return self.get(f"/v1/cases/{case_no}/ratings", authorization=f"Bearer {token}").json()

    def opened(self, case_no: str) -> tuple[str, str]:
        """Register a case with a code and return code and token."""
        code = self.register(case_no, access="code").json()["query_code"]
        return code, self.exchange(case_no, code).json()["token"]

    def status(self, case_no: str, token: str, **headers: str) -> Response:
        """Read a case."""
        return self.get(f"/v1/cases/{case_no}", authorization=f"Bearer {token}", **headers)

    def renew(self, case_no: str, token: str) -> Response:
        """Ask for a fresh token."""
        return self.request("POST", f"/v1/cases/{case_no}/tokens", headers=(("Authorization", f"Bearer {token}"),))

    def end_tokens(self, case_no: str, token: str) -> Response:
        """End all tokens."""
        return self.request("DELETE", f"/v1/cases/{case_no}/tokens", headers=(("Authorization", f"Bearer {token}"),))

    def many(self, body: Any) -> Response:
        """Ask for many cases."""
        return self.request("POST", "/v1/case-status", headers=JSON_BODY, body=orjson.dumps(body))


def roomy() -> CaseWorld:
    """Return a deployment that counts tries but never has enough of them."""
    settings = Settings(
        public_authority=AUTHORITY,
        index_settle_seconds=0,
        tries_per_minute_network=10**6,
        tries_per_hour_case_network=10**6,
        enquiries_per_hour_network=10**6,
    )
    return CaseWorld(settings=settings).begin()


def registered(case_no: str, **members: Any) -> dict[str, Any]:
    """Return a batch line that registers a case."""
    return {"register": {"case_no": case_no, "service": "s1", "access": "none", **members}}


def happened(case_no: str, event_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Return a batch line that is an event."""
    return {"event": {"case_no": case_no, "event_id": event_id, **body}}


def outcomes(answer: Response) -> list[tuple[str, list[str]]]:
    """Return outcome and codes of every line of a batch's answer."""
    return [(line["outcome"], [error["code"] for error in line["errors"]]) for line in answer.json()["results"]]
