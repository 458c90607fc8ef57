"""A town with a thing for every route to be asked for and a key for every kind of caller, and how each of them calls.

Who may call what is held of it in `tests/http/test_who_may_call.py`; what is never told, in `tests/http/test_canaries.py`.
"""

from datetime import timedelta
from typing import Any

import orjson

from bench.sampled import TILES
from chalicelib.domain.filings import filing_id
from chalicelib.domain.harvest import parse_origins
from chalicelib.jobs import advance_clocks, publish_statistics, write_exports
from chalicelib.routes.endpoint import ENDPOINTS
from chalicelib.signing.messages import DRY_RUN, INTAKE, READ
from chalicelib.signing.profile import sign, sign_read
from chalicelib.usecases.api_keys import revoke_api_key
from chalicelib.usecases.harvest import follow
from local.messages import Response
from tests.centre_world import CENTRE
from tests.evaluation_world import FEEDBACK, ROUND
from tests.hearing_world import NOTICE, open_draft
from tests.joint_world import JointWorld
from tests.rule_world import RULE
from tests.two_worlds import Wire
from tests.watch_world import WatchWorld
from tests.world import AUTHORITY, private_key, public_key_base64

COMPLAINT = "018f0000-0000-7000-8000-000000000001"
NEIGHBOUR = "127.0.0.1:8000"
NEW = "018f0000-0000-7000-8000-000000000002"
SHOWN_COMMENT = "018f0000-0000-7000-8000-000000000003"
WAITING_COMMENT = "018f0000-0000-7000-8000-000000000004"
SECRET_TEXT = "canary-of-what-was-written"
ACCEPTED = {"event": "accepted", "occurred_at": "2026-11-23T10:00:00+08:00"}
JSON_TYPE, LINES_TYPE = "application/json", "application/x-ndjson"


