"""What a run of the register job writes of the tree, when it steps over the end of a tile and dies anywhere behind it."""

import pytest

from chalicelib.domain.register import Entry
from chalicelib.tlog.merkle import EMPTY_ROOT
from chalicelib.usecases.log_tree import ForkError, grown, grown_again, publish_tree


class Files:
    """The files of a log in memory."""

    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}

    def read(self, path: str) -> bytes:
        return self.held[path]

    def find(self, path: str) -> bytes | None:
        return self.held.get(path)

    def write(self, path: str, data: bytes) -> None:
        self.held[path] = data

    def publish(self, checkpoint: bytes, path: str = "checkpoint") -> None:
        self.held[path] = checkpoint

    def tidy(self, path: str) -> None:
        self.held = {name: raw for name, raw in self.held.items() if not name.startswith(f"{path}.p/")}


def entries(first: int, last: int) -> list[Entry]:
    """Return entries that are nothing but numbers."""
    return [
        Entry(
            index=index,
            kind="service",
            record_id="s",
            collection="services",
            act=index + 1,
            act_sha256="a" * 64,
            name="revise",
            version=None,
            at="2026-11-23T02:00:00.000Z",
            agency="bureau",
            jurisdiction="guangan",
            sha256=None,
            url="",
            tombstone=False,
            salt=f"{index:032x}",
        )
        for index in range(first, last)
    ]


def added(files: Files, batch: list[Entry], root: str) -> str:
    """Add entries, and return the root."""
    growth = grown(files, batch, root)
    publish_tree(files, batch, growth, lambda size, root: b"%d %s" % (size, root.hex().encode()))
    return growth.root.hex()


@pytest.mark.parametrize("before", [1, 250, 256, 500])
def test_a_run_that_dies_after_partial_tiles_were_removed_is_finished_from_its_stage(before: int) -> None:
    files = Files()
    root = added(files, entries(0, before), EMPTY_ROOT.hex())
    batch = entries(before, 520)
    after = added(files, batch, root)
    assert not [path for path in files.held if path.startswith(("tile/0/000.p", "tile/entries/000.p"))]
    held = dict(files.held)
    growth = grown_again(files, batch, after)
    publish_tree(files, batch, growth, lambda size, root: b"%d %s" % (size, root.hex().encode()))
    assert (growth.root.hex(), files.held) == (after, held)


def test_leaves_that_are_not_those_of_the_head_stop_the_job() -> None:
    files = Files()
    root = added(files, entries(0, 300), EMPTY_ROOT.hex())
    with pytest.raises(ForkError, match="310"):
        grown_again(files, entries(300, 310), root)
