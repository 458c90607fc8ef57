"""Files in S3: what arrives lies under `incoming/`, what is given out under `attachments/`, both by hash and agency.

What is given out is only ever written by us, from bytes in hand; no address that a sender is given reaches it. Its headers
say how it is to be taken: as a download under its own name, kept for ever, for its address names its bytes.
"""

from base64 import b64encode
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from chalicelib.domain.attachments import given_out_path
from chalicelib.domain.files.names import content_disposition
from chalicelib.store.dynamo import translated
from chalicelib.usecases.attachments import Described, Form

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

INCOMING = "incoming"
FOR_EVER = "public, max-age=31536000, immutable"


def incoming_key(sha256: str, agency: str) -> str:
    """`incoming/2c26b46b…/bureau`: what a sender put there; gone after a week."""
    return f"{INCOMING}/{sha256}/{agency}"


def read_incoming_key(key: str) -> tuple[str, str] | None:
    """Return hash and agency of a key of what arrives, or None if it is another key."""
    steps = key.split("/")
    return (steps[1], steps[2]) if len(steps) == 3 and steps[0] == INCOMING else None


class S3Files:
    """Implements `usecases.attachments.Files`."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def form(self, file: Described, seconds: int) -> Form:
        checksum = b64encode(bytes.fromhex(file.sha256)).decode()
        fields = {
            "Content-Type": file.media_type,
            "x-amz-checksum-algorithm": "SHA256",
            "x-amz-checksum-sha256": checksum,
        }
        made = self._client.generate_presigned_post(
            self._bucket,
            incoming_key(file.sha256, file.agency),
            Fields=dict(fields),
            Conditions=[
                ["content-length-range", file.size_bytes, file.size_bytes],
                *({name: value} for name, value in fields.items()),
            ],
            ExpiresIn=seconds,
        )
        return Form(made["url"], made["fields"])

    def arrived(self, file: Described) -> bytes | None:
        key = incoming_key(file.sha256, file.agency)
        try:
            with translated():
                # One byte more than announced is enough to see that it is another file.
                found = self._client.get_object(Bucket=self._bucket, Key=key, Range=f"bytes=0-{file.size_bytes}")
                return found["Body"].read()
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in ("NoSuchKey", "404", "InvalidRange"):
                return None
            raise

    def publish(self, file: Described, data: bytes) -> None:
        with translated():
            self._client.put_object(
                Bucket=self._bucket,
                Key=given_out_path(file.sha256, file.agency),
                Body=data,
                ContentType=file.media_type,
                ContentDisposition=content_disposition(file.file_name),
                CacheControl=FOR_EVER,
            )
