"""Each step of an explanation as a sentence in Chinese and in English, for people who check a deadline by hand.

Invariant: `SENTENCES` has exactly the codes of `Code`; a test holds it to that. A range is shown by its first and last day, both counted.
"""

from datetime import date, datetime, timedelta
from typing import Final, Literal, NamedTuple

from .records import Code, Explained

Language = Literal["zh", "en"]

_ONE_DAY: Final = timedelta(days=1)


class Sentence(NamedTuple):
    """A step in two languages, with places for `since`, `range`, `amount`, `what` and `basis`."""

    zh: str
    en: str


SENTENCES: Final[dict[Code, Sentence]] = {
    Code.FIRST_DAY_NOT_COUNTED: Sentence(
        "自{since}起算，当日不计入。", "The clock started on {since}; that day is not counted."
    ),
    Code.COUNTED_FROM: Sentence("自{since}起计时。", "The clock started at {since}."),
    Code.SAME_DAY: Sentence(
        "自{since}起算，应当即时办结。", "The clock started at {since}, and the matter is to be settled then and there."
    ),
    Code.LIMIT: Sentence("期限为{amount}。", "The limit is {amount}."),
    Code.EXTENSION: Sentence("期限延长{amount}。", "The limit was extended by {amount}."),
    Code.EXTENSION_COUNTED_ON: Sentence(
        "期限延长{amount}，自原期限届满之日起接续计算。",
        "The limit was extended by {amount}, counted on from the end of the time before.",
    ),
    Code.MONTHS_IN_DAYS: Sentence(
        "按月计算的期间为{range}，共{amount}。", "The months run {range}, which is {amount}."
    ),
    Code.WEEKEND: Sentence("{range}为周末，{amount}不计入。", "Weekend {range}: {amount} not counted."),
    Code.HOLIDAY: Sentence(
        "{range}为节假日（{what}），{amount}不计入。", "Holiday ({what}) {range}: {amount} not counted."
    ),
    Code.WORKING_WEEKEND: Sentence("{range}为调休上班日，计入工作日。", "Make-up working weekend {range}: counted."),
    Code.STOP: Sentence(
        "{range}因{what}停止计时{basis}，扣除此前未扣除的{amount}。",
        "Stopped {range} for {what}{basis}: takes out {amount} not taken out before.",
    ),
    Code.STOP_ASSUMED_TO_END: Sentence(
        "自{since}起因{what}停止计时{basis}，尚未结束；推算时假定{range}停止，扣除此前未扣除的{amount}。",
        "Stopped since {since} for {what}{basis} and still open; the projection assumes a stop {range}: takes out {amount} not taken out before.",
    ),
    Code.OPEN_STOP: Sentence(
        "自{since}起因{what}停止计时{basis}，尚未结束。", "Stopped since {since} for {what}{basis}, and still open."
    ),
    Code.STOP_OF_NO_DAY: Sentence(
        "{since}因{what}停止计时{basis}，当时即结束，不影响期限。",
        "Stopped on {since} for {what}{basis} and resumed then: nothing is left out.",
    ),
    Code.STOP_BEFORE_START: Sentence(
        "{range}因{what}停止计时{basis}，在起算之前，不影响期限。",
        "The stop {range} for {what}{basis} ended before counting began: nothing is left out.",
    ),
    Code.STOP_WITHIN_ANOTHER: Sentence(
        "{range}因{what}停止计时{basis}，已含在其他停止时间内，不重复扣除。",
        "The stop {range} for {what}{basis} lies within other stops and is not left out twice.",
    ),
    Code.STOP_AFTER_END: Sentence(
        "{range}因{what}停止计时{basis}，在期限用完之后，不影响期限。",
        "The stop {range} for {what}{basis} began after the limit was used up: nothing is left out.",
    ),
    Code.STOP_IN_SAME_DAY_LIMIT: Sentence(
        "{range}因{what}停止计时{basis}；即时办结事项的期限不因停止而改变。",
        "The stop {range} for {what}{basis} does not move a matter to be settled then and there.",
    ),
    Code.ROLLED_FORWARD: Sentence(
        "期限最后一日为休息日（{range}），顺延{amount}至下一工作日。",
        "The limit ends on a day off ({range}), so it moves {amount} to the next working day.",
    ),
    Code.DUE: Sentence("期限届满：{since}。", "Due: {since}."),
    Code.NO_DUE_WHILE_STOPPED: Sentence(
        "停止计时尚未结束，暂无届满日期。", "There is no due date while the clock is stopped."
    ),
    Code.PROJECTED_DUE: Sentence(
        "按上述假定推算，期限届满：{since}（仅为推算）。",
        "On that assumption it would be due: {since}. This is a projection only.",
    ),
    Code.NO_PROJECTION: Sentence(
        "推算届满日期所需的工作日历（{what}）尚未公布。",
        "The projection needs a working calendar that is not known yet ({what}).",
    ),
    Code.SENT_BY_AGENCY: Sentence("期限由办理机关给定：{since}。", "The agency gave this deadline itself: {since}."),
    Code.CALENDAR: Sentence("所用工作日历：{what}。", "Counted with the working calendar {what}."),
}

