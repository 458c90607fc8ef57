"""What OpenAPI says is held against what the program does: real answers, real requests, nothing undescribed."""

from typing import Any

import orjson
import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from chalicelib.domain.filings import filing_id
from chalicelib.domain.notices import RETRY_SECONDS, SPREAD
from chalicelib.domain.statistics.series import SERIES
from chalicelib.jobs import publish_statistics
from chalicelib.routes.feeds import FEEDS
from chalicelib.routes.openapi.document import document
from chalicelib.routes.openapi.examples import examples
from chalicelib.routes.openapi.webhooks import PUBLIC
from local.messages import Response
from tests.architecture.test_openapi import closed
from tests.centre_world import centres_of_every_stage
from tests.hearing_world import CANCELLATION, NOTICE, open_draft
from tests.rule_world import rules_of_every_stage
from tests.watch_world import WatchWorld
from tests.world import World

DOCUMENT = document()
COMPONENTS = closed(DOCUMENT["components"])
LIMITS = {"statutory": {"value": 7, "unit": "working_day"}, "promised": {"value": 3, "unit": "working_day"}}
EVENT: dict[str, Any] = {"event": "accepted", "occurred_at": "2026-11-20T09:00:00+08:00"}
SEARCHED = [
    *("services", "disclosures", "rules", "centres", "hearings", "filings"),
    *("comments", "supervision", "evaluations", "feedback"),
]
"""Collections whose lists are asked with words and filters together; agencies have no agency."""
READS = {
    "/": "/",
    "/docs": "/docs",
    "/openapi.json": "/openapi.json",
    "/v1": "/v1",
    "/v1/health": "/v1/health",
    "/v1/status?limit=1": "/v1/status",
    "/v1/fields": "/v1/fields",
    "/v1/fields/service": "/v1/fields/{kind}",
    "/problems/refused": "/problems/{code}",
    "/assets/page.css": "/assets/{name}",
    "/v1/agencies?limit=1": "/v1/agencies",
    "/v1/agencies/guangan": "/v1/agencies/{record_id}",
    "/v1/agencies/bureau": "/v1/agencies/{record_id}",
    "/v1/agencies/gone": "/v1/agencies/{record_id}",
    "/v1/agencies/bureau/versions": "/v1/agencies/{record_id}/versions",
    "/v1/agencies/bureau/versions/1": "/v1/agencies/{record_id}/versions/{number}",
    "/v1/services": "/v1/services",
    "/v1/services/s1": "/v1/services/{record_id}",
    "/v1/services/s2": "/v1/services/{record_id}",
    **{f"/v1/services/{service}.jsonld": "/v1/services/{record_id}.jsonld" for service in ("s1", "s2", "none")},
    "/v1/services/s1/versions": "/v1/services/{record_id}/versions",
    "/v1/services/s1/versions/1": "/v1/services/{record_id}/versions/{number}",
    "/v1/disclosures?include=withdrawn": "/v1/disclosures",
    "/v1/disclosures/d1": "/v1/disclosures/{record_id}",
    "/v1/disclosures/d2": "/v1/disclosures/{record_id}",
    "/v1/disclosures/d1/versions": "/v1/disclosures/{record_id}/versions",
    "/v1/disclosures/d1/versions/1": "/v1/disclosures/{record_id}/versions/{number}",
    "/v1/disclosures/d1/versions/2?diff=1": "/v1/disclosures/{record_id}/versions/{number}",
    "/v1/disclosures/d1/acts": "/v1/disclosures/{record_id}/acts",
    "/v1/rules": "/v1/rules",
    "/v1/rules?stage=in_force&agency=bureau&area=fees": "/v1/rules",
    "/v1/rules?stage=lapsed": "/v1/rules",
    "/v1/rules?stage=lapsed&area=fees": "/v1/rules",
    "/v1/rules?review_due=true": "/v1/rules",
    **{f"/v1/{name}?q=%E5%85%AC&count=true&facets=agency": f"/v1/{name}" for name in SEARCHED},
    **{f"/v1/{name}?jurisdiction=guangan,b&updated_since=2020-01-01&limit=1": f"/v1/{name}" for name in SEARCHED},
    "/v1/agencies?jurisdiction=guangan&subtree=true&facets=level": "/v1/agencies",
    "/v1/consultations?agency=bureau&count=true&facets=category": "/v1/consultations",
    "/v1/services?ids=s1,s2,none": "/v1/services",
    "/v1/disclosures?ids=none": "/v1/disclosures",
    "/feeds/rules.json?q=%E5%85%AC&agency=bureau": "/feeds/rules.json",
    "/v1/changes?kind=service,rule&agency=bureau&include=body": "/v1/changes",
    "/v1/rules/gaps?agency=bureau": "/v1/rules/gaps",
    "/v1/rules/gaps": "/v1/rules/gaps",
    "/v1/rules/gaps?agency=none": "/v1/rules/gaps",
    **{
        f"/v1/rules/{rule}{rest}": "/v1/rules/{record_id}" + rest.replace("/1", "/{number}")
        for rule in ("standing", "lapsing", "old", "ended", "gone")
        for rest in ("", "/chain", "/versions", "/versions/1")
    },
    "/v1/exports": "/v1/exports",
    "/v1/services?centre=hall": "/v1/services",
    "/v1/services?life_event=birth": "/v1/services",
    "/v1/codes/life_event": "/v1/codes/{list}",
    "/v1/centres": "/v1/centres",
    **{
        f"/v1/centres/{centre}{rest}": "/v1/centres/{record_id}" + rest.split("?")[0].replace("/1", "/{number}")
        for centre in ("hall", "shut", "none")
        for rest in ("", "/hours", "/hours?from=2035-01-01&days=2", "/versions", "/versions/1")
    },
    "/v1/filings?missing=true": "/v1/filings",
    "/v1/filings?missing=true&stage=filed": "/v1/filings",
    **{
        f"/v1/filings/{filing_id('d1', 1, 'guangan')}{rest}": "/v1/filings/{record_id}"
        + rest.replace("/1", "/{number}")
        for rest in ("", "/versions", "/versions/1")
    },
    "/v1/hearings": "/v1/hearings",
    "/v1/hearings?upcoming=true&agency=bureau": "/v1/hearings",
    "/v1/hearings?upcoming=true&stage=held": "/v1/hearings",
    "/v1/hearings.ics": "/v1/hearings.ics",
    **{f"/v1/hearings/water-{number}": "/v1/hearings/{record_id}" for number in (1, 2)},
    "/v1/hearings/water-1.ics": "/v1/hearings/{record_id}.ics",
    "/v1/hearings/none.ics": "/v1/hearings/{record_id}.ics",
    "/v1/hearings/water-1/versions": "/v1/hearings/{record_id}/versions",
    "/v1/hearings/water-1/versions/1": "/v1/hearings/{record_id}/versions/{number}",
    "/v1/disclosures/d": "/v1/disclosures/{record_id}",
    **{f"/feeds/{collection}.json?limit=1": f"/feeds/{collection}.json" for collection in FEEDS},
    "/feeds/disclosures.json?updated_since=2026-11-01": "/feeds/disclosures.json",
    "/data.json": "/data.json",
    "/catalog.jsonld": "/catalog.jsonld",
    "/feeds/deadlines.ics": "/feeds/deadlines.ics",
    "/feeds/services.atom?limit=1": "/feeds/services.atom",
    "/feeds/services.atom?agency=a&jurisdiction=b": "/feeds/services.atom",
    "/v1/changes": "/v1/changes",
    "/v1/changes?include=body": "/v1/changes",
    "/v1/enquiries": "/v1/enquiries",
    "/v1/codes": "/v1/codes",
    "/v1/codes/category": "/v1/codes/{list}",
    "/v1/codes/status": "/v1/codes/{list}",
    "/v1/codes/none": "/v1/codes/{list}",
    "/v1/receipt-keys": "/v1/receipt-keys",
    "/v1/register/checkpoint": "/v1/register/checkpoint",
    "/v1/register/witnessed": "/v1/register/witnessed",
    "/v1/register/keys": "/v1/register/keys",
    "/v1/register/tile/0/000": "/v1/register/tile/{level}/{n1}",
    "/v1/register/tile/entries/000.p/1": "/v1/register/tile/{level}/{n1}/{n2}",
    "/v1/register/tile/0/x001/000.p/1": "/v1/register/tile/{level}/{n1}/{n2}/{n3}",
    "/v1/register/tile/0/x001/x000/000.p/1": "/v1/register/tile/{level}/{n1}/{n2}/{n3}/{n4}",
    "/v1/register/entries/3": "/v1/register/entries/{index}",
    "/v1/register/entries/99999": "/v1/register/entries/{index}",
    "/v1/register/proof?index=3": "/v1/register/proof",
    "/v1/register/proof?index=3&size=7": "/v1/register/proof",
    "/v1/register/proof?first=3": "/v1/register/proof",
    "/v1/register/proof?first=7&size=3": "/v1/register/proof",
    "/v1/register/proof?size=3": "/v1/register/proof",
    **{
        f"/v1/deadlines/preview?{query}": "/v1/deadlines/preview"
        for query in (
            "service=s1&received_at=2026-11-02",
            "service=s1&accepted_at=2026-11-02&stop_kind=hearing&stop_from=2026-11-04&decided_at=2026-12-20",
            "service=disclosure_request.bureau&received_at=2026-11-02&supplement_requested_at=2026-11-20",
            "service=disclosure_request.bureau&received_at=2026-11-02&stop_kind=consulting&stop_from=2026-11-03",
            "service=s1&accepted_at=2026-12-30T09:00:00%2B08:00",
            "service=none&accepted_at=2026-11-02",
            "service=s1",
        )
    },
    "/v1/statistics": "/v1/statistics",
    **{
        f"/v1/statistics/{series}{suffix}?{cell}": f"/v1/statistics/{{series}}{suffix}"
        for series in SERIES
        for suffix in ("", ".csv", ".jsonstat")
        for cell in ("jurisdiction=guangan", "agency=bureau&period=2026-11", "service=s1&period=all", "centre=hall")
    },
    "/v1/statistics/nothing?agency=bureau": "/v1/statistics/{series}",
    "/v1/statistics/duration": "/v1/statistics/{series}",
    **{
        f"/v1/statistics/annual-report/{rest}": "/v1/statistics/annual-report/{year}"
        for rest in ("2026?agency=bureau", "2026?jurisdiction=guangan", "2027?agency=bureau", "2026", "1?agency=bureau")
    },
    "/v1/services?limit=0": "/v1/services",
    "/v1/services?agency=a&jurisdiction=b": "/v1/services",
    "/v1/services?nothing=1": "/v1/services",
    "/v1/services/none": "/v1/services/{record_id}",
}


