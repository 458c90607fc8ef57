"""Topics: what of the register one can be told of, as `kind.what_happened`; the closed list is data (`/v1/codes/topic`).

An entry of the register has one topic, by its kind and the name of its act. A subscription names topics of the list, or all
of one sort (`disclosure.*`). An act that the list does not know yet has a topic of its own name, so that who subscribed to
its whole sort misses nothing.
"""

from collections.abc import Collection
from functools import cache

from chalicelib.domain.codes import code_list

LIST = "topic"
TOPICS_LIMIT = 100


@cache
def _by_act() -> dict[tuple[str, str], str]:
    entries = code_list(LIST).codes
    return {(entry["kind"], act): entry["code"] for entry in entries for act in entry["acts"]}


@cache
def known_topics() -> frozenset[str]:
    """Return everything that a subscription may name."""
    codes = {entry["code"] for entry in code_list(LIST).codes}
    return frozenset(codes | {_whole_sort(code) for code in codes})


def topic_of(kind: str, act_name: str) -> str:
    """Return the topic of a register entry."""
    return _by_act().get((kind, act_name), f"{kind}.{act_name}")


def is_among(topic: str, wanted: Collection[str]) -> bool:
    """Return whether a topic is one of those that a subscription names."""
    return topic in wanted or _whole_sort(topic) in wanted


def _whole_sort(topic: str) -> str:
    return f"{topic.partition('.')[0]}.*"
