"""Enquiries by the client, against the program itself over real HTTP."""

import json
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from glasshall import Client, ProblemError
from glasshall.cli.main import main
from glasshall.client import system_now
from glasshall.errors import UsageError
from glasshall.shared import save_pem

from chalicelib.routes.application import create_app
from chalicelib.settings import Settings
from local.gateway import Gateway
from tests.case_world import QUESTION, CaseWorld
from tests.world import AUTHORITY, private_key

Output = pytest.CaptureFixture[str]


@pytest.fixture
def url() -> Iterator[str]:
    """A deployment that takes one enquiry an hour without work, and asks for little."""
    settings = Settings(public_authority=AUTHORITY, enquiries_per_hour_network=1, proof_of_work_bits=8)
    CaseWorld(settings=settings).begin()
    with Gateway(create_app, port=0) as gateway:
        yield gateway.url


def client(url: str) -> Client:
    """Return a client that never waits."""
    return Client(url, sleep=lambda seconds: pytest.fail(f"it waits for {seconds} seconds"))


def test_an_enquiry_sent_again_is_the_same_one_and_work_is_done_where_it_is_asked_for(url: str) -> None:
    number = str(uuid4())
    first, again = client(url).send_enquiry(number, QUESTION), client(url).send_enquiry(number, QUESTION)
    assert first["sha256"] == again["sha256"]
    assert client(url).case_token(number, again["query_code"])["token"]
    with pytest.raises(ProblemError) as refused:
        client(url).send_enquiry(number, {**QUESTION, "text": "x"})
    assert refused.value.status == 409
    with pytest.raises(UsageError):
        client(url).send_enquiry("../cases", QUESTION)


def test_the_command_shows_number_and_code_and_says_under_which_uuid_to_send_again(
    url: str, tmp_path: Path, capsys: Output
) -> None:
    file = tmp_path / "question.json"
    file.write_text(json.dumps(QUESTION), "utf-8")
    assert main(["enquiry", "send", str(file), "--url", url]) == 0
    shown = capsys.readouterr()
    receipt = json.loads(shown.out)
    assert f"--uuid {receipt['id']}" in shown.err
    assert receipt["query_code"] not in shown.err
    assert main(["enquiry", "send", str(file), "--url", url, "--uuid", receipt["id"]]) == 0
    assert json.loads(capsys.readouterr().out)["sha256"] == receipt["sha256"]


def test_an_agency_lists_what_it_has_not_answered(tmp_path: Path, capsys: Output) -> None:
    world = CaseWorld().begin()
    number = str(uuid4())
    assert world.enquire(number).status == 201
    world.now = system_now()
    file = tmp_path / "bureau-clerk.pem"
    file.write_bytes(save_pem(private_key("bureau-clerk")))
    with Gateway(create_app, port=0) as gateway:
        named = ["--url", gateway.url, "--authority", AUTHORITY, "--key-file", str(file)]
        assert main(["enquiry", "list", "bureau", *named]) == 0
        assert json.loads(capsys.readouterr().out)["case_no"] == number
        assert main(["enquiry", "list", "other", *named]) == 1
