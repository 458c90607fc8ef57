"""The page, the API reference, the OpenAPI document, their files, and a page behind every problem `type` (RFC 9457, 3.1.1).

All of it is files of the program, read from disk once. HTML carries a content security policy that takes scripts and
styles from this address only; nothing is asked of any other host.
"""

import json
from functools import cache
from html import escape
from pathlib import Path

import orjson

from chalicelib import wiring
from chalicelib.errors import NotFoundError
from chalicelib.routes.access import Access
from chalicelib.routes.endpoint import JSON, Answer, Request, Routes
from chalicelib.routes.problems import TYPES

routes = Routes(__name__, "site")

PAGES = Path(__file__).parent.parent / "pages"
SITE_CACHE = "public, max-age=300"
HTML = "text/html; charset=utf-8"
MEDIA_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
}
FOLDERS = ("assets", "vendor/redoc")
"""Where the files of `/assets/{name}` lie; the list of names is closed by what is there."""
_POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
PAGE_POLICY = f"{_POLICY}; img-src 'self'; style-src 'self'"
DOCS_POLICY = f"{_POLICY}; img-src 'self' data:; style-src 'self' 'unsafe-inline'; worker-src blob:"
"""Redoc writes its styles into the document and searches in a worker of its own making; scripts stay as bound."""
_SAFE = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}


@cache
def page_file(name: str) -> bytes:
    """Return a file of `pages/`."""
    return (PAGES / name).read_bytes()


@cache
def asset_files() -> dict[str, Path]:
    """Return every file that is served under `/assets/`, by its name."""
    found = (path for folder in FOLDERS for path in (PAGES / folder).iterdir())
    return {path.name: path for path in found if path.suffix in MEDIA_TYPES}


def html(body: bytes, policy: str) -> Answer:
    """Return an HTML page with the headers that bind it."""
    return Answer(body, media_type=HTML, headers={"Content-Security-Policy": policy, **_SAFE})


@routes.get(
    "/",
    access=Access.PUBLIC,
    summary="The page: what is promised, and what is kept",
    cache=SITE_CACHE,
    media_types=(HTML,),
)
def get_page(request: Request) -> Answer:
    """Return the page."""
    return html(page_file("index.html"), PAGE_POLICY)


@routes.get("/docs", access=Access.PUBLIC, summary="The API reference", cache=SITE_CACHE, media_types=(HTML,))
def get_docs(request: Request) -> Answer:
    """Return the API reference."""
    return html(page_file("docs.html"), DOCS_POLICY)


@routes.get(
    "/openapi.json",
    access=Access.PUBLIC,
    summary="This description: OpenAPI 3.1",
    cache=SITE_CACHE,
    response_model="OpenApiDocument",
)
def get_openapi(request: Request) -> Answer:
    """Return the OpenAPI document, with the deployment's base path as its server."""
    return Answer(_openapi(wiring.current().settings.base_path), media_type=JSON)


@cache
def _openapi(base_path: str) -> bytes:
    document = page_file("openapi.json")
    if not base_path:
        return document
    return orjson.dumps({**orjson.loads(document), "servers": [{"url": base_path}]})


@routes.get(
    "/assets/{name}",
    access=Access.PUBLIC,
    summary="A file of the page or of the reference",
    cache=SITE_CACHE,
    media_types=tuple(MEDIA_TYPES.values()),
)
def get_asset(request: Request, name: str) -> Answer:
    """Return a file of the closed list."""
    path = asset_files().get(name)
    if path is None:
        raise NotFoundError("no such file")
    return Answer(page_file(str(path.relative_to(PAGES))), media_type=MEDIA_TYPES[path.suffix], headers=_SAFE)


@routes.get(
    "/problems/{code}",
    access=Access.PUBLIC,
    summary="What a problem type means and what to do",
    cache=SITE_CACHE,
    media_types=(HTML,),
)
def get_problem_type(request: Request, code: str) -> Answer:
    """Return the page behind the `type` of a problem document."""
    kind = TYPES.get(code)
    if kind is None:
        raise NotFoundError("no such problem type")
    chinese = problem_words()[code]
    places = {
        "{{code}}": kind.code,
        "{{status}}": str(kind.status),
        "{{title}}": kind.title,
        "{{remedy}}": kind.remedy,
        "{{title_zh}}": chinese["title"],
        "{{remedy_zh}}": chinese["remedy"],
    }
    page = page_file("problem.html").decode()
    for place, text in places.items():
        page = page.replace(place, escape(text))
    return html(page.encode(), PAGE_POLICY)


@cache
def problem_words() -> dict[str, dict[str, str]]:
    """Return title and remedy of every problem type in Chinese."""
    found: dict[str, dict[str, str]] = json.loads(page_file("problems.zh.json"))
    return found
