"""Ratings of a case, by the holder of its token. The text of a rating is for the agency: no answer to the holder has it."""

from typing import TYPE_CHECKING, Any

import orjson

from chalicelib import wiring
from chalicelib.domain.instants import localised
from chalicelib.routes.access import Access
from chalicelib.routes.bodies import BODY_LIMIT_BYTES
from chalicelib.routes.endpoint import Answer, Request, Routes
from chalicelib.routes.holders import PRIVATE_CACHE, bearer_of, case_access

if TYPE_CHECKING:
    from chalicelib.domain.cases.ratings import Rating
    from chalicelib.usecases.case_access import StatusHead
    from chalicelib.usecases.ratings import StoredRating

routes = Routes(__name__, "cases")


@routes.write(
    "PUT",
    "/v1/cases/{case_no}/ratings/{uuid}",
    access=Access.CASE,
    summary="A rating of the matter, or of a contact in person",
    request_model="Rating",
    response_model="RatingReceipt",
    statuses=(200, 201, 404, 409, 413, 422),
)
def put_rating(request: Request, case_no: str, uuid: str) -> Answer:
    """Rate how the case was handled; a low grade opens a case in which the agency looks into it."""
    from chalicelib.routes.intake import check_size
    from chalicelib.usecases.cases import Terms
    from chalicelib.usecases.ratings import RatingDesk, put_rating, target_of

    check_size(request, BODY_LIMIT_BYTES)
    wired = wiring.current()
    desk = RatingDesk(case_access(), wired.cases, wired.ratings, wired.records, Terms(wired.records))
    rated = put_rating(case_no, uuid, request.body, bearer_of(request), desk)
    stored = rated.rating
    receipt = {
        "case_no": case_no,
        **_given(uuid, target_of(stored.content), stored.content["grade"], stored.at),
        "sha256": stored.sha256,
        "followed_up": stored.follow_up is not None,
        "links": {"ratings": f"{wired.settings.base_path}/v1/cases/{case_no}/ratings"},
    }
    return Answer(orjson.dumps(receipt), 201 if rated.new else 200)


@routes.get(
    "/v1/cases/{case_no}/ratings",
    access=Access.CASE,
    summary="The ratings of a case, and what can be rated",
    cache=PRIVATE_CACHE,
    response_model="CaseRatings",
)
def list_case_ratings(request: Request, case_no: str) -> Answer:
    """List what was rated and how far low ratings were looked into, and what can be rated now."""
    from chalicelib.usecases.case_ratings import held_ratings

    held = held_ratings(case_no, bearer_of(request), case_access())
    items = [_held(rating, held.follow_ups.get(rating.follow_up or "")) for rating in held.given]
    return Answer(orjson.dumps({"items": items, "ratable": [_target(of) for of in held.open]}))


def ratings_for_agency(ratings: "list[StoredRating]") -> list[dict[str, Any]]:
    """Return ratings with their texts, for the agency that handles the case."""
    from chalicelib.usecases.ratings import target_of

    shown = []
    for stored in ratings:
        content = stored.content
        found = _given(stored.uuid, target_of(content), content["grade"], stored.at)
        more = {"text": content.get("text"), "follow_up": stored.follow_up}
        shown.append(found | {name: value for name, value in more.items() if value is not None})
    return shown


def _held(rating: "Rating", follow_up: "StatusHead | None") -> dict[str, Any]:
    given = _given(rating.uuid, rating.of, rating.grade, rating.at)
    return given | {"follow_up": _followed(follow_up)} if follow_up is not None else given


def _followed(head: "StatusHead") -> dict[str, Any]:
    from chalicelib.domain.cases.splice import splice

    wired = wiring.current()
    status = orjson.loads(splice(head.view, head.updated_at, wired.now(), wired.settings.time_zone))
    deadline = status.get("deadline", {})
    found = {
        "agency": status["agency"],
        "status": status["status"],
        "due": deadline.get("due_on") or deadline.get("due_at"),
        "result": status.get("result"),
    }
    return {name: value for name, value in found.items() if value is not None}


def _given(uuid: str, of: str, grade: str, at: str) -> dict[str, Any]:
    return {"uuid": uuid, **_target(of), "grade": grade, "at": _local(at)}


def _target(of: str) -> dict[str, Any]:
    return {"of": of} if of == "matter" else {"of": "contact", "contact_at": _local(of)}


def _local(text: str) -> str:
    return localised(text, wiring.current().settings.time_zone)
