"""What changed between two versions of a record, as a list of changes that a program can apply and a page can show.

A change has a JSON Pointer (RFC 6901) and an `op`:

    added      `after` came in at the pointer; in a list, before what stands there
    removed    `before` is gone; the last part of the pointer is its place in the list before
    changed    `before` became `after`; a text of several lines says instead which lines went and came (`lines`)

Parts of a pointer but the last of `removed` are places after the change. Applying all gives the later version back:
`apply(differences(m, n), m) == n`, for every pair of JSON values (`tests/unit/records/test_differences.py`).

Lists of things that have an identity (`IDENTITIES`) are compared thing by thing, whatever its place; other lists by their
longest common part. Work is bounded: beyond `MOST_EDITS` edits, what differs is one change. Lists whose kept things changed
their order are one change too.
"""

from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import Any

IDENTITIES = ("id", "sha256", "hearing", "round", "version", "code", "step", "no", "name", "at")
"""Members by which a thing in a list is known, the first that all of them have and no two share."""
MOST_EDITS = 200
"""Most lines or things that are told one by one; a list or text that differs in more is told whole."""
LONG = 80
"""Characters of a text from which on its lines are told."""

Change = dict[str, Any]


def differences(before: Any, after: Any, pointer: str = "") -> list[Change]:
    """Return the changes that make one JSON value of another."""
    return list(_changes(before, after, pointer))


def _changes(before: Any, after: Any, pointer: str) -> Iterator[Change]:
    if isinstance(before, dict) and isinstance(after, dict):
        yield from _of_members(before, after, pointer)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _of_lists(before, after, pointer)
    elif isinstance(before, str) and isinstance(after, str) and max(len(before), len(after)) >= LONG:
        yield from _of_text(before, after, pointer)
    elif (type(before), before) != (type(after), after):
        yield {"pointer": pointer, "op": "changed", "before": before, "after": after}


def _of_members(before: dict[str, Any], after: dict[str, Any], pointer: str) -> Iterator[Change]:
    for name in (*before, *(name for name in after if name not in before)):
        place = f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"
        if name not in after:
            yield {"pointer": place, "op": "removed", "before": before[name]}
        elif name not in before:
            yield {"pointer": place, "op": "added", "after": after[name]}
        else:
            yield from _changes(before[name], after[name], place)


def _of_lists(before: list[Any], after: list[Any], pointer: str) -> Iterator[Change]:
    keys = _keys(before, after)
    edits = _edits(*keys) if keys else _edits([_frozen(each) for each in before], [_frozen(each) for each in after])
    if edits is None or (keys and _moved(*keys, edits)):
        yield {"pointer": pointer, "op": "changed", "before": before, "after": after}
        return
    removed, added, kept = edits
    for place in removed:
        yield {"pointer": f"{pointer}/{place}", "op": "removed", "before": before[place]}
    for place in added:
        yield {"pointer": f"{pointer}/{place}", "op": "added", "after": after[place]}
    for old, new in kept:
        yield from _changes(before[old], after[new], f"{pointer}/{new}")


def _keys(before: list[Any], after: list[Any]) -> tuple[list[Any], list[Any]] | None:
    """Return what the things of two lists are known by, or None where they have no identity."""
    things = [*before, *after]
    if not things or not all(isinstance(each, dict) for each in things):
        return None
    for name in IDENTITIES:
        if all(isinstance(each.get(name), str | int) for each in things):
            keys = [[_frozen(each[name]) for each in side] for side in (before, after)]
            if all(len(set(side)) == len(side) for side in keys):
                return keys[0], keys[1]
    return None


def _frozen(value: Any) -> Any:
    """Return a value that equals another only if both are the same JSON: 1 is neither true nor 1.0."""
    if isinstance(value, dict):
        return frozenset((name, _frozen(member)) for name, member in value.items())
    if isinstance(value, list):
        return tuple(_frozen(each) for each in value)
    return type(value).__name__, value


def _moved(before: Sequence[Any], after: Sequence[Any], edits: "Edits") -> bool:
    """Return whether something of the list after is told as gone and as new: it only changed its place."""
    removed, added, _ = edits
    return not {before[place] for place in removed}.isdisjoint(after[place] for place in added)


# Texts


def _of_text(before: str, after: str, pointer: str) -> Iterator[Change]:
    if before == after:
        return
    old, new = before.split("\n"), after.split("\n")
    edits = _edits(old, new)
    if edits is None or not edits[2]:
        yield {"pointer": pointer, "op": "changed", "before": before, "after": after}
    else:
        yield {"pointer": pointer, "op": "changed", "lines": list(_hunks(old, new, edits[2]))}


