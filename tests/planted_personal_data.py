"""A planted corpus: how many numbers that name a person are found, what else is taken for one, and what gets published.

    python -m tests.planted_personal_data [--real FOLDER]

Each kind is planted so often in each way that people write it, in the texts of a disclosure; near misses are planted the
same way. Every planted text is then sent through the acts: approved without a release, with a release of something else,
shown in an emergency, and planted in the texts that no other person approves. What is published without its release counts.
`--real` names a folder of published texts as CSV; what is found there is counted as an alarm.
"""

import csv
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

from chalicelib.domain.attachments import attachment
from chalicelib.domain.disclosures import NOUN
from chalicelib.domain.personal_data import BANK_CARD, KINDS, MOBILE_NUMBER, find_each, kinds_in
from chalicelib.domain.records import ActMeta, Actor, Others, Ref, State
from chalicelib.errors import RefusedError
from tests.agency_states import agency_state
from tests.personal_numbers import FULL_WIDTH, GROUPS, MAKERS, luhn_passes

PLANTED = 200
AT = "2026-02-02T02:00:00.000Z"
AROUND = (
    "{}",
    "联系人电话：{}。",
    "请持{}到三号窗口",
    "申请人张某（身份证{}）",
    "ID {}, thank you",
    "账号:{}；",
    "2026-11-20 见{}号文",
)
AGENCY = agency_state("a")
OTHERS = Others(
    {
        Ref("agency", "a"): AGENCY,
        Ref("disclosure", "other"): {"stage": "published", "version": 1},
        attachment("a" * 64, "a"): {"stage": "checked", "findings": [], "agency": "a"},
    }
)
_ROLES = frozenset({"clerk", "approver"})


def grouped(number: str, kind: str, separator: str) -> str:
    """Return a number with a separator between its usual groups."""
    parts, rest = [], number
    for length in GROUPS[kind][:-1]:
        parts.append(rest[:length])
        rest = rest[length:]
    return separator.join(filter(None, [*parts, rest]))


WAYS: dict[str, Callable[[str, str], str]] = {
    "as it is": lambda number, kind: number,
    "spaces": lambda number, kind: grouped(number, kind, " "),
    "hyphens": lambda number, kind: grouped(number, kind, "-"),
    "dashes": lambda number, kind: grouped(number, kind, "–"),
    "no-break spaces": lambda number, kind: grouped(number, kind, "\u00a0"),
    "wide spaces": lambda number, kind: grouped(number, kind, "\u3000"),
    "spaced hyphens": lambda number, kind: grouped(number, kind, " - "),
    "tabs": lambda number, kind: grouped(number, kind, "\t"),
    "full width": lambda number, kind: number.translate(FULL_WIDTH),
    "small letters": lambda number, kind: number.lower(),
    "invisible characters": lambda number, kind: "\u200b".join(number),
}


def planted(kind: str, way: str, count: int) -> Iterator[str]:
    """Yield texts with a number of a kind, written in one way."""
    chance = Random(f"{kind} {way}")
    for _ in range(count):
        number = MAKERS[kind](chance)
        yield chance.choice(AROUND).format(WAYS[way](number, kind))


def _wrong_digit(chance: Random, number: str) -> str:
    place = chance.randrange(6, len(number) - 1)
    return number[:place] + str((int(number[place]) + 1) % 10) + number[place + 1 :]


def near_miss(kind: str, chance: Random) -> str:
    """Return what looks like a number of a kind and is none: a digit wrong, short or long, a range that is not given out."""
    number = MAKERS[kind](chance)
    ways = [number[:-1], number + "7"] if kind == MOBILE_NUMBER else [number[:-2]]
    if kind == MOBILE_NUMBER:
        ways += ["12" + number[2:], "0" + number]
    else:
        ways += [_wrong_digit(chance, number), number + "12345"]
    return chance.choice(ways)


def near_misses(kind: str, count: int) -> Iterator[str]:
    """Yield texts with near misses; one that is by chance a number of any kind is left out."""
    chance = Random(f"near {kind}")
    while count:
        number = near_miss(kind, chance)
        if kind != BANK_CARD or not luhn_passes(number):
            yield chance.choice(AROUND).format(WAYS[chance.choice(list(WAYS))](number, kind))
            count -= 1


# Through the acts


def content(place: str, text: str) -> dict[str, Any]:
    """Return the content of a disclosure with a text at a place."""
    found: dict[str, Any] = {
        "agency": "a",
        "title": {"zh": "通知"},
        "category": "plans",
        "cadence": "ad_hoc",
        "body": {"zh": "全文"},
        "openness": {"class": "proactive"},
    }
    wrapped: dict[str, Any] = {
        "topics": [text],
        "attachments": [{"name": "a.pdf", "sha256": "a" * 64, "title": {"zh": text}}],
        "source_url": f"https://example.org/?q={text}",
        "schedule": {"series": "s", "phase": {"zh": text}},
    }
    return {**found, place: wrapped.get(place, {"zh": text})}


PLACES = ("title", "body", "summary", "issuer", "topics", "attachments", "source_url", "schedule")
REVIEW = {"reviewer": "保密办", "result": "cleared"}
GLASS = {"act": "break_glass", "legal_basis": {"document": "突发事件应对法"}}


