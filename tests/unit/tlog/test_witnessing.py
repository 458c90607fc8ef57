"""Asking a witness, whatever it answers (c2sp.org/tlog-witness), and the list of a log's keys."""

import pytest

from chalicelib.tlog.checkpoints import Checkpoint, read_keys, signed_checkpoint, signed_keys, vouched_keys
from chalicelib.tlog.errors import NoteError
from chalicelib.tlog.notes import COSIGNATURE, NoteSigner, cosignature_line, signature_line, write_note
from chalicelib.tlog.witnessing import SIZE_TYPE, Asked, Outcome, WitnessAnswer, add_checkpoint, ask

LOG, NEXT = NoteSigner("log.example", bytes(range(32))), NoteSigner("log.example", bytes(range(1, 33)))
WITNESS, OTHER = NoteSigner("witness.example/w1", b"\1" * 32), NoteSigner("witness.example/w2", b"\2" * 32)
HEAD = Checkpoint("log.example", 9, bytes(32))
NOTE = signed_checkpoint(HEAD, [LOG])
LINE = cosignature_line(HEAD.text, WITNESS, 1_795_395_600)


def conflict(size: object) -> WitnessAnswer:
    """Return the answer of a witness that remembers another size."""
    return WitnessAnswer(409, SIZE_TYPE, f"{size}\n".encode())


def asked(*answers: WitnessAnswer, old: int = 0) -> tuple[Asked, list[bytes]]:
    """Return what comes of asking a witness that gives these answers, and the bodies that were sent."""
    sent: list[bytes] = []

    def send(body: bytes) -> WitnessAnswer:
        sent.append(body)
        return answers[len(sent) - 1]

    return ask(
        WITNESS.key(COSIGNATURE), NOTE, HEAD.size, old, lambda size: [bytes([size]) * 32] * (size > 0), send
    ), sent


def test_the_body_is_the_old_size_the_proof_and_the_checkpoint() -> None:
    assert add_checkpoint(0, [], NOTE) == b"old 0\n\n" + NOTE
    proof = "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE="
    assert add_checkpoint(7, [b"A" * 32], NOTE) == f"old 7\n{proof}\n\n".encode() + NOTE


def test_a_cosignature_is_taken() -> None:
    said, sent = asked(WitnessAnswer(200, "", LINE.encode()), old=4)
    assert said == Asked(Outcome.COSIGNED, (LINE,))
    assert sent == [add_checkpoint(4, [b"\4" * 32], NOTE)]


def test_lines_of_other_keys_are_left_out() -> None:
    other = cosignature_line(HEAD.text, OTHER, 5) + signature_line(HEAD.text, WITNESS)
    assert asked(WitnessAnswer(200, "", (other + LINE).encode()))[0].lines == (LINE,)


def test_a_witness_that_remembers_another_size_is_asked_again_from_there() -> None:
    said, sent = asked(conflict(5), WitnessAnswer(200, "", LINE.encode()))
    assert said.outcome is Outcome.COSIGNED
    assert [body.split(b"\n")[0] for body in sent] == [b"old 0", b"old 5"]


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ([WitnessAnswer(0, "", b"")], Outcome.NO_ANSWER),
        ([WitnessAnswer(500, "", b"")], Outcome.NO_ANSWER),
        ([WitnessAnswer(503, "", b"")], Outcome.NO_ANSWER),
        ([WitnessAnswer(400, "", b"")], Outcome.BAD_ANSWER),
        ([WitnessAnswer(302, "", b"")], Outcome.BAD_ANSWER),
        ([WitnessAnswer(403, "", b"")], Outcome.UNTRUSTED_KEY),
        ([WitnessAnswer(404, "", b"")], Outcome.UNKNOWN_LOG),
        ([WitnessAnswer(422, "", b"")], Outcome.FORK),
        ([WitnessAnswer(409, "text/plain", b"5\n")], Outcome.FORK),
        ([WitnessAnswer(409, SIZE_TYPE, b"")], Outcome.FORK),
        ([conflict(0)], Outcome.FORK),
        ([conflict("05")], Outcome.FORK),
        ([conflict(5), conflict(5)], Outcome.FORK),
        ([conflict(10)], Outcome.AHEAD),
        ([conflict(5), conflict(6), conflict(7)], Outcome.BAD_ANSWER),
        ([conflict(5), WitnessAnswer(422, "", b"")], Outcome.FORK),
        ([WitnessAnswer(200, "", b"")], Outcome.BAD_ANSWER),
        ([WitnessAnswer(200, "", b"garbage\n")], Outcome.BAD_ANSWER),
        ([WitnessAnswer(200, "", LINE[:-1].encode())], Outcome.BAD_ANSWER),
        ([WitnessAnswer(200, "", cosignature_line(HEAD.text, OTHER, 5).encode())], Outcome.BAD_ANSWER),
        ([WitnessAnswer(200, "", signature_line(HEAD.text, WITNESS).encode())], Outcome.BAD_ANSWER),
        ([WitnessAnswer(200, "", cosignature_line("other\n", WITNESS, 5).encode())], Outcome.BAD_ANSWER),
        ([WitnessAnswer(200, "", write_note("x\n", [cosignature_line("x\n", WITNESS, 5)]))], Outcome.BAD_ANSWER),
        ([WitnessAnswer(200, "", b"\n" + LINE.encode())], Outcome.BAD_ANSWER),
    ],
)
def test_any_other_answer_is_no_cosignature_and_says_why(answers: list[WitnessAnswer], outcome: Outcome) -> None:
    assert asked(*answers)[0] == Asked(outcome)


def test_the_list_of_keys_is_signed_by_each_of_them() -> None:
    raw = signed_keys("log.example", [NEXT, LOG])
    assert read_keys(raw) == [NEXT.key(), LOG.key()]
    assert vouched_keys(raw, [LOG.key()]) == [NEXT.key(), LOG.key()]
    with pytest.raises(NoteError, match="No known key"):
        vouched_keys(raw, [WITNESS.key()])


@pytest.mark.parametrize(
    "raw",
    [
        NOTE,
        b"",
        signed_keys("other.example", [LOG]),
        signed_keys("log.example", [LOG]).replace(b"\nkeys\n", b"\nkey\n"),
        write_note("log.example\nkeys\n", [signature_line("log.example\nkeys\n", LOG)]),
        write_note("log.example\n", [signature_line("log.example\n", LOG)]),
        signed_keys("log.example", [LOG, NEXT])[: -len(signature_line("", NEXT).encode())],
        write_note(f"log.example\nkeys\n{WITNESS.key().vkey}\n", [signature_line("x\n", WITNESS)]),
        write_note("log.example\nkeys\nnonsense\n", [signature_line("log.example\nkeys\nnonsense\n", LOG)]),
    ],
)
def test_what_is_no_list_of_keys_is_refused(raw: bytes) -> None:
    with pytest.raises(NoteError):
        read_keys(raw)
