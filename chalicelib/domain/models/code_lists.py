"""Code lists as they are answered: every code that an answer can hold, with its words."""

from typing import Annotated

from pydantic import Field

from chalicelib.domain.models.case_answers import Sentence
from chalicelib.domain.models.responses import Answer, Path


class CodeWords(Answer):
    """A code in both languages."""

    code: str
    zh: str
    en: str | None = None
    short: Sentence | None = None
    group: str | None = None


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
