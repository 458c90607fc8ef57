"""Query codes (查询码): ten characters of Crockford's base 32 and a check character, `XXXX-XXXX-XXX`; 50 bits of chance.

The alphabet is Crockford's (no I, L, O, U). The check character is the weighted sum of the ten over GF(32), the field of
32 elements with x^5 + x^2 + 1: position i weighs g^(10-i), g = x. All weights differ and none is 0, so every single wrong
character and every exchange of two different characters, next to each other or not, is found; Crockford's own modulus 37
would need five characters that are no letters. A slip is found before anything is looked up, the same for every case.

Case, spaces, hyphens, full-width forms, O for 0 and I or L for 1 do not matter.
"""

import hmac
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import scrypt

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
DATA_LENGTH = 10
LENGTH = DATA_LENGTH + 1
RANDOM_BYTES = 7
SALT_BYTES = 16
INPUT_LIMIT = 64

# scrypt as OWASP's minimum for one lane scaled to a request: 16 MiB and about 40 ms. The code holds 50 bits of chance and
# the pepper lies outside the table, so this is the third wall, not the first.
SCHEME = "scrypt-14-8-1"
_COST, _BLOCK, _LANES, _HASH_BYTES = 2**14, 8, 1, 32

_VALUES = {character: value for value, character in enumerate(ALPHABET)} | {"O": 0, "I": 1, "L": 1}
_SEPARATORS = re.compile(r"[\s\-\u00ad\u058a\u2010-\u2015\u2212\u30fc\u3030\ufe58\ufe63]+")
_POLYNOMIAL = 0b100101


@dataclass(frozen=True, slots=True)
class NewCode:
    """A query code about to be stored: its slow hash and salt, never the code."""

    number: int
    """0 is the registration's own."""
    salt: bytes
    hash: bytes
    pepper_id: str
    """Which key of the ring the hash was made under."""
    scheme: str = SCHEME


@dataclass(frozen=True, slots=True)
class HeldCode:
    """What is kept of a query code."""

    number: int
    salt: bytes
    hash: bytes
    pepper_id: str
    scheme: str
    exchanged: bool
    """Whether it was ever exchanged for a token."""


def _doubled(value: int) -> int:
    """Multiply by x in GF(32)."""
    value <<= 1
    return value ^ _POLYNOMIAL if value & 0b100000 else value


def _check_value(values: list[int]) -> int:
    """Sum the weighted values by Horner's rule: the last of them weighs g."""
    total = 0
    for value in values:
        total = _doubled(total ^ value)
    return total


def make_code(random_bytes: Callable[[int], bytes]) -> str:
    """Return a new code as it is printed, from 50 of the random bits."""
    number = int.from_bytes(random_bytes(RANDOM_BYTES), "big")
    values = [(number >> (5 * place)) & 31 for place in range(DATA_LENGTH)]
    return written([*values, _check_value(values)])


def written(values: list[int]) -> str:
    """Return the printed form of eleven values."""
    text = "".join(ALPHABET[value] for value in values)
    return f"{text[:4]}-{text[4:8]}-{text[8:]}"


def normalise(text: str) -> str | None:
    """Return a code as it is printed from what a person typed, or None if it is no code: a slip, or something else."""
    if len(text) > INPUT_LIMIT:
        return None
    plain = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper()
    values = [_VALUES[character] for character in plain if character in _VALUES]
    if len(plain) != LENGTH or len(values) != LENGTH or _check_value(values[:-1]) != values[-1]:
        return None
    return written(values)


def slow_hash(code: str, case_no: str, pepper: bytes, salt: bytes) -> bytes:
    """Return what is kept of a code: scrypt over the code bound to its case by a key that the table does not hold."""
    bound = hmac.digest(pepper, f"{case_no}\n{code}".encode(), "sha256")
    return scrypt(bound, salt=salt, n=_COST, r=_BLOCK, p=_LANES, dklen=_HASH_BYTES)
