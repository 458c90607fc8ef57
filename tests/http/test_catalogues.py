"""The catalogues conform to the standards they name, describe every dataset there is, and name only addresses that answer."""

import gzip
from hashlib import sha256
from typing import Any

import orjson
import pytest

from chalicelib.domain import dcat, dcat_us
from chalicelib.domain.datasets import Deployment, Exported, Publisher, datasets
from chalicelib.domain.nouns import NOUNS
from chalicelib.domain.statistics.definitions import catalogue
from chalicelib.domain.statistics.series import SERIES
from chalicelib.settings import Settings
from chalicelib.usecases.operator_init import FirstKey, init_jurisdiction
from tests.export_world import write
from tests.linked_data import DCAT_AP, catalogue_us, parsed, violations
from tests.world import AUTHORITY, ROOT, World, public_key_base64

ORIGIN = f"http://{AUTHORITY}"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
CONTACTS = [
    {"kind": "phone", "value": "0826-222 2223 转 1"},
    {"kind": "email", "value": "open@guangan.example.cn"},
    {"kind": "email", "value": "second@guangan.example.cn"},
]
SHA256 = "0a" * 32
FILES = (
    Exported("services.ndjson.gz", "services", "ndjson", 42, SHA256, "application/gzip", f"{ORIGIN}/a"),
    Exported("services.csv", "services", "csv", 0, SHA256, "text/csv; charset=utf-8", f"{ORIGIN}/b"),
    Exported("changes.csv", "changes", "csv", 7, SHA256, "text/csv; charset=utf-8", f"{ORIGIN}/c"),
    Exported("glasshall.sqlite.gz", None, "sqlite", 99, SHA256, "application/gzip", f"{ORIGIN}/d"),
)


def second_root(world: World) -> None:
    """Put in another jurisdiction."""
    key = FirstKey("yuechi-keys", public_key_base64("yuechi-keys"), "Sun", ("keys", "clerk"))
    init_jurisdiction("yuechi", {**ROOT, "name": {"zh": "岳池县"}}, key, world.wired.records, world.now)


def deployment(*, roots: int, licence: str = "") -> World:
    """Return a deployment with as many jurisdictions."""
    world = World(settings=Settings(public_authority=AUTHORITY, index_settle_seconds=0, licence_url=licence))
    if roots:
        world.init()
        world.act("agencies", "guangan", 2, {"act": "amend", "content": {**ROOT, "contacts": CONTACTS}})
        world.service("s1")
    if roots > 1:
        second_root(world)
    world.log()
    world.pass_time(seconds=61)
    return world


def faults(document: Any) -> list[str]:
    """Return what the schema of DCAT-US finds wrong."""
    return [error.message for error in catalogue_us().iter_errors(document)]


@pytest.mark.parametrize(("roots", "licence"), [(0, ""), (1, LICENCE), (2, "")])
def test_both_catalogues_conform_whatever_the_deployment_holds(roots: int, licence: str) -> None:
    world = deployment(roots=roots, licence=licence)
    us, answer = world.json("/data.json"), world.get("/catalog.jsonld")
    assert faults(us) == []
    assert dict(answer.headers)["Content-Type"] == "application/ld+json"
    assert violations(parsed(answer.body), DCAT_AP) == ""
    eu = orjson.loads(answer.body)
    assert {each.get("license") for each in us["dataset"]} == {licence or None}
    assert eu.get("license", {}).get("@id") == (licence or None)
    names = {0: AUTHORITY, 1: "Guang'an District 广安市广安区人民政府", 2: AUTHORITY}
    assert {each["publisher"]["name"] for each in us["dataset"]} == {names[roots]}
    assert [each["name"].get("zh") for each in eu["dataset"][0].get("creator", [])] == [
        *["广安市广安区人民政府"][:roots],
        *["岳池县"][: max(0, roots - 1)],
    ]


def test_every_collection_the_register_and_every_series_is_a_dataset() -> None:
    world = deployment(roots=1)
    found = {each["identifier"].removeprefix(f"{ORIGIN}/v1/") for each in world.json("/data.json")["dataset"]}
    collections = {noun.collection for noun in NOUNS if noun.public}
    assert found == collections | {"changes"} | {f"statistics/{name}" for name in SERIES}
    linked = {each["identifier"] for each in world.json("/catalog.jsonld")["dataset"]}
    assert linked == {name.replace("/", "-") for name in found}


