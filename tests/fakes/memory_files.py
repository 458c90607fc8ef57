"""Files in memory, over the objects of the tests: `send` is what a sender does with a form, held to all that it binds."""

from base64 import b64encode
from hashlib import sha256

from chalicelib.domain.attachments import given_out_path
from chalicelib.domain.files.names import content_disposition
from chalicelib.store.files import incoming_key
from chalicelib.usecases.attachments import Described, Form
from tests.fakes.memory_objects import MemoryObjects


class MemoryFiles:
    """Implements `chalicelib.usecases.attachments.Files`."""

    def __init__(self, objects: MemoryObjects) -> None:
        self._objects = objects
        self.headers: dict[str, tuple[str, str]] = {}
        """Content type and disposition of what is given out, by key."""

    def form(self, file: Described, seconds: int) -> Form:
        key = incoming_key(file.sha256, file.agency)
        self._objects.hook("before", "presign", key)
        checksum = b64encode(bytes.fromhex(file.sha256)).decode()
        fields = {"key": key, "Content-Type": file.media_type, "x-amz-checksum-sha256": checksum}
        return Form("https://uploads.example/", {**fields, "policy": f"{file.size_bytes}"})

    def arrived(self, file: Described) -> bytes | None:
        held = self._objects.find(incoming_key(file.sha256, file.agency))
        return held.data[: file.size_bytes + 1] if held else None

    def publish(self, file: Described, data: bytes) -> None:
        key = given_out_path(file.sha256, file.agency)
        self._objects.put(key, data)
        self.headers[key] = (file.media_type, content_disposition(file.file_name))

    def send(self, fields: dict[str, str], data: bytes) -> bool:
        """Send a file with a form; return whether the store takes it."""
        held = b64encode(sha256(data).digest()).decode() == fields["x-amz-checksum-sha256"]
        if held and len(data) == int(fields["policy"]):
            self._objects.objects[fields["key"]] = data
            return True
        return False
