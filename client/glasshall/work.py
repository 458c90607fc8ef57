"""Proof of work: what a server asks for before it looks at a query code, where many have been tried from one network.

SHA-256 over challenge, case number, code as it is sent, and a nonce, joined by line feeds, must begin with so many zero bits.
"""

from hashlib import sha256
from itertools import count

from glasshall.errors import UnexpectedAnswerError

MOST_BITS = 24
"""About ten seconds on a common machine; a server that asks for more is not one of ours."""


def solve(challenge: str, bits: int, case_no: str, code: str) -> str:
    """Return a nonce that answers a challenge.

    Raises:
        UnexpectedAnswerError: it asks for more work than any deployment of the contract.
    """
    if not 0 <= bits <= MOST_BITS:
        raise UnexpectedAnswerError(f"the server asks for {bits} bits of work")
    known = sha256(f"{challenge}\n{case_no}\n{code}\n".encode())
    for nonce in count():
        tried = known.copy()
        tried.update(b"%d" % nonce)
        if int.from_bytes(tried.digest()) >> (256 - bits) == 0:
            return str(nonce)
    raise AssertionError  # counting has no end
