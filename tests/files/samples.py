"""Honest small files of every kind that is taken, made part by part so that a test can change any part."""

import struct
import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO

from chalicelib.domain.files import kinds

Parts = dict[str, bytes]
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = f'xmlns:r="{OFFICE}"'
MAIN_PARTS = {kinds.DOCX: "word/document.xml", kinds.XLSX: "xl/workbook.xml", kinds.PPTX: "ppt/presentation.xml"}
XLSX_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
SUFFIX = {media_type: kind.extensions[0] for media_type, kind in kinds.KINDS.items()}


def zipped(parts: Mapping[str, bytes], *, stored: tuple[str, ...] = ("mimetype",)) -> bytes:
    """Return an archive of these parts, in their order."""
    held = BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            how = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name), content, how)
    return held.getvalue()


def relationships(*found: tuple[str, str, bool]) -> bytes:
    """Return a relationships part: kind, target, and whether it is outside."""
    lines = [
        f'<Relationship Id="r{n}" Type="{OFFICE}/{kind}" Target="{target}"{" TargetMode=" + chr(34) + "External" + chr(34) if outside else ""}/>'
        for n, (kind, target, outside) in enumerate(found)
    ]
    return f'<Relationships xmlns="{PACKAGE}/relationships">{"".join(lines)}</Relationships>'.encode()


def content_types(media_type: str, main: str | None = None) -> bytes:
    """Return the part that names the kind of every other."""
    named = main or f"{media_type}.main+xml"
    return (
        f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{MAIN_PARTS[media_type]}" ContentType="{named}"/></Types>'
    ).encode()


def office_parts(media_type: str, **changed: bytes) -> Parts:
    """Return the parts of an office document."""
    main = MAIN_PARTS[media_type]
    parts: Parts = {
        "[Content_Types].xml": content_types(media_type),
        "_rels/.rels": relationships(("officeDocument", main, False)),
    }
    if media_type == kinds.DOCX:
        parts[main] = document("<w:p><w:r><w:t>关于印发方案的通知</w:t></w:r></w:p>")
    elif media_type == kinds.XLSX:
        parts[main] = workbook('<sheet name="表一" sheetId="1"/>')
        parts["xl/worksheets/sheet1.xml"] = sheet(
            '<row r="1"><c t="inlineStr"><is><t>合计</t></is></c><c><v>12</v></c></row>'
        )
    else:
        parts[main] = b'<p:presentation xmlns:p="urn:p"/>'
        parts["ppt/slides/slide1.xml"] = b'<p:sld xmlns:p="urn:p"><p:cSld/></p:sld>'
    return parts | changed


def document(body: str) -> bytes:
    """Return the main part of a text document."""
    return f'<?xml version="1.0" encoding="UTF-8"?><w:document {W} {R}><w:body>{body}</w:body></w:document>'.encode()


def workbook(sheets: str, more: str = "") -> bytes:
    """Return the main part of a workbook."""
    return f"<workbook {XLSX_MAIN}>{more}<sheets>{sheets}</sheets></workbook>".encode()


def sheet(rows: str, before: str = "") -> bytes:
    """Return a worksheet."""
    return f"<worksheet {XLSX_MAIN}>{before}<sheetData>{rows}</sheetData></worksheet>".encode()


def open_document_parts(media_type: str, content: str = "<text:p>正文</text:p>") -> Parts:
    """Return the parts of an OpenDocument file."""
    names = 'xmlns:office="urn:o" xmlns:text="urn:t" xmlns:table="urn:b" xmlns:xlink="urn:x" xmlns:draw="urn:d" xmlns:style="urn:s" xmlns:script="urn:c" xmlns:dc="urn:dc" xmlns:meta="urn:m"'
    return {
        "mimetype": media_type.encode(),
        "content.xml": f"<office:document-content {names}><office:body>{content}</office:body></office:document-content>".encode(),
        "META-INF/manifest.xml": b'<manifest:manifest xmlns:manifest="urn:manifest"/>',
    }


def pdf(
    *objects: bytes,
    page: bytes = b"BT /F1 12 Tf (Plan) Tj ET",
    catalog: bytes = b"",
    end: bytes = b"\n%%EOF\n",
    packed: bool = True,
) -> bytes:
    """Return a PDF of one page; `objects` come after its own four, `catalog` goes into the catalogue."""
    found = [
        b"<< /Type /Catalog /Pages 2 0 R " + catalog + b" >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        stream(page, packed=packed),
        *objects,
    ]
    out, places = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", []
    for number, each in enumerate(found, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + each + b"\nendobj\n"
    at = len(out)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(found) + 1) + table
    return out + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d" % (len(found) + 1, at) + end


def stream(content: bytes, dictionary: bytes = b"", *, packed: bool = True) -> bytes:
    """Return a stream object."""
    body = zlib.compress(content) if packed else content
    how = b"/Filter /FlateDecode " if packed else b""
    return b"<< /Length %d " % len(body) + how + dictionary + b" >>\nstream\n" + body + b"\nendstream"


def object_stream(*objects: bytes, first: int = 20) -> bytes:
    """Return a stream that holds objects."""
    pairs, body = b"", b""
    for number, each in enumerate(objects, first):
        pairs += b"%d %d " % (number, len(body))
        body += each + b" "
    return stream(pairs + body, b"/Type /ObjStm /N %d /First %d" % (len(objects), len(pairs)))


def chunk(kind: bytes, body: bytes) -> bytes:
    """Return a chunk of a PNG."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(*chunks: bytes, width: int = 1, height: int = 1, after: bytes = b"") -> bytes:
    """Return a PNG with more chunks before its picture."""
    head = chunk(b"IHDR", struct.pack(">2I5B", width, height, 8, 0, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n"
        + head
        + b"".join(chunks)
        + chunk(b"IDAT", zlib.compress(b"\x00\x00"))
        + chunk(b"IEND", b"")
        + after
    )


def segment(marker: int, body: bytes) -> bytes:
    """Return a segment of a JPEG."""
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def jpeg(*segments: bytes, width: int = 1, height: int = 1, after: bytes = b"") -> bytes:
    """Return the frame of a JPEG with more segments before its picture."""
    frame = segment(0xC0, struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00")
    scan = segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"\x12\xff\x00\x34"
    return b"\xff\xd8" + b"".join(segments) + frame + scan + b"\xff\xd9" + after


def exif(*, position: bool = False) -> bytes:
    """Return EXIF data: a directory with a camera's name, or with a pointer to a position."""
    tag = (0x8825, 4) if position else (0x010F, 2)
    return b"II*\x00\x08\x00\x00\x00" + struct.pack("<HHHII", 1, *tag, 1, 0) + b"\x00" * 4


def honest() -> dict[str, bytes]:
    """Return one honest file of each kind, by media type."""
    found = {media_type: zipped(office_parts(media_type)) for media_type in MAIN_PARTS}
    found |= {each: zipped(open_document_parts(each)) for each in (kinds.ODT, kinds.ODS, kinds.ODP)}
    found[kinds.PDF] = pdf(catalog=b"/OpenAction [3 0 R /Fit]")
    found[kinds.PNG], found[kinds.JPEG] = png(), jpeg()
    found[kinds.CSV] = "年,件数\r\n2025,-12\r\n2026,130\r\n".encode()
    found[kinds.PLAIN] = "关于印发方案的通知\n第一条 略。\n".encode()
    return found