class Sent:
    """One disclosure, and whether its acts were taken."""

    def __init__(self, content: dict[str, Any]) -> None:
        self.state: State | None = None
        self.number = 0
        self.act({"act": "submit", "content": content}, "person:Li")

    def act(self, act: dict[str, Any], who: str = "person:Zhao") -> bool:
        """Do an act; return whether it was taken."""
        try:
            NOUN.rules.decide("d", self.state, act, Actor("k", "a", who, _ROLES), OTHERS, AT)
        except RefusedError:
            return False
        self.number += 1
        meta = ActMeta(self.number, f"sha-{self.number}", AT, who, AT)
        self.state = NOUN.rules.fold("d", self.state, act, meta, OTHERS)
        return True

    def shows(self) -> bool:
        """Return whether anything is public."""
        return self.state is not None and self.state["version"] > 0

    def approve(self, releases: list[dict[str, Any]]) -> bool:
        """Approve what was handed in."""
        return self.act({"act": "approve", "approves_sha256": "sha-1", "secrecy_review": REVIEW, "releases": releases})


def published_unreleased(text: str, place: str) -> bool:
    """Try to have a text published without the release of what it holds; return whether that is done."""
    sent = Sent(content(place, text))
    wrong = {"place": "/content/nothing", "kind": MOBILE_NUMBER, "nth": 1, "reason": "无"}
    for releases in ([], [wrong]):
        sent.approve(releases)
        sent.act({**GLASS, "reason": {"zh": "急"}, "releases": releases})
    for name in ("publish", "adopt", "open_consultation"):
        sent.act({"act": name, "decided_on": "2026-02-01", "by": {"zh": "会"}, "last_day": "2026-03-30"})
    return sent.shows()


def published_released(text: str, place: str) -> bool:
    """Have a text published with each finding released by name."""
    held = content(place, text)
    found = find_each(held, ("sha256", "id", "agency", "category", "series"), pointer="/content")
    releases = [{"place": at, "kind": kind, "nth": nth, "reason": "公开电话"} for at, kind, nth in found]
    sent = Sent(held)
    return sent.approve(releases) and sent.act({"act": "publish"}) and sent.shows()


def said_beside(text: str) -> list[str]:
    """Return the acts that took a planted text which no other person would have approved."""
    words = {"zh": text}
    sent = Sent(content("title", "通知"))
    taken = [sent.act({**GLASS, "reason": words}) and "break_glass"]
    sent.approve([])
    step = {"act": "record_step", "step": "legality_review", "held_on": "2026-02-01", "result": "passed"}
    acts = (
        {**step, "by": words},
        {"act": "open_consultation", "last_day": "2026-03-30", "how": words},
        {"act": "adopt", "decided_on": "2026-02-01", "by": words},
        {"act": "withdraw", "reason": words},
    )
    taken += [sent.act(act) and str(act["act"]) for act in acts]
    sent.act({"act": "publish"})
    taken += [sent.act({"act": "supersede", "by": "other", "reason": words}) and "supersede"]
    return [name for name in taken if name]


# What is printed


def recall(count: int) -> dict[str, tuple[int, int]]:
    """Return of each kind how many were found of how many planted."""
    found: Counter[str] = Counter()
    for kind in KINDS:
        for way in WAYS:
            for text in planted(kind, way, count):
                hit = kind in kinds_in(text)
                found[kind] += hit
                if not hit:
                    print(f"  missed: {kind}, {way}: {text!r}")
    return {kind: (found[kind], count * len(WAYS)) for kind in KINDS}


def alarms(count: int) -> dict[str, int]:
    """Return how many near misses of each kind were taken for a number of that kind."""
    return {kind: sum(kind in kinds_in(text) for text in near_misses(kind, count)) for kind in KINDS}


def through_the_acts(count: int) -> tuple[int, int, int]:
    """Return how many planted texts were sent, were published unreleased, and could not be published with a release."""
    unreleased = stuck = sent = 0
    for kind in KINDS:
        for number, text in enumerate(planted(kind, "as it is", count)):
            place = PLACES[number % len(PLACES)]
            unreleased += published_unreleased(text, place) + len(said_beside(text))
            stuck += not published_released(text, place)
            sent += 1
    return sent, unreleased, stuck


def real(folder: Path) -> tuple[int, int]:
    """Return how many rows of published texts there are, and how many findings they hold."""
    csv.field_size_limit(10_000_000)
    rows = findings = 0
    for file in sorted(folder.rglob("*.csv")):
        with file.open(encoding="utf-8-sig", newline="") as handle:
            for row in csv.DictReader(handle):
                rows += 1
                findings += len(find_each({name: value for name, value in row.items() if name and value}))
    return rows, findings


def main(arguments: list[str]) -> int:
    """Print recall, alarms and what was published; return how many texts were published unreleased."""
    for kind, (found, count) in recall(PLANTED).items():
        print(f"{kind}: {found} of {count} found ({found / count:.2%}), {len(WAYS)} ways of writing")
    for kind, count in alarms(PLANTED).items():
        print(f"{kind}: {count} of {PLANTED} near misses raise an alarm")
    sent, unreleased, stuck = through_the_acts(PLANTED)
    print(f"{sent} planted texts through the acts: {unreleased} published unreleased, {stuck} stuck with a release")
    if "--real" in arguments:
        folder = Path(arguments[arguments.index("--real") + 1])
        rows, findings = real(folder)
        print(f"{rows} rows of published texts: {findings} findings")
    return unreleased


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]) > 0)