@pytest.fixture(scope="module")
def filled() -> World:
    """Return a deployment with records of every kind and stage."""
    world = World().init()
    world.service("s1", limits=LIMITS, visits=1)
    world.service("s2")
    world.act("services", "s2", 2, {"act": "withdraw", "reason": {"zh": "取消"}}, "bureau-clerk")
    world.disclose("d1", doc_no="1 号", issued_on="2026-11-01")
    world.disclose("d2")
    receipt = world.act("disclosures", "d1", 4, {"act": "submit", "content": _text()})
    world.approve("d1", 5, receipt["sha256"])
    world.act("disclosures", "d1", 6, {"act": "correct", "reason": {"zh": "笔误"}})
    world.act("disclosures", "d2", 4, {"act": "withdraw", "reason": {"zh": "有误"}, "keep_title": True})
    gone = {"name": {"zh": "旧局"}, "level": "department", "parent": "guangan"}
    world.act("agencies", "gone", 1, {"act": "register", "content": gone})
    world.act("agencies", "gone", 2, {"act": "dissolve", "reason": {"zh": "改革"}})
    rules_of_every_stage(world)
    centres_of_every_stage(world)
    world.act("disclosures", "d1", 7, {"act": "file_upward", "receivers": ["guangan"]}, "bureau-clerk")
    open_draft(world, "d")
    world.act("disclosures", "d", 4, NOTICE, "bureau-clerk")
    world.act("disclosures", "d", 5, {**NOTICE, "reason": {"zh": "补充"}}, "bureau-clerk")
    world.act("disclosures", "d", 6, {**NOTICE, "hearing": "water-2"}, "bureau-clerk")
    world.act("disclosures", "d", 7, {**CANCELLATION, "hearing": "water-2"}, "bureau-clerk")
    _decide_cases(world)
    world.log()
    publish_statistics.run(world.wired, nightly=True)
    world.index()
    world.pass_time(seconds=61)
    return world


