"""`/v1/register`: the register as a log that anybody can check (c2sp.org/tlog-tiles), and proofs for whoever would not make them.

The address is the log's prefix: `checkpoint`, `tile/...` and `keys` are its files, byte for byte as they lie in the store. What
a tile holds never changes; a partial one goes when it is full, and then the full one begins with it. The framework has no
addresses of any depth, so a tile's number has up to three parts here: enough for 256,000,000,000 entries.
"""

import base64
from dataclasses import asdict
from typing import Any

import orjson

from chalicelib import wiring
from chalicelib.errors import MalformedError, NotFoundError, Problem
from chalicelib.routes.access import Access
from chalicelib.routes.endpoint import Answer, Request, Routes
from chalicelib.routes.framework import BYTES
from chalicelib.routes.listing import PAGE_CACHE
from chalicelib.routes.params import Parameter, whole_number

routes = Routes(__name__, "register")

NOTE = "text/plain; charset=utf-8"
HEAD_CACHE = "public, max-age=5"
KEYS_CACHE = "public, max-age=300"
FOR_EVER = "public, max-age=31536000, immutable"
MOST = 10**15
_NUMBER = {"type": "integer", "minimum": 0}
_counted = whole_number(0, MOST)
INDEX = Parameter("index", _counted, _NUMBER, "Prove that the entry of this index is in the register.")
FIRST = Parameter("first", _counted, _NUMBER, "Prove that the register of this size was the beginning.")
SIZE = Parameter("size", _counted, _NUMBER, "Of the register of this size; the newest checkpoint's if not given.")


@routes.get(
    "/v1/register/checkpoint",
    access=Access.PUBLIC,
    summary="The newest checkpoint: size and root of the register, signed",
    cache=HEAD_CACHE,
    media_types=(NOTE,),
    statuses=(404,),
)
def get_checkpoint(request: Request) -> Answer:
    """Return the signed note of the newest checkpoint."""
    return _note("checkpoint")


@routes.get(
    "/v1/register/witnessed",
    access=Access.PUBLIC,
    summary="The newest checkpoint that witnesses have cosigned",
    cache=HEAD_CACHE,
    media_types=(NOTE,),
    statuses=(404,),
)
def get_witnessed_checkpoint(request: Request) -> Answer:
    """Return the newest checkpoint together with the signatures of witnesses."""
    return _note("witnessed")


@routes.get(
    "/v1/register/keys",
    access=Access.PUBLIC,
    summary="The keys that checkpoints are signed with",
    cache=KEYS_CACHE,
    media_types=(NOTE,),
)
def list_register_keys(request: Request) -> Answer:
    """Return the log's keys, newest first, as a note that each of them has signed."""
    return Answer(wiring.current().log_keys(), media_type=NOTE)


def _declare_tile(parts: tuple[str, ...]) -> None:
    """Declare the tiles whose number, and width if they are partial, take this many segments."""

    def get_tile(request: Request, level: str, **segments: str) -> Answer:
        return _tile("/".join(("tile", level, *segments.values())))

    get_tile.__name__ = f"get_register_tile_{len(parts)}"
    routes.get(
        "/v1/register/tile/{level}/" + "/".join(f"{{{part}}}" for part in parts),
        access=Access.PUBLIC,
        summary="A tile of hashes, or a bundle of entries",
        cache=FOR_EVER,
        media_types=(BYTES,),
    )(get_tile)


for _count in range(1, 5):
    _declare_tile(("n1", "n2", "n3", "n4")[:_count])


@routes.get(
    "/v1/register/entries/{index}",
    access=Access.PUBLIC,
    summary="One entry, with the bytes that the tree binds of it",
    cache=PAGE_CACHE,
    response_model="RegisterEntry",
)
def get_register_entry(request: Request, index: str) -> Answer:
    """Return an entry as changes give it, and its leaf."""
    from chalicelib.domain.register import read_public
    from chalicelib.tlog.merkle import leaf_hash

    number = _number(index)
    raw = None if number is None else wiring.current().views.entry(number)
    if raw is None:
        raise NotFoundError("the register has no entry of this index")
    item: dict[str, Any] = orjson.loads(raw)
    leaf = read_public(raw, {item["kind"]: ""}).leaf()  # a leaf does not say the collection
    beside = {"leaf": _base64(leaf), "leaf_hash": _base64(leaf_hash(leaf)), "erased": item["salt"] is None}
    return Answer(b'{"item":' + raw + b"," + orjson.dumps(beside)[1:])


@routes.get(
    "/v1/register/proof",
    access=Access.PUBLIC,
    summary="That an entry is in the register, or that an earlier register was its beginning",
    cache=HEAD_CACHE,
    parameters=(INDEX, FIRST, SIZE),
    response_model="InclusionProof",
    other_models=("ConsistencyProof",),
    statuses=(404,),
)
def get_register_proof(request: Request) -> Answer:
    """Return one proof, of the one kind or the other."""
    from chalicelib.usecases.prove import newest_tree, prove_consistency, prove_inclusion, tree_at

    index, first, size = (request.parameters[name] for name in ("index", "first", "size"))
    if (index is None) == (first is None):
        raise MalformedError(Problem("proof_not_one", "exactly one of index, first says what is to be proven"))
    wired = wiring.current()
    newest = newest_tree(wired.views.register_head(wired.now()), wired.log_files)
    wanted = newest.size if size is None else size
    if wanted > newest.size:
        raise NotFoundError(f"the newest checkpoint is of {newest.size} entries")
    if (first if index is None else index + 1) > wanted:
        raise NotFoundError(f"there is no such proof in a register of {wanted} entries")
    tree = tree_at(wanted, newest)
    found = prove_consistency(first, tree, newest) if index is None else prove_inclusion(index, tree)
    told = {name: _told(value) for name, value in asdict(found).items()}
    # What is proven of a size that was asked for stays proven.
    return Answer(orjson.dumps(told), headers={} if size is None else {"Cache-Control": FOR_EVER})


def _note(path: str) -> Answer:
    found = wiring.current().log_files.find(path)
    if found is None:
        raise NotFoundError("there is none yet")
    return Answer(found, media_type=NOTE)


def _tile(path: str) -> Answer:
    from chalicelib.tlog.errors import TileError
    from chalicelib.tlog.tiles import parse_path

    try:
        tile = parse_path(path)
    except TileError as error:
        raise NotFoundError("no such address") from error
    found = wiring.current().log_files.find(tile.path)
    if found is None:
        raise NotFoundError("the register has no such tile: it does not reach so far, or the tile is full by now")
    return Answer(found, media_type=BYTES)


def _number(text: str) -> int | None:
    try:
        return _counted(text)
    except ValueError:
        return None


def _told(value: Any) -> Any:
    if isinstance(value, int):
        return value
    return _base64(value) if isinstance(value, bytes) else [_base64(each) for each in value]


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
