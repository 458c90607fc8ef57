"""The paper with the query code: what stands on it, what its QR code carries, and that the code stands nowhere else."""

import re
import stat
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest
import segno
from glasshall import Paper, UsageError, render_paper, write_paper
from glasshall.cli.main import main
from glasshall.shared import save_pem

from chalicelib.routes.application import create_app
from local.gateway import Gateway
from tests.case_world import CaseWorld
from tests.unit.client.conftest import Deployment
from tests.unit.client.intake_server import Reply, problem
from tests.world import AUTHORITY, private_key

CODE = "7K3M-9QXA-T2C"
SERVICE = {"zh": "企业投资项目备案", "en": "Filing of investment projects"}
PAPER = Paper("2026-000017", CODE, SERVICE, {"zh": "区经信局"}, "https://open.example.gov/base/", "2026-11-26")
REGISTRATION = '{"service":"s1","access":"code"}'
Output = pytest.CaptureFixture[str]


def drawn(page: str) -> list[list[bool]]:
    """Return the modules that the SVG of a page paints, from its path alone: `M` places, `m` and `h` in modules."""
    found = re.search(r"<svg.*?</svg>", page, re.DOTALL)
    assert found
    picture = ElementTree.fromstring(found[0])
    assert picture.tag.endswith("svg")
    side = int(picture.attrib["viewBox"].split()[2])
    rows = [[False] * side for _ in range(side)]
    x = y = 0.0
    for command, numbers in re.findall(r"([MmhHvVlLz])([^a-zA-Z]*)", picture[0].attrib["d"]):
        values = [float(number) for number in re.findall(r"-?[0-9.]+", numbers)]
        if command == "M":
            x, y = values
        elif command == "m":
            x, y = x + values[0], y + values[1]
        else:
            assert command == "h", command
            for module in range(int(x), int(x + values[0])):
                rows[int(y)][module] = True
            x += values[0]
    return rows


