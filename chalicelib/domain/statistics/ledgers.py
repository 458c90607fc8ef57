"""What the public records of an agency come to, day by day: counts under names, from which every figure of a period follows.

A ledger adds nothing but numbers to days. A *flow* stands on the day on which it happened; a *stock* goes up and down by the
day, and what there is on a day is the sum up to it. So ledgers of agencies add up to that of a jurisdiction, in any order,
and a figure of any day is computed from the ledger of today. Beside the facts of records (`domain/public_facts.py`) an
agency's ledger holds its requests for disclosure, from the tallies of that built-in service.

A name is `stock`, `flow` or either with a code: `in_force/area/fees`, `took/12` (so many working days), `ended/granted`.
"""

import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import orjson

from chalicelib.domain.completeness import FACETS, taken
from chalicelib.domain.duties import mandatory_categories
from chalicelib.domain.public_facts import Fact, must_be_consulted
from chalicelib.domain.statistics.facts import OPEN
from chalicelib.domain.statistics.periods import first_day, last_day, shifted
from chalicelib.domain.statistics.tallies import OUTCOME, Counts, Tally, added

Ledger = Mapping[str, Counts]
DUE = ("responses_due", "responses_in_time", "answers_due", "answers_in_time")
"""Flows on the last day of a limit: they count when that day has passed."""


class _Book:
    """A ledger in the making."""

    def __init__(self) -> None:
        self.names: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))

    def flow(self, name: str, day: str, n: int = 1) -> None:
        """Note what happened on a day."""
        self.names[name][day] += n

    def stock(self, name: str, first: str, until: str | None, n: int = 1) -> None:
        """Note what there is from a day on, and no more from another."""
        if until is None or first < until:
            self.flow(name, first, n)
            if until is not None:
                self.flow(name, until, -n)

    def closed(self) -> Ledger:
        """Return the ledger: nothing in it is nought."""
        found = {name: {day: n for day, n in sorted(days.items()) if n} for name, days in sorted(self.names.items())}
        return {name: days for name, days in found.items() if days}


def ledger_of(facts: Iterable[tuple[str, Fact]], requests: Mapping[str, Tally]) -> Ledger:
    """Return the ledger of an agency: of its facts, each with its kind, and of its requests for disclosure by place."""
    book = _Book()
    kinds: dict[str, list[Fact]] = defaultdict(list)
    for kind, fact in facts:
        kinds[kind].append(fact)
        if kind in _COUNTED:
            _COUNTED[kind](book, fact)
    _breadth(book, next(iter(kinds["agency"]), None), kinds["disclosure"])
    for place, tally in requests.items():
        _requests(book, place, tally)
    return book.closed()


def _agency(book: _Book, fact: Fact) -> None:
    book.flow("known", fact["registered_on"])


def _breadth(book: _Book, agency: Fact | None, disclosures: Iterable[Fact]) -> None:
    """Count the categories in which the agency must have something live, and those in which it has."""
    if agency is None:
        return
    begins, ends = agency["registered_on"], agency.get("ended_on")
    mandatory = mandatory_categories(agency["calendar"], agency["level"])
    book.stock("mandatory", begins, ends, len(mandatory))
    for category in mandatory:
        spans = (
            (fact.get("disclosed_on"), fact.get("ended_on")) for fact in disclosures if fact["category"] == category
        )
        for first, until in _joined((first, until) for first, until in spans if first is not None):
            book.stock("live", max(first, begins), min((day for day in (until, ends) if day), default=None))


def _joined(spans: Iterable[tuple[str, str | None]]) -> list[tuple[str, str | None]]:
    """Return the days that lie in any of the spans, as spans apart from each other."""
    found: list[tuple[str, str | None]] = []
    for first, until in sorted(spans, key=lambda span: span[0]):
        if found and (found[-1][1] is None or first <= found[-1][1]):
            before = found[-1][1]
            found[-1] = (found[-1][0], None if before is None or until is None else max(before, until))
        else:
            found.append((first, until))
    return found


def _service(book: _Book, fact: Fact) -> None:
    lines = fact["lines"]
    book.flow("known", lines[0][0])
    for (first, filled), until in zip(lines, [*(day for day, _ in lines[1:]), None], strict=True):
        if filled is not None:
            book.stock("services", first, until)
            book.stock("filled", first, until, filled)
            book.stock("complete", first, until, int(filled == len(FACETS)))


def _disclosure(book: _Book, fact: Fact) -> None:
    book.flow("known", fact["known_on"])
    for due_on, answered_on in fact.get("rounds", ()):
        book.flow("rounds", fact["known_on"])
        ended_on = fact.get("ended_on")
        owed = answered_on or ended_on is None or (due_on and due_on < ended_on)
        if due_on and owed:
            book.flow("responses_due", due_on)
            book.flow("responses_in_time", due_on, int(bool(answered_on and answered_on <= due_on)))
    if "disclosed_on" in fact:
        _disclosed(book, fact)