def _decide_cases(world: World) -> None:
    for number in range(7):
        path = f"/v1/intake/cases/n{number}"
        world.put(path, {"service": "s1", "access": "none"}, "bureau-clerk")
        world.put(f"{path}/events/e1", EVENT | {"place": {"centre": "hall", "window": "1"}}, "bureau-clerk")
        decided = {"event": "decided", "occurred_at": "2026-11-23T08:00:00+08:00", "outcome": "granted"}
        if number:
            world.put(f"{path}/events/e2", decided, "bureau-clerk")


@pytest.fixture
def world(filled: World) -> World:
    """Return the deployment as this test's own process."""
    filled.restart()
    return filled


def _text() -> dict[str, Any]:
    return {"agency": "bureau", "title": {"zh": "通知"}, "category": "plans", "body": {"zh": "正文"}}


def hold(answer: Response, template: str, method: str = "get") -> None:
    """Hold an answer to what the document says of its operation, strictly."""
    response = DOCUMENT["paths"][template][method]["responses"].get(str(answer.status))
    assert response is not None, f"{answer.status} is not described for {template}"
    if "$ref" in response:
        response = DOCUMENT["components"]["responses"][response["$ref"].rsplit("/", 1)[-1]]
    found = {name.lower(): value for name, value in answer.headers}
    for name in response.get("headers", {}):
        assert name.lower() in found or name == "Link", (name, found)
    described = response.get("content", {})
    if not described:
        assert answer.body == b""
        return
    media_type = found["content-type"]
    plain = media_type if media_type in described else media_type.split(";")[0]
    schema = described[plain]["schema"]
    if "json" in plain:
        validator = Draft202012Validator(
            {**closed(schema), "components": COMPONENTS}, format_checker=Draft202012Validator.FORMAT_CHECKER
        )
        validator.validate(orjson.loads(answer.body))


