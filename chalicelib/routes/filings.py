"""Public reads of filings (备案): which text was sent to whom, what was answered, and which answers are missing."""

from chalicelib import wiring
from chalicelib.domain.placed import MISSING_FILINGS
from chalicelib.routes.access import Access
from chalicelib.routes.endpoint import Answer, Request, Routes
from chalicelib.routes.listing import (
    ITEM_CACHE,
    PAGE_CACHE,
    NarrowedList,
    PublicList,
    after_place,
    answer_list,
    answer_record,
    find_narrowed,
    render_page,
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
    any_word_of,
    one_of,
    read_id,
)
from chalicelib.routes.searched import searched_by
from chalicelib.routes.versions import ERASED, Versioned, declare_versions
from chalicelib.store import keys

routes = Routes(__name__, "filings")

FILINGS = PublicList(
    "filings",
    "filing",
    {
        "": keys.ALL_PUBLISHED,
        "agency": keys.AGENCY_PUBLISHED,
        "jurisdiction": keys.JURISDICTION_PUBLISHED,
        "receiver": keys.CATEGORY_PUBLISHED,
        "stage": keys.STAGE_PUBLISHED,
    },
    {"": keys.ALL_CHANGED, "agency": keys.AGENCY_CHANGED},
)
STAGES = ("filed", "received", "registered", "returned", "change_ordered", "replaced", "ended")
STAGE = any_word_of("stage", STAGES, "Only this stage.")
RECEIVER = any_of("receiver", read_id, ID_SCHEMA, "Only what was sent to this agency.")
DISCLOSURE = any_of("disclosure", read_id, ID_SCHEMA, "Only filings of this disclosure.")
NOT_ANSWERED = Parameter(
    "missing",
    one_of("true"),
    {"type": "string", "enum": ["true"]},
    "Only what is not answered, the earliest `answer_by` first; with any filter but `stage`.",
)
MISSING = NarrowedList(
    MISSING_FILINGS,
    "filings",
    "filing",
    "missing",
    ("agency", "receiver", "jurisdiction"),
    stages=("filed", "received"),
)


@routes.get(
    "/v1/filings",
    access=Access.PUBLIC,
    summary="Filings, newest first; those not answered, the earliest due first",
    cache=PAGE_CACHE,
    parameters=(
        LIMIT,
        CURSOR,
        AGENCY,
        RECEIVER,
        JURISDICTION,
        STAGE,
        DISCLOSURE,
        NOT_ANSWERED,
        UPDATED_SINCE,
        *searched_by("agency", "receiver", "jurisdiction", "stage"),
    ),
    response_model="FilingList",
)
def list_filings(request: Request) -> Answer:
    """List filings. That a text has come in (`received`) answers nothing: such a filing is still missing its answer."""
    if request.parameters["missing"] is None:
        return answer_list(request, FILINGS)
    return render_page(request, *find_narrowed(request, MISSING, request.parameters["limit"], after_place(request)))


@routes.get(
    "/v1/filings/{record_id}",
    access=Access.PUBLIC,
    summary="One filing: what was sent to whom, by when an answer is owed, what was answered",
    cache=ITEM_CACHE,
    response_model="Filing",
    other_models=(ERASED,),
)
def get_filing(request: Request, record_id: str) -> Answer:
    """Return one filing."""
    return answer_record(wiring.current().views.record("filing", record_id))


declare_versions(routes, Versioned("filings", "filing", "a filing"), "Filing")
