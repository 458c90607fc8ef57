"""The command line: what it prints, where, and with which exit code."""

import base64
import io
import json
import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from glasshall.cli.main import main

from chalicelib.usecases.api_keys import holder_of
from tests.unit.client.conftest import Deployment
from tests.unit.client.intake_server import Reply, problem
from tests.unit.client.rows import BOSTON, GOV_CN, GUANGAN
from tests.world import World

ACT = '{"act":"publish"}'
VECTORS = Path(__file__).parents[2] / "data" / "vectors" / "deadlines.json"
Keys = Callable[[str], str]
Output = pytest.CaptureFixture[str]


def test_a_key_is_made_and_its_public_half_printed(tmp_path: Path, capsys: Output) -> None:
    assert main(["keys", "make", "clerk-1", "--out", str(tmp_path)]) == 0
    shown = capsys.readouterr()
    file = tmp_path / "clerk-1.pem"
    assert len(base64.b64decode(shown.out.strip())) == 32
    assert str(file) in shown.err
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert main(["keys", "public", str(file)]) == 0
    assert capsys.readouterr().out == shown.out
    assert main(["keys", "make", "clerk-1", "--out", str(tmp_path)]) == 2
    assert "never overwritten" in capsys.readouterr().err


def test_an_act_is_sent_and_its_receipt_shown(
    deployment: Deployment, tmp_path: Path, key_files: Keys, capsys: Output
) -> None:
    (tmp_path / "act.json").write_text(ACT)
    arguments = ["send", "act", "services", "511A", "1", str(tmp_path / "act.json")]
    assert main([*arguments, "--url", deployment.url, "--key-file", key_files("clerk")]) == 0
    assert json.loads(capsys.readouterr().out)["id"] == "511A"
    assert deployment.intake.stored == {"/v1/intake/services/511A/acts/1": ACT.encode()}


def test_a_dry_run_stores_nothing_and_says_so(
    deployment: Deployment, key_files: Keys, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(ACT.encode())))
    arguments = ["send", "act", "services", "511A", "1", "-", "--dry-run"]
    assert main([*arguments, "--url", deployment.url, "--key-file", key_files("clerk")]) == 0
    assert deployment.intake.stored == {}
    assert "nothing was stored" in capsys.readouterr().err
    assert deployment.intake.seen[0].tag == "glasshall-dry-run"


def test_a_case_and_an_event_are_sent(deployment: Deployment, tmp_path: Path, key_files: Keys) -> None:
    (tmp_path / "x.json").write_text('{"access":"none"}')
    common = ["--url", deployment.url, "--key-file", key_files("clerk")]
    assert main(["send", "case", "C-1", str(tmp_path / "x.json"), *common]) == 0
    assert main(["send", "event", "C-1", "e-1", str(tmp_path / "x.json"), *common]) == 0
    assert set(deployment.intake.stored) == {"/v1/intake/cases/C-1", "/v1/intake/cases/C-1/events/e-1"}


def test_options_may_come_from_the_environment(
    deployment: Deployment, tmp_path: Path, key_files: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "act.json").write_text(ACT)
    deployment.intake.keys["other"] = deployment.intake.keys["clerk"].__class__(
        "other", "ed25519", deployment.intake.keys["clerk"].material
    )
    monkeypatch.setenv("GLASSHALL_URL", deployment.url)
    monkeypatch.setenv("GLASSHALL_KEY_FILE", key_files("clerk"))
    monkeypatch.setenv("GLASSHALL_KEY_ID", "other")
    assert main(["send", "act", "services", "511A", "1", str(tmp_path / "act.json")]) == 0
    assert deployment.intake.seen[0].key_id == "other"


