"""What comes in of cases: a registration, an event, the lines of a batch (newline-delimited JSON), each as one `Line`.

A line knows its place (case, and event), its bytes and hash, and either its content or every reason why it cannot be
read. Nothing here looks at other lines or at what is stored.

`same_content` says when two writes at one place are one: equal parsed content, defaults filled in, however it was sent.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from chalicelib.domain import strict_json
from chalicelib.domain.personal_data import find_personal_data
from chalicelib.errors import MalformedError, Problem, TooLargeError

REGISTER, EVENT = "register", "event"
PUT, BATCH, PUBLIC = "put", "batch", "public"
"""How a line came in: signed on its own, signed among others, or from the public, unsigned."""
LINE_LIMIT_BYTES = 32_768
"""Largest registration or event; eighty of them fit one transaction."""
RESERVED_SUFFIXES = (".json", ".jsonld", ".jsonstat", ".csv", ".ics", ".atom", ".html")


@dataclass(frozen=True, slots=True)
class Line:
    """One registration or event as it came in."""

    number: int
    kind: str
    case_no: str | None
    event_id: str | None
    raw: bytes
    via: str
    content: dict[str, Any] | None
    problems: tuple[Problem, ...] = ()

    @property
    def sha256(self) -> str:
        """The hash of the bytes sent."""
        return sha256(self.raw).hexdigest()


def registration_line(case_no: str, raw: bytes) -> Line:
    """Return a registration sent on its own."""
    return _own_line(REGISTER, case_no, None, raw)


def event_line(case_no: str, event_id: str, raw: bytes) -> Line:
    """Return an event sent on its own."""
    return _own_line(EVENT, case_no, event_id, raw)


def _own_line(kind: str, case_no: str, event_id: str | None, raw: bytes) -> Line:
    try:
        content, problems = _content(kind, raw), ()
    except MalformedError as error:
        return Line(1, kind, case_no, event_id, raw, PUT, None, error.problems)
    return Line(1, kind, case_no, event_id, raw, PUT, content, problems)


def read_batch(body: bytes, limit_lines: int) -> list[Line]:
    """Return the lines of a batch; blank ones are left out and keep their number.

    Raises:
        MalformedError: there is no line. TooLargeError: there are too many.
    """
    numbered = list(_numbered(body))
    if not numbered:
        raise MalformedError(Problem("no_lines", "a batch has at least one line", pointer=""))
    if len(numbered) > limit_lines:
        raise TooLargeError(limit_lines, "lines")
    return [_batch_line(number, raw) for number, raw in numbered]


def _numbered(body: bytes) -> Iterator[tuple[int, bytes]]:
    for number, raw in enumerate(body.split(b"\n"), 1):
        if raw.strip(b" \t\r"):
            yield number, raw.rstrip(b"\r")


def _batch_line(number: int, raw: bytes) -> Line:
    try:
        if len(raw) > LINE_LIMIT_BYTES:
            raise MalformedError(Problem("line_too_long", f"a line has at most {LINE_LIMIT_BYTES:,} bytes", pointer=""))
        kind, members = _unwrap(strict_json.load_object(raw))
    except MalformedError as error:
        return Line(number, EVENT, None, None, raw, BATCH, None, error.problems)
    case_no, event_id = _id(members.get("case_no")), _id(members.get("event_id"))
    wanted = ("case_no",) if kind == REGISTER else ("case_no", "event_id")
    problems = [_id_problem(kind, name) for name in wanted if _id(members.get(name)) is None]
    rest = {name: value for name, value in members.items() if name not in wanted}
    try:
        content = _validated(kind, rest)
    except MalformedError as error:
        problems += [_below(kind, problem) for problem in error.problems]
        content = {}
    place = (case_no, event_id if kind == EVENT else None)
    return Line(number, kind, *place, raw, BATCH, None if problems else content, tuple(problems))


def _unwrap(line: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    kinds = [kind for kind in (REGISTER, EVENT) if kind in line]
    if len(line) != 1 or len(kinds) != 1:
        raise MalformedError(Problem("line_kind", "a line is {register: ...} or {event: ...}", pointer=""))
    members = line[kinds[0]]
    if not isinstance(members, dict):
        raise MalformedError(Problem("not_an_object", "a JSON object is wanted", pointer=f"/{kinds[0]}"))
    return kinds[0], members


def is_id(text: object) -> bool:
    """Return whether something is an id of ours."""
    if not isinstance(text, str) or not 1 <= len(text) <= 64 or text.endswith(RESERVED_SUFFIXES):
        return False
    return text.isascii() and text[0].isalnum() and all(c.isalnum() or c in "._-" for c in text)


def _id(text: object) -> str | None:
    return str(text) if is_id(text) else None


def _id_problem(kind: str, name: str) -> Problem:
    return Problem("not_an_id", "an id of 1 to 64 letters, digits, dots, dashes and underscores", f"/{kind}/{name}")


def _below(kind: str, problem: Problem) -> Problem:
    return Problem(problem.code, problem.message, pointer=f"/{kind}{problem.pointer or ''}")


NOT_FOR_READERS = ("holders", "service", "agency", "centre", "corrects", "sha256", "notice_no", "no", "phone")
"""Members that are ids, hashes or numbers of offices, or are never shown: a person's number is not looked for in them."""


