"""The journal: what was acknowledged is known to the next run, and nothing else is."""

from pathlib import Path

import pytest
from glasshall.journal import Journal

URL = "http://127.0.0.1:8000"


def journal(file: Path | None, url: str = URL, key_id: str = "clerk") -> Journal:
    return Journal(file, url=url, key_id=key_id)


def test_the_next_run_knows_what_was_acknowledged(tmp_path: Path) -> None:
    file = tmp_path / "x.journal.ndjson"
    first = journal(file)
    first.acknowledge("chunk 1", b"one", {"stored": 1})
    first.acknowledge("chunk 2", b"two", {"stored": 2})
    again = journal(file)
    assert (len(again), again.last) == (2, "chunk 2")
    assert again.note_of("chunk 1", b"one") == {"stored": 1}


def test_other_bytes_under_the_same_name_are_not_acknowledged(tmp_path: Path) -> None:
    file = tmp_path / "x"
    journal(file).acknowledge("chunk 1", b"one", {})
    assert journal(file).note_of("chunk 1", b"one ") is None
    assert journal(file).note_of("chunk 2", b"one") is None


@pytest.mark.parametrize(("url", "key_id"), [("http://127.0.0.1:8001", "clerk"), (URL, "other")])
def test_a_journal_of_another_deployment_or_key_is_not_used_and_then_begun_anew(
    tmp_path: Path, url: str, key_id: str
) -> None:
    file = tmp_path / "x"
    journal(file).acknowledge("chunk 1", b"one", {})
    other = journal(file, url, key_id)
    assert (len(other), other.last) == (0, None)
    other.acknowledge("chunk 9", b"nine", {})
    assert len(journal(file)) == 0
    assert journal(file, url, key_id).last == "chunk 9"


@pytest.mark.parametrize("torn", ['{"name": "chunk 2", "sha', "[]", "{}", ""])
def test_a_line_torn_by_the_end_of_a_process_was_not_acknowledged(tmp_path: Path, torn: str) -> None:
    file = tmp_path / "x"
    journal(file).acknowledge("chunk 1", b"one", {})
    with file.open("a") as handle:
        handle.write(torn + "\n")
    assert journal(file).last == "chunk 1"


def test_what_is_no_journal_is_taken_for_an_empty_one(tmp_path: Path) -> None:
    file = tmp_path / "x"
    file.write_text("something else\n")
    assert len(journal(file)) == 0
    file.write_text("")
    assert len(journal(file)) == 0


def test_what_is_forgotten_is_begun_anew_in_the_file_too(tmp_path: Path) -> None:
    file = tmp_path / "x"
    begun = journal(file)
    begun.acknowledge("chunk 1", b"one", {})
    begun.forget()
    begun.acknowledge("chunk 2", b"two", {})
    again = journal(file)
    assert (len(again), again.last) == (1, "chunk 2")


def test_without_a_file_nothing_is_remembered() -> None:
    none = journal(None)
    none.acknowledge("chunk 1", b"one", {})
    assert (len(none), none.last, none.note_of("chunk 1", b"one")) == (0, None, None)
