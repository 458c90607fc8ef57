"""Witnesses cosign the register, or say why not; what they cosigned is served, and a client that needs them refuses less."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from glasshall.cli.main import main
from glasshall.witnesses import sender

from chalicelib import wiring
from chalicelib.tlog.checkpoints import read_keys, signed_checkpoint
from chalicelib.tlog.notes import NoteSigner, open_note, parse_vkey, split_note
from chalicelib.tlog.witnessing import SIZE_TYPE, WitnessAnswer
from tests.witness_simulator import Witness, serving
from tests.world import World

ORIGIN = "127.0.0.1:8000/v1/register"
Output = pytest.CaptureFixture[str]
Run = Callable[..., tuple[int, str]]


@pytest.fixture
def world() -> World:
    """A deployment with something in its register."""
    world = World().init()
    world.service("s1")
    world.log()
    wiring.use(world.wired)
    return world


@pytest.fixture
def witnesses(world: World) -> list[Witness]:
    """Three witnesses that know the log of the deployment."""
    (key,) = read_keys(world.wired.log_keys())
    return [Witness(f"witness{n}.example", bytes([n + 1]) * 32, {ORIGIN: key.public}) for n in range(3)]


@pytest.fixture
def run(world: World, witnesses: list[Witness], capsys: Output) -> Iterator[Run]:
    """Run the operator's command against the witnesses."""
    with serving(*witnesses) as urls:

        def run(*arguments: str) -> tuple[int, str]:
            asked = [part for url, each in zip(urls, witnesses, strict=True) for part in ("--ask", url, each.vkey)]
            code = main(["operator", "witness", *asked, *arguments])
            return code, capsys.readouterr().out

        yield run


def cosigned(world: World, witnesses: list[Witness]) -> int:
    """Return how many of the witnesses stand on what is served."""
    answer = world.get("/v1/register/witnessed")
    if answer.status == 404:
        return 0
    keys = [parse_vkey(each.vkey) for each in witnesses]
    note = open_note(answer.body, [*keys, *read_keys(world.wired.log_keys())])
    assert note.unknown == ()
    return sum(signed.time is not None for signed in note.signed)


def test_the_newest_checkpoint_is_cosigned_and_served(world: World, run: Run, witnesses: list[Witness]) -> None:
    code, said = run()
    assert (code, said.count(": cosigned"), cosigned(world, witnesses)) == (0, 3, 3)
    assert "3 cosignatures on the checkpoint of 3 entries: kept" in said
    assert (
        split_note(world.get("/v1/register/witnessed").body)[0]
        == split_note(world.get("/v1/register/checkpoint").body)[0]
    )
    assert [each.asked[0].split(b"\n")[0] for each in witnesses] == [b"old 0"] * 3


def test_a_larger_register_is_cosigned_from_where_they_stand(world: World, run: Run, witnesses: list[Witness]) -> None:
    for number in range(2, 8):
        assert run()[0] == 0
        world.service(f"s{number}")
        world.log()
        assert len(open_note(world.get("/v1/register/witnessed").body, [parse_vkey(witnesses[0].vkey)]).signed) == 1
    assert run()[0] == 0
    assert {len(each.asked) for each in witnesses} == {7}, "nobody was asked from the wrong size"
    assert all(each.seen[ORIGIN][0] == 9 for each in witnesses)


def test_a_witness_that_remembers_another_size_says_so_and_is_asked_again(
    world: World, run: Run, witnesses: list[Witness]
) -> None:
    assert run()[0] == 0
    world.service("s2")
    world.log()
    world.objects.remove("register/witnessed")
    assert run()[0] == 0
    assert [body.split(b"\n")[0] for body in witnesses[0].asked] == [b"old 0", b"old 0", b"old 3"]
    assert cosigned(world, witnesses) == 3


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ((404, "", b""), "it does not know this register"),
        ((403, "", b""), "it does not know the key of this register"),
        ((422, "", b""), "or one that this does not continue"),
        ((409, "", b""), "another register of the same size"),
        ((409, SIZE_TYPE, b"99\n"), "a larger register than this one"),
        ((409, SIZE_TYPE, b"x\n"), "another register of the same size"),
        ((500, "", b""), "it did not answer"),
        ((200, "", b""), "not one of the protocol"),
        ((200, "", b"garbage\n"), "not one of the protocol"),
        ((200, "", b"\xff" * 100_000), "not one of the protocol"),
        ((307, "", b""), "not one of the protocol"),
    ],
)
def test_a_witness_that_does_not_cosign_is_told_and_the_others_count(
    world: World, run: Run, witnesses: list[Witness], answer: tuple[int, str, bytes], why: str
) -> None:
    witnesses[1].misbehave = answer
    code, said = run("--need", "2")
    assert (code, cosigned(world, witnesses), why in said) == (0, 2, True)


