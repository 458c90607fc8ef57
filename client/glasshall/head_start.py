"""Beginning a mirror from an export: the register up to one index, and what it shows there, without a request for each page.

The entries of the export are held to a signed checkpoint like those of a page, and each record to the entry that made the
version it shows. All of it is one transaction: a run that dies in it begins again.
"""

import json
from collections.abc import Iterator
from dataclasses import replace

from glasshall.errors import RegisterError, UnexpectedAnswerError
from glasshall.exports import CHANGES, Export
from glasshall.feed import Change, change_of, check_body
from glasshall.leaves import leaf_hashes
from glasshall.mirror_state import MirrorState, Store
from glasshall.watch import Watch


def load_export(export: Export, store: Store, state: MirrorState, watch: Watch | None) -> MirrorState:
    """Fill an empty store from an export, and return how far it is then.

    Raises:
        RegisterError: it is not what the register says, or not whole; nothing was kept.
    """
    size = export.register_index + 1
    if watch is not None:
        state, covered = watch.aim(state)
        if covered < size:
            raise UnexpectedAnswerError("no checkpoint covers the export yet")
    newest: dict[str, Change] = {}
    for change in _entries(export):
        state = state.after(change)
        if change.version is not None:
            newest[_name(change.kind, change.id)] = replace(change, document={})
    if state.next != size:
        raise RegisterError(f"the export ends with entry {state.next - 1}, and says {size - 1}", state.next)
    if watch is not None:
        watch.prove(0, state, leaf_hashes(_entries(export)))
    _put_records(export, store, newest)
    store.save(state.encode())
    return state


def _put_records(export: Export, store: Store, newest: dict[str, Change]) -> None:
    for collection in export.collections:
        for body in export.lines(collection):
            name = _named(body)
            if name not in newest:
                raise UnexpectedAnswerError(f"the export has {name} twice, or the register does not show it")
            change = replace(newest.pop(name), body=body)
            check_body(change)
            store.put(change, body)
    if newest:
        name, change = min(newest.items(), key=lambda item: item[1].index)
        raise RegisterError(f"the export lacks {name}, which entry {change.index} shows", change.index)


def _entries(export: Export) -> Iterator[Change]:
    return (change_of(line.decode()) for line in export.lines(CHANGES))


def _named(body: bytes) -> str:
    try:
        record = json.loads(body)
        return _name(record["kind"], record["id"])
    except (ValueError, KeyError, TypeError) as error:
        raise UnexpectedAnswerError("a row of the export is no record") from error


def _name(kind: str, record_id: str) -> str:
    return f"{kind} {record_id}"
