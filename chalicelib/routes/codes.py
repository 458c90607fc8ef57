"""`GET /v1/codes`: every code an answer can hold, in Chinese and English, versioned, to be kept offline by an app."""

from typing import TYPE_CHECKING, Any

import orjson

from chalicelib import wiring
from chalicelib.errors import NotFoundError
from chalicelib.routes.access import Access
from chalicelib.routes.endpoint import Answer, Request, Routes

if TYPE_CHECKING:
    from chalicelib.domain.codes import CodeList

routes = Routes(__name__, "codes")

CACHE = "public, max-age=3600, stale-while-revalidate=86400"
CATEGORIES, EXPLANATION, CARD_RULES = "category", "explanation", "card_rule"


@routes.get(
    "/v1/codes", access=Access.PUBLIC, summary="The code lists there are", cache=CACHE, response_model="CodeLists"
)
def list_code_lists(request: Request) -> Answer:
    """List the code lists."""
    from chalicelib.domain.codes import LISTS

    base = wiring.current().settings.base_path
    names = sorted({*LISTS, CATEGORIES})
    return Answer(orjson.dumps({"lists": [{"list": name, "url": f"{base}/v1/codes/{name}"} for name in names]}))


@routes.get("/v1/codes/{list}", access=Access.PUBLIC, summary="One code list", cache=CACHE, response_model="CodeList")
def get_code_list(request: Request, list: str) -> Answer:  # noqa: A002 - the name the address has in the contract
    """Return every code of a list with its words."""
    from chalicelib.domain.codes import LISTS

    if list != CATEGORIES and list not in LISTS:
        raise NotFoundError("no such code list")
    name, version, codes = _code_list(list)
    return Answer(orjson.dumps({"list": name, "version": version, "codes": codes}))


def _code_list(name: str) -> "CodeList":
    from chalicelib.domain.codes import code_list, versioned

    if name == CATEGORIES:
        return versioned(name, *_categories())
    found = code_list(name)
    if name == CARD_RULES:
        return versioned(name, found.version.rsplit("-", 1)[0], [_with_law(code) for code in found.codes])
    if name == EXPLANATION:
        return versioned(name, found.version.rsplit("-", 1)[0], [*found.codes, *_clock_steps()])
    return found


def _with_law(code: dict[str, Any]) -> dict[str, Any]:
    """Return a rule of cards with what the law of each calendar says of it, if it is a duty."""
    from chalicelib.domain.duties import laws

    law = laws(code["code"])
    return code | ({"law": law} if law else {})


def _clock_steps() -> list[dict[str, str]]:
    """The steps of the deadline clock: their sentences belong to the clock, which is shipped on its own as well."""
    from chalicelib.domain.clock.sentences import SENTENCES

    return [{"code": code.value, "zh": words.zh, "en": words.en} for code, words in SENTENCES.items()]


def _categories() -> tuple[str, list[dict[str, str]]]:
    from chalicelib.domain.categories import categories, categories_version

    return categories_version(), [{"code": code, **category["title"]} for code, category in categories().items()]
