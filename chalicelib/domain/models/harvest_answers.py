"""What is answered about other deployments: which are followed, how far, and the copies of their records."""

from typing import Literal

from pydantic import ConfigDict

from chalicelib.domain.models.common import Id, InstantText, Text
from chalicelib.domain.models.responses import Answer, Count, Page, RecordHead, RecordStart


class OriginFailure(Answer):
    """Why an origin could not be followed."""

    state: Literal["unreachable", "refused", "forked"]
    code: str
    detail: str
    at: InstantText
    since: InstantText
    register_index: Count | None = None


class HarvestOrigin(Answer):
    """Another deployment, and how far it is followed."""

    origin: Id
    address: str
    state: Literal["not_begun", "following", "unreachable", "refused", "forked", "not_followed"]
    register_index: Count | None
    lacking: Count
    since: InstantText | None
    last_success_at: InstantText | None
    caught_up_at: InstantText | None
    last_failure: OriginFailure | None


class OriginList(Answer):
    """The deployments that are followed, and those that once were."""

    items: list[HarvestOrigin]


class HarvestedSummary(RecordStart):
    """A copy in a list; all but `tombstone` is what its origin says."""

    origin: str
    tombstone: bool
    stage: str | None = None
    name: Text | None = None
    title: Text | None = None
    doc_no: str | None = None


class HarvestedList(Page):
    """Copies of another deployment's records; `as_of` counts by its register."""

    items: list[HarvestedSummary]


class HarvestedRecord(RecordHead):
    """A record of another deployment: it begins as every public record does, and goes on as its kind does there."""

    model_config = ConfigDict(extra="allow")
