"""Comments on drafts: the sending, what is public of them, and the signed reads of the agency that moderates them.

Nothing of what was sent stands in an answer to the public before it is moderated, in an error or a log. The contact stands in
one answer only: the signed read of the comment.
"""

from typing import TYPE_CHECKING

import orjson

from chalicelib import wiring
from chalicelib.domain.instants import localised
from chalicelib.domain.placed import COMMENTS_ON, of_round
from chalicelib.routes.access import Access
from chalicelib.routes.endpoint import Answer, Request, Routes
from chalicelib.routes.listing import (
    ITEM_CACHE,
    PAGE_CACHE,
    PublicList,
    answer_list,
    answer_placed,
    answer_record,
)
from chalicelib.routes.params import (
    AGENCY,
    CURSOR,
    ID_SCHEMA,
    JURISDICTION,
    LIMIT,
    UPDATED_SINCE,
    Parameter,
    any_of,
    read_id,
    whole_number,
)
from chalicelib.routes.queues import Queue, declare_queue
from chalicelib.routes.searched import searched_by
from chalicelib.routes.versions import ERASED, Versioned, declare_versions
from chalicelib.store import keys

if TYPE_CHECKING:
    from chalicelib.domain.records import Actor
    from chalicelib.usecases.queues import QueuePage

routes = Routes(__name__, "comments")

COMMENTS = PublicList(
    "comments",
    "comment",
    {
        "": keys.ALL_PUBLISHED,
        "agency": keys.AGENCY_PUBLISHED,
        "jurisdiction": keys.JURISDICTION_PUBLISHED,
    },
    {"": keys.ALL_CHANGED, "agency": keys.AGENCY_CHANGED},
)
BODY_LIMIT_BYTES = 32_768
DISCLOSURE = any_of("disclosure", read_id, ID_SCHEMA, "Only comments on this disclosure.")
ROUND = Parameter(
    "round", whole_number(1, 99), {"type": "integer", "minimum": 1, "maximum": 99}, "Only comments of this round."
)


@routes.write(
    "PUT",
    "/v1/disclosures/{record_id}/comments/{uuid}",
    access=Access.OPEN,
    summary="Comment on a draft while its consultation is open",
    request_model="DraftComment",
    response_model="CommentReceipt",
    statuses=(200, 201, 404, 409, 413, 422, 429),
    takes_work=True,
)
def put_comment(request: Request, record_id: str, uuid: str) -> Answer:
    """Take in a comment; it is public once the agency has moderated it, the contact never."""
    from datetime import timedelta

    from chalicelib.routes.enquiries import gate_of
    from chalicelib.routes.intake import check_size
    from chalicelib.usecases.comments import Desk, send_comment

    check_size(request, BODY_LIMIT_BYTES)
    wired = wiring.current()
    desk = Desk(
        wired.comments,
        wired.records,
        gate_of(request, "comments", wired.settings.comments_per_hour_network),
        wired.random_bytes,
        timedelta(days=wired.settings.comment_contact_days),
        wired.now(),
    )
    receipt = send_comment(record_id, uuid, request.body, desk)
    base, act = wired.settings.base_path, receipt.act
    found = {
        "id": uuid,
        "act": act.number,
        "sha256": act.sha256,
        "received_at": localised(act.received_at, wired.settings.time_zone),
        "state": act.state,
        "register": {"index": act.register_index, "status": "not_public" if act.register_index is None else "logged"},
        "disclosure": record_id,
        "round": receipt.content["round"],
        "links": {
            "self": f"{base}/v1/disclosures/{record_id}/comments/{uuid}",
            "comment": f"{base}/v1/comments/{uuid}",
            "disclosure": f"{base}/v1/disclosures/{record_id}",
        },
    }
    return Answer(orjson.dumps(found), 201 if receipt.new else 200)


@routes.get(
    "/v1/disclosures/{record_id}/comments",
    access=Access.PUBLIC,
    summary="Comments on a draft, newest first; withheld ones as stubs",
    cache=PAGE_CACHE,
    parameters=(LIMIT, CURSOR, ROUND),
    response_model="CommentList",
)
def list_disclosure_comments(request: Request, record_id: str) -> Answer:
    """List the comments on a draft that were moderated, of one round or of all."""
    number = request.parameters["round"]
    partition = keys.list_pk(COMMENTS_ON, of_round(record_id, number) if number else record_id)
    return answer_placed(request, "comment", partition, of=("disclosure", record_id), collection="comments")


@routes.get(
    "/v1/comments",
    access=Access.PUBLIC,
    summary="Comments on all drafts, newest first",
    cache=PAGE_CACHE,
    parameters=(LIMIT, CURSOR, AGENCY, JURISDICTION, DISCLOSURE, UPDATED_SINCE, *searched_by("agency", "jurisdiction")),
    response_model="CommentList",
)
def list_comments(request: Request) -> Answer:
    """List comments that are shown, by when they were first moderated; `updated_since` brings withheld ones as well."""
    return answer_list(request, COMMENTS)


@routes.get(
    "/v1/comments/{record_id}",
    access=Access.PUBLIC,
    summary="One comment; if it is withheld, why",
    cache=ITEM_CACHE,
    response_model="Comment",
    other_models=(ERASED,),
)
def get_comment(request: Request, record_id: str) -> Answer:
    """Return one comment that was moderated."""
    return answer_record(wiring.current().views.record("comment", record_id))


declare_versions(routes, Versioned("comments", "comment", "a comment", keeps=False), "Comment")


def _waiting(disclosure: str, after: str | None, actor: "Actor") -> "QueuePage":
    from chalicelib.usecases.comments import list_waiting

    wired = wiring.current()
    return list_waiting(disclosure, after, actor, wired.records, wired.comments)


declare_queue(
    routes,
    Queue(
        "/v1/intake/disclosures/{record_id}/comments",
        "list_waiting_comments",
        "WaitingComments",
        "Comments on a draft that wait for moderation",
        "comments that the agency has not moderated",
        named_by="id",
        after="uuid",
        since="submitted_at",
        item="/v1/intake/comments/",
        find=_waiting,
    ),
)


@routes.get(
    "/v1/intake/comments/{record_id}",
    access=Access.SIGNED,
    summary="A comment as its agency sees it, with the contact while it is kept",
    cache="no-store",
    response_model="IntakeComment",
    statuses=(401, 410),
)
def get_intake_comment(request: Request, record_id: str) -> Answer:
    """Return a comment, moderated or not, to the agency of the draft and those above it."""
    from chalicelib.routes.intake import principal_of
    from chalicelib.usecases.comments import open_comment

    wired = wiring.current()
    actor = principal_of(request).actor
    opened = open_comment(record_id, actor, wired.records, wired.comments, wired.now())
    state, base = opened.head.state, wired.settings.base_path
    shown = ("disclosure", "round", "of_version", "stage", "submitted_at", "moderated_at", "reason", "legal_basis")
    found = {
        "id": record_id,
        **{name: state[name] for name in shown if name in state},
        **state["content"],
        "next_act": opened.head.act + 1,
        "links": {
            "next": f"{base}/v1/intake/comments/{record_id}/acts/{opened.head.act + 1}",
            "record": f"{base}/v1/comments/{record_id}",
            "disclosure": f"{base}/v1/disclosures/{state['disclosure']}",
        },
    }
    for name in ("submitted_at", "moderated_at"):
        if name in found:
            found[name] = localised(found[name], wired.settings.time_zone)
    if opened.contact is not None:
        found["contact"] = orjson.loads(opened.contact)
    return Answer(orjson.dumps(found))
