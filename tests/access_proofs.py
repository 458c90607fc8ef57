"""What must never happen with codes and tokens, tried as often as one likes: a few times in the tests, at full size by
`python -m bench.access_proofs`.

`wrong_pairs` tries every code and every token on every case through the real handler. `leaks` plants codes and tokens, uses
and misuses them in every way while storage fails, and reads all that came out: answers, headers, logs at the level of
debugging, keys and items of the table.
"""

import logging
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any

import orjson

from chalicelib.errors import ConditionFailedError, UnavailableError
from chalicelib.store.table import Item, Key
from local.messages import Response
from tests.case_world import ACCEPTED, JSON_BODY, CaseWorld, happened, roomy
from tests.fakes.memory_table import no_hook

AT_ONCE = 50
CODE_LENGTH, MAC_LENGTH = 11, 43
CLOSED = {"event": "closed", "as": "void", "occurred_at": "2026-11-23T10:00:00+08:00"}


# Every code and every token on every case


def wrong_pairs(count: int) -> Counter[tuple[str, bool, int]]:
    """Return how often (what was shown, whether it is this case's own, status) came out of all pairs."""
    world = roomy()
    codes = {
        f"c{number}": str(world.register(f"c{number}", access="code").json()["query_code"]) for number in range(count)
    }
    tokens = {case_no: str(world.exchange(case_no, code).json()["token"]) for case_no, code in codes.items()}
    found: Counter[tuple[str, bool, int]] = Counter()
    for case_no in codes:
        for other, code in codes.items():
            found["code", other == case_no, world.exchange(case_no, code).status] += 1
        for other, token in tokens.items():
            found["token", other == case_no, world.status(case_no, token).status] += 1
        for start in range(0, count, AT_ONCE):
            some = list(tokens.items())[start : start + AT_ONCE]
            asked = [{"case_no": case_no, "token": token} for _, token in some]
            entries = world.many({"cases": asked}).json()["cases"]
            for (other, _), entry in zip(some, entries, strict=True):
                found["entry", other == case_no, 200 if "case" in entry else entry["problem"]["status"]] += 1
        world.memory.calls.clear()
    return found


# Codes and tokens planted everywhere


@dataclass
class Planted:
    """The codes and tokens that were given out, without hyphens and without what tokens have in common."""

    codes: set[str] = field(default_factory=set)
    macs: set[str] = field(default_factory=set)

    def code(self, text: str) -> str:
        """Note a code."""
        self.codes.add(text.replace("-", ""))
        return text

    def token(self, text: str) -> str:
        """Note a token."""
        self.macs.add(text.rsplit(".", 1)[1])
        return text

    def found_in(self, text: str) -> set[str]:
        """Return what stands in a text of all that was planted, however a code is written there."""
        plain = re.sub(r"[-\s]", "", text.upper())
        runs = (run for run in re.findall(r"[0-9A-Z]{11,}", plain))
        found = {part for run in runs for part in _parts(run, CODE_LENGTH)} & self.codes
        runs = (run for run in re.findall(r"[A-Za-z0-9_-]{43,}", text))
        return found | ({part for run in runs for part in _parts(run, MAC_LENGTH)} & self.macs)


def _parts(run: str, length: int) -> Iterator[str]:
    return (run[place : place + length] for place in range(len(run) - length + 1))


