"""Numbers that name a person, found in texts that people will read: identity number, mobile number, bank card number.

Source: Personal Information Protection Law (个人信息保护法) art. 28 and 51; GB 11643-1999 (identity numbers, check digit by
ISO 7064 MOD 11-2); ISO/IEC 7812 (card numbers, Luhn). A finding names the place and the kind, never the number.

What is looked at: digits in any Unicode form, invisible characters dropped, up to three spaces, tabs, hyphens and dots between
groups allowed. A number is never cut out of a longer one. What is not found: numbers written as words, identity numbers of fifteen
digits (no check digit, void since 2013), Diners cards. Numbers that the record itself bears (its case or document number)
are `known`, for they may look like identity numbers: region, day, serial. A number in 第...号 is a document's, not a card's.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple
from unicodedata import category, normalize

IDENTITY_NUMBER, MOBILE_NUMBER, BANK_CARD = "identity_number", "mobile_number", "bank_card"
KINDS = (IDENTITY_NUMBER, MOBILE_NUMBER, BANK_CARD)

_BETWEEN = r"[ .\t-]{1,3}"
_RUN = re.compile(rf"\+?[0-9]+(?:{_BETWEEN}[0-9]+)*(?:{_BETWEEN})?[Xx]?(?![0-9A-Za-z])|\+?[0-9]+(?:{_BETWEEN}[0-9]+)*")
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212\u00b7\u30fb", "-"))
_SHORTEST, _LONGEST = 11, 19
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_MOBILE_GROUPS = {(11,), (3, 4, 4), (4, 3, 4), (4, 4, 3), (3, 8), (5, 6), (6, 5), (7, 4), (3, 3, 5)}
_COUNTRY = ("86", "0086")
_MOST_GROUPS = 1 + max(map(len, _MOBILE_GROUPS))
_CARDS: tuple[tuple[re.Pattern[str], frozenset[int]], ...] = (
    (re.compile("62"), frozenset(range(16, 20))),  # UnionPay
    (re.compile("4"), frozenset((16, 19))),  # Visa
    (re.compile("5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720"), frozenset((16,))),  # Mastercard
    (re.compile("3[47]"), frozenset((15,))),  # American Express
    (re.compile("35(?:2[89]|[3-8])"), frozenset((16,))),  # JCB
    (re.compile("9558|60"), frozenset((16, 17, 18, 19))),  # domestic cards from before UnionPay's 62
)


class Finding(NamedTuple):
    """A number that names a person: where (a JSON Pointer) and of which kind."""

    pointer: str
    kind: str


class Occurrence(NamedTuple):
    """One of the numbers of a kind in a text: the first, the second ..., so that each can be looked at by itself."""

    place: str
    """A JSON Pointer to the text."""
    kind: str
    nth: int


def find_personal_data(
    content: Any, exempt: Collection[str] = (), known: Collection[str] = (), pointer: str = ""
) -> list[Finding]:
    """Return every finding in the texts of a JSON value, in their order.

    `exempt` names members whose values are not looked at, such as the phones of posts; `known` holds numbers that are the
    record's own.
    """
    passed = _bare_all(known)
    return [
        Finding(place, kind)
        for place, text in _texts(content, frozenset(exempt), pointer)
        for kind in kinds_in(text, passed)
    ]


def find_each(
    content: Any, exempt: Collection[str] = (), known: Collection[str] = (), pointer: str = ""
) -> list[Occurrence]:
    """Return every single number in the texts of a JSON value: who lets them be shown must have looked at each."""
    passed = _bare_all(known)
    found: list[Occurrence] = []
    for place, text in _texts(content, frozenset(exempt), pointer):
        counted = dict.fromkeys(KINDS, 0)
        for kind in _each_in(text, passed):
            counted[kind] += 1
            found.append(Occurrence(place, kind, counted[kind]))
    return found


def kinds_in(text: str, known: Collection[str] = ()) -> list[str]:
    """Return the kinds of numbers that a text holds, each once."""
    found = set(_each_in(text, known))
    return [kind for kind in KINDS if kind in found]


def _each_in(text: str, known: Collection[str]) -> Iterator[str]:
    """Yield the kind of each number in a text, in their order."""
    for groups, numbered in _runs(text):
        for start in range(len(groups)):
            kinds = _kinds_from(groups[start : start + _LONGEST], known)
            yield from (kind for kind in kinds if not (numbered and kind == BANK_CARD))


def _texts(value: Any, exempt: Collection[str], pointer: str) -> Iterator[tuple[str, str]]:
    """Yield every text of a JSON value with its pointer; members of exempt names are passed over."""
    if isinstance(value, str):
        yield pointer, value
    elif isinstance(value, Mapping):
        for name, member in value.items():
            if name not in exempt:
                yield from _texts(member, exempt, f"{pointer}/{name}")
    elif isinstance(value, list | tuple):
        for place, member in enumerate(value):
            yield from _texts(member, exempt, f"{pointer}/{place}")


def _bare_all(known: Collection[str]) -> frozenset[str]:
    return frozenset(filter(None, (_bare(number) for number in known)))


def _bare(number: str) -> str:
    return re.sub("[^0-9X]", "", _plain(number).upper())


def _plain(text: str) -> str:
    """One form of digits and dashes, without what cannot be seen."""
    visible = text if text.isascii() else "".join(c for c in normalize("NFKC", text) if category(c) != "Cf")
    return visible.translate(_DASHES)


def _runs(text: str) -> Iterator[tuple[list[str], bool]]:
    """Yield the groups of digits that stand together, the last with its X if it ends in one, and whether in 第...号."""
    plain = _plain(text)
    for match in _RUN.finditer(plain):
        groups = [group for group in re.split("[ .\t-]", match[0].upper().lstrip("+")) if group]
        if groups[-1] == "X":
            groups[-2:] = [groups[-2] + "X"]
        yield groups, plain.startswith("第", max(0, match.start() - 1)) and plain.startswith("号", match.end())


def _kinds_from(groups: list[str], known: Collection[str]) -> Iterator[str]:
    """Yield the kinds of the numbers that begin with the first group and end with a later one, or with itself."""
    number = ""
    for count, group in enumerate(groups, 1):
        number += group
        if len(number) > _LONGEST:
            return
        if len(number) < _SHORTEST or number in known:
            continue
        if _is_identity_number(number):
            yield IDENTITY_NUMBER
        elif count <= _MOST_GROUPS and _is_mobile_number(groups[:count]):
            yield MOBILE_NUMBER
        elif _is_bank_card(number):
            yield BANK_CARD


def _is_identity_number(number: str) -> bool:
    if len(number) != 18 or number[0] == "0" or not number[:17].isdecimal():
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number, strict=False))
    return _CHECKS[total % 11] == number[17] and _is_birthday(number[6:14])


def _is_birthday(digits: str) -> bool:
    if not "1900" <= digits[:4] < "2100":
        return False
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True


def _is_mobile_number(groups: list[str]) -> bool:
    first = groups[0]
    if first in _COUNTRY:
        groups = groups[1:]
    else:
        prefix = next((code for code in _COUNTRY if first.startswith(code) and len(first) > 5), "")
        groups = [first.removeprefix(prefix), *groups[1:]]
    if tuple(map(len, groups)) not in _MOBILE_GROUPS:
        return False
    number = "".join(groups)
    return number.isdecimal() and number[0] == "1" and number[1] >= "3"


def _is_bank_card(number: str) -> bool:
    if not number.isdecimal() or not any(prefix.match(number) and len(number) in lengths for prefix, lengths in _CARDS):
        return False
    doubled = (2 * int(digit) for digit in number[-2::-2])
    return (sum(map(int, number[-1::-2])) + sum(d - 9 if d > 9 else d for d in doubled)) % 10 == 0
