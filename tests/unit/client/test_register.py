"""`glasshall register`: whoever changes anything of a register is found out, and the entry is named."""

import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from glasshall.cli.main import main
from glasshall.feed import Change, read_changes
from glasshall.heads import Trust, open_head
from glasshall.register import Finding, check_register, check_row
from glasshall.register_items import ItemChecker

from chalicelib.tlog.checkpoints import Checkpoint, signed_keys
from chalicelib.tlog.notes import COSIGNATURE, NoteSigner, cosignature_line, signature_line, write_note
from chalicelib.tlog.tiles import Tile, tiles_of
from tests.register_files import ORIGIN, SIGNERS, VKEYS, RegisterFiles, register_files
from tests.unit.client.conftest import Deployment
from tests.unit.client.intake_server import Reply
from tests.unit.client.small_register import SmallRegister, digest, filled, leaf, sha, vkey

Output = pytest.CaptureFixture[str]
KEYS = ["--key", VKEYS[0], "--key", VKEYS[1]]
TRUST = Trust(tuple(signer.key() for signer in SIGNERS))
BATCHES = (100, 200, 230)
ENTRIES = filled(count=500).entries
FILES = register_files([leaf(entry) for entry in ENTRIES], BATCHES)
SIZE = len(ENTRIES)
WITNESSES = [NoteSigner(f"witness{number}.example", sha(b"witness %d" % number)) for number in range(3)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The files of a register in a folder."""
    FILES.write(tmp_path)
    return tmp_path


def verified(capsys: Output, *arguments: object) -> tuple[int, str]:
    """Return exit code and output of `glasshall register verify`."""
    code = main(["register", "verify", *(str(each) for each in arguments)])
    return code, capsys.readouterr().out


def changed(folder: Path, path: str, place: int, bit: int = 1) -> None:
    """Change a bit of a file."""
    raw = bytearray((folder / path).read_bytes())
    raw[place] ^= bit
    (folder / path).write_bytes(raw)


def test_a_register_holds_from_its_files_alone(folder: Path, capsys: Output) -> None:
    code, said = verified(capsys, folder, *KEYS)
    assert code == 0
    assert said.splitlines() == [
        f"The register {ORIGIN} holds: {SIZE} entries, root {open_head(FILES.files['checkpoint'], TRUST).checkpoint.root.hex()}.",
        "- The keys are those given.",
        f"- Every entry of {SIZE} and every hash above them was looked at.",
    ]


@pytest.mark.parametrize(
    ("path", "place", "entry"),
    [
        ("tile/entries/000", 0, "entry 0:"),
        ("tile/entries/000", 1, "entry 0:"),
        ("tile/entries/001", 5, "entry 256:"),
        ("tile/entries/001", -1, "entry 511:"),
        ("tile/0/000", 32 * 7 + 3, "entry 7:"),
        (f"tile/0/002.p/{SIZE - 512}", 40, "entry 513:"),
        ("tile/1/000.p/2", 33, "entries 256 to 511:"),
        ("checkpoint", 3, "the checkpoint does not hold"),
        ("checkpoint", -5, "the checkpoint does not hold"),
        ("tile/entries/000.p/100", 30, "entry 0:"),
        ("tile/0/000.p/100", 64, "entry 2:"),
        ("tile/1/000.p/1", 0, "entries 0 to 255:"),
    ],
)
def test_a_changed_byte_is_found_and_its_entry_named(
    folder: Path, capsys: Output, path: str, place: int, entry: str
) -> None:
    changed(folder, path, place)
    code, said = verified(capsys, folder, *KEYS)
    assert code == 1
    assert said.splitlines()[:2] == ["The register does NOT hold.", said.splitlines()[1]]
    assert said.splitlines()[1].startswith(f"- {entry}")


@pytest.mark.parametrize("path", [path for path in FILES.files if ".p/" not in path or path.endswith(f"/{SIZE - 512}")])
def test_a_file_that_is_gone_is_missed(folder: Path, capsys: Output, path: str) -> None:
    (folder / path).unlink()
    code, said = verified(capsys, folder, *KEYS)
    assert code == 1
    assert path == "checkpoint" or f"{path} is missing" in said


def test_a_file_too_much_is_named(folder: Path, capsys: Output) -> None:
    (folder / "tile" / "0" / "009").write_bytes(bytes(8192))
    assert verified(capsys, folder, *KEYS) == (
        1,
        "The register does NOT hold.\n- the checkpoint: tile/0/009 is no file of this register\n",
    )


def test_a_partial_tile_that_is_gone_is_read_from_the_full_one() -> None:
    earlier = FILES.checkpoints[100]
    files = {path: raw for path, raw in FILES.files.items() if not path.endswith(".p/100")}
    assert check_register(files.get, open_head(earlier, TRUST)) == []


@pytest.mark.parametrize("extra", [b"\0", b"\0\0", bytes(32)])
def test_what_stands_behind_the_last_entry_or_hash_is_found(folder: Path, capsys: Output, extra: bytes) -> None:
    for path in ("tile/entries/001", "tile/0/001"):
        held = (folder / path).read_bytes()
        (folder / path).write_bytes(held + extra)
        code, said = verified(capsys, folder, *KEYS)
        assert (code, "- entry 511: something stands behind" in said) == (1, True)
        (folder / path).write_bytes(held)


def test_another_register_under_the_same_checkpoint_is_found(folder: Path, capsys: Output) -> None:
    others = [leaf({**entry, "agency": "other"}) for entry in ENTRIES]
    RegisterFiles({**register_files(others, BATCHES).files, "checkpoint": FILES.files["checkpoint"]}, {}).write(folder)
    code, said = verified(capsys, folder, *KEYS)
    assert (code, "but not of the tree of the checkpoint" in said) == (1, True)


def test_some_entries_are_proven_one_by_one(folder: Path, capsys: Output) -> None:
    code, said = verified(capsys, folder, *KEYS, "--first", 250, "--last", 260)
    assert (code, "11 entries, 250 to 260, were proven" in said) == (0, True)
    changed(folder, "tile/entries/001", 5)
    assert verified(capsys, folder, *KEYS, "--first", 257)[0] == 0
    code, said = verified(capsys, folder, *KEYS, "--last", 260)
    assert (code, "- entry 256: it is not proven" in said, said.count("- entry")) == (1, True, 1)
    with pytest.raises(SystemExit):
        verified(capsys, folder, *KEYS, "--first", "x")
    assert verified(capsys, folder, *KEYS, "--last", SIZE)[0] == 2


def test_a_key_that_has_not_signed_is_told(folder: Path, capsys: Output) -> None:
    assert verified(capsys, folder, "--key", VKEYS[1])[0] == 0
    assert verified(capsys, folder, "--key", vkey(b"\1" * 32))[0] == 1
    assert main(["register", "verify", str(folder), "--key", "nonsense"]) == 2
    small_order = NoteSigner(ORIGIN, bytes(32)).key()
    forged = type(small_order)(ORIGIN, 1, (1).to_bytes(32, "little"))
    assert main(["register", "verify", str(folder), "--key", forged.vkey]) == 2
    assert "is not the key" in capsys.readouterr().err


def test_a_line_of_a_stranger_in_the_place_of_a_known_key_is_found(folder: Path) -> None:
    text = Checkpoint(ORIGIN, SIZE, open_head(FILES.files["checkpoint"], TRUST).checkpoint.root).text
    stranger = NoteSigner(ORIGIN, b"\7" * 32)
    (folder / "checkpoint").write_bytes(
        write_note(text, [signature_line(text, each) for each in (SIGNERS[0], stranger)])
    )
    assert main(["register", "verify", str(folder), *KEYS]) == 1
    assert main(["register", "verify", str(folder), *KEYS[:2]]) == 0


# What is remembered


def test_keys_and_checkpoint_are_remembered_and_must_be_continued(folder: Path, tmp_path: Path, capsys: Output) -> None:
    known = tmp_path / "known.json"
    (folder / "checkpoint").write_bytes(FILES.checkpoints[300])
    (folder / "keys").write_bytes(signed_keys(ORIGIN, SIGNERS))
    earlier = {path: raw for path, raw in FILES.files.items() if path.startswith("tile/")}
    code, said = verified(capsys, folder, "--known", known, "--first", 0)
    assert (code, "taken on first use" in said) == (0, True)
    assert json.loads(known.read_text())["keys"] == VKEYS
    (folder / "checkpoint").write_bytes(FILES.files["checkpoint"])
    code, said = verified(capsys, folder, "--known", known)
    assert (code, "those that are remembered" in said, len(earlier) > 0) == (0, True, True)
    (folder / "checkpoint").write_bytes(FILES.checkpoints[300])
    code, said = verified(capsys, folder, "--known", known, "--first", 0)
    assert (code, f"- entries 300 to {SIZE - 1}: these entries were in the register" in said) == (1, True)


def test_another_register_with_the_same_keys_is_a_fork(folder: Path, tmp_path: Path, capsys: Output) -> None:
    known = tmp_path / "known.json"
    assert verified(capsys, folder, "--known", known, *KEYS)[0] == 0
    others = [leaf(entry) for entry in (*ENTRIES[:3], {**ENTRIES[3], "agency": "other"}, *ENTRIES[4:], *ENTRIES[:9])]
    fork = tmp_path / "fork"
    register_files(others, BATCHES).write(fork)
    code, said = verified(capsys, fork, "--known", known, *KEYS)
    assert (code, "what stood here is not what stands here now" in said) == (1, True)


def test_keys_are_rotated_by_the_list_that_a_known_one_has_signed(folder: Path, tmp_path: Path, capsys: Output) -> None:
    known, old, new = tmp_path / "known.json", SIGNERS[0], NoteSigner(ORIGIN, b"\7" * 32)
    text = Checkpoint(ORIGIN, SIZE, open_head(FILES.files["checkpoint"], TRUST).checkpoint.root).text

    def signed(*signers: NoteSigner) -> int:
        (folder / "checkpoint").write_bytes(write_note(text, [signature_line(text, each) for each in signers]))
        (folder / "keys").write_bytes(signed_keys(ORIGIN, signers))
        return verified(capsys, folder, "--known", known)[0]

    assert [signed(old), signed(new, old), signed(new)] == [0, 0, 0]
    assert json.loads(known.read_text())["keys"] == [new.key().vkey]
    assert signed(old) == 1  # nobody who is known vouches for it


def test_a_changed_memory_is_refused(folder: Path, tmp_path: Path, capsys: Output) -> None:
    known = tmp_path / "known.json"
    assert verified(capsys, folder, "--known", known, *KEYS)[0] == 0
    known.write_text(known.read_text().replace(f"\\n{SIZE}\\n", f"\\n{SIZE - 1}\\n"))
    assert main(["register", "verify", str(folder), "--known", str(known), *KEYS]) == 2
    for text in (
        "{}",
        '{"format":"glasshall-register-1"}',
        '{"format":"glasshall-register-1","keys":[],"checkpoint":""}',
    ):
        known.write_text(text)
        assert main(["register", "verify", str(folder), "--known", str(known), *KEYS]) == 2


def test_without_any_key_nothing_is_said(folder: Path, capsys: Output) -> None:
    assert main(["register", "verify", str(folder)]) == 2
    assert "no keys to go by" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("old", "new", "code"), [(100, 300, 0), (100, None, 0), (300, 530, 0), (300, 100, 1), (300, 300, 0)]
)
def test_any_two_checkpoints_are_compared(
    folder: Path, tmp_path: Path, capsys: Output, old: int, new: int | None, code: int
) -> None:
    for size, raw in FILES.checkpoints.items():
        (tmp_path / f"checkpoint-{size}").write_bytes(raw)
    sizes = [old, *([new] if new is not None else [])]
    files = [str(tmp_path / f"checkpoint-{size}") for size in sizes]
    assert main(["register", "consistency", *files, "--source", str(folder), *KEYS]) == code
    assert (f"at {old} entries stands in it unchanged" in capsys.readouterr().out) == (code == 0)


# Witnesses


def cosigned(count: int, size: int = SIZE) -> bytes:
    """Return a checkpoint with the signatures of some witnesses."""
    checkpoint = open_head(FILES.checkpoints[size], TRUST).checkpoint
    lines = [signature_line(checkpoint.text, signer) for signer in SIGNERS]
    times = [cosignature_line(checkpoint.text, witness, 1_795_395_600) for witness in WITNESSES[:count]]
    return write_note(checkpoint.text, [*lines, *times])


def test_a_head_with_too_few_cosignatures_is_refused(folder: Path, capsys: Output) -> None:
    witnesses = [part for each in WITNESSES for part in ("--witness", each.key(COSIGNATURE).vkey)]
    codes = {}
    for given in range(4):
        (folder / "witnessed").write_bytes(cosigned(given))
        for need in range(1, 4):
            code, said = verified(capsys, folder, *KEYS, *witnesses, "--need", need)
            codes[given, need] = code
            assert (f"{given} of the witnesses have cosigned it" in said) == (given > 0 or code == 1)
    assert codes == {(given, need): int(given < need) for given in range(4) for need in range(1, 4)}


def test_what_witnesses_have_not_seen_yet_was_not_taken_out(folder: Path, tmp_path: Path, capsys: Output) -> None:
    known = tmp_path / "known.json"
    assert verified(capsys, folder, "--known", known, *KEYS)[0] == 0
    remembered = known.read_text()
    asked = ["--known", known, *KEYS, "--witness", WITNESSES[0].key(COSIGNATURE).vkey, "--need", 1, "--first", 0]
    (folder / "witnessed").write_bytes(cosigned(1, size=300))
    assert verified(capsys, folder, *asked)[0] == 0
    assert known.read_text() == remembered  # the newer one is still what must be continued
    others = [leaf(entry) for entry in (*ENTRIES[:3], {**ENTRIES[3], "agency": "other"}, *ENTRIES[4:])]
    fork = register_files(others, BATCHES)
    fork.write(folder)
    text = open_head(fork.checkpoints[300], TRUST).checkpoint.text
    lines = [*(signature_line(text, each) for each in SIGNERS), cosignature_line(text, WITNESSES[0], 1_795_395_600)]
    (folder / "witnessed").write_bytes(write_note(text, lines))
    code, said = verified(capsys, folder, *asked)
    assert (code, "what stood here is not what stands here now" in said) == (1, True)


def test_one_witness_under_two_names_is_one_witness(folder: Path, capsys: Output) -> None:
    twin = NoteSigner("another-name.example", WITNESSES[0].secret)
    checkpoint = open_head(FILES.files["checkpoint"], TRUST).checkpoint
    line = cosignature_line(checkpoint.text, twin, 1_795_395_600)
    (folder / "witnessed").write_bytes(cosigned(1) + line.encode())
    both = [part for each in (WITNESSES[0], twin) for part in ("--witness", each.key(COSIGNATURE).vkey)]
    assert verified(capsys, folder, *KEYS, *both, "--need", 1)[0] == 0
    assert main(["register", "verify", str(folder), *KEYS, *both, "--need", "2"]) == 2
    third = ["--witness", WITNESSES[1].key(COSIGNATURE).vkey]
    assert verified(capsys, folder, *KEYS, *both, *third, "--need", 2)[0] == 1


def test_a_false_cosignature_refuses_the_head(folder: Path, capsys: Output) -> None:
    raw = bytearray(cosigned(1))
    raw[-10] ^= 1
    (folder / "witnessed").write_bytes(raw)
    code, said = verified(capsys, folder, *KEYS, "--witness", WITNESSES[0].key(COSIGNATURE).vkey, "--need", 1)
    assert (code, "does not hold" in said) == (1, True)


# With the changes of a deployment


@pytest.fixture
def register(deployment: Deployment) -> SmallRegister:
    """A deployment's register."""
    register = filled(count=300, page=100)
    deployment.intake.reads = register.reads
    return register


Verify = Callable[..., tuple[int, str]]


@pytest.fixture
def verify(deployment: Deployment, register: SmallRegister, capsys: Output) -> Verify:
    """Verify the deployment's register."""
    return lambda *arguments: verified(capsys, "--url", deployment.url, *arguments)


def test_every_item_of_changes_makes_its_entry(verify: Verify, register: SmallRegister) -> None:
    code, said = verify()
    assert (code, "every item of /v1/changes was looked at" in said) == (0, True)
    assert "taken on first use" in said
    assert len(register.entries) > 256


@pytest.mark.parametrize(
    ("index", "lie"),
    [
        (0, {"agency": "other"}),
        (150, {"salt": "0" * 32}),
        (199, {"sha256": digest("x")}),
        (200, {"act_sha256": None}),
        (299, {"at": "2026-11-23T10:00:59+09:00"}),
        (300, {"tombstone": 1}),
        (17, {"index": 18}),
        (17, {"index": 4}),
        (17, {"index": None}),
        (17, {"act_sha256": "0" * 63 + "A"}),
        (17, {"erased_by": 3, "commitment": "0" * 64}),
        (17, {"erased_by": 400, "commitment": "0" * 64, "sha256": None, "act_sha256": None, "salt": None}),
    ],
)
def test_an_item_that_is_not_that_of_its_entry_is_named(
    verify: Verify, register: SmallRegister, index: int, lie: dict[str, object]
) -> None:
    register.lies[index] = lie
    code, said = verify("--key", vkey(register.signers[0]))
    assert code == 1
    assert said.splitlines()[1].startswith(f"- entry {index}: ")
    assert len(said.splitlines()) == 2


def test_an_erased_item_makes_its_entry_and_no_other(verify: Verify, register: SmallRegister) -> None:
    erased = next(entry for entry in register.entries if "erased_by" in entry)
    assert verify()[0] == 0
    register.lies[erased["index"]] = {"erased_by": erased["index"]}
    code, said = verify()
    assert code == 1
    assert f"- entry {erased['index']}: the item of changes is erased by an entry that cannot have" in said


@pytest.mark.parametrize("by", [-1, 1, 10_000])
def test_an_item_that_another_entry_is_said_to_have_erased_is_named(
    verify: Verify, register: SmallRegister, by: int
) -> None:
    erased = next(entry for entry in register.entries if "erased_by" in entry)
    register.lies[erased["index"]] = {"erased_by": erased["erased_by"] + by}
    code, said = verify()
    assert code == 1
    assert f"- entry {erased['index']}: the item of changes is erased by an entry that is no erasure of it" in said


def test_an_erasure_beyond_the_checkpoint_is_looked_up(verify: Verify, register: SmallRegister) -> None:
    (by,) = {entry["erased_by"] for entry in register.entries if "erased_by" in entry}
    register.signed = by
    assert verify()[0] == 0


def test_every_changed_byte_of_an_erased_item_is_found() -> None:
    register = filled(count=12)
    items = [register.item(entry, with_body=False) for entry in register.entries]
    index = next(at for at, entry in enumerate(register.entries) if "erased_by" in entry)
    row = check_row(Tile(-1, 0, len(items)), *rows_of([leaf(entry) for entry in register.entries]))
    chance = random.Random(5)
    for place in range(len(items[index])):
        raw = bytearray(items[index])
        raw[place] ^= chance.randrange(1, 256)
        pages = [*items[:index], bytes(raw), *items[index + 1 :]]
        checker = ItemChecker(lambda after, most, pages=pages: page_items(pages[after + 1 :][:most]))  # type: ignore[misc]
        checker.look(row)
        assert [finding.first for finding in checker.finish()][:1] == [index], raw


def rows_of(leaves: list[bytes]) -> tuple[bytes, bytes]:
    """Return the bundle of some leaves, and the tile of their hashes."""
    return b"".join(len(each).to_bytes(2, "big") + each for each in leaves), b"".join(
        sha(b"\0" + each) for each in leaves
    )


def page_items(items: list[bytes]) -> tuple[Change, ...]:
    """Return the items of a page."""
    return read_changes(b'{"items":[' + b",".join(items) + b"]}")[0]


def test_entries_that_are_not_given_are_named(verify: Verify, register: SmallRegister) -> None:
    register.signed = len(register.entries)
    held, register.entries = register.entries, register.entries
    register.wrong_files = {
        path: register.log_file(path)
        for path in ("checkpoint", *(tile.path for level in (-1, 0, 1) for tile in tiles_of(register.signed, level)))
    }
    register.entries = held[:-2]
    code, said = verify()
    assert (code, said.count("there is no item of changes")) == (1, 2)


def test_the_receipt_of_a_write_is_found_in_the_register(
    verify: Verify, register: SmallRegister, folder: Path, tmp_path: Path, capsys: Output
) -> None:
    entry = register.entries[123]
    receipt = {
        "id": entry["id"],
        "act": entry["act"],
        "sha256": entry["act_sha256"],
        "register": {"index": 123, "status": "logged"},
    }
    file = tmp_path / "receipt.json"
    file.write_text(json.dumps(receipt))
    code, said = verify("--receipt", file)
    assert (code, "The receipt's act is entry 123" in said) == (0, True)
    for change in ({"sha256": digest("other")}, {"act": 99}, {"register": {"index": 124}}):
        file.write_text(json.dumps({**receipt, **change}))
        assert verify("--receipt", file)[0] == 1
    file.write_text(json.dumps({**receipt, "register": {"index": None, "status": "pending"}}))
    assert verify("--receipt", file)[0] == 2
    file.write_text(json.dumps({**receipt, "register": {"index": 10_000}}))
    assert verify("--receipt", file)[0] == 2


def test_a_receipt_is_checked_without_the_network_where_its_item_was_kept(
    folder: Path, tmp_path: Path, capsys: Output
) -> None:
    entry = ENTRIES[300]
    receipt = {"id": entry["id"], "act": entry["act"], "sha256": entry["act_sha256"], "register": {"index": 300}}
    (tmp_path / "receipt.json").write_text(json.dumps(receipt))
    (tmp_path / "item.json").write_text(json.dumps(entry))
    arguments = [folder, *KEYS, "--receipt", tmp_path / "receipt.json", "--item", tmp_path / "item.json"]
    assert verified(capsys, *arguments)[0] == 0
    for wrong in ({**entry, "salt": "0" * 32}, {**entry, "index": 299}, {}):
        (tmp_path / "item.json").write_text(json.dumps(wrong))
        assert verified(capsys, *arguments)[0] == 1


def test_the_files_may_lie_below_any_address(deployment: Deployment, capsys: Output) -> None:
    files = FILES.files

    def reads(seen: object) -> Reply:
        path = str(getattr(seen, "target", "")).removeprefix("/mirror/of/it/")
        return Reply(raw=files[path]) if path in files else Reply(status=404)

    deployment.intake.reads = reads
    assert verified(capsys, f"{deployment.url}/mirror/of/it", *KEYS)[0] == 0


def test_a_finding_says_its_place() -> None:
    assert Finding(3, 3, "x").place == "entry 3"
    assert Finding(0, 255, "x").place == "entries 0 to 255"
    assert Finding(None, None, "x").place == "the checkpoint"
    assert Finding(0, 9, "x").covers(Finding(3, 4, "y"))
    assert not Finding(None, None, "x").covers(Finding(3, 4, "y"))