class Town(JointWorld, WatchWorld):
    """The joint licence, watched cases, a complaint of market regulation, a card of it; keys of every kind."""

    bearers: dict[str, str]
    delivery_id: str
    """Of a notification of c1 that is dead."""
    card_id: str
    file: str

    def build(self) -> "Town":
        """Put in everything that a route can be asked for."""
        JointWorld.begin(self)
        stall = {"name": {"zh": "市场所"}, "level": "department", "parent": "market"}
        self.act("agencies", "stall", 1, {"act": "register", "content": stall})
        self.key("stall-clerk", "stall", "Tang", ["clerk"])
        self.key("market-reader", "market", "Yu", ["approver"])
        self.key("gone-clerk", "market", "He", ["clerk"])
        self.act("keys", "gone-clerk", 2, {"act": "revoke", "reason": "retired"}, "root-keys")
        self.key("scoped", "city", "Qian", ["supervisor"], scope=["fire"])
        self.key("reviewer", "city", "Jin", ["evaluator"], scope=["market"])
        self._cases()
        notice: dict[str, Any] = {"agency": "market", "title": {"zh": "通知"}, "category": "plans"}
        notice["body"] = {"zh": "全文"}
        self.file = self.attach(b"a,b\n", "text/csv", "a.csv", "market", "market-clerk")
        notice["attachments"] = [{"name": "file", "sha256": self.file}]
        self.act("disclosures", "d1", 1, {"act": "submit", "content": notice}, "market-clerk")
        self.approve("d1", 2, self.read_receipt("disclosures", "d1", 1)["sha256"])
        self.act("disclosures", "d1", 3, {"act": "publish"}, "market-clerk")
        self.act("centres", "hall", 1, {"act": "open", "content": NEW_CENTRE}, "market-clerk")
        open_draft(self, "d2", "market-clerk", agency="market")
        self.act("disclosures", "d1", 4, {"act": "file_upward", "receivers": ["guangan"]}, "market-clerk")
        self.act("disclosures", "d2", 4, {**NOTICE, "hearing": "h1"}, "market-clerk")
        self.act("rules", "r1", 1, {"act": "publish", "content": NEW_RULE}, "market-clerk")
        self.act("evaluations", "round", 1, {"act": "announce", "content": NEW_ROUND}, "reviewer")
        self.act("feedback", "report", 1, {"act": "announce", "content": NEW_FEEDBACK}, "market-clerk")
        self._consulted()
        sent = {"kind": "complaint", "agency": "market", "subject": "慢", "text": SECRET_TEXT}
        assert self.enquire(COMPLAINT, sent).status == 201
        self.pass_time(days=60)
        advance_clocks.run(self.wired)
        cards = [key.pk for key in self.memory.items if key.pk.startswith("card#") and key.sk == "HEAD"]
        mine = [pk.removeprefix("card#") for pk in cards if self.agency_of(pk) == "market"]
        self.card_id = min(mine)
        self.log()
        for _ in range(2):  # a period is settled by the first night that is a day after its last event came in
            publish_statistics.run(self.wired, nightly=True)
            self.pass_time(hours=25)
        self.log()
        self._written_out()
        for origin in parse_origins(f"http://{NEIGHBOUR}"):  # it follows itself: what is copied is here
            follow(origin, Wire(self), self.wired.harvest, self.wired.now, self.now + timedelta(hours=1))
        return self

    def _written_out(self) -> None:
        """An export, a checkpoint that witnesses have signed, and tiles of every depth, as a large register has them."""
        self.index()
        write_exports.run(self.wired, nightly=True)
        files = self.wired.log_files
        files.write("witnessed", files.read("checkpoint"))
        for path in TILES:
            files.write(path, bytes(8_192))

    def _consulted(self) -> None:
        """A draft of market regulation on which opinions are heard, and two comments, one of them moderated."""
        self.key("moderator", "market", "Mei", ["moderator"])
        self.act("disclosures", "draft", 1, {"act": "submit", "content": NEW_DISCLOSURE}, "market-clerk")
        self.approve("draft", 2, self.read_receipt("disclosures", "draft", 1)["sha256"])
        self.act("disclosures", "draft", 3, {"act": "open_consultation", "last_day": "2027-06-30"}, "market-clerk")
        for uuid in (SHOWN_COMMENT, WAITING_COMMENT):
            path, raw = f"/v1/disclosures/draft/comments/{uuid}", orjson.dumps(NEW_COMMENT)
            assert self.request("PUT", path, headers=[("Content-Type", JSON_TYPE)], body=raw).status == 201
        self.act("comments", SHOWN_COMMENT, 2, {"act": "moderate", "outcome": "shown"}, "moderator")

    def read_receipt(self, collection: str, record_id: str, number: int) -> Any:
        """Return a receipt."""
        return self.get_signed(f"/v1/intake/{collection}/{record_id}/acts/{number}", "market-clerk").json()

    def agency_of(self, pk: str) -> str:
        """Return whose a card is."""
        head = next(item for key, item in self.memory.items.items() if key.pk == pk and key.sk == "HEAD")
        state: dict[str, Any] = orjson.loads(head["state"])  # type: ignore[arg-type]
        return str(state["agency"])

    def _cases(self) -> None:
        """Cases c1 and c2, watched by receivers of their own; of c1 tokens of every kind that no longer holds."""
        secrets = {name: self.receiver(name).json()["secret"] for name in ("app", "rival")}
        self.deliver()
        registered = {"key": "market-clerk", "service": "restaurant", "access": "code"}
        code = self.register("c1", **registered).json()["query_code"]
        early = self.exchange("c1", code).json()["token"]
        self.end_tokens("c1", early)
        ended = self.exchange("c1", code).json()["token"]
        again = self.code("c1", 1, {}, "market-clerk").json()["query_code"]
        other = self.exchange("c2", self.register("c2", **registered).json()["query_code"]).json()["token"]
        self.event("c1", "e1", ACCEPTED, "market-clerk")
        self.event("c1", "e2", {"event": "visited", "occurred_at": VISITED}, "market-clerk")
        old_now, self.now = self.now, self.now.replace(year=self.now.year - 1)
        expired = self.exchange("c1", again).json()["token"]
        self.now = old_now
        holder = self.exchange("c1", again).json()["token"]
        assert self.subscribe("c1", holder).status == 201
        self.bearers = {
            "holder": holder,
            "other case": other,
            "earlier epoch": early,
            "ended": ended,
            "expired": expired,
            "receiver": secrets["app"],
            "other receiver": secrets["rival"],
            "subscriber": self.api_key("portal"),
            "revoked subscriber": self.api_key("gone"),
        }
        revoke_api_key("gone", self.wired.api_keys, self.now)
        assert self.subscribe_publicly("s1", self.bearers["subscriber"]).status == 201
        self.event("c1", "e3", {"event": "visited", "occurred_at": VISITED}, "market-clerk")
        self.delivery_id = self.dead()


