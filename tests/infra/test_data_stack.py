"""What infra/data.yaml must say: emulators accept these properties and forget them, so nothing else would notice."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cfnlint.decode import decode  # type: ignore[import-untyped]

from chalicelib.store.keys import INDEXES
from local.files import HEADERS

TEMPLATE = Path(__file__).parents[2] / "infra" / "data.yaml"


def load() -> Any:
    template, problems = decode(str(TEMPLATE))
    assert not problems
    return template


STACK = load()
RESOURCES = STACK["Resources"]
TABLE = RESOURCES["Table"]["Properties"]
BUCKET = RESOURCES["ContentBucket"]["Properties"]
QUEUE = RESOURCES["JobDeadLetters"]["Properties"]
SECRET = RESOURCES["DeploymentSecret"]["Properties"]


def walk(node: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield key, value
            yield from walk(value)
    elif isinstance(node, list):
        for value in node:
            yield from walk(value)


def test_the_linter_finds_nothing() -> None:
    linter = Path(sys.executable).with_name("cfn-lint")
    run = subprocess.run([linter, TEMPLATE, "--include-checks", "I"], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout) == (0, "")


@pytest.mark.parametrize("name", ["Table", "ContentBucket", "ContentBucketPolicy", "DeploymentSecret"])
def test_what_must_outlive_the_stack_is_retained_when_deleted_and_when_replaced(name: str) -> None:
    assert RESOURCES[name]["DeletionPolicy"] == "Retain"
    assert RESOURCES[name]["UpdateReplacePolicy"] == "Retain"


def test_the_table_can_be_put_back_to_any_second_of_35_days() -> None:
    assert TABLE["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 35}


def test_the_table_is_encrypted_with_a_key_whose_use_is_logged() -> None:
    assert TABLE["SSESpecification"] == {"SSEEnabled": True, "SSEType": "KMS"}


def test_expired_items_leave_by_themselves() -> None:
    assert TABLE["TimeToLiveSpecification"] == {"AttributeName": "expires_at_epoch", "Enabled": True}


def test_the_stream_shows_the_new_image_that_its_filter_looks_at() -> None:
    assert TABLE["StreamSpecification"] == {"StreamViewType": "NEW_IMAGE"}


def test_the_table_is_paid_by_request() -> None:
    assert TABLE["BillingMode"] == "PAY_PER_REQUEST"
    assert "ProvisionedThroughput" not in TABLE


def test_deletion_protection_holds_unless_told_otherwise() -> None:
    assert STACK["Parameters"]["DeletionProtection"]["Default"] == "true"
    assert STACK["Conditions"]["ProtectsTable"] == {"Fn::Equals": [{"Ref": "DeletionProtection"}, "true"]}
    assert TABLE["DeletionProtectionEnabled"] == {"Fn::If": ["ProtectsTable", True, False]}


def test_the_indexes_are_those_the_program_spells() -> None:
    declared = {
        (index["IndexName"], *(key["AttributeName"] for key in index["KeySchema"]))
        for index in TABLE["GlobalSecondaryIndexes"]
    }
    assert declared == {tuple(index) for index in INDEXES}
    assert len(TABLE["GlobalSecondaryIndexes"]) == len(declared) <= 20


def test_list_indexes_carry_the_summary_and_the_indexes_of_marks_keys_only() -> None:
    for index in TABLE["GlobalSecondaryIndexes"]:
        summary = {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["summary"]}
        assert index["Projection"] == (
            {"ProjectionType": "KEYS_ONLY"} if index["IndexName"] in ("work", "clock") else summary
        )
        assert [key["KeyType"] for key in index["KeySchema"]] == ["HASH", "RANGE"]


def test_every_declared_attribute_is_a_text_and_a_key_of_something() -> None:
    keys = {key["AttributeName"] for key in TABLE["KeySchema"]}
    keys |= {key["AttributeName"] for index in TABLE["GlobalSecondaryIndexes"] for key in index["KeySchema"]}
    assert {(one["AttributeName"], one["AttributeType"]) for one in TABLE["AttributeDefinitions"]} == {
        (name, "S") for name in keys
    }


def test_no_object_is_public() -> None:
    block = BUCKET["PublicAccessBlockConfiguration"]
    assert block == dict.fromkeys(
        ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True
    )
    assert BUCKET["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}


def test_the_bucket_is_encrypted_and_keeps_versions() -> None:
    (rule,) = BUCKET["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    assert BUCKET["VersioningConfiguration"] == {"Status": "Enabled"}


def test_what_arrived_is_dropped_after_a_week_and_no_other_rule_of_the_bucket_ends_a_current_version() -> None:
    (incoming,) = (rule for rule in BUCKET["LifecycleConfiguration"]["Rules"] if "Prefix" in rule)
    assert (incoming["Prefix"], incoming["ExpirationInDays"], incoming["Status"]) == ("incoming/", 7, "Enabled")
    rules = [rule for rule in BUCKET["LifecycleConfiguration"]["Rules"] if rule is not incoming]
    assert {rule["Status"] for rule in rules} == {"Enabled"}
    assert not any(name in rule for rule in rules for name in ("ExpirationInDays", "ExpirationDate", "Transitions"))
    superseded = [rule["NoncurrentVersionExpiration"] for rule in rules if "NoncurrentVersionExpiration" in rule]
    assert superseded == [{"NoncurrentDays": 35}]


@pytest.mark.parametrize("name", ["ContentBucketPolicy", "JobDeadLettersPolicy"])
def test_nothing_is_reached_without_tls_and_no_policy_grants_but_to_the_host_of_files(name: str) -> None:
    statement, *others = RESOURCES[name]["Properties"]["PolicyDocument"]["Statement"]
    assert bool(others) == (name == "ContentBucketPolicy")
    assert statement["Effect"] == "Deny"
    assert statement["Principal"] == "*"
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert statement["Action"] in ("s3:*", "sqs:*")


def test_the_host_of_files_reaches_attachments_and_exports_and_nothing_else() -> None:
    _, granted = RESOURCES["ContentBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    condition, statement, otherwise = granted["Fn::If"]
    assert (condition, otherwise) == ("MakesFilesHost", {"Ref": "AWS::NoValue"})
    assert statement["Action"] == "s3:GetObject"
    assert statement["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert statement["Resource"] == [
        {"Fn::Sub": f"${{ContentBucket.Arn}}/{folder}/*"} for folder in ("attachments", "exports")
    ]
    assert str(statement["Condition"]["StringEquals"]["AWS:SourceArn"]).endswith("distribution/${FilesHost}'}")


def test_every_file_is_a_download_of_a_host_where_nothing_runs() -> None:
    headers = RESOURCES["FilesHeaders"]["Properties"]["ResponseHeadersPolicyConfig"]
    security = headers["SecurityHeadersConfig"]
    assert all(each["Override"] is True for each in security.values())
    assert security["ContentSecurityPolicy"]["ContentSecurityPolicy"] == HEADERS["Content-Security-Policy"]
    assert {"ContentTypeOptions", "FrameOptions", "StrictTransportSecurity"} <= security.keys()
    items = {item["Header"]: (item["Value"], item["Override"]) for item in headers["CustomHeadersConfig"]["Items"]}
    assert items["Content-Disposition"] == ("attachment", False)
    behaviour = RESOURCES["FilesHost"]["Properties"]["DistributionConfig"]["DefaultCacheBehavior"]
    assert behaviour["ResponseHeadersPolicyId"] == {"Ref": "FilesHeaders"}
    assert (behaviour["ViewerProtocolPolicy"], behaviour["AllowedMethods"]) == ("https-only", ["GET", "HEAD"])


def test_a_host_of_ones_own_takes_the_place_of_the_one_made_here() -> None:
    made = [name for name, each in RESOURCES.items() if each.get("Condition") == "MakesFilesHost"]
    assert sorted(made) == ["FilesAccess", "FilesHeaders", "FilesHost"]
    assert all(RESOURCES[name]["DeletionPolicy"] == "Retain" for name in made)


def test_no_statement_speaks_of_every_resource() -> None:
    for key, value in walk(STACK):
        if key in ("Resource", "NotResource"):
            assert "*" not in ([value] if not isinstance(value, list) else value)


def test_a_dead_letter_waits_for_14_days_encrypted() -> None:
    assert QUEUE["MessageRetentionPeriod"] == 14 * 24 * 3600
    assert QUEUE["SqsManagedSseEnabled"] is True


def test_the_secret_is_generated_there_and_stands_nowhere() -> None:
    assert SECRET["GenerateSecretString"] == {
        "PasswordLength": 64,
        "ExcludePunctuation": True,
        "ExcludeCharacters": "{",
    }
    assert "SecretString" not in SECRET


def test_every_name_derives_from_the_stage() -> None:
    names = [TABLE["TableName"], BUCKET["BucketName"], QUEUE["QueueName"], SECRET["Name"]]
    assert all(name["Fn::Sub"].startswith("glasshall-${Stage}") for name in names)


def test_the_longest_bucket_name_is_one() -> None:
    longest = BUCKET["BucketName"]["Fn::Sub"].replace("${Stage}", "s" * 16)
    longest = longest.replace("${AWS::AccountId}", "0" * 12).replace("${AWS::Region}", "ap-southeast-1")
    assert len(longest) <= 63


def test_every_output_is_exported_under_the_stage() -> None:
    assert {
        "TableName",
        "TableArn",
        "TableStreamArn",
        "ContentBucketName",
        "ContentBucketArn",
        "JobDeadLettersArn",
        "JobDeadLettersUrl",
        "DeploymentSecretArn",
        "DeploymentSecretName",
    } <= STACK["Outputs"].keys()
    exports = [output["Export"]["Name"]["Fn::Sub"] for output in STACK["Outputs"].values()]
    assert len(set(exports)) == len(exports)
    assert all(name.startswith("glasshall-${Stage}-") for name in exports)
