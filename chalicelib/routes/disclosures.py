"""Public reads of disclosures: what is disclosed, its versions, and the acts that led to it."""

from chalicelib import wiring
from chalicelib.domain.document_numbers import normalised
from chalicelib.domain.placed import DISCLOSURES_BY_DOC_NO
from chalicelib.errors import NotFoundError
from chalicelib.routes.access import Access
from chalicelib.routes.endpoint import Answer, Request, Routes
from chalicelib.routes.links import declare_links
from chalicelib.routes.listing import (
    ITEM_CACHE,
    PAGE_CACHE,
    PublicList,
    after_place,
    answer_list,
    answer_record,
    render_page,
)
from chalicelib.routes.params import (
    AGENCY,
    CURSOR,
    ID_SCHEMA,
    IDS,
    INSTANT_SCHEMA,
    JURISDICTION,
    LIMIT,
    TEXT_SCHEMA,
    UPDATED_SINCE,
    Parameter,
    any_of,
    any_word_of,
    one_of,
    read_id,
    read_instant,
    read_text,
)
from chalicelib.routes.searched import searched_by
from chalicelib.routes.versions import ERASED, VERSIONED, Versioned, declare_versions
from chalicelib.store import keys

routes = Routes(__name__, "disclosures")

DISCLOSURES = PublicList(
    "disclosures",
    "disclosure",
    {
        "": keys.ALL_PUBLISHED,
        "agency": keys.AGENCY_PUBLISHED,
        "jurisdiction": keys.JURISDICTION_PUBLISHED,
        "category": keys.CATEGORY_PUBLISHED,
        "stage": keys.STAGE_PUBLISHED,
        "cadence": keys.CADENCE_PUBLISHED,
    },
    {"": keys.ALL_CHANGED, "agency": keys.AGENCY_CHANGED},
    whole=keys.WHOLE_PUBLISHED,
    placed={"doc_no": DISCLOSURES_BY_DOC_NO},
)
STAGES = ("in_consultation", "adopted", "published", "superseded", "withdrawn")
CADENCES = ("regular", "phased", "ad_hoc")
CATEGORY = any_of("category", read_id, ID_SCHEMA, "Only this category (`/v1/codes/category`).")
STAGE = any_word_of("stage", STAGES, "Only this stage.")
CADENCE = any_word_of("cadence", CADENCES, "Only this cadence.")
DOC_NO = Parameter(
    "doc_no",
    lambda text: normalised(read_text(text)),
    TEXT_SCHEMA,
    "Only those of this document number, however its brackets are typed.",
)
PUBLISHED_FROM = Parameter("published_from", read_instant, INSTANT_SCHEMA, "First published at or after this instant.")
PUBLISHED_TO = Parameter("published_to", read_instant, INSTANT_SCHEMA, "First published at or before this instant.")
INCLUDE = Parameter(
    "include", one_of("withdrawn"), {"type": "string", "enum": ["withdrawn"]}, "Those withdrawn as well."
)


@routes.get(
    "/v1/disclosures",
    access=Access.PUBLIC,
    summary="Disclosures, newest first",
    cache=PAGE_CACHE,
    parameters=(
        LIMIT,
        CURSOR,
        AGENCY,
        JURISDICTION,
        CATEGORY,
        STAGE,
        CADENCE,
        DOC_NO,
        PUBLISHED_FROM,
        PUBLISHED_TO,
        UPDATED_SINCE,
        IDS,
        INCLUDE,
        *searched_by("agency", "jurisdiction", "category", "stage", "cadence"),
    ),
    response_model="DisclosureList",
)
def list_disclosures(request: Request) -> Answer:
    """List disclosures."""
    return answer_list(request, DISCLOSURES)


@routes.get(
    "/v1/disclosures/{record_id}",
    access=Access.PUBLIC,
    summary="One disclosure; once withdrawn, what remains of it",
    cache=ITEM_CACHE,
    response_model="Disclosure",
    other_models=(ERASED,),
)
def get_disclosure(request: Request, record_id: str) -> Answer:
    """Return one disclosure."""
    return answer_record(wiring.current().views.record("disclosure", record_id))


declare_versions(routes, Versioned("disclosures", "disclosure", "a disclosure", keeps=False), "Disclosure")
declare_links(routes, VERSIONED["disclosure"])


@routes.get(
    "/v1/disclosures/{record_id}/acts",
    access=Access.PUBLIC,
    summary="Every act on a disclosure in the register, in order",
    cache=PAGE_CACHE,
    parameters=(LIMIT, CURSOR),
    response_model="ChangeList",
)
def list_disclosure_acts(request: Request, record_id: str) -> Answer:
    """List the acts on a disclosure, as the register has them."""
    wired = wiring.current()
    as_of = wired.views.as_of("disclosures", wired.now())
    page = wired.views.acts("disclosure", record_id, request.parameters["limit"], after_place(request))
    if not page.summaries and request.parameters["cursor"] is None:
        raise NotFoundError("no such record")
    return render_page(request, page, as_of)
