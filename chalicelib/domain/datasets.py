"""The datasets of a deployment, as its catalogues describe them: one for each collection, the register, and each series.

Pure. What a dataset is had as (the list, the feeds, the files of the newest export) are its distributions. `dcat` and
`dcat_us` say the same of them in two vocabularies.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from chalicelib.domain.feeds import COLLECTIONS

Words = Mapping[str, str]
REGISTER = "changes"
_FILE = Path(__file__).parent / "data" / "datasets.json"
_REGISTER_TITLE = {"zh": "公开登记簿", "en": "Register"}
_JSON, _CSV = "application/json", "text/csv"


class Publisher(NamedTuple):
    """Who publishes, or whose data it is: a root agency, or the deployment where there are several."""

    url: str
    name: Words
    email: str | None = None
    phone: str | None = None


class Deployment(NamedTuple):
    """What catalogues say of the deployment as a whole."""

    root: str
    """The public address, without `/v1`."""
    publisher: Publisher
    roots: tuple[Publisher, ...]
    """The root agencies: whose data it is, and where it is of."""
    licence: str | None
    """Address of the licence; None where the deployment states none."""
    since: str | None
    """When the first of its records was published."""
    until: str | None
    """Up to when everything is surely in what is answered."""


class Distribution(NamedTuple):
    """One way to have a dataset."""

    name: str
    title: Words
    url: str
    """Where it is had, or asked for."""
    media_type: str
    format: str
    """As people call it: JSON, CSV, NDJSON, SQLite, Atom."""
    is_file: bool = False
    """Whether the address gives the whole, and not a page of it."""
    bytes: int | None = None
    sha256: str | None = None


class Dataset(NamedTuple):
    """One dataset."""

    name: str
    title: Words
    description: Words
    keywords: Mapping[str, Sequence[str]]
    url: str
    explained: str
    """Where its members, or what it means, is explained."""
    monthly: bool
    """Whether it is added to month by month; else it goes on all the time."""
    distributions: tuple[Distribution, ...]


class Exported(NamedTuple):
    """A file of the newest export, as far as a catalogue tells of it."""

    name: str
    collection: str | None
    format: str
    bytes: int
    sha256: str
    media_type: str
    url: str


def datasets(at: Deployment, series: Sequence[Mapping[str, Any]], files: Sequence[Exported]) -> list[Dataset]:
    """Return every dataset; `series` as `GET /v1/statistics` gives them, `files` those of the newest export."""
    collections = [_collection(at, name, told, files) for name, told in _told().items()]
    return [*collections, *(_series(at, each) for each in series)]


@cache
def _told() -> Mapping[str, Mapping[str, Any]]:
    found: Mapping[str, Mapping[str, Any]] = json.loads(_FILE.read_text("utf-8"))
    return found


def _collection(at: Deployment, name: str, told: Mapping[str, Any], files: Sequence[Exported]) -> Dataset:
    zh, en = COLLECTIONS.get(name, tuple(_REGISTER_TITLE.values()))
    url = f"{at.root}/v1/{name}"
    explained = f"{at.root}/docs" if name == REGISTER else f"{at.root}/v1/fields"
    # The one file that holds everything belongs to what everything follows from.
    held = (each for each in files if (each.collection or REGISTER) == name)
    return Dataset(
        name,
        {"zh": zh, "en": en},
        {"zh": told["zh"], "en": told["en"]},
        told["keywords"],
        url,
        explained,
        monthly=False,
        distributions=(*_answered(at.root, name), *map(_file, held)),
    )


def _answered(root: str, name: str) -> Iterator[Distribution]:
    """Yield the list, and its feeds where it has any."""
    yield Distribution("list", {"zh": "接口（分页）", "en": "API, page by page"}, f"{root}/v1/{name}", _JSON, "JSON")
    if name in COLLECTIONS:
        feed = f"{root}/feeds/{name}"
        yield Distribution(
            "atom", {"zh": "Atom 订阅", "en": "Atom feed"}, f"{feed}.atom", "application/atom+xml", "Atom"
        )
        words = {"zh": "JSON Feed 订阅", "en": "JSON Feed"}
        yield Distribution("feed", words, f"{feed}.json", "application/feed+json", "JSON Feed")


def _file(file: Exported) -> Distribution:
    title = {"zh": f"全部数据文件 {file.name}", "en": f"Everything in one file, {file.name}"}
    plain = file.media_type.partition(";")[0]
    name = f"export-{file.name}-{file.sha256[:8]}"
    form = {"ndjson": "NDJSON", "csv": "CSV", "sqlite": "SQLite"}[file.format]
    return Distribution(name, title, file.url, plain, form, is_file=True, bytes=file.bytes, sha256=file.sha256)


def _series(at: Deployment, told: Mapping[str, Any]) -> Dataset:
    name = told["series"]
    figures = f"{at.root}/v1/statistics/{name}"
    forms = (("", _JSON, "JSON"), (".csv", _CSV, "CSV"), (".jsonstat", _JSON, "JSON-stat"))
    found = (
        Distribution(
            f"{jurisdiction}{suffix or '.json'}",
            {language: f"{text} {form}" for language, text in where.name.items()},
            f"{figures}{suffix}?jurisdiction={jurisdiction}",
            media_type,
            form,
        )
        for where in at.roots
        for jurisdiction in (where.url.rpartition("/")[2],)
        for suffix, media_type, form in forms
    )
    return Dataset(
        f"statistics-{name}",
        told["title"],
        told["definition"]["text"],
        {"zh": ["统计", "办理时限"], "en": ["statistics", "service standards"]},
        figures,
        f"{at.root}/v1/statistics",
        monthly=True,
        distributions=tuple(found),
    )
