"""The contract suite runs the same tests on the memory table, on moto and on the embedded AWS.

moto is lax and not safe under threads: nothing here claims anything about concurrency from it. One mock and one emulator
serve the whole run; each test has partitions of its own.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import pytest
import yaml

from chalicelib.store import keys
from chalicelib.store.aws import dynamodb_client, s3_client
from chalicelib.store.dynamo import DynamoTable
from chalicelib.store.objects import Objects, S3Objects
from chalicelib.store.table import Table
from local.emulator import REGION, Emulator, deploy_data_stack
from tests.fakes.memory_objects import MemoryObjects
from tests.fakes.memory_table import MemoryTable

CREDENTIALS = {"region_name": REGION, "aws_access_key_id": "test", "aws_secret_access_key": "test"}
Stores = tuple[Table, Objects]


class _CloudFormation(yaml.SafeLoader):
    """Reads a template; what its functions would give does not matter for the table's shape."""


_CloudFormation.add_multi_constructor("!", lambda loader, suffix, node: f"!{suffix}")


def table_properties() -> dict[str, Any]:
    """Return the table of the data stack, for an engine that does not take the template itself."""
    template = Path("infra/data.yaml").read_text("utf-8")
    properties: dict[str, Any] = yaml.load(template, Loader=_CloudFormation)["Resources"]["Table"]["Properties"]
    wanted = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
    return {name: properties[name] for name in wanted}


@pytest.fixture(scope="session")
def on_moto() -> Iterator[Stores]:
    """Return stores on moto."""
    from moto import mock_aws

    with mock_aws():
        client = boto3.client("dynamodb", **CREDENTIALS)  # type: ignore[call-overload]
        client.create_table(TableName="contract", **table_properties())
        s3 = boto3.client("s3", **CREDENTIALS)  # type: ignore[call-overload]
        s3.create_bucket(Bucket="contract")
        yield DynamoTable(client, "contract"), S3Objects(s3, "contract")


@pytest.fixture(scope="session")
def on_emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stores]:
    """Return stores on the embedded AWS, created from the data stack's own template, with the program's own clients."""
    with Emulator(tmp_path_factory.mktemp("aws")) as emulator, pytest.MonkeyPatch.context() as environment:
        outputs = deploy_data_stack(emulator.endpoint, "contract")
        for name, value in emulator.environment().items():
            environment.setenv(name, value)
        table = DynamoTable(dynamodb_client(), outputs["TableName"])
        yield table, S3Objects(s3_client(), outputs["ContentBucketName"])


@pytest.fixture(params=["memory", "moto", "emulator"])
def stores(request: pytest.FixtureRequest) -> Stores:
    """Return each engine's stores in turn, without what an earlier test left: which that was is up to the order of tests."""
    if request.param == "memory":
        return MemoryTable(keys.INDEXES), MemoryObjects()
    table, objects = request.getfixturevalue(f"on_{request.param}")
    _empty(table, objects)
    return table, objects


def _empty(table: DynamoTable, objects: Objects) -> None:
    client, name = table._client, table._name
    pages = client.get_paginator("scan").paginate(TableName=name, ProjectionExpression="pk, sk")
    left = [item for page in pages for item in page["Items"]]
    for at in range(0, len(left), 25):
        deletes = [{"DeleteRequest": {"Key": item}} for item in left[at : at + 25]]
        client.batch_write_item(RequestItems={name: deletes})
    for held in objects.names(""):
        objects.remove(held)


@pytest.fixture
def table(stores: Stores) -> Table:
    """Return each engine's table in turn."""
    return stores[0]


@pytest.fixture
def own() -> Callable[[str], str]:
    """Return a namer of partitions that no other test uses."""
    mark = uuid4().hex
    return lambda name: f"{name}-{mark}"