class Everything(logging.Handler):
    """Keeps all that any logger says, at every level, with all that hangs on it."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record."""
        self.lines.append(f"{logging.Formatter().format(record)} {vars(record)!r}")

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Listen to every logger there is in the place of whoever listens, those among them that tell no other."""
        known = [each for each in logging.root.manager.loggerDict.values() if isinstance(each, logging.Logger)]
        levels = {each: each.level for each in (logging.root, *known)}
        ends = {each: each.handlers for each in levels if each is logging.root or not each.propagate}
        for each in levels:
            each.setLevel(logging.DEBUG)
        for each in ends:
            each.handlers = [self]
        try:
            yield
        finally:
            for each, level in levels.items():
                each.setLevel(level)
            for each, handlers in ends.items():
                each.handlers = handlers


@dataclass
class Leaks:
    """What came of it: how much was planted, done, failed and said, and where something planted was found."""

    codes: int = 0
    tokens: int = 0
    requests: Counter[int] = field(default_factory=Counter)
    faults: int = 0
    log_lines: int = 0
    items: int = 0
    found: list[str] = field(default_factory=list)


def leaks(cases: int, seed: str = "canaries") -> Leaks:
    """Plant and use codes and tokens of so many cases, and say what of them came out where it must not."""
    world, planted, result, log = roomy(), Planted(), Leaks(), Everything()
    with log.listening():
        for number in range(cases):
            _one_case(world, f"c{number}", planted, result, Random(f"{seed} {number}"))
            result.found += [f"log: {line}" for line in log.lines if planted.found_in(line)]
            result.log_lines += len(log.lines)
            log.lines.clear()
            world.memory.calls.clear()
    result.codes, result.tokens, result.items = len(planted.codes), len(planted.macs), len(world.memory.items)
    result.found += [f"table: {where}" for where in _in_table(world.memory.items, planted)]
    return result


def _one_case(world: CaseWorld, case_no: str, planted: Planted, result: Leaks, chance: Random) -> None:
    code = planted.code(world.register(case_no, access="code", holders=[f"h-{case_no}"]).json()["query_code"])
    token = planted.token(world.exchange(case_no, code).json()["token"])
    secrets = (code, token)
    uses = list(_uses(world, case_no, code, token))
    for name, use in chance.sample(uses, 9):
        if chance.random() < 0.5:
            world.memory.hook = _fault(chance, secrets)
            result.faults += 1
        answer = use()
        world.memory.hook = no_hook
        result.requests[answer.status] += 1
        for where in _told(answer, planted):
            result.found.append(f"{name}: {where}")


def _uses(world: CaseWorld, case_no: str, code: str, token: str) -> Iterator[tuple[str, Callable[[], Response]]]:
    """Yield every use and misuse of a code and a token."""
    path, bearer = f"/v1/cases/{case_no}", (("Authorization", f"Bearer {token}"),)

    def raw(body: bytes, headers: Any = JSON_BODY) -> Response:
        return world.request("POST", f"{path}/tokens", headers=headers, body=body)

    yield "exchange", lambda: world.exchange(case_no, code)
    yield "exchange as typed", lambda: world.exchange(case_no, code.lower().replace("-", " "))
    yield "exchange for another case", lambda: world.exchange(f"{case_no}x", code)
    yield "exchange of a token", lambda: world.exchange(case_no, token)
    yield "exchange with a slip", lambda: world.exchange(case_no, code[:-1])
    yield "exchange with work", lambda: world.exchange(case_no, code, work={"challenge": token, "nonce": "1"})
    yield "a body cut off", lambda: raw(orjson.dumps({"query_code": code})[:-1])
    yield "a body twice", lambda: raw(b'{"query_code":"%s","query_code":"%s"}' % (code.encode(), token.encode()))
    yield "a body that is a text", lambda: raw(orjson.dumps(code))
    yield "another media type", lambda: raw(b"query_code=" + code.encode(), (("Content-Type", "text/plain"),))
    yield "a body too large", lambda: raw(orjson.dumps({"query_code": code + " " * 40_000}))
    yield "a code in the query", lambda: world.get(path, f"query_code={code}&token={token}")
    yield "a code as token", lambda: world.status(case_no, code)
    yield "status", lambda: world.status(case_no, token)
    yield "receipt", lambda: world.request("GET", f"{path}/receipt", headers=bearer)
    yield "the token of another case", lambda: world.status(f"{case_no}x", token)
    yield "two bearers", lambda: world.request("GET", path, headers=bearer * 2)
    entries = [{"case_no": case_no, "token": token}, {"case_no": case_no, "token": code}]
    yield "many", lambda: world.many({"cases": entries})
    yield "many that are none", lambda: world.many({"cases": [*entries, {"case_no": case_no, "token": [token]}]})
    yield "renewal", lambda: world.renew(case_no, token)
    yield "end of tokens", lambda: world.end_tokens(case_no, token)
    yield "a subscription", lambda: world.request("GET", f"{path}/subscriptions/s", headers=bearer)
    yield "registration again", lambda: world.register(case_no, access="code", holders=[f"h-{case_no}"])
    yield "next code", lambda: world.code(case_no, 1)
    yield "event", lambda: world.event(case_no, "e1", ACCEPTED)
    yield "batch", lambda: world.batch([happened(case_no, "e2", CLOSED)])
    yield "the agency's look", lambda: world.get_signed(f"/v1/intake/cases/{case_no}", "bureau-clerk")


def _fault(chance: Random, secrets: Iterable[str]) -> Callable[[str, str, object], None]:
    """Return a hook that lets one of the next storage calls fail; what it raises tells everything it could know."""
    left, moment_of = chance.randrange(6), chance.choice(("before", "after"))
    told = " ".join(secrets)
    kind = chance.choice((RuntimeError, KeyError, ValueError, UnavailableError, ConditionFailedError))

    def hook(moment: str, call: str, detail: object) -> None:
        nonlocal left
        if moment != moment_of:
            return
        left -= 1
        if left == -1:
            raise UnavailableError if kind is UnavailableError else kind(f"{told} {detail}")

    return hook


def _told(answer: Response, planted: Planted) -> Iterator[str]:
    """Yield where an answer tells what was planted; the one member that is there to tell it is noted and left out."""
    for name, value in answer.headers:
        if planted.found_in(f"{name}: {value}"):
            yield f"{answer.status}, header {name}"
    body = answer.body
    if answer.status in (200, 201) and body.startswith(b"{"):
        document = orjson.loads(body)
        if "query_code" in document:
            planted.code(document.pop("query_code"))
        if "token" in document:
            planted.token(document.pop("token"))
        body = orjson.dumps(document)
    if planted.found_in(body.decode("utf-8", "replace")):
        yield f"{answer.status}, body"


def _in_table(items: dict[Key, Item], planted: Planted) -> Iterator[str]:
    for key, item in items.items():
        if planted.found_in(f"{key.pk}|{key.sk}"):
            yield f"key {key.pk}"
        texts = (
            value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value) for value in item.values()
        )
        if planted.found_in("|".join(texts)):
            yield f"item {key.pk} {key.sk}"
