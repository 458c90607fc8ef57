"""What is too large for an item, in S3 under its SHA-256; and the register's stages under their own names.

An object is written before the item that names it: if we stop in between, an object nobody names is left, never a name
without its object.
"""

from hashlib import sha256
from typing import TYPE_CHECKING, Protocol

from chalicelib.store.dynamo import translated
from chalicelib.store.table import Item

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

INLINE_LIMIT_BYTES = 300_000


class Objects(Protocol):
    """What an object store can do."""

    def get(self, name: str) -> bytes:
        """Return the bytes of an object that is known to exist."""

    def put(self, name: str, data: bytes) -> None:
        """Write an object; durable once it returns."""


class S3Objects:
    """The objects of one deployment."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def get(self, name: str) -> bytes:
        with translated():
            return self._client.get_object(Bucket=self._bucket, Key=name)["Body"].read()

    def put(self, name: str, data: bytes) -> None:
        with translated():
            self._client.put_object(Bucket=self._bucket, Key=name, Body=data)


def spill(objects: Objects, attribute: str, data: bytes, most: int = INLINE_LIMIT_BYTES) -> Item:
    """Return the attributes that hold `data`: itself, or the name of an object written now if it has more than `most`."""
    if len(data) <= most:
        return {attribute: data}
    name = f"sha256/{sha256(data).hexdigest()}"
    objects.put(name, data)
    return {f"{attribute}_object": name}


def restore(objects: Objects, attribute: str, item: Item) -> bytes:
    """Return the bytes that `spill` put away."""
    held = item.get(attribute)
    if isinstance(held, bytes):
        return held
    return objects.get(str(item[f"{attribute}_object"]))
