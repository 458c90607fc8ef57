"""Published statistics (统计) as models: they describe answers and check them in tests; the job renders the bytes.

A member that is null where there is nothing to say (a rate of no cases, what the register does not hold yet) has no default.
"""

from typing import Annotated, Literal

from pydantic import Field

from chalicelib.domain.models.common import DateText, Id, InstantText, LongText, Text
from chalicelib.domain.models.responses import Answer, Count, Page, Path

Share = Annotated[float, Field(ge=0, le=1)]
Days = Annotated[float, Field(ge=0)]
SeriesName = Literal[
    "on_time_rate",
    "due_kept_rate",
    "promise_kept_rate",
    "law_kept_rate",
    "duration",
    "backlog",
    "settled_at_centre_rate",
    "hand_overs",
    "visits",
    "disclosure_breadth",
    "disclosure_depth",
    "disclosure_timeliness",
    "consultation",
    "rules",
    "cards",
    "disclosure_requests",
]
PeriodText = Annotated[str, Field(pattern=r"^([0-9]{4}(-(0[1-9]|1[0-2]|Q[1-4]))?|all)$")]


class SeriesDefinition(Answer):
    """What a series means."""

    id: str
    url: Path
    text: LongText


class SeriesLinks(Answer):
    """Where the figures of a series are, in each form."""

    figures: Path
    csv: Path
    jsonstat: Path


class Series(Answer):
    """A published series."""

    series: SeriesName
    title: Text
    unit: Literal["share", "working_day", "case", "per_case", "rule"]
    definition: SeriesDefinition
    n: Text
    numerator: Text | None = None
    beside: list[SeriesName]
    links: SeriesLinks


class SeriesList(Page):
    """The published series."""

    items: list[Series]


class FigureCell(Answer):
    """Whose figures: one of a jurisdiction, an agency, a service, a service centre."""

    jurisdiction: Id | None = None
    agency: Id | None = None
    service: Id | None = None
    centre: Id | None = None


class DefinitionPlace(Answer):
    """By which definition a figure was counted."""

    id: str
    url: Path


class FigureStart(Answer):
    """What every published figure has."""

    period: PeriodText
    cell: FigureCell
    jurisdiction: Id
    n: Count
    definition: DefinitionPlace
    calendar: str | None
    register_index: Count | None
    status: Literal["open", "provisional", "settled"]
    computed_through: DateText
    first_published_at: InstantText
    changed_at: InstantText
    settled_at: InstantText | None
    revision: Count
    revised_at: InstantText | None
    revised_because: Literal["late_events", "suppression", "calendar", "definition"] | None
    links: dict[str, Path]


class RateStart(FigureStart):
    """What every rate has."""

    value: Share | None
    numerator: Count


class ImmediateRow(Answer):
    """Immediate cases (即办件), counted apart."""

    ended: Count
    with_deadline: Count
    kept: Count


class EndedRow(Answer):
    """Cases that ended without a decision, counted apart."""

    ended: Count


class OtherRows(Answer):
    """What is never mixed in with the counted cases."""

    immediate: ImmediateRow
    withdrawn: EndedRow
    administrative: EndedRow


class OnTimeFigure(RateStart):
    """On-time rate (按时办结率)."""

    series: Literal["on_time_rate"]
    decided: Count
    with_deadline: Count
    without_deadline: Count
    kept: Count
    rows: OtherRows


class DueKeptFigure(RateStart):
    """Due-kept rate (到期办结率)."""

    series: Literal["due_kept_rate"]
    due: Count
    kept: Count
    late: Count


class PromiseKeptFigure(RateStart):
    """Promise-kept rate (承诺兑现率)."""

    series: Literal["promise_kept_rate"]
    decided: Count
    without_promise: Count


class LawKeptFigure(RateStart):
    """Law-kept rate (法定时限遵守率)."""

    series: Literal["law_kept_rate"]
    decided: Count
    without_limit: Count


class Spread(Answer):
    """How long cases took; null where it is not known or withheld."""

    n: Count
    median: Days | None
    p80: Days | None
    p90: Days | None
    mean: Days | None


class MergedInto(Answer):
    """The cell into which durations of too few cases are merged."""

    jurisdiction: Id | None = None
    agency: Id | None = None
    period: PeriodText


