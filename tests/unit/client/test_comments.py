"""Comments by the client, against the program itself over real HTTP."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from glasshall.cli.main import main
from glasshall.client import system_now
from glasshall.shared import save_pem

from chalicelib.routes.application import create_app
from chalicelib.settings import Settings
from local.gateway import Gateway
from tests.draft_world import COMMENT, CONTACT, DraftWorld
from tests.world import AUTHORITY, private_key

Output = pytest.CaptureFixture[str]


@pytest.fixture
def named(tmp_path: Path) -> Iterator[list[str]]:
    """A deployment with a draft that takes one comment an hour without work; the options of its moderator."""
    settings = Settings(public_authority=AUTHORITY, comments_per_hour_network=1, proof_of_work_bits=8)
    world = DraftWorld(settings=settings).begin()
    world.now = system_now()
    world.open(last_day=f"{world.now.year + 1}-06-30")
    file = tmp_path / "moderator.pem"
    file.write_bytes(save_pem(private_key("moderator")))
    with Gateway(create_app, port=0) as gateway:
        yield ["--url", gateway.url, "--authority", AUTHORITY, "--key-file", str(file)]


def test_comments_are_sent_queued_shown_and_moderated_from_the_command_line(
    named: list[str], tmp_path: Path, capsys: Output
) -> None:
    def run(*words: str) -> str:
        assert main([*words, *named]) == 0
        return capsys.readouterr().out

    file = tmp_path / "comment.json"
    file.write_text(json.dumps({**COMMENT, "contact": CONTACT}), "utf-8")
    sent = ["comment", "send", "d1", str(file), "--url", named[1]]
    names = []
    for _ in range(2):  # the second with work
        assert main(sent) == 0
        shown = capsys.readouterr()
        names.append(json.loads(shown.out)["id"])
        assert f"--uuid {names[-1]}" in shown.err
    waiting = {json.loads(line)["id"] for line in run("comment", "queue", "d1").splitlines()}
    assert waiting == set(names)  # the clock stands still here, and of one instant the order is that of the names
    assert json.loads(run("comment", "show", names[0]))["contact"] == CONTACT
    assert json.loads(run("comment", "moderate", names[0], "shown"))["act"] == 2
    law = ("--reason", "law", "--document", "保守国家秘密法", "--article", "第九条")
    assert json.loads(run("comment", "moderate", names[0], "withheld", *law))["state"] == "withheld"
    assert json.loads(run("comment", "moderate", names[1], "withheld", "--reason", "insult", "--dry-run"))
    assert [json.loads(line)["id"] for line in run("comment", "queue", "d1").splitlines()] == names[1:]
    assert main(["comment", "moderate", names[1], "withheld", *named]) == 1, "a reason is wanted"
    assert main(["comment", "moderate", names[1], "shown", "--article", "1", *named]) == 2