KEYS = {
    "agency": "market-clerk",
    "parent": "root-keys",
    "child": "stall-clerk",
    "branch": "health-clerk",
    "other": "bureau-clerk",
    "no role": "market-reader",
    "supervisor": "scoped",
    "revoked": "gone-clerk",
}
BEARERS = (
    *("holder", "other case", "earlier epoch", "ended", "expired", "receiver", "other receiver"),
    *("subscriber", "revoked subscriber"),
)
CALLERS = ("nobody", *BEARERS, *KEYS, "dry run", "wrong tag")

VISITED = "2026-11-23T11:00:00+08:00"
DECIDED = {"event": "decided", "occurred_at": "2026-11-24T10:00:00+08:00", "outcome": "granted"}
NEW_AGENCY = {"act": "register", "content": {"name": {"zh": "新"}, "level": "department", "parent": "market"}}
NEW_SERVICE = {"agency": "market", "title": {"zh": "事项"}, "service_kind": "other_power"}
NEW_DISCLOSURE = {"agency": "market", "title": {"zh": "通知"}, "category": "plans", "body": {"zh": "全文"}}
NEW_CENTRE = {**CENTRE, "agency": "market", "windows": [], "payment": {}}
NEW_RULE = {**RULE, "agency": "market"}
NEW_ROUND = {**ROUND, "agency": "city", "agencies": ["market"]}
NEW_FEEDBACK = {**FEEDBACK, "agency": "market", "about": [{"kind": "enquiries"}], "due_on": "2027-12-31"}
NEW_FILE = {"agency": "market", "size_bytes": 9, "media_type": "text/csv", "file_name": "b.csv"}
NEW_COMMENT = {"text": "太贵了。", "from": "individual", "contact": {"phone": "13812345678"}}
NEW_KEY = {"act": "register", "agency": "market", "person": "Bai", "roles": ["clerk"]}
LINE = {"event": {"case_no": "c1", "event_id": "e9", **DECIDED}}
BODIES: dict[str, Any] = {
    "PUT /v1/intake/agencies/{record_id}/acts/{number}": NEW_AGENCY,
    "PUT /v1/intake/services/{record_id}/acts/{number}": {"act": "publish", "content": NEW_SERVICE},
    "PUT /v1/intake/disclosures/{record_id}/acts/{number}": {"act": "submit", "content": NEW_DISCLOSURE},
    "PUT /v1/intake/centres/{record_id}/acts/{number}": {"act": "open", "content": NEW_CENTRE},
    "PUT /v1/intake/attachments/{sha256}": NEW_FILE,
    "PUT /v1/intake/rules/{record_id}/acts/{number}": {"act": "publish", "content": NEW_RULE},
    "PUT /v1/intake/evaluations/{record_id}/acts/{number}": {"act": "announce", "content": NEW_ROUND},
    "PUT /v1/intake/feedback/{record_id}/acts/{number}": {"act": "announce", "content": NEW_FEEDBACK},
    "PUT /v1/intake/keys/{record_id}/acts/{number}": {**NEW_KEY, "public_key": public_key_base64("new")},
    "PUT /v1/intake/filings/{record_id}/acts/{number}": {"act": "answer_filing", "answer": "received"},
    "PUT /v1/intake/supervision/{record_id}/acts/{number}": {"act": "answer", "reason": {"zh": "空缺"}},
    "PUT /v1/intake/cases/{case_no}": {"service": "restaurant", "access": "none"},
    "PUT /v1/intake/cases/{case_no}/codes/{number}": {},
    "PUT /v1/intake/cases/{case_no}/events/{event_id}": DECIDED,
    "POST /v1/intake/case-events": LINE,
    "PUT /v1/enquiries/{uuid}": {"kind": "question", "agency": "market", "subject": "问", "text": "问"},
    "PUT /v1/disclosures/{record_id}/comments/{uuid}": NEW_COMMENT,
    "PUT /v1/intake/comments/{record_id}/acts/{number}": {"act": "moderate", "outcome": "shown"},
    "PUT /v1/receivers/{receiver_id}": {"url": "https://hooks.new.example/in"},
    "PUT /v1/cases/{case_no}/subscriptions/{subscription_id}": {"receiver": "app", "handle": "h2"},
    "PUT /v1/subscriptions/{subscription_id}": {"receiver": "app", "topics": ["service.*"]},
    "PUT /v1/cases/{case_no}/ratings/{uuid}": {"of": "contact", "contact_at": VISITED, "grade": "satisfied"},
    "POST /v1/case-status": {"cases": [{"case_no": "c1", "token": "v1.1.1.x"}]},
}
RECORDS = {
    "agencies": ("market", "newborn"),
    "services": ("restaurant", "newborn"),
    "disclosures": ("d1", "newborn"),
    "rules": ("r1", "newborn"),
    "evaluations": ("round", "newborn"),
    "hearings": ("h1", "newborn"),
    "filings": (filing_id("d1", 1, "guangan"),) * 2,
    "feedback": ("report", "newborn"),
    "centres": ("hall", "newborn"),
    "keys": ("market-clerk", "newborn"),
    "statistics-periods": ("2026-11-guangan", "newborn"),
}
"""Of each collection: what is there, for reads, and what is not, for writes."""
NAMES = {"assets": "page.css", "exports": "services.csv"}
QUERIES = {
    "/v1/register/proof": "index=0",
    "/v1/deadlines/preview": "service=restaurant&accepted_at=2026-11-02",
    "/v1/statistics/duration": "agency=market",
    "/v1/rules/gaps": "agency=market",
    "/v1/statistics/annual-report/2026": "agency=market",
}