@pytest.mark.parametrize("address", READS)
def test_a_read_answers_as_it_is_described(world: World, address: str) -> None:
    path, _, query = address.partition("?")
    hold(world.get(path, query), READS[address])


def test_a_read_that_is_unchanged_answers_as_it_is_described(world: World) -> None:
    etag = dict(world.get("/v1/services/s1").headers)["ETag"]
    hold(world.get("/v1/services/s1", If_None_Match=etag), "/v1/services/{record_id}")


def test_every_answer_to_an_act_is_as_described(world: World) -> None:
    template = "/v1/intake/services/{record_id}/acts/{number}"
    path = "/v1/intake/services/s9/acts/1"
    content = {"agency": "bureau", "title": {"zh": "备案"}, "service_kind": "other_power"}
    good = {"act": "publish", "content": content}
    longer = {"statutory": LIMITS["promised"], "promised": LIMITS["statutory"]}
    hold(world.put(path, b"{", "bureau-clerk"), template, "put")
    hold(world.put(path, {"act": "publish", "content": {**content, "limits": longer}}, "bureau-clerk"), template, "put")
    hold(world.put(path, good, "nobody"), template, "put")
    hold(world.put("/v1/intake/services/s9/acts/7", good, "bureau-clerk"), template, "put")
    statuses = [world.put(path, good, "bureau-clerk") for _ in range(2)]
    assert [answer.status for answer in statuses] == [201, 200]
    for answer in statuses:
        hold(answer, template, "put")
    hold(world.put(path, {**good, "synthetic": True}, "bureau-clerk"), template, "put")
    hold(world.get_signed(path, "bureau-clerk"), template)
    hold(world.get(path), template)
    world.log()
    hold(world.get_signed(path, "bureau-clerk"), template)


