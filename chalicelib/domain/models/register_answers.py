"""What the register's log answers beside its files, as models: they describe, no route builds one."""

from typing import Annotated

from pydantic import Field

from chalicelib.domain.models.responses import Answer, Change, Count

HashText = Annotated[str, Field(pattern=r"^[A-Za-z0-9+/]{43}=$")]
Proof = Annotated[list[HashText], Field(max_length=63)]


class RegisterEntry(Answer):
    """One entry, with the bytes that the tree binds of it."""

    item: Change
    leaf: str
    leaf_hash: HashText
    erased: bool


class InclusionProof(Answer):
    """That an entry stands at an index of the register of a size (RFC 9162, 2.1.3)."""

    index: Count
    size: Count
    root: HashText
    leaf_hash: HashText
    proof: Proof


class ConsistencyProof(Answer):
    """That the register of a size was the beginning of that of a later one (RFC 9162, 2.1.4)."""

    first: Count
    first_root: HashText
    size: Count
    root: HashText
    proof: Proof
