"""One sample request for every route, in the world of `sampled.py`. `costs.py` measures them; a route without one is an error."""

from collections.abc import Callable
from typing import NamedTuple

import orjson

from bench.sampled import (
    COMMENT,
    COMMENTS_PATH,
    ENQUIRY,
    FILING,
    HELD,
    ITSELF,
    RECEIVER,
    RECEIVER_PATH,
    RULE,
    SHOWN_COMMENT,
    TILES,
    WAITING_COMMENT,
    Sampled,
)
from chalicelib.routes.feeds import FEEDS
from local.messages import Response
from tests.centre_world import CENTRE
from tests.world import public_key_base64

PAGE = 50
NEW_COMMENT = "5c9d1a0b-3f2e-4d6c-9b8a-7e6f5d4c3b2a"
Send = Callable[[Sampled], Response]


class Sample(NamedTuple):
    """What is measured for one route: how it is told, and how it is sent."""

    told: str
    send: Send


def _read(path: str, query: str = "") -> Sample:
    return Sample(f"{path}?{query}" if query else path, lambda s: s.world.get(path, query))


def _signed(path: str, key: str = "root-clerk") -> Sample:
    return Sample(path, lambda s: s.world.get_signed(path, key))


def _of_card(path: str, query: str = "") -> Sample:
    return Sample(path, lambda s: s.world.get(path.format(card=s.card), query))


def _copied(path: str, query: str = "") -> Sample:
    return _read(f"/v1/harvested/{ITSELF.name}/{path}", query)


def _put(path: str, body: object, key: str, told: str = "") -> Sample:
    return Sample(told or path, lambda s: s.world.put(path, body, key))


def _post_lines(count: int) -> Sample:
    lines = [
        {
            "event": {
                "case_no": "c2",
                "event_id": f"b{n}",
                "event": "visited",
                "occurred_at": "2026-11-23T09:30:00+08:00",
            }
        }
        for n in range(count)
    ]
    raw = b"".join(orjson.dumps(line) + b"\n" for line in lines)
    return Sample(
        f"{count} events of one case",
        lambda s: s.world.put("/v1/intake/case-events", raw, "bureau-clerk", method="POST"),
    )


def _new_token(case_no: str) -> Sample:
    return Sample("a right code", lambda s: s.post(f"/v1/cases/{case_no}/tokens", {"query_code": s.code}))


def _many() -> Sample:
    def send(sampled: Sampled) -> Response:
        pairs = [{"case_no": case_no, "token": token} for case_no, token in sampled.tokens.items()]
        return sampled.post("/v1/case-status", {"cases": pairs})

    return Sample(f"{len(HELD)} cases", send)


def _bearer(told: str, method: str, path: str, body: object = None) -> Sample:
    return Sample(told, lambda s: s.bearer(method, path, body))


_SUBSCRIPTION = "/v1/cases/c1/subscriptions/s1"
_SERVICE = {"agency": "bureau", "title": {"zh": "企业投资项目备案"}, "service_kind": "other_power"}
_OFFICE = {"name": {"zh": "区档案局"}, "level": "department", "parent": "guangan"}
_NOTICE = {"agency": "bureau", "title": {"zh": "通知"}, "category": "plans", "body": {"zh": "全文"}}
_FILE = {"agency": "bureau", "size_bytes": 9, "media_type": "text/csv", "file_name": "b.csv"}
_KEY = {"act": "register", "agency": "bureau", "person": "Chen", "roles": ["clerk"]}
_FINDINGS = [
    {"agency": "bureau", "scores": [{"criterion": "truthfulness", "grade": "good", "grounds": {"zh": "抽查"}}]},
]
_REPORT = {"period": {"from": "2026-10-01", "to": "2026-12-20"}, "enquiries": [{"kind": "question", "count": 3}]}
_CARDS = "/v1/intake/supervision"
_EVENT = {"event": "received", "occurred_at": "2026-11-23T09:00:00+08:00"}

