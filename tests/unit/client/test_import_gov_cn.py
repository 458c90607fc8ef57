"""The State Council's documents: all 25 real rows, and rows that are broken."""

import hashlib
from collections import Counter

import pytest
from glasshall.importers import gov_cn
from glasshall.importers.plan import Plan

from chalicelib.domain.categories import categories
from tests.unit.client.rows import GOV_CN, parsed, phase, refusals

GOOD = {
    "pub_date": "2026-08-13",
    "category": "国务院文件",
    "puborg": "国务院",
    "pcode": "国令第843号",
    "childtype": "公安、安全、司法\\司法",
    "title": "国务院关于修改和废止部分行政法规的决定",
    "url": "https://www.gov.cn/zhengce/zhengceku/202608/content_7077981.htm",
}


@pytest.fixture(scope="module")
def whole() -> Plan:
    """The plan of the real file."""
    return gov_cn.plan(gov_cn.read(GOV_CN))


def test_every_row_is_submitted_approved_and_published(whole: Plan) -> None:
    rows = phase(whole, "disclosures")
    assert len(rows) == 25
    assert refusals(rows) == []
    for row in rows:
        assert [parsed(put)["act"] for put in row.puts] == ["submit", "approve", "publish"]
        assert [put.signer for put in row.puts] == ["clerk", "approver", "clerk"]


def test_approval_names_the_hash_of_the_exact_bytes_submitted(whole: Plan) -> None:
    for row in phase(whole, "disclosures"):
        submit, approve, _ = row.puts
        assert parsed(approve)["approves_sha256"] == hashlib.sha256(submit.body).hexdigest()


def test_the_content_is_that_of_the_row(whole: Plan) -> None:
    first = phase(whole, "disclosures")[0]
    assert first.record_id == "gov-cn-7077981"
    content = parsed(first.puts[0])["content"]
    assert content == {
        "agency": "gov-cn",
        "title": {"zh": "国务院关于修改和废止部分行政法规的决定"},
        "category": "normative_documents",
        "cadence": "ad_hoc",
        "doc_no": "国令第843号",
        "issuer": {"zh": "国务院"},
        "topics": ["公安、安全、司法", "司法"],
        "openness": {"class": "proactive"},
        "issued_on": "2026-08-13",
        "source_url": "https://www.gov.cn/zhengce/zhengceku/202608/content_7077981.htm",
        "source": {"name": gov_cn.SOURCE, "url": GOOD["url"]},
        "links": [],
        "attachments": [],
    }


def test_categories_are_those_of_the_code_list(whole: Plan) -> None:
    found = Counter(parsed(row.puts[0])["content"]["category"] for row in phase(whole, "disclosures"))
    assert found == {"normative_documents": 12, "plans": 8, "policy_interpretation": 5}
    assert set(gov_cn.CATEGORIES.values()) | {"plans"} <= set(categories())


def test_a_document_without_a_number_has_none(whole: Plan) -> None:
    without = [row for row in phase(whole, "disclosures") if row.notes == ("no_document_number",)]
    assert len(without) == 11
    assert not any("doc_no" in parsed(row.puts[0])["content"] for row in without)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"url": ""}, "address_blank"),
        ({"title": " "}, "title_blank"),
        ({"category": "其他"}, "category_unknown"),
        ({"pub_date": "2026-13-01"}, "date_unreadable"),
        ({"pub_date": ""}, "date_unreadable"),
    ],
)
def test_a_broken_row_is_refused_with_its_reason(change: dict[str, str], code: str) -> None:
    assert refusals(phase(gov_cn.plan([GOOD | change]), "disclosures")) == [("1", code)]


def test_an_address_that_comes_again_is_refused() -> None:
    assert refusals(phase(gov_cn.plan([GOOD, GOOD]), "disclosures")) == [("2", "duplicate_address")]


def test_an_address_without_a_number_gets_an_id_from_its_digest() -> None:
    (row,) = phase(gov_cn.plan([GOOD | {"url": "https://www.gov.cn/x"}]), "disclosures")
    assert row.record_id == f"gov-cn-{hashlib.sha256(b'https://www.gov.cn/x').hexdigest()[:12]}"
