"""The page of an agency's completeness, as a model; see `responses.py`."""

from chalicelib.domain.models.common import Id, InstantText
from chalicelib.domain.models.completeness_answers import Breadth, Completeness, Depth, Kept, Timeliness
from chalicelib.domain.models.responses import Page, Path


class ServiceCompleteness(Completeness):
    """What one service lacks."""

    service: Id
    url: Path


class AgencyCompleteness(Page):
    """How much of what an agency must have open is open, and what exactly is missing."""

    agency: Id
    breadth: Breadth
    depth: Depth
    display: Depth
    kept: list[Kept]
    timeliness: Timeliness
    counted_at: InstantText | None = None
    items: list[ServiceCompleteness]
