"""Every hiding place is found, in the place where it is; a file that hides nothing has no finding."""

import pytest

from chalicelib.domain.codes import sentences
from chalicelib.domain.files import kinds
from chalicelib.domain.files.inspection import inspect
from tests.files import samples
from tests.files.planted import Planted, planted
from tests.files.samples import SUFFIX, document, honest, office_parts, open_document_parts, zipped

PLANTED = tuple(planted())


@pytest.mark.parametrize("file", PLANTED, ids=lambda file: f"{SUFFIX[file.media_type]}-{file.name}")
def test_what_is_hidden_is_found_where_it_is_and_refuses_nothing(file: Planted) -> None:
    found = inspect(file.data, file.media_type, f"file.{SUFFIX[file.media_type]}")
    assert found.problems == ()
    assert file.hidden in found.findings


@pytest.mark.parametrize("media_type", list(honest()), ids=lambda media_type: SUFFIX[media_type])
def test_an_honest_file_has_no_problem_and_no_finding(media_type: str) -> None:
    assert inspect(honest()[media_type], media_type, f"关于方案的通知（终稿）.{SUFFIX[media_type]}") == ((), ())


def test_what_office_programs_always_write_is_no_finding() -> None:
    word = office_parts(kinds.DOCX) | {
        "docProps/core.xml": b'<p xmlns:dc="urn:d"><dc:creator></dc:creator><dc:title>x</dc:title></p>',
        "docProps/custom.xml": b'<Properties><property name="KSOProductBuildVer">2052-11.1</property></Properties>',
        "customXml/item1.xml": b'<b:Sources xmlns:b="urn:b" SelectedStyle="/APA.XSL"/>',
        "word/document.xml": document("<w:p><w:r><w:rPr><w:webHidden/></w:rPr><w:t>1</w:t></w:r></w:p>"),
        "word/media/image1.svg": b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>',
    }
    writer = open_document_parts(kinds.ODT) | {
        "layout-cache": b"\x01\x02",
        "manifest.rdf": b"<rdf/>",
        "Configurations2/accelerator/current.xml": b"",
        "Configurations2/images/Bitmaps/": b"",
        "Thumbnails/thumbnail.png": samples.png(),
    }
    picture = samples.png(samples.chunk(b"tEXt", b"Software\x00gnome-screenshot"))
    for data, media_type in ((zipped(word), kinds.DOCX), (zipped(writer), kinds.ODT), (picture, kinds.PNG)):
        assert inspect(data, media_type, f"a.{SUFFIX[media_type]}") == ((), ())


@pytest.mark.parametrize(
    ("parts", "media_type"),
    [
        (office_parts(kinds.DOCX) | {"docProps/thumbnail.exe": b"MZ"}, kinds.DOCX),
        (open_document_parts(kinds.ODT) | {"Thumbnails/thumbnail.png": b"MZ"}, kinds.ODT),
    ],
    ids=["docx", "odt"],
)
def test_a_preview_that_is_no_picture_is_refused_like_anything_nobody_can_look_into(
    parts: dict[str, bytes], media_type: str
) -> None:
    seen = inspect(zipped(parts), media_type, f"a.{SUFFIX[media_type]}")
    assert [problem.kind for problem in seen.problems] == ["embedded_object"]


def test_every_finding_there_is_is_planted_somewhere_and_has_words() -> None:
    unplanted = {"text_not_wholly_checked"}
    assert {file.hidden.kind for file in PLANTED} | unplanted == set(sentences("file_finding"))
