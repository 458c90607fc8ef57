"""Announcing a file, and what is answered of it."""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, TypeAdapter

from chalicelib.domain import strict_json
from chalicelib.domain.models.common import Envelope, Id, InstantText, Model, Sha256, Text
from chalicelib.domain.models.common import parse as parsed
from chalicelib.domain.models.responses import Answer, Path, ReceiptLinks, RegisterPlace

Place = Annotated[str, StringConstraints(max_length=2_000)]
Size = Annotated[int, Field(ge=1)]


class AttachmentAnnouncement(Envelope):
    """A file of an agency that is about to be sent; its place is the SHA-256 of its bytes."""

    agency: Id
    size_bytes: Size
    media_type: Annotated[str, StringConstraints(min_length=3, max_length=100)]
    file_name: Annotated[str, StringConstraints(min_length=1, max_length=1_000)]


class FileNote(Model):
    """A problem or finding of the check."""

    kind: Id
    place: Place


class CheckAttachment(Envelope):
    """What the program saw in a file."""

    act: Literal["check"]
    outcome: Literal["checked", "refused"]
    inspector: Size
    problems: list[FileNote]
    findings: list[FileNote]


_ANNOUNCEMENT: TypeAdapter[AttachmentAnnouncement] = TypeAdapter(AttachmentAnnouncement)
_CHECK: TypeAdapter[CheckAttachment] = TypeAdapter(CheckAttachment)


def parse(raw: bytes) -> dict[str, Any]:
    """Return an act on an attachment as plain data; what people send has no `act`, for there is but one.

    Raises:
        MalformedError: names every place that is wrong.
    """
    if "act" in strict_json.load_object(raw):
        return parsed(_CHECK, raw, tagged=False)
    return {"act": "announce", **parsed(_ANNOUNCEMENT, raw, tagged=False)}


class FileNoteShown(Answer):
    """A problem or finding of the check, in words; `place` is the part of the file."""

    kind: str
    place: str
    sentence: Text


class AttachmentShown(Answer):
    """An attachment as its agency sees it; `url` once it is checked."""

    agency: Id
    size_bytes: Size
    media_type: str
    file_name: str
    checked_at: InstantText | None = None
    url: Path | None = None
    problems: list[FileNoteShown]
    findings: list[FileNoteShown]


class UploadForm(Answer):
    """Where and how the bytes are sent: a POST of a form (multipart/form-data), these fields first, the file last as `file`."""

    url: Path
    fields: dict[str, str]
    expires_at: InstantText


class AttachmentReceipt(Answer):
    """That an attachment was announced, and where it stands."""

    id: Sha256
    act: Size
    sha256: Sha256
    received_at: InstantText
    state: Literal["waiting", "checked", "refused"]
    place: Annotated[RegisterPlace, Field(alias="register")]
    links: ReceiptLinks
    attachment: AttachmentShown
    upload: UploadForm | None = None