def test_a_refusal_is_a_sentence_with_every_reason_and_exit_code_1(
    deployment: Deployment, tmp_path: Path, key_files: Keys, capsys: Output
) -> None:
    (tmp_path / "act.json").write_text(ACT)
    errors = [
        {"pointer": "/content/agency", "code": "agency_unknown", "message": "there is no agency x"},
        {"pointer": "/content/limits", "code": "promise_longer_than_statutory", "message": "too long"},
    ]
    deployment.intake.faults = [lambda seen: problem(422, "refused", "2 problems", errors=errors)]
    arguments = ["send", "act", "services", "511A", "1", str(tmp_path / "act.json"), "--url", deployment.url]
    assert main([*arguments, "--key-file", key_files("clerk")]) == 1
    assert capsys.readouterr().err == (
        "glasshall: 422 It is refused: 2 problems\n"
        "  /content/agency: there is no agency x [agency_unknown]\n"
        "  /content/limits: too long [promise_longer_than_statutory]\n"
    )


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["send", "act", "services", "511A", "1", "none.json", "--key-file", "k"], "none.json cannot be read"),
        (["send", "case", "C", "-"], "--key-file FILE"),
        (["get", "v1/services"], "begins with a slash"),
        (["list", "services", "agency"], "NAME=VALUE"),
        (["list", "services", "agency=a", "agency=b"], "twice"),
        (["changes", "--after", "1", "--cursor", "c"], "--after or --cursor"),
        (["changes", "stage=published"], "not by stage"),
        (["changes", "include=all"], "body"),
        (["send", "batch", "none.ndjson"], "there is no none.ndjson"),
        (["deadlines", "check", "none.json"], "cannot be read"),
        (["get", "/v1", "--url", "nonsense"], "not the address"),
        (["import", "guangan", "none.csv", "--offline"], "there is no none.csv"),
    ],
)
def test_misuse_is_a_sentence_and_exit_code_2(arguments: list[str], why: str, capsys: Output) -> None:
    assert main(arguments) == 2
    assert why in capsys.readouterr().err


def test_a_public_read_is_shown_readable_without_steering_the_terminal(deployment: Deployment, capsys: Output) -> None:
    deployment.intake.reads = lambda seen: Reply(document={"title": {"zh": "备案\u202e"}})
    assert main(["get", "/v1/services/511A", "--url", deployment.url]) == 0
    assert capsys.readouterr().out == '{\n  "title": {\n    "zh": "备案\ufffd"\n  }\n}\n'


def test_a_redirect_is_shown_as_its_address(deployment: Deployment, capsys: Output) -> None:
    deployment.intake.reads = lambda seen: Reply(302, headers={"Location": "https://files.example/abc"}, raw=b"")
    assert main(["get", "/v1/disclosures/d/attachments/a", "--url", deployment.url]) == 0
    assert capsys.readouterr().out == "https://files.example/abc\n"


