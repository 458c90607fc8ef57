"""What OpenAPI says of consultations and comments is held against what the program answers, strictly."""

from typing import Any

import pytest

from tests.draft_world import DraftWorld, uuid
from tests.http.test_answers_as_described import hold

READS = {
    "/v1/disclosures/draft/comments?round=1": "/v1/disclosures/{record_id}/comments",
    "/v1/disclosures/none/comments": "/v1/disclosures/{record_id}/comments",
    "/v1/disclosures/draft/consultation.ics": "/v1/disclosures/{record_id}/consultation.ics",
    "/v1/disclosures/none/consultation.ics": "/v1/disclosures/{record_id}/consultation.ics",
    "/v1/disclosures": "/v1/disclosures",
    "/v1/disclosures/draft": "/v1/disclosures/{record_id}",
    "/v1/disclosures/draft/versions": "/v1/disclosures/{record_id}/versions",
    "/v1/disclosures/taken-back": "/v1/disclosures/{record_id}",
    "/v1/consultations": "/v1/consultations",
    "/v1/consultations?state=upcoming": "/v1/consultations",
    "/v1/consultations?agency=a&category=b": "/v1/consultations",
    "/v1/consultations.ics": "/v1/consultations.ics",
    "/v1/comments": "/v1/comments",
    "/v1/comments?updated_since=2026-01-01": "/v1/comments",
    "/v1/changes?limit=100&include=body": "/v1/changes",
    "/v1/codes/moderation": "/v1/codes/{list}",
    "/v1/fields/comment": "/v1/fields/{kind}",
    **{
        f"/v1/comments/{uuid(number)}{more}": f"/v1/comments/{{record_id}}{template}"
        for number in (1, 2, 3)
        for more, template in (("", ""), ("/versions", "/versions"), ("/versions/1", "/versions/{number}"))
    },
}


@pytest.fixture(scope="module")
def filled() -> DraftWorld:
    """Return two drafts, one taken back; of the other a comment that is shown, one withheld and one that waits."""
    world = DraftWorld().begin()
    world.open("draft", content={"category": "normative_documents"})
    world.open("taken-back", opens_on="2026-12-01")
    world.open("later", opens_on="2026-12-01")
    extension = {"act": "extend_consultation", "last_day": "2026-12-22", "reason": {"zh": "延长"}}
    world.act("disclosures", "draft", 4, extension, "bureau-clerk")
    world.act("disclosures", "taken-back", 4, {"act": "withdraw", "reason": {"zh": "撤回"}}, "bureau-clerk")
    for number in (1, 2, 3):
        world.send(number, "draft", about={"question": 1})
    world.moderate(1)
    world.moderate(2, outcome="withheld", reason="law", legal_basis={"document": "保守国家秘密法"})
    world.log()
    return world


@pytest.mark.parametrize("address", READS)
def test_a_read_answers_as_it_is_described(filled: DraftWorld, address: str) -> None:
    filled.restart()
    path, _, query = address.partition("?")
    hold(filled.get(path, query), READS[address])


def test_every_answer_about_a_comment_is_as_described() -> None:
    world = DraftWorld().begin().open()
    place = "/v1/disclosures/{record_id}/comments/{uuid}"
    contact = {"phone": "13812345678"}
    bodies: list[dict[str, Any]] = [{}, {}, {"text": "y"}, {"text": "13812345678"}, {"from": "x"}]
    for body in bodies:
        hold(world.send(1, contact=contact, **body), place, "put")
    hold(world.send(2, "none"), place, "put")
    waiting = "/v1/intake/disclosures/{record_id}/comments"
    hold(world.get_signed("/v1/intake/disclosures/d1/comments", "moderator"), waiting)
    hold(world.get_signed("/v1/intake/disclosures/d1/comments", "other-moderator"), waiting)
    after = f"/v1/intake/disclosures/d1/comments/after/{uuid(1)}"
    hold(world.get_signed(after, "moderator"), f"{waiting}/after/{{uuid}}")
    one, acts = "/v1/intake/comments/{record_id}", "/v1/intake/comments/{record_id}/acts/{number}"
    hold(world.get_signed(f"/v1/intake/comments/{uuid(1)}", "moderator"), one)
    hold(world.moderate(1, outcome="withheld"), acts, "put")
    hold(world.moderate(1, key="other-moderator"), acts, "put")
    hold(world.moderate(1), acts, "put")
    hold(world.get_signed(f"/v1/intake/comments/{uuid(1)}", "moderator"), one)
    hold(world.get_signed(f"/v1/intake/comments/{uuid(1)}/acts/2", "moderator"), acts)
