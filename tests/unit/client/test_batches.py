"""Sending a file of any length: resumable at every request, every refused line with its reasons."""

import json
from pathlib import Path
from typing import Any

import pytest
from glasshall import ClientError
from glasshall.batches import Tally, count_lines, journal_file, refused_file, send_file
from glasshall.journal import Journal

from tests.unit.client.conftest import Deployment
from tests.unit.client.intake_server import Reply, Seen, lose_answer


def write(folder: Path, cases: int, extra: list[str] | None = None) -> Path:
    """Return a file of that many cases, each registered and accepted."""
    file = folder / "cases.ndjson"
    lines = []
    for number in range(cases):
        lines.append(json.dumps({"register": {"case_no": f"c{number}", "service": "s", "access": "none"}}))
        lines.append(json.dumps({"event": {"case_no": f"c{number}", "event_id": "e", "event": "accepted"}}))
    file.write_text("\n".join([*lines, *(extra or [])]) + "\n")
    return file


def send(deployment: Deployment, file: Path, **options: Any) -> Tally:
    """Send with one try for each request, so that a fault ends the run as the end of the process would."""
    client = deployment.client(tries=1)
    journal = Journal(journal_file(file), url=deployment.url, key_id="clerk")
    return send_file(client, file, journal, **options)


def test_a_file_goes_out_in_requests_of_a_thousand_lines(deployment: Deployment, tmp_path: Path) -> None:
    file, told = write(tmp_path, 1_250), list[int]()
    tally = send(deployment, file, advance=told.append)
    assert tally.as_dict() == {"stored": 2_500, "already": 0, "refused": 0, "from_earlier_runs": 0}
    assert [seen.body.count(b"\n") for seen in deployment.intake.seen] == [1_000, 1_000, 500]
    assert sum(told) == count_lines(file) == 2_500
    assert not refused_file(file).exists()


@pytest.mark.parametrize("lost_at", [0, 1, 2])
@pytest.mark.parametrize("stored", [True, False])
def test_a_run_that_ended_at_any_request_is_taken_up_there(
    deployment: Deployment, tmp_path: Path, lost_at: int, stored: bool
) -> None:
    file = write(tmp_path, 1_250)
    fault = lose_answer if stored else (lambda seen: Reply(500))
    deployment.intake.faults = [*([lambda seen: None] * lost_at), fault]
    with pytest.raises(ClientError):
        send(deployment, file)
    deployment.intake.seen.clear()
    tally = send(deployment, file)
    assert tally.stored + tally.already == 2_500
    assert len(deployment.intake.stored) == 2_500
    assert tally.skipped == 1_000 * lost_at
    # The request acknowledged last goes out once more, to see that the server still knows it.
    assert len(deployment.intake.seen) == 3 - lost_at + (1 if lost_at else 0)


def test_a_whole_run_again_costs_one_request(deployment: Deployment, tmp_path: Path) -> None:
    file = write(tmp_path, 1_250)
    send(deployment, file)
    deployment.intake.seen.clear()
    assert send(deployment, file).as_dict()["from_earlier_runs"] == 2_500
    assert len(deployment.intake.seen) == 1


def test_a_server_that_has_forgotten_gets_everything_again(deployment: Deployment, tmp_path: Path) -> None:
    file = write(tmp_path, 1_250)
    send(deployment, file)
    deployment.intake.stored.clear()
    assert send(deployment, file).skipped == 0
    assert len(deployment.intake.stored) == 2_500


def test_a_server_that_now_refuses_what_it_had_taken_gets_everything_again(
    deployment: Deployment, tmp_path: Path
) -> None:
    file = write(tmp_path, 1_250)
    send(deployment, file)
    deployment.intake.stored.clear()
    deployment.intake.refuse = lambda place, line: "service_unknown"
    assert len(send(deployment, file).refused) == 2_500
    deployment.intake.refuse = lambda place, line: None
    assert send(deployment, file).stored > 0


def test_a_file_that_was_changed_is_sent_anew(deployment: Deployment, tmp_path: Path) -> None:
    send(deployment, write(tmp_path, 600))
    tally = send(deployment, write(tmp_path, 700))
    assert (tally.stored, tally.already, tally.skipped) == (200, 1_200, 0)


def test_every_refused_line_is_written_with_its_reasons(deployment: Deployment, tmp_path: Path) -> None:
    deployment.intake.refuse = lambda place, line: "service_unknown" if place == "c1/register" else None
    file = write(tmp_path, 3, ["{broken", '{"event": {"case_no": "c9", "event_id": "e"}}'])
    tally = send(deployment, file)
    assert (tally.stored, len(tally.refused)) == (6, 2)
    found = [json.loads(line) for line in refused_file(file).read_text().splitlines()]
    assert [(entry["line"], entry["errors"][0]["code"]) for entry in found] == [(3, "service_unknown"), (7, "not_json")]
    assert json.loads(found[0]["text"])["register"]["case_no"] == "c1"


def test_refused_lines_are_remembered_by_the_next_run(deployment: Deployment, tmp_path: Path) -> None:
    deployment.intake.refuse = lambda place, line: "service_unknown" if place == "c1/register" else None
    file = write(tmp_path, 3)
    send(deployment, file)
    refused_file(file).unlink()
    assert [entry["line"] for entry in send(deployment, file).refused] == [3]
    assert refused_file(file).exists()


def test_refused_lines_of_an_earlier_run_are_gone_once_all_is_well(deployment: Deployment, tmp_path: Path) -> None:
    file = write(tmp_path, 1)
    refused_file(file).write_text("old")
    send(deployment, file)
    assert not refused_file(file).exists()


def test_a_dry_run_stores_nothing_and_is_not_remembered(deployment: Deployment, tmp_path: Path) -> None:
    file = write(tmp_path, 2)
    client = deployment.client()
    tally = send_file(client, file, Journal(None, url=deployment.url, key_id="clerk"), dry_run=True)
    assert (tally.stored, deployment.intake.stored) == (4, {})
    assert {seen.tag for seen in deployment.intake.seen} == {"glasshall-dry-run"}
    assert not journal_file(file).exists()


def test_a_lost_answer_within_the_clients_patience_is_not_even_noticed(deployment: Deployment, tmp_path: Path) -> None:
    file = write(tmp_path, 2)
    deployment.intake.faults = [lose_answer]
    tally = send_file(deployment.client(), file, Journal(journal_file(file), url=deployment.url, key_id="clerk"))
    assert (tally.stored, tally.already) == (0, 4)


def test_an_empty_file_sends_nothing(deployment: Deployment, tmp_path: Path) -> None:
    file = tmp_path / "none.ndjson"
    file.write_text("\n\n")
    assert send(deployment, file).as_dict() == {"stored": 0, "already": 0, "refused": 0, "from_earlier_runs": 0}
    assert deployment.intake.seen == []


def test_the_order_of_the_file_is_the_order_on_the_wire(deployment: Deployment, tmp_path: Path) -> None:
    seen: list[Seen] = deployment.intake.seen
    file = write(tmp_path, 700)
    send(deployment, file)
    assert b"".join(request.body for request in seen) == file.read_bytes()
