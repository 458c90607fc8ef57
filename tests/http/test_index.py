"""`/v1`, `/v1/health`, `/v1/status` and `/v1/fields`: a newcomer finds everything, and sees who is silent."""

import tomllib
from pathlib import Path

import orjson

from chalicelib.jobs import publish_statistics
from chalicelib.routes.index import VERSION
from chalicelib.settings import Settings
from tests.world import AUTHORITY, World


def test_every_address_of_the_index_answers_or_says_which_parameters_it_needs() -> None:
    world = World().init()
    world.log()
    links = world.json("/v1")["links"]
    assert {"page", "docs", "openapi.json", "services", "agencies", "disclosures", "changes", "status"} <= links.keys()
    for link in links.values():
        answer = world.get(link)
        needed = {error["code"] for error in answer.json()["errors"]} if answer.status == 400 else set()
        not_yet = answer.status == 404 and link == "/v1/register/witnessed"  # no witness has signed
        assert answer.status == 200 or not_yet or needed in ({"missing_parameter"}, {"proof_not_one"}), link


def test_the_index_says_how_far_the_register_goes() -> None:
    world = World().init()
    assert world.json("/v1")["register_index"] is None
    world.log()
    world.pass_time(seconds=11)
    last = world.json("/v1/changes")["items"][-1]["index"]
    assert world.json("/v1")["register_index"] == last


def test_the_index_and_its_links_stand_below_the_base_path() -> None:
    world = World(settings=Settings(public_authority=AUTHORITY, base_path="/open", index_settle_seconds=0))
    assert all(link.startswith("/open/") for link in world.json("/v1")["links"].values())


def test_the_version_is_that_of_the_project() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))
    assert project["project"]["version"] == VERSION


def test_health_touches_no_storage() -> None:
    world = World()
    assert world.json("/v1/health") == {"status": "ok"}
    assert world.memory.calls == []


def test_status_names_the_last_public_act_of_each_agency() -> None:
    world = World().init()
    world.service("s1")
    world.log()
    world.pass_time(hours=1)
    world.service("s1", 2, "revise", title={"zh": "备案"})
    world.log()
    shown = {item["agency"]: item for item in world.json("/v1/status")["items"]}
    newest = {change["agency"]: change for change in world.json("/v1/changes")["items"]}
    assert shown.keys() == {"guangan", "bureau"}
    for agency, item in shown.items():
        assert item["last_register_index"] == newest[agency]["index"]
        assert item["last_upload_at"] == newest[agency]["at"]
        assert world.json(item["url"])["name"] == item["name"]


def test_status_says_what_an_agency_has_open_and_overdue() -> None:
    world = World().init()
    limits = {"promised": {"value": 2, "unit": "working_day"}}
    world.service("s1", limits=limits)
    for number, accepted in enumerate(("2026-11-02T09:00:00+08:00", "2026-11-20T09:00:00+08:00")):
        path = f"/v1/intake/cases/c{number}"
        world.put(path, {"service": "s1", "access": "none"}, "bureau-clerk")
        world.put(f"{path}/events/e1", {"event": "accepted", "occurred_at": accepted}, "bureau-clerk")
    world.log()
    before = {item["agency"]: item for item in world.json("/v1/status")["items"]}
    assert (before["bureau"]["open"], before["bureau"]["overdue"]) == (None, None)
    publish_statistics.run(world.wired, nightly=True)
    after = {item["agency"]: item for item in world.json("/v1/status")["items"]}
    assert (after["bureau"]["open"], after["bureau"]["overdue"]) == (2, 1)
    assert (after["guangan"]["open"], after["guangan"]["overdue"]) == (None, None)


def test_status_is_paged_and_gives_each_agency_once() -> None:
    world = World().init()
    for number in range(23):
        content = {"name": {"zh": f"机关{number}"}, "level": "department", "parent": "guangan"}
        world.act("agencies", f"a{number}", 1, {"act": "register", "content": content})
    world.log()
    page, seen = world.json("/v1/status"), []
    while True:
        seen += [item["agency"] for item in page["items"]]
        assert page["as_of"]["register_index"] is not None
        if page["next"] is None:
            break
        page = world.json("/v1/status", f"cursor={page['next']}")
    assert len(seen) == len(set(seen)) == 25
    assert world.get("/v1/status", "limit=21").status == 400


def test_a_page_of_status_costs_one_query_two_batches_and_one_query_for_each_agency() -> None:
    world = World().init()
    world.log()
    world.memory.calls.clear()
    assert len(world.json("/v1/status")["items"]) == 2
    assert sorted(call for call, _ in world.memory.calls) == ["get", "get_many", "get_many", *3 * ["query"]]


def test_every_kind_of_field_is_explained() -> None:
    world = World().init()
    kinds = world.json("/v1/fields")["items"]
    assert {"agency", "service", "disclosure", "change"} <= {kind["kind"] for kind in kinds}
    for kind in kinds:
        explained = world.json(kind["url"])
        assert explained["kind"] == kind["kind"]
        for field in explained["fields"]:
            assert field["zh"], (kind, field)
            assert field["en"], (kind, field)


def test_every_member_of_a_real_record_is_explained() -> None:
    world = World().init()
    limits = {"statutory": {"value": 7, "unit": "working_day"}, "promised": {"value": 3, "unit": "working_day"}}
    world.service("s1", limits=limits, legal_basis=[{"document": "条例", "article": "第三条"}])
    world.disclose("d1")
    world.log()
    for kind, path in (
        ("service", "/v1/services/s1"),
        ("disclosure", "/v1/disclosures/d1"),
        ("agency", "/v1/agencies/bureau"),
    ):
        known = {field["name"] for field in world.json(f"/v1/fields/{kind}")["fields"]}
        assert set(flat(world.json(path))) - known == set()


def flat(record: dict[str, object], prefix: str = "") -> list[str]:
    """Return the places of all members as the dictionary spells them."""
    found = []
    for name, value in record.items():
        found.append(prefix + name)
        if isinstance(value, dict):
            found += flat(value, f"{prefix}{name}.")
        for item in value if isinstance(value, list) else []:
            found += flat(item, f"{prefix}{name}[].") if isinstance(item, dict) else []
    return found


def test_an_unknown_kind_is_404_and_names_those_there_are() -> None:
    answer = World().get("/v1/fields/nothing")
    assert answer.status == 404
    assert "service" in orjson.loads(answer.body)["detail"]
