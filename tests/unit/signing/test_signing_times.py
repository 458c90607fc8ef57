"""S7: the window on `created` and the end of `expires`, exact to the second, and integers that are not integers."""

import datetime

import pytest

from chalicelib.signing.errors import SignatureError
from chalicelib.signing.messages import INTAKE, Claim
from chalicelib.signing.profile import check_times, read_claim, sign, verify
from tests.unit.signing.samples import (
    AUTHORITY,
    CLERK,
    JSON,
    NOW,
    NOW_SECONDS,
    PATH,
    at,
    parameters,
    refusal,
    serialise,
    signed,
)

CREATED = NOW_SECONDS
MICROSECOND = 0.000001

# now relative to `created`, `expires` relative to `created`, verdict
BOUNDARIES: list[tuple[str, float, int | None, str]] = [
    ("signed this second", 0, None, "accepted"),
    ("one second old", 1, None, "accepted"),
    ("one second in the future", -1, None, "accepted"),
    ("299 seconds old", 299, None, "accepted"),
    ("300 seconds old", 300, None, "accepted"),
    ("300 seconds and a microsecond old", 300 + MICROSECOND, None, "created"),
    ("300.5 seconds old", 300.5, None, "created"),
    ("301 seconds old", 301, None, "created"),
    ("299 seconds in the future", -299, None, "accepted"),
    ("299.999999 seconds in the future", -300 + MICROSECOND, None, "accepted"),
    ("300 seconds in the future", -300, None, "accepted"),
    ("300 seconds and a microsecond in the future", -300 - MICROSECOND, None, "created"),
    ("301 seconds in the future", -301, None, "created"),
    ("an hour old, as under a clock without summer time", 3600, None, "created"),
    ("an hour in the future", -3600, None, "created"),
    ("eight hours old, as when local time is sent for UTC", 8 * 3600, None, "created"),
    ("eight hours in the future", -8 * 3600, None, "created"),
    ("a day old", 86_400, None, "created"),
    ("a year in the future", -31_536_000, None, "created"),
    ("expires with created", 0, 0, "expires"),
    ("expires a second before created", 0, -1, "expires"),
    ("expires long before created", 0, -86_400, "expires"),
    ("expires a second after created, used at once", 0, 1, "accepted"),
    ("expires a second after created, used then", 1, 1, "accepted"),
    ("expires a second after created, used a microsecond late", 1 + MICROSECOND, 1, "expires"),
    ("expires a second after created, used a second late", 2, 1, "expires"),
    ("expires in 60, used at 59", 59, 60, "accepted"),
    ("expires in 60, used at 60", 60, 60, "accepted"),
    ("expires in 60, used at 61", 61, 60, "expires"),
    ("expires in 60, used 60 early", -60, 60, "accepted"),
    ("expires in 300, used at 300", 300, 300, "accepted"),
    ("expires in 300, used at 301", 301, 300, "created"),
    ("expires in 299, used at 300", 300, 299, "expires"),
    ("expires in an hour, used at 300", 300, 3600, "accepted"),
    ("expires in an hour, used at 301", 301, 3600, "created"),
    ("expires in an hour, used 301 early", -301, 3600, "created"),
    ("expires beyond the last datetime", 0, 10**15 - 1 - CREATED, "accepted"),
    ("expires beyond the last datetime, used late", 301, 10**15 - 1 - CREATED, "created"),
    ("expires in ten years", 0, 315_360_000, "accepted"),
    ("an old clock and expired", 301, 60, "created"),
]


@pytest.mark.parametrize(
    ("delay", "lifetime", "verdict"), [row[1:] for row in BOUNDARIES], ids=[r[0] for r in BOUNDARIES]
)
def test_a_boundary_is_exact(delay: float, lifetime: int | None, verdict: str) -> None:
    expires = None if lifetime is None else CREATED + lifetime
    request = signed(params=serialise(parameters(created=CREATED, expires=expires)))
    assert refusal(request, at(CREATED) + datetime.timedelta(seconds=delay)) == verdict


def test_the_table_holds_at_least_forty_boundaries() -> None:
    assert len(BOUNDARIES) >= 40


def test_every_second_round_the_window_is_decided_alike() -> None:
    for delay in range(-620, 621):
        claim = Claim("clerk-1", INTAKE, CREATED)
        if abs(delay) <= 300:
            check_times(claim, at(CREATED + delay))
        else:
            with pytest.raises(SignatureError):
                check_times(claim, at(CREATED + delay))


def test_the_zone_of_now_does_not_matter_only_the_instant() -> None:
    request = signed()
    for hours in (-12, -5, 0, 8, 14):
        zone = datetime.timezone(datetime.timedelta(hours=hours))
        assert refusal(request, NOW.astimezone(zone)) == "accepted"


def test_a_now_without_an_offset_is_a_mistake_of_the_caller_and_no_verdict() -> None:
    request = signed()
    naive = NOW.replace(tzinfo=None)
    with pytest.raises(TypeError):
        verify(request, read_claim(request), CLERK.public(), naive)
    with pytest.raises(TypeError):
        sign("PUT", AUTHORITY, PATH, b"", JSON, CLERK, naive)


@pytest.mark.parametrize("created", [0, 1, 2**31 - 1, 2**31, 2**32, 253_402_300_800, 10**15 - 1])
def test_any_integer_of_the_format_is_compared_without_overflow(created: int) -> None:
    assert refusal(signed(params=serialise(parameters(created=created)))) == "created"


# 16 digits and more are no structured-field integers; 2**53 has 16.
NOT_WHOLE_SECONDS = [
    "-1", "-0", "1.0", f"{CREATED}.0", f"{CREATED}.5", f"0{CREATED}", f"+{CREATED}", f"{CREATED}e0", "1e10", "0x10",
    str(2**53), str(2**53 + 1), str(2**63), str(2**64 + CREATED), "9" * 400, "", "?1", "?0", "now", f'"{CREATED}"',
    f"@{CREATED}", ":AAAA:", f"({CREATED})", "١٧٩٥٣٩٥٦٠٠", "NaN", "Infinity", f"{CREATED} ", f" {CREATED}", f"{CREATED},",
]  # fmt: skip


@pytest.mark.parametrize("written", NOT_WHOLE_SECONDS)
@pytest.mark.parametrize("name", ["created", "expires"])
def test_what_is_not_a_whole_number_of_seconds_is_refused(name: str, written: str) -> None:
    others = parameters() if name == "expires" else parameters(created=None)
    request = signed(params=f";{name}={written}{serialise(others)}")
    assert refusal(request) in {"parameters", "signature_input", "headers"}


def test_created_without_a_value_is_the_boolean_true_and_refused() -> None:
    assert refusal(signed(params=f";created{serialise(parameters(created=None))}")) == "parameters"
