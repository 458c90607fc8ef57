"""Names of the placed lists that filters narrow, and the value under which a filter finds a record in one.

They stand apart from the nouns so that a public read needs no rules to spell them.
"""

OPEN_CONSULTATIONS, UPCOMING_CONSULTATIONS = "consultations", "upcoming consultations"
"""Drafts by the instant at which their consultation closes, and those where it begins later by that at which it opens."""
UPCOMING_HEARINGS = "upcoming hearings"
"""Hearings that are announced, by the instant at which they are held."""
DISCLOSURES_BY_DOC_NO = "disclosures by doc_no"
"""Disclosures by their document number in its one form."""
MISSING_FILINGS = "missing filings"
"""Filings that are not answered, by the instant from which the answer is late."""
SERVICES_BY_CENTRE, SERVICES_BY_LIFE_EVENT = "services by centre", "services by life_event"
"""Services by the centres that have a window for them, and by the needs they serve."""
EVALUATED = "evaluations of"
"""Rounds of evaluation by the agencies that they evaluate."""
FEEDBACK_ABOUT = "feedback about"
"""Feedback by what it is about: a record (`disclosure:d1`), or `enquiries`."""
COMMENTS_ON = "comments by place"
"""Comments by the disclosure that they are on, `d1`, and by the round of it, `d1/2`; in the order in which they came in."""
RULES_BY_AREA, RULES_BY_DOC_NO = "rules by area", "rules by doc_no"
"""Rules by their area, and by their document number in its one form."""
RULES_IN_FORCE, RULES_LAPSING, RULES_BY_REVIEW = "rules in force", "rules lapsing", "rules by review"
"""Rules by the instant at which they lapse, each under every `in_force_scope`; by that instant alone; by their next review."""


ROOT_AGENCIES = "root agencies"
"""The agencies that open a jurisdiction, by when they entered the register."""
OWED = "owed to the public"
"""What is owed to the public by a day: an answer to comments, a promised report, a review of a rule; by the end of that day."""


def of_round(disclosure: str, number: int) -> str:
    """Return the value under which a comment stands in the list of its round: no id has a slash."""
    return f"{disclosure}/{number}"


def links_to(kind: str) -> str:
    """Return the list of what names records of a kind; the value is the record that is named."""
    return f"links to {kind}"


def in_force_scope(*, agency: str | None = None, jurisdiction: str | None = None, area: str | None = None) -> str:
    """Return the value under which a rule stands in the list of those in force: `agency bureau, area fees`."""
    said = (("agency", agency), ("jurisdiction", jurisdiction), ("area", area))
    return ", ".join(f"{name} {value}" for name, value in said if value is not None)


def narrowed(filter_name: str, value: str) -> str:
    """Return the value of a list that one filter narrows: `agency=bureau`."""
    return f"{filter_name}={value}"


def narrowings(**values: str) -> tuple[str, ...]:
    """Return every value under which a record stands in a list that one of these filters narrows, or none."""
    return ("", *(narrowed(name, value) for name, value in values.items()))
