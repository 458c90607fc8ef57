"""What is too large for an item, in S3 under its SHA-256, and what is of one record under the record's own name too, so
that nothing else names it; and the register's stages under their own names.

An object is written before the item that names it: if we stop in between, an object nobody names is left, never a name
without its object.
"""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, NotRequired, Protocol, TypedDict

from botocore.exceptions import ClientError

from chalicelib.store.dynamo import translated
from chalicelib.store.table import Item

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

INLINE_LIMIT_BYTES = 300_000
_PART_BYTES = 1_048_576
_SENT_PART_BYTES = 16_777_216
"""An object has at most 10,000 parts, and no one request more than 5 GB."""
_PARTS_AT_ONCE = 2
_MISSING = frozenset({"NoSuchKey", "404"})
_LOST = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "412", "409"})


class GivenOut(TypedDict):
    """How the host of files is to send an object."""

    ContentType: str
    ContentDisposition: str
    CacheControl: str
    ContentEncoding: NotRequired[str]


class Held(NamedTuple):
    """An object as it was found: its bytes, and what the store calls this state of it."""

    data: bytes
    tag: str


class Objects(Protocol):
    """What an object store can do."""

    def get(self, name: str) -> bytes:
        """Return the bytes of an object that is known to exist."""

    def find(self, name: str) -> Held | None:
        """Return an object, or None if there is none."""

    def put(self, name: str, data: bytes, given_out: GivenOut | None = None) -> None:
        """Write an object; durable once it returns."""

    def find_file(self, name: str, path: Path) -> bool:
        """Copy an object to a file, a part at a time; False if there is none."""

    def put_file(self, name: str, path: Path, given_out: GivenOut | None = None) -> None:
        """Write an object from a file, a part at a time; durable and whole once it returns."""

    def swap(self, name: str, old: Held | None, data: bytes) -> bool:
        """Write an object if it still is what was found; True if it holds `data` now."""

    def names(self, prefix: str) -> list[str]:
        """Return the names of all objects that begin so, in order; those that only have earlier states among them."""

    def remove(self, name: str) -> None:
        """Remove an object with every earlier state that the store keeps of it; harmless if there is none."""


class S3Objects:
    """The objects of one deployment."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def get(self, name: str) -> bytes:
        with translated():
            return self._client.get_object(Bucket=self._bucket, Key=name)["Body"].read()

    def find(self, name: str) -> Held | None:
        try:
            with translated():
                found = self._client.get_object(Bucket=self._bucket, Key=name)
                return Held(found["Body"].read(), found["ETag"])
        except ClientError as error:
            if _code(error) in _MISSING:
                return None
            raise

    def put(self, name: str, data: bytes, given_out: GivenOut | None = None) -> None:
        with translated():
            if given_out is None:
                self._client.put_object(Bucket=self._bucket, Key=name, Body=data)
            else:
                self._client.put_object(Bucket=self._bucket, Key=name, Body=data, **given_out)

    def find_file(self, name: str, path: Path) -> bool:
        try:
            with translated():
                body = self._client.get_object(Bucket=self._bucket, Key=name)["Body"]
                with path.open("wb") as file:
                    for part in body.iter_chunks(_PART_BYTES):
                        file.write(part)
        except ClientError as error:
            if _code(error) in _MISSING:
                return False
            raise
        return True

    def put_file(self, name: str, path: Path, given_out: GivenOut | None = None) -> None:
        from s3transfer.manager import TransferConfig, TransferManager

        config = TransferConfig(
            multipart_threshold=_SENT_PART_BYTES,
            multipart_chunksize=_SENT_PART_BYTES,
            max_request_concurrency=_PARTS_AT_ONCE,
            max_request_queue_size=_PARTS_AT_ONCE,
        )
        with translated(), TransferManager(self._client, config) as transfers:
            transfers.upload(str(path), self._bucket, name, given_out or {}).result()

    def swap(self, name: str, old: Held | None, data: bytes) -> bool:
        try:
            with translated():
                if old is None:
                    self._client.put_object(Bucket=self._bucket, Key=name, Body=data, IfNoneMatch="*")
                else:
                    self._client.put_object(Bucket=self._bucket, Key=name, Body=data, IfMatch=old.tag)
        except ClientError as error:
            if _code(error) not in _LOST | _MISSING:
                raise
            held = self.find(name)
            return held is not None and held.data == data  # ours, with the answer lost
        return True

    def names(self, prefix: str) -> list[str]:
        return sorted({name for name, _ in self._states(prefix)})

    def remove(self, name: str) -> None:
        with translated():
            for found, version in self._states(name):
                if found == name:
                    self._client.delete_object(Bucket=self._bucket, Key=name, VersionId=version)

    def _states(self, prefix: str) -> Iterator[tuple[str, str]]:
        """Yield name and version of every state, page by page: the artefact leaves the SDK's own paginators out."""
        place: dict[str, str] = {}
        while True:
            with translated():
                page = self._client.list_object_versions(Bucket=self._bucket, Prefix=prefix, **place)  # type: ignore[arg-type]
            for state in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
                yield state["Key"], state["VersionId"]
            if not page.get("IsTruncated"):
                return
            place = {"KeyMarker": page["NextKeyMarker"], "VersionIdMarker": page["NextVersionIdMarker"]}


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code"))


def of_record(kind: str, record_id: str) -> str:
    """`records/disclosure/d1/`: under which lies what is too large of a record, and nothing of any other."""
    return f"records/{kind}/{record_id}/"


def of_copy(origin: str, collection: str, record_id: str) -> str:
    """`harvest/city.example.gov.cn/services/511Z07001006/`: under which lies what is too large of a copy."""
    return f"harvest/{origin}/{collection}/{record_id}/"


def spill(
    objects: Objects, attribute: str, data: bytes, most: int = INLINE_LIMIT_BYTES, *, under: str = "sha256/"
) -> Item:
    """Return the attributes that hold `data`: itself, or the name of an object written now if it has more than `most`."""
    if len(data) <= most:
        return {attribute: data}
    name = f"{under}{sha256(data).hexdigest()}"
    objects.put(name, data)
    return {f"{attribute}_object": name}


def restore(objects: Objects, attribute: str, item: Item) -> bytes:
    """Return the bytes that `spill` put away."""
    held = item.get(attribute)
    if isinstance(held, bytes):
        return held
    return objects.get(str(item[f"{attribute}_object"]))
