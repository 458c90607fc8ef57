"""Who may call what: every route times every kind of caller, one table. A route that has no row fails the test.

What is held of each cell: the verdict of the row; that a refusal wrote nothing (tries are counted, by design); that a
refusal says nothing of the case, its token, its events or what was written; that the same Bearer refusal comes for a case
that is there and for one that is not.
"""

from datetime import timedelta
from typing import Any

import orjson
import pytest

from chalicelib.domain.filings import filing_id
from chalicelib.domain.harvest import parse_origins
from chalicelib.jobs import advance_clocks, publish_statistics
from chalicelib.routes.access import Access
from chalicelib.routes.endpoint import ENDPOINTS
from chalicelib.signing.messages import DRY_RUN, INTAKE, READ
from chalicelib.signing.profile import sign, sign_read
from chalicelib.usecases.harvest import follow
from local.messages import Response
from tests.centre_world import CENTRE
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

    case_receiver: str
    bearers: dict[str, str]
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
        scoped = {"act": "register", "agency": "city", "person": "Qian", "roles": ["supervisor"], "scope": ["fire"]}
        self.act("keys", "scoped", 1, {**scoped, "public_key": public_key_base64("scoped")}, "root-keys")
        reviewed = {"act": "register", "agency": "city", "person": "Jin", "roles": ["evaluator"], "scope": ["market"]}
        self.act("keys", "reviewer", 1, {**reviewed, "public_key": public_key_base64("reviewer")}, "root-keys")
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
        publish_statistics.run(self.wired)
        for origin in parse_origins(f"http://{NEIGHBOUR}"):  # it follows itself: what is copied is here
            follow(origin, Wire(self), self.wired.harvest, self.wired.now, self.now + timedelta(hours=1))
        return self

    def _consulted(self) -> None:
        """A draft of market regulation on which opinions are heard, and two comments, one of them moderated."""
        moderator = {"act": "register", "agency": "market", "person": "Mei", "roles": ["moderator"]}
        self.act("keys", "moderator", 1, {**moderator, "public_key": public_key_base64("moderator")}, "root-keys")
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
        }


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
BEARERS = ("holder", "other case", "earlier epoch", "ended", "expired", "receiver", "other receiver")
CALLERS = ("nobody", *BEARERS, *KEYS, "dry run", "wrong tag")

VISITED = "2026-11-23T11:00:00+08:00"
DECIDED = {"event": "decided", "occurred_at": "2026-11-24T10:00:00+08:00", "outcome": "granted"}
NEW_AGENCY = {"act": "register", "content": {"name": {"zh": "新"}, "level": "department", "parent": "market"}}
NEW_SERVICE = {"agency": "market", "title": {"zh": "事项"}, "service_kind": "other_power"}
NEW_DISCLOSURE = {"agency": "market", "title": {"zh": "通知"}, "category": "plans", "body": {"zh": "全文"}}
NEW_CENTRE = {**CENTRE, "agency": "market", "windows": [], "payment": {}}
NEW_RULE = {**RULE, "agency": "market"}
NEW_ROUND = {
    "agency": "city",
    "title": {"zh": "评议"},
    "period": {"from": "2026-07-01", "to": "2026-09-30"},
    "panel": [{"post": {"zh": "人大代表"}}],
    "agencies": ["market"],
    "criteria": ["truthfulness"],
    "method": {"zh": "抽查"},
}
NEW_FEEDBACK = {
    "agency": "market",
    "title": {"zh": "反馈"},
    "about": [{"kind": "enquiries"}],
    "due_on": "2027-12-31",
    "channels": [{"kind": "website"}],
}
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
}
"""Of each collection: what is there, for reads, and what is not, for writes."""
QUERIES = {
    "/v1/deadlines/preview": "service=restaurant&accepted_at=2026-11-02",
    "/v1/statistics/duration": "agency=market",
    "/v1/rules/gaps": "agency=market",
    "/v1/statistics/annual-report/2026": "agency=market",
}


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
        "receiver_id": "new" if (method, path) == ("PUT", "/v1/receivers/{receiver_id}") else "app",
        "uuid": WAITING_COMMENT if "/after/" in path else NEW,
        "list": "status",
        "origin": NEIGHBOUR.replace(":", "_"),
        "collection": "services",
        "series": "duration",
        "year": "2026",
        "kind": "service",
        "name": "page.css" if "assets" in path else "file",
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