def test_the_examples_of_acts_are_taken_as_they_stand() -> None:
    world = World().init()
    sent = {model: {name: example["value"] for name, example in found.items()} for model, found in examples().items()}
    world.act("agencies", "economy-bureau", 1, sent["AgencyAct"]["register"])
    world.act("keys", "he-min", 1, sent["KeyAct"]["register"], "root-keys")
    world.key("economy-clerk", "economy-bureau", "He", ["clerk"])
    world.act("services", "511602-0106-0001", 1, sent["ServiceAct"]["publish"], "economy-clerk")
    for number, centre_act in enumerate(sent["CentreAct"].values(), 1):
        world.act("centres", "guangan-hall", number, centre_act)
    world.act("rules", "project-filing-2", 1, sent["RuleAct"]["publish"], "economy-clerk")
    for number, rule_act in enumerate(sent["RuleAct"].values(), 1):
        if rule_act["act"] != "repeal":
            world.act("rules", "project-filing", number, rule_act, "economy-clerk")
    world.act("rules", "project-filing-2", 3, sent["RuleAct"]["repeal"], "economy-clerk")
    world.act("services", "511602-0106-0001", 2, sent["ServiceAct"]["withdraw"], "economy-clerk")
    receipt = world.act("disclosures", "fund-2027", 1, sent["DisclosureAct"]["submit"], "economy-clerk")
    approve = {**sent["DisclosureAct"]["approve"], "approves_sha256": receipt["sha256"]}
    world.act("disclosures", "fund-2027", 2, approve, "root-approver")
    world.act("disclosures", "fund-2027", 3, sent["DisclosureAct"]["publish"], "economy-clerk")
    world.act("disclosures", "fund-2027", 4, sent["DisclosureAct"]["withdraw"], "economy-clerk")
    world.act("keys", "he-min", 2, sent["KeyAct"]["revoke"], "root-keys")
    world.act("agencies", "economy-bureau", 2, sent["AgencyAct"]["dissolve"])


EVENTS = "/v1/intake/cases/{case_no}/events/{event_id}"
MANY = "/v1/intake/case-events"


def test_every_answer_about_a_case_to_its_agency_is_as_described(world: World) -> None:
    path = "/v1/intake/cases/c1"
    registration: dict[str, Any] = {"service": "s1", "access": "code", "channel": "window"}
    for body in (
        registration,
        registration,
        {**registration, "channel": "post"},
        {"service": "none", "access": "none"},
    ):
        hold(world.put(path, body, "bureau-clerk"), "/v1/intake/cases/{case_no}", "put")
    for body in (EVENT, EVENT, {**EVENT, "sequence": 1}, {"event": "nothing"}):
        hold(world.put(f"{path}/events/e1", body, "bureau-clerk"), EVENTS, "put")
    hold(world.get_signed(f"{path}/events/e1", "bureau-clerk"), EVENTS)
    hold(world.get_signed(f"{path}/events/none", "bureau-clerk"), EVENTS)
    hold(world.get_signed(path, "bureau-clerk"), "/v1/intake/cases/{case_no}")
    hold(world.put(f"{path}/codes/1", {}, "bureau-clerk"), "/v1/intake/cases/{case_no}/codes/{number}", "put")
    hold(world.put(f"{path}/codes/9", {}, "bureau-clerk"), "/v1/intake/cases/{case_no}/codes/{number}", "put")


def test_every_answer_to_a_batch_is_as_described(world: World) -> None:
    lines = [
        {"register": {"case_no": "c2", "service": "s1", "access": "none"}},
        {"event": {"case_no": "c2", "event_id": "e1", **EVENT}},
        {},
    ]
    good = b"\n".join(orjson.dumps(line) for line in lines)
    for body in (good, good, b"{}\n[]", b"\n" * 1_001):
        hold(world.put(MANY, body, "bureau-clerk", method="POST"), MANY, "post")


