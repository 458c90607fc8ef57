"""The world that the samples of `samples.py` are asked of: something for every route, of a known size."""

from datetime import timedelta

import orjson

from chalicelib.domain.cards import card_id
from chalicelib.domain.filings import filing_id
from chalicelib.domain.harvest import Origin
from chalicelib.domain.instants import to_key
from chalicelib.domain.notices import CASE_UPDATED, DEAD, Notice
from chalicelib.jobs import advance_clocks, publish_statistics, write_exports
from chalicelib.routes.receivers import delivery_id_of
from chalicelib.store.outbox import notice_item
from chalicelib.store.table import Put
from chalicelib.usecases.api_keys import issue_api_key
from chalicelib.usecases.harvest import follow
from local.messages import Response
from tests.centre_world import CENTRE
from tests.hearing_world import NOTICE, open_draft
from tests.two_worlds import Wire
from tests.world import AUTHORITY, World

SHOWN_COMMENT = "8b1f6a52-0c0e-4a7e-9b7e-1d6f0f1f2a33"
WAITING_COMMENT = "0b8e2f5c-9d1a-4c3b-8f27-6a5d4e3c2b1a"
ENQUIRY = "3f0c6f0e-6f2b-4a86-9a3e-0d5a4f2c9b11"
HELD = ("c1", "h1", "h2", "h3")
RECEIVER_PATH = "/v1/receivers/app"
FILING = filing_id("notice-1", 1, "guangan")
ITSELF = Origin(AUTHORITY, "", "http")
RECEIVER = {"url": "https://hooks.app.example/"}
RULE = {
    "agency": "bureau",
    "title": {"zh": "备案办法"},
    "rule_kind": "normative_document",
    "area": "fees",
    "body": {"zh": "全文"},
}
ROUND = {
    "agency": "guangan",
    "title": {"zh": "政务公开评议"},
    "period": {"from": "2026-07-01", "to": "2026-09-30"},
    "panel": [{"post": {"zh": "人大代表"}}],
    "agencies": ["bureau"],
    "criteria": ["truthfulness"],
    "method": {"zh": "抽查"},
}
FEEDBACK = {
    "agency": "bureau",
    "title": {"zh": "反馈"},
    "about": [{"kind": "disclosure", "id": "notice-1"}],
    "due_on": "2026-12-31",
    "channels": [{"kind": "website"}],
}
QUESTION = {"kind": "question", "agency": "bureau", "subject": "备案材料", "text": "请问备案需要哪些材料？"}
COMMENTS_PATH = "/v1/disclosures/draft-1/comments"
COMMENT = {"text": "白天每小时五元太贵。", "from": "individual"}


TILES = ("tile/3/000", "tile/3/000.p/17", "tile/3/x001/000.p/17", "tile/3/x001/x000/000.p/17")
"""One tile of each depth that an address can have."""


