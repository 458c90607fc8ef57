"""Every hiding place is found, in the place where it is; a file that hides nothing has no finding."""

import pytest

from chalicelib.domain.codes import sentences
from chalicelib.domain.files.inspection import inspect
from tests.files.planted import Planted, planted
from tests.files.samples import SUFFIX, honest

PLANTED = tuple(planted())


@pytest.mark.parametrize("file", PLANTED, ids=lambda file: f"{SUFFIX[file.media_type]}-{file.name}")
def test_what_is_hidden_is_found_where_it_is_and_refuses_nothing(file: Planted) -> None:
    found = inspect(file.data, file.media_type, f"file.{SUFFIX[file.media_type]}")
    assert found.problems == ()
    assert file.hidden in found.findings


@pytest.mark.parametrize("media_type", list(honest()), ids=lambda media_type: SUFFIX[media_type])
def test_an_honest_file_has_no_problem_and_no_finding(media_type: str) -> None:
    assert inspect(honest()[media_type], media_type, f"关于方案的通知（终稿）.{SUFFIX[media_type]}") == ((), ())


def test_every_finding_there_is_is_planted_somewhere_and_has_words() -> None:
    unplanted = {"text_not_wholly_checked"}
    assert {file.hidden.kind for file in PLANTED} | unplanted == set(sentences("file_finding"))