ENDPOINT_OF = {f"{endpoint.method} {endpoint.path}": endpoint for endpoint in ENDPOINTS}


def _tile(path: str) -> list[str]:
    """Return the pieces that name a tile, as many as an address has room for."""
    depth = path.count("{n")
    return TILES[depth - 1].split("/")[2:] if depth else []


def address(town: Town, method: str, path: str) -> str:
    """Return the path with what it is about: of reads what is there, of writes a free place."""
    write = method == "PUT"
    record = next((ids[write] for part, ids in RECORDS.items() if f"/{part}/" in path), "restaurant")
    if "/comments" in path or "consultation" in path:
        record = "draft" if "disclosures" in path else (SHOWN_COMMENT, WAITING_COMMENT)[write]
    names = {
        "record_id": town.card_id if "supervision" in path else record,
        "number": "2"
        if write and any(part in path for part in ("supervision", "filings", "comments", "codes", "secrets"))
        else "1",
        "case_no": COMPLAINT
        if "enquiries" in path
        else "c9"
        if path == "/v1/intake/cases/{case_no}" and write
        else "c1",
        "event_id": "e9" if write else "e1",
        "subscription_id": "s9" if write else "s1",
        "delivery_id": town.delivery_id,
        "receiver_id": "new" if (method, path) == ("PUT", "/v1/receivers/{receiver_id}") else "app",
        "uuid": WAITING_COMMENT if "/after/" in path else NEW,
        "list": "status",
        "origin": NEIGHBOUR.replace(":", "_"),
        "collection": "services",
        "series": "duration",
        "year": "2026",
        "kind": "service",
        "name": next((name for part, name in NAMES.items() if part in path), "file"),
        "level": "3",
        **dict(zip(("n1", "n2", "n3", "n4"), _tile(path), strict=False)),
        "index": "0",
        "sha256": "0" * 64 if write else town.file,
        "code": "refused",
    }
    return path.format_map(names)


def call(town: Town, caller: str, method: str, path: str, body: Any) -> Response:
    """Send a request as a caller does."""
    media = LINES_TYPE if path.endswith("case-events") else JSON_TYPE
    raw = b"" if body is None else orjson.dumps(body)
    kind = (("Content-Type", media),) if raw else ()
    if caller == "nobody" or caller in BEARERS:
        bearer = (("Authorization", f"Bearer {town.bearers[caller]}"),) if caller in BEARERS else ()
        return town.request(method, path, QUERIES.get(path, ""), (*kind, *bearer), raw)
    key = private_key(KEYS.get(caller, "market-clerk"))
    town.pass_time(seconds=1)
    tag = DRY_RUN if caller == "dry run" else READ if (method == "GET") != (caller == "wrong tag") else INTAKE
    if tag == READ:
        headers = sign_read("GET", AUTHORITY, path, key, town.now) | dict(kind)
    else:
        headers = sign("POST" if method == "POST" else "PUT", AUTHORITY, path, raw, media, key, town.now, tag)
    return town.request(method, path, QUERIES.get(path, ""), tuple(headers.items()), raw)
