"""One file for each place that can hide something, and what must be found there."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from chalicelib.domain.files import kinds
from chalicelib.domain.files.report import Note
from tests.files import samples
from tests.files.samples import document, office_parts, open_document_parts, pdf, sheet, stream, workbook, zipped

IDENTITY, MOBILE, CARD = "11010519491231002X", "13800138000", "6222021234567890128"


class Planted(NamedTuple):
    """A file with one thing hidden in it."""

    name: str
    data: bytes
    media_type: str
    hidden: Note


def _docx(name: str, body: str, kind: str, place: str = "word/document.xml", **parts: bytes) -> Planted:
    whole = office_parts(kinds.DOCX) | {"word/document.xml": document(body)} | parts
    return Planted(name, zipped(whole), kinds.DOCX, Note(kind, place))


def _xlsx(name: str, kind: str, place: str, **parts: bytes) -> Planted:
    return Planted(name, zipped(office_parts(kinds.XLSX) | parts), kinds.XLSX, Note(kind, place))


def _runs(text: str) -> str:
    """Return a text cut into runs of three characters, each with properties of its own."""
    pieces = [text[n : n + 3] for n in range(0, len(text), 3)]
    return (
        "<w:p>" + "".join(f"<w:r><w:rPr><w:kern/><w:b/></w:rPr><w:t>{piece}</w:t></w:r>" for piece in pieces) + "</w:p>"
    )


def _words() -> Iterator[Planted]:
    yield _docx("inserted text", '<w:p><w:ins w:author="Li"><w:r><w:t>x</w:t></w:r></w:ins></w:p>', "tracked_changes")
    yield _docx("deleted text", "<w:p><w:del><w:r><w:delText>x</w:delText></w:r></w:del></w:p>", "tracked_changes")
    yield _docx("changed properties", "<w:p><w:r><w:rPr><w:rPrChange/></w:rPr></w:r></w:p>", "tracked_changes")
    yield _docx("hidden text", "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>x</w:t></w:r></w:p>", "hidden_text")
    yield _docx("comments", "<w:p/>", "comments", "word/comments.xml", **{"word/comments.xml": b"<w/>"})
    for part, tag in (("core", "dc:creator"), ("core", "cp:lastModifiedBy"), ("app", "Manager"), ("app", "Company")):
        content = f'<p xmlns:dc="urn:d" xmlns:cp="urn:c"><{tag}>李某</{tag}></p>'.encode()
        yield _docx(
            f"its {tag}", "<w:p/>", "document_metadata", f"docProps/{part}.xml", **{f"docProps/{part}.xml": content}
        )
    custom = {"docProps/custom.xml": b'<Properties><property name="Client">x</property></Properties>'}
    yield _docx("properties of its own", "<w:p/>", "document_metadata", "docProps/custom.xml", **custom)
    for kind, number in (("identity_number", IDENTITY), ("mobile_number", MOBILE), ("bank_card", CARD)):
        yield _docx(f"{kind} in runs", _runs(number), kind)
        footer = {"word/footer1.xml": document(f"<w:p><w:r><w:t>{number}</w:t></w:r></w:p>")}
        yield _docx(f"{kind} in a footer", "<w:p/>", kind, "word/footer1.xml", **footer)
    photo = samples.jpeg(samples.segment(0xE1, b"Exif\x00\x00" + samples.exif(position=True)))
    yield _docx(
        "where a photograph was taken", "<w:p/>", "image_position", "word/media/a.jpg", **{"word/media/a.jpg": photo}
    )
    inner = zipped(office_parts(kinds.XLSX))
    place = "word/embeddings/a.xlsx"
    yield _docx("the workbook of a chart", "<w:p/>", "embedded_document", place, **{place: inner})
    hidden = zipped(office_parts(kinds.XLSX) | {"xl/workbook.xml": workbook('<sheet state="hidden"/>')})
    yield _docx(
        "a sheet of the workbook of a chart", "<w:p/>", "hidden_sheet", f"{place}!xl/workbook.xml", **{place: hidden}
    )


def _tables() -> Iterator[Planted]:
    for state in ("hidden", "veryHidden"):
        book = workbook(f'<sheet name="a" sheetId="1"/><sheet name="b" sheetId="2" state="{state}"/>')
        yield _xlsx(f"a {state} sheet", "hidden_sheet", "xl/workbook.xml", **{"xl/workbook.xml": book})
    place = "xl/worksheets/sheet1.xml"
    yield _xlsx("hidden rows", "hidden_rows", place, **{place: sheet('<row r="2" hidden="1"><c/></row>')})
    yield _xlsx("rows of no height", "hidden_rows", place, **{place: sheet('<row r="2" ht="0" customHeight="1"/>')})
    columns = sheet("", '<cols><col min="2" max="2" hidden="true"/></cols>')
    yield _xlsx("hidden columns", "hidden_columns", place, **{place: columns})
    narrow = sheet("", '<cols><col min="2" max="2" width="0"/></cols>')
    yield _xlsx("columns of no width", "hidden_columns", place, **{place: narrow})
    for part, kind in (
        ("xl/pivotCache/pivotCacheRecords1.xml", "pivot_cache"),
        ("xl/comments1.xml", "comments"),
        ("xl/threadedComments/threadedComment1.xml", "comments"),
        ("xl/revisions/revisionLog1.xml", "tracked_changes"),
    ):
        yield _xlsx(part, kind, part, **{part: b"<a/>"})
    for kind, number in (("identity_number", IDENTITY), ("mobile_number", MOBILE), ("bank_card", CARD)):
        rich = f"<sst><si><r><t>{number[:5]}</t></r><r><rPr><b/></rPr><t>{number[5:]}</t></r></si></sst>".encode()
        yield _xlsx(f"{kind} in two runs", kind, "xl/sharedStrings.xml", **{"xl/sharedStrings.xml": rich})
        cell = sheet(f'<row r="1"><c t="inlineStr"><is><t>{number}</t></is></c></row>')
        yield _xlsx(f"{kind} in a cell", kind, place, **{place: cell})
        yield Planted(f"{kind} in CSV", f"名,号\n甲,{number}\n".encode(), kinds.CSV, Note(kind, ""))
        yield Planted(
            f"{kind} in CSV of GB 18030", f"名,号\n甲,{number}\n".encode("gb18030"), kinds.CSV, Note(kind, "")
        )
        yield Planted(f"{kind} in text", f"联系 {number}。".encode(), kinds.PLAIN, Note(kind, ""))
    yield _xlsx(
        "a number of a telephone", "mobile_number", place, **{place: sheet(f"<row><c><v>{MOBILE}</v></c></row>")}
    )
    yield Planted("a formula in CSV", b'a,b\n1,"=HYPERLINK(""http://x"",1)"\n', kinds.CSV, Note("formulas", ""))


def _slides() -> Iterator[Planted]:
    parts = office_parts(kinds.PPTX)
    slide, notes = "ppt/slides/slide1.xml", "ppt/notesSlides/notesSlide1.xml"
    hidden = parts | {slide: b'<p:sld xmlns:p="urn:p" show="0"/>'}
    yield Planted("a hidden slide", zipped(hidden), kinds.PPTX, Note("hidden_slide", slide))
    spoken = parts | {notes: b'<p:notes xmlns:p="urn:p"/>'}
    yield Planted("speaker notes", zipped(spoken), kinds.PPTX, Note("speaker_notes", notes))
    text = f'<p:sld xmlns:p="urn:p" xmlns:a="urn:a"><a:p><a:r><a:t>{MOBILE[:4]}</a:t></a:r><a:r><a:rPr><a:latin/></a:rPr><a:t>{MOBILE[4:]}</a:t></a:r></a:p></p:sld>'
    yield Planted(
        "a number on a slide", zipped(parts | {slide: text.encode()}), kinds.PPTX, Note("mobile_number", slide)
    )


def _open_documents() -> Iterator[Planted]:
    for name, body, kind in (
        ("an annotation", "<office:annotation/>", "comments"),
        ("tracked changes", "<text:tracked-changes/>", "tracked_changes"),
        ("hidden text", '<text:p><style:text-properties text:display="none"/></text:p>', "hidden_text"),
        ("a hidden sheet", '<style:table-properties table:display="false"/>', "hidden_sheet"),
        ("hidden rows", '<table:table-row table:visibility="collapse"/>', "hidden_rows"),
        ("filtered rows", '<table:table-row table:visibility="filter"/>', "hidden_rows"),
        ("hidden columns", '<table:table-column table:visibility="collapse"/>', "hidden_columns"),
        ("a pivot table", "<table:data-pilot-table/>", "pivot_cache"),
        ("a number", f"<text:p>{MOBILE[:4]}<text:span>{MOBILE[4:]}</text:span></text:p>", "mobile_number"),
    ):
        whole = zipped(open_document_parts(kinds.ODS, body))
        yield Planted(f"{name} in ods", whole, kinds.ODS, Note(kind, "content.xml"))
    chart = zipped(open_document_parts(kinds.ODS) | {"Object 1/content.xml": b"<o/>"})
    yield Planted("a chart in ods", chart, kinds.ODS, Note("embedded_document", "Object 1/content.xml"))
    template = {"meta.xml": b'<m xmlns:x="urn:x"><m:template xmlns:m="urn:m" x:href="../../Normal.ott"/></m>'}
    whole = zipped(open_document_parts(kinds.ODT) | template)
    yield Planted("its template in odt", whole, kinds.ODT, Note("document_metadata", "meta.xml"))
    meta = {"meta.xml": '<m xmlns:meta="urn:m"><meta:initial-creator>李某</meta:initial-creator></m>'.encode()}
    yield Planted(
        "its author in odt",
        zipped(open_document_parts(kinds.ODT) | meta),
        kinds.ODT,
        Note("document_metadata", "meta.xml"),
    )


TABLE = b"begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange 1 beginbfrange <0003> <000C> <0030> endbfrange endcmap"


def _pdfs() -> Iterator[Planted]:
    def planted(name: str, kind: str, *objects: bytes, page: bytes = b"BT (x) Tj ET", **more: Any) -> Planted:
        return Planted(name, pdf(*objects, page=page, **more), kinds.PDF, Note(kind, ""))

    yield planted("its author", "document_metadata", b"<< /Author (Li Ming) >>")
    yield planted("its author packed", "document_metadata", samples.object_stream(b"<< /Author <FEFF674E> >>"))
    xmp = b"<x:xmpmeta><dc:creator><rdf:Seq><rdf:li>Li</rdf:li></rdf:Seq></dc:creator></x:xmpmeta>"
    yield planted("its author in XMP", "document_metadata", stream(xmp, b"/Type /Metadata /Subtype /XML", packed=False))
    for note in (b"Text", b"FreeText", b"Highlight", b"Popup", b"Redact"):
        yield planted(f"an annotation {note.decode()}", "comments", b"<< /Type /Annot /Subtype /" + note + b" >>")
    yield planted("invisible text", "hidden_text", page=b"BT 3 Tr (secret) Tj ET")
    yield planted("a layer that is off", "hidden_layers", b"<< /OCGs [5 0 R] /D << /OFF [5 0 R] >> >>")
    yield planted("an earlier version", "earlier_revisions", end=b"\n%%EOF\n1 0 obj << >> endobj\n%%EOF\n")
    picture = samples.jpeg(samples.segment(0xE1, b"Exif\x00\x00" + samples.exif(position=True)))
    image = b"<< /Subtype /Image /Filter /DCTDecode >>\nstream\n" + picture + b"\nendstream"
    yield planted("where a photograph was taken", "image_position", image)
    yield planted("a scan", "text_unreadable", stream(b"x" * 99, b"/Subtype /Image"), page=b"q /Im1 Do Q")
    yield planted("fonts without a table", "text_unreadable", b"<< /Encoding /Identity-H >>", page=b"BT <0003> Tj ET")
    for kind, number in (("identity_number", IDENTITY), ("mobile_number", MOBILE), ("bank_card", CARD)):
        raw = number.encode()
        box = b" 0 0 0 rg 10 10 100 20 re f"
        yield planted(f"{kind} under a black box", kind, page=b"BT (" + raw + b") Tj ET" + box)
        yield planted(f"{kind} in an array", kind, page=b"BT [(" + raw[:4] + b") -20 (" + raw[4:] + b")] TJ ET")
        digits = b"BT " + b" ".join(b"1 0 0 1 %d 0 Tm (%c) Tj" % (n * 6, digit) for n, digit in enumerate(raw)) + b" ET"
        yield planted(f"{kind} digit by digit", kind, page=digits)
        octal = b"".join(b"\\%03o" % digit for digit in raw)
        yield planted(f"{kind} escaped", kind, page=b"BT (" + octal + b") Tj ET")
        yield planted(f"{kind} unpacked", kind, page=b"BT (" + raw + b") Tj ET", packed=False)
        if number.isdecimal():
            coded = b"".join(b"%04X" % (digit - 48 + 3) for digit in raw)
            yield planted(f"{kind} in glyphs", kind, stream(TABLE), page=b"BT <" + coded + b"> Tj ET")


def _images() -> Iterator[Planted]:
    def photo(name: str, kind: str, marker: int, body: bytes) -> Planted:
        return Planted(name, samples.jpeg(samples.segment(marker, body)), kinds.JPEG, Note(kind, ""))

    def drawing(name: str, kind: str, chunk: bytes, body: bytes) -> Planted:
        return Planted(name, samples.png(samples.chunk(chunk, body)), kinds.PNG, Note(kind, ""))

    yield photo("a camera", "image_metadata", 0xE1, b"Exif\x00\x00" + samples.exif())
    yield photo("a position", "image_position", 0xE1, b"Exif\x00\x00" + samples.exif(position=True))
    xmp = b"http://ns.adobe.com/xap/1.0/\x00<x exif:GPSLatitude='30,1N'/>"
    yield photo("a position in XMP", "image_position", 0xE1, xmp)
    yield photo("a comment", "image_metadata", 0xFE, b"by Li")
    yield photo("IPTC", "image_metadata", 0xED, b"Photoshop 3.0\x00x")
    for chunk in (b"tEXt", b"zTXt", b"iTXt", b"eXIf"):
        yield drawing(f"a chunk {chunk.decode()}", "image_metadata", chunk, b"Author\x00Li")
    yield drawing("a position", "image_position", b"eXIf", samples.exif(position=True))


def planted() -> Iterator[Planted]:
    """Yield one file for each hiding place."""
    for each in (_words, _tables, _slides, _open_documents, _pdfs, _images):
        yield from each()
