"""What the API answers of completeness (公开完整度), as models; see `responses.py`."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from chalicelib.domain.models.common import Id

_Count = Annotated[int, Field(ge=0)]
Facet = Literal["content", "procedure", "time_limit", "result", "responsible_person", "complaint_channel"]
Displayed = Literal["items", "basis", "conditions", "quota", "procedure", "time_limit", "materials", "sample_forms"]


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Display(_Answer):
    """How much of what the Licensing Law art. 30 says must be displayed is displayed."""

    items: _Count
    shown: _Count
    missing: list[Displayed]


class Completeness(_Answer):
    """How many of the six open facets (六公开) are filled, and what would fill the others."""

    facets: _Count
    filled: _Count
    missing: list[Facet]
    missing_members: list[Id]
    display: Display


class Breadth(_Answer):
    """The categories in which the agency must have something, and in how many it has."""

    mandatory: _Count
    live: _Count
    missing: list[Id]


class Lacking(_Answer):
    """In how many services something is missing."""

    code: Id
    services: _Count


class Depth(_Answer):
    """How much is filled over all services of the agency."""

    services: _Count
    items: _Count
    filled: _Count
    missing: list[Lacking]


class Kept(_Answer):
    """How many texts are not open on a ground; they are counted and never named."""

    ground: Id
    count: _Count


class Timeliness(_Answer):
    """How soon what was formed was disclosed."""

    counted: _Count
    in_time: _Count
    uncounted: _Count
    median_working_days: _Count | None = None
