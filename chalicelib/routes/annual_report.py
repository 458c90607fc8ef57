"""`GET /v1/statistics/annual-report/{year}`: the statutory annual report of an agency or a jurisdiction, as data.

It is made of the published figures of that year: one batch of six items by key and the record of the agency, whatever is
stored. A year that has not begun where the agency is, and one of which nothing is known here, is a 404: nought would be a
statement about it.
"""

import re
from datetime import datetime
from typing import Any

import orjson

from chalicelib import wiring
from chalicelib.domain.instants import localised, zone
from chalicelib.errors import NotFoundError
from chalicelib.routes.access import Access
from chalicelib.routes.endpoint import Answer, Request, Routes
from chalicelib.routes.params import cell_parameters, only_cell

routes = Routes(__name__, "statistics")

CACHE = "public, max-age=60"
LEVELS = ("agency", "jurisdiction")


@routes.get(
    "/v1/statistics/annual-report/{year}",
    access=Access.PUBLIC,
    summary="The statutory annual report on information disclosure, as data",
    cache=CACHE,
    parameters=cell_parameters(LEVELS, "The report"),
    response_model="AnnualReport",
)
def get_annual_report(request: Request, year: str) -> Answer:
    """Return the tables of the statutory form for a year: each number with the published figure it comes from.

    What this deployment cannot know is not in the tables but in `not_known`, with the reason; nought is never said for it.
    While the year runs the figures are those so far. A year that has not begun, or of which nothing is known here, is a 404.
    """
    from chalicelib.domain.annual_report import SERIES, annual_report

    level, cell_id = only_cell(request.parameters, LEVELS, "report is wanted")
    if not re.fullmatch("[0-9]{4}", year):
        raise NotFoundError("a year is YYYY")
    wired = wiring.current()
    body = wired.views.record("agency", cell_id)
    agency: dict[str, Any] = orjson.loads(body) if body is not None else {}
    if not agency or (level == "jurisdiction" and agency["jurisdiction"] != cell_id):
        raise NotFoundError(f"no such {level}")
    local = zone(agency["time_zone"])
    if int(year) > wired.now().astimezone(local).year:
        raise NotFoundError("that year has not begun")
    as_of = wired.figures.as_of(wired.now())
    if as_of is None:
        raise NotFoundError("nothing has been counted yet")
    found = {
        name: orjson.loads(figure)
        for name, figure in wired.figures.of_period(f"{level}:{cell_id}", SERIES, year).items()
    }
    since = datetime.fromisoformat(agency["published_at"]).astimezone(local).year
    report = annual_report(year, {level: cell_id}, found, since=since)
    if not report["tables"]:
        raise NotFoundError("nothing is known here of that year")
    told = {"register_index": None, "at": localised(as_of, wired.settings.time_zone)}
    return Answer(orjson.dumps({**report, "as_of": told}))