def test_too_few_are_not_kept_and_nothing_that_stood_is_lost(world: World, run: Run, witnesses: list[Witness]) -> None:
    assert run("--need", "3")[0] == 0
    kept = world.get("/v1/register/witnessed").body
    world.service("s2")
    world.log()
    witnesses[0].misbehave = (503, "", b"")
    code, said = run("--need", "3")
    assert (code, "2 cosignatures on the checkpoint of 4 entries: too few, not kept" in said) == (1, True)
    assert world.get("/v1/register/witnessed").body == kept
    witnesses[0].misbehave = None
    assert run("--need", "3")[0] == 0
    assert cosigned(world, witnesses) == 3


def test_who_cosigned_before_still_counts_for_the_same_checkpoint(
    world: World, run: Run, witnesses: list[Witness]
) -> None:
    witnesses[2].misbehave = (500, "", b"")
    assert run()[0] == 0
    witnesses[2].misbehave, witnesses[0].misbehave = None, (500, "", b"")
    code, said = run("--need", "3")
    assert (code, cosigned(world, witnesses)) == (0, 3), said


def test_a_register_that_was_put_back_and_went_on_otherwise_is_never_cosigned(
    world: World, run: Run, witnesses: list[Witness]
) -> None:
    world.service("s2")
    world.log()
    assert run()[0] == 0
    other = World().init()
    for name in ("t1", "t2", "t3"):
        other.service(name)
    other.log()
    wiring.use(other.wired)
    code, said = run()
    assert (code, said.count("does not continue"), cosigned(other, witnesses)) == (1, 3, 0)


def test_a_stolen_checkpoint_of_another_key_is_refused(world: World, run: Run, witnesses: list[Witness]) -> None:
    thief = NoteSigner(ORIGIN, b"\7" * 32)
    text = split_note(world.get("/v1/register/checkpoint").body)[0]
    origin, size, _ = text.split("\n")[:3]
    assert (origin, size) == (ORIGIN, "3")
    forged = signed_checkpoint_of(text, thief)
    world.objects.put("register/checkpoint", forged)
    code, said = run()
    assert (code, said.count("does not know the key")) == (1, 3)


def signed_checkpoint_of(text: str, signer: NoteSigner) -> bytes:
    """Return a checkpoint signed by somebody else."""
    from chalicelib.tlog.checkpoints import parse_checkpoint

    return signed_checkpoint(parse_checkpoint(text), [signer])


def test_a_witness_that_is_out_of_reach_did_not_answer() -> None:
    assert sender("http://127.0.0.1:9")(b"old 0\n\n") == WitnessAnswer(0, "", b"")


def test_before_anything_was_logged_there_is_nothing_to_witness(
    witnesses: list[Witness], run: Run, capsys: Output
) -> None:
    wiring.use(World().wired)
    assert run()[0] == 1


@pytest.mark.parametrize("ask", [("ftp://x", None), ("http://127.0.0.1:9", "nonsense")])
def test_what_is_no_witness_is_refused(witnesses: list[Witness], ask: tuple[str, str | None]) -> None:
    url, vkey = ask
    assert main(["operator", "witness", "--ask", url, vkey or witnesses[0].vkey]) == 2


def test_a_client_that_needs_witnesses_takes_what_they_cosigned(
    world: World, run: Run, witnesses: list[Witness], tmp_path: Path, capsys: Output
) -> None:
    assert run()[0] == 0
    for name in world.objects.names("register/"):
        file = tmp_path / name.removeprefix("register/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(world.objects.get(name))
    (key,) = read_keys(world.wired.log_keys())
    given = [part for each in witnesses for part in ("--witness", each.vkey)]
    assert main(["register", "verify", str(tmp_path), "--key", key.vkey, *given, "--need", "3"]) == 0
    assert "3 of the witnesses have cosigned it" in capsys.readouterr().out
    others = [part for n in (7, 8) for part in ("--witness", Witness(f"w{n}", bytes([n]) * 32, {}).vkey)]
    assert main(["register", "verify", str(tmp_path), "--key", key.vkey, *others, "--need", "1"]) == 1
