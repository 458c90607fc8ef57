"""Who may call what: every route times every kind of caller, one table. A route that has no row fails the test.

What is held of each cell: the verdict of the row; that a refusal wrote nothing (tries are counted, by design); that a
refusal says nothing of the case, its token, its events or what was written; that the same Bearer refusal comes for a case
that is there and for one that is not.
"""

from typing import Any

import orjson
import pytest

from chalicelib.routes.access import Access
from chalicelib.routes.endpoint import BY_BEARER
from tests.town import BEARERS, BODIES, CALLERS, ENDPOINT_OF, JSON_TYPE, SECRET_TEXT, Town, address, call

TO_ALL = """
GET /
GET /assets/{name}
GET /catalog.jsonld
GET /data.json
GET /docs
GET /feeds/agencies.atom
GET /feeds/agencies.json
GET /feeds/centres.atom
GET /feeds/centres.json
GET /feeds/comments.atom
GET /feeds/comments.json
GET /feeds/consultations.atom
GET /feeds/consultations.json
GET /feeds/deadlines.ics
GET /feeds/disclosures.atom
GET /feeds/disclosures.json
GET /feeds/evaluations.atom
GET /feeds/evaluations.json
GET /feeds/feedback.atom
GET /feeds/feedback.json
GET /feeds/filings.atom
GET /feeds/filings.json
GET /feeds/hearings.atom
GET /feeds/hearings.json
GET /feeds/rules.atom
GET /feeds/rules.json
GET /feeds/services.atom
GET /feeds/services.json
GET /feeds/statistics-periods.atom
GET /feeds/statistics-periods.json
GET /feeds/supervision.atom
GET /feeds/supervision.json
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
GET /v1/exports
GET /v1/exports/{name}
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
GET /v1/register/checkpoint
GET /v1/register/entries/{index}
GET /v1/register/keys
GET /v1/register/proof
GET /v1/register/tile/{level}/{n1}
GET /v1/register/tile/{level}/{n1}/{n2}
GET /v1/register/tile/{level}/{n1}/{n2}/{n3}
GET /v1/register/tile/{level}/{n1}/{n2}/{n3}/{n4}
GET /v1/register/witnessed
GET /v1/webhook-keys
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
GET /v1/statistics-periods
GET /v1/statistics-periods/{record_id}
GET /v1/statistics-periods/{record_id}/cells
GET /v1/statistics-periods/{record_id}/versions
GET /v1/statistics-periods/{record_id}/versions/{number}
GET /v1/status
GET /v1/supervision
GET /v1/supervision/{record_id}
GET /v1/supervision/{record_id}/versions
GET /v1/supervision/{record_id}/versions/{number}
"""
"""Reads without a key: the same bytes for every caller, whatever he shows."""
TABLE = """
POST /v1/case-status                                               R RRRRRRRRR RRRRRRRR RR
GET /v1/cases/{case_no}                                            - R-------- -------- --
GET /v1/cases/{case_no}/ratings                                    - R-------- -------- --
PUT /v1/cases/{case_no}/ratings/{uuid}                             - W-------- -------- --
GET /v1/cases/{case_no}/receipt                                    - R-------- -------- --
GET /v1/cases/{case_no}/subscriptions/{subscription_id}            - R-------- -------- --
PUT /v1/cases/{case_no}/subscriptions/{subscription_id}            - W-------- -------- --
DELETE /v1/cases/{case_no}/subscriptions/{subscription_id}         - D-------- -------- --
POST /v1/cases/{case_no}/tokens                                    - W-------- -------- --
DELETE /v1/cases/{case_no}/tokens                                  - D-DD----- -------- --
PUT /v1/disclosures/{record_id}/comments/{uuid}                    W WWWWWWWWW WWWWWWWW WW
PUT /v1/enquiries/{uuid}                                           W WWWWWWWWW WWWWWWWW WW
PUT /v1/intake/agencies/{record_id}/acts/{number}                  - --------- WWfffff- R-
GET /v1/intake/agencies/{record_id}/acts/{number}                  - --------- nRnnnnn- --
GET /v1/intake/agencies/{record_id}/enquiries                      - --------- RRfffRf- --
GET /v1/intake/agencies/{record_id}/enquiries/after/{case_no}      - --------- nnfffnf- --
GET /v1/intake/attachments/{sha256}                                - --------- RRnnnRn- --
PUT /v1/intake/attachments/{sha256}                                - --------- WWfffff- R-
POST /v1/intake/case-events                                        - --------- RRuuuff- R-
GET /v1/intake/cases/{case_no}                                     - --------- RRnnnRn- --
PUT /v1/intake/cases/{case_no}                                     - --------- WWfffff- R-
PUT /v1/intake/cases/{case_no}/codes/{number}                      - --------- WWfffff- R-
GET /v1/intake/cases/{case_no}/events/{event_id}                   - --------- RRnnnRn- --
PUT /v1/intake/cases/{case_no}/events/{event_id}                   - --------- WWfffff- R-
GET /v1/intake/centres/{record_id}/acts/{number}                   - --------- RRnnnRn- --
PUT /v1/intake/centres/{record_id}/acts/{number}                   - --------- WWfffff- R-
GET /v1/intake/comments/{record_id}                                - --------- RRnnnRn- --
GET /v1/intake/comments/{record_id}/acts/{number}                  - --------- RRnnnRn- --
PUT /v1/intake/comments/{record_id}/acts/{number}                  - --------- fffffff- f-
GET /v1/intake/disclosures/{record_id}/comments                    - --------- RRfffRf- --
GET /v1/intake/disclosures/{record_id}/comments/after/{uuid}       - --------- RRfffRf- --
GET /v1/intake/disclosures/{record_id}/acts/{number}               - --------- RRnnnRn- --
PUT /v1/intake/disclosures/{record_id}/acts/{number}               - --------- WWfffff- R-
GET /v1/intake/evaluations/{record_id}/acts/{number}               - --------- nRnnnnR- --
PUT /v1/intake/evaluations/{record_id}/acts/{number}               - --------- fffffff- f-
GET /v1/intake/feedback/{record_id}/acts/{number}                  - --------- RRnnnRn- --
PUT /v1/intake/feedback/{record_id}/acts/{number}                  - --------- WWfffff- R-
GET /v1/intake/filings/{record_id}/acts/{number}                   - --------- RRnnnRn- --
PUT /v1/intake/filings/{record_id}/acts/{number}                   - --------- fffffff- f-
GET /v1/intake/hearings/{record_id}/acts/{number}                  - --------- RRnnnRn- --
GET /v1/intake/keys/{record_id}/acts/{number}                      - --------- RRnnnRn- --
PUT /v1/intake/keys/{record_id}/acts/{number}                      - --------- fWfffff- f-
GET /v1/intake/rules/{record_id}/acts/{number}                     - --------- RRnnnRn- --
PUT /v1/intake/rules/{record_id}/acts/{number}                     - --------- WWfffff- R-
GET /v1/intake/statistics-periods/{record_id}/acts/{number}         - --------- nRnnnnn- --
GET /v1/intake/services/{record_id}/acts/{number}                  - --------- RRnnnRn- --
PUT /v1/intake/services/{record_id}/acts/{number}                  - --------- WWfffff- R-
GET /v1/intake/supervision/{record_id}                             - --------- RRnnnRn- --
GET /v1/intake/supervision/{record_id}/acts/{number}               - --------- RRnnnRn- --
PUT /v1/intake/supervision/{record_id}/acts/{number}               - --------- WWfffff- R-
PUT /v1/receivers/{receiver_id}                                    W WWWWWWWWW WWWWWWWW WW
DELETE /v1/receivers/{receiver_id}                                 - -----D--- -------- --
GET /v1/receivers/{receiver_id}/deliveries                         - -----R--- -------- --
PUT /v1/receivers/{receiver_id}/secrets/{number}                   - -----W--- -------- --
PUT /v1/receivers/{receiver_id}/deliveries/{delivery_id}/retries/{number} - -----W--- -------- --
PUT /v1/subscriptions/{subscription_id}                            - -------W- -------- --
GET /v1/subscriptions/{subscription_id}                            - -------R- -------- --
DELETE /v1/subscriptions/{subscription_id}                         - -------D- -------- --
"""
"""In the order of `CALLERS`: nobody, the nine with a Bearer, the eight who sign as they should, the two who do not."""
VERDICTS = {"E": 302, "R": 200, "W": 201, "D": 204, "-": 401, "f": 403, "n": 404, "u": 422}
ROWS = {
    line: ("E" if "attachments" in line or "exports/" in line else "R") * len(CALLERS)
    for line in TO_ALL.split("\n")
    if line
} | {" ".join(line.split()[:2]): "".join(line.split()[2:]) for line in TABLE.split("\n") if line}
SHOWN_BEARER = [name for name, each in ENDPOINT_OF.items() if each.access in BY_BEARER]
SHOWN_BEARER.append("POST /v1/cases/{case_no}/tokens")


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


@pytest.mark.parametrize("name", SHOWN_BEARER)
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
