"""What the app stack must say: one narrow role for each function, triggers that fit the jobs, answers a browser can read.

The template looked at is the one that is deployed: `chalice package` of app.py with infra/overlay.yaml laid over it.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from cfnlint.decode import decode  # type: ignore[import-untyped]

import app
from chalicelib.domain.attachments import given_out_path
from chalicelib.domain.disclosures import NOUN
from chalicelib.routes.problems import TYPES
from chalicelib.settings import Settings, load_settings
from chalicelib.store import keys
from chalicelib.store.files import incoming_key
from infra import deploy
from infra.template import API_STAGE, CONFIG, render_template, write_template

STACK = render_template()
RESOURCES = STACK["Resources"]
FUNCTIONS = {name: each for name, each in RESOURCES.items() if each["Type"] == "AWS::Serverless::Function"}
JOBS = {name: each["Properties"] for name, each in FUNCTIONS.items() if name != "APIHandler"}
ROLES = {name: each["Properties"] for name, each in RESOURCES.items() if each["Type"] == "AWS::IAM::Role"}
ALARMS = {name: each["Properties"] for name, each in RESOURCES.items() if each["Type"] == "AWS::CloudWatch::Alarm"}
API = RESOURCES["RestAPI"]["Properties"]
METHODS = {
    (method.upper(), path): declared
    for path, methods in API["DefinitionBody"]["paths"].items()
    for method, declared in methods.items()
}


def statements(role: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for policy in role["Policies"]:
        yield from policy["PolicyDocument"]["Statement"]


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


def lint(path: Path) -> tuple[int, str]:
    linter = Path(sys.executable).with_name("cfn-lint")
    run = subprocess.run([linter, path, "--include-checks", "I"], capture_output=True, text=True, check=False)
    return run.returncode, run.stdout


def test_the_linter_finds_nothing(tmp_path: Path) -> None:
    assert lint(write_template(tmp_path / "template.json")) == (0, "")
    assert lint(deploy.ACCOUNT_TEMPLATE) == (0, "")


def test_the_functions_are_those_of_the_program() -> None:
    assert set(JOBS) == {camel(job.name) for job in app.app.pure_lambda_functions}
    assert all("Type" in resource for resource in RESOURCES.values())  # the overlay names nothing that is not there


def test_what_the_program_is_told_are_settings_it_has() -> None:
    told = STACK["Globals"]["Function"]["Environment"]["Variables"]
    assert set(told) <= {f"GLASSHALL_{field.name.upper()}" for field in fields(Settings)}
    assert all("Environment" not in function["Properties"] for function in FUNCTIONS.values())


def test_the_program_runs_without_debugging_and_without_tracing() -> None:
    assert app.app.debug is False
    assert "environment_variables" not in CONFIG.read_text("utf-8")
    assert {function["Properties"]["Tracing"] for function in FUNCTIONS.values()} == {"PassThrough"}
    assert API["TracingEnabled"] is False
    assert [setting["DataTraceEnabled"] for setting in API["MethodSettings"]] == [False]


def test_every_function_runs_the_same_artefact_on_the_platform_it_was_built_for() -> None:
    for function in FUNCTIONS.values():
        assert function["Properties"]["CodeUri"] == {"Bucket": {"Ref": "CodeBucket"}, "Key": {"Ref": "CodeKey"}}
        assert function["Properties"]["Runtime"] == {"Ref": "Runtime"}
        assert function["Properties"]["Architectures"] == [{"Ref": "Architecture"}]
    assert STACK["Parameters"]["Runtime"]["Default"] == "python3.13"
    assert STACK["Parameters"]["Architecture"]["Default"] == "arm64"


# Roles


def test_every_function_has_a_role_of_its_own() -> None:
    roles = [function["Properties"]["Role"]["Fn::GetAtt"] for function in FUNCTIONS.values()]
    assert sorted(name for name, _ in roles) == sorted(ROLES)


@pytest.mark.parametrize("name", sorted(ROLES))
def test_a_role_names_what_it_may_do_and_to_what(name: str) -> None:
    role = ROLES[name]
    assert "ManagedPolicyArns" not in role
    for statement in statements(role):
        assert statement["Effect"] == "Allow"
        assert all("*" not in action for action in listed(statement["Action"]))
        for resource in listed(statement["Resource"]):
            assert isinstance(resource, dict), resource
            assert not str(*resource.values()).startswith("*")


@pytest.mark.parametrize("name", sorted(ROLES))
def test_no_role_may_scan_or_delete_tables_or_list_secrets(name: str) -> None:
    allowed = {action for statement in statements(ROLES[name]) for action in listed(statement["Action"])}
    assert allowed <= {
        *(f"dynamodb:{each}" for each in ("BatchGetItem", "ConditionCheckItem", "DeleteItem", "GetItem")),
        *(f"dynamodb:{each}" for each in ("PutItem", "Query", "UpdateItem")),
        *(f"dynamodb:{each}" for each in ("DescribeStream", "GetRecords", "GetShardIterator", "ListStreams")),
        *(
            f"s3:{each}"
            for each in ("DeleteObjectVersion", "GetObject", "ListBucket", "ListBucketVersions", "PutObject")
        ),
        "s3:AbortMultipartUpload",
        *("secretsmanager:GetSecretValue", "sqs:SendMessage"),
        *("logs:CreateLogStream", "logs:PutLogEvents"),
    }


def test_who_reads_the_deployment_secret_and_the_stream_is_told_by_name() -> None:
    def who_may(action: str) -> set[str]:
        return {name for name, role in ROLES.items() for each in statements(role) if action in listed(each["Action"])}

    assert who_may("secretsmanager:GetSecretValue") == {
        *("ApiRole", "AdvanceClocksRole", "DeliverWebhooksRole", "LogRegisterRole")
    }
    assert who_may("dynamodb:GetRecords") == {"LogRegisterRole", "DeliverWebhooksRole"}


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_a_function_writes_to_its_own_log_and_its_role_to_no_other(name: str) -> None:
    log = FUNCTIONS[name]["Properties"]["LoggingConfig"]["LogGroup"]["Ref"]
    role = ROLES[FUNCTIONS[name]["Properties"]["Role"]["Fn::GetAtt"][0]]
    logs = [each["Resource"] for each in statements(role) if "logs:PutLogEvents" in listed(each["Action"])]
    assert logs == [{"Fn::GetAtt": [log, "Arn"]}]
    assert RESOURCES[log]["Properties"]["RetentionInDays"] == {"Ref": "LogDays"}


# Jobs


@pytest.mark.parametrize("name", sorted(JOBS))
def test_a_run_that_failed_for_good_lies_in_the_dead_letter_queue(name: str) -> None:
    dead_letters = {"OnFailure": {"Type": "SQS", "Destination": {"Ref": "JobDeadLettersArn"}}}
    assert JOBS[name]["EventInvokeConfig"]["DestinationConfig"] == dead_letters
    for event in JOBS[name].get("Events", {}).values():
        if event["Type"] == "DynamoDB":
            assert event["Properties"]["DestinationConfig"] == dead_letters
    role = ROLES[JOBS[name]["Role"]["Fn::GetAtt"][0]]
    assert any(each["Action"] == "sqs:SendMessage" for each in statements(role))


def test_the_jobs_have_the_triggers_of_the_design_and_rebuild_has_none() -> None:
    triggers = {
        name: sorted(
            str(event["Properties"].get("Schedule", event["Type"])) for event in properties.get("Events", {}).values()
        )
        for name, properties in JOBS.items()
    }
    assert triggers == {
        "AdvanceClocks": ["rate(15 minutes)"],
        "BuildSearch": ["rate(1 minute)"],
        "CheckAttachments": ["EventBridgeRule", "rate(15 minutes)"],
        "EraseRecords": ["rate(5 minutes)"],
        "DeliverWebhooks": ["DynamoDB", "rate(1 minute)"],
        "Harvest": ["rate(5 minutes)"],
        "LogRegister": ["DynamoDB", "rate(1 minute)"],
        "PublishStatistics": ["rate(1 hour)", "{'Ref': 'NightlyCron'}"],
        "Rebuild": [],
        "WriteExports": ["rate(1 hour)", "{'Ref': 'ExportsCron'}"],
    }


@pytest.mark.parametrize("name", ["LogRegister", "BuildSearch"])
def test_the_register_and_the_read_model_are_written_one_run_at_a_time(name: str) -> None:
    assert JOBS[name]["ReservedConcurrentExecutions"] == 1


def test_only_its_job_writes_the_read_model_and_takes_earlier_states_of_it_away() -> None:
    def who(action: str) -> set[tuple[str, str]]:
        return {
            (name, str(*place.values()).rsplit("}", 1)[1])
            for name, role in ROLES.items()
            for each in statements(role)
            if action in listed(each["Action"])
            for place in listed(each["Resource"])
        }

    assert {name for name, place in who("s3:PutObject") if place == "/search/*"} == {"BuildSearchRole"}
    assert {name for name, place in who("s3:GetObject") if place == "/search/*"} == {
        "ApiRole",
        "BuildSearchRole",
        "WriteExportsRole",
    }
    assert {place for name, place in who("s3:DeleteObjectVersion") if name == "BuildSearchRole"} == {"/search/*"}


def test_a_copy_of_the_read_model_and_its_successor_have_room_on_the_disk_of_who_holds_them() -> None:
    rooms = {
        name: each["Properties"].get("EphemeralStorage", {"Size": 512})["Size"] for name, each in FUNCTIONS.items()
    }
    assert rooms["APIHandler"] == 4096
    assert rooms["BuildSearch"] == 2 * rooms["APIHandler"]


def test_the_stream_wakes_the_register_job_for_acts_that_wait_and_for_nothing_else() -> None:
    (event,) = (each for each in JOBS["LogRegister"]["Events"].values() if each["Type"] == "DynamoDB")
    (filtered,) = event["Properties"]["FilterCriteria"]["Filters"]
    ((attribute, rule),) = json.loads(filtered["Pattern"])["dynamodb"]["NewImage"].items()
    prefix = rule["S"][0]["prefix"]
    assert keys.log_mark("service", "x", 1, "2026-11-23T00:00:00.000Z")[attribute].startswith(prefix)
    assert not keys.statistics_mark("x")[attribute].startswith(prefix)


def test_the_stream_wakes_the_deliverer_for_new_notices_and_entries_and_not_for_what_it_does_itself() -> None:
    (event,) = (each for each in JOBS["DeliverWebhooks"]["Events"].values() if each["Type"] == "DynamoDB")
    patterns = [json.loads(each["Pattern"]) for each in event["Properties"]["FilterCriteria"]["Filters"]]
    assert all(pattern["eventName"] == ["INSERT"] for pattern in patterns)
    assert patterns[1]["dynamodb"]["Keys"]["pk"]["S"] == [keys.ENTRIES_PK]
    ((attribute, rule),) = patterns[0]["dynamodb"]["NewImage"].items()
    prefix = rule["S"][0]["prefix"]
    assert keys.outbox_mark("x-1", "2026-11-23T00:00:00.000Z")[attribute].startswith(prefix)
    assert not keys.log_mark("service", "x", 1, "2026-11-23T00:00:00.000Z")[attribute].startswith(prefix)


def test_no_deployment_sends_webhooks_to_its_own_machine() -> None:
    assert "GLASSHALL_WEBHOOK_LOOPBACK_PORTS" not in STACK["Globals"]["Function"]["Environment"]["Variables"]
    with pytest.raises(ValueError, match="LOOPBACK"):
        load_settings({"GLASSHALL_PUBLIC_AUTHORITY": "api.example", "GLASSHALL_WEBHOOK_LOOPBACK_PORTS": "8002"})


def test_the_bucket_wakes_the_check_of_files_for_what_arrives_and_for_nothing_else() -> None:
    (event,) = (each for each in JOBS["CheckAttachments"]["Events"].values() if each["Type"] == "EventBridgeRule")
    pattern = event["Properties"]["Pattern"]
    assert (pattern["source"], pattern["detail-type"]) == (["aws.s3"], ["Object Created"])
    assert pattern["detail"]["bucket"] == {"name": [{"Ref": "ContentBucketName"}]}
    ((prefix,),) = (rule.values() for rule in pattern["detail"]["object"]["key"])
    assert incoming_key("0" * 64, "bureau").startswith(prefix)
    assert not given_out_path("0" * 64, "bureau").startswith(prefix)


def test_only_the_check_of_files_writes_what_is_given_out_and_only_who_must_may_list_or_remove() -> None:
    def who(action: str, place: str) -> set[str]:
        return {
            name
            for name, role in ROLES.items()
            for each in statements(role)
            if action in listed(each["Action"]) and place in str(each["Resource"])
        }

    assert who("s3:PutObject", "/exports/") == {"EraseRecordsRole", "WriteExportsRole"}
    assert who("s3:PutObject", "/attachments/") == {"CheckAttachmentsRole"}
    assert who("s3:GetObject", "/attachments/") == set()
    assert who("s3:PutObject", "/incoming/") == {"ApiRole"}
    assert who("s3:GetObject", "/incoming/") == {"CheckAttachmentsRole"}
    assert who("s3:ListBucket", "ContentBucketArn") == {
        "ApiRole",
        "BuildSearchRole",
        "CheckAttachmentsRole",
        "LogRegisterRole",
        "WriteExportsRole",
    }
    who_remove = {"BuildSearchRole", "EraseRecordsRole", "HarvestRole", "LogRegisterRole", "WriteExportsRole"}
    assert who("s3:ListBucketVersions", "ContentBucketArn") == who_remove
    assert who("s3:DeleteObjectVersion", "") == who_remove
    erasing = ("records", "attachments", "incoming", "register/stage")
    assert {place for place in erasing if who("s3:DeleteObjectVersion", f"/{place}/") == {"EraseRecordsRole"}} == {
        *erasing
    }
    assert who("s3:DeleteObjectVersion", "/register/tile/") == {"LogRegisterRole"}


def test_the_nightly_run_is_told_that_it_is_nightly() -> None:
    for name in ("PublishStatistics", "WriteExports"):
        assert json.loads(JOBS[name]["Events"]["EachNight"]["Properties"]["Input"]) == {"nightly": True}


def test_the_lines_that_are_alarms_are_counted_by_one_each() -> None:
    assert NOUN.alarms == {"break_glass"}
    said = {"GlassBroken": f"alarm {NOUN.kind} break_glass", "RegisterLate": "alarm register late"}
    for name, words in said.items():
        lines, alarm = RESOURCES[f"{name}Lines"]["Properties"], ALARMS[name]
        (counted,) = lines["MetricTransformations"]
        assert lines["FilterPattern"] == f'"{words}"'
        assert (counted["MetricNamespace"], counted["MetricName"]) == (alarm["Namespace"], alarm["MetricName"])


def test_the_line_that_an_erasure_writes_is_counted_by_an_alarm() -> None:
    lines, alarm = RESOURCES["RecordErasedLines"]["Properties"], ALARMS["RecordErased"]
    (counted,) = lines["MetricTransformations"]
    assert lines["FilterPattern"] == '"erased by order"'
    assert lines["LogGroupName"] == {"Ref": "EraseRecordsLog"}
    assert (counted["MetricNamespace"], counted["MetricName"]) == (alarm["Namespace"], alarm["MetricName"])


def test_every_job_has_an_alarm_and_so_have_the_api_and_the_dead_letters() -> None:
    watched = {str(dimension["Value"]) for alarm in ALARMS.values() for dimension in alarm.get("Dimensions", ())}
    assert {str({"Ref": name}) for name in JOBS} <= watched
    assert str({"Ref": "JobDeadLettersName"}) in watched
    assert {"5XXError"} <= {alarm["MetricName"] for alarm in ALARMS.values()}


# The API


def test_the_api_has_exactly_the_routes_of_the_program() -> None:
    declared = {(method, path) for path, methods in app.app.routes.items() for method in methods}
    preflights = {
        ("OPTIONS", path) for path, methods in app.app.routes.items() if any(m.cors for m in methods.values())
    }
    assert set(METHODS) == declared | preflights


def test_bodies_arrive_as_the_bytes_that_were_sent() -> None:
    assert API["DefinitionBody"]["x-amazon-apigateway-binary-media-types"] == ["*/*"]


def test_a_preflight_is_answered_for_every_origin() -> None:
    for (method, _), declared in METHODS.items():
        if method == "OPTIONS":
            answer = declared["x-amazon-apigateway-integration"]["responses"]["default"]["responseParameters"]
            assert answer["method.response.header.Access-Control-Allow-Origin"] == "'*'"


def test_the_access_log_holds_no_path_no_query_and_nobody() -> None:
    logged = set(re.findall(r"\$context\.([A-Za-z.]+)", API["AccessLogSetting"]["Format"]))
    assert logged == {
        *("requestTime", "requestId", "httpMethod", "resourcePath", "status"),
        *("responseLength", "responseLatency", "error.responseType"),
    }
    assert isinstance(json.loads(API["AccessLogSetting"]["Format"]), dict)


def test_the_api_is_throttled_as_a_whole() -> None:
    (setting,) = API["MethodSettings"]
    assert (setting["ResourcePath"], setting["HttpMethod"]) == ("/*", "*")
    assert setting["ThrottlingRateLimit"] < setting["ThrottlingBurstLimit"]


@pytest.mark.parametrize("name", sorted(API["GatewayResponses"]))
def test_what_api_gateway_answers_itself_is_a_problem_document_a_browser_may_read(name: str) -> None:
    response = API["GatewayResponses"][name]
    headers = response["ResponseParameters"]["Headers"]
    assert headers["Access-Control-Allow-Origin"] == "'*'"
    assert headers["Content-Type"] == "'application/problem+json'"
    body = response["ResponseTemplates"]["application/json"]
    body = body.replace("$context.error.messageString", '"text"').replace("$context.requestId", "0")
    problem = json.loads(body)
    kind = TYPES[problem["type"].removeprefix("/problems/")]
    assert (problem["title"], problem["status"]) == (kind.title, kind.status)
    assert response["StatusCode"] == kind.status
    assert ("Retry-After" in headers) == (kind.status == 503)


def test_an_address_or_method_nobody_declared_is_not_found() -> None:
    assert API["GatewayResponses"]["MISSING_AUTHENTICATION_TOKEN"]["StatusCode"] == 404
    assert {"DEFAULT_4XX", "DEFAULT_5XX", "REQUEST_TOO_LARGE"} <= set(API["GatewayResponses"])


# Between the stacks


def test_what_the_app_stack_is_told_are_outputs_of_the_data_stack() -> None:
    data, problems = decode(str(deploy.DATA_TEMPLATE))
    assert not problems
    shared = deploy.shared_parameters({name: name for name in data["Outputs"]})
    assert set(shared) <= set(STACK["Parameters"])
    named = {"Stage", "CodeBucket", "CodeKey", "PublicAuthority", "BasePath"}
    unsaid = {name for name, parameter in STACK["Parameters"].items() if "Default" not in parameter}
    assert unsaid <= named | set(shared)


def test_the_stage_in_the_address_is_the_one_the_alarm_watches() -> None:
    assert API["StageName"] == API_STAGE
    assert STACK["Parameters"]["BasePath"]["Default"] == f"/{API_STAGE}"
    assert {"Name": "Stage", "Value": API_STAGE} in ALARMS["ApiFails"]["Dimensions"]


def test_the_template_fits_cloudformation_and_no_resource_holds_data() -> None:
    assert len(json.dumps(STACK)) < 1_000_000
    assert not {resource["Type"] for resource in RESOURCES.values()} & {"AWS::DynamoDB::Table", "AWS::S3::Bucket"}
