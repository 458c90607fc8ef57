"""The statutory annual report on information disclosure (政府信息公开工作年度报告), as data.

Source: Regulations on Open Government Information (2019) art. 49 and 50 (by 31 January, for the year before), and the form
of the General Office of the State Council (2021) in its order of tables. What is filled in are published figures of the
year, each with the address where it stands and its status; nothing is computed here that is not published there.

A number that this deployment cannot know is not in the report, and stands in `not_known` with the reason: nought is said
only where something is counted and there was none.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

Figure = Mapping[str, Any]
KIND = "normative_document"
NO_FIELD, NOT_KEPT, NO_FIGURE = "not_kept_here", "not_told_apart", "nothing_counted"


class Line(NamedTuple):
    """One number of the form: its table and name, the series it comes from, and how it is read off the figure."""

    table: str
    name: str
    series: str
    read: Callable[[Figure], Any]


def _of(*path: str) -> Callable[[Figure], Any]:
    def read(figure: Figure) -> Any:
        found: Any = figure
        for name in path:
            found = found[name]
        return found

    return read


def _repealed(figure: Figure) -> int:
    """What was superseded was repealed by what took its place."""
    kind = figure["kinds"][KIND]
    return int(kind["repealed"] + kind["superseded"])


def _lines(table: str, series: str, names: tuple[str, ...]) -> tuple[Line, ...]:
    return tuple(Line(table, name, series, _of(name)) for name in names)


PROACTIVE, DRAFTS, REQUESTS, SUPERVISED = "proactive_disclosure", "consultation", "disclosure_requests", "supervision"
LINES = (
    Line(PROACTIVE, "normative_documents_made", "rules", _of("kinds", KIND, "made")),
    Line(PROACTIVE, "normative_documents_repealed", "rules", _repealed),
    Line(PROACTIVE, "normative_documents_lapsed", "rules", _of("kinds", KIND, "lapsed")),
    Line(PROACTIVE, "normative_documents_in_force", "rules", _of("kinds", KIND, "in_force")),
    *_lines(PROACTIVE, "disclosure_timeliness", ("disclosed", "standing")),
    Line(PROACTIVE, "disclosed_in_time", "disclosure_timeliness", _of("numerator")),
    Line(PROACTIVE, "counted_for_time", "disclosure_timeliness", _of("n")),
    Line(PROACTIVE, "categories_mandatory", "disclosure_breadth", _of("mandatory")),
    Line(PROACTIVE, "categories_live", "disclosure_breadth", _of("live")),
    Line(DRAFTS, "texts_with_duty_to_consult", "consultation", _of("n")),
    Line(DRAFTS, "texts_consulted", "consultation", _of("numerator")),
    *_lines(DRAFTS, "consultation", ("rounds", "comments", "responses_due", "responses_in_time")),
    Line(REQUESTS, "received", "disclosure_requests", _of("value")),
    *_lines(REQUESTS, "disclosure_requests", ("carried_over", "ended", "endings")),
    Line(REQUESTS, "carried_on", "disclosure_requests", _of("open")),
    Line(SUPERVISED, "cards_yellow", "cards", _of("yellow")),
    Line(SUPERVISED, "cards_red", "cards", lambda figure: figure["red"] + figure["reddened"]),
    Line(SUPERVISED, "answers_due", "cards", _of("n")),
    Line(SUPERVISED, "answers_in_time", "cards", _of("numerator")),
)
SERIES = tuple(dict.fromkeys(line.series for line in LINES))
NOT_KNOWN = (
    (PROACTIVE, "government_rules", NO_FIELD),
    (PROACTIVE, "administrative_licensing_decisions", NO_FIELD),
    (PROACTIVE, "administrative_penalty_decisions", NO_FIELD),
    (PROACTIVE, "administrative_coercion_decisions", NO_FIELD),
    (PROACTIVE, "administrative_fees_collected", NO_FIELD),
    (REQUESTS, "by_kind_of_applicant", NOT_KEPT),
    (REQUESTS, "refusals_by_ground", NOT_KEPT),
    ("review_and_litigation", "administrative_review", NO_FIELD),
    ("review_and_litigation", "litigation", NO_FIELD),
    ("narrative", "overview_problems_and_improvements", NO_FIELD),
)
"""Numbers of the form that no record here holds: table, name, why."""


def annual_report(year: str, cell: Mapping[str, str], figures: Mapping[str, Figure], *, since: int) -> dict[str, Any]:
    """Return the report of a year from the figures of that year, by series, and the year since which records are kept.

    A series without a figure has nothing counted in the year: that is nought from that year on, and unknown before it.
    """
    tables: dict[str, dict[str, Any]] = {}
    not_known = [_unknown(*each) for each in NOT_KNOWN]
    for line in LINES:
        figure = figures.get(line.series)
        if figure is None and int(year) < since:
            not_known.append(_unknown(line.table, line.name, NO_FIGURE))
            continue
        tables.setdefault(line.table, {})[line.name] = _number(line, figure)
    return {
        "year": int(year),
        "cell": dict(cell),
        "tables": tables,
        "sources": _sources(figures),
        "not_known": not_known,
    }


def _number(line: Line, figure: Figure | None) -> dict[str, Any]:
    if figure is None:
        return {"value": {} if line.name == "endings" else 0, "source": line.series}
    value = line.read(figure)
    told = {code: n for code, n in value.items() if n} if isinstance(value, Mapping) else value
    return {"value": told, "source": line.series}


def _sources(figures: Mapping[str, Figure]) -> dict[str, Any]:
    return {series: _source(figures[series]) for series in SERIES if series in figures}


def _source(figure: Figure) -> dict[str, Any]:
    names = ("status", "computed_through", "revision")
    told = {name: figure[name] for name in names}
    return {"url": figure["links"]["self"], "definition": figure["definition"], **told}


def _unknown(table: str, name: str, reason: str) -> dict[str, str]:
    return {"table": table, "name": name, "reason": reason}
