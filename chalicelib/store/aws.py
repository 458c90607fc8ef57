"""AWS clients, made as cheaply as they can be. Endpoint, region and credentials are botocore's own to find.

The read path's client reads DynamoDB's answers with orjson instead of botocore's shape-walking parser, which costs more
than all the rest of a page of 50 (bench/): the protocol is JSON, and `store/dynamo.py` unwraps the three types we store.
What is not a success still goes through botocore's own parser, so errors, retries and their codes are unchanged.
"""

from typing import TYPE_CHECKING, Any, cast

import botocore.session
import orjson
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserFactory

from chalicelib.errors import UnavailableError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

# Requests are built by code under test, so the client need not check their shape again; a call that hangs is cut short
# well before API Gateway's 29 s; a fixed user agent spares building one for each call.
_CONFIG = Config(
    connect_timeout=2,
    read_timeout=8,
    retries={"mode": "standard", "total_max_attempts": 3},
    parameter_validation=False,
    user_agent="glasshall",
)
FIRST_ERROR_STATUS = 300


class _JsonParser:
    """Reads a successful DynamoDB answer as the JSON it is; B values stay base64 until they are unwrapped."""

    def __init__(self, parser: Any) -> None:
        self._parser = parser

    def parse(self, response: dict[str, Any], shape: Any) -> Any:
        """Return the parsed answer."""
        if response["status_code"] >= FIRST_ERROR_STATUS:
            return self._parser.parse(response, shape)
        return {**orjson.loads(response["body"]), "ResponseMetadata": {"HTTPStatusCode": response["status_code"]}}


class _JsonParserFactory(ResponseParserFactory):
    def create_parser(self, protocol_name: str) -> Any:
        return _JsonParser(super().create_parser(protocol_name))


def dynamodb_client() -> "DynamoDBClient":
    """Return a DynamoDB client for `store/dynamo.py` alone: its answers hold bytes as base64."""
    session = botocore.session.get_session()
    session.register_component("response_parser_factory", _JsonParserFactory())
    return cast("DynamoDBClient", session.create_client("dynamodb", config=_CONFIG))


def s3_client() -> "S3Client":
    """Return an S3 client."""
    return cast("S3Client", botocore.session.get_session().create_client("s3", config=_CONFIG))


def upload_client() -> "S3Client":
    """Return an S3 client whose forms are signed by version 4, the only one that binds a checksum everywhere."""
    config = _CONFIG.merge(Config(signature_version="s3v4", read_timeout=30))
    return cast("S3Client", botocore.session.get_session().create_client("s3", config=config))


def read_secret(name: str) -> bytes:
    """Return the secret's text as bytes.

    Raises:
        UnavailableError: Secrets Manager did not give it.
    """
    client: Any = botocore.session.get_session().create_client("secretsmanager", config=_CONFIG)
    try:
        return cast(str, client.get_secret_value(SecretId=name)["SecretString"]).encode()
    except (BotoCoreError, ClientError) as error:
        raise UnavailableError from error
