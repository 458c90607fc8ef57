"""Code lists as they are answered: every code that an answer can hold, with its words."""

from typing import Annotated

from pydantic import Field

from chalicelib.domain.models.case_answers import Sentence
from chalicelib.domain.models.common import Id, Limit, Text
from chalicelib.domain.models.responses import Answer, Path


class Law(Answer):
    """What the law of a calendar says of a rule."""

    calendar: Id
    limit: Limit | None = None
    on: Annotated[str, Field(pattern=r"^\d{2}-\d{2}$")] | None = None
    checked: bool
    source: Text


class CodeWords(Answer):
    """A code in both languages."""

    code: str
    zh: str
    en: str | None = None
    short: Sentence | None = None
    group: str | None = None
    law: list[Law] | None = None
    kind: str | None = None
    acts: list[str] | None = None


class CodeList(Answer):
    """One code list; the version changes with its words."""

    name: Annotated[str, Field(alias="list")]
    version: str
    codes: list[CodeWords]


class CodeListLink(Answer):
    """A code list and its address."""

    name: Annotated[str, Field(alias="list")]
    url: Path


class CodeLists(Answer):
    """The code lists there are."""

    lists: list[CodeListLink]
