"""The embedded AWS: the data stack comes up from its template, and what was stored is there again after any end."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from local.emulator import HOST, REGION, ROOT, Emulator, EmulatorError, deploy_data_stack, settings_environment

PARENT = """
import sys, time
from pathlib import Path
from local.emulator import Emulator
emulator = Emulator(Path(sys.argv[1]))
emulator.start()
print(emulator.port, flush=True)
time.sleep(600)
"""


def client(service: str, endpoint: str) -> Any:
    return boto3.client(  # type: ignore[call-overload]
        service, endpoint_url=endpoint, region_name=REGION, aws_access_key_id="local", aws_secret_access_key="local"
    )


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    with Emulator(tmp_path_factory.mktemp("emulator") / "aws") as emulator:
        yield emulator


def again(state_dir: Path) -> Emulator:
    """Return an emulator over a directory that another may still be saving to."""
    until = time.monotonic() + 30
    while True:
        try:
            emulator = Emulator(state_dir)
            emulator.start()
        except EmulatorError:
            assert time.monotonic() < until
            time.sleep(0.05)
        else:
            return emulator


def listening(pid: int) -> set[str]:
    """Return the local addresses on which a process listens, from the kernel's own tables."""
    inodes = {str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir()}
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and f"socket:[{fields[9]}]" in inodes:
                found.add(fields[1])
    return found


def test_the_stack_stands_after_every_start_and_keeps_what_was_stored(tmp_path: Path) -> None:
    with Emulator(tmp_path / "aws") as emulator:
        outputs = deploy_data_stack(emulator.endpoint)
        assert deploy_data_stack(emulator.endpoint) == outputs
        table, bucket = outputs["TableName"], outputs["ContentBucketName"]
        client("dynamodb", emulator.endpoint).put_item(TableName=table, Item={"pk": {"S": "a"}, "sk": {"S": "b"}})
        client("s3", emulator.endpoint).put_object(Bucket=bucket, Key="k/\u5de5", Body=b"\x00\xff")
        secrets = client("secretsmanager", emulator.endpoint)
        secret = secrets.get_secret_value(SecretId=outputs["DeploymentSecretName"])["SecretString"]
        assert len(secret) == 64
    with Emulator(tmp_path / "aws") as emulator:
        assert deploy_data_stack(emulator.endpoint) == outputs
        found = client("dynamodb", emulator.endpoint).get_item(
            TableName=table, Key={"pk": {"S": "a"}, "sk": {"S": "b"}}, ConsistentRead=True
        )
        assert found["Item"] == {"pk": {"S": "a"}, "sk": {"S": "b"}}
        assert client("s3", emulator.endpoint).get_object(Bucket=bucket, Key="k/\u5de5")["Body"].read() == b"\x00\xff"
        secrets = client("secretsmanager", emulator.endpoint)
        assert secrets.get_secret_value(SecretId=outputs["DeploymentSecretName"])["SecretString"] == secret
    with Emulator(tmp_path / "aws", fresh=True) as emulator:
        assert client("dynamodb", emulator.endpoint).list_tables()["TableNames"] == []


def test_the_table_answers_by_its_indexes(running: Emulator) -> None:
    table = settings_environment(deploy_data_stack(running.endpoint, "test"))["GLASSHALL_TABLE"]
    assert table == "glasshall-test"
    dynamodb = client("dynamodb", running.endpoint)
    marks = {"all_pk": {"S": "services"}, "published_sk": {"S": "2026"}}
    item = {"pk": {"S": "a"}, "sk": {"S": "VIEW"}, "summary": {"B": b"{}"}, "body": {"B": b"{...}"}, **marks}
    dynamodb.put_item(TableName=table, Item=item)
    page = dynamodb.query(
        TableName=table,
        IndexName="all_published",
        KeyConditionExpression="all_pk = :pk",
        ExpressionAttributeValues={":pk": {"S": "services"}},
    )
    assert page["Items"] == [{name: value for name, value in item.items() if name != "body"}]


def test_it_listens_on_one_loopback_port_and_nowhere_else(running: Emulator) -> None:
    deploy_data_stack(running.endpoint, "test")
    assert running.pid is not None
    assert listening(running.pid) == {f"0100007F:{running.port:04X}"}
    assert running.environment()["AWS_ENDPOINT_URL"] == f"http://{HOST}:{running.port}"


def test_a_dead_letter_can_be_sent_and_read(running: Emulator) -> None:
    outputs = deploy_data_stack(running.endpoint, "test")
    queues = client("sqs", running.endpoint)
    queues.send_message(QueueUrl=outputs["JobDeadLettersUrl"], MessageBody="{}")
    url = queues.get_queue_url(QueueName=outputs["JobDeadLettersName"])["QueueUrl"]
    (message,) = queues.receive_message(QueueUrl=url)["Messages"]
    assert message["Body"] == "{}"


def test_two_emulators_cannot_share_a_state_directory(running: Emulator) -> None:
    with pytest.raises(EmulatorError, match="another emulator"):
        Emulator(running.state_dir).start()


def test_an_emulator_without_an_interpreter_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(EmulatorError, match=r"requirements/emulator\.txt"):
        Emulator(tmp_path / "aws", python=tmp_path / "nothing").start()


def test_a_parent_that_is_killed_leaves_its_state_saved(tmp_path: Path) -> None:
    command = [sys.executable, "-c", PARENT, str(tmp_path / "aws")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        port = int(parent.stdout.readline())
        client("dynamodb", f"http://{HOST}:{port}").create_table(
            TableName="kept",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        )
        parent.send_signal(signal.SIGKILL)
    emulator = again(tmp_path / "aws")
    assert client("dynamodb", emulator.endpoint).list_tables()["TableNames"] == ["kept"]
    emulator.stop()
