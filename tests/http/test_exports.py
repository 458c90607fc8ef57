"""Exports as they are read: the list, the redirects, the host of files, and what is in the files."""

import gzip
import sqlite3
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import orjson
import pytest

from chalicelib.domain.exports.columns import KINDS
from chalicelib.jobs import write_exports
from chalicelib.routes.versions import VERSIONED
from chalicelib.store.exports import BESIDE
from local.files import File, FilesHost
from tests.architecture.test_openapi import validator
from tests.centre_world import centres_of_every_stage
from tests.export_follower import compare as compare_copy
from tests.export_follower import live, settle
from tests.export_world import content, newest
from tests.formulas import check, fill, first_reader
from tests.world import World


@pytest.fixture(scope="module")
def exported() -> World:
    world = World().init()
    world.service("s1", title={"zh": "企业投资项目备案", "en": "Filing"}, channels=["window", "online"])
    world.service("s2")
    world.disclose("d1")
    centres_of_every_stage(world)
    world.log()
    world.act("services", "s2", 2, {"act": "withdraw", "reason": {"zh": "取消"}}, "bureau-clerk")
    export(world)
    return world


@pytest.fixture
def world(exported: World) -> World:
    exported.restart()
    return exported


def export(world: World) -> None:
    """Log what waits, and run the two jobs that lead to an export."""
    world.log()
    world.index()
    write_exports.run(world.wired, nightly=True)


def locate(world: World, path: str, query: str = "") -> str:
    """Return the key under which the file lies that an address leads to."""
    answer = world.get(path, query)
    assert answer.status == 302, answer.body
    return dict(answer.headers)["Location"].removeprefix(f"{world.settings.files_url}/")


def test_the_list_is_as_it_is_described_and_says_of_which_index_it_is(world: World) -> None:
    shown = world.json("/v1/exports")
    validator("ExportFileList", strictly=True).validate(shown)
    last = world.json("/v1/changes", "limit=100")["items"][-1]
    assert shown["as_of"] == {"register_index": last["index"], "at": last["at"]}
    assert shown["checkpoint"] == world.objects.objects["register/checkpoint"].decode()
    assert shown["checkpoint"].splitlines()[1] == str(last["index"] + 1)
    assert len({(each["name"], each["bom"]) for each in shown["items"]}) == 3 * (len(KINDS) + 1) + 1


def test_every_file_is_found_by_its_url_and_lies_at_its_address(world: World) -> None:
    for each in world.json("/v1/exports")["items"]:
        path, _, query = each["url"].partition("?")
        key = locate(world, path, query)
        assert each["address"] == f"{world.settings.files_url}/{key}"
        sent = world.objects.given_out[key]
        assert (sent["ContentType"], sent.get("ContentEncoding")) == (each["media_type"], each["content_encoding"])
        assert sent["ContentDisposition"].startswith(f'attachment; filename="{each["name"]}"')
        assert sent["CacheControl"] == "public, max-age=3600"


def test_a_table_for_a_spreadsheet_begins_with_a_byte_order_mark_and_is_else_the_same(world: World) -> None:
    plain, marked = (locate(world, "/v1/exports/services.csv", query) for query in ("", "bom=true"))
    assert gzip.decompress(world.objects.objects[marked]) == b"\xef\xbb\xbf" + gzip.decompress(
        world.objects.objects[plain]
    )
    assert world.get("/v1/exports/services.ndjson.gz", "bom=true").status == 404


def test_a_table_has_texts_in_both_languages_lists_in_one_cell_and_says_what_is_listed(world: World) -> None:
    head, *rows = first_reader(content(world, "services", "csv").decode())
    first, second = (dict(zip(head, row, strict=True)) for row in rows)
    assert (first["title_zh"], first["title_en"]) == ("企业投资项目备案", "Filing")
    assert first["channels"] == "window; online"
    assert (first["listed"], second["listed"], second["stage"]) == ("true", "false", "withdrawn")


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/v1/exports/nothing.csv", ""),
        ("/v1/exports/services", ""),
        ("/v1/exports/services.csv", "register_index=1"),
        ("/v1/exports", "register_index=1"),
    ],
)
def test_what_is_not_there_is_404(world: World, path: str, query: str) -> None:
    assert world.get(path, query).status == 404


