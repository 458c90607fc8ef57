"""The cold start: a fresh process that imports app.py and answers its first public read, beside one that imports boto3 and
makes a DynamoDB client. In turns, user and system seconds of the whole process, less nothing."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import orjson

from bench.dataset import Dataset
from bench.measure import Samples
from bench.ours import ITEM_PATH
from chalicelib.routes.application import create_app
from local.events import build_event

ROOT = Path(__file__).parent.parent
ENVIRONMENT = {
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
    "AWS_EC2_METADATA_DISABLED": "true",
}
OURS = """
import sys
sys.path.insert(0, sys.argv[1])
import app
import json
from botocore.awsrequest import AWSResponse
from chalicelib import wiring

class Canned(AWSResponse):
    def __init__(self, body):
        super().__init__("https://dynamodb.invalid/", 200, {"content-length": str(len(body))}, None)
        self._content = body

with open(sys.argv[2]) as event, open(sys.argv[3], "rb") as item:
    event, body = json.load(event), item.read()
client = wiring.current().table._client
client.meta.events.register_first("before-send.dynamodb", lambda request, **_: Canned(body))
answer = app.app(event, None)
assert answer["statusCode"] == 200, answer
"""
BOTO3 = "import boto3; boto3.client('dynamodb')"
EMPTY = "pass"


def cold_in_turns(data: Dataset, runs: int) -> Samples:
    """Return CPU seconds of every process, in turns, after one turn that does not count."""
    with tempfile.TemporaryDirectory() as folder:
        event, item = Path(folder) / "event.json", Path(folder) / "item.json"
        event.write_bytes(orjson.dumps(build_event(create_app(), "GET", ITEM_PATH)))
        item.write_bytes(data.ours(1)["GetItem"])
        subjects = {
            "ours": [OURS, str(ROOT), str(event), str(item)],
            "boto3": [BOTO3],
            "empty": [EMPTY],
        }
        samples: Samples = {name: [] for name in subjects}
        for number in range(runs + 1):
            for name, arguments in subjects.items():
                seconds = _cpu_of(arguments)
                if number:
                    samples[name].append(seconds)
        return samples


def _cpu_of(arguments: list[str]) -> float:
    process = subprocess.Popen([sys.executable, "-I", "-c", *arguments], env=_environment())
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError("the measured process failed")
    return used.ru_utime + used.ru_stime


def _environment() -> Mapping[str, str]:
    return {**{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}, **ENVIRONMENT}
