"""AWS clients, made as cheaply as they can be. Endpoint, region and credentials are botocore's own to find."""

from typing import TYPE_CHECKING, Any, cast

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

# Requests are built by code under test, so the client need not check their shape again; a call that hangs is cut short
# well before API Gateway's 29 s.
_CONFIG = Config(
    connect_timeout=2, read_timeout=8, retries={"mode": "standard", "total_max_attempts": 3}, parameter_validation=False
)


def _client(service: str) -> Any:
    return boto3.client(service, config=_CONFIG)  # type: ignore[call-overload]


def dynamodb_client() -> "DynamoDBClient":
    """Return a DynamoDB client."""
    return cast("DynamoDBClient", _client("dynamodb"))


def s3_client() -> "S3Client":
    """Return an S3 client."""
    return cast("S3Client", _client("s3"))


def read_secret(name: str) -> bytes:
    """Return the secret's text as bytes: one call in the life of a process."""
    return cast(str, _client("secretsmanager").get_secret_value(SecretId=name)["SecretString"]).encode()
