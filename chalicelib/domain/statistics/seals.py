"""One hash for all that is published of a closed period, so that the register can bind it (ADR 0005, ADR 0001).

Of settled figures only, whose bytes change by revision alone. Anyone can make it again from what is published:

    of a node     SHA-256 over a line for each of its settled figures of the period, by series: `on_time_rate <SHA-256>`,
                  of the figure's bytes as they stand in an answer
    of a period   SHA-256 over a line for each node of the jurisdiction that has any, by their text:
                  `agency:PWDx <number of figures> <SHA-256 of the node>`

Lines end in a line feed, hashes are hexadecimal, and order is that of code points.
"""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import NamedTuple

import orjson

from chalicelib.domain.statistics.publication import SETTLED, Body


class Seal(NamedTuple):
    """What is settled of a period, of one node or of all together."""

    figures: int
    unsettled: int
    """How many figures of the period may still change without further notice."""
    sha256: str

    def encode(self) -> str:
        """Return it as the text that is stored."""
        return f"{self.figures} {self.unsettled} {self.sha256}"


def read_seal(text: str) -> Seal:
    """Return what `encode` wrote."""
    figures, unsettled, digest = text.split()
    return Seal(int(figures), int(unsettled), digest)


def seal_of_node(bodies: Mapping[str, Body]) -> Seal:
    """Return the seal of one node's figures of a period, by series."""
    settled = {series: body for series, body in bodies.items() if body["status"] == SETTLED}
    lines = (f"{series} {sha256(orjson.dumps(body)).hexdigest()}\n" for series, body in sorted(settled.items()))
    return Seal(len(settled), len(bodies) - len(settled), _digest(lines))


def seal_of_period(nodes: Mapping[str, Seal]) -> Seal:
    """Return the seal of a period from those of the nodes, by their text."""
    lines = (line_of(node, seal) for node, seal in sorted(nodes.items()) if seal.figures)
    figures = sum(seal.figures for seal in nodes.values())
    return Seal(figures, sum(seal.unsettled for seal in nodes.values()), _digest(lines))


def line_of(node: str, seal: Seal) -> str:
    """Return the line of a node in the seal of its period."""
    return f"{node} {seal.figures} {seal.sha256}\n"


def _digest(lines: Iterable[str]) -> str:
    return sha256("".join(lines).encode()).hexdigest()
