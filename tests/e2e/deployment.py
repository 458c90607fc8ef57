"""A deployed Glasshall as its users meet it: signed writes by the real client, plain reads, jobs by name. It counts."""

import json
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import Message
from typing import Any

import boto3
from glasshall.client import Client

from infra.deploy import Deployed
from tests.world import private_key


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it came over the wire."""

    status: int
    headers: Message
    body: bytes

    def document(self) -> Any:
        """Return its JSON."""
        return json.loads(self.body)


class Deployment:
    """One deployment and what was done to it."""

    def __init__(self, deployed: Deployed, session: boto3.Session, stage: str, environment: Mapping[str, str]) -> None:
        self.deployed = deployed
        self.stage = stage
        self.url = f"http://{deployed.address.authority}{deployed.address.base_path}"
        self.environment = {
            **environment,
            "GLASSHALL_TABLE": deployed.data["TableName"],
            "GLASSHALL_BUCKET": deployed.data["ContentBucketName"],
            "GLASSHALL_SECRET": deployed.data["DeploymentSecretName"],
            "GLASSHALL_PUBLIC_AUTHORITY": deployed.address.authority,
            "GLASSHALL_BASE_PATH": deployed.address.base_path,
        }
        self._session = session
        self._clients: dict[str, Client] = {}
        self._counts: Counter[str] = Counter()

    def service(self, name: str) -> Any:
        """Return an AWS client."""
        return self._session.client(name)  # type: ignore[call-overload]

    def by(self, key_id: str) -> Client:
        """Return the real client, with a key."""
        self._counts["signed requests"] += 1
        if key_id not in self._clients:
            self._clients[key_id] = Client(self.url, private_key(key_id))
        return self._clients[key_id]

    def act(self, key_id: str, collection: str, record_id: str, number: int, body: Mapping[str, Any]) -> Any:
        """Send an act; return its receipt."""
        return self.by(key_id).put_act(collection, record_id, number, body)

    def request(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Reply:
        """Send a request as it stands. No gzip: the emulator spoils bodies that are not text."""
        self._counts["plain requests"] += 1
        request = urllib.request.Request(f"{self.url}{path}", body, dict(headers or {}), method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return Reply(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return Reply(error.code, error.headers, error.read())

    def read(self, path: str) -> Any:
        """Read JSON, and want 200."""
        reply = self.request("GET", path)
        assert reply.status == 200, reply
        return reply.document()

    def invoke(self, job: str, event: Mapping[str, Any] | None = None) -> Any:
        """Run a job by hand; return what it says it did."""
        self._counts["jobs run by hand"] += 1
        answer = self.service("lambda").invoke(
            FunctionName=f"glasshall-{self.stage}-{job}", Payload=json.dumps(event or {}).encode()
        )
        said = json.loads(answer["Payload"].read())
        assert "FunctionError" not in answer, said
        return said

    def wait_for(self, path: str, holds: Callable[[Reply], bool], seconds: float = 20.0) -> Reply:
        """Read until something holds."""
        until = time.monotonic() + seconds
        while not holds(reply := self.request("GET", path)):
            assert time.monotonic() < until, f"{path} is still {reply}"
            time.sleep(0.2)
        return reply

    def counted(self) -> dict[str, int]:
        """Return what was exercised."""
        resources = [
            each
            for stack in ("data", "app")
            for page in self.service("cloudformation")
            .get_paginator("list_stack_resources")
            .paginate(StackName=f"glasshall-{self.stage}-{stack}")
            for each in page["StackResourceSummaries"]
        ]
        functions = sum(each["ResourceType"] == "AWS::Lambda::Function" for each in resources)
        return {**self._counts, "functions": functions, "resources of two stacks": len(resources)}