class Addresses(HTMLParser):
    """Collects every attribute that could make a browser ask for something, and what is meant for it alone."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        asking = ("src", "href", "action", "data", "poster", "srcset", "xlink:href", "background")
        self.found += [(tag, name) for name, _ in attrs if name in asking or name.startswith("on")]
        if tag in ("script", "iframe", "object", "embed", "link", "base", "img", "form"):
            self.found.append((tag, ""))


def test_the_paper_says_number_service_agency_address_and_the_code_large_in_both_languages() -> None:
    page = render_paper(PAPER).decode()
    for text in (
        "2026-000017",
        "企业投资项目备案 · Filing of investment projects",
        "区经信局",
        "2026-11-26",
        "@page { size: A5",
    ):
        assert text in page
    assert f"<b>{CODE}</b>" in page
    assert '<span class="address">https://open.example.gov/base/</span>' in page
    assert "查询码" in page
    assert "Query code" in page


def test_the_qr_code_carries_number_and_code_after_the_hash() -> None:
    parts = urlsplit(PAPER.address)
    assert (parts.netloc, parts.path, parts.query) == ("open.example.gov", "/base/", "")
    assert parse_qs(parts.fragment) == {"case": ["2026-000017"], "code": [CODE]}
    wanted = [
        [bool(module) for module in row]
        for row in segno.make(PAPER.address, error="m", micro=False).matrix_iter(border=4)
    ]
    assert drawn(render_paper(PAPER).decode()) == wanted


def test_the_code_stands_on_it_once_and_in_no_address_that_is_text() -> None:
    page = render_paper(PAPER).decode()
    assert page.count(CODE) == 1
    assert "#case" not in page
    assert CODE not in repr(PAPER)


def test_the_page_asks_for_nothing_and_says_so() -> None:
    page = render_paper(PAPER).decode()
    assert Addresses(page).found == []
    assert "url(" not in page
    assert "@import" not in page
    assert "default-src 'none'" in page
    assert '<meta name="referrer" content="no-referrer">' in page


def test_what_a_record_says_is_text_on_it() -> None:
    hostile = '<script>alert(1)</script>&"$qr\u202e'
    page = render_paper(
        Paper("c1", CODE, {"zh": hostile}, {"en": hostile}, "https://a.example/", "2026-11-26")
    ).decode()
    assert "<script" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;&amp;&quot;$qr\ufffd") == 2


def test_it_is_written_for_its_owner_only_from_the_first_byte_on(tmp_path: Path) -> None:
    file = tmp_path / "paper.html"
    file.write_text("another paper")
    file.chmod(0o644)
    write_paper(PAPER, file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_bytes() == render_paper(PAPER)
    with pytest.raises(UsageError):
        write_paper(PAPER, tmp_path / "nowhere" / "paper.html")


# The commands, against the program itself


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[tuple[CaseWorld, list[str]]]:
    """A deployment served over HTTP, and the options of its clerk."""
    world = CaseWorld()
    world.now = datetime.now(UTC)
    world.begin().log()
    world.now = datetime.now(UTC)
    (tmp_path / "case.json").write_text(REGISTRATION)
    (tmp_path / "bureau-clerk.pem").write_bytes(save_pem(private_key("bureau-clerk")))
    with Gateway(create_app, port=0) as gateway:
        key = ["--key-file", str(tmp_path / "bureau-clerk.pem"), "--authority", AUTHORITY]
        yield world, ["--url", gateway.url, *key, "--page", "https://open.example.gov"]


def on_paper(file: Path) -> str:
    """Return the code that stands on a paper, which only its owner can read."""
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    found = re.search(r"<b>([0-9A-Z-]{13})</b>", file.read_text("utf-8"))
    assert found
    return found[1]


def test_a_registration_puts_its_code_on_paper_and_shows_it_nowhere(
    counter: tuple[CaseWorld, list[str]], tmp_path: Path, capsys: Output
) -> None:
    world, options = counter
    paper = tmp_path / "c1.html"
    command = ["send", "case", "c1", str(tmp_path / "case.json"), *options, "--paper", str(paper)]
    assert main(command) == 0
    code, shown = on_paper(paper), capsys.readouterr()
    assert code not in shown.out + shown.err
    assert '"state": "registered"' in shown.out
    page = paper.read_text("utf-8")
    assert "企业投资项目备案" in page
    assert "区经信局" in page
    assert "https://open.example.gov/" in page
    assert main(command) == 0
    fresh = on_paper(paper)
    assert fresh != code
    assert world.exchange("c1", code).status == 404
    assert world.exchange("c1", fresh).status == 201


def test_a_lost_paper_is_answered_by_the_next_code(
    counter: tuple[CaseWorld, list[str]], tmp_path: Path, capsys: Output
) -> None:
    world, options = counter
    paper, case = tmp_path / "c1.html", str(tmp_path / "case.json")
    assert main(["send", "case", "c1", case, *options, "--paper", str(paper)]) == 0
    first = on_paper(paper)
    assert main(["send", "code", "c1", "1", *options, "--paper", str(paper)]) == 0
    second = on_paper(paper)
    assert [world.exchange("c1", code).status for code in (first, second)] == [404, 201]
    capsys.readouterr()
    assert main(["send", "code", "c1", "1", *options, "--paper", str(paper)]) == 1
    assert "glasshall send code c1 N" in capsys.readouterr().err
    assert on_paper(paper) == second
    assert main(["send", "code", "c1", "2", "--holder", "agent", *options]) == 0
    assert '"query_code"' in capsys.readouterr().out


def test_whatever_could_fail_fails_before_the_write_that_brings_the_code(
    deployment: Deployment, tmp_path: Path, key_files: Callable[[str], str], capsys: Output
) -> None:
    common = ["--url", deployment.url, "--key-file", key_files("clerk")]
    (tmp_path / "code.json").write_text(REGISTRATION)
    (tmp_path / "none.json").write_text('{"service":"s1","access":"none"}')
    (tmp_path / "bad.json").write_text("{")
    good, paper = str(tmp_path / "code.json"), ["--paper", str(tmp_path / "p.html")]
    deployment.intake.reads = lambda seen: problem(404, "not-found", "nothing here")
    for arguments, why in (
        ([good, "--paper", str(tmp_path / "nowhere" / "p.html")], "no folder"),
        ([str(tmp_path / "none.json"), *paper], '"access": "code"'),
        ([str(tmp_path / "bad.json"), *paper], "not JSON"),
        ([good, *paper, "--dry-run"], "dry run"),
        ([good, *paper, "--page", "https://a.example/#/case"], "not the address"),
    ):
        assert main(["send", "case", "c1", *arguments, *common]) == 2
        assert why in capsys.readouterr().err
    deployment.intake.reads = lambda seen: problem(403, "forbidden", "not here")
    assert main(["send", "case", "c1", good, *paper, *common]) == 1
    assert deployment.intake.stored == {}
    deployment.intake.reads = lambda seen: Reply(document={}) if "agencies" in seen.target else problem(404, "x", "y")
    assert main(["send", "case", "c1", good, *paper, *common]) == 0
    assert "<dd>s1</dd>" in (tmp_path / "p.html").read_text("utf-8")
