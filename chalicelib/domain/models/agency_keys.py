"""The acts on an agency's signing key."""

import base64
import binascii
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, TypeAdapter, model_validator

from chalicelib.domain.models.common import Envelope, Id, InstantText, Model, Words

Role = Literal["clerk", "approver", "keys", "moderator", "supervisor", "evaluator", "filing_receiver"]
ED25519_BYTES = 32
SECRET_FLOOR_BYTES = 32


def _base64(text: str) -> str:
    try:
        decoded = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("not base64") from error
    if base64.b64encode(decoded).decode() != text:
        raise ValueError("not canonical base64")
    return text


Base64 = Annotated[str, Field(max_length=200), AfterValidator(_base64)]


class Material(Model):
    """The public half of an Ed25519 key, or a shared secret."""

    public_key: Base64 | None = None
    secret: Base64 | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.public_key is None) == (self.secret is None):
            raise ValueError("either public_key or secret")
        if self.public_key is not None and len(base64.b64decode(self.public_key)) != ED25519_BYTES:
            raise ValueError(f"a public key has {ED25519_BYTES} bytes")
        if self.secret is not None and len(base64.b64decode(self.secret)) < SECRET_FLOOR_BYTES:
            raise ValueError(f"a secret has at least {SECRET_FLOOR_BYTES} bytes")
        return self


class RegisterKey(Envelope, Material):
    """A key begins: whose it is, what it may do, from when to when. A key id is never used again."""

    act: Literal["register"]
    agency: Id
    alg: Literal["ed25519", "hmac-sha256"] = "ed25519"
    person: Words | None = None
    system: Words | None = None
    group: Words | None = None
    roles: Annotated[list[Role], Field(min_length=1, max_length=7)]
    scope: Annotated[list[Id], Field(max_length=1000)] = []
    not_before: InstantText | None = None
    not_after: InstantText | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if sum(named is not None for named in (self.person, self.system, self.group)) != 1:
            raise ValueError("a key names a person, a system or a group")
        if self.group is not None and self.roles != ["approver"]:
            raise ValueError("a group approves, and does nothing else")
        if (self.alg == "ed25519") != (self.public_key is not None):
            raise ValueError("ed25519 has a public_key, hmac-sha256 a secret")
        return self


class RotateKey(Envelope, Material):
    """New material for the same key; the old one holds until `overlap_until`, else ends at once."""

    act: Literal["rotate"]
    overlap_until: InstantText | None = None


class RevokeKey(Envelope):
    """The key ends for good."""

    act: Literal["revoke"]
    reason: Words


KeyAct = Annotated[RegisterKey | RotateKey | RevokeKey, Field(discriminator="act")]
ADAPTER: TypeAdapter[KeyAct] = TypeAdapter(KeyAct)
