"""Versions over HTTP: what changed from one to another, for every noun that has versions; gone with a withdrawn disclosure."""

from typing import Any

import orjson
import pytest

from chalicelib.domain.differences import apply
from chalicelib.routes.versions import VERSIONED
from tests.world import World

BODY = "\n".join(["第一条　" + "文" * 80, "第二条　自2026年12月1日起施行。", "附则"])


@pytest.fixture(scope="module")
def filled() -> World:
    """Return a deployment with a disclosure of three versions, a service of two, and a withdrawn disclosure."""
    world = World().init()
    world.disclose("d", body={"zh": BODY})
    for number, text in ((4, BODY.replace("12月", "11月")), (7, BODY)):
        content = {"agency": "bureau", "title": {"zh": f"通知{number}"}, "category": "plans", "body": {"zh": text}}
        receipt = world.act("disclosures", "d", number, {"act": "submit", "content": content})
        world.approve("d", number + 1, receipt["sha256"])
        world.act("disclosures", "d", number + 2, {"act": "correct", "reason": {"zh": "日期有误"}})
    world.service("s")
    world.service("s", 2, "revise", title={"zh": "新事项"})
    world.disclose("w")
    world.act("disclosures", "w", 4, {"act": "withdraw", "reason": {"zh": "误发"}})
    world.log()
    return world


@pytest.fixture
def world(filled: World) -> World:
    """Return the deployment as this test's own process."""
    filled.restart()
    return filled


def content_of(record: dict[str, Any]) -> dict[str, Any]:
    """Return the members of a record that do not name its version."""
    own = ("version", "act", "register_index", "sha256", "url", "record_changed_at", "renderer")
    return {name: member for name, member in record.items() if name not in own}


@pytest.mark.parametrize(("earlier", "later"), [(1, 2), (2, 3), (1, 3), (3, 1), (2, 2)])
def test_the_changes_make_one_version_of_the_other(world: World, earlier: int, later: int) -> None:
    found = world.json(f"/v1/disclosures/d/versions/{later}", f"diff={earlier}")
    before = content_of(world.json(f"/v1/disclosures/d/versions/{earlier}"))
    assert apply(found["changes"], before) == content_of(world.json(f"/v1/disclosures/d/versions/{later}"))
    assert (found["from"]["version"], found["to"]["version"]) == (earlier, later)


def test_a_long_text_tells_its_lines(world: World) -> None:
    changes = world.json("/v1/disclosures/d/versions/2", "diff=1")["changes"]
    lines = next(change["lines"] for change in changes if change["pointer"] == "/body/zh")
    assert [(hunk["before_line"], len(hunk["removed"]), len(hunk["added"])) for hunk in lines] == [(1, 1, 1)]


def test_every_noun_with_versions_tells_differences() -> None:
    assert {"disclosure", "service", "agency", "rule"} <= VERSIONED.keys()


def test_a_service_tells_them_and_keeps_them_for_ever(world: World) -> None:
    answer = world.get("/v1/services/s/versions/2", "diff=1")
    assert {"pointer": "/title/zh", "op": "changed", "before": "企业投资项目备案", "after": "新事项"} in orjson.loads(
        answer.body
    )["changes"]
    headers = {name.lower(): value for name, value in answer.headers}
    assert "immutable" in headers["cache-control"]
    assert world.get("/v1/services/s/versions/2", "diff=1", If_None_Match=headers["etag"]).status == 304


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("/v1/disclosures/d/versions/1", "diff=9", 404),
        ("/v1/disclosures/none/versions/1", "diff=1", 404),
        ("/v1/disclosures/w/versions/2", "diff=1", 404),
        ("/v1/disclosures/d/versions/1", "diff=0", 400),
        ("/v1/disclosures/d/versions/1", "diff=x", 400),
        ("/v1/disclosures/d/versions", "diff=1", 400),
    ],
)
def test_what_is_not_there_or_withdrawn_is_not_compared(world: World, path: str, query: str, status: int) -> None:
    assert world.get(path, query).status == status