class DurationFigure(FigureStart):
    """Duration (办理用时)."""

    series: Literal["duration"]
    value: Days | None
    numerator: None
    decided: Count
    stopped: Count
    extended: Count
    agency_clock: Spread
    gross: Spread
    gross_days: Spread
    merged_into: MergedInto | None = None


class AgeBand(Answer):
    """Open cases of an age, in calendar days."""

    from_days: Count
    to_days: Count | None
    n: Count


class BacklogFigure(FigureStart):
    """Backlog (在办积压)."""

    series: Literal["backlog"]
    value: Count
    numerator: None
    open: Count
    overdue: Count
    received: Count
    ended: Count
    ages: list[AgeBand]


class WindowRow(Answer):
    """What one window took in, and what became of it there."""

    centre: Id
    window: str | None
    taken_in: Count
    settled: Count
    hand_overs: Count
    only_forwards: bool


class SettledAtCentreFigure(RateStart):
    """Settled at the centre (中心办结率)."""

    series: Literal["settled_at_centre_rate"]
    decided: Count
    forwarded: Count
    centres: Count
    windows: list[WindowRow]


class PerCaseStart(FigureStart):
    """What every figure per case has."""

    value: Annotated[float, Field(ge=0)] | None
    numerator: Count


class HandOversFigure(PerCaseStart):
    """Hand-overs per case (件均转办次数)."""

    series: Literal["hand_overs"]
    handed_over: Count


class VisitsFigure(PerCaseStart):
    """Visits per case (件均跑动次数)."""

    series: Literal["visits"]
    visited: Count


class BreadthFigure(RateStart):
    """Breadth of disclosure (公开广度)."""

    series: Literal["disclosure_breadth"]
    mandatory: Count
    live: Count
    missing: Count


class DepthFigure(RateStart):
    """Depth of disclosure (公开深度)."""

    series: Literal["disclosure_depth"]
    services: Count
    complete: Count


class DaysTaken(Answer):
    """Working days from forming to disclosing; null where nothing could be counted."""

    median: Days | None
    p80: Days | None
    p90: Days | None
    mean: Days | None


class TimelinessFigure(RateStart):
    """Timeliness of disclosure (公开及时率)."""

    series: Literal["disclosure_timeliness"]
    disclosed: Count
    without_formed_on: Count
    taken_over: Count
    uncounted: Count
    standing: Count
    working_days: DaysTaken


class ConsultationFigure(RateStart):
    """Consultation (公开征求意见)."""

    series: Literal["consultation"]
    rounds: Count
    comments: Count
    comments_shown: Count
    responses_due: Count
    responses_in_time: Count
    responses_late: Count


class RulesOfKind(Answer):
    """Rules of one kind."""

    in_force: Count
    made: Count
    repealed: Count
    superseded: Count
    lapsed: Count
    withdrawn: Count


class RulesFigure(FigureStart):
    """Rules (规章制度)."""

    series: Literal["rules"]
    value: Count
    numerator: None
    kinds: dict[str, RulesOfKind]
    review_overdue: Count
    reviewed: Count
    executed: Count
    areas: dict[str, Count]
    gaps: Count


class CardsFigure(RateStart):
    """Cards (红黄牌)."""

    series: Literal["cards"]
    yellow: Count
    red: Count
    reddened: Count
    closed: Count
    lifted: Count
    standing: Count
    standing_red: Count


class RequestsFigure(FigureStart):
    """Requests for disclosure (依申请公开)."""

    series: Literal["disclosure_requests"]
    value: Count
    numerator: None
    carried_over: Count
    ended: Count
    endings: dict[str, Count]
    open: Count


RecordFigure = (
    BreadthFigure | DepthFigure | TimelinessFigure | ConsultationFigure | RulesFigure | CardsFigure | RequestsFigure
)
Figure = Annotated[
    OnTimeFigure
    | DueKeptFigure
    | PromiseKeptFigure
    | LawKeptFigure
    | DurationFigure
    | BacklogFigure
    | SettledAtCentreFigure
    | HandOversFigure
    | VisitsFigure
    | RecordFigure,
    Field(discriminator="series"),
]


class FigureList(Page):
    """Figures of one series and cell, newest first."""

    items: list[Figure]