def test_every_answer_about_a_case_to_its_holder_is_as_described(world: World) -> None:
    registration = {"service": "s1", "access": "code"}
    code = orjson.loads(world.put("/v1/intake/cases/c3", registration, "bureau-clerk").body)["query_code"]
    world.put("/v1/intake/cases/c3/events/e1", EVENT, "bureau-clerk")
    asking = ("POST", "/v1/cases/c3/tokens")
    sent = [("Content-Type", "application/json")]
    answers = [
        world.request(*asking, headers=sent, body=orjson.dumps({"query_code": text}))
        for text in (code, "0000-0000-000", code[:-1] + ("0" if code[-1] != "0" else "1"), 7)
    ]
    for answer in answers:
        hold(answer, "/v1/cases/{case_no}/tokens", "post")
    token = [("Authorization", f"Bearer {orjson.loads(answers[0].body)['token']}")]
    status = world.request("GET", "/v1/cases/c3", headers=token)
    hold(status, "/v1/cases/{case_no}")
    etag = dict(status.headers)["ETag"]
    hold(world.request("GET", "/v1/cases/c3", headers=[*token, ("If-None-Match", etag)]), "/v1/cases/{case_no}")
    hold(world.get("/v1/cases/c3"), "/v1/cases/{case_no}")
    hold(world.request("GET", "/v1/cases/c3/receipt", headers=token), "/v1/cases/{case_no}/receipt")
    hold(world.get("/v1/cases/c3/receipt"), "/v1/cases/{case_no}/receipt")
    pairs = [{"case_no": "c3", "token": token[0][1][7:], "etag": tag} for tag in ("", etag)]
    wanted = {"cases": [{k: v for k, v in pair.items() if v} for pair in pairs] + [{"case_no": "c3", "token": "x"}]}
    many = world.request("POST", "/v1/case-status", headers=sent, body=orjson.dumps(wanted))
    assert many.status == 200
    hold(many, "/v1/case-status", "post")
    hold(world.request(*asking, headers=token), "/v1/cases/{case_no}/tokens", "post")
    hold(world.request("DELETE", "/v1/cases/c3/tokens", headers=token), "/v1/cases/{case_no}/tokens", "delete")
    hold(world.request("DELETE", "/v1/cases/c3/tokens", headers=token), "/v1/cases/{case_no}/tokens", "delete")


def test_every_answer_about_watching_is_as_described() -> None:
    world = WatchWorld()
    world.begin()
    receiver, secrets = "/v1/receivers/{receiver_id}", "/v1/receivers/{receiver_id}/secrets/{number}"
    deliveries, subscription = f"{receiver}/deliveries", "/v1/cases/{case_no}/subscriptions/{subscription_id}"
    secret = world.receiver().json()["secret"]
    _, token = world.opened("c1")
    for url in ("https://hooks.app.example/in", "https://other.example/", "", 1):
        hold(world.receiver(url=url), receiver, "put")
    hold(world.receiver("new", url="http://localhost"), receiver, "put")
    for case_token, name, handle in ((token, "s1", "h"), (token, "s1", "h"), (token, "s1", "i"), ("x", "s1", "h")):
        hold(world.subscribe("c1", case_token, name, handle=handle), subscription, "put")
    hold(world.subscribe("c1", token, "s2", receiver="none"), subscription, "put")
    world.deliver(lambda delivery: ("http_500", None))
    world.event("c1", "e1", EVENT)
    for shown in (secret, "x"):
        hold(world.with_secret("GET", "/v1/receivers/app/deliveries", shown, "limit=1"), deliveries)
        hold(world.with_secret("PUT", "/v1/receivers/app/secrets/2", shown), secrets, "put")
        hold(world.with_secret("PUT", "/v1/receivers/app/secrets/9", shown), secrets, "put")
    hold(world.receiver(), receiver, "put")
    publicly(world)
    for sent in world.deliver():
        del sent["webhook_id"]
        schema = DOCUMENT["webhooks"][sent["type"] if sent["type"] in DOCUMENT["webhooks"] else PUBLIC]["post"][
            "requestBody"
        ]["content"]["application/json"]["schema"]
        Draft202012Validator({**closed(schema), "components": COMPONENTS}).validate(sent)
    for name in ("s1", "s2"):
        hold(world.subscription("GET", "c1", token, name), subscription)
        hold(world.subscription("DELETE", "c1", token, name), subscription, "delete")
    for shown in ("x", secret):
        hold(world.with_secret("DELETE", "/v1/receivers/app", shown), receiver, "delete")


