"""Notes and checkpoints: the public examples of the Go checksum database and of C2SP, and everything malformed refused."""

import base64
from collections.abc import Iterator

import pytest

from chalicelib.tlog.checkpoints import Checkpoint, parse_checkpoint
from chalicelib.tlog.errors import NoteError
from chalicelib.tlog.notes import (
    COSIGNATURE,
    ED25519,
    NoteKey,
    NoteSigner,
    cosignature_line,
    open_note,
    parse_vkey,
    signature_line,
    split_note,
    write_note,
)

# Of golang.org/x/mod/sumdb/note; the first secret is the published test key of the same place.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_SECRET = base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PETER_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
ENOCH_LINE = (
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
)
NOTE = (TEXT + "\n" + PETER_LINE + ENOCH_LINE).encode()

SOFA = Checkpoint(
    "example.com/behind-the-sofa", 20_852_163, base64.b64decode("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=")
)
WITNESS = NoteSigner("witness.example/w1", bytes(range(32)))


def test_the_examples_of_the_go_checksum_database_open() -> None:
    peter, enoch = parse_vkey(PETER), parse_vkey(ENOCH)
    note = open_note(NOTE, [peter, enoch])
    assert note.text == TEXT
    assert [(signed.key, signed.time, signed.line) for signed in note.signed] == [
        (peter, None, PETER_LINE),
        (enoch, None, ENOCH_LINE),
    ]
    assert note.unknown == ()
    assert open_note(NOTE, [peter]).unknown == (ENOCH_LINE,)


def test_signing_gives_their_very_bytes() -> None:
    signer = NoteSigner("PeterNeumann", PETER_SECRET)
    assert signer.key().vkey == PETER
    assert signature_line(TEXT, signer) == PETER_LINE
    assert write_note(TEXT, [PETER_LINE, ENOCH_LINE]) == NOTE


def test_a_note_nobody_known_has_signed_is_refused() -> None:
    other = NoteKey("PeterNeumann", ED25519, bytes(32))
    for keys in ([], [other], [NoteKey("Peter", ED25519, parse_vkey(PETER).public)]):
        with pytest.raises(NoteError, match="No known key"):
            open_note(NOTE, keys)


@pytest.mark.parametrize("place", range(5, 90, 7))
def test_a_false_signature_of_a_known_key_refuses_the_whole_note(place: int) -> None:
    name, signature = PETER_LINE.strip().rsplit(" ", 1)
    raw = bytearray(base64.b64decode(signature))
    raw[4 + place % 64] ^= 1
    wrong = f"{name} {base64.b64encode(raw).decode()}\n"
    with pytest.raises(NoteError, match="does not hold"):
        open_note((TEXT + "\n" + ENOCH_LINE + wrong).encode(), [parse_vkey(PETER), parse_vkey(ENOCH)])


def test_a_changed_text_is_refused() -> None:
    with pytest.raises(NoteError, match="does not hold"):
        open_note(NOTE.replace(b"problem is", b"problem Is"), [parse_vkey(PETER)])


def test_every_changed_byte_of_a_note_is_refused() -> None:
    note = (TEXT + "\n" + PETER_LINE).encode()
    key = parse_vkey(PETER)
    for place in range(len(note)):
        for bit in range(8):
            changed = bytearray(note)
            changed[place] ^= 1 << bit
            with pytest.raises(NoteError):
                open_note(bytes(changed), [key])


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\n",
        b"\n\n",
        TEXT.encode(),
        (TEXT + "\n").encode(),
        ("\n" + PETER_LINE).encode(),
        (TEXT + PETER_LINE).encode(),
        NOTE[:-1],
        NOTE + b"\n",
        b"\x01" + NOTE,
        b"\xff" + NOTE,
        b"\xef\xbb" + NOTE,
        NOTE.replace(b"\n", b"\r\n"),
        NOTE.replace(b"PeterNeumann", b"Peter\tNeumann"),
        NOTE.replace(b"PeterNeumann", b"Peter Neumann"),
        NOTE.replace(b"PeterNeumann", b"Peter+Neumann"),
        NOTE.replace(b"PeterNeumann", "Peter\u2003Neumann".encode()),
        NOTE.replace(b"PeterNeumann", b""),
        NOTE.replace("—".encode(), b"-"),
        NOTE.replace("— ".encode(), "—".encode()),
        NOTE.replace("— ".encode(), "—  ".encode()),
        NOTE.replace(b"nAM=\n", b"nAM= \n"),
        NOTE.replace(b"nAM=\n", b"nAM\n"),
        NOTE.replace(b"nAM=\n", b"nAM==\n"),
        NOTE.replace(b"nAM=\n", b"nAN=\n"),
        NOTE.replace(b"x08go/", b"x08go_"),
        NOTE + b"Unexpected line.\n",
        NOTE + "— Short eHg=\n".encode(),
        (TEXT + "\n" + PETER_LINE * 101).encode(),
        (TEXT * 1_000 + "\n" + PETER_LINE).encode(),
    ],
)
def test_what_is_not_a_note_is_refused(raw: bytes) -> None:
    with pytest.raises(NoteError):
        open_note(raw, [parse_vkey(PETER)])


