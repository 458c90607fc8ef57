"""`GET /v1/exports`: every public record and the whole register as files, at one register index. The files lie elsewhere.

What is answered here is the manifest, and for a file its address on the host of files: no file goes through the program.
"""

from typing import TYPE_CHECKING, Any

import orjson

from chalicelib import wiring
from chalicelib.domain.instants import localised
from chalicelib.errors import NotFoundError
from chalicelib.routes.access import Access
from chalicelib.routes.endpoint import Answer, Request, Routes
from chalicelib.routes.listing import as_of_told
from chalicelib.routes.params import BOM, Parameter, whole_number
from chalicelib.store.views import AsOf

if TYPE_CHECKING:
    from chalicelib.domain.exports.manifest import ExportFile, Manifest
    from chalicelib.usecases.exports import Kept

routes = Routes(__name__, "register")

CACHE = "public, max-age=60"
AT = Parameter(
    "register_index",
    whole_number(0, 10**12 - 1),
    {"type": "integer", "minimum": 0},
    "Of the export at this index, one that `earlier` names; without it of the newest.",
)


@routes.get(
    "/v1/exports",
    access=Access.PUBLIC,
    summary="Everything public as files: every collection, and the register itself",
    cache=CACHE,
    parameters=(AT,),
    response_model="ExportFileList",
)
def list_exports(request: Request) -> Answer:
    """List the files of an export, with their sizes and SHA-256, and name the earlier exports that are kept."""
    wired, asked = wiring.current(), request.parameters["register_index"]
    kept = wired.exports.kept(consistent=False)
    index = asked if asked is not None else kept[0].place.register_index if kept else None
    found = _find(index) if index is not None else None
    if found is None and asked is not None:
        raise NotFoundError("no such export, or no longer")
    earlier = [_earlier(each) for each in kept if found is not None and each.place < found.place]
    items = [_told(each, found.register_index) for each in found.files] if found else []
    return Answer(
        orjson.dumps(
            {
                "items": items,
                "next": None,
                "as_of": as_of_told(AsOf(found.register_index, found.at) if found else AsOf(None, None)),
                "written_at": _local(found.written_at) if found else None,
                "checkpoint": found.checkpoint if found else None,
                "earlier": earlier,
            }
        )
    )


@routes.get(
    "/v1/exports/{name}",
    access=Access.PUBLIC,
    summary="A file of an export: an address that stands for these bytes alone",
    cache=CACHE,
    parameters=(AT, BOM),
    statuses=(302,),
    suffixes=(".csv",),
)
def get_export(request: Request, name: str) -> Answer:
    """Send the reader to where a file of the newest export lies, or of the one asked for."""
    index = request.parameters["register_index"]
    wanted = (name + request.suffix, request.parameters["bom"] == "true")
    found = _find(index) if index is not None else newest()
    file = next((each for each in found.files if (each.name, each.bom) == wanted), None) if found else None
    if file is None:
        raise NotFoundError("no such file; GET /v1/exports names them")
    return Answer(status=302, headers={"Location": address_of(file)})


def newest() -> "Manifest | None":
    """Return the manifest of the newest export, if there is one."""
    return wiring.current().exports.newest(consistent=False)


def _find(register_index: int) -> "Manifest | None":
    return wiring.current().exports.manifest(register_index, consistent=False)


def _told(file: "ExportFile", register_index: int) -> dict[str, Any]:
    from chalicelib.domain.exports.manifest import told_file

    base = wiring.current().settings.base_path
    marked = "&bom=true" if file.bom else ""
    url = f"{base}/v1/exports/{file.name}?register_index={register_index}{marked}"
    told = told_file(file)
    del told["path"]
    return {**told, "url": url, "address": address_of(file)}


def _earlier(export: "Kept") -> dict[str, Any]:
    index = export.place.register_index
    url = f"{wiring.current().settings.base_path}/v1/exports?register_index={index}"
    return {"register_index": index, "written_at": _local(export.written_at), "url": url}


def address_of(file: "ExportFile") -> str:
    """Return where a file lies on the host of files."""
    return f"{wiring.current().settings.files_url}/{file.path}"


def _local(instant: str) -> str:
    return localised(instant, wiring.current().settings.time_zone)
