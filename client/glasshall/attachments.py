"""Files of disclosures: announced, sent with the form that the answer brings, and waited for until they are checked.

Every step may be repeated without harm: the place is the SHA-256 of the bytes, the same announcement brings another form
while the file is waited for, and the state once it is not. So after any interruption the same call goes on where it was.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import PurePath
from typing import Any

import urllib3

from glasshall.client import Client, intake_path
from glasshall.errors import ConnectionFailedError, UnexpectedAnswerError, UsageError

_OOXML = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": f"{_OOXML}wordprocessingml.document",
    "xlsx": f"{_OOXML}spreadsheetml.sheet",
    "pptx": f"{_OOXML}presentationml.presentation",
    "odt": f"{_OPEN}text",
    "ods": f"{_OPEN}spreadsheet",
    "odp": f"{_OPEN}presentation",
    "csv": "text/csv",
    "txt": "text/plain",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
}
WAITING = "waiting"
_TRIES = 4
_POLL_SECONDS = 2.0

Post = Callable[[str, Mapping[str, Any]], int]


@dataclass(frozen=True, slots=True)
class File:
    """A file as it is announced."""

    content: bytes
    agency: str
    file_name: str
    media_type: str

    @property
    def sha256(self) -> str:
        """Its place."""
        return sha256(self.content).hexdigest()


def file_of(content: bytes, agency: str, file_name: str) -> File:
    """Return a file with the media type that its extension says.

    Raises:
        UsageError: it is empty, or of no type that is taken.
    """
    media_type = MEDIA_TYPES.get(PurePath(file_name).suffix.lower().removeprefix("."))
    if media_type is None:
        raise UsageError(f"{file_name}: files are {', '.join(sorted(MEDIA_TYPES))}")
    if not content:
        raise UsageError(f"{file_name} is empty")
    return File(content, agency, file_name, media_type)


def send_attachment(
    client: Client,
    file: File,
    *,
    wait_seconds: float = 120.0,
    dry_run: bool = False,
    post: Post | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Any:
    """Announce a file, send it if it is waited for, and return what is known of it then: its state, problems, findings.

    Where it is still `waiting` when time is up, the same call later tells more.

    Raises:
        ProblemError: it was refused at the door. ConnectionFailedError: no answer came; call again.
        UnexpectedAnswerError: the store does not take the form.
    """
    path = intake_path("attachments", file.sha256)
    said = {
        "agency": file.agency,
        "size_bytes": len(file.content),
        "media_type": file.media_type,
        "file_name": file.file_name,
    }
    known = client.put(path, said, dry_run=dry_run).document
    upload = known.get("upload")
    if dry_run or known["state"] != WAITING or upload is None:
        return known
    # The fields of the form come first, the file last: what follows the file is not read.
    _send(
        upload["url"], {**upload["fields"], "file": (file.sha256, file.content, file.media_type)}, post or _post, sleep
    )
    waited = 0.0
    while known["state"] == WAITING and waited < wait_seconds:
        sleep(_POLL_SECONDS)
        waited += _POLL_SECONDS
        known = client.receipt(path)
    return known


def _send(url: str, fields: Mapping[str, Any], post: Post, sleep: Callable[[float], None]) -> None:
    for attempt in range(1, _TRIES + 1):
        try:
            status = post(url, fields)
        except urllib3.exceptions.HTTPError as error:
            if attempt == _TRIES:
                raise ConnectionFailedError("the file store does not answer; call again") from error
        else:
            if status < 300:
                return
            if status < 500:
                raise UnexpectedAnswerError(f"the file store refuses the file: status {status}")
            if attempt == _TRIES:
                raise ConnectionFailedError(f"the file store answers {status}; call again")
        sleep(2.0 ** (attempt - 1))


def _post(url: str, fields: Mapping[str, Any]) -> int:
    timeout = urllib3.Timeout(connect=10.0, read=300.0)
    answer = urllib3.PoolManager(timeout=timeout, retries=False).request("POST", url, fields=fields, redirect=False)
    return answer.status
