"""Signed intake of attachments: announced here, sent to the object store with a form. No bytes of a file pass through here."""

from typing import TYPE_CHECKING, Any

import orjson

from chalicelib import wiring
from chalicelib.domain.instants import localised
from chalicelib.errors import NotFoundError
from chalicelib.routes.access import Access
from chalicelib.routes.attachments import address_of
from chalicelib.routes.endpoint import Answer, Request, Routes
from chalicelib.routes.intake import WRITE_STATUSES, check_size, principal_of

if TYPE_CHECKING:
    from chalicelib.usecases.attachments import Announced, Upload

routes = Routes(__name__, "intake")

PATH = "/v1/intake/attachments/{sha256}"


@routes.write(
    "PUT",
    PATH,
    access=Access.SIGNED,
    summary="Announce a file; the answer says where to send it",
    request_model="AttachmentAnnouncement",
    response_model="AttachmentReceipt",
    statuses=WRITE_STATUSES,
)
def put_attachment(request: Request, sha256: str) -> Answer:
    """Announce a file under the SHA-256 of its bytes; while it is waited for, the answer brings a form to send it with."""
    from chalicelib.usecases.attachments import put_attachment as put

    check_size(request, wiring.current().settings.body_limit_bytes)
    principal = principal_of(request)
    _check_hash(sha256)
    found = put(sha256, request.body, principal, _upload())
    return Answer(_receipt(found), 201 if found.receipt.new else 200)


@routes.get(
    PATH,
    access=Access.SIGNED,
    summary="Where a file stands: waiting, checked or refused",
    cache="no-store",
    response_model="AttachmentReceipt",
    statuses=(401,),
)
def get_attachment_receipt(request: Request, sha256: str) -> Answer:
    """Return what became of a file of the caller's agency, or of one below it, with every problem and finding."""
    from chalicelib.usecases.attachments import find_attachment

    principal = principal_of(request)
    return Answer(_receipt(find_attachment(sha256, principal, _upload())))


def _check_hash(sha256: str) -> None:
    """Hold the place to be a hash in small letters.

    Raises:
        NotFoundError: nothing can be there.
    """
    if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
        raise NotFoundError("the place of a file is the SHA-256 of its bytes, 64 hexadecimal digits in small letters")


def _upload() -> "Upload":
    from chalicelib.usecases.attachments import Upload

    wired = wiring.current()
    return Upload(wired.attachments, wired.files, wired.settings.attachment_limit_bytes, wired.now())


def _receipt(found: "Announced") -> bytes:
    settings, act, state = wiring.current().settings, found.receipt.act, found.state
    shown = {name: state[name] for name in ("agency", "size_bytes", "media_type", "file_name")}
    if "checked_at" in state:
        shown["checked_at"] = localised(state["checked_at"], settings.time_zone)
    if state["stage"] == "checked":
        shown["url"] = address_of(found.sha256, state["agency"])
    for kinds, code_list in (("problems", "file_problem"), ("findings", "file_finding")):
        shown[kinds] = [_in_words(note, code_list) for note in state.get(kinds, ())]
    answer: dict[str, Any] = {
        "id": found.sha256,
        "act": act.number,
        "sha256": act.sha256,
        "received_at": localised(act.received_at, settings.time_zone),
        "state": state["stage"],
        "register": {"index": None, "status": "not_public"},
        "links": {"self": f"{settings.base_path}/v1/intake/attachments/{found.sha256}"},
        "attachment": shown,
    }
    if found.form is not None and found.expires_at is not None:
        expires_at = localised(found.expires_at, settings.time_zone)
        answer["upload"] = {"url": found.form.url, "fields": found.form.fields, "expires_at": expires_at}
    return orjson.dumps(answer)


def _in_words(note: dict[str, str], code_list: str) -> dict[str, Any]:
    from chalicelib.domain.codes import sentences

    return {**note, "sentence": sentences(code_list)[note["kind"]]}