def publicly(world: WatchWorld) -> None:
    """Hold what is answered to who subscribes to public topics, and let the register have something new for him."""
    place, retries = (
        "/v1/subscriptions/{subscription_id}",
        "/v1/receivers/{receiver_id}/deliveries/{delivery_id}/retries/{number}",
    )
    key = world.api_key()
    for wanted in ({}, {}, {"topics": ["rule.*"]}, {"topics": 1}, {"receiver": "none"}, {"topics": ["x.*"]}):
        hold(world.subscribe_publicly("p1", key, **wanted), place, "put")
    hold(world.subscribe_publicly("p2", key, agency="bureau", jurisdiction="guangan", after=0), place, "put")
    for shown in (key, "x"):
        for name in ("p1", "p2", "p3"):
            hold(world.public_subscription("GET", shown, name), place)
        hold(world.public_subscription("DELETE", shown, "p2"), place, "delete")
    secret = world.receiver("own", url="https://own.example/").json()["secret"]
    world.deliver()
    world.subscribe_publicly("p4", key, receiver="own", topics=["service.*"])
    world.service("told")
    world.log()
    for seconds in (*RETRY_SECONDS, 0):
        world.deliver(lambda sent: ("http_500", None))
        world.pass_time(seconds=seconds * (1 + SPREAD) + 1)
    listed = world.with_secret("GET", "/v1/receivers/own/deliveries", secret)
    hold(listed, "/v1/receivers/{receiver_id}/deliveries")
    retry = next(item["links"]["retry"] for item in listed.json()["items"] if "links" in item)
    for path in (retry, retry, retry.replace("retries/1", "retries/9"), retry.replace("retries/1", "retries/2")):
        hold(world.with_secret("PUT", path, secret), retries, "put")
    hold(world.with_secret("PUT", retry.replace("deliveries/", "deliveries/x"), secret), retries, "put")
    hold(world.with_secret("PUT", retry, "x"), retries, "put")


def test_the_examples_of_cases_are_taken_as_they_stand() -> None:
    world = World().init()
    sent = {model: {name: example["value"] for name, example in found.items()} for model, found in examples().items()}
    world.act("agencies", "economy-bureau", 1, sent["AgencyAct"]["register"])
    for name in {found["service"] for found in sent["Registration"].values()}:
        world.service(name)
    for number, body in enumerate(sent["Registration"].values()):
        assert world.put(f"/v1/intake/cases/c{number}", body, "bureau-clerk").status == 201
    for number, body in enumerate(sent["CaseEvent"].values()):
        assert world.put(f"/v1/intake/cases/c0/events/e{number}", body, "bureau-clerk").status == 201
    for body in sent["CodeIssue"].values():
        assert world.put("/v1/intake/cases/c0/codes/1", body, "bureau-clerk").status in (201, 422)


ENQUIRY = "3f0c6f0e-6f2b-4a86-9a3e-0d5a4f2c9b11"


