"""The acts on a period of statistics: the program closes it, and says so again when something closed is revised."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, TypeAdapter

from chalicelib.domain.models.common import Id, Model, Sha256

ClosedPeriod = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}(-(0[1-9]|1[0-2]|Q[1-4]))?$")]


class PeriodContent(Model):
    """Which period of which jurisdiction, and what binds its figures."""

    jurisdiction: Id
    period: ClosedPeriod
    figures: Annotated[int, Field(ge=1)]
    figures_sha256: Sha256


class PublishPeriod(Model):
    """Every figure of the period is settled."""

    act: Literal["publish"]
    content: PeriodContent


class RevisePeriod(Model):
    """Settled figures of the period changed, or some were added."""

    act: Literal["revise"]
    content: PeriodContent


PeriodAct = Annotated[PublishPeriod | RevisePeriod, Field(discriminator="act")]
ADAPTER: TypeAdapter[PeriodAct] = TypeAdapter(PeriodAct)
