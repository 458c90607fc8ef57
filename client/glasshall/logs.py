"""The register's log as its static files give it: the signed checkpoint, and hashes from tiles (c2sp.org/tlog-tiles).

Nothing here trusts the server: a checkpoint counts only if a key that is known has signed it, and what tiles say counts
only where it leads to the root of such a checkpoint. The files may come from the deployment, a mirror of it, or a folder.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache

from glasshall.edges import Edge
from glasshall.errors import ForkError, ProblemError, RegisterError, UnexpectedAnswerError
from glasshall.reader import Reader
from glasshall.shared import ProofError, TlogError, checkpoints, growing, merkle, tiles

ReadFile = Callable[[str], bytes | None]
"""Path below the log's address (`checkpoint`, `tile/0/000`) -> the file; None if there is none."""
_TILES_KEPT = 64


def files_of(client: Reader, prefix: str = "/v1/register") -> ReadFile:
    """Return what reads the files of a log: of a deployment's, or those that lie below another prefix."""

    def read(path: str) -> bytes | None:
        try:
            return client.fetch(f"{prefix}/{path}").body
        except ProblemError as problem:
            if problem.status == 404:
                return None
            raise

    return read


def read_file(files: ReadFile, tile: tiles.Tile) -> bytes | None:
    """Return the bytes of a tile; of a partial one that is gone, the beginning of the full one that took its place."""
    raw = files(tile.path)
    if raw is not None or tile.width == tiles.WIDTH:
        return raw
    whole = files(tiles.Tile(tile.level, tile.number).path)
    if whole is None:
        return None
    if tile.level == tiles.ENTRIES:
        return tiles.encode_bundle(whole_leaves(whole)[: tile.width])
    return whole[: tile.width * merkle.HASH_BYTES]


def whole_leaves(raw: bytes) -> list[bytes]:
    """Return the entries of a bundle as far as they can be read: what is wrong with one must not hide those before it."""
    leaves, at = [], 0
    while at + 2 <= len(raw):
        end = at + 2 + int.from_bytes(raw[at : at + 2], "big")
        if end > len(raw):
            break
        leaves.append(raw[at + 2 : end])
        at = end
    return leaves


class Log:
    """What can be known of the tree of one checkpoint."""

    def __init__(self, files: ReadFile, checkpoint: checkpoints.Checkpoint) -> None:
        self.checkpoint = checkpoint
        self._files = files
        self._read = lru_cache(_TILES_KEPT)(self._tile)

    def check_beginning(self, edge: Edge) -> None:
        """Hold a tree that is known to the checkpoint: it must be its beginning.

        Raises:
            ForkError: it is not. UnexpectedAnswerError: a tile is not there, or not one.
        """
        at = self.checkpoint
        try:
            proof = growing.consistency_proof(edge.size, at.size, self._read)
            merkle.check_consistency(edge.size, at.size, proof, edge.root, at.root)
        except ProofError as error:
            said = f"the tree of {edge.size} entries is not the beginning of that of the checkpoint of {at.size}"
            raise ForkError(f"{said}: {error}", max(edge.size - 1, 0)) from error
        except TlogError as error:
            raise UnexpectedAnswerError(f"the log's files do not hold: {error}") from error

    def check_leaves(self, first: int, hashes: Iterable[bytes]) -> None:
        """Compare hashes of leaves, from an index on, with those of the tree.

        Raises:
            RegisterError: names the first that is another. UnexpectedAnswerError: a tile is not there, or not one.
        """
        for index, found in enumerate(hashes, first):
            number, at = divmod(index, tiles.WIDTH)
            if self._hashes(tiles.Tile(0, number, at + 1))[at] != found:
                raise RegisterError(f"entry {index} is not the one that the log holds", index)

    def _hashes(self, tile: tiles.Tile) -> list[bytes]:
        """Return the hashes of a tile, as the tree of the checkpoint holds it."""
        try:
            return tiles.hashes_of(tile, self._read(tiles.stored(tile, self.checkpoint.size)))
        except TlogError as error:
            raise UnexpectedAnswerError(f"the log's files do not hold: {error}") from error

    def _tile(self, tile: tiles.Tile) -> bytes:
        raw = read_file(self._files, tile)
        if raw is None:
            raise UnexpectedAnswerError(f"the log has no {tile.path}")
        return raw
