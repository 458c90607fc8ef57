"""A holder's client against the program itself, over real HTTP: code for token, token for status, and the work in between."""

import io
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from glasshall import Client, ProblemError
from glasshall.cli.main import main
from glasshall.errors import UnexpectedAnswerError, UsageError

from chalicelib.routes.application import create_app
from chalicelib.settings import Settings
from local.gateway import Gateway
from tests.case_world import CaseWorld
from tests.unit.client.conftest import Deployment
from tests.unit.client.intake_server import problem
from tests.world import AUTHORITY

WRONG = "0000-0000-000"
Output = pytest.CaptureFixture[str]


@dataclass
class Holder:
    """Somebody with a query code, and the deployment where the case is."""

    world: CaseWorld
    url: str
    code: str

    def client(self) -> Client:
        """Return a client that never waits."""
        return Client(self.url, sleep=lambda seconds: pytest.fail(f"it waits for {seconds} seconds"))

    def use_up_tries(self) -> None:
        """Use up the tries of this network, as somebody else in it would."""
        for expected in (404, 429):
            assert self.world.exchange("c1", WRONG).status == expected


@pytest.fixture
def holder() -> Iterator[Holder]:
    """A case with a code, in a deployment that lets one try by in an hour and asks for little work."""
    settings = Settings(public_authority=AUTHORITY, tries_per_hour_case_network=1, proof_of_work_bits=8)
    world = CaseWorld(settings=settings).begin()
    code = world.register("c1", access="code").json()["query_code"]
    with Gateway(create_app, port=0) as gateway:
        yield Holder(world, gateway.url, code)


def typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Let a text stand on the standard input."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))


def test_a_code_opens_a_case(holder: Holder) -> None:
    token = holder.client().case_token("c1", holder.code)
    assert token.keys() == {"token", "expires_at"}
    assert holder.client().case_status("c1", token["token"])["case_no"] == "c1"


def test_where_others_have_used_up_the_tries_the_client_does_the_work_and_does_not_wait(holder: Holder) -> None:
    holder.use_up_tries()
    assert holder.client().case_token("c1", holder.code)["token"]
    with pytest.raises(ProblemError) as refused:
        holder.client().case_token("c1", WRONG)
    assert refused.value.status == 404


def test_the_command_reads_the_code_and_shows_the_status(
    holder: Holder, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    holder.use_up_tries()
    typed(monkeypatch, f"{holder.code.lower()}\n")
    assert main(["case", "status", "c1", "--url", holder.url]) == 0
    shown = capsys.readouterr()
    assert json.loads(shown.out)["case_no"] == "c1"
    assert holder.code.lower() not in shown.out + shown.err


def test_the_command_gives_a_token_and_takes_it_in_the_place_of_the_code(
    holder: Holder, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    typed(monkeypatch, holder.code)
    assert main(["case", "token", "c1", "--url", holder.url]) == 0
    token = json.loads(capsys.readouterr().out)["token"]
    typed(monkeypatch, token)
    assert main(["case", "status", "c1", "--url", holder.url]) == 0
    assert json.loads(capsys.readouterr().out)["case_no"] == "c1"


def test_on_a_terminal_the_code_is_asked_for_unseen(
    holder: Holder, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    typed(monkeypatch, "")
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr("glasshall.cli.cases.getpass", lambda prompt: holder.code)
    assert main(["case", "status", "c1", "--url", holder.url]) == 0


def test_a_code_as_an_argument_is_not_taken(holder: Holder) -> None:
    with pytest.raises(SystemExit):
        main(["case", "status", "c1", holder.code, "--url", holder.url])


def test_what_goes_wrong_is_a_sentence(holder: Holder, monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    typed(monkeypatch, WRONG)
    assert main(["case", "status", "c1", "--url", holder.url]) == 1
    assert "no case is known by this number and query code" in capsys.readouterr().err
    typed(monkeypatch, "\n")
    assert main(["case", "status", "c1", "--url", holder.url]) == 2
    typed(monkeypatch, "v1.x\r\nHost: elsewhere")
    assert main(["case", "status", "c1", "--url", holder.url]) == 1
    with pytest.raises(UsageError):
        holder.client().case_status("c1", "a b\r\nX: y")
    with pytest.raises(UsageError):
        holder.client().case_token("../c1", holder.code)


def test_a_server_cannot_make_the_client_work_for_nothing(deployment: Deployment) -> None:
    def ask(work: object) -> None:
        deployment.intake.faults = [lambda seen: problem(429, "too-many-tries", "wait", proof_of_work=work)]
        deployment.client(signed=False).case_token("c1", WRONG)

    for work in ({"challenge": "v1.1.99.x", "bits": 99}, {"challenge": 7, "bits": 1}, {"challenge": "x", "bits": "1"}):
        with pytest.raises(UnexpectedAnswerError):
            ask(work)
    with pytest.raises(ProblemError):
        ask(None)
    assert len(deployment.intake.seen) == 4
