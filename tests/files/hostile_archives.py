"""Bombs and slips: files that ask for too much, and archives that can be read in more than one way."""

import struct
from collections.abc import Iterator

from chalicelib.domain.files import kinds
from tests.files import samples
from tests.files.archives import MEGABYTE, OFFICE, OPEN, Hostile, docx_entries, named, office, raw_archive, raw_entry
from tests.files.samples import office_parts, open_document_parts, pdf, zipped


def bombs() -> Iterator[Hostile]:
    """Yield them."""
    zeros = bytes(50 * MEGABYTE)
    elements = b"".join(b"<b a='%x'/>" % (n * 2_654_435_761 % 2**20) for n in range(1_300_000))
    for media_type in OFFICE:
        yield office("50 MB of zeros", media_type, **{"media/picture.png": zeros})
        yield office("many parts of zeros", media_type, **{f"media/{n}.bin": bytes(9 * MEGABYTE) for n in range(9)})
        yield office("a million elements", media_type, **{"custom/part.xml": b"<a>" + elements + b"</a>"})
        yield office("deep elements", media_type, **{"custom/part.xml": b"<a>" * 200_000 + b"</a>" * 200_000})
    for media_type in OPEN:
        yield Hostile(
            "zeros in a picture",
            zipped(open_document_parts(media_type) | {"Pictures/a.png": zeros}),
            media_type,
            named(media_type),
        )
    entity = b'<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb">' + b"".join(
        b'<!ENTITY %c "%s">' % (99 + n, b"&%c;" % (98 + n) * 10) for n in range(9)
    )
    for media_type in OFFICE:
        yield office("entities of entities", media_type, **{"custom/part.xml": entity + b"]><a>&k;</a>"})
        outside = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
        yield office("an entity outside", media_type, **{"custom/part.xml": outside})
    for count in (4_001, 30_000, 65_535):
        yield Hostile(
            f"{count} entries",
            raw_archive(*docx_entries(), *((b"p/%d.xml" % n, b"") for n in range(count - 3))),
            kinds.DOCX,
            "file.docx",
        )
    for said, what in ((1_000, "more"), (3_900_000, "less")):
        picture = (b"word/media/a.png", bytes(3 * MEGABYTE))
        lying = raw_archive(*docx_entries(), picture, declared={picture[0]: said})
        yield Hostile(f"an entry that gives {what} than it declares", lying, kinds.DOCX, "file.docx")
    yield Hostile("an entry in an entry", _overlapping(), kinds.DOCX, "file.docx")
    yield Hostile("many names for one entry", _one_kernel(3_000), kinds.DOCX, "file.docx")
    for depth in (2, 3, 6):
        yield office(f"documents in documents, {depth} deep", kinds.DOCX, **{"word/embeddings/a.docx": _nested(depth)})
        yield office(
            f"archives in archives, {depth} deep", kinds.DOCX, **{"word/embeddings/a.zip": _nested_archive(depth)}
        )
    yield office(
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
    inner, _ = raw_entry(b"word/b.xml", b"<b/>")
    entries = [*docx_entries(), (b"word/a.xml", inner)]
    whole = raw_archive(*entries, method=0)
    at = whole.index(inner)
    _, central = raw_entry(b"word/b.xml", b"<b/>", at=at)
    directory_at, end = struct.unpack_from("<I", whole, len(whole) - 6)[0], len(whole) - 22
    directory, count = whole[directory_at:end] + central, len(entries) + 1
    return (
        whole[:directory_at]
        + directory
        + struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count, count, len(directory), directory_at, 0)
    )


def _one_kernel(count: int) -> bytes:
    """Many entries of the directory that all name the same bytes."""
    whole = raw_archive(*docx_entries(), (b"word/kernel", bytes(MEGABYTE)))
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


def slips() -> Iterator[Hostile]:
    """Yield them."""
    for name in SLIPS:
        flags = 0x800 if max(name, default=0) > 127 else 0
        data = raw_archive(*docx_entries(), (name, b"<a/>"), flags=flags)
        yield Hostile(f"an entry called {name!r}", data, kinds.DOCX, "file.docx")
    for flags, what in ((0x1, "encrypted"), (0x2001, "hidden directory")):
        yield Hostile(f"{what} entries", raw_archive(*docx_entries(), flags=flags), kinds.DOCX, "file.docx")
    for method in (1, 9, 12, 14, 93, 99):
        data = raw_archive(*docx_entries()).replace(struct.pack("<H", 8), struct.pack("<H", method))
        yield Hostile(f"method {method}", data, kinds.DOCX, "file.docx")