def _disclosed(book: _Book, fact: Fact) -> None:
    day = fact["disclosed_on"]
    book.flow("disclosed", day)
    book.stock("standing", day, fact.get("ended_on"))
    if must_be_consulted(fact):
        book.flow("must_consult", day)
        book.flow("consulted", day, int("rounds" in fact))
    if fact.get("taken_over"):
        book.flow("taken_over", day)
    elif "formed_on" not in fact:
        book.flow("without_formed_on", day)
    elif (found := taken(fact["category"], fact["formed_on"], day, fact["calendar"])) is None:
        book.flow("uncounted", day)
    else:
        book.flow(f"took/{found.days}", day)
        book.flow("in_time", day, int(found.in_time))


def _rule(book: _Book, fact: Fact) -> None:
    book.flow("known", fact["known_on"])
    kind, first, until = fact["rule_kind"], fact["from_on"], fact.get("until_on")
    book.flow(f"made/{kind}", fact["made_on"])
    for name in (f"in_force/kind/{kind}", f"in_force/area/{fact['area']}", "in_force"):
        book.stock(name, first, until)
    if until is not None:
        book.flow(f"out/{fact['ended']}/{kind}", until)
    for due_on, done_on in fact.get("reviews", ()):
        late = shifted(due_on, 1)
        stops = min((day for day in (done_on, until) if day), default=None)
        book.stock("review_overdue", max(late, first), stops)
        if done_on is not None:
            book.flow("reviewed", done_on)
    for day in fact.get("reports", ()):
        book.flow("executed", day)


def _card(book: _Book, fact: Fact) -> None:
    raised, ended = fact["raised_on"], fact.get("ended_on")
    book.flow("known", raised)
    book.flow(f"raised/{fact['colour']}", raised)
    book.stock("cards", raised, ended)
    red = fact.get("red_on") or (raised if fact["colour"] == "red" else None)
    if red is not None:
        book.stock("cards_red", red, ended)
    if "red_on" in fact:
        book.flow("reddened", fact["red_on"])
    if ended is not None:
        book.flow(f"cards_ended/{fact['ended']}", ended)
    due = fact.get("answer_by")
    if due is not None and ("answered_on" in fact or ended is None or due < ended):
        book.flow("answers_due", due)
        book.flow("answers_in_time", due, int(fact.get("in_time", False)))


def _comment(book: _Book, fact: Fact) -> None:
    book.flow("known", fact["known_on"])
    book.flow("comments", fact["known_on"])
    book.flow("comments_shown", fact["known_on"], int(fact["shown"]))


_COUNTED: dict[str, Callable[[_Book, Fact], None]] = {
    "agency": _agency,
    "service": _service,
    "disclosure": _disclosure,
    "rule": _rule,
    "card": _card,
    "comment": _comment,
}


def _requests(book: _Book, place: str, tally: Tally) -> None:
    """Count the requests that ended in a month, or are still open."""
    for day, n in tally.opened.items():
        book.flow("received", day, n)
        if place == OPEN:
            book.stock("requests", day, None, n)
        elif day <= last_day(place):
            book.stock("requests", day, max(day, first_day(place)), n)
    for counts in tally.rows.values():
        for name, n in counts.items():
            if name.startswith(OUTCOME):
                book.flow(f"ended/{name.removeprefix(OUTCOME)}", first_day(place), n)


def total_ledger(ledgers: Iterable[Ledger]) -> Ledger:
    """Return the sum of ledgers."""
    parts = list(ledgers)
    names = sorted({name for part in parts for name in part})
    summed = {name: added(part.get(name, {}) for part in parts) for name in names}
    return {name: {day: n for day, n in sorted(days.items()) if n} for name, days in summed.items()}


def first_change(before: Ledger, after: Ledger) -> str | None:
    """Return the first day whose figures can differ between two ledgers; None if they are the same."""
    days = [
        day
        for name in before.keys() | after.keys()
        for day in before.get(name, {}).keys() | after.get(name, {}).keys()
        if before.get(name, {}).get(day) != after.get(name, {}).get(day)
    ]
    return min(days, default=None)


def next_turn(ledger: Ledger, today: str) -> tuple[str, str] | None:
    """Return on which day to come time alone changes a figure, and the day from which on; None if none is to come."""
    turns = (
        (shifted(day, 1) if name in DUE else day, day) for name, days in ledger.items() for day in days if day >= today
    )
    return min((turn for turn in turns if turn[0] > today), default=None)


def encode_ledger(ledger: Ledger) -> bytes:
    """Return a ledger as compressed bytes."""
    return zlib.compress(orjson.dumps(ledger, option=orjson.OPT_SORT_KEYS))


def decode_ledger(data: bytes) -> Ledger:
    """Return the ledger that `encode_ledger` wrote."""
    found: dict[str, Any] = orjson.loads(zlib.decompress(data))
    return found