def test_the_text_ends_at_the_last_empty_line() -> None:
    raw = write_note("a\n\nb\n", [signature_line("a\n\nb\n", WITNESS)])
    assert split_note(raw)[0] == "a\n\nb\n"


@pytest.mark.parametrize("text", ["", "no line feed", "a\tb\n", "a\r\n"])
def test_a_text_that_no_note_can_hold_is_not_written(text: str) -> None:
    with pytest.raises(NoteError):
        write_note(text, [signature_line(text, WITNESS)])


def test_a_note_without_signatures_is_not_written() -> None:
    with pytest.raises(NoteError):
        write_note(TEXT, [])


def mangled() -> Iterator[str]:
    """Give every true part of a key's line, and every letter of it one further on."""
    for start in range(len(PETER)):
        for end in range(start + 1, len(PETER) + 1):
            if end - start < len(PETER):
                yield PETER[start:end]
    for place, letter in enumerate(PETER):
        yield PETER[:place] + chr(ord(letter) + 1) + PETER[place + 1 :]


def test_no_mangled_key_is_accepted() -> None:
    for text in mangled():
        with pytest.raises(NoteError):
            parse_vkey(text)


@pytest.mark.parametrize(
    "text",
    [
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        PETER.replace("c74f20a3", "C74F20A3"),
        PETER + "\n",
        " " + PETER,
        PETER.replace("PeterNeumann", ""),
        "PeterNeumann+c74f20a3+",
    ],
)
def test_a_key_of_another_length_type_or_spelling_is_refused(text: str) -> None:
    with pytest.raises(NoteError):
        parse_vkey(text)


def test_the_checkpoint_of_the_specification_is_read() -> None:
    assert parse_checkpoint(SOFA.text) == SOFA
    assert parse_checkpoint("a\n0\n" + SOFA.text.split("\n")[2] + "\n").size == 0


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("20852163", "020852163"),
        ("20852163", "-1"),
        ("20852163", "+1"),
        ("20852163", ""),
        ("20852163", "2085216٣"),
        ("20852163", "1" * 20),
        ("20852163", "2e3"),
        ("q2I=", "q2J="),
        ("q2I=", "q2I"),
        ("q2I=", "q2I=="),
        ("q2I=", "q2I=\n"),
        ("q2I=\n", "q2I="),
        ("q2I=\n", "q2I=\nan extension line\n"),
        ("CsUY", ""),
        ("example.com/behind-the-sofa\n", "\n"),
        ("example.com/behind-the-sofa\n", ""),
    ],
)
def test_what_is_not_a_checkpoint_is_refused(old: str, new: str) -> None:
    with pytest.raises(NoteError):
        parse_checkpoint(SOFA.text.replace(old, new))


def test_a_cosignature_says_when_the_witness_saw_the_checkpoint() -> None:
    log = NoteSigner(SOFA.origin, bytes(32))
    lines = [signature_line(SOFA.text, log), cosignature_line(SOFA.text, WITNESS, 1_679_315_147)]
    note = open_note(write_note(SOFA.text, lines), [log.key(), WITNESS.key(COSIGNATURE)])
    assert [signed.time for signed in note.signed] == [None, 1_679_315_147]
    assert parse_vkey(WITNESS.key(COSIGNATURE).vkey) == WITNESS.key(COSIGNATURE)


def test_a_cosignature_with_another_time_is_refused() -> None:
    line = cosignature_line(SOFA.text, WITNESS, 1_679_315_147)
    name, signature = line.strip().rsplit(" ", 1)
    raw = bytearray(base64.b64decode(signature))
    raw[11] ^= 1
    changed = f"{name} {base64.b64encode(raw).decode()}\n"
    with pytest.raises(NoteError, match="does not hold"):
        open_note(write_note(SOFA.text, [changed]), [WITNESS.key(COSIGNATURE)])


def test_a_key_of_a_log_and_one_of_a_witness_are_two_keys_even_with_one_secret() -> None:
    line = signature_line(SOFA.text, WITNESS)
    assert WITNESS.key(ED25519).key_id != WITNESS.key(COSIGNATURE).key_id
    with pytest.raises(NoteError, match="No known key"):
        open_note(write_note(SOFA.text, [line]), [WITNESS.key(COSIGNATURE)])
