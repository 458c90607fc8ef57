"""Events with every member that they can have, each free text marked by the place it was sent in.

They are made from the models themselves, so a member that is added is filled, and has to be shown or kept to itself.
"""

import re
from functools import cache
from random import Random
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from chalicelib.domain.models import cases, common
from chalicelib.domain.models.cases import BranchOpened, CorrectedEvent, Registration
from tests.unit.cases.histories import BRANCHES, INSTANTS

MARK = re.compile(r"~[a-z_.]+~")
EVENTS: dict[str, type[BaseModel]] = {
    get_args(kind.model_fields["event"].annotation)[0]: kind for kind in get_args(get_args(cases.Happened)[0])
}
PHONE, SHA256 = "0826-2222222", "0" * 64


def filled(kind: type[BaseModel], place: str, chance: Random) -> dict[str, Any]:
    """Return a value of a model with every member, its free texts marked `~place~`."""
    members = {}
    for name, hint in _hints(kind).items():
        if name == "branch" and kind is not BranchOpened and chance.random() < 0.7:
            continue  # of the case
        if name in kind.model_fields:
            alias = kind.model_fields[name].alias or name
            own = chance.choice(BRANCHES) if name == "branch" else None
            members[alias] = own or _value(hint, f"{place}.{alias}", chance)
    return members


@cache
def _hints(kind: type[BaseModel]) -> dict[str, Any]:
    return get_type_hints(kind, include_extras=True)


def _value(hint: Any, place: str, chance: Random) -> Any:
    known: list[tuple[Any, Any]] = [
        (cases.Instant, chance.choice(INSTANTS)),
        (cases.Day, f"2026-{chance.randrange(3, 13):02}-{chance.randrange(1, 28):02}"),
        (common.Id, "another-agency"),
        (common.Phone, PHONE),
        (common.Sha256, SHA256),
        (common.Url, f"https://example.org/~{place}~"),
    ]
    for alias, value in known:
        if hint == alias:
            return value
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return _value(inner[0], place, chance)
    if origin is Literal:
        return chance.choice(inner)
    if origin is list:
        return [_value(inner[0], place, chance)]
    if origin is Annotated:
        return _value(inner[0], place, chance)
    if hint is bool:
        return chance.random() < 0.5
    if hint is int:
        return chance.randrange(1, 10)
    if hint is str:
        return f"~{place}~"
    return filled(hint, place, chance)


def full_event(name: str, chance: Random) -> dict[str, Any]:
    """Return an event of this name with every member."""
    return filled(EVENTS[name], name, chance)


def full_correction(corrects: str, name: str, chance: Random) -> dict[str, Any]:
    """Return the correction of an event by another, with every member; of a branch only where the replacement is."""
    found = filled(CorrectedEvent, "corrected_event", chance) | {"event": "corrected_event", "corrects": corrects}
    found["replacement"] = full_event(name, chance)
    found.pop("branch", None)
    return found


def full_registration(chance: Random) -> dict[str, Any]:
    """Return a registration with every member."""
    return filled(Registration, "registration", chance)


def marks_in(text: str) -> set[str]:
    """Return the places whose texts are in it, without the language."""
    return {mark.strip("~").removesuffix(".zh").removesuffix(".en") for mark in MARK.findall(text)}
