"""Numbers that name a person: found however they are written, and nothing else taken for one."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

import pytest

from chalicelib.domain.personal_data import (
    BANK_CARD,
    IDENTITY_NUMBER,
    KINDS,
    MOBILE_NUMBER,
    Finding,
    find_personal_data,
    kinds_in,
)

PLANTED = 2_000
"""Numbers of each kind; 0 missed of 6,000 says that at most 0.05 % are, with 95 % confidence."""
FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
AROUND = ("{}", "联系人电话：{}。", "请持{}到三号窗口", "ID {}, thank you", "（{}）", "见2026-11-20 {}")


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


@pytest.mark.parametrize("kind", KINDS)
def test_every_planted_number_is_found_however_it_is_written(kind: str) -> None:
    chance = Random(kind)
    for _ in range(PLANTED):
        text = chance.choice(AROUND).format(written(MAKERS[kind](chance), GROUPS[kind], chance))
        assert kind in kinds_in(text), text


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("+86 138 1234 5678", MOBILE_NUMBER),
        ("0086-13812345678", MOBILE_NUMBER),
        ("8613812345678", MOBILE_NUMBER),
        ("138\u200b1234\u200b5678", MOBILE_NUMBER),
        ("138–1234–5678", MOBILE_NUMBER),
        ("138.1234.5678", MOBILE_NUMBER),
        ("https://example.org/?tel=13812345678", MOBILE_NUMBER),
        ("11010519491231002x", IDENTITY_NUMBER),
        ("110105 19491231 002 X", IDENTITY_NUMBER),
        ("１１０１０５１９４９１２３１００２Ｘ", IDENTITY_NUMBER),
        ("4111-1111-1111-1111", BANK_CARD),
    ],
)
def test_forms_that_people_use_are_found(text: str, kind: str) -> None:
    assert kinds_in(text) == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "1381234567",  # a digit short
        "138123456789",  # a digit too many
        "12812345678",  # no such range
        "0826-2222222",
        "010-62345678",
        "400-610-0000",
        "12345",
        "2026-11-20 10:00:00",
        "20261120100000123",
        "110105194912310021",  # the check digit is X
        "110105194913310029",  # no thirteenth month
        "4111111111111112",  # Luhn fails
        "第4111111111111111号",  # a document's number
        "广安受字〔2026〕18号",
        "91110000100000563H",  # a company's credit code
        "511602-0106-0001",
        "138.123.245.78",
        "人民币13812.34元",
        "cn-4de96da1",
        "",
    ],
)
def test_near_misses_are_no_findings(text: str) -> None:
    assert kinds_in(text) == []


def ordinary_numbers(chance: Random) -> Iterator[str]:
    """Yield numbers as texts of offices hold them."""
    day = date(2020, 1, 1) + timedelta(days=chance.randrange(2500))
    yield f"广安受字〔{day.year}〕{chance.randrange(10**4)}号"
    yield f"0{chance.randrange(10, 999)}-{chance.randrange(10**7, 10**8)}"
    yield f"{day.isoformat()} {chance.randrange(24):02}:{chance.randrange(60):02}"
    yield f"{chance.randrange(10**6)}.{chance.randrange(100):02}元"
    yield f"{day:%Y%m%d}{chance.randrange(10**6):06}"
    yield f"9151160{chance.randrange(10**10):010}{chance.choice('ABCDEFGHJKLMNPQRTUWXY')}"
    yield f"邮编{chance.randrange(10**5, 10**6)}"
    yield f"https://www.example.gov.cn/art/{day:%Y/%m/%d}/art_{chance.randrange(10**4)}_{chance.randrange(10**7)}.html"


def test_ordinary_numbers_of_offices_raise_no_alarm() -> None:
    chance = Random(8)
    alarms = [text for _ in range(2_000) for text in ordinary_numbers(chance) if kinds_in(text)]
    assert alarms == []


def test_what_random_digits_cost_in_false_alarms() -> None:
    chance = Random(18)
    share = dict.fromkeys((11, 16, 18, 19), 0)
    for length in share:
        numbers = (str(chance.randrange(10 ** (length - 1), 10**length)) for _ in range(10_000))
        share[length] = sum(bool(kinds_in(number)) for number in numbers)
    assert share[11] / 10_000 == pytest.approx(7 / 90, abs=0.01), "mobile numbers have no check digit"
    assert share[16] / 10_000 < 0.03
    assert share[18] / 10_000 < 0.01
    assert share[19] / 10_000 < 0.03


def test_a_case_number_of_region_day_and_serial_is_passed_where_it_is_the_records_own() -> None:
    own = identity_number(Random(1))
    assert kinds_in(f"见办件{own}") == [IDENTITY_NUMBER]
    content = {"reason": {"zh": f"见办件{own}"}, "other": {"zh": f"见{identity_number(Random(2))}"}}
    assert find_personal_data(content, known=[f"{own[:6]}-{own[6:]}"]) == [Finding("/other/zh", IDENTITY_NUMBER)]


def test_a_finding_names_its_place_and_kind_and_never_the_number() -> None:
    number, card = mobile_number(Random(3)), bank_card(Random(3))
    content = {"materials": [{"zh": "营业执照"}, {"zh": f"电话{number}", "en": card}], "phone": number}
    found = find_personal_data(content, exempt=["phone"])
    assert found == [Finding("/materials/1/zh", MOBILE_NUMBER), Finding("/materials/1/en", BANK_CARD)]
    assert number not in repr(found)
    assert card not in repr(found)


@pytest.mark.parametrize("text", ["1 " * 20_000, "1" * 200_000, "13812345678x" * 4_000, "1-" * 20_000 + "x"])
def test_a_long_text_of_digits_takes_time_in_proportion_to_its_length(text: str) -> None:
    assert kinds_in(text) in ([], [MOBILE_NUMBER])
