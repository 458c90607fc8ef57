"""Key files: made for their owner only, never overwritten, read back as they were."""

import base64
import stat
from pathlib import Path

import pytest
from glasshall import UsageError, make_key, public_base64, read_key
from glasshall.codes import CodeBook
from glasshall.keyfiles import write_private


def test_a_new_key_is_readable_by_its_owner_only_and_reads_back(tmp_path: Path) -> None:
    key, file = make_key("clerk-1", tmp_path / "keys")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert read_key(file) == key
    assert read_key(file).key_id == "clerk-1"
    assert read_key(file, "other").key_id == "other"
    assert len(base64.b64decode(public_base64(key))) == 32


def test_two_keys_are_never_the_same(tmp_path: Path) -> None:
    assert make_key("a", tmp_path)[0].secret != make_key("b", tmp_path)[0].secret


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    _, file = make_key("clerk", tmp_path)
    before = file.read_bytes()
    with pytest.raises(UsageError, match="never overwritten"):
        make_key("clerk", tmp_path)
    assert file.read_bytes() == before


def test_a_key_needs_an_id_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="keyid must be an id"):
        make_key("../clerk", tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot be written"):
        make_key("clerk", tmp_path / "file")


def test_a_shared_secret_is_read_from_base64(tmp_path: Path) -> None:
    file = tmp_path / "system.secret"
    file.write_bytes(base64.b64encode(b"x" * 32) + b"\n")
    key = read_key(file)
    assert (key.alg, key.key_id, key.secret) == ("hmac-sha256", "system", b"x" * 32)
    with pytest.raises(UsageError, match="no public half"):
        public_base64(key)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"not a key!", "neither PEM nor base64"),
        (base64.b64encode(b"short"), "32 to 128 bytes"),
        (b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "not a PEM private key"),
    ],
)
def test_what_is_no_key_says_so(tmp_path: Path, content: bytes, why: str) -> None:
    file = tmp_path / "clerk.pem"
    file.write_bytes(content)
    with pytest.raises(UsageError, match=why):
        read_key(file)


def test_a_key_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file"):
        read_key(tmp_path / "none.pem")


def test_a_private_file_is_put_in_place_of_the_old_one_in_one_step(tmp_path: Path) -> None:
    file = tmp_path / "codes.json"
    file.write_text("old")
    file.chmod(0o644)
    (tmp_path / "codes.json.new").write_text("left by a process that ended")
    write_private(file, b"new", overwrite=True)
    assert (file.read_bytes(), stat.S_IMODE(file.stat().st_mode)) == (b"new", 0o600)
    assert list(tmp_path.iterdir()) == [file]


def test_query_codes_are_kept_for_their_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "demo-cases.json"
    book = CodeBook(file)
    assert book.codes() == {}
    book.keep("/v1/intake/cases/101", "AAAA")
    book.keep("/v1/intake/cases/102", "BBBB")
    book.keep("/v1/intake/cases/101", "CCCC")
    assert CodeBook(file).codes() == {"101": "CCCC", "102": "BBBB"}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("content", ["[]", "{", "7"])
def test_a_file_of_something_else_is_no_code_book(tmp_path: Path, content: str) -> None:
    file = tmp_path / "x.json"
    file.write_text(content)
    with pytest.raises(UsageError, match="no query codes"):
        CodeBook(file)
