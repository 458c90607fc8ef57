"""Public reads of supervision (督查督办): yellow and red cards of cases, de-identified, and of duties left undone.

A card that was lifted leaves the lists, but for that of its stage and for whoever follows changes; its record stays.
"""

from chalicelib import wiring
from chalicelib.routes.access import Access
from chalicelib.routes.endpoint import Answer, Request, Routes
from chalicelib.routes.listing import (
    ITEM_CACHE,
    PAGE_CACHE,
    PublicList,
    answer_list,
    answer_record,
)
from chalicelib.routes.params import AGENCY, CURSOR, JURISDICTION, LIMIT, UPDATED_SINCE, any_word_of
from chalicelib.routes.searched import searched_by
from chalicelib.routes.versions import Versioned, declare_versions
from chalicelib.store import keys

routes = Routes(__name__, "supervision")

CARDS = PublicList(
    "supervision",
    "card",
    {
        "": keys.ALL_PUBLISHED,
        "agency": keys.AGENCY_PUBLISHED,
        "jurisdiction": keys.JURISDICTION_PUBLISHED,
        "colour": keys.CATEGORY_PUBLISHED,
        "stage": keys.STAGE_PUBLISHED,
        "about": keys.CADENCE_PUBLISHED,
    },
    {"": keys.ALL_CHANGED, "agency": keys.AGENCY_CHANGED},
)
COLOURS = ("yellow", "red")
STAGES = ("raised", "answered", "closed", "lifted")
COLOUR = any_word_of("colour", COLOURS, "Only cards of this colour.")
ABOUTS = ("case", "duty")
STAGE = any_word_of("stage", STAGES, "Only cards in this stage.")
ABOUT = any_word_of("about", ABOUTS, "Only cards of cases, or only of duties left undone.")


@routes.get(
    "/v1/supervision",
    access=Access.PUBLIC,
    summary="Yellow and red cards of cases and of duties left undone, newest first",
    cache=PAGE_CACHE,
    parameters=(
        LIMIT,
        CURSOR,
        AGENCY,
        JURISDICTION,
        COLOUR,
        STAGE,
        ABOUT,
        UPDATED_SINCE,
        *searched_by("agency", "jurisdiction", "colour", "stage", "about"),
    ),
    response_model="CardList",
)
def list_supervision(request: Request) -> Answer:
    """List cards."""
    return answer_list(request, CARDS)


@routes.get(
    "/v1/supervision/{record_id}",
    access=Access.PUBLIC,
    summary="One card: which limit was not kept or which duty left undone, what the agency says, what followed",
    cache=ITEM_CACHE,
    response_model="Card",
)
def get_card(request: Request, record_id: str) -> Answer:
    """Return one card."""
    return answer_record(wiring.current().views.record("card", record_id))


declare_versions(routes, Versioned("supervision", "card", "a card", erasable=False), "Card")
