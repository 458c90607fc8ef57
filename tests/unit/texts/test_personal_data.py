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
    Occurrence,
    find_each,
    find_personal_data,
    kinds_in,
)
from tests.personal_numbers import GROUPS, MAKERS, bank_card, identity_number, mobile_number, written

PLANTED = 2_000
"""Numbers of each kind; 0 missed of 6,000 says that at most 0.05 % are, with 95 % confidence."""
AROUND = ("{}", "联系人电话：{}。", "请持{}到三号窗口", "ID {}, thank you", "（{}）", "见2026-11-20 {}")


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


def test_each_number_of_a_text_is_counted_by_itself() -> None:
    text = {"zh": "甲 13912345678，乙 13812345678，证 11010519491231002X"}
    assert find_each({"body": text}, pointer="/content") == [
        Occurrence("/content/body/zh", MOBILE_NUMBER, 1),
        Occurrence("/content/body/zh", MOBILE_NUMBER, 2),
        Occurrence("/content/body/zh", IDENTITY_NUMBER, 1),
    ]
