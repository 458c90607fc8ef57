"""`make deploy STAGE=...`: data stack, artefact, app stack. The same code deploys to AWS and to an emulator.

What stands where is found by botocore as always: credentials, region, and `AWS_ENDPOINT_URL` if it is not AWS itself.

Invariants:
- Data first: the app stack is told the data stack's outputs, so it never points at what is not there.
- An artefact lies under its own SHA-256 and is never overwritten: what a stack names stays what it was.
- Without a domain of its own the API does not know its address before it exists: it is made, asked, and told.
"""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import boto3

from infra.package import TEMPLATE
from infra.stacks import Stack, apply_stack, find_stack
from infra.trees import BUILD, ROOT

DATA_TEMPLATE = ROOT / "infra" / "data.yaml"
ACCOUNT_TEMPLATE = ROOT / "infra" / "account.yaml"
ACCOUNT_STACK = "glasshall-account"


class Address(NamedTuple):
    """The public address: host (and port), and the path before `/v1`."""

    authority: str
    base_path: str


UNKNOWN = Address("unknown.invalid", "/api")
"""What the API is told until it has an address: no signature can be for it."""


def gateway_address(outputs: Mapping[str, str]) -> Address:
    """Return API Gateway's own address of a deployed app stack."""
    url = urlsplit(outputs["EndpointURL"])
    return Address(url.netloc, url.path.rstrip("/"))


@dataclass(frozen=True, slots=True)
class Plan:
    """One deployment as it should be."""

    stage: str
    archive: Path
    template: Path = TEMPLATE
    address: Address | None = None
    """The public address, where there is a domain (or a CDN) of one's own."""
    find_address: Callable[[Mapping[str, str]], Address] = gateway_address
    """How the address is found where there is none."""
    deletion_protection: bool = True
    files_url: str = ""
    """Address of a host of one's own for attachments; empty has the data stack make one."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    """Further parameters of the app stack."""
    poll_seconds: float = 2.0
    limit_seconds: float = 1_800.0


@dataclass(frozen=True, slots=True)
class Deployed:
    """What stands now."""

    address: Address
    data: Mapping[str, str]
    app: Mapping[str, str]


def deploy(plan: Plan, session: Any = None) -> Deployed:
    """Make everything what the plan says; the same plan again changes nothing.

    Raises:
        DeployError: a stack did not come to a good end.
    """
    made = session or boto3.Session()
    return _Deployment(plan, made).run()


class _Deployment:
    def __init__(self, plan: Plan, session: Any) -> None:
        self._plan = plan
        self._session = session
        self._cloudformation = session.client("cloudformation")
        self._s3 = session.client("s3")

    def run(self) -> Deployed:
        self._give_gateway_its_log_role()
        data = self._data_stack()
        parameters = {**self._code(data["ContentBucketName"]), **shared_parameters(data), **self._plan.parameters}
        template = self._template(data["ContentBucketName"])
        told = self._plan.address or self._known_address()
        app = self._app_stack(template, parameters, told)
        found = self._plan.address or self._plan.find_address(app)
        if found != told:
            app = self._app_stack(template, parameters, found)
        return Deployed(found, data, app)

    def _apply(self, stack: Stack) -> dict[str, str]:
        plan = self._plan
        return apply_stack(
            self._cloudformation, stack, poll_seconds=plan.poll_seconds, limit_seconds=plan.limit_seconds
        )

    def _give_gateway_its_log_role(self) -> None:
        """One for an account and region: left alone if there is one, whoever gave it."""
        account = self._session.client("apigateway").get_account()
        if not account.get("cloudwatchRoleArn"):
            self._apply(Stack(ACCOUNT_STACK, {"TemplateBody": ACCOUNT_TEMPLATE.read_text("utf-8")}, {}))

    def _data_stack(self) -> dict[str, str]:
        protected = "true" if self._plan.deletion_protection else "false"
        parameters = {
            "Stage": self._plan.stage,
            "DeletionProtection": protected,
            "FilesUrl": self._plan.files_url,
        }
        template = {"TemplateBody": DATA_TEMPLATE.read_text("utf-8")}
        return self._apply(Stack(f"glasshall-{self._plan.stage}-data", template, parameters))

    def _code(self, bucket: str) -> dict[str, str]:
        return {"CodeBucket": bucket, "CodeKey": self._upload(bucket, self._plan.archive)}

    def _template(self, bucket: str) -> dict[str, str]:
        """Give the template by its address: its text is more than CloudFormation takes in a request."""
        key = self._upload(bucket, self._plan.template)
        return {"TemplateURL": f"{self._s3.meta.endpoint_url}/{bucket}/{key}"}

    def _upload(self, bucket: str, path: Path) -> str:
        content = path.read_bytes()
        key = f"artefacts/{sha256(content).hexdigest()}{path.suffix}"
        self._s3.put_object(Bucket=bucket, Key=key, Body=content)
        return key

    def _app_name(self) -> str:
        return f"glasshall-{self._plan.stage}-app"

    def _known_address(self) -> Address:
        stack = find_stack(self._cloudformation, self._app_name())
        told = {each["ParameterKey"]: each["ParameterValue"] for each in (stack or {}).get("Parameters", ())}
        if "PublicAuthority" not in told:
            return UNKNOWN
        return Address(told["PublicAuthority"], told["BasePath"])

    def _app_stack(self, template: dict[str, str], parameters: dict[str, str], address: Address) -> dict[str, str]:
        told = {"Stage": self._plan.stage, "PublicAuthority": address.authority, "BasePath": address.base_path}
        return self._apply(Stack(self._app_name(), template, {**parameters, **told}))


def shared_parameters(data: Mapping[str, str]) -> dict[str, str]:
    """Return the parameters of the app stack that are outputs of the data stack, under the same names."""
    names = ("TableName", "TableArn", "TableStreamArn", "ContentBucketName", "ContentBucketArn", "FilesUrl")
    more = ("JobDeadLettersName", "JobDeadLettersArn", "DeploymentSecretName", "DeploymentSecretArn")
    return {name: data[name] for name in (*names, *more)}


def main(arguments: Sequence[str] | None = None) -> int:
    """Deploy what `make package` built, and say where it stands."""
    parser = argparse.ArgumentParser(prog="python -m infra.deploy", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--stage", required=True, help="name of the deployment, as prod")
    parser.add_argument("--authority", help="host of a domain of one's own, as api.example.gov")
    parser.add_argument("--base-path", default="", help="path before /v1 at that domain")
    parser.add_argument(
        "--files-url", default="", help="host of one's own for attachments, as https://files.example.gov"
    )
    parser.add_argument(
        "--parameter",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="of the app stack: TimeZone, NightlyCron, AlarmTopicArn, LogDays",
    )
    given = parser.parse_args(arguments)
    address = Address(given.authority, given.base_path) if given.authority else None
    parameters = dict(parameter.split("=", 1) for parameter in given.parameter)
    done = deploy(
        Plan(given.stage, BUILD / "target.zip", address=address, files_url=given.files_url, parameters=parameters)
    )
    sys.stdout.write(f"deployed: https://{done.address.authority}{done.address.base_path}/v1\n")
    for name, value in sorted(done.data.items()):
        sys.stdout.write(f"  {name} {value}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
