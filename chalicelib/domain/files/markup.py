"""XML as office formats use it, read once from front to back: no document types, no entities, no tree in memory.

A document type is refused outright: with it go entity bombs, outside entities and every way to read the same bytes twice.
"""

import re
from collections.abc import Callable
from typing import NamedTuple
from xml.parsers import expat

from chalicelib.domain.files.report import Report, TooMuchError

DEPTH_LIMIT = 256
LINKS = ("http://", "https://", "mailto:", "#")
"""How a link that people follow may begin, in small letters."""
_COUNTED_AT_ONCE = 10_000
_ENCODINGS = ("utf-8", "us-ascii", "ascii")
_INSIDE_A_LINE = frozenset(
    [
        "t",
        "r",
        "span",
        "ins",
        "smartTag",
        "hyperlink",
        "a",
        "proofErr",
        "bookmarkStart",
        "bookmarkEnd",
        "lastRenderedPageBreak",
        "softHyphen",
        "s",
        "rPr",
        "commentRangeStart",
        "commentRangeEnd",
        "commentReference",
        "fldChar",
    ]
)
"""Elements that end no line: a number is often cut into several of them."""
_AUTHOR = re.compile(
    rb"<(?:[A-Za-z]{1,20}:)?(?:creator|lastModifiedBy|Manager|Company|initial-creator|printed-by|user-defined)"
    rb"(?:\s[^<>]{0,400})?>\s*(?:[^<\s]|<!\[CDATA)"
)
_PROPERTIES = frozenset({"rPr", "endParaRPr"})
_INSTRUCTIONS = frozenset({"instrText", "delInstrText"})


class MarkupError(Exception):
    """It is not XML, or not of the kind that is taken."""


class Element(NamedTuple):
    """The start of an element: its name without the namespace, its attributes without theirs."""

    name: str
    attributes: dict[str, str]


class Texts(NamedTuple):
    """What people read, in lines; and what a document tells its reader to do (field instructions)."""

    shown: str
    instructions: str


See = Callable[[Element], None]


class Sought(NamedTuple):
    """Which elements are to be seen: those of these names, and those with any of these attributes."""

    names: frozenset[str]
    attributes: frozenset[str] = frozenset()


def read_markup(data: bytes, report: Report, see: See, sought: Sought | None = None) -> Texts:
    """Call `see` for every element as it starts, or only for those sought; return the texts.

    Raises:
        MarkupError: it cannot be read, or it has a document type. TooMuchError: more elements than are read.
    """
    return _Reading(report, see, sought).read(data)


class _Reading:
    """One pass. A workbook has hundreds of thousands of elements, so what is done for each is kept small."""

    def __init__(self, report: Report, see: See, sought: Sought | None) -> None:
        self._report = report
        self._see = see
        self._names = sought.names if sought else None
        self._attributes = sought.attributes if sought else frozenset()
        self._passed: set[str] = set()
        self._locals: dict[str, str] = {}
        self._count = 0
        self._depth = 0
        self._in_properties = False
        self._instruction_at = 0
        self._texts: list[str] = []
        self._instructions: list[str] = []

    def read(self, data: bytes) -> Texts:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._texts.append
        parser.StartDoctypeDeclHandler = _refuse_type
        parser.XmlDeclHandler = _hold_encoding
        try:
            parser.Parse(data, True)  # noqa: FBT003 - expat takes it by place only
        except (expat.ExpatError, LookupError, ValueError) as error:
            raise MarkupError("not XML") from error
        return Texts("".join(self._texts), "".join(self._instructions))

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        self._depth += 1
        if self._count == _COUNTED_AT_ONCE:
            self._report.elements(self._count)
            self._count = 0
        if self._depth > DEPTH_LIMIT:
            raise TooMuchError
        local = self._locals.get(name) or self._locals.setdefault(name, _local(name))
        if local in _PROPERTIES:
            self._in_properties = True
        elif local in _INSTRUCTIONS:
            self._instruction_at = len(self._texts)
        if self._names is None or local in self._names or (self._attributes and self._is_sought(attributes)):
            self._see(Element(local, {_local(key): value for key, value in attributes.items()} if attributes else {}))

    def _is_sought(self, attributes: dict[str, str]) -> bool:
        if self._passed.issuperset(attributes):
            return False
        self._passed |= {key for key in attributes if _local(key) not in self._attributes}
        return not self._passed.issuperset(attributes)

    def _end(self, name: str) -> None:
        self._depth -= 1
        local = self._locals[name]
        if local in _INSIDE_A_LINE:
            self._in_properties = False if local in _PROPERTIES else self._in_properties
        elif local in _INSTRUCTIONS:
            self._instructions += self._texts[self._instruction_at :]  # one instruction may stand in many pieces
            del self._texts[self._instruction_at :]
        elif not self._in_properties:
            self._texts.append("\n")


def names_somebody(properties: bytes) -> bool:
    """Return whether the properties of a document name who wrote, changed or printed it, or where."""
    return _AUTHOR.search(properties) is not None


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _refuse_type(*_: object) -> None:
    raise MarkupError("a document type")


def _hold_encoding(version: str, encoding: str | None, standalone: int) -> None:
    if encoding is not None and encoding.lower() not in _ENCODINGS:
        raise MarkupError("not UTF-8")
