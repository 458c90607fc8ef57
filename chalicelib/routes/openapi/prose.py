"""What the OpenAPI document says in words: the conventions, and what each group of routes is for."""

INTRODUCTION = """\
What a government disclosed, what it promised, where a case is, and whether it kept its word.

**Reading** needs no key. Every list is `{"items", "next", "as_of"}`: go on with `next` until it is null; `as_of` names the
last register index of this collection that the answer surely holds. An empty result is 200. Items of a list are summaries
with `url`. Unknown or repeated parameters are 400, naming the allowed ones; so is a combination of filters that no index
serves. A filter is never silently ignored and a page never silently cut.

**Caching.** Every public read has a strong `ETag`; send it back in `If-None-Match` and an unchanged answer is 304. `HEAD`
works where `GET` does.

**In step.** `GET /v1/changes?after=<index>` gives every public act in the order of the register. Keep the last index you
have dealt with: it is all there is to remember.

**Errors** are RFC 9457 `application/problem+json`, with every reason at once in `errors`.

**Writing** is for agencies. Every write names its own place: the same bytes again are the same receipt, other bytes at the
same place are 409. Requests are signed by RFC 9421; a dry run is the same request with another tag.

**A case** is shown to whoever has its query code. The code is exchanged for a token; neither ever stands in an address.

A record marked `synthetic` is made up for the demonstration. What a member may lack is absent, not null, unless its schema
says null. Later versions may add members to answers; they take none away.
"""

TAGS = {
    "services": ("Services", "What one can apply for, and what is promised about it (政务服务事项, 服务承诺)."),
    "deadlines": ("Deadlines", "What if: a deadline counted by the clock that counts those of cases, step by step."),
    "statistics": ("Statistics", "Whether promises were kept: published figures with their definitions."),
    "supervision": (
        "Supervision",
        "Limits that were not kept, duties left undone, and what followed (督查督办, 红黄牌).",
    ),
    "cases": ("A case", "Where a case is: for whoever has its query code."),
    "enquiries": (
        "Enquiries",
        "Ask, complain, request information, register for a hearing: it becomes a case (咨询投诉).",
    ),
    "watching": (
        "Webhooks",
        "An app registers a receiver, and is told of a case by whoever holds its token, of public acts with an API key.",
    ),
    "disclosures": ("Disclosures", "What is disclosed, and the acts that led to it (政务公开事项)."),
    "centres": (
        "Service centres",
        "Where to go, which service at which window, and when it is open (政务服务中心, 窗口).",
    ),
    "rules": ("Rules", "Which rules are in force, carried out, due for review, replaced, repealed (规章制度)."),
    "evaluations": ("Evaluations", "Who judged whom, what was found, and what the agencies say to it (评议)."),
    "feedback": ("Feedback", "What came of opinions, evaluations and frequent enquiries, by a promised day (反馈)."),
    "hearings": ("Hearings", "Hearings announced, held and put on record (听证)."),
    "consultations": ("Consultations", "Drafts on which opinions are heard, until exactly when (征求意见)."),
    "comments": ("Comments", "What the public says of drafts, moderated and answered (意见)."),
    "filings": ("Filings", "Texts filed with a superior or a body of the same level, and what those answer (备案)."),
    "statistics-periods": (
        "Closed periods of statistics",
        "One hash for every figure of a closed period, bound by the register (统计期).",
    ),
    "agencies": ("Agencies", "Who acts and answers (行政机关)."),
    "feeds": (
        "Feeds",
        "Every public list as Atom and as JSON Feed, for readers of feeds: the same filters, the same pages.",
    ),
    "catalogues": (
        "Catalogues",
        "Every dataset of the deployment and how it is had, for harvesters: DCAT-US, DCAT-AP.",
    ),
    "register": ("Register", "Every public act, in one order."),
    "exchange": (
        "Other deployments",
        "Copies of what other deployments made public, as they served it (政务信息交换平台).",
    ),
    "codes": ("Code lists", "Every code an answer can hold, with Chinese and English."),
    "meta": ("Index and fields", "Where everything is, that it answers, and what fields mean."),
    "intake": ("Intake", "What agencies send, signed."),
    "site": ("Pages", "The page, this reference, and what problems mean."),
}
"""Tag -> the name it is shown under, and what it is for; in the order of the reference."""
