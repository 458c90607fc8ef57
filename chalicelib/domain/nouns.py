"""Every record noun, by collection and by kind. A new noun is one file and one line here. Each can be erased by order."""

from chalicelib.domain import (
    agencies,
    agency_keys,
    attachments,
    cards,
    centres,
    comments,
    disclosures,
    evaluations,
    feedback,
    filings,
    hearings,
    periods,
    rules,
    services,
)
from chalicelib.domain.erasure import erasable
from chalicelib.domain.records import Noun

NOUNS: tuple[Noun, ...] = tuple(
    erasable(noun)
    for noun in (
        agencies.NOUN,
        services.NOUN,
        disclosures.NOUN,
        agency_keys.NOUN,
        cards.NOUN,
        rules.NOUN,
        evaluations.NOUN,
        feedback.NOUN,
        centres.NOUN,
        hearings.NOUN,
        filings.NOUN,
        attachments.NOUN,
        comments.NOUN,
        periods.NOUN,
    )
)
BY_COLLECTION = {noun.collection: noun for noun in NOUNS}
BY_KIND = {noun.kind: noun for noun in NOUNS}
