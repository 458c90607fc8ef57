"""Public statistics: the series with their definitions, and their figures as JSON, CSV and JSON-stat.

JSON is the very bytes that the job rendered. CSV and JSON-stat are made of those bytes on request, so that all forms of a
figure are one. A period without anything to count has no figure, and neither has a cell that nobody knows: both are an
empty list, as every empty result is.
"""

from functools import cache
from typing import Any

import orjson

from chalicelib import wiring
from chalicelib.domain.statistics.periods import read_period
from chalicelib.errors import NotFoundError
from chalicelib.routes.access import Access
from chalicelib.routes.endpoint import JSON, Answer, Request, Routes
from chalicelib.routes.listing import after_place, render_page
from chalicelib.routes.params import BOM, CURSOR, LIMIT, Parameter, cell_parameters, only_cell
from chalicelib.store.views import AsOf, Listing

routes = Routes(__name__, "statistics")

CACHE = "public, max-age=60"
CSV = "text/csv"
CSV_SENT = f"{CSV}; charset=utf-8; header=present"
LEVELS = ("jurisdiction", "agency", "service", "centre")
PERIOD = Parameter(
    "period",
    read_period,
    {"type": "string", "pattern": "^([0-9]{4}(-(0[1-9]|1[0-2]|Q[1-4]))?|all)$"},
    "`YYYY`, `YYYY-Qn`, `YYYY-MM` or `all`; without it every period of the cell, newest first.",
)


@cache
def _catalogue(base_path: str) -> dict[str, bytes]:
    from chalicelib.domain.statistics.definitions import catalogue

    return {entry["series"]: orjson.dumps(entry) for entry in catalogue(base_path)}


@routes.get(
    "/v1/statistics",
    access=Access.PUBLIC,
    summary="The published series with their definitions",
    cache=CACHE,
    response_model="SeriesList",
)
def list_series(request: Request) -> Answer:
    """List every series: what it means in Chinese and English, what its numbers are, and where its figures are."""
    entries = _catalogue(wiring.current().settings.base_path)
    return render_page(request, Listing(list(entries.values()), None), _as_of())


@routes.get(
    "/v1/statistics/{series}",
    access=Access.PUBLIC,
    summary="The figures of a series, of one cell",
    cache=CACHE,
    parameters=(PERIOD, *cell_parameters(LEVELS, "Figures"), LIMIT, CURSOR, BOM),
    response_model="FigureList",
    media_types=(JSON, CSV),
    suffixes=(".csv", ".jsonstat"),
)
def list_figures(request: Request, series: str) -> Answer:
    """List the figures of a jurisdiction, an agency, a service or a service centre: of one period, or of all of them, newest first.

    `Accept: text/csv` or `.csv` after the series gives CSV, `.jsonstat` JSON-stat.
    """
    if series not in _catalogue(wiring.current().settings.base_path):
        raise NotFoundError("no such series; GET /v1/statistics names them")
    node = ":".join(only_cell(request.parameters, LEVELS, "figures are wanted"))
    as_of = _as_of()
    page = _figures(request, node, series)
    answer = render_page(request, page, as_of)
    if request.suffix == ".jsonstat":
        from chalicelib.domain.statistics.tables import json_stat

        return Answer(orjson.dumps(json_stat(series, _parsed(page))), headers=answer.headers)
    if request.suffix == ".csv" or (not request.suffix and _prefers_csv(request.header("accept"))):
        return _csv(request, series, page, answer)
    return Answer(answer.body, headers={**answer.headers, **({} if request.suffix else {"Vary": "Accept"})})


def _csv(request: Request, series: str, page: Listing, answer: Answer) -> Answer:
    from chalicelib.domain.csv_cells import BOM as MARK
    from chalicelib.domain.statistics.tables import csv_table

    table = csv_table(series, _parsed(page))
    body = (MARK if request.parameters["bom"] == "true" else "") + table
    headers = {"Content-Disposition": f'inline; filename="{series}.csv"', **answer.headers}
    if not request.suffix:
        headers["Vary"] = "Accept"
    return Answer(body.encode(), media_type=CSV_SENT, headers=headers)


def _figures(request: Request, node: str, series: str) -> Listing:
    figures, period = wiring.current().figures, request.parameters["period"]
    after = after_place(request)
    if period is None:
        return figures.page(node, series, request.parameters["limit"], after)
    found = figures.find(node, series, period)
    return Listing([found] if found is not None else [], None)


def _as_of() -> AsOf:
    wired = wiring.current()
    return AsOf(None, wired.figures.as_of(wired.now()))


def _parsed(page: Listing) -> list[dict[str, Any]]:
    return [orjson.loads(body) for body in page.summaries]


def _prefers_csv(accepted: str | None) -> bool:
    """Tell whether CSV is asked for at least as much as JSON (RFC 9110, 12.5.1), by name."""
    weights: dict[str, float] = {}
    for part in (accepted or "").lower().split(","):
        media_type, *parameters = (piece.strip() for piece in part.split(";"))
        weights[media_type] = next((_weight(each[2:]) for each in parameters if each.startswith("q=")), 1.0)
    return weights.get(CSV, 0) > 0 and weights[CSV] >= weights.get(JSON, weights.get("application/*", 0))


def _weight(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
