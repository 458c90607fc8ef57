"""The two zips: the same program twice, whole in itself, and able to start where nothing else is installed."""

import json
import subprocess
import sys
import zipfile

from infra.archives import LIMIT_BYTES, check_same, differences, hashes, hashes_in, may_differ
from infra.package import Artefact
from infra.trees import LOCK, files_of

BARE = """
import importlib, json, os, pkgutil, sys
sys.path.insert(0, sys.argv[1])
os.environ.update(AWS_ACCESS_KEY_ID="none", AWS_SECRET_ACCESS_KEY="none", AWS_DEFAULT_REGION="us-east-1",
                  AWS_EC2_METADATA_DISABLED="true", AWS_ENDPOINT_URL="http://127.0.0.1:9", AWS_MAX_ATTEMPTS="1")
import app, boto3, chalicelib
modules = [importlib.import_module(each.name) for each in pkgutil.walk_packages(chalicelib.__path__, "chalicelib.")
           if not each.name.endswith("__main__")]
for service in ("dynamodb", "s3", "secretsmanager", "sqs", "sts"):
    boto3.client(service)
def get(path):
    return app.app({"httpMethod": "GET", "path": path, "resource": path, "headers": {}, "pathParameters": None,
        "queryStringParameters": None, "multiValueQueryStringParameters": None, "stageVariables": None, "body": None,
        "requestContext": {"httpMethod": "GET", "resourcePath": path, "identity": {"sourceIp": "127.0.0.1"}}}, None)
health, listed = get("/v1/health"), get("/v1/agencies")
outside = sorted(name for name, module in sys.modules.items()
    if "site-packages" in (getattr(module, "__file__", None) or ""))
print(json.dumps({"health": [health["statusCode"], health["body"]], "listed": listed["statusCode"],
    "modules": len(modules), "outside": outside}))
"""


def test_both_are_small_enough(host: Artefact, target: Artefact) -> None:
    assert host.archive.stat().st_size <= LIMIT_BYTES
    assert target.archive.stat().st_size <= LIMIT_BYTES


def test_they_differ_in_native_files_and_wheel_metadata_and_in_nothing_else(host: Artefact, target: Artefact) -> None:
    found = check_same(host.tree, target.tree)
    assert found
    zipped = differences(hashes_in(host.archive), hashes_in(target.archive))
    assert zipped == found
    assert all(may_differ(path) for path in zipped)


def test_both_hold_the_same_native_modules_each_for_its_own_machine(host: Artefact, target: Artefact) -> None:
    def names(artefact: Artefact) -> set[str]:
        return {path.split(".", 1)[0] for path in artefact.native}

    assert names(host) == names(target)
    assert names(target) >= {"pydantic_core/_pydantic_core", "orjson/orjson", "_cffi_backend"}
    assert all("x86_64" not in path for path in target.native)


def test_the_program_reaches_the_same_modules_in_both(host: Artefact, target: Artefact) -> None:
    assert host.modules == target.modules > 300


def test_every_locked_version_is_in_and_nothing_else_is(target: Artefact) -> None:
    locked = {
        line.split("==")[0].replace("-", "_").lower()
        for line in LOCK.read_text("utf-8").splitlines()
        if line and not line.startswith("#")
    }
    packaged = {path.name.split("-")[0].lower() for path in target.tree.glob("*.dist-info")}
    assert packaged == locked


def test_the_zip_holds_exactly_the_files_of_the_tree_in_order_and_without_a_date(host: Artefact) -> None:
    assert hashes_in(host.archive) == hashes(host.tree)
    with zipfile.ZipFile(host.archive) as opened:
        entries = opened.infolist()
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert [entry.filename for entry in entries] == [path.as_posix() for path in files_of(host.tree)]


def test_it_starts_and_answers_where_nothing_else_is_installed(host: Artefact) -> None:
    command = [sys.executable, "-I", "-S", "-B", "-W", "error", "-c", BARE, str(host.tree)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    said = json.loads(run.stdout)
    assert said["health"] == [200, '{"status":"ok"}']
    assert said["listed"] == 503  # botocore found its descriptions, and nothing listens at that address
    assert said["modules"] > 50
    assert said["outside"] == []
