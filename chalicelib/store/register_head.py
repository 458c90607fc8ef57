"""The register's head as an item: apart from the register's writes, because every public list reads it."""

import orjson

from chalicelib.domain.register import Claim, RegisterHead
from chalicelib.store import keys
from chalicelib.store.table import Item


def encode_head(head: RegisterHead) -> Item:
    """Return the item of a head."""
    return {
        "pk": keys.REGISTER_HEAD.pk,
        "sk": keys.REGISTER_HEAD.sk,
        "size": head.size,
        "projected": head.projected,
        "at": head.at,
        "stage": head.stage,
        "root": head.root,
        "edge": orjson.dumps([[first, root.hex()] for first, root in head.edge.items()]),
        "claims": orjson.dumps([[claim.at, claim.indexes] for claim in head.claims]),
    }


def decode_head(item: Item) -> RegisterHead:
    """Return the head from its item."""
    claims = orjson.loads(item["claims"]) if isinstance(item["claims"], bytes) else []
    edge = item.get("edge")
    return RegisterHead(
        size=int(item["size"]),
        projected=int(item["projected"]),
        at=str(item["at"]),
        stage=str(item["stage"]),
        root=str(item.get("root", "")),
        edge={first: bytes.fromhex(root) for first, root in orjson.loads(edge)} if isinstance(edge, bytes) else {},
        claims=tuple(Claim(at, indexes) for at, indexes in claims),
    )
