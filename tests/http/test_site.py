"""The page and the reference as files: closed, bound by a policy, asking nothing of any other host."""

import gzip
import re
from html.parser import HTMLParser
from pathlib import Path

import orjson
import pytest

from chalicelib.routes.problems import TYPES
from chalicelib.routes.site import FOLDERS, MEDIA_TYPES, PAGES, asset_files, problem_words
from chalicelib.settings import Settings
from local.messages import Response
from tests.world import AUTHORITY, World

HTML_PATHS = ("/", "/docs", "/problems/malformed")


class Scanned(HTMLParser):
    """What a document loads, and what in it could run."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.inline: list[str] = []
        self.feed(document)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note addresses and inline code."""
        given = dict(attrs)
        if tag in ("script", "link", "img"):
            self.loads += [str(given.get("src") or given.get("href") or "")]
        if tag == "script" and "src" not in given:
            self.inline.append(tag)
        self.inline += [name for name in given if name.startswith("on") or name == "style"]
        self.inline += [tag] if tag in ("style", "base", "iframe", "object") else []


def headers(answer: Response) -> dict[str, str]:
    """Return the headers by name."""
    return {name.lower(): value for name, value in answer.headers}


@pytest.mark.parametrize("path", HTML_PATHS)
def test_html_is_bound_by_a_policy_and_holds_no_code_of_its_own(path: str) -> None:
    answer = World().get(path)
    found = headers(answer)
    assert found["content-type"] == "text/html; charset=utf-8"
    assert found["x-content-type-options"] == "nosniff"
    assert found["referrer-policy"] == "no-referrer"
    policy = found["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe-eval" not in policy
    assert "http" not in policy
    directives = [directive.split() for directive in policy.split(";")]
    assert all(len(sources) == 1 for _, *sources in directives if "'none'" in sources)
    assert len({name for name, *_ in directives}) == len(directives)
    scanned = Scanned(answer.body.decode())
    assert scanned.inline == []
    assert not [address for address in scanned.loads if "//" in address]


@pytest.mark.parametrize("path", HTML_PATHS)
def test_everything_a_page_loads_is_there(path: str) -> None:
    world = World()
    for address in Scanned(world.get(path).body.decode()).loads:
        resolved = "/" + address.removeprefix("../")
        assert world.get(resolved).status == 200, address


def test_everything_a_module_imports_is_there() -> None:
    world = World()
    for name, path in asset_files().items():
        if path.parent.name == "assets" and path.suffix == ".js":
            for imported in re.findall(r"from '\./([^']+)'", path.read_text("utf-8")):
                assert world.get(f"/assets/{imported}").status == 200, (name, imported)


def test_the_list_of_assets_is_what_lies_in_their_folders() -> None:
    world = World()
    present = {p.name for folder in FOLDERS for p in (PAGES / folder).iterdir() if p.suffix in MEDIA_TYPES}
    assert asset_files().keys() == present
    for name, path in asset_files().items():
        answer = world.get(f"/assets/{name}")
        assert answer.status == 200
        assert headers(answer)["content-type"] == MEDIA_TYPES[path.suffix]
        assert headers(answer)["x-content-type-options"] == "nosniff"
        assert answer.body == path.read_bytes()


@pytest.mark.parametrize(
    "name", ["page", "LICENSE", "README.md", "index.html", "openapi.json", "..", "%2e%2e", "page.css%00"]
)
def test_nothing_else_is_an_asset(name: str) -> None:
    assert World().get(f"/assets/{name}").status == 404


def test_our_own_files_never_write_markup_and_speak_to_no_other_host() -> None:
    for path in (PAGES / "assets").iterdir():
        text = path.read_text("utf-8")
        for banned in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"):
            assert banned not in text, (path.name, banned)
        assert set(re.findall(r"https?://[^\s'\"<>]+", text)) <= {"http://www.w3.org/2000/svg"}, path.name


def test_the_vendored_reference_is_the_file_its_note_says() -> None:
    from hashlib import sha256

    folder = PAGES / "vendor" / "redoc"
    digest = sha256((folder / "redoc.standalone.js").read_bytes()).hexdigest()
    assert digest in (folder / "README.md").read_text("utf-8")
    assert "MIT" in (folder / "LICENSE").read_text("utf-8")


def test_a_large_asset_is_gzipped_when_asked_for() -> None:
    answer = World().get("/assets/redoc.standalone.js", Accept_Encoding="gzip")
    assert headers(answer)["content-encoding"] == "gzip"
    assert gzip.decompress(answer.body) == asset_files()["redoc.standalone.js"].read_bytes()


def test_the_openapi_document_is_served_as_it_lies_and_names_the_base_path() -> None:
    plain = World().get("/openapi.json")
    assert plain.body == (PAGES / "openapi.json").read_bytes()
    assert orjson.loads(plain.body)["servers"] == [{"url": "/"}]
    below = World(settings=Settings(public_authority=AUTHORITY, base_path="/open")).get("/openapi.json")
    document = orjson.loads(below.body)
    assert document["servers"] == [{"url": "/open"}]
    assert document["paths"] == orjson.loads(plain.body)["paths"]


@pytest.mark.parametrize("code", sorted(TYPES))
def test_a_problem_type_is_explained_in_both_languages(code: str) -> None:
    page = World().get(f"/problems/{code}").body.decode()
    words = problem_words()[code]
    assert "{{" not in page
    for text in (TYPES[code].title, words["title"], words["remedy"], f"HTTP {TYPES[code].status}"):
        assert text in page


def test_problem_words_explain_nothing_that_is_not_there() -> None:
    assert problem_words().keys() == TYPES.keys()


def test_an_unknown_problem_type_is_404() -> None:
    assert World().get("/problems/no-such-thing").status == 404


def test_no_page_file_is_longer_than_can_be_read() -> None:
    for path in [*(PAGES / "assets").iterdir(), *PAGES.glob("*.html")]:
        assert len(Path(path).read_text("utf-8").splitlines()) <= 400, path.name


def luminance(colour: str) -> float:
    """Return the relative luminance of `#rrggbb` (WCAG 2.2)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours (WCAG 2.2)."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def palettes() -> list[dict[str, str]]:
    """Return the colours of the page, light and dark."""
    text = (PAGES / "assets" / "page.css").read_text("utf-8")
    light, dark = (dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block)) for block in text.split("@media")[:2])
    return [light, {**light, **dark}]


@pytest.mark.parametrize("palette", palettes(), ids=["light", "dark"])
def test_every_colour_of_text_can_be_read_on_every_ground(palette: dict[str, str]) -> None:
    for ground in ("paper", "raised"):
        for colour in ("ink", "soft", "accent", "good", "warn", "bad", "second", "third"):
            assert contrast(palette[colour], palette[ground]) >= 4.5, (colour, ground)
    for ground in ("note", "accent-ground"):
        for colour in ("ink", "soft", "accent"):
            assert contrast(palette[colour], palette[ground]) >= 4.5, (colour, ground)
    assert contrast(palette["paper"], palette["accent"]) >= 4.5


def test_the_page_has_every_word_in_both_languages_and_none_it_does_not_use() -> None:
    assets = {path.name: path.read_text("utf-8") for path in (PAGES / "assets").glob("*.js")}
    words = "\n".join(assets.pop(name) for name in sorted(assets) if name.startswith("words"))
    known = re.findall(r"^  '([^']+)': \[", words, re.MULTILINE)
    texts = r"'(?:[^'\\]|\\.)+'"
    assert len(known) == len(set(known)) == len(re.findall(rf"\[\s*{texts},\s*{texts},?\s*\],$", words, re.MULTILINE))
    code = "\n".join(assets.values()) + (PAGES / "index.html").read_text("utf-8")
    wanted = set(re.findall(r"\bt\('([^']+)'", code)) | set(re.findall(r'data-t(?:-label)?="([^"]+)"', code))
    assert wanted - set(known) == set()
    groups = set(re.findall(r"(?:word\('|listed\('|t\(`)([a-z_]+)", code))
    unused = [
        key for key in known if f"'{key}'" not in code and f'"{key}"' not in code and key.split(".")[0] not in groups
    ]
    assert unused == []
