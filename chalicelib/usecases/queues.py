"""Queues of what waits for an agency to act: comments to moderate, enquiries to answer."""

from typing import NamedTuple

PAGE_LIMIT = 100


class QueuePage(NamedTuple):
    """A page of what waits, oldest first: summaries, and whether there are more."""

    summaries: list[bytes]
    more: bool
