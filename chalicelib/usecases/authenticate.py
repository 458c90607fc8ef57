"""Who signed a request: the claim is read, the key looked up, the signature verified (RFC 9421; api.md, Agency intake).

Unknown, revoked, expired and not yet valid keys read alike: nobody learns which key ids exist.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain import agency_keys
from chalicelib.domain.records import Actor, Ref, State
from chalicelib.errors import ForbiddenError, UnauthenticatedError
from chalicelib.signing.errors import SignatureError, unknown_key
from chalicelib.signing.messages import DRY_RUN, Claim, Key, SignedRequest
from chalicelib.signing.profile import read_claim, verify
from chalicelib.usecases.ports import RecordStore


@dataclass(frozen=True, slots=True)
class Principal:
    """The proven caller of one request."""

    actor: Actor
    dry_run: bool


def authenticate(request: SignedRequest, tags: tuple[str, ...], records: RecordStore, now: datetime) -> Principal:
    """Return who signed a request with one of the tags that its route takes.

    Raises:
        UnauthenticatedError: a check failed; says which.
    """
    try:
        claim = read_claim(request)
        if claim.tag not in tags:
            raise SignatureError("tag", "this route does not take that tag")
        state = _key_state(claim, records)
        _verify_any(request, claim, state, now)
    except SignatureError as error:
        raise UnauthenticatedError(error.check, str(error)) from error
    return Principal(agency_keys.as_actor(claim.key_id, state), dry_run=claim.tag == DRY_RUN)


def _key_state(claim: Claim, records: RecordStore) -> State:
    ref = Ref(agency_keys.KIND, claim.key_id)
    head = records.heads([ref]).get(ref)
    if head is None:
        raise unknown_key()
    return head.state


def _verify_any(request: SignedRequest, claim: Claim, state: State, now: datetime) -> None:
    """Try each material that holds: during the overlap of a rotation there are two."""
    failure = unknown_key()
    for material in agency_keys.materials_at(state, now):
        try:
            verify(request, claim, Key(claim.key_id, state["alg"], material), now)
        except SignatureError as error:
            failure = error
        else:
            return
    raise failure


SCOPED_ROLES = frozenset({"supervisor", "evaluator", "filing_receiver"})
"""Roles whose keys may name agencies they act on beside their own: those, and what is below them."""


def authorise(principal: Principal, path: Sequence[str], role: str, over: Sequence[str] | None = None) -> None:
    """Let a key act for its agency and those below it, in a role it has; `path` runs from the root to the agency.

    In a scoped role it may also act on the agencies of its scope and those below them; `over` is the path of the one that
    its scope must hold, where that is another.

    Raises:
        ForbiddenError: another agency's, or not in this role.
    """
    in_scope = role in SCOPED_ROLES and not principal.actor.scope.isdisjoint(over or path)
    if principal.actor.agency not in path and not in_scope:
        raise ForbiddenError("other_agency", "the key's agency is neither this agency nor above it")
    if role not in principal.actor.roles:
        raise ForbiddenError("role_missing", f"the key does not have the role {role}")


def is_within(agency: str, actor: Actor, records: RecordStore) -> bool:
    """Whether an agency is there, and is the actor's own or one below it."""
    ref = Ref("agency", agency)
    head = records.heads([ref]).get(ref)
    return head is not None and actor.agency in head.state["path"]
