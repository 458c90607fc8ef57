"""What a holder says of how a case was handled (好差评)."""

from typing import Annotated, Literal, Self

from pydantic import StringConstraints, TypeAdapter, model_validator

from chalicelib.domain.models.cases import Instant
from chalicelib.domain.models.common import Model

Grade = Literal["very_satisfied", "satisfied", "basically_satisfied", "dissatisfied", "very_dissatisfied"]
RatingText = Annotated[str, StringConstraints(min_length=1, max_length=2_000, pattern=r"\S")]
Target = Literal["matter", "contact"]


class Rating(Model):
    """A rating: of the whole matter, or of a contact in person, which its instant in the timeline names."""

    of: Target
    contact_at: Instant | None = None
    grade: Grade
    text: RatingText | None = None

    @model_validator(mode="after")
    def _which(self) -> Self:
        if (self.of == "contact") != (self.contact_at is not None):
            raise ValueError("contact_at is wanted for a contact, and for nothing else")
        return self


RATING: TypeAdapter[Rating] = TypeAdapter(Rating)
