"""Record nouns: what a public record is, and what every kind of record must be able to say of itself.

A record is the fold of its acts. An act, once taken in, is never changed. A noun is a pure module; it gives

    parse     bytes -> the act as plain data, or every reason why it cannot be read
    needs     which other records it must see to decide
    decide    refuse with codes, or let pass
    fold      state before + act -> state after
    shows     whether this act makes something public (acts before it that were not public follow it into the register)
    render    state -> the public body and what its lists are, or None while nothing is shown

The same fold runs at intake (over what was received) and in the register (over what is logged), so the public view is
always the exact fold of the register up to an index.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from chalicelib.errors import Problem, RefusedError

if TYPE_CHECKING:  # the reads import this file, and need no clock
    from chalicelib.domain.duties import Duty

State = dict[str, Any]
Act = dict[str, Any]
KEY_ADMINISTRATION = "keys"
FOLD = 2
"""Which folds made a stored state. It rises when a fold keeps more than it did; older states are folded anew from their acts."""
PROGRAM = "program"
"""The role of acts that other acts or the clock bring; no key can have it."""


class Ref(NamedTuple):
    """The name of a record."""

    kind: str
    record_id: str


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: the key, its agency, the person or system it names, and what it may do."""

    key_id: str
    agency: str
    person: str
    roles: frozenset[str]
    scope: frozenset[str] = frozenset()
    """Agencies that it may act on in a scoped role, beside its own and those below."""


@dataclass(frozen=True, slots=True)
class ActMeta:
    """What is known of an act beside its body."""

    number: int
    sha256: str
    at: str
    """Instant in UTC as text: when it was received (at intake), or when it was logged (in the register)."""
    person: str
    received_at: str


class Place(NamedTuple):
    """An entry in a placed list: which list and value (`services by centre`, `hall`), and the instant it is sorted by."""

    list_name: str
    value: str
    instant: str
    rels: tuple[str, ...] = ()
    """Of a list of links: how the record stands to the one it names, as the list says it."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a record shows: the members of its body after the envelope, its summary, and its lists."""

    body: dict[str, Any]
    summary: dict[str, Any]
    lists: Mapping[str, str]
    """Filter -> value of the public lists it stands in (`category`: `plans`); `agency`, `jurisdiction` are implied."""
    listed: bool = True
    """False once withdrawn: then only the whole and the changed lists hold it."""
    places: tuple[Place, ...] = ()
    """Its entries in placed lists: those it stands in more than once, or by another instant than its publication."""
    holdings: Mapping[str, Mapping[str, str | int]] = field(default_factory=dict)
    """What stands of it in the catalogue of its agency, for what is counted by agency: a name (a category, `service`), and
    beside it flat members, such as the day it was formed on or the facets it fills."""
    fact: Mapping[str, Any] | None = None
    """What statistics count of it (`public_facts`): it stays whatever becomes of the record."""


class Following(NamedTuple):
    """An act on another record that an act brings with it: both are taken in, or neither."""

    kind: str
    record_id: str
    act: Act


class Holding(NamedTuple):
    """A record that an agency holds publicly, as it stands in the catalogue of the agency (`Rendered.holdings`)."""

    name: str
    ref: Ref
    published_at: str
    members: Mapping[str, str | int]


class Waiting(NamedTuple):
    """Where a record waits for somebody to act on it: a private list, its value, since when, and what the list says of it."""

    list_name: str
    value: str
    since: str
    summary: dict[str, Any]


Follows = Callable[[str, Act, State, ActMeta], tuple[Following, ...]]
"""(id, act, state after it, what is known of it) -> what it brings on other records, each of them once."""
RestsOn = Callable[[Act], tuple[Ref, ...]]
"""act -> the other records that must still be as they were seen when the act is stored."""
ScopedOver = Callable[[State | None, Act], Ref]
"""(state, act) -> the agency that a scoped key must have in its scope, where that is not the one that acts."""
Owes = Callable[[str, State], "tuple[Duty, ...]"]
"""(id, state) -> what is owed and not done yet, by its last day."""
OwesByHoldings = Callable[[str, State, Sequence[Holding], str], "tuple[Duty, ...]"]
"""(id, state, what it holds publicly, the day where it is) -> what an agency owes and has not done yet."""
SumsUp = Callable[[State, Sequence[Holding]], dict[str, Any]]
"""(state, what it holds) -> how complete that is, what is due next and what is overdue."""