def test_an_earlier_export_is_named_and_found(world: World) -> None:
    before = world.json("/v1/exports")["as_of"]["register_index"]
    old = locate(world, "/v1/exports/services.ndjson.gz")
    world.service("s3")
    export(world)
    shown = world.json("/v1/exports")
    assert [each["register_index"] for each in shown["earlier"]] == [before]
    path, _, query = shown["earlier"][0]["url"].partition("?")
    assert world.json(path, query)["as_of"]["register_index"] == before
    assert locate(world, "/v1/exports/services.ndjson.gz", f"register_index={before}") == old
    assert locate(world, "/v1/exports/services.ndjson.gz") != old


def test_the_database_opens_and_its_rows_are_the_lists_of_the_api(world: World, tmp_path: Path) -> None:
    here = tmp_path / "glasshall.sqlite"
    here.write_bytes(content(world, None, "sqlite"))
    with closing(sqlite3.connect(here)) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert database.execute("SELECT register_index FROM export").fetchone() == (newest(world).register_index,)
        for noun in VERSIONED.values():
            listed = f'SELECT id, register_index, body FROM "{noun.collection}" WHERE listed ORDER BY id'
            rows = database.execute(listed).fetchall()
            items = sorted(world.json(f"/v1/{noun.collection}", "limit=100")["items"], key=lambda item: item["id"])
            assert [(each["id"], each["register_index"]) for each in items] == [row[:2] for row in rows]
            for record_id, _, body in rows:
                assert world.get(f"/v1/{noun.collection}/{record_id}").body == body.encode()
        entries = database.execute('SELECT body FROM changes ORDER BY "index"').fetchall()
        assert [orjson.loads(row[0]) for row in entries] == world.json("/v1/changes", "limit=100")["items"]


def test_everything_is_read_from_the_host_of_files_alone(world: World) -> None:
    def find(key: str) -> File | None:
        data, sent = world.objects.objects.get(key), world.objects.given_out.get(key)
        if data is None or sent is None:
            return None
        disposition, cache = sent["ContentDisposition"], sent["CacheControl"]
        return File(data, sent["ContentType"], disposition, cache, sent.get("ContentEncoding"))

    with FilesHost(find) as host:

        def read(path: str) -> tuple[dict[str, str], bytes]:
            status, headers, body = host.answer("GET", path)
            assert status == 200, path
            return headers, body

        manifest: dict[str, Any] = orjson.loads(read(f"/{BESIDE}")[1])
        assert manifest["register_index"] == newest(world).register_index
        for file in manifest["files"]:
            headers, body = read(f"/{file['path']}")
            assert headers.get("Content-Encoding") == file["content_encoding"]
            assert headers["Content-Disposition"].startswith("attachment")
            assert len(body) == file["bytes"]
        assert host.answer("GET", "/exports/")[0] == host.answer("GET", "/exports/manifest.json/x")[0] == 404


def test_no_payload_is_a_formula_and_every_one_is_found_again() -> None:
    world = World().init()
    found = check(world, fill(world, 120, Random(7)))
    assert (found.formulas, found.differences) == (0, 0)
    assert found.payloads >= 120


def test_followers_that_begin_from_exports_end_equal_to_the_api_whatever_dies(tmp_path: Path) -> None:
    world, followers, counts = live(60, 5, tmp_path, ticks=32, follower_dies_one_in=40)
    settle(world, followers)
    assert len(followers) == 8
    assert counts["followers that died"] > 0 < counts["exports that died"]
    assert all(compare_copy(world, follower)[1] > 40 for follower in followers)
