"""What the public sends on a draft, and the acts on a comment (意见)."""

from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, StringConstraints, TypeAdapter, model_validator

from chalicelib.domain.models.common import Envelope, Id, LegalBasis, Model

CommentText = Annotated[str, StringConstraints(min_length=1, max_length=5_000, pattern=r"\S")]
ContactWords = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"\S")]
Part = Annotated[str, StringConstraints(max_length=200, pattern=r"^(?:/[A-Za-z0-9_.-]{1,64}){1,8}$")]
Moderation = Literal[
    "insult", "personal_data", "advertisement", "off_topic", "duplicate", "false_identity", "illegible", "law"
]
From = Literal["individual", "organisation"]
Round = Annotated[int, Field(ge=1, le=99)]


class CommentAbout(Model):
    """Which part of the draft a comment is about: a question of the consultation, by its number, or a part of the text."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})
    question: Annotated[int, Field(ge=1, le=50)] | None = None
    pointer: Part | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.question is None) == (self.pointer is None):
            raise ValueError("one of question and pointer is wanted")
        return self


class CommentContact(Model):
    """How the agency may reach who sent it. It is never public, is kept apart and is deleted after a set time."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})
    name: ContactWords | None = None
    phone: ContactWords | None = None
    email: ContactWords | None = None

    @model_validator(mode="after")
    def _some(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("one of name, phone, email is wanted")
        return self


class DraftComment(Model):
    """What somebody thinks of a draft (意见). All but the contact is public once the agency has moderated it."""

    text: CommentText
    from_: Annotated[From, Field(alias="from")]
    about: CommentAbout | None = None
    contact: CommentContact | None = None


class SubmitComment(Envelope):
    """The program writes down what the public sent, without the contact."""

    act: Literal["submit"]
    disclosure: Id
    agency: Id
    round: Round
    of_version: Annotated[int, Field(ge=1)]
    text: CommentText
    from_: Annotated[From, Field(alias="from")]
    about: CommentAbout | None = None
    salt: Annotated[str, StringConstraints(pattern="^[0-9a-f]{32}$")]
    synthetic: bool = False


class ModerateComment(Envelope):
    """The agency shows a comment, or withholds it with the code of a reason; it may be reconsidered by the next act."""

    act: Literal["moderate"]
    outcome: Literal["shown", "withheld"]
    reason: Moderation | None = None
    legal_basis: LegalBasis | None = None

    @model_validator(mode="after")
    def _reasoned(self) -> Self:
        if (self.outcome == "withheld") != (self.reason is not None):
            raise ValueError("what is withheld has a reason, what is shown has none")
        if (self.reason == "law") != (self.legal_basis is not None):
            raise ValueError("the reason law, and no other, names the provision (legal_basis)")
        return self


DRAFT_COMMENT: TypeAdapter[DraftComment] = TypeAdapter(DraftComment)
_AnyAct = Annotated[SubmitComment | ModerateComment, Field(discriminator="act")]
ADAPTER: TypeAdapter[_AnyAct] = TypeAdapter(_AnyAct)
