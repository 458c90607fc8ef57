"""OpenDocument (ISO/IEC 26300): odt, ods, odp. The same questions as for Office Open XML, in other words.

The first entry is `mimetype`, stored as it is; so the kind stands in the bytes themselves.
"""

import re
from collections.abc import Callable

from chalicelib.domain.files.archives import ArchiveError, Entry, read_directory, unpack
from chalicelib.domain.files.images import inspect_image
from chalicelib.domain.files.kinds import KINDS, PICTURES, PNG
from chalicelib.domain.files.markup import LINKS, Element, MarkupError, Sought, names_somebody, read_markup
from chalicelib.domain.files.numbers import find_numbers
from chalicelib.domain.files.report import Report

_MACROS = re.compile(r"^(?:Basic|Scripts|Dialogs)/|macrosignatures", re.IGNORECASE)
_EMBEDDED = re.compile(r"^Object [0-9]+/")
_DATABASE = re.compile(r"^Database/", re.IGNORECASE)
_HARMLESS = re.compile(r"^(?:layout-cache|.*manifest\.rdf)$")
"""What LibreOffice keeps for itself."""
_PREVIEW = re.compile(r"^ObjectReplacements/")
_DRAWINGS = (b"VCLMTF", b"GIF87a", b"GIF89a", b"\x01\x00\x00\x00", b"\xd7\xcd\xc6\x9a", b"\x89PNG")
"""Pictures that are only drawn: StarView, GIF, EMF, WMF, PNG."""
_OUTSIDE = re.compile(r"^(?:[a-z][a-z0-9+.-]*:|//|\.\./|/)", re.IGNORECASE)
_PROBLEMS = {
    "event-listener": "macros",
    "script": "macros",
    "dde-source": "dde",
    "dde-connection-decl": "dde",
    "dde-link": "dde",
    "plugin": "embedded_object",
    "applet": "embedded_object",
    "object-ole": "embedded_object",
    "encryption-data": "encrypted",
    "cell-range-source": "external_content",
    "table-source": "external_content",
    "section-source": "external_content",
}
_FINDINGS = {
    "annotation": "comments",
    "tracked-changes": "tracked_changes",
    "hidden-text": "hidden_text",
    "hidden-paragraph": "hidden_text",
    "notes": "speaker_notes",
    "data-pilot-table": "pivot_cache",
}

_SOUGHT = Sought(frozenset((*_PROBLEMS, *_FINDINGS)), frozenset({"href", "display", "visibility"}))


def inspect_open_document(data: bytes, media_type: str, report: Report) -> None:
    """Note what an OpenDocument file hides, and whether it is one."""
    try:
        entries = read_directory(data)
        first = entries[0] if entries else None
        if first is None or first.name != "mimetype" or unpack(data, first, report) != media_type.encode():
            report.problem("type_mismatch")
        for entry in entries[1:]:
            _inspect_part(data, entry, report)
    except ArchiveError as error:
        report.problem(error.kind, error.place)


def _inspect_part(data: bytes, entry: Entry, report: Report) -> None:
    name = entry.name
    for pattern, kind in ((_MACROS, "macros"), (_DATABASE, "external_content")):
        if pattern.search(name):
            report.problem(kind, name)
    if _EMBEDDED.search(name):
        report.finding("embedded_document", name)
    content = unpack(data, entry, report)
    if content:
        _inspect_content(content, name, report)


def _inspect_content(content: bytes, name: str, report: Report) -> None:
    end = name.rpartition(".")[2].lower()
    if end == "xml":
        try:
            texts = read_markup(content, report, _watcher(name, report), _SOUGHT)
        except MarkupError:
            report.problem("markup_broken", name)
        else:
            find_numbers(texts.shown, name, report)
            if name.endswith("meta.xml") and names_somebody(content):
                report.finding("document_metadata", name)
    elif content.startswith(KINDS[PICTURES.get(end, PNG)].magic):
        inspect_image(content, PICTURES.get(end, PNG), name, report)
    elif not _HARMLESS.search(name) and not _is_drawing(content, name, end):
        report.problem("embedded_object", name)


def _is_drawing(content: bytes, name: str, end: str) -> bool:
    """Return whether a part that nobody looks into is at least only drawn, by its first bytes."""
    known = end in ("gif", "emf", "wmf", "svm") or _PREVIEW.search(name) is not None
    return known and content.startswith(_DRAWINGS)


def _watcher(place: str, report: Report) -> Callable[[Element], None]:
    def see(element: Element) -> None:
        name, attributes = element
        if name in _PROBLEMS:
            report.problem(_PROBLEMS[name], place)
        elif name in _FINDINGS:
            report.finding(_FINDINGS[name], place)
        if attributes:
            _see_attributes(name, attributes, place, report)

    return see


def _see_attributes(name: str, attributes: dict[str, str], place: str, report: Report) -> None:
    target = attributes.get("href")
    if name == "template":
        report.finding("document_metadata", place)  # where its template lies is told, not fetched
    elif target is not None and _OUTSIDE.match(target):
        linked = name in ("a", "hyperlink") and target.lower().startswith(LINKS)
        if not linked:
            report.problem("link_unsafe" if name == "a" else "external_content", place)
    if attributes.get("display") == "false" and name in ("table-properties", "drawing-page-properties"):
        report.finding("hidden_sheet", place)
    if attributes.get("display") == "none":
        report.finding("hidden_text", place)
    if attributes.get("visibility") == "hidden" and name == "drawing-page-properties":
        report.finding("hidden_slide", place)
    if attributes.get("visibility") in ("collapse", "filter"):
        report.finding("hidden_columns" if "column" in name else "hidden_rows", place)
