"""What the API answers of exports, as models; see `responses.py`."""

from typing import Annotated, Literal

from pydantic import Field

from chalicelib.domain.models.common import InstantText, Sha256
from chalicelib.domain.models.responses import Answer, AsOf, Count, Path


class ExportedFile(Answer):
    """A file of an export: what is in it, how large it is, and where it lies."""

    name: str
    collection: str | None
    format: Literal["ndjson", "csv", "sqlite"]
    bom: bool
    rows: Count
    bytes: Count
    sha256: Sha256
    content_bytes: Count
    content_sha256: Sha256
    media_type: str
    content_encoding: Literal["gzip"] | None
    url: Path
    address: Annotated[str, Field(json_schema_extra={"format": "uri"})]


class EarlierExport(Answer):
    """An earlier export that is kept."""

    register_index: Count
    written_at: InstantText
    url: Path


class ExportFileList(Answer):
    """The files of one export: all public records, and the register, at one register index."""

    items: list[ExportedFile]
    next: None
    as_of: AsOf
    written_at: InstantText | None
    checkpoint: str | None
    earlier: list[EarlierExport]
