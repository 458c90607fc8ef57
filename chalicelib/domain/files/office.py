"""Office Open XML (ECMA-376): docx, xlsx, pptx. What runs or reaches out refuses the file; what hides is found.

Runs or reaches out: macros, controls, OLE objects, data connections, web extensions; every relationship to the outside that
is not a hyperlink (templates, pictures, linked workbooks), and fields that fetch or start something (DDE, INCLUDETEXT).
Hides: sheets, rows and columns not shown, pivot caches (all rows of a table that shows sums), workbooks inside charts,
comments, tracked changes, hidden text, speaker notes, names of authors, metadata of pictures.
"""

import re
from collections.abc import Callable

from chalicelib.domain.files.archives import ArchiveError, Entry, read_directory, unpack
from chalicelib.domain.files.images import inspect_image
from chalicelib.domain.files.kinds import DOCX, KINDS, PICTURES, PPTX, XLSX, ZIP_MAGIC
from chalicelib.domain.files.markup import LINKS, Element, MarkupError, See, Sought, names_somebody, read_markup
from chalicelib.domain.files.numbers import find_numbers
from chalicelib.domain.files.report import Report

DEPTH_LIMIT = 2
"""A workbook in a chart in a document; nothing deeper."""
_MAIN = {
    DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    PPTX: "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
}
_TYPES = "[Content_Types].xml"
_MACROS = re.compile(r"vbaproject|vbadata|macrosheets?/|intlmacro|macroenabled", re.IGNORECASE)
_CONTROLS = re.compile(r"activex|/ctrlprops?/|customui", re.IGNORECASE)
_OUTSIDE = re.compile(r"connections\.xml$|querytables?/|externallinks?/|webextension|/datamodel", re.IGNORECASE)
_FIELDS = re.compile(r"\b(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK|DATABASE|MACROBUTTON)\b")
_BY_NAME: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?:^|/)(?:threaded)?comments?[^/]*(?:/[^/]*)?\.xml$", re.IGNORECASE), "comments"),
    (re.compile(r"(?:^|/)pivotcache/", re.IGNORECASE), "pivot_cache"),
    (re.compile(r"(?:^|/)revisions/", re.IGNORECASE), "tracked_changes"),
    (re.compile(r"(?:^|/)notesslides/[^/]*\.xml$", re.IGNORECASE), "speaker_notes"),
)
_CUSTOM = re.compile(r"(?:^|/)customxml/item[0-9]*\.xml$", re.IGNORECASE)
_OF_NOBODY = frozenset({"KSOProductBuildVer", "ICV"})
"""Properties that name a program and its version."""
_EMBEDDED = {"docx": DOCX, "xlsx": XLSX, "pptx": PPTX}
_TRACKED = frozenset({"ins", "del", "moveFrom", "moveTo", "rPrChange", "pPrChange", "sectPrChange", "tblPrChange"})
_OFF = ("0", "false", "off")
_ON = ("1", "true", "on")


def inspect_office(data: bytes, media_type: str, place: str, report: Report, depth: int = 0) -> None:
    """Note what an office document hides, and whether it is one; `place` is where it stands in another."""
    try:
        entries = read_directory(data)
        types = next((unpack(data, entry, report) for entry in entries if entry.name == _TYPES), b"")
        if f'"{_MAIN[media_type]}"'.encode() not in types:
            report.problem("type_mismatch", place)
        for entry in entries:
            _Part(data, entry, place, report, depth).inspect()
    except ArchiveError as error:
        report.problem(error.kind, _within(place, error.place))


def _within(place: str, part: str) -> str:
    return f"{place}!{part}" if place and part else place or part


