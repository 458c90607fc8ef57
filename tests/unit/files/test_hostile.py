"""No hostile file gets through. What each costs is watched by `python -m tests.hostile_files`; here, for a few, too."""

import pytest

from chalicelib.domain.codes import sentences
from chalicelib.domain.files import kinds
from chalicelib.domain.files.inspection import inspect
from tests.files.archives import Hostile, office
from tests.files.hostile import hostile_files
from tests.files.samples import pdf, stream
from tests.hostile_files import MEMORY_LIMIT_MEGABYTES, inspected

CHEAP = hostile_files(bombs=False)
REASONS = {
    "an entry called b'../evil.xml'": "archive_name_unsafe",
    "encrypted entries": "encrypted",
    "GIF and page called csv": "type_mismatch",
    "a picture with an archive behind it": "two_types",
    "a document with something behind it": "data_after_end",
    "macros in docx": "macros",
    "attachedTemplate at https://ev in docx": "external_content",
    "a DDE link in xlsx": "dde",
    "packed, the action << /S /J#61vaScript /JS 9 0 R >>": "javascript",
    "packed, the action << /Type /EmbeddedFile >>": "embedded_file",
    "an opening that is another object": "automatic_action",
}


@pytest.mark.parametrize("file", CHEAP, ids=lambda file: file.name[:60].encode("ascii", "replace").decode())
def test_a_hostile_file_is_refused_with_words(file: Hostile) -> None:
    problems = inspect(file.data, file.media_type, file.file_name).problems
    assert problems
    assert {problem.kind for problem in problems} <= set(sentences("file_problem"))


def test_it_is_refused_for_what_it_is() -> None:
    found = {file.name: {note.kind for note in inspect(*file[1:]).problems} for file in CHEAP if file.name in REASONS}
    assert {name: REASONS[name] for name, kinds in found.items() if REASONS[name] not in kinds} == {}
    assert found.keys() == REASONS.keys()


def test_there_are_more_than_two_hundred_of_them_each_with_a_name_of_its_own() -> None:
    names = [file.name for file in CHEAP]
    assert len(names) > 200
    assert len(names) == len(set(names))


def test_a_bomb_is_refused_within_its_limits() -> None:
    zeros = bytes(20_000_000)
    parts = {"word/media/a.png": zeros, "custom/deep.xml": b"<a>" * 10_000}
    for bomb in (office("zeros", kinds.DOCX, **parts), Hostile("zeros", pdf(stream(zeros)), kinds.PDF, "file.pdf")):
        cost = inspected(bomb)
        assert cost.refused
        assert cost.megabytes < MEMORY_LIMIT_MEGABYTES