class Sampled:
    """A world with agencies, services, disclosures and cases, and what the samples need of them."""

    def __init__(self, world: World, services: int) -> None:
        self.world = world.init()
        world.key("root-evaluator", "guangan", "Jin", ["evaluator"])
        for number in range(services):
            world.service(f"service-{number:04d}", limits={"promised": {"value": 5, "unit": "working_day"}})
        for number in range(3):
            world.disclose(f"notice-{number}")
        for number in range(3):
            world.act("rules", f"rule-{number}", 1, {"act": "publish", "content": RULE}, "bureau-clerk")
        world.act("centres", "hall", 1, {"act": "open", "content": CENTRE}, "bureau-clerk")
        world.act("rules", "rule-0", 2, {"act": "supersede", "replaced_by": "rule-1"}, "bureau-clerk")
        world.act("evaluations", "round-1", 1, {"act": "announce", "content": ROUND}, "root-evaluator")
        world.act("feedback", "feedback-1", 1, {"act": "announce", "content": FEEDBACK}, "bureau-clerk")
        world.key("root-receiver", "guangan", "Gao", ["filing_receiver"])
        world.act("disclosures", "notice-1", 4, {"act": "file_upward", "receivers": ["guangan"]}, "bureau-clerk")
        open_draft(world, "draft-1")
        world.act("disclosures", "draft-1", 4, {**NOTICE, "hearing": "hearing-1"}, "bureau-clerk")
        self.file: str = world.attach(b"a,b\n", "text/csv", "a.csv")
        world.disclose("notice-file", attachments=[{"name": "a", "sha256": self.file}])
        self._consulted()
        world.log()
        self._registered("c2", "none")
        self._registered("c3", "code")
        codes = {case_no: self._registered(case_no, "code") for case_no in HELD}
        self.tokens = {case_no: self._exchanged(case_no, code) for case_no, code in codes.items()}
        self.code, self.token = codes["c1"], self.tokens["c1"]
        self._fill("c1")
        self.secret = str(orjson.loads(self.send("PUT", RECEIVER_PATH, RECEIVER).body)["secret"])
        self.dead: str = self._dead()
        self.api_key = issue_api_key("portal", "portal", world.wired.api_keys, world.wired.random_bytes, world.now)
        self.subscribe("s1")
        self.card: str = self._carded("c4")
        world.log()
        self._as_if_large()
        self._counted("c5")
        world.log()
        world.pass_time(minutes=5)
        self.harvest()
        world.index()
        write_exports.run(world.wired, nightly=True)

    def _as_if_large(self) -> None:
        """Put beside the log's files what only a large register has, or a witnessed one."""
        files = self.world.wired.log_files
        files.write("witnessed", files.read("checkpoint"))
        for path in TILES:
            files.write(path, bytes(8_192))

    def harvest(self) -> None:
        """Keep copies of this deployment's own records, as if it were another one."""
        world = self.world
        follow(ITSELF, Wire(world), world.wired.harvest, lambda: world.now, world.now + timedelta(minutes=1))

    def _registered(self, case_no: str, access: str) -> str:
        body = {"service": "service-0000", "access": access}
        answer = self.world.put(f"/v1/intake/cases/{case_no}", body, "bureau-clerk")
        return str(orjson.loads(answer.body).get("query_code", ""))

    def _fill(self, case_no: str) -> None:
        for number, event in enumerate(({"event": "received"}, {"event": "decided", "outcome": "granted"})):
            event["occurred_at"] = f"2026-11-23T09:0{number}:00+08:00"
            self.world.put(f"/v1/intake/cases/{case_no}/events/e{number}", event, "bureau-clerk")

    def _counted(self, case_no: str) -> None:
        """Have a case decided in a month that is over, and its figures settled."""
        self._registered(case_no, "none")
        for name, told in (("accepted", {}), ("decided", {"outcome": "granted"})):
            event = {"event": name, "occurred_at": "2026-10-14T09:00:00+08:00", **told}
            self.world.put(f"/v1/intake/cases/{case_no}/events/{name}", event, "bureau-clerk")
        publish_statistics.run(self.world.wired, nightly=True)
        self.world.pass_time(hours=25)
        publish_statistics.run(self.world.wired, nightly=True)

    def _carded(self, case_no: str) -> str:
        """Register a case whose last day is this one, let it pass, and return the card it gets."""
        self._registered(case_no, "none")
        accepted = {"event": "accepted", "occurred_at": "2026-11-16T09:00:00+08:00"}
        self.world.put(f"/v1/intake/cases/{case_no}/events/e0", accepted, "bureau-clerk")
        self.world.pass_time(hours=15)
        advance_clocks.run(self.world.wired)
        return card_id(self.world.wired.keyring.stable("card"), case_no, "promised_limit", "", "2026-11-23")

    def _exchanged(self, case_no: str, code: str) -> str:
        return str(orjson.loads(self.post(f"/v1/cases/{case_no}/tokens", {"query_code": code}).body)["token"])

    def post(self, path: str, body: object) -> Response:
        """Send JSON that nobody signs."""
        return self.send("POST", path, body)

    def send(self, method: str, path: str, body: object, *headers: tuple[str, str]) -> Response:
        """Send JSON that nobody signs, with any method and more headers."""
        return self.world.request(
            method, path, headers=(("Content-Type", "application/json"), *headers), body=orjson.dumps(body)
        )

    def enquire(self) -> Response:
        """Send a question, as anybody may."""
        sent = (("Content-Type", "application/json"),)
        return self.world.request("PUT", f"/v1/enquiries/{ENQUIRY}", headers=sent, body=orjson.dumps(QUESTION))

    def _consulted(self) -> None:
        """A comment on the draft that is shown, and one that waits."""
        world = self.world
        world.key("moderator", "bureau", "Tang", ["moderator"])
        for uuid in (SHOWN_COMMENT, WAITING_COMMENT):
            self.send("PUT", f"{COMMENTS_PATH}/{uuid}", COMMENT)
        world.act("comments", SHOWN_COMMENT, 2, {"act": "moderate", "outcome": "shown"}, "moderator")

    def _dead(self) -> str:
        """Put in a notification of the receiver that is dead; return its delivery id."""
        notice = Notice("0" * 32 + "-2", CASE_UPDATED, "app", to_key(self.world.now), "c1", "h", 2, state=DEAD)
        item = {name: value for name, value in notice_item(notice).items() if name not in ("work_pk", "work_sk")}
        self.world.wired.table.commit(Put(item))
        return delivery_id_of(notice)

    def subscribe(self, subscription_id: str) -> Response:
        """Subscribe to public topics."""
        wanted = {"receiver": "app", "topics": ["disclosure.*", "service.published"]}
        return self.send("PUT", f"/v1/subscriptions/{subscription_id}", wanted, self._key)

    def subscription(self, method: str) -> Response:
        """Read or end the subscription to public topics."""
        return self.world.request(method, "/v1/subscriptions/s1", headers=(self._key,))

    @property
    def _key(self) -> tuple[str, str]:
        return "Authorization", f"Bearer {self.api_key}"

    def bearer(self, method: str, path: str, body: object = None) -> Response:
        """Send a request with the token of the first case, or for a receiver with its secret."""
        token = ("Authorization", f"Bearer {self.secret if path.startswith(RECEIVER_PATH) else self.token}")
        return self.send(method, path, body, token) if body else self.world.request(method, path, headers=(token,))

    def rate(self) -> Response:
        """Rate the first case."""
        return self.bearer("PUT", f"/v1/cases/c1/ratings/{ENQUIRY}", {"of": "matter", "grade": "dissatisfied"})
