"""Access to cases: guesses; for a day under attack see test_case_siege.py, for wrong pairs http/test_access_proofs.py."""

from random import Random

import pytest

from chalicelib.domain.cases.intake import registration_line
from chalicelib.domain.query_codes import make_code
from chalicelib.errors import TooManyTriesError
from tests.unit.cases.door import Door


def test_three_thousand_guesses_open_nothing() -> None:
    door, chance = Door(20), Random("guesses")
    for _ in range(3_000):
        assert not door.opens(f"c{chance.randrange(25)}", make_code(chance.randbytes))


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
