"""CloudFormation, as `aws cloudformation deploy` uses it: a change set, carried out, and the stack's outputs.

Invariant: a stack that already is what its template says is left alone, so a deployment can always be run again.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from botocore.exceptions import ClientError

CAPABILITIES = ("CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND")
_NOTHING_TO_DO = ("didn't contain changes", "No updates are to be performed")
_GOOD = ("CREATE_COMPLETE", "UPDATE_COMPLETE")


class DeployError(Exception):
    """A stack or its change set did not come to a good end; the message gives CloudFormation's reasons."""


@dataclass(frozen=True, slots=True)
class Stack:
    """A stack as it should be; the template is given by its text or, if it is large, by its address in S3."""

    name: str
    template: Mapping[str, str]
    parameters: Mapping[str, str]


def find_stack(client: Any, name: str) -> dict[str, Any] | None:
    """Return the description of a stack, or None if there is none that was ever made."""
    try:
        found: dict[str, Any] = client.describe_stacks(StackName=name)["Stacks"][0]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    return None if found["StackStatus"] == "REVIEW_IN_PROGRESS" else found


def outputs_of(stack: Mapping[str, Any]) -> dict[str, str]:
    """Return a stack's outputs by name."""
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", ())}


def apply_stack(client: Any, stack: Stack, *, poll_seconds: float, limit_seconds: float) -> dict[str, str]:
    """Make a stack what it should be and return its outputs.

    Raises:
        DeployError: it did not come to a good end in time.
    """
    kind = "CREATE" if find_stack(client, stack.name) is None else "UPDATE"
    name = _change_set_name(stack)
    client.create_change_set(
        StackName=stack.name,
        ChangeSetName=name,
        ChangeSetType=kind,
        Capabilities=list(CAPABILITIES),
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in stack.parameters.items()],
        **stack.template,
    )
    until = time.monotonic() + limit_seconds
    if _is_ready(client, stack.name, name, until, poll_seconds):
        client.execute_change_set(StackName=stack.name, ChangeSetName=name)
    return outputs_of(_at_rest(client, stack.name, until, poll_seconds))


def _change_set_name(stack: Stack) -> str:
    about = repr((sorted(stack.template.items()), sorted(stack.parameters.items()), time.monotonic_ns()))
    return f"deploy-{sha256(about.encode()).hexdigest()[:16]}"


def _is_ready(client: Any, stack: str, name: str, until: float, poll_seconds: float) -> bool:
    """Wait for a change set; False if it would change nothing (it is gone then)."""
    while True:
        found = client.describe_change_set(StackName=stack, ChangeSetName=name)
        status, reason = found["Status"], found.get("StatusReason", "")
        if status == "CREATE_COMPLETE":
            return True
        if status == "FAILED":
            client.delete_change_set(StackName=stack, ChangeSetName=name)
            if any(words in reason for words in _NOTHING_TO_DO):
                return False
            raise DeployError(f"{stack}: {reason}")
        _wait(f"the change set of {stack} is still {status}", until, poll_seconds)


def _at_rest(client: Any, name: str, until: float, poll_seconds: float) -> dict[str, Any]:
    while True:
        stack: dict[str, Any] = client.describe_stacks(StackName=name)["Stacks"][0]
        status = stack["StackStatus"]
        if status in _GOOD:
            return stack
        if not status.endswith("_IN_PROGRESS"):
            raise DeployError(f"{name} is {status}: {'; '.join(_reasons(client, name))}")
        _wait(f"{name} is still {status}", until, poll_seconds)


def _reasons(client: Any, name: str) -> list[str]:
    events = client.describe_stack_events(StackName=name)["StackEvents"]
    failed = [event for event in events if event.get("ResourceStatus", "").endswith("_FAILED")]
    return [f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', 'no reason')}" for event in failed[:5]]


def _wait(what: str, until: float, poll_seconds: float) -> None:
    if time.monotonic() > until:
        raise DeployError(f"{what}; it goes on without us, look at it in CloudFormation")
    time.sleep(poll_seconds)
