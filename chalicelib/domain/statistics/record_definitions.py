"""What the series of disclosure mean, in Chinese and English; see `definitions.py`."""

from chalicelib.domain.statistics.definition import Definition, words

_PUBLIC = words(
    "所计均为公开记录，不论多少一律公布。",
    "Everything counted is public, so however few there are, it is published.",
)


def _of_records(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh + _PUBLIC["zh"], "en": f"{en} {_PUBLIC['en']}"}


RECORD_DEFINITIONS = (
    Definition(
        "disclosure_breadth",
        1,
        "share",
        words("公开广度", "Breadth of disclosure"),
        _of_records(
            "期末（本期未结束时为当日），依法必须公开的类别中，至少有一项现行有效公开内容的类别所占比例；未公开的类别见机关完整度。",
            "At the end of the period (while it runs: today), of the categories in which an agency of its level must have "
            "something by law, the share in which it has a live disclosure. Which are missing: the agency's completeness.",
        ),
        words(
            "必须公开的类别数；辖区为各机关之和。",
            "Mandatory categories; of a jurisdiction, added up over its agencies.",
        ),
        words("其中有现行公开内容的类别数。", "Of those, the ones with a live disclosure."),
        ("disclosure_depth", "disclosure_timeliness"),
    ),
    Definition(
        "disclosure_depth",
        1,
        "share",
        words("公开深度", "Depth of disclosure"),
        _of_records(
            "期末在办理的政务服务事项，其“六公开”（内容、程序、时限、结果、责任人、投诉渠道）各要素中已填写的比例。",
            "Over the services offered at the end of the period, of the six open facets (content, procedure, time limit, "
            "result, responsible person, complaint channel) the share that is filled.",
        ),
        words("事项数乘以六。", "Six times the services."),
        words("已填写的要素数。", "Facets that are filled."),
        ("disclosure_breadth",),
    ),
    Definition(
        "disclosure_timeliness",
        1,
        "share",
        words("公开及时率", "Timeliness of disclosure"),
        _of_records(
            "本期首次公开的政府信息中，自形成（经决策的，自决定通过）至公开的工作日不超过其类别时限的比例。未载明形成日期的、"
            "转载此前已公开的、无工作日历可计的另行计数，绝不算作及时。更正不另计。",
            "Of what was first disclosed in the period, the share that came out within the working days of its category, counted "
            "by the calendar of the agency from the day it was formed (what was adopted: from its adoption). What names no such "
            "day, what was taken over from an earlier publication and what no calendar can count are counted apart, never as in "
            "time. A correction is not counted again.",
        ),
        words("工作日可计的首次公开件数。", "First disclosures whose working days can be counted."),
        words("其中在时限内的件数。", "Of those, the ones within the days of their category."),
        ("disclosure_breadth",),
    ),
    Definition(
        "consultation",
        1,
        "share",
        words("公开征求意见", "Consultation"),
        _of_records(
            "本期公开的、其类别依法须征求意见的文件中，事先公开征求过意见的比例。并列：本期首次公开草案的征求意见轮次、收到并经审核的意见、"
            "答复期限落在本期（且已过完）的轮次及其中按时答复的。",
            "Of the texts disclosed in the period on whose drafts opinions had to be heard by their category, the share on which "
            "they were. Beside it: rounds of drafts that first came out in the period, comments received in it and moderated, and "
            "the rounds whose day for an answer fell in it and has passed, with those answered by it.",
        ),
        words("须征求意见的公开件数。", "Texts disclosed on which opinions had to be heard."),
        words("其中征求过意见的件数。", "Of those, the ones on which they were."),
    ),
    Definition(
        "rules",
        1,
        "rule",
        words("规章制度", "Rules"),
        _of_records(
            "期末现行有效的规章制度；按种类并列本期制发、废止、被替代、失效、撤回的件数，逾期未清理、已清理、执行情况报告数，"
            "以及按领域的现行件数与空白领域数（辖区内任一机关有即不算空白）。",
            "Rules in force at the end of the period; by kind, those made in it and those that were repealed, superseded, lapsed "
            "or withdrawn; reviews overdue and done, reports on execution; those in force by area, and how many areas have none "
            "(of a jurisdiction: in none of its agencies).",
        ),
        words("现行有效件数。", "Rules in force."),
        None,
    ),
    Definition(
        "cards",
        1,
        "share",
        words("红黄牌", "Cards"),
        _of_records(
            "答复期限落在本期（且已过完）的红黄牌中，机关按时答复的比例；期限前已撤销或关闭且未答复的不计。并列本期亮出的黄牌、红牌、"
            "黄转红、关闭、撤销数及期末仍在的牌数。撤销后重新亮出的，自最近一次起计。",
            "Of the cards whose last day for an answer fell in the period and has passed, the share that the agency answered by "
            "it; one that was lifted or closed before, unanswered, is not counted. Beside it, yellow and red ones raised in the "
            "period, those that turned red, were closed or lifted, and those that stand at its end. One that was raised again "
            "after it was lifted counts from the last time.",
        ),
        words("应答复的牌数。", "Cards that had to be answered."),
        words("其中按时答复的牌数。", "Of those, the ones answered in time."),
    ),
    Definition(
        "disclosure_requests",
        1,
        "case",
        words("依申请公开", "Requests for disclosure"),
        _of_records(
            "本期新收的政府信息公开申请；并列上期结转、本期各类办理结果、结转下期。",
            "Requests for disclosure received in the period; beside it, those carried over from before, those that ended in it by "
            "outcome, and those carried on. They are cases of the built-in service of each agency.",
        ),
        words("本期新收件数。", "Requests received in the period."),
        None,
        ("on_time_rate", "backlog"),
    ),
)