def test_every_address_of_our_own_answers() -> None:
    world = deployment(roots=2)
    asked = set()
    for dataset in world.json("/data.json")["dataset"]:
        asked |= {dataset["landingPage"], dataset["describedBy"]}
        asked |= {each.get("accessURL") or each["downloadURL"] for each in dataset["distribution"]}
    service = world.json("/catalog.jsonld")["service"]
    asked |= {service["endpointURL"], service["endpointDescription"], service["page"]["@id"]}
    for address in asked:
        path, _, query = address.removeprefix(ORIGIN).partition("?")
        assert world.get(path, query).status == 200, address


def test_who_is_asked_is_the_root_agency_as_it_says_itself() -> None:
    world = deployment(roots=1)
    contact = world.json("/data.json")["dataset"][0]["contactPoint"]
    assert contact["hasEmail"] == "mailto:open@guangan.example.cn"
    linked = world.json("/catalog.jsonld")["dataset"][0]["contactPoint"]
    assert linked["hasEmail"] == contact["hasEmail"]
    assert linked["hasTelephone"] == "tel:0826-222%202223%20%E8%BD%AC%201"


def test_files_are_told_with_size_and_hash_and_the_whole_stands_with_the_register() -> None:
    own = Publisher(f"{ORIGIN}/v1/agencies/guangan", {"zh": "广安"})
    at = Deployment(ORIGIN, own, (own,), LICENCE, None, None)
    found = datasets(at, catalogue(""), FILES)
    us, eu = dcat_us.document(at, found), dcat.document(at, found)
    assert faults(us) == []
    assert violations(parsed(orjson.dumps(eu)), DCAT_AP) == ""
    files = {
        dataset["identifier"]: [each for each in dataset["distribution"] if "downloadURL" in each]
        for dataset in eu["dataset"]
    }
    assert [each["downloadURL"] for each in files["services"]] == [f"{ORIGIN}/a", f"{ORIGIN}/b"]
    assert [each["downloadURL"] for each in files["changes"]] == [f"{ORIGIN}/c", f"{ORIGIN}/d"]
    assert [each["byteSize"] for each in files["services"]] == ["42", "0"]
    assert files["services"][0]["checksum"]["checksumValue"] == SHA256
    assert files["services"][1]["mediaType"]["@id"].endswith("/media-types/text/csv")
    assert not any(files[name] for name in files.keys() - {"services", "changes"})


def test_the_files_of_the_newest_export_are_told_as_they_are_fetched() -> None:
    world = deployment(roots=1)
    write(world)
    us, answer = world.json("/data.json"), world.get("/catalog.jsonld")
    assert faults(us) == []
    assert violations(parsed(answer.body), DCAT_AP) == ""
    told = {
        each["downloadURL"]: each
        for dataset in orjson.loads(answer.body)["dataset"]
        for each in dataset["distribution"]
        if "downloadURL" in each
    }
    files = {each["address"]: each for each in world.json("/v1/exports")["items"] if not each["bom"]}
    assert told.keys() == files.keys()
    for address, file in files.items():
        data = world.objects.objects[address.removeprefix(f"{world.settings.files_url}/")]
        arrived = gzip.decompress(data) if file["content_encoding"] else data
        assert int(told[address]["byteSize"]) == len(arrived)
        assert told[address]["checksum"]["checksumValue"] == sha256(arrived).hexdigest()
    (register,) = (each for each in us["dataset"] if each["identifier"] == f"{ORIGIN}/v1/changes")
    assert any(each["format"] == "SQLite" for each in register["distribution"])


def test_the_shapes_and_the_schema_find_what_is_wrong() -> None:
    world = deployment(roots=1)
    us, eu = world.json("/data.json"), world.json("/catalog.jsonld")
    assert faults({**us, "dataset": [{**us["dataset"][0], "accessLevel": "open"}]})
    assert faults({**us, "dataset": [{n: v for n, v in us["dataset"][0].items() if n != "contactPoint"}]})
    untitled = {n: v for n, v in eu["dataset"][0].items() if n != "title"}
    for broken in ({**eu, "dataset": [untitled]}, {n: v for n, v in eu.items() if n != "publisher"}):
        assert "Constraint Violation" in violations(parsed(orjson.dumps(broken)), DCAT_AP)


def test_more_root_agencies_than_one_page_holds_are_all_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from chalicelib.routes import catalogues

    monkeypatch.setattr(catalogues, "ROOTS_OF_A_PAGE", 1)
    world = deployment(roots=2)
    assert len(world.json("/catalog.jsonld")["spatial"]) == 2