TO_ALL = """
GET /
GET /assets/{name}
GET /docs
GET /openapi.json
GET /problems/{code}
GET /v1
GET /v1/agencies
GET /v1/agencies/{record_id}
GET /v1/agencies/{record_id}/completeness
GET /v1/agencies/{record_id}/versions
GET /v1/agencies/{record_id}/versions/{number}
GET /v1/centres
GET /v1/centres/{record_id}
GET /v1/centres/{record_id}/hours
GET /v1/centres/{record_id}/versions
GET /v1/centres/{record_id}/versions/{number}
GET /v1/changes
GET /v1/codes
GET /v1/codes/{list}
GET /v1/comments
GET /v1/comments/{record_id}
GET /v1/comments/{record_id}/versions
GET /v1/comments/{record_id}/versions/{number}
GET /v1/consultations
GET /v1/consultations.ics
GET /v1/deadlines/preview
GET /v1/disclosures
GET /v1/disclosures/{record_id}
GET /v1/disclosures/{record_id}/acts
GET /v1/disclosures/{record_id}/attachments/{name}
GET /v1/disclosures/{record_id}/comments
GET /v1/disclosures/{record_id}/consultation.ics
GET /v1/disclosures/{record_id}/links
GET /v1/disclosures/{record_id}/versions
GET /v1/disclosures/{record_id}/versions/{number}
GET /v1/enquiries
GET /v1/evaluations
GET /v1/evaluations/{record_id}
GET /v1/evaluations/{record_id}/versions
GET /v1/evaluations/{record_id}/versions/{number}
GET /v1/feedback
GET /v1/feedback/{record_id}
GET /v1/feedback/{record_id}/versions
GET /v1/feedback/{record_id}/versions/{number}
GET /v1/harvested
GET /v1/harvested/{origin}/{collection}
GET /v1/harvested/{origin}/{collection}/{record_id}
GET /v1/harvested/{origin}/{collection}/{record_id}/versions/{number}
GET /v1/fields
GET /v1/fields/{kind}
GET /v1/filings
GET /v1/filings/{record_id}
GET /v1/filings/{record_id}/versions
GET /v1/filings/{record_id}/versions/{number}
GET /v1/health
GET /v1/hearings
GET /v1/hearings.ics
GET /v1/hearings/{record_id}
GET /v1/hearings/{record_id}/versions
GET /v1/hearings/{record_id}/versions/{number}
GET /v1/receipt-keys
GET /v1/rules
GET /v1/rules/gaps
GET /v1/rules/{record_id}
GET /v1/rules/{record_id}/chain
GET /v1/rules/{record_id}/links
GET /v1/rules/{record_id}/versions
GET /v1/rules/{record_id}/versions/{number}
GET /v1/services
GET /v1/services/{record_id}
GET /v1/services/{record_id}/links
GET /v1/services/{record_id}/versions
GET /v1/services/{record_id}/versions/{number}
GET /v1/statistics
GET /v1/statistics/annual-report/{year}
GET /v1/statistics/{series}
GET /v1/status
GET /v1/supervision
GET /v1/supervision/{record_id}
GET /v1/supervision/{record_id}/versions
GET /v1/supervision/{record_id}/versions/{number}
"""
"""Reads without a key: the same bytes for every caller, whatever he shows."""
TABLE = """
POST /v1/case-status                                               R RRRRRRR RRRRRRRR RR
GET /v1/cases/{case_no}                                            - R------ -------- --
GET /v1/cases/{case_no}/ratings                                    - R------ -------- --
PUT /v1/cases/{case_no}/ratings/{uuid}                             - W------ -------- --
GET /v1/cases/{case_no}/receipt                                    - R------ -------- --
GET /v1/cases/{case_no}/subscriptions/{subscription_id}            - R------ -------- --
PUT /v1/cases/{case_no}/subscriptions/{subscription_id}            - W------ -------- --
DELETE /v1/cases/{case_no}/subscriptions/{subscription_id}         - D------ -------- --
POST /v1/cases/{case_no}/tokens                                    - W------ -------- --
DELETE /v1/cases/{case_no}/tokens                                  - D-DD--- -------- --
PUT /v1/disclosures/{record_id}/comments/{uuid}                    W WWWWWWW WWWWWWWW WW
PUT /v1/enquiries/{uuid}                                           W WWWWWWW WWWWWWWW WW
PUT /v1/intake/agencies/{record_id}/acts/{number}                  - ------- WWfffff- R-
GET /v1/intake/agencies/{record_id}/acts/{number}                  - ------- nRnnnnn- --
GET /v1/intake/agencies/{record_id}/enquiries                      - ------- RRfffRf- --
GET /v1/intake/agencies/{record_id}/enquiries/after/{case_no}      - ------- nnfffnf- --
GET /v1/intake/attachments/{sha256}                                - ------- RRnnnRn- --
PUT /v1/intake/attachments/{sha256}                                - ------- WWfffff- R-
POST /v1/intake/case-events                                        - ------- RRuuuff- R-
GET /v1/intake/cases/{case_no}                                     - ------- RRnnnRn- --
PUT /v1/intake/cases/{case_no}                                     - ------- WWfffff- R-
PUT /v1/intake/cases/{case_no}/codes/{number}                      - ------- WWfffff- R-
GET /v1/intake/cases/{case_no}/events/{event_id}                   - ------- RRnnnRn- --
PUT /v1/intake/cases/{case_no}/events/{event_id}                   - ------- WWfffff- R-
GET /v1/intake/centres/{record_id}/acts/{number}                   - ------- RRnnnRn- --
PUT /v1/intake/centres/{record_id}/acts/{number}                   - ------- WWfffff- R-
GET /v1/intake/comments/{record_id}                                - ------- RRnnnRn- --
GET /v1/intake/comments/{record_id}/acts/{number}                  - ------- RRnnnRn- --
PUT /v1/intake/comments/{record_id}/acts/{number}                  - ------- fffffff- f-
GET /v1/intake/disclosures/{record_id}/comments                    - ------- RRfffRf- --
GET /v1/intake/disclosures/{record_id}/comments/after/{uuid}       - ------- RRfffRf- --
GET /v1/intake/disclosures/{record_id}/acts/{number}               - ------- RRnnnRn- --
PUT /v1/intake/disclosures/{record_id}/acts/{number}               - ------- WWfffff- R-
GET /v1/intake/evaluations/{record_id}/acts/{number}               - ------- nRnnnnR- --
PUT /v1/intake/evaluations/{record_id}/acts/{number}               - ------- fffffff- f-
GET /v1/intake/feedback/{record_id}/acts/{number}                  - ------- RRnnnRn- --
PUT /v1/intake/feedback/{record_id}/acts/{number}                  - ------- WWfffff- R-
GET /v1/intake/filings/{record_id}/acts/{number}                   - ------- RRnnnRn- --
PUT /v1/intake/filings/{record_id}/acts/{number}                   - ------- fffffff- f-
GET /v1/intake/hearings/{record_id}/acts/{number}                  - ------- RRnnnRn- --
GET /v1/intake/keys/{record_id}/acts/{number}                      - ------- RRnnnRn- --
PUT /v1/intake/keys/{record_id}/acts/{number}                      - ------- fWfffff- f-
GET /v1/intake/rules/{record_id}/acts/{number}                     - ------- RRnnnRn- --
PUT /v1/intake/rules/{record_id}/acts/{number}                     - ------- WWfffff- R-
GET /v1/intake/services/{record_id}/acts/{number}                  - ------- RRnnnRn- --
PUT /v1/intake/services/{record_id}/acts/{number}                  - ------- WWfffff- R-
GET /v1/intake/supervision/{record_id}                             - ------- RRnnnRn- --
GET /v1/intake/supervision/{record_id}/acts/{number}               - ------- RRnnnRn- --
PUT /v1/intake/supervision/{record_id}/acts/{number}               - ------- WWfffff- R-
PUT /v1/receivers/{receiver_id}                                    W WWWWWWW WWWWWWWW WW
DELETE /v1/receivers/{receiver_id}                                 - -----D- -------- --
GET /v1/receivers/{receiver_id}/deliveries                         - -----R- -------- --
PUT /v1/receivers/{receiver_id}/secrets/{number}                   - -----W- -------- --
"""
"""In the order of `CALLERS`: nobody, the seven with a Bearer, the eight who sign as they should, the two who do not."""
VERDICTS = {"E": 302, "R": 200, "W": 201, "D": 204, "-": 401, "f": 403, "n": 404, "u": 422}
ROWS = {line: ("E" if "attachments" in line else "R") * len(CALLERS) for line in TO_ALL.split("\n") if line} | {
    " ".join(line.split()[:2]): "".join(line.split()[2:]) for line in TABLE.split("\n") if line
}
ENDPOINT_OF = {f"{endpoint.method} {endpoint.path}": endpoint for endpoint in ENDPOINTS}
BY_BEARER = [name for name, each in ENDPOINT_OF.items() if each.access in (Access.CASE, Access.RECEIVER)]
BY_BEARER.append("POST /v1/cases/{case_no}/tokens")


