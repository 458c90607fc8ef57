"""Links from one record to another: one shape for every noun that has them."""

from typing import Literal

from chalicelib.domain.models.common import Id, Model


class RecordLink(Model):
    """Another record that this one has to do with, and how (`/v1/codes/link`)."""

    rel: Literal[
        "draft_of",
        "interprets",
        "implements",
        "rests_on",
        "amends",
        "replaces",
        "repeals",
        "text",
        "service",
        "rule",
        "responds_to",
    ]
    kind: Literal["disclosure", "service", "rule", "evaluation"]
    id: Id
