"""The embedded AWS of a laptop: ministack as a child process, and the data stack created in it from infra/data.yaml.

Invariants:
- It listens on one loopback port and nowhere else, touches no Docker daemon and sees no credentials of its user.
- A state directory belongs to one emulator at a time, from before its state is read until after it is written.
- State is written only at an orderly stop (ministack's way), so every end of the parent leads to one: leaving the
  context, Ctrl-C in the terminal, even a kill of the parent. A kill of the emulator itself loses what came since its
  start, and the state before stands.
"""

import fcntl
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import boto3
from botocore.exceptions import ClientError

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = ROOT / "infra" / "data.yaml"
PYTHON = ROOT / ".venv-emulator" / "bin" / "python"
HOST = "127.0.0.1"
REGION = "us-east-1"
DATA_SERVICES = ("cloudformation", "dynamodb", "dynamodbstreams", "s3", "secretsmanager", "sqs", "sts")
_INHERITED = ("PATH", "HOME", "LANG", "LC_ALL")
_OWN_FILES = ("state", "objects", "temporary")


class EmulatorError(Exception):
    """The embedded AWS did not start, stop or save as it should; the message says what to look at."""


def free_port() -> int:
    """Return a loopback port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


class Emulator:
    """One ministack process over one state directory; a context manager.

    `port=0` takes any free port. `services=None` starts with everything ministack has (for deployments of the whole
    program). `fresh=True` forgets the state of earlier runs, whatever a table's deletion protection says.
    """

    def __init__(
        self,
        state_dir: Path,
        port: int = 0,
        *,
        fresh: bool = False,
        services: Iterable[str] | None = DATA_SERVICES,
        log_path: Path | None = None,
        python: Path = PYTHON,
        start_seconds: float = 120,
        stop_seconds: float = 120,
    ) -> None:
        self.state_dir = state_dir.resolve()
        self.port = port
        self.log_path = log_path or self.state_dir.parent / "log" / "emulator.log"
        self._fresh = fresh
        self._services = services
        self._python = python
        self._start_seconds = start_seconds
        self._stop_seconds = stop_seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._lock: IO[bytes] | None = None
        self._log_start = 0

    @property
    def endpoint(self) -> str:
        """Address for AWS_ENDPOINT_URL."""
        return f"http://{HOST}:{self.port}"

    @property
    def pid(self) -> int | None:
        """Process id while it runs."""
        return self._process.pid if self._process else None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start it and return once it answers.

        Raises:
            EmulatorError: another emulator holds the state directory, or this one ended or stayed silent.
        """
        self._take_directory()
        if self.port == 0:
            self.port = free_port()
        self.log_path.parent.mkdir(parents=True, exist_ok=True)
        self._log_start = self.log_path.stat().st_size if self.log_path.exists() else 0
        self._process = self._spawn()
        try:
            self._wait_until_it_answers(self._process)
        except BaseException:
            self._process.kill()
            self._process.wait()
            self._let_go()
            raise

    def stop(self) -> None:
        """Let it save its state and end; does nothing when it is not running.

        Raises:
            EmulatorError: it had to be killed, or could not write its state; what came since the start is lost.
        """
        process = self._process
        if process is None:
            return
        try:
            process.terminate()
            process.wait(self._stop_seconds)
        except subprocess.TimeoutExpired as error:
            process.kill()
            process.wait()
            raise EmulatorError(f"did not stop within {self._stop_seconds:g} s and was killed unsaved") from error
        finally:
            self._let_go()
        self._check_saved()

    def environment(self) -> dict[str, str]:
        """Return the standard AWS variables that point a program here, with credentials that are none."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def _take_directory(self) -> None:
        self.state_dir.mkdir(parents=True, exist_ok=True)
        self.state_dir.chmod(0o700)  # the state holds the deployment's secret
        lock = (self.state_dir / "lock").open("ab")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.close()
            raise EmulatorError(f"another emulator is using {self.state_dir}, or is still saving to it") from error
        self._lock = lock
        if self._fresh:
            for name in _OWN_FILES:
                shutil.rmtree(self.state_dir / name, ignore_errors=True)
        for name in _OWN_FILES:
            (self.state_dir / name).mkdir(exist_ok=True)

    def _spawn(self) -> subprocess.Popen[bytes]:
        if not self._python.exists():
            self._let_go()
            raise EmulatorError(f"no interpreter at {self._python}; install requirements/emulator.txt there")
        if self._lock is None:
            raise EmulatorError("the state directory is not held")
        with self.log_path.open("ab") as log:
            # The child inherits the lock, so nobody reads the state while a dying run still writes it.
            return subprocess.Popen(
                [str(self._python), "-P", str(Path(__file__).with_name("emulator_child.py"))],
                env=self._child_environment(),
                cwd=self.state_dir,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=(self._lock.fileno(),),
            )

    def _child_environment(self) -> dict[str, str]:
        inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        selected = {"SERVICES": ",".join(self._services)} if self._services is not None else {}
        return {
            **inherited,
            **selected,
            "BIND_HOST": HOST,
            "GATEWAY_PORT": str(self.port),
            "MINISTACK_REGION": REGION,
            "PERSIST_STATE": "1",
            "STATE_DIR": str(self.state_dir / "state"),
            "S3_PERSIST": "1",
            "S3_DATA_DIR": str(self.state_dir / "objects"),
            "TMPDIR": str(self.state_dir / "temporary"),
            "IOT_MTLS_ENABLED": "0",  # would open 8883
            "SFTP_ENABLED": "0",
            "DOCKER_HOST": f"unix://{self.state_dir}/no-docker",  # its reaper removes containers it takes for its own
            "LOG_LEVEL": "WARNING",
        }

    def _wait_until_it_answers(self, process: "subprocess.Popen[bytes]") -> None:
        until = time.monotonic() + self._start_seconds
        while time.monotonic() < until:
            if process.poll() is not None:
                raise EmulatorError(f"ended with {process.returncode} at its start; see {self.log_path}")
            if _answers(f"{self.endpoint}/_ministack/health"):
                return
            time.sleep(0.05)
        raise EmulatorError(f"did not answer within {self._start_seconds:g} s; see {self.log_path}")

    def _check_saved(self) -> None:
        with self.log_path.open("rb") as log:
            log.seek(self._log_start)
            if b"Persistence: failed to save" in log.read():
                raise EmulatorError(f"could not write its state; see {self.log_path}")

    def _let_go(self) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
        if self._lock is not None:
            self._lock.close()
        self._process = self._lock = None


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own loopback address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


NO_FILES_HOST = "http://127.0.0.1:9"
"""Where nothing is given out: port 9 is `discard`."""


def deploy_data_stack(
    endpoint: str, stage: str = "local", *, template: Path = TEMPLATE, files_url: str = NO_FILES_HOST
) -> dict[str, str]:
    """Create or update the data stack by the CloudFormation API and return its outputs; again is harmless.

    Raises:
        EmulatorError: the stack did not come to rest in a good state.
    """
    client = boto3.client(
        "cloudformation",
        endpoint_url=endpoint,
        region_name=REGION,
        aws_access_key_id="local",
        aws_secret_access_key="local",  # noqa: S106 - none
    )
    name = f"glasshall-{stage}-data"
    parameters = [
        {"ParameterKey": "Stage", "ParameterValue": stage},
        {"ParameterKey": "DeletionProtection", "ParameterValue": "false"},
        {"ParameterKey": "FilesUrl", "ParameterValue": files_url},
    ]
    _apply(client, {"StackName": name, "TemplateBody": template.read_text("utf-8"), "Parameters": parameters})
    stack = _come_to_rest(client, name)
    if stack["StackStatus"] not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        raise EmulatorError(f"{name} is {stack['StackStatus']}: {stack.get('StackStatusReason', 'no reason given')}")
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def _apply(client: Any, stack: Mapping[str, Any]) -> None:
    try:
        client.create_stack(**stack)
    except client.exceptions.AlreadyExistsException:
        _update(client, stack)


def _update(client: Any, stack: Mapping[str, Any]) -> None:
    try:
        client.update_stack(**stack)
    except ClientError as error:
        if "No updates are to be performed" not in str(error):
            raise


def _come_to_rest(client: Any, name: str, seconds: float = 60) -> dict[str, Any]:
    until = time.monotonic() + seconds
    while True:
        stack: dict[str, Any] = client.describe_stacks(StackName=name)["Stacks"][0]
        if not stack["StackStatus"].endswith("_IN_PROGRESS"):
            return stack
        if time.monotonic() > until:
            raise EmulatorError(f"{name} is still {stack['StackStatus']} after {seconds:g} s")
        time.sleep(0.1)


def settings_environment(outputs: Mapping[str, str]) -> dict[str, str]:
    """Return the program's own variables for the outputs of a data stack."""
    return {
        "GLASSHALL_TABLE": outputs["TableName"],
        "GLASSHALL_BUCKET": outputs["ContentBucketName"],
        "GLASSHALL_SECRET": outputs["DeploymentSecretName"],
        "GLASSHALL_FILES_URL": outputs["FilesUrl"],
    }
