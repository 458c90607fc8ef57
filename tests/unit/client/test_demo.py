"""The demonstration's load: whole, resumable, harmless when it comes again; here with the first rows of each set."""

import csv
import gzip
import json
import stat
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from glasshall import Client

from chalicelib.routes.application import create_app
from chalicelib.settings import Settings
from chalicelib.usecases.api_keys import holder_of
from local import demo, showcase
from local.gateway import Gateway
from tests.unit.client.rows import BOSTON, GOV_CN, GUANGAN
from tests.world import World


def first_rows(file: Path, count: int, folder: Path) -> Path:
    """Return a file with the head and the first rows of another."""
    content = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    short = folder / file.name.removesuffix(".gz")
    short.write_bytes(b"".join(content.splitlines(keepends=True)[: count + 1]))
    return short


class Place:
    """A deployment in memory, served over HTTP, and the folders of a checkout."""

    def __init__(self, gateway: Gateway, folder: Path) -> None:
        self.url = gateway.url
        settings = Settings(public_authority=f"127.0.0.1:{gateway.port}", index_settle_seconds=0)
        self.world = World(settings=settings)
        self.world.now = datetime.now(UTC)
        self.keys = folder / ".local" / "keys"
        self.files: Mapping[str, Path] = {
            "gov_cn": first_rows(GOV_CN, 3, folder),
            "guangan": first_rows(GUANGAN, 5, folder),
            "boston311": first_rows(BOSTON, 60, folder),
        }
        self.said: list[str] = []

    def load(self, stop: threading.Event | None = None) -> dict[str, str]:
        """Load, and note what is said."""
        self.said.clear()
        return demo.load(self.url, self.keys, self.world.wired, stop, say=self.said.append, files=self.files)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """A deployment to load into."""
    with Gateway(create_app, port=0) as gateway:
        yield Place(gateway, tmp_path)


def rows(place: Place) -> list[list[str]]:
    with place.files["boston311"].open(newline="") as handle:
        return list(csv.reader(handle))[1:]


def kinds(place: Place) -> set[tuple[str, str]]:
    return {(row[10], row[8]) for row in rows(place)}


def departments(place: Place) -> set[str]:
    return {row[10] for row in rows(place)}


def coded(place: Place) -> int:
    """Return how many cases of the file are open, and so can have a code."""
    still_open = sum(row[5] == "Open" for row in rows(place))
    assert 0 < still_open < demo.CODED_CASES
    return still_open


def test_everything_is_loaded_and_open_cases_have_a_code(place: Place) -> None:
    codes = place.load()
    cases_with_theirs = 60 + len(kinds(place)) + len(departments(place))
    assert [line.split(" (")[0] for line in place.said] == [
        "  gov_cn: 3 rows: 3 stored",
        "  guangan: 7 rows: 7 stored",
        "  showcase: 12 rows: 12 stored",
        f"  boston311: {cases_with_theirs} rows: {cases_with_theirs} stored",
    ]
    assert len(codes) == coded(place) + len(showcase.CASES)
    kept = place.keys / demo.CODES_FILE
    assert json.loads(kept.read_text()) == codes
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    for case_no, code in codes.items():
        question = json.dumps({"query_code": code}).encode()
        media_type = (("Content-Type", "application/json"),)
        answer = place.world.request("POST", f"/v1/cases/{case_no}/tokens", headers=media_type, body=question)
        assert answer.status == 201
    place.world.log()
    assert place.world.json("/v1/agencies/boston")["name"]["en"] == "City of Boston"
    assert len(list(Client(place.url).list("services"))) == 6 + len(kinds(place))


def test_a_second_load_changes_nothing_and_keeps_the_codes(place: Place) -> None:
    codes = place.load()
    before = place.world.save()
    assert place.load() == codes
    assert "3 already" in place.said[0]
    assert place.world.save() == before


def test_another_deployment_gets_everything_again_with_the_same_keys(place: Place) -> None:
    codes = place.load()
    place.world = World(settings=place.world.settings)
    place.world.now = datetime.now(UTC)
    again = place.load()
    assert again.keys() == codes.keys()
    assert "3 rows: 3 stored" in place.said[0]
    place.world.log()
    assert len(list(Client(place.url).list("services"))) == 6 + len(kinds(place))


def test_a_stop_ends_the_load_quietly_and_the_next_one_completes_it(place: Place) -> None:
    stop = threading.Event()
    stop.set()
    assert place.load(stop) == {}
    assert place.said == []
    assert len(place.load()) == coded(place) + len(showcase.CASES)


def test_an_api_key_for_public_topics_is_kept_and_made_anew_only_where_it_does_not_hold(place: Place) -> None:
    place.files = {}
    place.load()
    file = place.keys / demo.API_KEY_FILE
    first = file.read_text()
    assert holder_of(first, place.world.wired.api_keys).holder == "demonstration"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    place.load()
    assert file.read_text() == first
    file.write_text("ghk_of-another-deployment." + "A" * 43)
    place.load()
    assert holder_of(file.read_text(), place.world.wired.api_keys).holds


def test_a_load_that_is_not_whole_says_so_and_where_every_row_stands(place: Place, tmp_path: Path) -> None:
    broken = tmp_path / "broken.csv"
    broken.write_text(GOV_CN.read_text("utf-8-sig").replace("2026-08-13", "someday"), "utf-8")
    place.files = {"gov_cn": broken}
    with pytest.raises(demo.IncompleteLoadError, match="2 rows refused"):
        place.load()
    report = (place.keys.parent / "demo" / "gov_cn.report.csv").read_text("utf-8-sig")
    assert report.count('"date_unreadable"') == 2


def test_what_to_try_first_names_a_case_with_its_code_but_no_code_in_an_address(tmp_path: Path) -> None:
    url, keys = "http://127.0.0.1:8000", tmp_path / "keys"
    keys.mkdir()
    assert "/tokens" not in demo.how_to_try(url, keys)
    (keys / demo.CODES_FILE).write_text('{"101": "ABCD-EFGH-JKM"}')
    shown = demo.how_to_try(url, keys)
    assert '{"query_code": "ABCD-EFGH-JKM"}' in shown
    assert "for case 101;" in shown
    assert sum(line.startswith("curl ") for line in shown.splitlines()) == 3
    assert f"{url}/v1/cases/101/tokens" in shown
    assert not any("ABCD" in part for part in shown.split() if part.startswith("http"))


def test_what_to_try_first_is_the_newest_made_up_case_where_there_is_one(tmp_path: Path) -> None:
    url, keys = "http://127.0.0.1:8000", tmp_path / "keys"
    keys.mkdir()
    numbers = ("101", *(showcase.case_no(date(2026, 11, day), number) for day in (9, 10) for number in (1, 2, 3)))
    (keys / demo.CODES_FILE).write_text(json.dumps(dict.fromkeys(numbers, "ABCD-EFGH-JKM")))
    shown = demo.how_to_try(url, keys)
    assert f"{url}/v1/cases/demo-20261110-1/tokens" in shown
    assert "demo-20261109" not in shown
    assert all(f"  demo-20261110-{number}: {what}" in shown for number, what in showcase.CASES.items())
    assert "7 cases with their query codes" in shown


def test_the_files_of_the_demonstration_are_there_with_their_sources_named() -> None:
    readme = (demo.DATA / "README.md").read_text("utf-8")
    assert all(file.exists() for file in demo.FILES.values())
    assert all(f"`{file.parent.name}/`" in readme for file in demo.FILES.values())
    assert {folder.name for folder in demo.DATA.iterdir() if folder.is_dir()} == set(demo.FILES)
