"""`/data.json` (DCAT-US 1.1) and `/catalog.jsonld` (DCAT-AP 3.0.1): every dataset of the deployment and how it is had.

Both are made when they are asked for, of the same description (`domain/datasets.py`): the lists and feeds that are there, the
series of the statistics, and the files of the newest export. Whose data it is are the root agencies; where there is one, it
is the publisher, else the deployment is.
"""

from typing import TYPE_CHECKING, Any

import orjson

from chalicelib import wiring
from chalicelib.domain.instants import localised
from chalicelib.domain.placed import ROOT_AGENCIES
from chalicelib.routes import exports
from chalicelib.routes.access import Access
from chalicelib.routes.endpoint import Answer, Request, Routes
from chalicelib.routes.listing import PAGE_CACHE
from chalicelib.store import keys

if TYPE_CHECKING:
    from chalicelib.domain.datasets import Dataset, Deployment, Exported, Publisher

routes = Routes(__name__, "catalogues")

JSON_LD = "application/ld+json"
ROOTS_OF_A_PAGE = 100


@routes.get(
    "/data.json",
    access=Access.PUBLIC,
    summary="The catalogue of datasets, as DCAT-US 1.1",
    cache=PAGE_CACHE,
    response_model="DataJson",
)
def get_data_json(request: Request) -> Answer:
    """Return the catalogue that harvesters of data.gov's kind read."""
    from chalicelib.domain import dcat_us

    return Answer(orjson.dumps(dcat_us.document(*_described())))


@routes.get(
    "/catalog.jsonld",
    access=Access.PUBLIC,
    summary="The catalogue of datasets, as DCAT-AP 3.0.1",
    cache=PAGE_CACHE,
    media_types=(JSON_LD,),
)
def get_catalogue(request: Request) -> Answer:
    """Return the catalogue as linked data; its context stands inside."""
    from chalicelib.domain import dcat

    return Answer(orjson.dumps(dcat.document(*_described())), media_type=JSON_LD)


def _described() -> "tuple[Deployment, list[Dataset]]":
    """Return what catalogues say of the deployment, and its datasets."""
    from chalicelib.domain.datasets import Deployment, Publisher, datasets
    from chalicelib.domain.statistics.definitions import catalogue

    wired = wiring.current()
    settings, as_of = wired.settings, wired.views.as_of("changes", wired.now())
    agencies = _roots()
    roots = tuple(_publisher(agency) for agency in agencies)
    itself = {"zh": settings.public_authority, "en": settings.public_authority}
    at = Deployment(
        root=settings.public_url,
        publisher=roots[0] if len(roots) == 1 else Publisher(settings.public_url, itself),
        roots=roots,
        licence=settings.licence_url or None,
        since=min((agency["published_at"] for agency in agencies), default=None),
        until=localised(as_of.at, settings.time_zone) if as_of.at else None,
    )
    return at, datasets(at, catalogue(settings.base_path), _files())


def _files() -> list["Exported"]:
    """Return the files of the newest export, each as who fetches it has it: what is coded on its way arrives as it was."""
    from chalicelib.domain.datasets import Exported

    found = exports.newest()
    files = (each for each in found.files if not each.bom) if found else ()
    return [
        Exported(
            each.name,
            each.collection,
            each.format,
            each.content_bytes if each.form.encoding else each.bytes,
            each.content_sha256 if each.form.encoding else each.sha256,
            each.form.media_type,
            exports.address_of(each),
        )
        for each in files
    ]


def _roots() -> list[dict[str, Any]]:
    """Return the root agencies, in the order in which they entered the register."""
    views = wiring.current().views
    names: list[str] = []
    first: str | None = None
    while page := views.placed(keys.list_pk(ROOT_AGENCIES), first=first, limit=ROOTS_OF_A_PAGE):
        names += [orjson.loads(summary)["id"] for _, summary in page]
        if len(page) < ROOTS_OF_A_PAGE:
            break
        first = f"{page[-1][0]} "  # no id has a blank: what follows the last one
    bodies = views.records("agency", names) if names else []
    return [orjson.loads(body) for body in bodies if body is not None]


def _publisher(agency: dict[str, Any]) -> "Publisher":
    from chalicelib.domain.datasets import Publisher

    contacts = {contact["kind"]: contact["value"] for contact in reversed(agency.get("contacts", []))}
    url = f"{wiring.current().settings.public_url}/v1/agencies/{agency['id']}"
    return Publisher(url, agency["name"], contacts.get("email"), contacts.get("phone"))
