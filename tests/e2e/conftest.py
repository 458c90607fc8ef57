"""The packaged program, deployed to the emulator by the very code that deploys to AWS, once for all tests of this folder."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from infra.deploy import Address, Plan, deploy
from infra.package import Artefact, build
from infra.template import write_template
from infra.trees import HOST, ROOT, TARGET
from local.emulator import NO_FILES_HOST, Emulator
from tests.e2e.deployment import Deployment
from tests.world import ROOT as ROOT_AGENCY
from tests.world import public_key_base64

STAGE = "e2e"
_COUNTS: Counter[str] = Counter()


@pytest.fixture(scope="session")
def host(tmp_path_factory: pytest.TempPathFactory) -> Artefact:
    """The artefact for this interpreter, built now from these sources."""
    return build(HOST, tmp_path_factory.mktemp("host"))


@pytest.fixture(scope="session")
def target(tmp_path_factory: pytest.TempPathFactory) -> Artefact:
    """The artefact for Lambda, built now from these sources."""
    return build(TARGET, tmp_path_factory.mktemp("target"))


@pytest.fixture(scope="module")
def deployment(host: Artefact, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """A deployment with a root agency and its first key, put in by the operator's command.

    Not for the whole session: while it stands, AWS clients of this process go to its emulator and to no other.
    """
    folder = tmp_path_factory.mktemp("aws")
    template = write_template(folder / "template.json")
    with Emulator(folder / "state", services=None) as emulator:
        session = boto3.Session(aws_access_key_id="local", aws_secret_access_key="local", region_name="us-east-1")
        before = dict(os.environ)
        os.environ.update(emulator.environment())
        try:
            deployed = _Deployed(emulator, template, host, session).made()
            _init(deployed)
            yield deployed
            _COUNTS.update(deployed.counted())
        finally:
            os.environ.clear()
            os.environ.update(before)


class _Deployed:
    """The deployment of one artefact; how the emulator shows a stage is said here."""

    def __init__(self, emulator: Emulator, template: Path, host: Artefact, session: boto3.Session) -> None:
        self._emulator = emulator
        self._session = session
        self._plan = Plan(
            STAGE,
            host.archive,
            template,
            find_address=lambda outputs: Address(
                f"127.0.0.1:{emulator.port}", f"/_aws/execute-api/{outputs['RestAPIId']}/api"
            ),
            deletion_protection=False,
            files_url=NO_FILES_HOST,
            poll_seconds=0.05,
            limit_seconds=60,
        )

    def made(self) -> Deployment:
        """Deploy, and deploy again: the second time must change nothing."""
        first = deploy(self._plan, self._session)
        assert deploy(self._plan, self._session) == first
        return Deployment(first, self._session, STAGE, self._emulator.environment())


def _init(deployment: Deployment) -> None:
    """Run `glasshall operator init` as an operator does: in the checkout, with the deployment's settings."""
    command = [sys.executable, "-m", "glasshall", "operator", "init", "guangan", "--content", "-"]
    key = ["--key-id", "root-keys", "--public-key", public_key_base64("root-keys"), "--person", "Wang"]
    environment = {**os.environ, **deployment.environment, "PYTHONPATH": f"{ROOT}:{ROOT / 'client'}"}
    subprocess.run(
        [*command, *key], input=json.dumps(ROOT_AGENCY), env=environment, check=True, text=True, capture_output=True
    )


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how much was exercised."""
    if _COUNTS:
        counts = ", ".join(f"{number} {what}" for what, number in _COUNTS.items())
        terminalreporter.write_line(f"deployed artefact: {counts}")
