"""Public reads of evaluation rounds (评议): what was found of each agency, what it says to it, and what is unanswered."""

from chalicelib import wiring
from chalicelib.domain.placed import EVALUATED
from chalicelib.routes.access import Access
from chalicelib.routes.endpoint import Answer, Request, Routes
from chalicelib.routes.listing import ITEM_CACHE, PAGE_CACHE, PublicList, answer_list, answer_record
from chalicelib.routes.params import (
    AGENCY,
    CURSOR,
    ID_SCHEMA,
    JURISDICTION,
    LIMIT,
    UPDATED_SINCE,
    any_of,
    any_word_of,
    read_id,
)
from chalicelib.routes.searched import searched_by
from chalicelib.routes.versions import ERASED, Versioned, declare_versions
from chalicelib.store import keys

routes = Routes(__name__, "evaluations")

ROUNDS = PublicList(
    "evaluations",
    "evaluation",
    {
        "": keys.ALL_PUBLISHED,
        "agency": keys.AGENCY_PUBLISHED,
        "jurisdiction": keys.JURISDICTION_PUBLISHED,
        "stage": keys.STAGE_PUBLISHED,
    },
    {"": keys.ALL_CHANGED, "agency": keys.AGENCY_CHANGED},
    placed={"evaluated": EVALUATED},
)
STAGES = ("announced", "findings_published", "closed", "withdrawn")
STAGE = any_word_of("stage", STAGES, "Only rounds in this stage.")
EVALUATES = any_of("evaluated", read_id, ID_SCHEMA, "Only rounds that evaluate this agency.")


@routes.get(
    "/v1/evaluations",
    access=Access.PUBLIC,
    summary="Evaluation rounds, newest first; `agency` is who organises",
    cache=PAGE_CACHE,
    parameters=(
        LIMIT,
        CURSOR,
        AGENCY,
        EVALUATES,
        JURISDICTION,
        STAGE,
        UPDATED_SINCE,
        *searched_by("agency", "evaluated", "jurisdiction", "stage"),
    ),
    response_model="EvaluationList",
)
def list_evaluations(request: Request) -> Answer:
    """List evaluation rounds."""
    return answer_list(request, ROUNDS)


@routes.get(
    "/v1/evaluations/{record_id}",
    access=Access.PUBLIC,
    summary="One round: grades, findings and answers of each agency, and what is unanswered",
    cache=ITEM_CACHE,
    response_model="Evaluation",
    other_models=(ERASED,),
)
def get_evaluation(request: Request, record_id: str) -> Answer:
    """Return one evaluation round."""
    return answer_record(wiring.current().views.record("evaluation", record_id))


declare_versions(routes, Versioned("evaluations", "evaluation", "an evaluation round"), "Evaluation")
