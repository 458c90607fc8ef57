"""Changed copies of rightly signed requests, by seed, and what two verifiers say to them (threats S1, S9).

The rule for what may still be accepted: a changed request counts as the same one only when method, authority, path,
body, and for each header name of the profile (compared without case) the list of values in order, are byte for byte
those of a rightly signed request. What that leaves free is the case of header names, the order of different headers,
and, on a read, which covers no content, Content-Digest and Content-Type. Everything else must be refused by both.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from random import Random

from chalicelib.signing.messages import DRY_RUN, INTAKE, READ, SignedRequest
from tests.unit.signing import reference
from tests.unit.signing.samples import (
    APPROVER,
    CLERK,
    KEYRING,
    MACHINE,
    NOW_SECONDS,
    SPARE,
    parameters,
    refusal,
    serialise,
    signed,
    signed_read,
    with_headers,
)

View = tuple[str, str, str, bytes, tuple[tuple[str, ...], ...]]
SIGNATURE_NAMES = ("signature-input", "signature")
CONTENT_NAMES = ("content-digest", "content-type")
REFERENCE_KEYRING = {key.key_id: (key.alg, key.material) for key in KEYRING.values()}

# Where a change is made: an attribute or header of the request, and the span of it.
REGIONS: dict[str, tuple[str, str]] = {
    "method": ("method", r".+"),
    "authority": ("authority", r".+"),
    "path": ("path", r".+"),
    "body": ("body", r"(?s).+"),
    "digest algorithm": ("Content-Digest", r"[^=]+="),
    "digest": ("Content-Digest", r":.+:"),
    "content type": ("Content-Type", r".+"),
    "label of the input": ("Signature-Input", r"^glasshall="),
    "components": ("Signature-Input", r"\(.*\)"),
    "created": ("Signature-Input", r";created=[^;]*"),
    "expires": ("Signature-Input", r";expires=[^;]*"),
    "nonce": ("Signature-Input", r";nonce=[^;]*"),
    "tag": ("Signature-Input", r";tag=[^;]*"),
    "key id": ("Signature-Input", r';keyid="[^"]*"'),
    "label of the signature": ("Signature", r"^glasshall="),
    "signature": ("Signature", r":.+:"),
}
SYNTAX: tuple[str, ...] = (*';,=:"\\()0-@é', "?1", ".0", "%2f", ";sf", ";bs", ";req", ";tr", ';key="a"')
PARAMETERS: tuple[str, ...] = (
    'alg="ed25519"',
    'alg="hmac-sha256"',
    "created=1",
    'nonce="x"',
    "expires=999999999999999",
    "sf",
)


def view(request: SignedRequest) -> View:
    """What must be equal for two requests to be the same one."""
    names = SIGNATURE_NAMES if request.method in {"GET", "HEAD"} else SIGNATURE_NAMES + CONTENT_NAMES
    values = tuple(
        tuple(value for field_name, value in request.headers if field_name.lower() == name) for name in names
    )
    return request.method, request.authority, request.path, request.body, values


def originals() -> list[SignedRequest]:
    """Rightly signed requests of every kind: both algorithms, three tags, parameters in several orders."""
    found = []
    for key in (CLERK, APPROVER, MACHINE, SPARE):
        plain = parameters(keyid=key.key_id)
        turned = serialise(dict(reversed(plain.items())))
        full = serialise(plain | {"nonce": f"n-{key.key_id}", "expires": NOW_SECONDS + 60})
        quoted = serialise(plain | {"tag": DRY_RUN, "nonce": r"a \"quoted\" \\ one"})
        found += [
            signed(key),
            signed(key, method="POST", path="/v1/intake/case-events", content_type="application/x-ndjson"),
            signed(key, body=b"", params=full),
            signed(key, params=full),
            signed(key, body=bytes(range(256)), content_type="application/octet-stream"),
            signed(key, authority="127.0.0.1:8000", params=turned),
            signed(key, params=quoted),
            signed_read(key),
            signed_read(key, params=full.replace(INTAKE, READ)),
            signed_read(key, method="HEAD"),
        ]
    return found


def get(request: SignedRequest, place: str) -> str | None:
    """The text of an attribute or header; bodies as Latin-1, so that one kind of change serves all."""
    if place == "body":
        return request.body.decode("latin-1")
    if place in {"method", "authority", "path"}:
        return {"method": request.method, "authority": request.authority, "path": request.path}[place]
    return next((value for name, value in request.headers if name.lower() == place.lower()), None)


def put(request: SignedRequest, place: str, text: str) -> SignedRequest:
    """The request with the text of an attribute, or of the first header of a name, replaced."""
    if place == "body":
        return replace(request, body=text.encode("latin-1"))
    if place in {"method", "authority", "path"}:
        line = {"method": request.method, "authority": request.authority, "path": request.path} | {place: text}
        return SignedRequest(line["method"], line["authority"], line["path"], request.headers, request.body)
    at = next(index for index, (name, _) in enumerate(request.headers) if name.lower() == place.lower())
    lines = list(request.headers)
    lines[at] = (lines[at][0], text)
    return with_headers(request, *lines)


def flip_bit(random: Random, text: str) -> str:
    at = random.randrange(len(text))
    return text[:at] + chr(ord(text[at]) ^ (1 << random.randrange(8))) + text[at + 1 :]


def drop(random: Random, text: str) -> str:
    at = random.randrange(len(text))
    return text[:at] + text[at + random.choice((1, 1, 1, 2, len(text))) :]


def duplicate(random: Random, text: str) -> str:
    at, length = random.randrange(len(text)), random.choice((1, 1, len(text)))
    return text[: at + length] + text[at : at + length] + text[at + length :]


def exchange(random: Random, text: str) -> str:
    left, right = sorted(random.choices(range(len(text)), k=2))
    characters = list(text)
    characters[left], characters[right] = characters[right], characters[left]
    return "".join(characters)


def change_case(random: Random, text: str) -> str:
    at = random.randrange(len(text))
    whole = random.random() < 0.3
    return text.swapcase() if whole else text[:at] + text[at].swapcase() + text[at + 1 :]


def add_blank(random: Random, text: str) -> str:
    at = random.choice((0, len(text), random.randrange(len(text) + 1)))
    return text[:at] + random.choice((" ", "  ", "\t", "\r\n ", "\n", "\u00a0", "\0")) + text[at:]


def add_syntax(random: Random, text: str) -> str:
    at = random.choice((0, len(text), random.randrange(len(text) + 1)))
    return text[:at] + random.choice(SYNTAX) + text[at:]


def step_number(random: Random, text: str) -> str:
    spans = [match.span() for match in re.finditer(r"\d+", text)]
    if not spans:
        return flip_bit(random, text)
    start, end = random.choice(spans)
    stepped = int(text[start:end]) + random.choice((-301, -1, 1, 300, 301, 2**53))
    return text[:start] + random.choice((str(stepped), f"0{text[start:end]}", f"+{text[start:end]}")) + text[end:]


CHANGES: tuple[Callable[[Random, str], str], ...] = (
    flip_bit, flip_bit, drop, duplicate, exchange, change_case, add_blank, add_syntax, step_number,
)  # fmt: skip


def change_region(random: Random, request: SignedRequest, others: list[SignedRequest]) -> tuple[str, SignedRequest]:
    """Change one region in place, or put another request's content there."""
    while True:
        region, (place, pattern) = random.choice(list(REGIONS.items()))
        text = get(request, place)
        found = re.search(pattern, text) if text else None
        if text and found:
            break
    if random.random() < 0.15:
        donor = re.search(pattern, get(random.choice(others), place) or "")
        changed = donor[0] if donor else ""
    else:
        changed = random.choice(CHANGES)(random, found[0])
    if place == "body":
        changed = changed.encode("latin-1", "replace").decode("latin-1")
    return region, put(request, place, text[: found.start()] + changed + text[found.end() :])


