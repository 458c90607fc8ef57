"""The item catalogue (事项实施清单) as acts on services: what changed is published, revised or withdrawn, what did not is left.

Invariants:
- The rows of one item are taken in the order of `cd_time`; each act follows from the row and from what the server has.
- A row older than what the service says already brings nothing, nor one that says the same: the same file again, an older one,
  a table sent anew as a whole. A return to an earlier content is a revision like any other.
- A deletion, or a state that is no longer in force, withdraws the service.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from glasshall.client import body_of
from glasshall.importers.exchange_cells import DELETE, Cells, Entry, service_id, zh
from glasshall.importers.exchange_known import Known, Said
from glasshall.importers.exchange_mapping import SPECIALS
from glasshall.importers.plan import Put, Row, act, code_id, digest_of, is_id, register_agency

LONG_LIMIT = 200_000
LICENSING_LAW = {"document": "中华人民共和国行政许可法", "article": "第四十五条"}
_DOCUMENT = re.compile(r"《([^《》]{2,300})》")
_SOURCE = "政务服务事项交换表"
_ENDED = "交换表中已删除或不再实施"


@dataclass(slots=True)
class _Item:
    """An item after the rows before: how many acts it has or will have, and what they last said, as far as that is known."""

    acts: int
    said: Said | None
    pending: tuple[str, ...]


def departments(items: Sequence[Entry], root: str, known: Known) -> tuple[Row, ...]:
    """Return the agencies that the items name, that the mapping does not, and that are not there yet."""
    named: dict[str, str] = {}
    for entry in items:
        code, name = entry.cells.values.get("dept_code", "").strip(), entry.cells.values.get("dept_name", "").strip()
        if code and code not in entry.cells.mapped.agencies and entry.cells.refusal() is None:
            named[code] = named.get(code) or name
    wanted = {_agency(code, root, {}): (code, name) for code, name in named.items()}
    there = known.there([f"agencies/{record_id}/acts/1" for record_id in wanted])
    return tuple(
        register_agency(
            record_id,
            {"name": zh(name or code), "level": "department", "parent": root, "codes": {"dept_code": code}},
        )
        for record_id, (code, name) in wanted.items()
        if f"agencies/{record_id}/acts/1" not in there
    )


def _agency(code: str, root: str, mapped: Mapping[str, str]) -> str:
    return mapped.get(code) or code_id(code, f"{root}-")


def services(items: Sequence[Entry], root: str, known: Known) -> Iterator[tuple[Row, ...]]:
    """Yield the rows that may go out side by side: the first of each item, then the second of each, and so on."""
    contents = {entry.position: _content(entry, root) for entry in items}
    ids = {entry.position: service_id(entry.cells)[0] for entry in items}
    good = [entry for entry in items if entry.cells.refusal() is None]
    had = known.services(dict.fromkeys(ids[entry.position] for entry in good))
    states = {
        record_id: _Item(found.acts, None if found.pending else found.said, found.pending)
        for record_id, found in had.items()
    }
    rounds: list[list[Row]] = [[]]
    depth: dict[str, int] = {}
    for entry in sorted(items, key=lambda entry: entry.place):
        record_id = ids[entry.position]
        row = _row(entry, record_id, contents[entry.position], states)
        turn = depth.get(record_id, 0) if row.puts else 0
        if row.puts:
            depth[record_id] = turn + 1
        while len(rounds) <= turn:
            rounds.append([])
        rounds[turn].append(row)
    yield from (tuple(each) for each in rounds)


def _row(entry: Entry, record_id: str, content: dict[str, Any] | None, states: Mapping[str, _Item]) -> Row:
    cells = entry.cells
    if (refusal := cells.refusal()) is not None or content is None:
        return Row(cells.where, record_id, notes=tuple(cells.notes), refusal=refusal)
    item = states[record_id]
    gone = entry.operation == DELETE or cells.code("task_state", "task_state") == "withdrawn"
    if gone and not item.acts:
        cells.wrong("task_code", "nothing_to_withdraw", "no such service was published")
        return Row(cells.where, record_id, notes=tuple(cells.notes), refusal=cells.refusal())
    said = Said(entry.at, "" if gone else digest_of(body_of(content).decode()), gone)
    put = _next_act(item, record_id, content, said)
    if put is None:
        cells.note("unchanged")
        return Row(cells.where, record_id, notes=tuple(cells.notes))
    return Row(cells.where, record_id, (put,), notes=tuple(cells.notes))


def _next_act(item: _Item, record_id: str, content: Mapping[str, Any], said: Said) -> Put | None:
    """Return the act that a row brings, or None if the server has it already, has a newer one, or nothing changes."""
    if said.gone:
        bodies: tuple[dict[str, Any], ...] = ({"act": "withdraw", "reason": zh(said.told(_ENDED))},)
    else:
        full = {**content, "source": {"name": said.told(_SOURCE)}}
        bodies = ({"act": "publish", "content": full}, {"act": "revise", "content": full})
    if {hashlib.sha256(body_of(body)).hexdigest() for body in bodies} & set(item.pending):
        item.said = said
        return None
    last = item.said
    if last is not None and (said.at < last.at or (said.digest, said.gone) == (last.digest, last.gone)):
        return None
    item.acts, item.said = item.acts + 1, said
    return act("services", record_id, item.acts, bodies[0] if said.gone or item.acts == 1 else bodies[1])


def _content(entry: Entry, root: str) -> dict[str, Any] | None:
    """Return what a row says of a service; everything wrong with the row is noted in its cells."""
    cells = entry.cells
    _, code = service_id(cells)
    if code and not is_id(code):
        cells.note("id_from_digest")
    cells.code("task_state", "task_state")
    if entry.operation == DELETE:
        return {}
    kind = cells.code("task_type", "task_type", needed=True)
    handling = cells.code("handling", "handling")
    department = cells.text("dept_code", limit=100, needed=True)
    content: dict[str, Any] = {
        "agency": _agency(department, root, cells.mapped.agencies),
        "title": zh(cells.text("name", needed=True)),
        "item_code": code,
        "service_kind": kind,
        "task_type_code": cells.text("task_type"),
        "handling": handling,
        "limits": _limits(cells, handling),
        "legal_basis": _basis(cells, "by_law"),
        "conditions": [zh(text)] if (text := cells.text("condition", limit=LONG_LIMIT)) else [],
        "fees": _fees(cells),
        "special_procedures": _specials(cells),
        "visits": cells.whole("visits"),
        "first_contact": _post(cells),
        "complaint": {"phone": phone} if (phone := cells.phone("complaint")) else None,
        "effective_on": day.date().isoformat() if (day := cells.instant("effective_on")) else None,
    }
    return {name: value for name, value in content.items() if value not in (None, "", [], {})}


def _limits(cells: Cells, handling: str) -> dict[str, Any]:
    """Return the two limits; a legal limit of 0 means that the law sets none, unless it is done on the spot."""
    found = {}
    for name in ("statutory", "promised"):
        value, unit = cells.whole(f"{name}_value"), cells.code(f"{name}_unit", "unit")
        if value == 0 and name == "statutory" and handling != "immediate":
            cells.note("no_statutory_limit")
        elif value is not None and not unit:
            cells.wrong(f"{name}_unit", "cell_blank", "a limit needs its unit")
        elif value is not None:
            found[name] = {"value": value, "unit": unit}
    return found


def _basis(cells: Cells, name: str) -> list[dict[str, Any]]:
    """Return what a text of law is: the documents it names in 《》; else the text itself, if it is short."""
    text = cells.text(name, limit=LONG_LIMIT)
    if not text:
        return []
    named = list(dict.fromkeys(_DOCUMENT.findall(text)))[:100]
    if not named:
        return [{"document": text[:500]} if len(text) <= 500 else {"document": "设定依据", "text": text}]
    return [{"document": named[0], "text": text}, *({"document": each} for each in named[1:])]


def _fees(cells: Cells) -> list[dict[str, Any]]:
    """Return the fee with its basis; the standard is kept in words, for it seldom is one amount."""
    if cells.code("is_fee", "yes") != "yes":
        return []
    basis = _basis(cells, "fee_basis")
    if not basis:
        cells.wrong("fee_basis", "cell_blank", "a fee needs its basis")
        return []
    stand = cells.text("fee_stand")
    name = cells.text("fee_name") or "收费"
    return [{"name": zh(f"{name}（{stand}）"[:500] if stand else name), "basis": basis[0]}]


def _specials(cells: Cells) -> list[dict[str, Any]]:
    """Return the procedures that a text names by the words of the code table; their basis is the Licensing Law, art. 45."""
    text = cells.text("special_procedure", limit=LONG_LIMIT)
    words = {word: kind for word, kind in cells.mapped.codes["special"].items() if len(word) > 1 and kind in SPECIALS}
    kinds = list(dict.fromkeys(kind for word, kind in words.items() if word in text))
    if kinds:
        cells.note("special_basis_assumed")
    return [{"kind": kind, "legal_basis": LICENSING_LAW} for kind in kinds]


def _post(cells: Cells) -> dict[str, Any] | None:
    phone = cells.phone("contact")
    return {"post": zh("咨询"), "phone": phone} if phone else None
