"""Which file holds the read model: the one item that all builders move and all readers follow, as pure data.

A build is a file in the object store that is never changed. The head names the one that is served and, while a first build or a
rebuild takes more than one run, the draft that the next run goes on from.

Invariant: of the builds of one schema a later head never names a smaller one. So a file that is not larger than what a head
names, and that it does not name, is named by no later head either and may be removed, whoever looks.
"""

from dataclasses import dataclass
from typing import NamedTuple


class Build(NamedTuple):
    """A file of the read model: its object, how many entries of the register it holds, and the schema of its tables."""

    name: str
    size: int
    schema: int


@dataclass(frozen=True, slots=True)
class SearchHead:
    """What is served, what is being built, and below which size no file may be kept because of an erasure."""

    served: Build | None = None
    draft: Build | None = None
    scrubbed: int = 0

    def usable(self, schema: int) -> tuple[Build, ...]:
        """Return the builds of a schema, the larger one last."""
        builds = [build for build in (self.served, self.draft) if build is not None and build.schema == schema]
        return tuple(sorted(builds, key=lambda build: build.size))

    def ahead_of(self, schema: int) -> bool:
        """Return whether a newer program has built already: an older one then leaves the model alone."""
        return any(build is not None and build.schema > schema for build in (self.served, self.draft))


def moved(head: SearchHead, build: Build, *, caught_up: bool, erased: bool) -> SearchHead:
    """Return the head after a run: what is behind is served only where something of its schema is served already."""
    scrubbed = build.size if erased else head.scrubbed
    followed = head.served is not None and head.served.schema == build.schema
    if caught_up or followed:
        return SearchHead(build, None, scrubbed)
    return SearchHead(head.served, build, scrubbed)


def superseded(head: SearchHead, builds: list[Build], schema: int) -> list[Build]:
    """Return the files that may be removed: all that no head will name, but the newest of them.

    That one stays for readers that have just read where it lies, unless something was erased since.
    """
    named = {build.name for build in (head.served, head.draft) if build is not None}
    largest = max((build.size for build in head.usable(schema)), default=0)
    served = head.served is not None and head.served.schema == schema
    others = [build for build in builds if build.name not in named]
    old = [build for build in others if build.schema < schema and served]
    passed = sorted(
        (build for build in others if build.schema == schema and build.size <= largest), key=lambda b: b.size
    )
    kept = [build for build in passed[-1:] if build.size >= head.scrubbed]
    return [*old, *(build for build in passed if build not in kept)]