def change_parameters(random: Random, request: SignedRequest, _: list[SignedRequest]) -> tuple[str, SignedRequest]:
    """Drop, repeat, move or add a whole signature parameter."""
    text = get(request, "Signature-Input") or ""
    head, *params = text.split(";")
    at = random.randrange(len(params)) if params else 0
    match random.randrange(4):
        case 0:
            del params[at : at + 1]
        case 1:
            params[at:at] = params[at : at + 1]
        case 2:
            random.shuffle(params)
        case _:
            params.insert(at, random.choice(PARAMETERS))
    return "parameters", put(request, "Signature-Input", ";".join([head, *params]))


def change_headers(random: Random, request: SignedRequest, others: list[SignedRequest]) -> tuple[str, SignedRequest]:
    """Drop, repeat, split, move or rename a header line, or join another request's line to it."""
    lines = list(request.headers)
    at = random.randrange(len(lines))
    name, value = lines[at]
    cut = random.randrange(len(value) + 1)
    match random.randrange(8):
        case 0:
            del lines[at]
        case 1:
            lines.insert(random.randrange(len(lines) + 1), (name, value))
        case 2:
            lines[at : at + 1] = [(name, value[:cut]), (name, value[cut:])]
        case 3:
            random.shuffle(lines)
        case 4:
            lines[at] = (change_case(random, name), value)
        case 5:
            lines[at] = (add_blank(random, name), value)
        case 6:
            lines[at] = (name, f"{value}, {random.choice(others).headers[-1][1]}")
        case _:
            lines.append(random.choice(random.choice(others).headers))
    return "header lines", with_headers(request, *lines)


KINDS = (change_region,) * 6 + (change_parameters, change_headers)


def changed_requests(seed: int) -> Iterator[tuple[str, SignedRequest]]:
    """Without end: a region and a request changed there, now and then in a second place too."""
    random = Random(seed)
    others = originals()
    while True:
        region, request = random.choice(KINDS)(random, random.choice(others), others)
        if random.random() < 0.1 and request.headers and get(request, "Signature-Input"):
            region, request = random.choice(KINDS)(random, request, others)
        yield region, request


@dataclass
class Tally:
    """What came of a run; `accepted` and `disagreements` hold the requests themselves, to be looked at."""

    changed: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    same: int = 0
    same_but_refused: list[SignedRequest] = field(default_factory=list)
    accepted: list[SignedRequest] = field(default_factory=list)
    disagreements: list[SignedRequest] = field(default_factory=list)


def tally(seed: int, count: int) -> Tally:
    """Give `count` changed requests, and those that came out the same, to both verifiers."""
    known = {view(request) for request in originals()}
    result = Tally()
    requests = changed_requests(seed)
    while result.changed.total() < count:
        region, request = next(requests)
        check = refusal(request)
        if (check == "accepted") != reference.verifies(request, REFERENCE_KEYRING, NOW_SECONDS):
            result.disagreements.append(request)
        if view(request) in known:
            result.same += 1
            if check != "accepted":
                result.same_but_refused.append(request)
            continue
        result.changed[region] += 1
        result.refusals[check] += 1
        if check == "accepted":
            result.accepted.append(request)
    return result
