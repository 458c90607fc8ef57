"""Public reads of rules (规章制度): which are in force, which lapsed, what is due for review, and where there is none.

What depends on now is not stored. A list of what is in force, has lapsed or is due is a placed list sorted by the instant
at which that ends, asked for from now on or up to now; `standing` is put into each item as it is sent.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any, NamedTuple

import orjson

from chalicelib import wiring
from chalicelib.domain.document_numbers import normalised
from chalicelib.domain.instants import in_zone, to_key
from chalicelib.domain.placed import (
    RULES_BY_AREA,
    RULES_BY_DOC_NO,
    RULES_BY_REVIEW,
    RULES_IN_FORCE,
    RULES_LAPSING,
    in_force_scope,
)
from chalicelib.domain.rule_standing import IN_FORCE, LAPSED, PUBLISHED, REPEALED, STAGES, SUPERSEDED, standing
from chalicelib.errors import ErasedError, MalformedError, NotFoundError, Problem
from chalicelib.routes.access import Access
from chalicelib.routes.endpoint import Answer, Request, Routes
from chalicelib.routes.links import declare_links
from chalicelib.routes.listing import (
    ITEM_CACHE,
    PAGE_CACHE,
    PublicList,
    after_place,
    answer_record,
    as_of_told,
    filters_given,
    find_page,
    render_page,
)
from chalicelib.routes.params import (
    AGENCY,
    CURSOR,
    DATE_SCHEMA,
    ID_SCHEMA,
    JURISDICTION,
    LIMIT,
    ONE_AGENCY,
    ONE_JURISDICTION,
    TEXT_SCHEMA,
    UPDATED_SINCE,
    Parameter,
    any_of,
    any_word_of,
    read_date,
    read_id,
    read_text,
)
from chalicelib.routes.searched import BESIDE, Filters, find_searched, searched_by
from chalicelib.routes.versions import ERASED, VERSIONED, Versioned, declare_versions
from chalicelib.store import keys
from chalicelib.store.views import AsOf, Listing

routes = Routes(__name__, "rules")

RULES = PublicList(
    "rules",
    "rule",
    {
        "": keys.ALL_PUBLISHED,
        "agency": keys.AGENCY_PUBLISHED,
        "jurisdiction": keys.JURISDICTION_PUBLISHED,
        "kind": keys.CATEGORY_PUBLISHED,
        "stage": keys.STAGE_PUBLISHED,
    },
    {"": keys.ALL_CHANGED, "agency": keys.AGENCY_CHANGED},
    placed={"area": RULES_BY_AREA, "doc_no": RULES_BY_DOC_NO},
)
KINDS = ("normative_document", "internal_rule")
STAGE_WORDS = (*STAGES, IN_FORCE, LAPSED)
DUE_NOW = "true"
GAP_PAGE = 3
CHAIN_STEPS, CHAIN_RULES = 10, 200
"""How far a chain is walked each way, and how many rules it names each way."""


def _read_review_due(text: str) -> str:
    return text if text == DUE_NOW else read_date(text)


KIND = any_word_of("kind", KINDS, "Only rules of this kind.")
AREA = any_of("area", read_id, ID_SCHEMA, "Only this area (`/v1/codes/rule_area`).")
STAGE = any_word_of(
    "stage",
    STAGE_WORDS,
    "Only rules in this stage. `in_force` (soonest to end first) and `lapsed` (last to lapse first) are what holds at the moment "
    "of asking, each alone: such a page may be shorter than `limit` and still have a `next`.",
)
REVIEW_DUE = Parameter(
    "review_due",
    _read_review_due,
    {"anyOf": [{"type": "string", "enum": [DUE_NOW]}, DATE_SCHEMA]},
    "Only rules in force whose review is due by this day, or with `true` by now; longest due first.",
)
DOC_NO = Parameter(
    "doc_no",
    lambda text: normalised(read_text(text)),
    TEXT_SCHEMA,
    "Only rules of this document number, however its brackets are typed: `川府发[2024]5号` is `川府发〔2024〕5号`.",
)


class Timed(NamedTuple):
    """A list of what holds now: its partition, the part of it to read, and what its items must be."""

    partition: str
    first: str | None
    last: str | None
    forward: bool
    wanted: str
    due_by: str | None = None


@routes.get(
    "/v1/rules",
    access=Access.PUBLIC,
    summary="Rules, newest first, and what holds of each now",
    cache=PAGE_CACHE,
    parameters=(
        LIMIT,
        CURSOR,
        AGENCY,
        JURISDICTION,
        AREA,
        KIND,
        STAGE,
        REVIEW_DUE,
        DOC_NO,
        UPDATED_SINCE,
        *searched_by("agency", "jurisdiction", "area", "kind", "stage"),
    ),
    response_model="RuleList",
)
def list_rules(request: Request) -> Answer:
    """List rules. `standing` in each item says what holds at the moment of asking."""
    now, filters = wiring.current().now(), filters_given(request)
    asked = filters.get("stage", ())
    if len(asked) > 1 and {IN_FORCE, LAPSED} & {*asked}:
        message = f"{IN_FORCE} and {LAPSED} are what holds now: each is asked for alone"
        raise MalformedError(Problem("filter_combination_unavailable", message, parameter="stage"))
    timed = _timed(request, filters, to_key(now))
    if timed is not None:
        return _answer_timed(request, timed, now)
    page, as_of = _holding(request, filters, to_key(now)) if asked in _HOLDING else find_page(request, RULES)
    shown = [_with_standing(summary, now) for summary in page.summaries]
    return render_page(request, page._replace(summaries=shown), as_of)


_HOLDING = ((IN_FORCE,), (LAPSED,))
_MAY_HOLD = (PUBLISHED, SUPERSEDED, REPEALED)
_IN_FORCE_BY = ({"stage", "area"}, {"stage", "area", "agency"}, {"stage", "area", "jurisdiction"})


def _timed(request: Request, filters: Filters, key: str) -> Timed | None:
    """Return the placed list of what holds now that serves what is asked, if one does.

    Raises:
        MalformedError: `review_due` is asked together with something else.
    """
    alone = not any(request.parameters[name] for name in (*BESIDE, "updated_since"))
    given = filters.keys()
    if "review_due" in given:
        if not alone or len(given) > 1:
            message = "review_due is asked for alone"
            raise MalformedError(Problem("filter_combination_unavailable", message, parameter="review_due"))
        day = None if filters["review_due"] == (DUE_NOW,) else filters["review_due"][0]
        last = _past_everywhere(day) if day else key
        return Timed(keys.list_pk(RULES_BY_REVIEW), None, last + keys.END, forward=True, wanted=IN_FORCE, due_by=day)
    if not alone or any(len(values) > 1 for values in filters.values()):
        return None
    if filters.get("stage") == (IN_FORCE,) and any(given <= served for served in _IN_FORCE_BY):
        of = {name: filters[name][0] for name in ("agency", "jurisdiction", "area") if name in given}
        return Timed(keys.list_pk(RULES_IN_FORCE, in_force_scope(**of)), key, None, forward=True, wanted=IN_FORCE)
    if filters.get("stage") == (LAPSED,) and len(given) == 1:
        return Timed(keys.list_pk(RULES_LAPSING), None, key + keys.END, forward=False, wanted=LAPSED)
    return None


def _holding(request: Request, filters: Filters, key: str) -> tuple[Listing, AsOf]:
    """Return what holds now, or no longer, of what passes the other filters, in the order of the placed lists."""
    others = {name: values for name, values in filters.items() if name != "stage"}
    after = after_place(request)
    ask = partial(find_searched, request.parameters, RULES.collection, after=after, by="holds_until")
    if filters["stage"] == (IN_FORCE,):
        # Of what was withdrawn or erased nothing is in force, and with `updated_since` it is looked through as well.
        return ask(filters={**others, "stage": _MAY_HOLD}, holds_at=key, oldest_first=True)
    return ask(filters={**others, "stage": (PUBLISHED,)}, ended_by=key, oldest_first=False)


def _past_everywhere(day: str) -> str:
    """Return an instant by which a day has begun in every zone."""
    following = min(date.fromisoformat(day), date.max - timedelta(days=1)) + timedelta(days=1)
    return to_key(datetime.combine(following, time(), UTC))


def _answer_timed(request: Request, timed: Timed, now: datetime) -> Answer:
    wired, after = wiring.current(), after_place(request)
    as_of = wired.views.as_of(RULES.collection, now)
    page = wired.views.page(
        keys.PLACED,
        timed.partition,
        RULES.kind,
        limit=request.parameters["limit"],
        after=after,
        forward=timed.forward,
        # Where a page goes on, the place it goes on from is the bound: it may have lapsed since.
        first=timed.first if after is None else None,
        last=timed.last,
    )
    shown = [orjson.loads(_with_standing(summary, now)) for summary in page.summaries]
    kept = [orjson.dumps(item) for item in shown if item["standing"] == timed.wanted and _due(item, timed.due_by)]
    return render_page(request, Listing(kept, page.last), as_of)


def _due(item: dict[str, Any], day: str | None) -> bool:
    return day is None or item["review_due_on"] <= day


def _with_standing(summary: bytes, now: datetime) -> bytes:
    return summary[:-1] + f',"standing":"{standing(orjson.loads(summary), now)}"}}'.encode()


@routes.get(
    "/v1/rules/gaps",
    access=Access.PUBLIC,
    summary="In which areas there is no rule in force now: of an agency, of a jurisdiction, or of any here",
    cache=PAGE_CACHE,
    parameters=(ONE_AGENCY, ONE_JURISDICTION),
    response_model="RuleGaps",
    statuses=(404,),
)
def get_rule_gaps(request: Request) -> Answer:
    """Return the areas of `/v1/codes/rule_area` without a rule in force, and those with one; name one of the two, or none."""
    from chalicelib.domain.codes import code_list

    of = {name: value for name, value in request.parameters.items() if value is not None}
    if len(of) > 1:
        message = "one of agency and jurisdiction, or none"
        raise MalformedError(Problem("filter_combination_unavailable", message, parameter="jurisdiction"))
    wired = wiring.current()
    now = wired.now()
    as_of, today = wired.views.as_of(RULES.collection, now), _today(of, now)
    areas = code_list("rule_area").codes
    found = wired.side_by_side(partial(_covering, of, now), [area["code"] for area in areas])
    told = [
        {"area": area["code"], "title": {"zh": area["zh"], "en": area["en"]}, **(cover or {})}
        for area, cover in zip(areas, found, strict=True)
    ]
    gaps, covered = [t for t in told if "rule" not in t], [t for t in told if "rule" in t]
    return Answer(orjson.dumps({**of, "on": today, "gaps": gaps, "covered": covered, "as_of": as_of_told(as_of)}))


def _today(of: dict[str, str], now: datetime) -> str:
    """Return the day where an agency or a jurisdiction is, else where the deployment is.

    Raises:
        NotFoundError: there is no such agency.
    """
    wired = wiring.current()
    if not of:
        return in_zone(now, wired.settings.time_zone)[:10]
    agency = wired.views.record("agency", next(iter(of.values())))
    if agency is None:
        raise NotFoundError("no such agency")
    return str(in_zone(now, orjson.loads(agency)["time_zone"])[:10])


def _covering(of: dict[str, str], now: datetime, area: str) -> dict[str, Any] | None:
    """Return the rule of an area that is in force longest, or None: those not in force yet are passed over."""
    views, partition = wiring.current().views, keys.list_pk(RULES_IN_FORCE, in_force_scope(**of, area=area))
    after: str | None = None
    while True:
        page = views.page(
            keys.PLACED, partition, RULES.kind, limit=GAP_PAGE, after=after, forward=False, first=to_key(now)
        )
        for rule in map(orjson.loads, page.summaries):
            if standing(rule, now) == IN_FORCE:
                until = {"in_force_until": rule["in_force_until"]} if "in_force_until" in rule else {}
                return {"rule": rule["id"], **until}
        if page.last is None:
            return None
        after = page.last


@routes.get(
    "/v1/rules/{record_id}",
    access=Access.PUBLIC,
    summary="One rule: its text, how it is carried out, its reviews, what it replaced and what replaced it",
    cache=ITEM_CACHE,
    response_model="Rule",
    other_models=(ERASED,),
)
def get_rule(request: Request, record_id: str) -> Answer:
    """Return one rule, with the instants between which it is in force."""
    return answer_record(wiring.current().views.record("rule", record_id))


@routes.get(
    "/v1/rules/{record_id}/chain",
    access=Access.PUBLIC,
    summary="What the rule replaced, and what replaced it, step by step both ways",
    cache=ITEM_CACHE,
    response_model="RuleChain",
    statuses=(410,),
)
def get_rule_chain(request: Request, record_id: str) -> Answer:
    """Return the rules before this one and after it, nearest first; `whole` says whether that is all of them."""
    wired = wiring.current()
    own = answer_record(wired.views.record(RULES.kind, record_id))
    now, start = wired.now(), orjson.loads(own.body)
    if "erased" in start:
        raise ErasedError("this rule was erased by order")
    before, all_before = _walk(start, "replaces", now)
    after, all_after = _walk(start, "replaced_by", now)
    chain = {"rule": _step(start, now), "replaces": before, "replaced_by": after, "whole": all_before and all_after}
    return Answer(orjson.dumps(chain))


def _walk(start: dict[str, Any], member: str, now: datetime) -> tuple[list[dict[str, Any]], bool]:
    """Return what is reached over a member, a batch for each step of it, and whether nothing is left."""
    steps: list[dict[str, Any]] = []
    met, reached = {start["id"]}, [start]
    for _ in range(CHAIN_STEPS):
        named = [name for rule in reached for name in _named(rule, member) if name not in met]
        wanted = list(dict.fromkeys(named))
        if not wanted or len(steps) + len(wanted) > CHAIN_RULES:
            return steps, not wanted
        met.update(wanted)
        bodies = wiring.current().views.records(RULES.kind, wanted)
        found = [orjson.loads(body) for body in bodies if body is not None]
        reached = [rule for rule in found if "erased" not in rule]
        steps += [_step(rule, now) for rule in reached]
        if len(reached) < len(found):  # a rule that was erased no longer says what it replaced
            return steps, False
    return steps, not any(name not in met for rule in reached for name in _named(rule, member))


def _named(rule: dict[str, Any], member: str) -> list[str]:
    named = rule.get(member, [])
    return named if isinstance(named, list) else [named]


_CHAINED = ("id", "url", "title", "agency", "stage", "in_force_from", "in_force_until")


def _step(rule: dict[str, Any], now: datetime) -> dict[str, Any]:
    return {name: rule[name] for name in _CHAINED if name in rule} | {"standing": standing(rule, now)}


declare_versions(routes, Versioned("rules", "rule", "a rule"), "Rule")
declare_links(routes, VERSIONED["rule"])
