"""Numbers that name nobody, made by arithmetic of the tests' own, and the ways people write them."""

from datetime import date, timedelta
from random import Random

from chalicelib.domain.personal_data import BANK_CARD, IDENTITY_NUMBER, MOBILE_NUMBER

FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


def identity_number(chance: Random) -> str:
    """Return a number that passes the check digit, by arithmetic of its own."""
    born = date(1930, 1, 1) + timedelta(days=chance.randrange(90 * 365))
    head = f"{chance.choice((110101, 511602, 654321))}{born:%Y%m%d}{chance.randrange(1000):03}"
    weighted = sum(int(digit) * 2 ** (17 - place) for place, digit in enumerate(head))
    rest = (12 - weighted % 11) % 11
    return head + ("X" if rest == 10 else str(rest))


def luhn_passes(number: str) -> bool:
    """Say whether a number passes, by the table form of the rule."""
    table = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
    reverse = [int(digit) for digit in reversed(number)]
    return (sum(reverse[::2]) + sum(table[digit] for digit in reverse[1::2])) % 10 == 0


def bank_card(chance: Random) -> str:
    """Return a card number that passes."""
    prefix, length = chance.choice((("622202", 19), ("6217", 19), ("4", 16), ("52", 16), ("37", 15), ("9558", 19)))
    head = prefix + "".join(str(chance.randrange(10)) for _ in range(length - 1 - len(prefix)))
    return next(head + str(last) for last in range(10) if luhn_passes(head + str(last)))


def mobile_number(chance: Random) -> str:
    """Return a mobile number of China's plan."""
    return f"1{chance.randrange(3, 10)}{chance.randrange(10**9):09}"


MAKERS = {IDENTITY_NUMBER: identity_number, MOBILE_NUMBER: mobile_number, BANK_CARD: bank_card}
GROUPS = {IDENTITY_NUMBER: (6, 8, 4), MOBILE_NUMBER: (3, 4, 4), BANK_CARD: (4, 4, 4, 7)}


def written(number: str, groups: tuple[int, ...], chance: Random) -> str:
    """Return a number as people write it."""
    way = chance.randrange(5)
    if way in (1, 2):
        parts, rest = [], number
        for length in groups:
            parts.append(rest[:length])
            rest = rest[length:]
        return (" " if way == 1 else "-").join(filter(None, parts))
    if way == 3:
        return number.translate(FULL_WIDTH)
    return number.lower() if way == 4 else number