@pytest.fixture(scope="module")
def built() -> tuple[Town, object]:
    """Return the town as it was built."""
    town = Town().build()
    return town, town.save()


@pytest.fixture
def town(built: tuple[Town, object]) -> Town:
    """Return the town as it was built."""
    town, saved = built
    town.put_back(saved)
    return town


def test_every_route_has_a_row_and_every_row_a_verdict_for_every_caller() -> None:
    assert ROWS.keys() == ENDPOINT_OF.keys()
    assert {name for name, row in ROWS.items() if len(row) != len(CALLERS)} == set()


def test_reads_without_a_key_are_exactly_those_that_are_the_same_for_all() -> None:
    public = {name for name, endpoint in ENDPOINT_OF.items() if endpoint.access is Access.PUBLIC}
    assert public == {line for line in TO_ALL.split("\n") if line}


def kept(town: Town) -> dict[Any, Any]:
    """Return what is stored but for the counters of tries."""
    return {key: item for key, item in town.memory.snapshot().items() if not key.pk.startswith("LIMIT#")}


@pytest.mark.parametrize("name", list(ENDPOINT_OF))
def test_every_caller_gets_the_verdict_of_the_table(built: tuple[Town, object], town: Town, name: str) -> None:
    method, path = name.split()
    target, body, found = address(town, method, path), BODIES.get(name), ""
    answers = set()
    for caller, verdict in zip(CALLERS, ROWS[name], strict=True):
        before = kept(town)
        answer = call(town, caller, method, target, body)
        found += next((letter for letter, status in VERDICTS.items() if status == answer.status), "?")
        answers.add(answer.body)
        if verdict not in "ERWD":
            assert kept(town) == before, f"{caller} was refused and has written"
            assert not any(told in answer.body for told in (SECRET_TEXT.encode(), b"accepted", b"v1.")), caller
            assert answer.header("etag") is None
            assert answer.header("retry-after") is None
        if verdict in "WD":
            town.put_back(built[1])
    assert found == ROWS[name]
    assert ENDPOINT_OF[name].access is not Access.PUBLIC or len(answers) == 1


