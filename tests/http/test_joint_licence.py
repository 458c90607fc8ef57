"""docs/joint-licence.md is what the program does now: a joint licence over four agencies, step by step."""

from tests.transcripts import PAGE_FILE, tell


def test_the_page_says_what_happens_when_a_joint_licence_is_handled() -> None:
    assert PAGE_FILE.read_text("utf-8") == tell(), "run `python -m tests.transcripts`"
