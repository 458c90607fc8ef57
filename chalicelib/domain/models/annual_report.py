"""The statutory annual report as models; see `figures.py`."""

from typing import Literal

from chalicelib.domain.models.common import DateText, Id
from chalicelib.domain.models.figures import DefinitionPlace, SeriesName
from chalicelib.domain.models.responses import Answer, AsOf, Count, Path

ReportTable = Literal[
    "proactive_disclosure",
    "consultation",
    "disclosure_requests",
    "supervision",
    "review_and_litigation",
    "narrative",
]


class ReportCell(Answer):
    """Whose report: one of an agency, a jurisdiction."""

    agency: Id | None = None
    jurisdiction: Id | None = None


class ReportNumber(Answer):
    """A number of the form, and the series it comes from."""

    value: Count | dict[str, Count]
    source: SeriesName


class ReportSource(Answer):
    """The published figure that numbers come from."""

    url: Path
    definition: DefinitionPlace
    status: Literal["open", "provisional", "settled"]
    computed_through: DateText
    revision: Count


class NotKnown(Answer):
    """A number of the form that this deployment does not know."""

    table: ReportTable
    name: str
    reason: Literal["not_kept_here", "not_told_apart", "nothing_counted"]


class AnnualReport(Answer):
    """The statutory annual report on information disclosure (政府信息公开工作年度报告), as data."""

    year: int
    cell: ReportCell
    tables: dict[ReportTable, dict[str, ReportNumber]]
    sources: dict[SeriesName, ReportSource]
    not_known: list[NotKnown]
    as_of: AsOf