@dataclass(frozen=True, slots=True)
class Noun:
    """One kind of record."""

    kind: str
    collection: str
    rules: "Rules"
    public: bool = True
    follows: Follows | None = None
    rests_on: RestsOn | None = None
    scoped_over: ScopedOver | None = None
    alarms: frozenset[str] = frozenset()
    """Acts that somebody at the deployment is to hear of at once."""
    duties: Owes | None = None
    duties_by_holdings: OwesByHoldings | None = None
    """Of agencies: looked at anew each day, for they change with what the agency holds."""
    sums_up: SumsUp | None = None
    """Of agencies: what is summed up of the catalogue beside the duties."""
    keeps_back: Callable[[State], str | None] | None = None
    """state -> the ground on which it is kept from the public, if it is: counted by agency and never named."""
    waits: Callable[[str, State], Waiting | None] | None = None
    """(id, state) -> where it waits for somebody, if it does: the list is private to the record's agency."""

    @property
    def may_owe(self) -> bool:
        """Whether records of this kind can have duties."""
        return self.duties is not None or self.duties_by_holdings is not None


class Rules(Protocol):
    """The pure functions of a noun."""

    def parse(self, raw: bytes) -> Act:
        """Return the act as plain data. Raises: MalformedError."""

    def role(self, act: Act) -> str:
        """Return the role a key must have for this act."""

    def agency(self, record_id: str, state: State | None, act: Act) -> Ref:
        """Return the agency that must be the key's own or below it."""

    def needs(self, state: State | None, act: Act) -> tuple[Ref, ...]:
        """Return the other records that `decide` and `fold` must see."""

    def decide(self, record_id: str, state: State | None, act: Act, actor: Actor, others: "Others", at: str) -> None:
        """Let the act pass, which is received at an instant (UTC text). Raises: RefusedError with every reason."""

    def fold(self, record_id: str, state: State | None, act: Act, meta: ActMeta, others: "Others") -> State:
        """Return the state after the act."""

    def shows(self, act: Act, state: State) -> bool:
        """Return whether the act, which led to this state, makes something public."""

    def render(self, record_id: str, state: State, written: Callable[[str], str]) -> Rendered | None:
        """Return what the record shows, or None while it shows nothing; `written` spells an instant for the public."""


@dataclass(frozen=True, slots=True)
class Others:
    """The states of the records an act needs; what is not there is absent."""

    states: Mapping[Ref, State] = field(default_factory=dict)

    def find(self, kind: str, record_id: str | None) -> State | None:
        """Return the state of a record, or None."""
        return None if record_id is None else self.states.get(Ref(kind, record_id))


class Refusals:
    """Collects every reason to refuse, so that all of them are said at once."""

    def __init__(self) -> None:
        self._problems: list[Problem] = []

    def when(self, wrong: bool, code: str, message: str, pointer: str = "") -> None:
        """Note a reason if it holds."""
        if wrong:
            self.note(code, message, pointer)

    def note(self, code: str, message: str, pointer: str = "") -> None:
        """Note a reason."""
        self._problems.append(Problem(code, message, pointer=pointer))

    def settle(self) -> None:
        """End the decision.

        Raises:
            RefusedError: any reason was noted.
        """
        if self._problems:
            raise RefusedError(*self._problems)


def living_agency(
    refusals: Refusals, others: Others, agency: str, language_of: Mapping[str, Any], pointer: str
) -> None:
    """Refuse an agency that is not there or has ended, and a title without the jurisdiction's own language."""
    found = others.find("agency", agency)
    refusals.when(found is None, "agency_unknown", f"there is no agency {agency}", "/content/agency")
    if found is not None:
        refusals.when(found["stage"] == "dissolved", "agency_dissolved", "the agency has ended", "/content/agency")
        language = found["language"]
        refusals.when(
            language not in language_of, "own_language_missing", f"the jurisdiction's language is {language}", pointer
        )


def turns_at(state: State) -> str | None:
    """Return the instant (UTC text) at which time alone changes a record, if it says one: the clock then acts on it."""
    found: str | None = state.get("turns_at")
    return found


def status(state: State) -> str:
    """Return what a receipt calls the state: where the pending submission stands, else the record's stage."""
    return str(state.get("pending") or state["stage"])


def next_version(state: State | None) -> int:
    """Return the number of the version that a change of content makes."""
    return (state["version"] if state else 0) + 1


def says_nothing_new(state: State | None, act: Act, stage: str) -> bool:
    """Return whether an act gives the whole content of a record, which is in a stage, just as it stands.

    Such an act changes nothing that is shown: it makes no version, and the record has not changed since.
    """
    return (
        state is not None
        and state["stage"] == stage
        and state["content"] == act.get("content")
        and bool(state.get("synthetic")) == bool(act.get("synthetic"))
    )


def without_empty(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members that say something: unknown parts of a public record are absent."""
    return {name: value for name, value in content.items() if value not in (None, [], {})}


def shortened(text: Mapping[str, str] | None, limit: int = 200) -> dict[str, str] | None:
    """Return a text for a summary, cut with an ellipsis: at most `limit` characters in each language."""
    if text is None:
        return None
    return {key: cut(value, limit) for key, value in text.items()}


def cut(text: str, limit: int) -> str:
    """Return at most so many characters of a text, with an ellipsis where it goes on."""
    return text if len(text) <= limit else text[: limit - 1] + "…"