def test_every_answer_about_an_enquiry_is_as_described(world: World) -> None:
    sent = [("Content-Type", "application/json")]
    body = {"kind": "complaint", "agency": "bureau", "about": {"service": "s1"}, "subject": "一", "text": "二"}
    template, path = "/v1/enquiries/{uuid}", f"/v1/enquiries/{ENQUIRY}"
    bodies: tuple[dict[str, Any], ...] = (
        body,
        body,
        {**body, "text": "三"},
        {**body, "agency": "guangan"},
        {},
        {"text": "x" * 40_000},
    )
    answers = [world.request("PUT", path, headers=sent, body=orjson.dumps(each)) for each in bodies]
    assert [answer.status for answer in answers] == [201, 200, 409, 409, 400, 413]
    answers.append(
        world.request("PUT", path[:-1] + "2", headers=sent, body=orjson.dumps({**body, "agency": "guangan"}))
    )
    answers.append(world.request("PUT", path[:-1], headers=sent, body=orjson.dumps(body)))
    assert [answer.status for answer in answers[-2:]] == [422, 404]
    for answer in answers:
        hold(answer, template, "put")
    hold(world.get_signed(f"/v1/intake/cases/{ENQUIRY}"), "/v1/intake/cases/{case_no}")
    listed = "/v1/intake/agencies/{record_id}/enquiries"
    for place in ("guangan", "bureau"):
        hold(world.get_signed(f"/v1/intake/agencies/{place}/enquiries", "root-clerk"), listed)
        after = world.get_signed(f"/v1/intake/agencies/{place}/enquiries/after/{ENQUIRY}", "root-clerk")
        hold(after, listed + "/after/{case_no}")
    hold(world.get_signed("/v1/intake/agencies/guangan/enquiries", "bureau-clerk"), listed)


def test_the_examples_of_enquiries_are_taken_as_they_stand() -> None:
    world = World().init()
    content = examples()["AgencyAct"]["register"]["value"]
    world.act("agencies", "economy-bureau", 1, content)
    open_draft(world, "draft", "root-clerk", agency="economy-bureau")
    world.act("disclosures", "draft", 4, examples()["DisclosureAct"]["announce_hearing"]["value"])
    for number, example in enumerate(examples()["Enquiry"].values()):
        path = f"/v1/enquiries/{ENQUIRY[:-1]}{number}"
        body = orjson.dumps(example["value"])
        assert world.request("PUT", path, headers=[("Content-Type", "application/json")], body=body).status == 201


def test_every_answer_about_a_rating_is_as_described(world: World) -> None:
    sent = [("Content-Type", "application/json")]
    registration = {"service": "s1", "access": "code", "received_at": "2026-11-19T09:30:00+08:00", "channel": "window"}
    code = orjson.loads(world.put("/v1/intake/cases/rated", registration, "bureau-clerk").body)["query_code"]
    decided = {"event": "decided", "occurred_at": "2026-11-23T08:00:00+08:00", "outcome": "done"}
    world.put("/v1/intake/cases/rated/events/e1", decided, "bureau-clerk")
    exchanged = world.request("POST", "/v1/cases/rated/tokens", headers=sent, body=orjson.dumps({"query_code": code}))
    held = [*sent, ("Authorization", f"Bearer {orjson.loads(exchanged.body)['token']}")]
    template, path = "/v1/cases/{case_no}/ratings/{uuid}", f"/v1/cases/rated/ratings/{ENQUIRY}"
    low = examples()["Rating"]["contact"]["value"]
    answers = [
        world.request("PUT", path, headers=headers, body=orjson.dumps(body))
        for headers, body in ((held, low), (held, low), (held, {**low, "text": "x"}), (held, {}), (sent, low))
    ]
    answers.append(world.request("PUT", path[:-1] + "2", headers=held, body=orjson.dumps(low)))
    assert [answer.status for answer in answers] == [201, 200, 409, 400, 401, 422]
    for answer in answers:
        hold(answer, template, "put")
    matter = examples()["Rating"]["matter"]["value"]
    hold(world.request("PUT", path[:-1] + "3", headers=held, body=orjson.dumps(matter)), template, "put")
    hold(world.request("GET", "/v1/cases/rated/ratings", headers=held), "/v1/cases/{case_no}/ratings")
    hold(world.get("/v1/cases/rated/ratings"), "/v1/cases/{case_no}/ratings")
    hold(world.request("GET", "/v1/cases/rated", headers=held), "/v1/cases/{case_no}")
    hold(world.get_signed("/v1/intake/cases/rated", "bureau-clerk"), "/v1/intake/cases/{case_no}")
    hold(world.get_signed("/v1/intake/agencies/bureau/enquiries"), "/v1/intake/agencies/{record_id}/enquiries")
