"""Public reads of feedback reports (反馈): what agencies promised to report back on, and what they reported."""

import re

from chalicelib import wiring
from chalicelib.domain.placed import FEEDBACK_ABOUT
from chalicelib.routes.access import Access
from chalicelib.routes.endpoint import Answer, Request, Routes
from chalicelib.routes.listing import ITEM_CACHE, PAGE_CACHE, PublicList, answer_list, answer_record
from chalicelib.routes.params import AGENCY, CURSOR, JURISDICTION, LIMIT, UPDATED_SINCE, any_of, any_word_of
from chalicelib.routes.searched import searched_by
from chalicelib.routes.versions import ERASED, Versioned, declare_versions
from chalicelib.store import keys

routes = Routes(__name__, "feedback")

REPORTS = PublicList(
    "feedback",
    "feedback",
    {
        "": keys.ALL_PUBLISHED,
        "agency": keys.AGENCY_PUBLISHED,
        "jurisdiction": keys.JURISDICTION_PUBLISHED,
        "stage": keys.STAGE_PUBLISHED,
    },
    {"": keys.ALL_CHANGED, "agency": keys.AGENCY_CHANGED},
    placed={"about": FEEDBACK_ABOUT},
)
STAGES = ("announced", "reported", "withdrawn")
STAGE = any_word_of("stage", STAGES, "Only reports in this stage.")
ABOUT_SHAPE = "enquiries|(disclosure|evaluation|rule):[A-Za-z0-9][A-Za-z0-9._-]{0,63}"


def read_about(text: str) -> str:
    """Read what a report is about: `disclosure:ID`, `evaluation:ID`, `rule:ID` or `enquiries`.

    Raises:
        ValueError: it is none of these.
    """
    if not re.fullmatch(ABOUT_SHAPE, text):
        raise ValueError("enquiries, or disclosure, evaluation or rule with an id: disclosure:d1")
    return text


ABOUT = any_of(
    "about",
    read_about,
    {"type": "string", "pattern": f"^({ABOUT_SHAPE})$"},
    "Only reports about this record (`disclosure:ID`, `evaluation:ID`, `rule:ID`), or about `enquiries`.",
)


@routes.get(
    "/v1/feedback",
    access=Access.PUBLIC,
    summary="Feedback reports, promised and given, newest first",
    cache=PAGE_CACHE,
    parameters=(
        LIMIT,
        CURSOR,
        AGENCY,
        ABOUT,
        JURISDICTION,
        STAGE,
        UPDATED_SINCE,
        *searched_by("agency", "jurisdiction", "stage"),
    ),
    response_model="FeedbackList",
)
def list_feedback(request: Request) -> Answer:
    """List feedback reports."""
    return answer_list(request, REPORTS)


@routes.get(
    "/v1/feedback/{record_id}",
    access=Access.PUBLIC,
    summary="One feedback report: what was said, what came of it",
    cache=ITEM_CACHE,
    response_model="Feedback",
    other_models=(ERASED,),
)
def get_feedback(request: Request, record_id: str) -> Answer:
    """Return one feedback report."""
    return answer_record(wiring.current().views.record("feedback", record_id))


declare_versions(routes, Versioned("feedback", "feedback", "a feedback report"), "Feedback")