SAMPLES: dict[str, Sample] = {
    # public reads
    "list_agencies": _read("/v1/agencies", f"limit={PAGE}"),
    "get_agency": _read("/v1/agencies/bureau"),
    "get_completeness": _read("/v1/agencies/bureau/completeness"),
    "list_agency_versions": _read("/v1/agencies/bureau/versions"),
    "get_agency_version": _read("/v1/agencies/bureau/versions/1"),
    "list_services": _read("/v1/services", f"limit={PAGE}"),
    "get_service": _read("/v1/services/service-0001"),
    "list_service_links": _read("/v1/services/service-0001/links"),
    "list_service_versions": _read("/v1/services/service-0001/versions"),
    "get_service_version": _read("/v1/services/service-0001/versions/1"),
    "list_disclosures": _read("/v1/disclosures", f"limit={PAGE}"),
    "get_disclosure": _read("/v1/disclosures/notice-1"),
    "list_disclosure_links": _read("/v1/disclosures/notice-1/links"),
    "list_disclosure_versions": _read("/v1/disclosures/notice-1/versions"),
    "get_disclosure_version": _read("/v1/disclosures/notice-1/versions/1"),
    "get_attachment": _read("/v1/disclosures/notice-file/attachments/a"),
    "list_disclosure_acts": _read("/v1/disclosures/notice-1/acts"),
    "list_rules": _read("/v1/rules", "stage=in_force"),
    "get_rule": _read("/v1/rules/rule-1"),
    "get_rule_chain": _read("/v1/rules/rule-1/chain"),
    "get_rule_gaps": _read("/v1/rules/gaps", "agency=bureau"),
    "list_rule_links": _read("/v1/rules/rule-1/links"),
    "list_rule_versions": _read("/v1/rules/rule-1/versions"),
    "get_rule_version": _read("/v1/rules/rule-1/versions/1"),
    "list_centres": _read("/v1/centres"),
    "get_centre": _read("/v1/centres/hall"),
    "get_centre_hours": _read("/v1/centres/hall/hours"),
    "list_centre_versions": _read("/v1/centres/hall/versions"),
    "get_centre_version": _read("/v1/centres/hall/versions/1"),
    "list_supervision": _read("/v1/supervision", "stage=raised"),
    "get_card": _of_card("/v1/supervision/{card}"),
    "list_card_versions": _of_card("/v1/supervision/{card}/versions"),
    "get_card_version": _of_card("/v1/supervision/{card}/versions/1"),
    "list_filings": _read("/v1/filings", "missing=true"),
    "get_filing": _read(f"/v1/filings/{FILING}"),
    "list_filing_versions": _read(f"/v1/filings/{FILING}/versions"),
    "get_filing_version": _read(f"/v1/filings/{FILING}/versions/1"),
    "list_hearings": _read("/v1/hearings", "upcoming=true"),
    "get_hearings_calendar": _read("/v1/hearings.ics"),
    "get_hearing": _read("/v1/hearings/hearing-1"),
    "list_hearing_versions": _read("/v1/hearings/hearing-1/versions"),
    "get_hearing_version": _read("/v1/hearings/hearing-1/versions/1"),
    "list_evaluations": _read("/v1/evaluations", "evaluated=bureau"),
    "get_evaluation": _read("/v1/evaluations/round-1"),
    "list_evaluation_versions": _read("/v1/evaluations/round-1/versions"),
    "get_evaluation_version": _read("/v1/evaluations/round-1/versions/1"),
    "list_feedback": _read("/v1/feedback", "about=disclosure:notice-1"),
    "get_feedback": _read("/v1/feedback/feedback-1"),
    "list_feedback_versions": _read("/v1/feedback/feedback-1/versions"),
    "get_feedback_version": _read("/v1/feedback/feedback-1/versions/1"),
    "list_consultations": _read("/v1/consultations", "category=plans"),
    "get_consultations_calendar": _read("/v1/consultations.ics"),
    "get_consultation_calendar": _read("/v1/disclosures/draft-1/consultation.ics"),
    "list_disclosure_comments": _read(COMMENTS_PATH, "round=1"),
    "list_comments": _read("/v1/comments", "agency=bureau"),
    "get_comment": _read(f"/v1/comments/{SHOWN_COMMENT}"),
    "list_comment_versions": _read(f"/v1/comments/{SHOWN_COMMENT}/versions"),
    "get_comment_version": _read(f"/v1/comments/{SHOWN_COMMENT}/versions/1"),
    **{
        f"list_{collection}_{form}": _read(f"/feeds/{collection}.{form}")
        for collection in FEEDS
        for form in ("atom", "json")
    },
    "get_data_json": _read("/data.json"),
    "get_catalogue": _read("/catalog.jsonld"),
    "get_deadlines_calendar": _read("/feeds/deadlines.ics"),
    "list_changes": _read("/v1/changes", "limit=100"),
    "list_exports": _read("/v1/exports"),
    "get_export": _read("/v1/exports/services.csv"),
    "list_origins": _read("/v1/harvested"),
    "list_harvested": _copied("services", "limit=50"),
    "get_harvested": _copied("services/service-0001"),
    "get_harvested_version": _copied("services/service-0001/versions/1"),
    "list_series": _read("/v1/statistics"),
    "list_figures": _read("/v1/statistics/promise_kept_rate", "service=service-0000"),
    "list_periods": _read("/v1/statistics-periods"),
    "get_period": _read("/v1/statistics-periods/2026-10-guangan"),
    "list_period_cells": _read("/v1/statistics-periods/2026-10-guangan/cells"),
    "list_period_versions": _read("/v1/statistics-periods/2026-10-guangan/versions"),
    "get_period_version": _read("/v1/statistics-periods/2026-10-guangan/versions/1"),
    "get_annual_report": _read("/v1/statistics/annual-report/2026", "agency=bureau"),
    "list_enquiry_kinds": _read("/v1/enquiries"),
    "preview_deadline": _read(
        "/v1/deadlines/preview", "service=service-0001&received_at=2026-11-20&now=2026-11-23T09:00:00%2B08:00"
    ),
    "list_code_lists": _read("/v1/codes"),
    "get_code_list": _read("/v1/codes/event"),
    "list_receipt_keys": _read("/v1/receipt-keys"),
    "get_checkpoint": _read("/v1/register/checkpoint"),
    "get_witnessed_checkpoint": _read("/v1/register/witnessed"),
    "list_register_keys": _read("/v1/register/keys"),
    **{f"get_register_tile_{depth}": _read(f"/v1/register/{path}") for depth, path in enumerate(TILES, 1)},
    "get_register_entry": _read("/v1/register/entries/3"),
    "get_register_proof": _read("/v1/register/proof", "index=3"),
    "list_webhook_keys": _read("/v1/webhook-keys"),
    "list_field_kinds": _read("/v1/fields"),
    "get_fields": _read("/v1/fields/service"),
    "get_index": _read("/v1"),
    "get_health": _read("/v1/health"),
    "list_status": _read("/v1/status"),
    "get_page": _read("/"),
    "get_docs": _read("/docs"),
    "get_openapi": _read("/openapi.json"),
    "get_asset": _read("/assets/page.js"),
    "get_problem_type": _read("/problems/not-found"),
    # a case and its holder
    "get_case": Sample("with its token", lambda s: s.bearer("GET", "/v1/cases/c1")),
    "create_case_token": _new_token("c1"),
    "list_case_statuses": _many(),
    "get_case_signed_receipt": Sample("with its token", lambda s: s.bearer("GET", "/v1/cases/c1/receipt")),
    "put_rating": Sample("the matter, low", lambda s: s.rate()),
    "list_case_ratings": Sample("after one", lambda s: s.bearer("GET", "/v1/cases/c1/ratings")),
    # watching a case
    "put_receiver": Sample("the first time", lambda s: s.send("PUT", "/v1/receivers/other", RECEIVER)),
    "put_subscription": _bearer("the first time", "PUT", _SUBSCRIPTION, {"receiver": "app", "handle": "h"}),
    "get_subscription": _bearer(_SUBSCRIPTION, "GET", _SUBSCRIPTION),
    "delete_subscription": _bearer(_SUBSCRIPTION, "DELETE", _SUBSCRIPTION),
    "list_receiver_deliveries": _bearer(f"{RECEIVER_PATH}/deliveries", "GET", f"{RECEIVER_PATH}/deliveries"),
    "put_receiver_retry": Sample(
        "the first", lambda s: s.bearer("PUT", f"{RECEIVER_PATH}/deliveries/{s.dead}/retries/1")
    ),
    "put_public_subscription": Sample("the first time", lambda s: s.subscribe("s2")),
    "get_public_subscription": Sample("of one's own", lambda s: s.subscription("GET")),
    "delete_public_subscription": Sample("of one's own", lambda s: s.subscription("DELETE")),
    "put_receiver_secret": _bearer("the second", "PUT", f"{RECEIVER_PATH}/secrets/2"),
    "delete_receiver": _bearer(RECEIVER_PATH, "DELETE", RECEIVER_PATH),
    "delete_case_tokens": Sample("with its token", lambda s: s.bearer("DELETE", "/v1/cases/c1/tokens")),
    "put_enquiry": Sample("a question", lambda s: s.enquire()),
    "put_comment": Sample("the first time", lambda s: s.send("PUT", f"{COMMENTS_PATH}/{NEW_COMMENT}", COMMENT)),
    # signed reads
    "get_agency_receipt": _signed("/v1/intake/agencies/bureau/acts/1"),
    "get_service_receipt": _signed("/v1/intake/services/service-0001/acts/1"),
    "get_disclosure_receipt": _signed("/v1/intake/disclosures/notice-1/acts/1"),
    "get_rule_receipt": _signed("/v1/intake/rules/rule-1/acts/1"),
    "get_period_receipt": _signed("/v1/intake/statistics-periods/2026-10-guangan/acts/1"),
    "get_filing_receipt": _signed(f"/v1/intake/filings/{FILING}/acts/1"),
    "get_hearing_receipt": _signed("/v1/intake/hearings/hearing-1/acts/1"),
    "get_evaluation_receipt": _signed("/v1/intake/evaluations/round-1/acts/1"),
    "get_feedback_receipt": _signed("/v1/intake/feedback/feedback-1/acts/1"),
    "get_centre_receipt": _signed("/v1/intake/centres/hall/acts/1"),
    "get_attachment_receipt": Sample(
        "checked", lambda s: s.world.get_signed(f"/v1/intake/attachments/{s.file}", "bureau-clerk")
    ),
    "get_key_receipt": _signed("/v1/intake/keys/bureau-clerk/acts/1"),
    "get_card_receipt": Sample("raise", lambda s: s.world.get_signed(f"{_CARDS}/{s.card}/acts/1")),
    "get_intake_card": Sample("its case", lambda s: s.world.get_signed(f"{_CARDS}/{s.card}")),
    "get_intake_case": _signed("/v1/intake/cases/c1"),
    "get_case_event_receipt": _signed("/v1/intake/cases/c1/events/e0"),
    "get_comment_receipt": _signed(f"/v1/intake/comments/{SHOWN_COMMENT}/acts/2"),
    "get_intake_comment": _signed(f"/v1/intake/comments/{WAITING_COMMENT}"),
    "list_waiting_comments": _signed("/v1/intake/disclosures/draft-1/comments"),
    "list_waiting_comments_after": _signed(f"/v1/intake/disclosures/draft-1/comments/after/{SHOWN_COMMENT}"),
    "list_open_enquiries": _signed("/v1/intake/agencies/bureau/enquiries"),
    "list_open_enquiries_after": _signed(f"/v1/intake/agencies/bureau/enquiries/after/{ENQUIRY}"),
    # signed writes
    "put_agency_act": _put(
        "/v1/intake/agencies/archive/acts/1", {"act": "register", "content": _OFFICE}, "root-clerk", "register"
    ),
    "put_service_act": _put(
        "/v1/intake/services/new/acts/1", {"act": "publish", "content": _SERVICE}, "bureau-clerk", "publish"
    ),
    "put_disclosure_act": _put(
        "/v1/intake/disclosures/new/acts/1", {"act": "submit", "content": _NOTICE}, "bureau-clerk", "submit"
    ),
    "put_comment_act": _put(
        f"/v1/intake/comments/{WAITING_COMMENT}/acts/2",
        {"act": "moderate", "outcome": "shown"},
        "moderator",
        "moderate",
    ),
    "put_rule_act": _put("/v1/intake/rules/new/acts/1", {"act": "publish", "content": RULE}, "bureau-clerk", "publish"),
    "put_evaluation_act": _put(
        "/v1/intake/evaluations/round-1/acts/2",
        {"act": "publish_findings", "agencies": _FINDINGS},
        "root-evaluator",
        "publish_findings",
    ),
    "put_feedback_act": _put(
        "/v1/intake/feedback/feedback-1/acts/2", {"act": "report", "report": _REPORT}, "bureau-clerk", "report"
    ),
    "put_centre_act": _put("/v1/intake/centres/new/acts/1", {"act": "open", "content": CENTRE}, "bureau-clerk", "open"),
    "put_attachment": _put(f"/v1/intake/attachments/{'0' * 64}", _FILE, "bureau-clerk", "the first time"),
    "put_filing_act": _put(
        f"/v1/intake/filings/{FILING}/acts/2",
        {"act": "answer_filing", "answer": "received"},
        "root-receiver",
        "that it came in",
    ),
    "put_key_act": _put(
        "/v1/intake/keys/new/acts/1", {**_KEY, "public_key": public_key_base64("new")}, "root-keys", "register"
    ),
    "put_card_act": Sample(
        "answer",
        lambda s: s.world.put(f"{_CARDS}/{s.card}/acts/2", {"act": "answer", "reason": {"zh": "经办岗位空缺"}}),
    ),
    "put_case": _put(
        "/v1/intake/cases/c9", {"service": "service-0000", "access": "code"}, "bureau-clerk", "with a code"
    ),
    "put_case_code": _put("/v1/intake/cases/c3/codes/2", {}, "bureau-clerk", "another code"),
    "put_case_event": _put("/v1/intake/cases/c2/events/e1", _EVENT, "bureau-clerk", "the first event of a case"),
    "post_case_events": _post_lines(100),
}