@pytest.mark.parametrize("caller", ["nobody", *BEARERS])
def test_of_many_at_once_only_the_holder_sees_his_case(town: Town, caller: str) -> None:
    token = town.bearers.get(caller, "nothing")
    (entry,) = town.many({"cases": [{"case_no": "c1", "token": token}]}).json()["cases"]
    assert ("case" in entry) == (caller == "holder")
    (unknown,) = town.many({"cases": [{"case_no": "c404", "token": token}]}).json()["cases"]
    assert caller == "holder" or {**entry, "case_no": ""} == {**unknown, "case_no": ""}


HEADERS: tuple[tuple[tuple[str, str], ...], ...] = (
    (),
    (("If-None-Match", "*"),),
    (("Accept-Encoding", "gzip"),),
    (("Authorization", "Basic YTpi"),),
    (("Authorization", "Bearer v1.9999999999.0." + "A" * 43),),
    (("Authorization", "Bearer "),),
    (("Authorization", "Bearer a"), ("Authorization", "Bearer b")),
    (("Origin", "https://elsewhere.example"),),
)


@pytest.mark.parametrize("name", BY_BEARER)
def test_a_refusal_is_the_same_whether_or_not_the_thing_is_there(town: Town, name: str) -> None:
    method, path = name.split()
    there = address(town, method, path)
    missing = there.replace("/c1", "/c404").replace("/app", "/none")
    raw = orjson.dumps(BODIES[name]) if name in BODIES else b""
    kind = (("Content-Type", JSON_TYPE),) if raw else ()
    bearers = [(("Authorization", f"Bearer {town.bearers[caller]}"),) for caller in ("expired", "other case")]
    methods = (method, "HEAD", "OPTIONS") if method == "GET" else (method, "OPTIONS")
    for sent in methods:
        for headers in (*HEADERS, *bearers):
            body = raw if sent == method else b""
            told = [town.request(sent, target, headers=(*kind, *headers), body=body) for target in (there, missing)]
            assert told[0] == told[1], (sent, headers)
            assert told[0].status in ((400, 401) if sent != "OPTIONS" else (200, 204)), (sent, headers, told[0])