def test_what_is_not_json_is_passed_through(deployment: Deployment, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    deployment.intake.reads = lambda seen: Reply(headers={"Content-Type": "text/csv; charset=utf-8"}, raw=b"a,b\r\n")
    assert main(["get", "/v1/statistics/on_time_rate.csv", "--url", deployment.url]) == 0
    sys.stdout.flush()
    assert capfdbinary.readouterr().out == b"a,b\r\n"


def test_a_list_is_lines_and_says_when_there_is_more(deployment: Deployment, capsys: Output) -> None:
    deployment.intake.reads = lambda seen: (
        Reply(document={"items": [{"id": "c"}], "next": None})
        if "cursor" in seen.target
        else Reply(document={"items": [{"id": "a"}, {"id": "b"}], "next": "x"})
    )
    assert main(["list", "services", "agency=guangan", "--url", deployment.url]) == 0
    shown = capsys.readouterr()
    assert shown.out == '{"id": "a"}\n{"id": "b"}\n'
    assert "--all" in shown.err
    assert main(["list", "services", "--all", "--url", deployment.url]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 3


ENTRY = {"index": 7, "kind": "service", "id": "s", "act": 1, "version": 1, "sha256": None}


def test_changes_are_lines(deployment: Deployment, capsys: Output) -> None:
    deployment.intake.reads = lambda seen: Reply(
        document={"items": [] if "after=7" in seen.target else [ENTRY], "as_of": {"register_index": 7}}
    )
    assert main(["changes", "--after", "5", "kind=service", "--url", deployment.url]) == 0
    assert json.loads(capsys.readouterr().out) == ENTRY


def test_changes_go_on_from_a_file_that_says_how_far_they_were_read(
    deployment: Deployment, tmp_path: Path, capsys: Output
) -> None:
    deployment.intake.reads = lambda seen: Reply(
        document={"items": [] if "after=7" in seen.target else [{**ENTRY, "body": {"a": "\u202e"}}]}
    )
    arguments = ["changes", "--cursor", str(tmp_path / "c"), "include=body", "--url", deployment.url]
    assert main(arguments) == 0
    assert json.loads(capsys.readouterr().out)["body"] == {"a": "\ufffd"}
    assert main(arguments) == 0
    assert capsys.readouterr().out == ""
    assert [seen.target.partition("?")[2] for seen in deployment.intake.seen] == [
        "limit=100&include=body",
        "limit=100&include=body&after=7",
        "limit=100&include=body&after=7",
    ]


def test_a_receipt_is_read_signed(deployment: Deployment, key_files: Keys, capsys: Output) -> None:
    deployment.intake.reads = lambda seen: Reply(document={"tag": seen.tag})
    arguments = ["receipt", "intake", "/v1/intake/services/511A/acts/1", "--url", deployment.url]
    assert main([*arguments, "--key-file", key_files("clerk")]) == 0
    assert json.loads(capsys.readouterr().out) == {"tag": "glasshall-read"}


def test_a_batch_with_refused_lines_ends_with_1_and_says_where_they_are(
    deployment: Deployment, tmp_path: Path, key_files: Keys, capsys: Output
) -> None:
    file = tmp_path / "cases.ndjson"
    file.write_text('{"register":{"case_no":"a"}}\n{"register":{"case_no":"b"}}\n')
    deployment.intake.refuse = lambda place, line: "service_unknown" if place.startswith("b/") else None
    arguments = ["send", "batch", str(file), "--url", deployment.url, "--key-file", key_files("clerk")]
    assert main(arguments) == 1
    shown = capsys.readouterr()
    assert json.loads(shown.out) == {"stored": 1, "already": 0, "refused": 1, "from_earlier_runs": 0}
    assert f"1 lines were refused; each with its reasons in {tmp_path / 'cases.refused.ndjson'}" in shown.err
    assert "cases.ndjson: 2 of 2" in shown.err
    deployment.intake.refuse = lambda place, line: None
    assert main([*arguments, "--again"]) == 0
    assert json.loads(capsys.readouterr().out)["already"] == 1


def test_a_batch_that_ended_early_says_how_to_go_on(
    deployment: Deployment, tmp_path: Path, key_files: Keys, capsys: Output
) -> None:
    file = tmp_path / "cases.ndjson"
    file.write_text('{"register":{"case_no":"a"}}\n')
    deployment.intake.faults = [lambda seen: problem(401, "unauthenticated", "no")]
    arguments = ["send", "batch", str(file), "--url", deployment.url, "--key-file", key_files("clerk")]
    assert main(arguments) == 1
    assert "the same command goes on from here" in capsys.readouterr().err
    assert main(arguments) == 0


def test_deadlines_are_recounted_and_counted(tmp_path: Path, capsys: Output) -> None:
    assert main(["deadlines", "check", str(VECTORS)]) == 0
    assert capsys.readouterr().out == "60 passed, 0 failed\n"
    vectors = json.loads(VECTORS.read_text())
    vectors[3]["due_on"] = "2001-01-01"
    del vectors[4]["limit"]
    (tmp_path / "v.json").write_text(json.dumps(vectors))
    assert main(["deadlines", "check", str(tmp_path / "v.json")]) == 1
    shown = capsys.readouterr()
    assert shown.out == "58 passed, 2 failed\n"
    assert shown.err.splitlines()[0].startswith("v0003: says 2001-01-01, counted ")
    assert shown.err.splitlines()[1].startswith("v0004: KeyError")


@pytest.mark.parametrize(("content", "why"), [("{", "not JSON"), ("{}", "not a JSON list")])
def test_a_file_of_something_else_is_no_list_of_deadlines(
    tmp_path: Path, content: str, why: str, capsys: Output
) -> None:
    (tmp_path / "v.json").write_text(content)
    assert main(["deadlines", "check", str(tmp_path / "v.json")]) == 2
    assert why in capsys.readouterr().err
    assert main(["deadlines", "check", str(VECTORS), "--calendar", "atlantis"]) == 2


def test_an_import_reports_every_row(
    deployment: Deployment, tmp_path: Path, key_files: Keys, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    arguments = ["import", "gov_cn", str(GOV_CN), "--url", deployment.url, "--key-file", key_files("clerk")]
    assert main(arguments) == 2
    assert "--approver-key-file" in capsys.readouterr().err
    arguments += ["--approver-key-file", key_files("approver")]
    assert main([*arguments, "--dry-run"]) == 0
    assert deployment.intake.stored == {}
    assert main(arguments) == 0
    assert "25 rows: 25 stored" in capsys.readouterr().out
    assert len(deployment.intake.stored) == 75
    assert main(arguments) == 0
    assert "25 rows: 25 already" in capsys.readouterr().out
    assert len((tmp_path / "gov_cn.report.csv").read_text("utf-8-sig").splitlines()) == 26


def test_an_import_with_refused_rows_ends_with_1(deployment: Deployment, tmp_path: Path, key_files: Keys) -> None:
    deployment.intake.refuse = lambda path, document: "agency_unknown" if "/services/" in path else None
    rest = ["--report", str(tmp_path / "r.csv"), "--journal", str(tmp_path / "j")]
    file = tmp_path / "few.csv"
    file.write_text("".join(GUANGAN.read_text("utf-8-sig").splitlines(keepends=True)[:4]))
    arguments = ["import", "guangan", str(file), "--url", deployment.url, "--key-file", key_files("clerk")]
    assert main([*arguments, *rest]) == 1
    assert (tmp_path / "r.csv").read_text("utf-8-sig").count('"refused","agency_unknown"') == 3


def test_an_import_that_ended_early_says_how_to_go_on(
    deployment: Deployment, tmp_path: Path, key_files: Keys, capsys: Output
) -> None:
    deployment.intake.faults = [lambda seen: problem(401, "unauthenticated", "no")]
    arguments = ["import", "guangan", str(GUANGAN), "--url", deployment.url, "--key-file", key_files("clerk")]
    assert main([*arguments, "--report", str(tmp_path / "r.csv"), "--journal", str(tmp_path / "j")]) == 1
    shown = capsys.readouterr()
    assert "the same command goes on from here" in shown.err
    assert "401 It is unauthenticated" in shown.err
    assert "not_sent" in shown.out


def test_an_import_may_give_query_codes_and_keeps_them_in_a_private_file(
    deployment: Deployment, tmp_path: Path, key_files: Keys
) -> None:
    import gzip

    file = tmp_path / "few.csv"
    file.write_bytes(b"".join(gzip.decompress(BOSTON.read_bytes()).splitlines(keepends=True)[:101]))
    arguments = ["import", "boston311", str(file), "--url", deployment.url, "--key-file", key_files("clerk")]
    rest = ["--report", str(tmp_path / "r.csv"), "--journal", str(tmp_path / "j"), "--codes", str(tmp_path / "c.json")]
    assert main([*arguments, *rest, "--coded", "3"]) == 0
    assert len(json.loads((tmp_path / "c.json").read_text())) == 3
    assert stat.S_IMODE((tmp_path / "c.json").stat().st_mode) == 0o600


def test_an_offline_import_maps_and_reports_without_a_server_or_key(tmp_path: Path, capsys: Output) -> None:
    arguments = ["import", "guangan", str(GUANGAN), "--offline", "--only-source", "--report", str(tmp_path / "r.csv")]
    assert main(arguments) == 0
    assert capsys.readouterr().out == "1,174 rows: 1,174 not_sent\n"


def test_operator_init_puts_in_a_root_agency_and_its_key_in_process(capsys: Output, tmp_path: Path) -> None:
    from chalicelib import wiring
    from tests.world import World, public_key_base64

    world = World()
    key = ["--key-id", "boston-keys", "--public-key", public_key_base64("boston-keys"), "--person", "Ann"]
    for _ in range(2):
        assert main(["operator", "init", "boston", "--like", "boston311", *key]) == 0
    assert "its first key is boston-keys (roles: keys, clerk)" in capsys.readouterr().err
    assert wiring.current() is world.wired
    world.log()
    assert world.json("/v1/agencies/boston")["name"]["en"] == "City of Boston"
    (tmp_path / "c.json").write_text('{"level": "nowhere"}')
    assert main(["operator", "init", "b2", "--content", str(tmp_path / "c.json"), *key]) == 1
    (tmp_path / "c.json").write_text("[]")
    assert main(["operator", "init", "b2", "--content", str(tmp_path / "c.json"), *key]) == 2
    (tmp_path / "c.json").write_text("{")
    assert main(["operator", "init", "b2", "--content", str(tmp_path / "c.json"), *key]) == 2


def test_operator_issues_lists_and_revokes_api_keys(capsys: Output) -> None:
    world = World()
    assert main(["operator", "api-key", "create", "portal", "--holder", "the city's portal"]) == 0
    text = capsys.readouterr().out.strip()
    assert holder_of(text, world.wired.api_keys).holder == "the city's portal"
    assert main(["operator", "api-key", "create", "portal", "--holder", "another"]) == 1
    assert main(["operator", "api-key", "create", "a b", "--holder", "x"]) == 1
    assert main(["operator", "api-key", "revoke", "portal"]) == 0
    assert main(["operator", "api-key", "revoke", "none"]) == 1
    capsys.readouterr()
    assert main(["operator", "api-key", "list"]) == 0
    assert capsys.readouterr().out.split("\t")[0] == "portal"


def test_operator_rotate_writes_a_ring_with_one_more_key(capsys: Output, tmp_path: Path) -> None:
    from chalicelib.domain.keyring import parse
    from tests.world import World

    world = World()
    plain, first, second = (tmp_path / name for name in ("plain", "first", "second"))
    plain.write_text("the plain secret of a deployment, as it was made\n")
    assert main(["operator", "rotate", str(plain), "--out", str(first)]) == 0
    assert main(["operator", "rotate", str(first), "--out", str(second), "--in-minutes", "60"]) == 0
    assert stat.S_IMODE(second.stat().st_mode) == 0o600
    before, after = parse(second.read_bytes(), world.now), parse(second.read_bytes(), world.now + timedelta(hours=1))
    assert [key.key_id for key in after.keys] == ["3", "2", "1"]
    assert (before.current_id, after.current_id) == ("1", "3")
    assert after.stable("x") == parse(plain.read_bytes().rstrip(b"\n"), world.now).derived("x")
    assert len({key.secret for key in after.keys}) == 3
    said = capsys.readouterr()
    assert "secret of a deployment" not in said.out + said.err
    assert main(["operator", "rotate", str(plain), "--out", str(first)]) == 2  # it is there already
    assert main(["operator", "rotate", str(plain), "--out", str(tmp_path / "x"), "--in-minutes", "5"]) == 2
    plain.write_text('{"keys": []}')
    assert main(["operator", "rotate", str(plain), "--out", str(tmp_path / "x")]) == 2
    assert "secret_without_current_key" in capsys.readouterr().err


def test_a_reader_that_goes_away_is_no_error_of_ours() -> None:
    code = "import sys; sys.argv = ['glasshall', 'keys', 'make', '--help']; from glasshall.cli.main import run; run()"
    root = Path(__file__).parents[3]
    done = subprocess.run(
        ["sh", "-c", f'"{sys.executable}" -c "{code}" | true'],
        cwd=root,
        env={"PYTHONPATH": f"{root / 'client'}:{root}", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        check=False,
    )
    assert b"Traceback" not in done.stderr


def test_operator_erases_a_record_and_names_what_is_left_to_do(capsys: Output) -> None:
    world = World().init()
    world.disclose("d1", title={"zh": "要删除的"})
    world.disclose("d2", links=[{"rel": "interprets", "kind": "disclosure", "id": "d1"}])
    world.log()
    order = ["--order", "12", "--authority", "court", "--ground", "court", "--on", "2026-11-20"]
    assert main(["operator", "erase", "disclosures", "d1", *order]) == 0
    said = capsys.readouterr().err
    assert "disclosures/d1 is erased by its act 4" in said
    assert "/v1/disclosures/d1/versions/1" in said
    assert "/v1/disclosures/d2" in said
    world.log()
    assert world.json("/v1/disclosures/d1")["erased"]["order"] == "12"
    assert main(["operator", "erase", "disclosures", "d1", *order]) == 0
    assert "as it was already" in capsys.readouterr().err
    assert main(["operator", "erase", "disclosures", "none", *order]) == 1
    assert main(["operator", "erase", "agencies", "bureau", *order]) == 1
