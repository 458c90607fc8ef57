"""Which 32 bytes are an Ed25519 public key worth trusting (RFC 8032 section 5.1).

The cryptography library takes any 32 bytes for a public key and verifies with points of small order, for which anyone
can make a signature that fits many messages. A key is therefore looked at once, when it is registered: canonical
encoding, on the curve, not the neutral point, and in the subgroup of prime order. All values here are public.
"""

from typing import Final, NamedTuple

_P: Final = 2**255 - 19
_L: Final = 2**252 + 27742317777372353535851937790883648493
_D: Final = -121665 * pow(121666, -1, _P) % _P
_SQRT_MINUS_1: Final = pow(2, (_P - 1) // 4, _P)


class _Point(NamedTuple):
    """Extended homogeneous coordinates: x = X/Z, y = Y/Z, xy = T/Z."""

    x: int
    y: int
    z: int
    t: int


_NEUTRAL: Final = _Point(0, 1, 1, 0)


def is_prime_order_point(encoded: bytes) -> bool:
    """Say whether these bytes are the canonical encoding of a point that generates the prime-order subgroup."""
    point = _decode(encoded)
    return point is not None and not _is_neutral(point) and _is_neutral(_multiply(_L, point))


def _decode(encoded: bytes) -> _Point | None:
    """RFC 8032 section 5.1.3; None for what is not a canonical encoding of a point."""
    if len(encoded) != 32:
        return None
    number = int.from_bytes(encoded, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    if y >= _P:
        return None
    x = _root((y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P)
    if x is None or (x == 0 and sign == 1):
        return None
    x = x if x & 1 == sign else _P - x
    return _Point(x, y, 1, x * y % _P)


def _root(square: int) -> int | None:
    candidate = pow(square, (_P + 3) // 8, _P)
    for root in (candidate, candidate * _SQRT_MINUS_1 % _P):
        if root * root % _P == square:
            return root
    return None


def _add(left: _Point, right: _Point) -> _Point:
    """RFC 8032 section 5.1.4; complete, so it also doubles."""
    a = (left.y - left.x) * (right.y - right.x) % _P
    b = (left.y + left.x) * (right.y + right.x) % _P
    c = 2 * _D * left.t * right.t % _P
    d = 2 * left.z * right.z % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return _Point(e * f % _P, g * h % _P, f * g % _P, e * h % _P)


def _multiply(scalar: int, point: _Point) -> _Point:
    total = _NEUTRAL
    while scalar:
        if scalar & 1:
            total = _add(total, point)
        point = _add(point, point)
        scalar >>= 1
    return total


def _is_neutral(point: _Point) -> bool:
    return point.x % _P == 0 and (point.y - point.z) % _P == 0
