"""Tokens of a case: bound to case, expiry and epoch; ended by time, by revocation and by the end of the case."""

from datetime import UTC, datetime, timedelta
from random import Random

from chalicelib.domain.case_tokens import AFTER_END, LIFE, Claim, holds, issue, read

KEY = b"k" * 32
NOW = datetime(2026, 11, 23, 2, 0, 0, 250_000, tzinfo=UTC)
ONE_SECOND = timedelta(seconds=1)


def token(case_no: str = "c1", epoch: int = 3, ended_at: datetime | None = None) -> str:
    """Return a token's text."""
    made = issue(KEY, case_no, epoch, NOW, ended_at)
    assert made is not None
    return made.text


def test_a_token_says_its_expiry_and_epoch_and_lives_180_days() -> None:
    expiry = int((NOW + LIFE).timestamp())
    assert token().startswith(f"v1.{expiry}.3.")
    assert read([KEY], "c1", token(), NOW) == Claim(expiry, 3)
    ends = datetime.fromtimestamp(expiry, UTC)
    assert read([KEY], "c1", token(), ends - ONE_SECOND) is not None
    assert read([KEY], "c1", token(), ends) is None


def test_a_token_of_another_case_key_expiry_or_epoch_is_none() -> None:
    version, expiry, epoch, mac = token().split(".")
    assert read([KEY], "c2", token(), NOW) is None
    assert read([b"x" * 32], "c1", token(), NOW) is None
    assert read([KEY], "c1", f"{version}.{int(expiry) + 1}.{epoch}.{mac}", NOW) is None
    assert read([KEY], "c1", f"{version}.{expiry}.4.{mac}", NOW) is None


def test_case_numbers_cannot_flow_into_the_expiry() -> None:
    expiry = int((NOW + LIFE).timestamp())
    mac = token("c1").rsplit(".", 1)[1]
    assert read([KEY], "c", f"v1.1{expiry}.3.{mac}", NOW) is None
    assert read([KEY], f"c1{expiry}", f"v1.{expiry}.3.{mac}", NOW) is None


def test_every_changed_bit_of_a_token_is_refused() -> None:
    text = token()
    for place in range(len(text)):
        for bit in range(7):
            changed = text[:place] + chr(ord(text[place]) ^ (1 << bit)) + text[place + 1 :]
            claim = read([KEY], "c1", changed, NOW)
            # The last character of the MAC holds four bits: its other two must be as they are written.
            assert claim is None, changed


def test_other_spellings_of_a_token_are_refused() -> None:
    text = token()
    version, expiry, epoch, mac = text.split(".")
    for other in (
        "",
        "v1",
        f" {text}",
        f"{text}\n",
        f"{text}=",
        text.upper(),
        f"{version}.0{expiry}.{epoch}.{mac}",
        f"{version}.{expiry}.0{epoch}.{mac}",
        f"{version}.+{expiry}.{epoch}.{mac}",
        f"v2.{expiry}.{epoch}.{mac}",
    ):
        assert read([KEY], "c1", other, NOW) is None, other


def test_random_texts_are_no_tokens() -> None:
    chance = Random("tokens")
    for _ in range(5_000):
        text = "".join(chance.choice("v1.0234567890abcXYZ-_") for _ in range(chance.randrange(80)))
        assert read([KEY], "c1", text, NOW) is None


def test_a_closed_case_ends_its_tokens_ninety_days_later() -> None:
    ended = NOW - timedelta(days=80)
    made = issue(KEY, "c1", 0, NOW, ended)
    assert made is not None
    assert made.expires_at_epoch == int((ended + AFTER_END).timestamp())
    assert issue(KEY, "c1", 0, NOW, NOW - AFTER_END) is None
    claim = Claim(int((NOW + LIFE).timestamp()), 0)
    assert holds(claim, 0, NOW - AFTER_END + ONE_SECOND, NOW)
    assert not holds(claim, 0, NOW - AFTER_END, NOW)
    assert not holds(claim, 1, None, NOW)