def _hunks(old: list[str], new: list[str], kept: list[tuple[int, int]]) -> Iterator[dict[str, Any]]:
    """Yield which lines went and which came in their place; lines are counted from 0."""
    at_old = at_new = 0
    for line_old, line_new in (*kept, (len(old), len(new))):
        gone, came = old[at_old:line_old], new[at_new:line_new]
        if gone or came:
            yield {"before_line": at_old, "after_line": at_new, "removed": gone, "added": came}
        at_old, at_new = line_old + 1, line_new + 1


# The longest common part (Myers, "An O(ND) Difference Algorithm", 1986)

Edits = tuple[list[int], list[int], list[tuple[int, int]]]
"""Places before that are gone, places after that are new, and the pairs of places that are the same."""


def _edits(before: Sequence[Any], after: Sequence[Any]) -> Edits | None:
    """Return the fewest edits between two lists, or None where there are more than `MOST_EDITS`."""
    head = _same(before, after)
    tail = _same(before[head:][::-1], after[head:][::-1])
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    pairs = _common(old, new)
    if pairs is None:
        return None
    kept = [(place, place) for place in range(head)]
    kept += [(head + x, head + y) for x, y in pairs]
    kept += [(len(before) - back, len(after) - back) for back in range(tail, 0, -1)]
    same_before, same_after = {x for x, _ in kept}, {y for _, y in kept}
    removed = [place for place in range(len(before)) if place not in same_before]
    return removed, [place for place in range(len(after)) if place not in same_after], kept


def _same(before: Sequence[Any], after: Sequence[Any]) -> int:
    count = 0
    for one, other in zip(before, after, strict=False):
        if one != other:
            break
        count += 1
    return count


def _common(old: Sequence[Any], new: Sequence[Any]) -> list[tuple[int, int]] | None:
    furthest: dict[int, int] = {1: 0}
    trace: list[dict[int, int]] = []
    for edits in range(min(len(old) + len(new), MOST_EDITS) + 1):
        trace.append(dict(furthest))
        for diagonal in range(-edits, edits + 1, 2):
            x = _start(furthest, diagonal, edits)
            y = x - diagonal
            while x < len(old) and y < len(new) and old[x] == new[y]:
                x, y = x + 1, y + 1
            furthest[diagonal] = x
            if x >= len(old) and y >= len(new):
                return _walked_back(trace, len(old), len(new))
    return None


def _start(furthest: dict[int, int], diagonal: int, edits: int) -> int:
    """Return how far a diagonal is reached by one edit more: from above where that is further, else from the left."""
    above, left = furthest.get(diagonal + 1, -1), furthest.get(diagonal - 1, -1)
    return above if diagonal == -edits or (diagonal != edits and left < above) else left + 1


def _walked_back(trace: list[dict[int, int]], x: int, y: int) -> list[tuple[int, int]]:
    pairs: list[tuple[int, int]] = []
    for edits in range(len(trace) - 1, -1, -1):
        furthest, diagonal = trace[edits], x - y
        start = _start(furthest, diagonal, edits)
        while x > start and y > start - diagonal:
            x, y = x - 1, y - 1
            pairs.append((x, y))
        if edits:
            came_down = start == furthest.get(diagonal + 1, -1) and (
                diagonal == -edits or (diagonal != edits and furthest.get(diagonal - 1, -1) < start)
            )
            x, y = (x, y - 1) if came_down else (x - 1, y)
    return pairs[::-1]


# Applying


def apply(changes: Sequence[Change], value: Any) -> Any:
    """Return what the changes make of a value; the value itself stays as it is."""
    root = {"": deepcopy(value)}
    for change in sorted(changes, key=_order):
        parts = [part.replace("~1", "/").replace("~0", "~") for part in change["pointer"].split("/")]
        holder: Any = root
        for part in parts[:-1]:
            holder = holder[int(part)] if isinstance(holder, list) else holder[part]
        _apply_one(change, holder, parts[-1])
    return root[""]


def _order(change: Change) -> tuple[int, int, int]:
    """Outer things first; of a list what goes, from its end, then what comes, from its beginning."""
    *_, last = change["pointer"].split("/")
    place = int(last) if last.isdecimal() else 0
    rank = ("removed", "added", "changed").index(change["op"])
    return change["pointer"].count("/"), rank, -place if rank == 0 else place


def _apply_one(change: Change, holder: Any, last: str) -> None:
    place: Any = int(last) if isinstance(holder, list) else last
    if change["op"] == "removed":
        del holder[place]
    elif change["op"] == "added" and isinstance(holder, list):
        holder.insert(place, change["after"])
    elif "lines" in change:
        holder[place] = _patched(holder[place], change["lines"])
    else:
        holder[place] = change["after"]


def _patched(text: str, hunks: Sequence[dict[str, Any]]) -> str:
    lines = text.split("\n")
    for hunk in reversed(hunks):
        first = hunk["before_line"]
        lines[first : first + len(hunk["removed"])] = hunk["added"]
    return "\n".join(lines)