_UNITS: Final[dict[str, Sentence]] = {
    "working_day": Sentence("个工作日", "working day"),
    "day": Sentence("日", "day"),
    "hour": Sentence("小时", "hour"),
    "month": Sentence("个月", "month"),
    "second": Sentence("秒", "second"),
    "microsecond": Sentence("微秒", "microsecond"),
}

STOP_KINDS: Final[dict[str, Sentence]] = {
    "supplement": Sentence("补正材料", "a supplement"),
    "hearing": Sentence("听证", "a hearing"),
    "tender": Sentence("招标", "a tender"),
    "auction": Sentence("拍卖", "an auction"),
    "inspection": Sentence("检验", "an inspection"),
    "testing": Sentence("检测", "testing"),
    "quarantine": Sentence("检疫", "quarantine"),
    "appraisal": Sentence("鉴定", "an appraisal"),
    "expert_review": Sentence("专家评审", "an expert review"),
    "consulting": Sentence("征求第三方意见", "consulting third parties"),
    "all_branches": Sentence("在办各分支全部暂停", "a pause of every open branch"),
}
"""The kinds of stop known by name. A kind that is not here is shown as it was sent."""


def sentence(step: Explained, language: Language) -> str:
    """The step as one sentence."""
    zh = language == "zh"
    words = SENTENCES[step.code]
    return (words.zh if zh else words.en).format(
        since=_moment(step.since),
        range=_range(step, zh),
        amount=_amount(step, zh),
        what=_what(step, zh),
        basis=_basis(step, zh),
    )


def _what(step: Explained, zh: bool) -> str:
    known = (
        None
        if step.code in (Code.HOLIDAY, Code.CALENDAR, Code.NO_PROJECTION) or step.what is None
        else STOP_KINDS.get(step.what)
    )
    if known is None:
        return step.what or ""
    return known.zh if zh else known.en


def _basis(step: Explained, zh: bool) -> str:
    if step.basis is None:
        return ""
    return f"（依据：{step.basis}）" if zh else f" ({step.basis})"


def _amount(step: Explained, zh: bool) -> str:
    if step.value is None or step.unit is None:
        return ""
    words = _UNITS[step.unit]
    return f"{step.value}{words.zh}" if zh else f"{step.value} {words.en}{'' if step.value == 1 else 's'}"


def _range(step: Explained, zh: bool) -> str:
    """From the first to the last day; of instants from the one up to the other."""
    if step.since is None:
        return ""
    since, last = _moment(step.since), _last(step)
    if last is None:
        return f"{since}起" if zh else f"from {since} on"
    if last == step.since:
        return since if zh else f"on {since}"
    return f"{since}至{_moment(last)}" if zh else f"from {since} to {_moment(last)}"


def _last(step: Explained) -> date | datetime | None:
    """The last day of the range; of instants its end; of an empty range its beginning; None when it is open."""
    if step.until is None or isinstance(step.until, datetime) or step.until == step.since:
        return step.until
    return step.until - _ONE_DAY


def _moment(moment: date | datetime | None) -> str:
    return "" if moment is None else moment.isoformat()
