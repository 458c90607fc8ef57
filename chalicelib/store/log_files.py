"""The files of the register's log in the object store, under `register/`: tiles, bundles of leaves, and the checkpoint.

Tiles and bundles are what they are: whoever writes one writes the same bytes. The checkpoint is the one file that is
replaced, and never by one of a smaller tree.
"""

from chalicelib.store.objects import Objects
from chalicelib.tlog.checkpoints import parse_checkpoint
from chalicelib.tlog.notes import split_note

CHECKPOINT = "checkpoint"


class LogFiles:
    """Implements `usecases.log_tree.LogFiles`."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects

    def read(self, path: str) -> bytes:
        return self._objects.get(_name(path))

    def find(self, path: str) -> bytes | None:
        held = self._objects.find(_name(path))
        return held.data if held else None

    def write(self, path: str, data: bytes) -> None:
        self._objects.put(_name(path), data)

    def publish(self, checkpoint: bytes, path: str = CHECKPOINT) -> None:
        name, size = _name(path), _size_of(checkpoint)
        while True:
            held = self._objects.find(name)
            if held is not None and (_size_of(held.data) > size or held.data == checkpoint):
                return  # another run is further; or ours, written before
            if self._objects.swap(name, held, checkpoint):
                return

    def tidy(self, path: str) -> None:
        for name in self._objects.names(f"{_name(path)}.p/"):
            self._objects.remove(name)


def _name(path: str) -> str:
    """`register/tile/0/000`."""
    return f"register/{path}"


def _size_of(checkpoint: bytes) -> int:
    return parse_checkpoint(split_note(checkpoint)[0]).size
