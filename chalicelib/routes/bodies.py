"""Small JSON bodies read by hand: the citizens' paths import no model."""

from typing import Any

from chalicelib.domain.strict_json import load_object
from chalicelib.errors import MalformedError, Problem, TooLargeError

BODY_LIMIT_BYTES = 32_768
TEXT_LIMIT = 200


def read_object(raw: bytes) -> dict[str, Any]:
    """Return the JSON object that a body is.

    Raises:
        TooLargeError, MalformedError: as the names say.
    """
    if len(raw) > BODY_LIMIT_BYTES:
        raise TooLargeError(BODY_LIMIT_BYTES)
    return load_object(raw)


def read_texts(raw: bytes, *names: str, longest: int = TEXT_LIMIT) -> list[str]:
    """Return the texts of an object that has exactly these members.

    Raises:
        TooLargeError, MalformedError: names every place that is wrong.
    """
    members = read_object(raw)
    found = shape_problems(members, dict.fromkeys(names, True), "", longest)
    if found:
        raise MalformedError(*found)
    return [str(members[name]) for name in names]


def shape_problems(members: Any, wanted: dict[str, bool], pointer: str, longest: int = TEXT_LIMIT) -> list[Problem]:
    """Return what is wrong with an object of texts; `wanted` says which members there are, and which must be."""
    if not isinstance(members, dict):
        return [Problem("not_an_object", "a JSON object is wanted", pointer=pointer)]
    found = [
        Problem("extra_forbidden", "no such member", pointer=f"{pointer}/{name}")
        for name in members
        if name not in wanted
    ]
    for name, required in wanted.items():
        if name not in members:
            found += [Problem("missing", "this is wanted", pointer=f"{pointer}/{name}")] if required else []
        elif not isinstance(members[name], str) or not 1 <= len(members[name]) <= longest:
            found.append(Problem("not_a_text", f"1 to {longest} characters", pointer=f"{pointer}/{name}"))
    return found
