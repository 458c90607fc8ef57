"""The operator's first step: a root agency and its first key, put in by the very use case that takes signed acts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from chalicelib.domain.records import Actor
from chalicelib.usecases.authenticate import Principal
from chalicelib.usecases.ports import RecordStore
from chalicelib.usecases.put_act import Receipt, put_act

ROLES = ("clerk", "approver", "keys")


@dataclass(frozen=True, slots=True)
class FirstKey:
    """The first key of a jurisdiction: its id, Ed25519 public key (base64) and the person who holds it."""

    key_id: str
    public_key: str
    person: str
    roles: tuple[str, ...] = ("keys", "clerk")


def init_jurisdiction(
    agency_id: str, content: dict[str, Any], key: FirstKey, records: RecordStore, now: datetime
) -> tuple[Receipt, Receipt]:
    """Register a root agency and its first key; the same call again changes nothing.

    Raises:
        InvalidError, ConflictError: as for any act.
    """
    operator = Principal(Actor("program:operator", agency_id, "system:operator", frozenset(ROLES)), dry_run=False)
    register = {"act": "register", "content": content}
    agency = put_act("agencies", agency_id, 1, orjson.dumps(register), operator, records, now)
    body = {
        "act": "register",
        "agency": agency_id,
        "public_key": key.public_key,
        "person": key.person,
        "roles": list(key.roles),
    }
    return agency, put_act("keys", key.key_id, 1, orjson.dumps(body), operator, records, now)
