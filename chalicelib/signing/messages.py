"""What the profile speaks of: a request as it was received, what its signature claims, and a key to check it with.

Header values, bodies and key material stay out of `repr`, so that no log line or traceback holds them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from .errors import Check, SignatureError

LABEL = "glasshall"
WINDOW_SECONDS = 300

INTAKE = "glasshall-intake"
DRY_RUN = "glasshall-dry-run"
READ = "glasshall-read"

SIGNATURE_INPUT = "signature-input"
SIGNATURE = "signature"
CONTENT_DIGEST = "content-digest"
CONTENT_TYPE = "content-type"


@dataclass(frozen=True)
class SignedRequest:
    """A request as received: `authority` is the configured public one, `path` that of the public URL.

    `headers` holds every header line in order, repeats kept; `body` the bytes before any decoding.
    """

    method: str
    authority: str
    path: str
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True)
class Claim:
    """What a signature says of itself, not yet believed; instants are whole seconds since 1970-01-01T00:00:00Z."""

    key_id: str
    tag: str
    created: int
    expires: int | None = None
    nonce: str | None = None


@dataclass(frozen=True)
class Key:
    """A key to verify with: `material` is the 32 raw bytes of an Ed25519 public key, or an HMAC secret."""

    key_id: str
    alg: str
    material: bytes = field(repr=False)


@dataclass(frozen=True)
class TagRule:
    """What a signature with a given tag must cover, and for which methods it may be used."""

    components: tuple[str, ...]
    methods: frozenset[str]

    @property
    def covers_body(self) -> bool:
        return CONTENT_DIGEST in self.components


_READ_COMPONENTS = ("@method", "@authority", "@path")
_WRITE = TagRule((*_READ_COMPONENTS, CONTENT_DIGEST, CONTENT_TYPE), frozenset({"PUT", "POST"}))

# Methods belong to the rule: under a read tag the body is not covered, so it must never ride on a write.
TAG_RULES: Mapping[str, TagRule] = MappingProxyType(
    {
        INTAKE: _WRITE,
        DRY_RUN: _WRITE,
        READ: TagRule(_READ_COMPONENTS, frozenset({"GET", "HEAD"})),
    }
)


def rule_for(tag: str, method: str) -> TagRule:
    """Return the rule of a tag used with this method.

    Raises:
        SignatureError: the tag is not one of the profile, or not for this method (`tag`).
    """
    rule = TAG_RULES.get(tag)
    if rule is None or method not in rule.methods:
        raise SignatureError(Check.TAG, "The tag is not one of this interface, or not for this method.")
    return rule


@dataclass(frozen=True)
class Algorithm:
    """One signature algorithm of the registry.

    `check_material` refuses a verification key that must not be trusted, `public_of` derives it from a secret
    (raising SignatureError for a bad one), and `implementation` gives the http_message_signatures class, whose
    constructor takes the raw material as `public_key` or the raw secret as `private_key`.
    """

    name: str
    signature_bytes: int
    check_material: Callable[[bytes], None]
    public_of: Callable[[bytes], bytes]
    implementation: Callable[[], type]
