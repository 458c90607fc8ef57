"""Names of the placed lists that filters narrow, and the value under which a filter finds a record in one.

They stand apart from the nouns so that a public read needs no rules to spell them.
"""

UPCOMING_HEARINGS = "upcoming hearings"
"""Hearings that are announced, by the instant at which they are held."""
DISCLOSURES_BY_DOC_NO = "disclosures by doc_no"
"""Disclosures by their document number in its one form."""
MISSING_FILINGS = "missing filings"
"""Filings that are not answered, by the instant from which the answer is late."""


def narrowed(filter_name: str, value: str) -> str:
    """Return the value of a list that one filter narrows: `agency=bureau`."""
    return f"{filter_name}={value}"