class _Part:
    """One part of a document."""

    def __init__(self, data: bytes, entry: Entry, place: str, report: Report, depth: int) -> None:
        self._data = data
        self._entry = entry
        self._name = entry.name
        self._place = _within(place, entry.name)
        self._report = report
        self._depth = depth

    def inspect(self) -> None:
        """Note what this part hides."""
        for pattern, kind in ((_MACROS, "macros"), (_CONTROLS, "controls"), (_OUTSIDE, "external_content")):
            if pattern.search(self._name):
                self._report.problem(kind, self._place)
        for pattern, kind in _BY_NAME:
            if pattern.search(self._name):
                self._report.finding(kind, self._place)
        content = unpack(self._data, self._entry, self._report)
        end = self._name.rpartition(".")[2].lower()
        if end in ("xml", "rels", "vml", "svg"):
            self._inspect_markup(content)
        elif content:
            self._inspect_other(content, end)

    def _inspect_other(self, content: bytes, end: str) -> None:
        """A part that is no XML: a picture, an embedded document; or something nobody here can look into."""
        if end in _EMBEDDED and content.startswith(ZIP_MAGIC):
            if self._depth + 1 >= DEPTH_LIMIT:
                self._report.problem("nested_too_deep", self._place)
                return
            self._report.finding("embedded_document", self._place)
            inspect_office(content, _EMBEDDED[end], self._place, self._report, self._depth + 1)
        elif end in PICTURES and content.startswith(KINDS[PICTURES[end]].magic):
            inspect_image(content, PICTURES[end], self._place, self._report)
        elif not (_SETTINGS.search(self._name) or _is_harmless(content, end)):
            self._report.problem("embedded_object", self._place)

    def _inspect_markup(self, content: bytes) -> None:
        try:
            texts = read_markup(content, self._report, *self._watcher())
        except MarkupError:
            self._report.problem("markup_broken", self._place)
            return
        if not self._name.endswith(".rels") and self._name != _TYPES:
            find_numbers(texts.shown, self._place, self._report)
        named = self._name.lower().startswith("docprops/") and names_somebody(content)
        if named or (_CUSTOM.search(self._name) and texts.shown.strip()):
            self._report.finding("document_metadata", self._place)
        if _FIELDS.search(texts.instructions):
            self._report.problem("field_that_fetches", self._place)

    def _watcher(self) -> tuple[See, Sought | None]:
        if self._name.endswith(".rels"):
            return self._see_relationship, None
        if self._name == _TYPES:
            return self._see_content_type, None
        return self._see, _SEEN

    def _see_content_type(self, element: Element) -> None:
        named = element.attributes.get("ContentType", "")
        if _MACROS.search(named):
            self._report.problem("macros", self._place)

    def _see_relationship(self, element: Element) -> None:
        kind = element.attributes.get("Type", "").rpartition("/")[2]
        target = element.attributes.get("Target", "")
        if element.attributes.get("TargetMode") == "External":
            if kind != "hyperlink":
                self._report.problem("external_content", self._place)
            elif not target.lower().startswith(LINKS):
                self._report.problem("link_unsafe", self._place)
        elif kind == "oleObject":
            self._report.problem("embedded_object", self._place)

    def _see(self, element: Element) -> None:
        watch = _WATCHED.get(element.name)
        if watch is None:
            self._report.finding("tracked_changes", self._place)
        else:
            watch(self, element.attributes)

    def _see_sheet(self, attributes: dict[str, str]) -> None:
        if attributes.get("state", "visible") != "visible":
            self._report.finding("hidden_sheet", self._place)

    def _see_row(self, attributes: dict[str, str]) -> None:
        if attributes.get("hidden") in _ON or attributes.get("ht") == "0":
            self._report.finding("hidden_rows", self._place)

    def _see_column(self, attributes: dict[str, str]) -> None:
        if attributes.get("hidden") in _ON or attributes.get("width") == "0":
            self._report.finding("hidden_columns", self._place)

    def _see_vanish(self, attributes: dict[str, str]) -> None:
        if attributes.get("val") not in _OFF:
            self._report.finding("hidden_text", self._place)

    def _see_slide(self, attributes: dict[str, str]) -> None:
        if attributes.get("show") in _OFF:
            self._report.finding("hidden_slide", self._place)

    def _see_object(self, attributes: dict[str, str]) -> None:
        self._report.problem("embedded_object", self._place)

    def _see_dde(self, attributes: dict[str, str]) -> None:
        self._report.problem("dde", self._place)

    def _see_property(self, attributes: dict[str, str]) -> None:
        if self._name.lower().startswith("docprops/") and attributes.get("name") not in _OF_NOBODY:
            self._report.finding("document_metadata", self._place)

    def _see_script(self, attributes: dict[str, str]) -> None:
        self._report.problem("macros", self._place)

    def _see_simple_field(self, attributes: dict[str, str]) -> None:
        if _FIELDS.search(attributes.get("instr", "")):
            self._report.problem("field_that_fetches", self._place)


_WATCHED: dict[str, Callable[[_Part, dict[str, str]], None]] = {
    "sheet": _Part._see_sheet,
    "row": _Part._see_row,
    "col": _Part._see_column,
    "vanish": _Part._see_vanish,
    "specVanish": _Part._see_vanish,
    "sld": _Part._see_slide,
    "property": _Part._see_property,
    "script": _Part._see_script,
    "oleObject": _Part._see_object,
    "OLEObject": _Part._see_object,
    "control": _Part._see_object,
    "ddeLink": _Part._see_dde,
    "fldSimple": _Part._see_simple_field,
}
_SEEN = Sought(_TRACKED.union(_WATCHED))
_HARMLESS = {
    "gif": (b"GIF87a", b"GIF89a"),
    "tif": (b"II*\x00", b"MM\x00*"),
    "tiff": (b"II*\x00", b"MM\x00*"),
    "bmp": (b"BM",),
    "emf": (b"\x01\x00\x00\x00",),
    "wmf": (b"\xd7\xcd\xc6\x9a", b"\x01\x00\x09\x00"),
}
_SETTINGS = re.compile(r"(?:printerSettings[0-9]*\.bin|\.odttf|\.fntdata)$")


def _is_harmless(content: bytes, end: str) -> bool:
    """Return whether a part nobody looks into is at least only a picture, by its first bytes."""
    return end in _HARMLESS and content.startswith(_HARMLESS[end])
