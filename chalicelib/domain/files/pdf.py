"""PDF (ISO 32000-1): what runs, fetches or carries other files refuses it; what hides is found.

No reader of ours builds the whole document: names are looked for in everything that is not packed and in every object
stream unpacked, with `#xx` undone. So an action is seen wherever it stands, even where only a careless reader would find it.
What cannot be unpacked cannot be looked at, and refuses the file: encryption, and object streams with other filters.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from chalicelib.domain.files.archives import inflate_stream
from chalicelib.domain.files.images import METADATA, inspect_image
from chalicelib.domain.files.kinds import JPEG
from chalicelib.domain.files.pdf_text import find_text
from chalicelib.domain.files.report import Report, TooMuchError

STREAM_LIMIT = 30_000
_END, _END_OF_DATA = b"%%EOF", re.compile(rb"%%EOF")
_STREAM = re.compile(rb"\bstream(?:\r\n|\n|\r)")
_DICTIONARY_LIMIT_BYTES = 16_384
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_ACTIVE = {
    "javascript": (b"JavaScript",),
    "launch": (b"Launch",),
    "embedded_file": (b"EmbeddedFile", b"EmbeddedFiles", b"FileAttachment"),
    "xfa": (b"XFA",),
    "multimedia": (b"RichMedia", b"Rendition", b"Movie", b"RichMediaExecute", b"GoTo3DView"),
    "submits": (b"SubmitForm", b"ImportData"),
    "external_content": (b"GoToE", b"GoToR"),
    "encrypted": (b"Encrypt",),
}
_KIND_OF = {name: kind for kind, names in _ACTIVE.items() for name in names}
_ALTERNATIVES = b"|".join(_KIND_OF)
_NAMES = re.compile(rb"/(" + _ALTERNATIVES + rb")(?![A-Za-z0-9_.-])")
_SCRIPT = re.compile(rb"/JS(?![A-Za-z0-9_.-])")
_AUTOMATIC = re.compile(rb"/AA\s*(?:<<|[0-9])")
_AT_OPENING = re.compile(rb"/OpenAction\s*(\[|<<|([0-9]{1,10})\s+[0-9]{1,5}\s+R)?")
_GO_TO = re.compile(rb"/S\s*/GoTo(?![A-Za-z0-9])")
_COMMENT = re.compile(
    rb"/Subtype\s*/(?:Text|FreeText|Highlight|Underline|StrikeOut|Squiggly|Popup|Ink|Stamp|Caret|Redact)(?![A-Za-z0-9])"
)
_AUTHOR = re.compile(
    rb"/Author\s*(?:\(\s*[^)\s]|<\s*[0-9A-Fa-f])|<dc:creator>(?:\s|<rdf:Seq>|<rdf:li[^>]{0,99}>){0,20}[^<\s]"
)
_LAYER_OFF = re.compile(rb"/OFF\s*\[\s*[0-9]")
_SKIPPED = re.compile(
    rb"/Image(?![A-Za-z0-9])|/Length1\b|/CIDFontType0C|/Type1C|/OpenType|/XRef(?![A-Za-z0-9])|/Alternate\b"
)
_OBJECTS = re.compile(rb"/ObjStm(?![A-Za-z0-9])|/First\b")
_OTHER_FILTERS = re.compile(
    rb"/(?:LZWDecode|LZW|ASCII85Decode|A85|ASCIIHexDecode|AHx|RunLengthDecode|RL|Crypt)(?![A-Za-z0-9])"
)
_FLATE = re.compile(rb"/(?:FlateDecode|Fl)(?![A-Za-z0-9])")
_LOOKED_AT_BYTES = 300
_OBJECT = re.compile(rb"\b([0-9]{1,10})\s+[0-9]{1,5}\s+obj\b")


class _Stream(NamedTuple):
    dictionary: bytes
    content_at: int
    end: int


def inspect_pdf(data: bytes, report: Report) -> None:
    """Note what a PDF hides, and what it would do."""
    _hold_end(data, report)
    streams = list(_streams(data, report))
    outside = _undone(_outside(data, streams))
    packed, contents = _unpack(data, streams, report)
    spoken = [outside, *(_undone(part) for part in packed)]
    for match in _NAMES.finditer(data):
        report.problem(_KIND_OF[match[1]])
    for part in spoken:
        _inspect_objects(part, report)
    _inspect_opening(spoken, data, report)
    scanned = any(b"/Image" in stream.dictionary for stream in streams)
    find_text(contents, b"".join(spoken), report, scanned=scanned)


def _hold_end(data: bytes, report: Report) -> None:
    ends = [match.end() for match in _END_OF_DATA.finditer(data)]
    if not ends:
        report.problem("pdf_broken")
        return
    if data[ends[-1] :].strip(b"\r\n\t \x00"):
        report.problem("data_after_end")
    if len(ends) > (2 if b"/Linearized" in data[:1024] else 1):
        report.finding("earlier_revisions")


def _streams(data: bytes, report: Report) -> Iterator[_Stream]:
    done = 0
    for count, match in enumerate(_STREAM.finditer(data)):
        if count > STREAM_LIMIT:
            raise TooMuchError
        if match.start() < done or data.startswith(b"end", max(0, match.start() - 3)):
            continue
        begun = data.rfind(b"obj", max(done, match.start() - _DICTIONARY_LIMIT_BYTES), match.start())
        if begun < 0:
            report.problem("pdf_broken")
            return
        done = data.find(b"endstream", match.end())
        done = len(data) if done < 0 else done
        yield _Stream(_undone(data[begun : match.start()]), match.end(), done)


def _outside(data: bytes, streams: list[_Stream]) -> bytes:
    """Return everything that stands in no stream."""
    parts, at = [], 0
    for stream in streams:
        parts.append(data[at : stream.content_at])
        at = stream.end
    return b"".join((*parts, data[at:]))


def _undone(names: bytes) -> bytes:
    """Return names with their escapes undone: `/J#61vaScript` is `/JavaScript`."""
    return _ESCAPED.sub(lambda match: bytes((int(match[1], 16),)), names) if b"#" in names else names


def _unpack(data: bytes, streams: list[_Stream], report: Report) -> tuple[list[bytes], list[bytes]]:
    """Return the object streams, and everything else that may hold text."""
    objects: list[bytes] = []
    contents: list[bytes] = []
    for stream in streams:
        holds_objects = _OBJECTS.search(stream.dictionary) is not None
        if not holds_objects and _SKIPPED.search(stream.dictionary):
            _inspect_picture(data, stream, report)
            continue
        if holds_objects and _OTHER_FILTERS.search(stream.dictionary):
            report.problem("pdf_unreadable")
        packed = _FLATE.search(stream.dictionary) is not None
        content = inflate_stream(data, stream.content_at, report) if packed else data[stream.content_at : stream.end]
        (objects if holds_objects else contents).append(content)
        for match in _NAMES.finditer(content):
            report.problem(_KIND_OF[match[1]])
        if _AUTHOR.search(content):
            report.finding("document_metadata")
    return objects, contents


def _inspect_picture(data: bytes, stream: _Stream, report: Report) -> None:
    """A JPEG keeps in a PDF what its camera wrote into it."""
    content = data[stream.content_at : stream.end]
    if b"/DCTDecode" in stream.dictionary and content.startswith(b"\xff\xd8\xff"):
        own = Report()
        inspect_image(content.rstrip(b"\r\n"), JPEG, "", own)
        for note in own.inspection().findings:
            report.finding(note.kind)
    elif b"Exif\x00\x00" in content[:4096]:
        report.finding(METADATA)


def _inspect_objects(part: bytes, report: Report) -> None:
    for match in _NAMES.finditer(part):
        report.problem(_KIND_OF[match[1]])
    for pattern, kind in ((_SCRIPT, "javascript"), (_AUTOMATIC, "automatic_action")):
        if pattern.search(part):
            report.problem(kind)
    for pattern, kind in ((_COMMENT, "comments"), (_AUTHOR, "document_metadata"), (_LAYER_OFF, "hidden_layers")):
        if pattern.search(part):
            report.finding(kind)


def _inspect_opening(parts: list[bytes], data: bytes, report: Report) -> None:
    """What happens when it is opened may be a page to go to, and nothing else."""
    named: set[int] = set()
    for part in parts:
        for match in _AT_OPENING.finditer(part):
            begun = match[1] or b""
            if match[2] is not None:
                named.add(int(match[2]))
            elif not _goes_to_page(part[match.end() - len(begun) : match.end() + _LOOKED_AT_BYTES]):
                report.problem("automatic_action")
    if len(named) > 1:
        raise TooMuchError  # one document has one opening
    for number in named:
        if not _goes_to_page(_object(number, data, parts[1:])):
            report.problem("automatic_action")


def _goes_to_page(action: bytes) -> bool:
    return action.startswith(b"[") or _GO_TO.search(action) is not None


def _object(number: int, data: bytes, packed: list[bytes]) -> bytes:
    """Return the beginning of an object, wherever it stands; nothing where it is not found."""
    for match in _OBJECT.finditer(data):
        if int(match[1]) == number:
            return data[match.end() : match.end() + _LOOKED_AT_BYTES].lstrip()
    for part in packed:
        pairs = re.match(rb"\s*(?:[0-9]{1,10}\s+){2,20000}", part)
        numbers = [int(word) for word in (pairs[0] if pairs else b"").split()]
        for each, offset in zip(numbers[::2], numbers[1::2], strict=False):
            if each == number and pairs is not None:
                return part[pairs.end() + offset :][:_LOOKED_AT_BYTES].lstrip()
    return b""
