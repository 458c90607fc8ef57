"""Attachments in disclosures: only checked files of the agency's own, findings released by name, shown until withdrawn."""

from typing import Any

import orjson
import pytest

from chalicelib.domain.files import kinds
from tests.files import samples
from tests.world import World

PLAN = samples.pdf()
HIDDEN = samples.zipped(
    samples.office_parts(kinds.XLSX)
    | {
        "xl/workbook.xml": samples.workbook(
            '<sheet name="a" sheetId="1"/><sheet name="b" sheetId="2" state="hidden"/>'
        ),
        "xl/worksheets/sheet1.xml": samples.sheet(
            '<row r="1"><c t="inlineStr"><is><t>电话 13800138000</t></is></c></row>'
        ),
    }
)
CONTENT = {"agency": "bureau", "title": {"zh": "规划"}, "category": "plans", "body": {"zh": "见附件"}}


@pytest.fixture
def world() -> World:
    return World().init()


def submit(world: World, *attachments: dict[str, Any], record_id: str = "d", number: int = 1) -> Any:
    """Hand in a disclosure with attachments."""
    body = {"act": "submit", "content": {**CONTENT, "attachments": list(attachments)}}
    return world.put(f"/v1/intake/disclosures/{record_id}/acts/{number}", body)


def codes(answer: Any) -> list[tuple[str, str]]:
    """Return codes and places of a refusal."""
    assert answer.status == 422, answer.body
    return [(each["code"], each["pointer"]) for each in orjson.loads(answer.body)["errors"]]


def publish(world: World, digest: str, *releases: dict[str, Any], record_id: str = "d") -> Any:
    """Approve what was submitted, with releases, and publish it."""
    review = {"reviewer": "office", "result": "cleared"}
    body = {"act": "approve", "approves_sha256": digest, "secrecy_review": review}
    approved = world.put(
        f"/v1/intake/disclosures/{record_id}/acts/2",
        {**body, "releases": list(releases)} if releases else body,
        "root-approver",
    )
    if approved.status == 201:
        world.act("disclosures", record_id, 3, {"act": "publish"})
        world.log()
    return approved


def test_a_file_of_a_disclosure_is_found_at_an_address_by_its_hash_until_it_is_withdrawn(world: World) -> None:
    digest = world.attach(PLAN, kinds.PDF, "规划.pdf")
    receipt = orjson.loads(submit(world, {"name": "plan", "sha256": digest, "title": {"zh": "规划全文"}}).body)
    assert world.get("/v1/disclosures/d/attachments/plan").status == 404
    assert publish(world, receipt["sha256"]).status == 201
    (shown,) = world.json("/v1/disclosures/d")["attachments"]
    assert shown == {
        "name": "plan",
        "sha256": digest,
        "title": {"zh": "规划全文"},
        "size_bytes": len(PLAN),
        "media_type": kinds.PDF,
        "file_name": "规划.pdf",
    }
    answer = world.get("/v1/disclosures/d/attachments/plan")
    assert (answer.status, answer.body) == (302, b"")
    headers = {name.lower(): value for name, value in answer.headers}
    assert headers["location"] == f"{world.settings.files_url}/attachments/{digest}/bureau"
    assert headers["access-control-allow-origin"] == "*"
    assert world.request("HEAD", "/v1/disclosures/d/attachments/plan").status == 302
    for name in ("other", digest):
        assert world.get(f"/v1/disclosures/d/attachments/{name}").status == 404
    world.act("disclosures", "d", 4, {"act": "withdraw", "reason": {"zh": "有误"}})
    world.log()
    assert world.get("/v1/disclosures/d/attachments/plan").status == 404


def test_only_checked_files_of_the_agency_itself_can_be_named(world: World) -> None:
    mine, others = world.attach(PLAN, kinds.PDF, "a.pdf"), world.attach(HIDDEN, kinds.XLSX, "b.xlsx", "guangan")
    broken = world.attach(samples.pdf(end=b""), kinds.PDF, "c.pdf")
    waiting = "0" * 64
    said = {"agency": "bureau", "size_bytes": 9, "media_type": kinds.PDF, "file_name": "d.pdf"}
    assert world.put(f"/v1/intake/attachments/{waiting}", said).status == 201
    named = [{"name": f"f{n}", "sha256": digest} for n, digest in enumerate((mine, others, broken, waiting, "1" * 64))]
    before = world.memory.snapshot()
    assert codes(submit(world, *named)) == [
        ("attachment_unknown", "/content/attachments/1/sha256"),
        ("attachment_not_checked", "/content/attachments/2/sha256"),
        ("attachment_not_checked", "/content/attachments/3/sha256"),
        ("attachment_unknown", "/content/attachments/4/sha256"),
    ]
    twice = [{"name": "a", "sha256": mine}, {"name": "a", "sha256": mine}, {"name": "b.csv", "sha256": mine}]
    assert codes(submit(world, *twice)) == [
        ("attachment_name_twice", "/content/attachments/1/name"),
        ("attachment_name_reserved", "/content/attachments/2/name"),
    ]
    assert world.memory.snapshot() == before


def test_every_finding_in_a_file_is_released_by_name_before_it_is_shown(world: World) -> None:
    digest = world.attach(HIDDEN, kinds.XLSX, "表.xlsx")
    receipt = orjson.loads(submit(world, {"name": "table", "sha256": digest}).body)
    hidden = {"place": "/content/attachments/0#xl/workbook.xml", "kind": "hidden_sheet"}
    mobile = {"place": "/content/attachments/0#xl/worksheets/sheet1.xml", "kind": "mobile_number"}
    assert codes(publish(world, receipt["sha256"])) == [
        ("file_finding", hidden["place"]),
        ("personal_data", mobile["place"]),
    ]
    assert codes(publish(world, receipt["sha256"], {**hidden, "reason": "空表"})) == [
        ("personal_data", mobile["place"])
    ]
    assert codes(publish(world, receipt["sha256"], *({**each, "reason": "公开电话", "kind": "comments"} for each in (hidden, mobile))))  # fmt: skip
    released = ({**hidden, "reason": "空表"}, {**mobile, "reason": "值班电话，本人同意"})
    assert publish(world, receipt["sha256"], *released).status == 201
    assert world.get("/v1/disclosures/d/attachments/table").status == 302
