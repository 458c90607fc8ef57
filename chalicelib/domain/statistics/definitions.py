"""What each series means, in Chinese and English: the definitions that every figure names by id.

An id ends in a number that rises when the meaning changes. What stands here is published as it is by `GET /v1/statistics`.
"""

from typing import Any

from chalicelib.domain.statistics.definition import Definition, Words, words
from chalicelib.domain.statistics.record_definitions import RECORD_DEFINITIONS

_APART = words(
    "即办件、申请人撤回的和行政性终结的另行计数，绝不混入。",
    "Immediate cases, withdrawals by the applicant and administrative endings are counted apart, never mixed in.",
)


def _with_apart(zh: str, en: str) -> Words:
    return {"zh": zh + _APART["zh"], "en": f"{en} {_APART['en']}"}


DEFINITIONS = (
    Definition(
        "on_time_rate",
        1,
        "share",
        words("按时办结率", "On-time rate"),
        _with_apart(
            "本期作出决定且有期限的办件中，在期限当日或之前决定的比例。没有期限的办件单独计数，绝不算作按时。须与到期办结率一并阅读。",
            "Of the cases decided in the period that had a deadline, the share decided on or before it. Cases without a "
            "deadline are counted apart, never as on time. To be read with the due-kept rate beside it.",
        ),
        words("本期决定且有期限的办件数。", "Cases decided in the period that had a deadline."),
        words("其中在期限当日或之前决定的件数。", "Of those, the ones decided on or before it."),
        ("due_kept_rate",),
    ),
    Definition(
        "due_kept_rate",
        1,
        "share",
        words("到期办结率", "Due-kept rate"),
        _with_apart(
            "期限落在本期的办件中，在期限前（含当日）已决定的比例；仍未决定的算作逾期。本期尚未结束时，只计已过完的期限日。",
            "Of the cases whose deadline fell in the period, the share decided by it; those still open are late. While the "
            "period runs, a deadline counts once its whole day has passed.",
        ),
        words("期限落在本期的办件数。", "Cases whose deadline fell in the period."),
        words("其中按期决定的件数。", "Of those, the ones decided by it."),
        ("on_time_rate",),
    ),
    Definition(
        "promise_kept_rate",
        1,
        "share",
        words("承诺兑现率", "Promise-kept rate"),
        _with_apart(
            "本期决定且服务有承诺时限的办件中，在承诺时限内（不计延期）办结的比例。",
            "Of the cases decided in the period whose service promised a limit, the share that kept the promised limit, "
            "extensions not counted.",
        ),
        words("本期决定且有承诺时限的办件数。", "Cases decided in the period under a promised limit."),
        words("其中在承诺时限内的件数。", "Of those, the ones within the promise."),
        ("on_time_rate", "due_kept_rate"),
    ),
    Definition(
        "law_kept_rate",
        1,
        "share",
        words("法定时限遵守率", "Law-kept rate"),
        _with_apart(
            "本期决定且有法定时限的办件中，在法定时限内（含依法延长）决定的比例。",
            "Of the cases decided in the period under a statutory limit, the share decided within it, lawful extensions "
            "included.",
        ),
        words("本期决定且有法定时限的办件数。", "Cases decided in the period under a statutory limit."),
        words("其中在法定时限内的件数。", "Of those, the ones within it."),
        ("promise_kept_rate",),
    ),
    Definition(
        "duration",
        1,
        "working_day",
        words("办理用时", "Duration"),
        _with_apart(
            "本期决定的办件用时：机关计时（扣除中止的工作日）、毛用时（工作日）、历日（带小数）。中位数；第 80、90 百分位为最近秩"
            "（真实办件的用时）；均值为 5%–95% 缩尾均值。不足五件的不单独公布，并入上级；为使合计不致反推，同列至少两格不公布。",
            "How long the cases decided in the period took: on the agency's clock (working days, stops out), gross (working "
            "days) and in calendar days with fractions. Median; 80th and 90th percentile by nearest rank, so the duration of "
            "a real case; mean winsorized at 5 and 95 %. Fewer than five cases are not given but merged into the cell above, "
            "and always at least two cells, so that no total gives one away.",
        ),
        words("机关计时用时已知的办件数。", "Cases whose duration on the agency's clock is known."),
        None,
    ),
    Definition(
        "backlog",
        1,
        "case",
        words("在办积压", "Backlog"),
        words(
            "期末（本期未结束时为计算日）尚未终结的办件，按自受理起的历日分段；其中逾期指期限日已过完。并列本期收件数与终结数。",
            "Cases not over at the period's end (while it runs: on the day of computing), in bands of calendar days since they "
            "were opened. Overdue: the day of the deadline has passed. Beside it, what came in and what ended in the period.",
        ),
        words("期末在办的办件数。", "Cases open at the period's end."),
        None,
    ),
    Definition(
        "settled_at_centre_rate",
        1,
        "share",
        words("中心办结率", "Settled at the centre"),
        _with_apart(
            "本期作出决定且由政务服务中心收件受理的办件中，决定时仍在该中心的比例。办件在其事件最后指明的地点（收件、受理、进入环节的"
            "地点；转办至其他机关即离开）。windows 逐窗口列出收件数、就地办结数与转办次数；收件而无一件就地办结的窗口为只收件转办。",
            "Of the cases decided in the period that a service centre took in, the share decided there. A case is where its "
            "events last placed it: received, accepted, stage entered; a hand-over to another agency takes it away. `windows` "
            "names what each window took in, what was settled there and how often it was handed over; a window of whose cases "
            "none was settled there only forwards.",
        ),
        words("本期决定且由中心收件受理的办件数。", "Cases decided in the period that a centre took in."),
        words("其中在该中心决定的件数。", "Of those, the ones decided there."),
        ("hand_overs",),
    ),
    Definition(
        "hand_overs",
        1,
        "per_case",
        words("件均转办次数", "Hand-overs per case"),
        _with_apart(
            "本期决定的办件，决定之前被转办的平均次数。并联分支内部的转办不计。",
            "How often the cases decided in the period were handed over before their decision, on average. Hand-overs within "
            "the branches of a joint case are not counted.",
        ),
        words("本期决定的办件数。", "Cases decided in the period."),
        words("转办次数之和。", "All their hand-overs."),
        ("settled_at_centre_rate", "visits"),
    ),
    Definition(
        "visits",
        1,
        "per_case",
        words("件均跑动次数", "Visits per case"),
        _with_apart(
            "本期决定的办件，到场办理的平均次数（窗口收件也算一次；决定后取件也算）。",
            "How often somebody came in person for the cases decided in the period, on average: handing in at a window "
            "counts, and so does coming for the result.",
        ),
        words("本期决定的办件数。", "Cases decided in the period."),
        words("到场次数之和。", "All visits."),
        ("hand_overs",),
    ),
    *RECORD_DEFINITIONS,
)
BY_SERIES = {definition.series: definition for definition in DEFINITIONS}


def catalogue(base_path: str) -> list[dict[str, Any]]:
    """Return the list of series as it is published."""
    own = f"{base_path}/v1/statistics"
    return [
        {
            "series": found.series,
            "title": found.title,
            "unit": found.unit,
            "definition": {"id": found.id, "url": definition_url(base_path, found.series), "text": found.text},
            "n": found.n,
            **({"numerator": found.numerator} if found.numerator else {}),
            "beside": list(found.beside),
            "links": {
                "figures": f"{own}/{found.series}",
                "csv": f"{own}/{found.series}.csv",
                "jsonstat": f"{own}/{found.series}.jsonstat",
            },
        }
        for found in DEFINITIONS
    ]


def definition_url(base_path: str, series: str) -> str:
    """Return where a definition stands."""
    return f"{base_path}/v1/statistics#{series}"
