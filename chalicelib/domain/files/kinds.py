"""The closed list of files that are taken, by media type: how they are called, and how they begin.

Not taken, on purpose: archives (what is in them is published file by file), the formats before 2007 (`doc`, `xls`, `ppt`:
their macros and hidden streams lie in a file system of its own that no strict reader knows; saving as `docx`, `xlsx`, `pptx`
loses nothing that may be published), SVG and HTML (a browser runs what is in them), and everything with macros.
"""

from typing import NamedTuple

OOXML = "application/vnd.openxmlformats-officedocument."
OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
PDF, PNG, JPEG, CSV, PLAIN = "application/pdf", "image/png", "image/jpeg", "text/csv", "text/plain"
DOCX, XLSX = OOXML + "wordprocessingml.document", OOXML + "spreadsheetml.sheet"
PPTX = OOXML + "presentationml.presentation"
ODT, ODS, ODP = OPEN_DOCUMENT + "text", OPEN_DOCUMENT + "spreadsheet", OPEN_DOCUMENT + "presentation"


class Kind(NamedTuple):
    """One kind of file: the ends its name may have, and its first bytes."""

    extensions: tuple[str, ...]
    magic: bytes


ZIP_MAGIC, PDF_MAGIC, OLE_MAGIC = b"PK\x03\x04", b"%PDF-", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
KINDS: dict[str, Kind] = {
    PDF: Kind(("pdf",), PDF_MAGIC),
    DOCX: Kind(("docx",), ZIP_MAGIC),
    XLSX: Kind(("xlsx",), ZIP_MAGIC),
    PPTX: Kind(("pptx",), ZIP_MAGIC),
    ODT: Kind(("odt",), ZIP_MAGIC),
    ODS: Kind(("ods",), ZIP_MAGIC),
    ODP: Kind(("odp",), ZIP_MAGIC),
    CSV: Kind(("csv",), b""),
    PLAIN: Kind(("txt",), b""),
    PNG: Kind(("png",), b"\x89PNG\r\n\x1a\n"),
    JPEG: Kind(("jpg", "jpeg"), b"\xff\xd8\xff"),
}
BY_EXTENSION = {extension: media_type for media_type, kind in KINDS.items() for extension in kind.extensions}
PICTURES = {
    extension: BY_EXTENSION[extension] for media_type in (PNG, JPEG) for extension in KINDS[media_type].extensions
}

_MARKUP = (b"<!doctype", b"<html", b"<head", b"<body", b"<script", b"<svg", b"<iframe", b"<?php")
_OTHERS = (OLE_MAGIC, b"MZ", b"\x7fELF", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")
_SNIFFED_BYTES = 1_024
_END_OF_ARCHIVE = b"PK\x05\x06"
_ARCHIVE_TAIL_BYTES = 65_557
"""How far before the end of a file a ZIP reader looks for the record that makes it an archive."""


def begins_as(data: bytes, media_type: str) -> bool:
    """Return whether the first bytes are those of the kind; a text must not begin as anything else does."""
    magic = KINDS[media_type].magic
    if magic:
        return data.startswith(magic)
    others = (kind.magic for kind in KINDS.values() if kind.magic)
    return not data.startswith((*others, *_OTHERS)) and not data.lstrip().startswith(b"<?xml")


def is_something_else_too(data: bytes, media_type: str) -> bool:
    """Return whether another reader would take the bytes for another kind: a page, a PDF, an archive."""
    start = data[:_SNIFFED_BYTES].lower()
    if any(mark in start for mark in _MARKUP) and not data.startswith(ZIP_MAGIC):
        return True
    if media_type != PDF and PDF_MAGIC.lower() in start:
        return True
    return not data.startswith(ZIP_MAGIC) and _END_OF_ARCHIVE in data[-_ARCHIVE_TAIL_BYTES:]
