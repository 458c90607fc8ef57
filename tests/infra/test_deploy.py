"""Stacks by change sets, against a CloudFormation that says what it is told to: nothing to do, done, failed, too slow."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.deploy import Address, gateway_address
from infra.stacks import DeployError, Stack, apply_stack, find_stack

STACK = Stack("glasshall-test", {"TemplateBody": "{}"}, {"Stage": "test"})


class CloudFormation:
    """A stack of one resource; `change` and `end` are what a change set and the stack come to."""

    def __init__(self, *, status: str | None = None, change: str = "", end: str = "CREATE_COMPLETE") -> None:
        self.status = status
        self.change = change
        self.end = end
        self.calls: list[str] = []
        self.kind = ""

    def describe_stacks(self, **request: Any) -> Any:
        if self.status is None:
            message = f"Stack with id {request['StackName']} does not exist"
            raise ClientError({"Error": {"Code": "ValidationError", "Message": message}}, "DescribeStacks")
        outputs = [{"OutputKey": "Name", "OutputValue": "value"}]
        return {"Stacks": [{"StackStatus": self.status, "Outputs": outputs}]}

    def create_change_set(self, **request: Any) -> None:
        self.kind = request["ChangeSetType"]
        self.status = self.status or "REVIEW_IN_PROGRESS"

    def describe_change_set(self, **request: Any) -> Any:
        return {"Status": "FAILED" if self.change else "CREATE_COMPLETE", "StatusReason": self.change}

    def delete_change_set(self, **request: Any) -> None:
        self.calls.append("delete")

    def execute_change_set(self, **request: Any) -> None:
        self.calls.append("execute")
        self.status = self.end

    def describe_stack_events(self, **request: Any) -> Any:
        failed = {"LogicalResourceId": "Table", "ResourceStatus": "CREATE_FAILED", "ResourceStatusReason": "exists"}
        return {"StackEvents": [{"LogicalResourceId": "Role", "ResourceStatus": "CREATE_COMPLETE"}, failed]}


def apply(client: CloudFormation, limit_seconds: float = 1.0) -> dict[str, str]:
    return apply_stack(client, STACK, poll_seconds=0.0, limit_seconds=limit_seconds)


def test_a_stack_that_is_not_there_is_made_and_its_outputs_returned() -> None:
    client = CloudFormation()
    assert apply(client) == {"Name": "value"}
    assert (client.kind, client.calls) == ("CREATE", ["execute"])


def test_a_stack_whose_making_never_began_is_made() -> None:
    client = CloudFormation(status="REVIEW_IN_PROGRESS")
    assert find_stack(client, "glasshall-test") is None
    apply(client)
    assert client.kind == "CREATE"


@pytest.mark.parametrize(
    "reason", ["The submitted information didn't contain changes.", "No updates are to be performed."]
)
def test_a_stack_that_is_what_it_should_be_is_left_alone(reason: str) -> None:
    client = CloudFormation(status="UPDATE_COMPLETE", change=reason)
    assert apply(client) == {"Name": "value"}
    assert (client.kind, client.calls) == ("UPDATE", ["delete"])


def test_a_change_set_that_is_refused_is_an_error_with_its_reason() -> None:
    with pytest.raises(DeployError, match="no such bucket"):
        apply(CloudFormation(status="CREATE_COMPLETE", change="no such bucket"))


def test_a_stack_that_rolled_back_is_an_error_that_names_what_failed() -> None:
    with pytest.raises(DeployError, match=r"ROLLBACK_COMPLETE: Table: exists"):
        apply(CloudFormation(end="ROLLBACK_COMPLETE"))


def test_a_stack_that_takes_too_long_is_an_error_that_says_it_goes_on() -> None:
    with pytest.raises(DeployError, match="still CREATE_IN_PROGRESS"):
        apply(CloudFormation(end="CREATE_IN_PROGRESS"), limit_seconds=0.0)


def test_another_fault_than_a_missing_stack_is_not_taken_for_one() -> None:
    class Refusing(CloudFormation):
        def describe_stacks(self, **request: Any) -> Any:
            raise ClientError({"Error": {"Code": "AccessDenied", "Message": "not allowed"}}, "DescribeStacks")

    with pytest.raises(ClientError):
        find_stack(Refusing(), "glasshall-test")


def test_the_address_without_a_domain_of_ones_own_is_that_of_the_stage() -> None:
    outputs = {"EndpointURL": "https://a1b2.execute-api.eu-central-1.amazonaws.com/api/"}
    assert gateway_address(outputs) == Address("a1b2.execute-api.eu-central-1.amazonaws.com", "/api")