def personal_data_in(line: Line) -> tuple[Problem, ...]:
    """Return every place of a line that would show a person's number to whoever reads the case."""
    content = line.content or {}
    known = [line.case_no or "", *_notice_numbers(content)]
    below = "" if line.via == PUT else f"/{line.kind}"
    return tuple(
        Problem("personal_data", f"this holds what looks like a person's number ({kind})", pointer=pointer)
        for pointer, kind in find_personal_data(content, NOT_FOR_READERS, known, below)
    )


def _notice_numbers(content: Mapping[str, Any]) -> list[str]:
    return [said["notice_no"] for said in (content, content.get("replacement") or {}) if "notice_no" in said]


# Content


def _content(kind: str, raw: bytes) -> dict[str, Any]:
    return _validated(kind, strict_json.load_object(raw))


def _validated(kind: str, members: dict[str, Any]) -> dict[str, Any]:
    """Return the content with its defaults filled in.

    Raises:
        MalformedError: names every place that is wrong.
    """
    from pydantic import ValidationError

    from chalicelib.domain.models import cases, common

    adapter: Any = cases.REGISTRATION if kind == REGISTER else cases.EVENT
    try:
        parsed = adapter.validate_python(members)
    except ValidationError as error:
        found = common.problems_of(error, tagged=kind == EVENT)
        raise MalformedError(*(_without_tag(problem) for problem in found)) from error
    dumped: dict[str, Any] = parsed.model_dump(mode="json", exclude_none=True, by_alias=True)
    return dumped


def _without_tag(problem: Problem) -> Problem:
    """Take the inner event's name out of a pointer: pydantic puts it there, it is no place in the body."""
    head, found, tail = (problem.pointer or "").partition("/replacement/")
    if not found:
        return problem
    inner = tail.partition("/")[2]
    return Problem(problem.code, problem.message, pointer=f"{head}/replacement" + (f"/{inner}" if inner else ""))


def stored_event(raw: bytes, via: str) -> dict[str, Any]:
    """Return the content of an event as it was stored, without its place; it was checked when it came in.

    A member sent as null says nothing, as one that is left out.
    """
    import orjson

    members: dict[str, Any] = orjson.loads(raw)
    if b"null" in raw:
        members = _said(members)
    if via == PUT:
        return members
    return {name: value for name, value in members[EVENT].items() if name not in ("case_no", "event_id")}


def _said(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _said(inner) for name, inner in value.items() if inner is not None}
    return [_said(inner) for inner in value] if isinstance(value, list) else value


def same_content(kind: str, stored: dict[str, Any], line: Line) -> bool:
    """Return whether a line says what is stored."""
    return line.content is not None and _validated(kind, stored) == line.content
