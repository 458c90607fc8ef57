"""Access to cases in numbers: wrong pairs, guessing, and a holder who gets in while somebody else tries everything."""

from datetime import timedelta
from random import Random

import pytest

from chalicelib.domain.case_tokens import Token
from chalicelib.domain.cases.intake import registration_line
from chalicelib.domain.keyring import PurposeKeys
from chalicelib.domain.query_codes import NewCode, make_code
from chalicelib.errors import MalformedError, NotFoundError, TooManyTriesError
from chalicelib.store import keys
from chalicelib.store.case_codes import CaseCodes, code_item
from chalicelib.store.case_statuses import CaseStatuses
from chalicelib.store.table import Item, Put
from chalicelib.usecases.case_access import Access, Exchange, exchange_code
from tests.case_world import fast_hash
from tests.fakes.memory_table import MemoryTable
from tests.unit.cases.builders import NOW

PEPPERS, TOKEN_KEYS = PurposeKeys("1", {"1": b"pepper"}), PurposeKeys("1", {"1": b"key"})


class Door:
    """Cases with codes, and the exchange in front of them."""

    def __init__(self, cases: int, per_minute: int = 10**9, per_hour: int = 10**9) -> None:
        self.table = MemoryTable(keys.INDEXES)
        self.limits = per_minute, per_hour
        self.now = NOW
        chance = Random("door")
        self.codes = {f"c{number}": make_code(chance.randbytes) for number in range(cases)}
        for case_no, code in self.codes.items():
            salt = chance.randbytes(16)
            kept = NewCode(0, salt, fast_hash(code, case_no, b"pepper", salt), "1")
            place = keys.case(case_no)
            case: Item = {
                "pk": place.pk,
                "sk": place.sk,
                "service": "s1",
                "body": b"{}",
                "updated_at": "",
                "token_epoch": 0,
            }
            self.table.commit(Put(code_item(case_no, kept)), Put(case))

    def knock(self, case_no: str, code: str, source_ip: str = "203.0.113.9") -> Token:
        """Try a code."""
        access = Access(CaseStatuses(self.table), TOKEN_KEYS, self.now)
        return exchange_code(
            case_no, code, access, Exchange(CaseCodes(self.table), PEPPERS, source_ip, *self.limits, fast_hash)
        )

    def opens(self, case_no: str, code: str, source_ip: str = "203.0.113.9") -> bool:
        """Say whether a code opens a case."""
        try:
            self.knock(case_no, code, source_ip)
        except (NotFoundError, MalformedError):
            return False
        return True


def test_a_hundred_codes_open_a_hundred_cases_and_none_of_9900_wrong_pairs() -> None:
    door = Door(100)  # with 300 it takes eight seconds, and opens none of 89,700
    for case_no in door.codes:
        for other, code in door.codes.items():
            assert door.opens(case_no, code) == (case_no == other)


def test_ten_thousand_guesses_open_nothing() -> None:
    door, chance = Door(20), Random("guesses")
    for _ in range(10_000):
        assert not door.opens(f"c{chance.randrange(25)}", make_code(chance.randbytes))


def test_a_holder_gets_in_at_the_first_try_while_a_thousand_networks_use_up_theirs() -> None:
    door, chance = Door(3, per_minute=60, per_hour=10), Random("attack")
    turned_away = 0
    for second in range(0, 6 * 3_600, 60):
        door.now = NOW + timedelta(seconds=second)
        for _ in range(20):
            attacker = f"198.51.{chance.randrange(4)}.{chance.randrange(256)}"
            try:
                assert not door.opens("c1", make_code(chance.randbytes), attacker)
            except TooManyTriesError:
                turned_away += 1
        if second % 3_600 == 0:
            assert door.opens("c1", door.codes["c1"])
    assert turned_away > 6_000


def test_what_is_guessed_at_most_in_a_year_stays_far_below_the_space_of_codes() -> None:
    # threats.md Q4: ten tries an hour for each case from one network, a million cases, a whole year.
    tries = 10 * 24 * 365 * 1_000_000
    assert tries / 2**50 < 1e-4


def test_over_the_limit_not_even_the_right_code_is_compared() -> None:
    door = Door(1, per_hour=1)
    door.knock("c0", door.codes["c0"])
    door.table.calls.clear()
    with pytest.raises(TooManyTriesError):
        door.knock("c0", door.codes["c0"])
    assert [call for call, _ in door.table.calls] == ["increment", "increment"]


def test_a_registration_that_cannot_be_read_says_nothing_of_what_was_sent() -> None:
    line = registration_line("c1", b'{"service":"s1","access":"code","holders":[7]}')
    assert all("7" not in problem.message for problem in line.problems)
