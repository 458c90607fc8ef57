"""What the models of all nouns share: ids, texts, dates, limits, money. Strict: nothing is guessed, nothing unknown taken.

These models validate what comes in and describe it in OpenAPI; they are imported by signed routes only.
"""

import re
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from chalicelib.domain import strict_json
from chalicelib.errors import MalformedError, Problem


class Model(BaseModel):
    """Base of all models: closed, strict, frozen."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


def _date(text: str) -> str:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError("a date is YYYY-MM-DD")
    date.fromisoformat(text)
    return text


def _instant(text: str) -> str:
    shape = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})"
    if not re.fullmatch(shape, text):
        raise ValueError("an instant is RFC 3339 with its offset")
    if datetime.fromisoformat(text).year < 1900:
        raise ValueError("an instant before 1900")
    return text


_HOST = r"[A-Za-z0-9\u00a1-\uffff.-]+(?::[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](?::[0-9]{1,5})?"


def _url(text: str) -> str:
    if not re.fullmatch(rf"https?://(?:{_HOST})(?:[/?#][^\s<>\"]*)?", text):
        raise ValueError("an http or https address with a host and without user information")
    if re.match(r"https?://[^/?#]*https?:", text):
        raise ValueError("the address has its host twice")
    return text


ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
Id = Annotated[str, StringConstraints(pattern=ID_PATTERN)]
DateText = Annotated[str, AfterValidator(_date), Field(json_schema_extra={"format": "date"})]
InstantText = Annotated[str, AfterValidator(_instant), Field(json_schema_extra={"format": "date-time"})]
Url = Annotated[
    str, StringConstraints(max_length=2000), AfterValidator(_url), Field(json_schema_extra={"format": "uri"})
]
Words = Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=False, pattern=r"\S")]
LongWords = Annotated[str, StringConstraints(min_length=1, max_length=200_000, pattern=r"\S")]
Phone = Annotated[str, StringConstraints(min_length=3, max_length=40, pattern=r"^[0-9+()#*,;/ 转-]+$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Text(Model):
    """A text for people in Chinese, English or both; the jurisdiction's own language is required."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})
    zh: Words | None = None
    en: Words | None = None

    @model_validator(mode="after")
    def _some(self) -> Self:
        if self.zh is None and self.en is None:
            raise ValueError("zh or en is wanted")
        return self


class LongText(Model):
    """A long text in Chinese, English or both."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})
    zh: LongWords | None = None
    en: LongWords | None = None

    @model_validator(mode="after")
    def _some(self) -> Self:
        if self.zh is None and self.en is None:
            raise ValueError("zh or en is wanted")
        return self


class Limit(Model):
    """A time limit (时限)."""

    value: Annotated[int, Field(ge=0, le=3650)]
    unit: Literal["working_day", "day", "hour", "month"]


class LegalBasis(Model):
    """A provision that something rests on (依据)."""

    document: Words
    article: Words | None = None
    text: LongWords | None = None
    url: Url | None = None


class Complaint(Model):
    """Where to complain (投诉渠道)."""

    phone: Phone | None = None
    url: Url | None = None


class Post(Model):
    """A responsible post, never a person's name."""

    post: Text
    phone: Phone | None = None


class Source(Model):
    """Where a record's data was taken from, when not from the agency itself."""

    name: Words
    url: Url | None = None
    licence: Words | None = None


class Envelope(Model):
    """What every act may carry."""

    after_sha256: Sha256 | None = None


def parse(model: Any, raw: bytes, *, tagged: bool = True) -> dict[str, Any]:
    """Return the plain, validated form of a body: defaults filled in, absent members left out.

    `model` is a pydantic TypeAdapter; `tagged` says that it is a union told apart by a member such as `act`.

    Raises:
        MalformedError: names every place that is wrong, as JSON Pointers.
    """
    strict_json.load_object(raw)
    try:
        parsed = model.validate_json(raw)
    except ValidationError as error:
        raise MalformedError(*problems_of(error, tagged=tagged)) from error
    dumped: dict[str, Any] = parsed.model_dump(mode="json", exclude_none=True, by_alias=True)
    return dumped


def problems_of(error: ValidationError, *, tagged: bool, prefix: str = "") -> list[Problem]:
    """Return every problem of a validation, without the values that were sent.

    In a tagged union pydantic puts the tag before the path; it is no place in the body and is left out.
    """
    found = []
    for item in error.errors(include_url=False, include_context=False, include_input=False):
        steps = item["loc"][1:] if tagged else item["loc"]
        place = "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps)
        message = item["msg"].removeprefix("Value error, ")
        found.append(Problem(str(item["type"]), message, pointer=prefix + place))
    return found
