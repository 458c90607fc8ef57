"""The one door to what client and server share: signatures, of requests and of receipts, the log, and the deadline clock.

An installed client carries them inside itself (`_signing`, `_tlog`, `_clock`, mapped in by pyproject.toml); in the checkout they
are the server's own packages. Either way it is one implementation, and nothing else in the client knows which.
"""

from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING or find_spec("glasshall._signing") is None:
    from chalicelib.domain.clock import ClockError, load_calendar
    from chalicelib.domain.clock.vectors import check as check_vectors
    from chalicelib.signing import plain_json
    from chalicelib.signing.algorithms import ED25519, HMAC_SHA256, check_public_key
    from chalicelib.signing.errors import SignatureError
    from chalicelib.signing.jwk import read_key_set
    from chalicelib.signing.jws import RECEIPT, Statement, read_statement, verify_statement
    from chalicelib.signing.keys import PrivateKey, generate_ed25519, load_pem, save_pem
    from chalicelib.signing.messages import DRY_RUN, INTAKE
    from chalicelib.signing.profile import sign, sign_read
    from chalicelib.tlog import checkpoints, growing, merkle, notes, tiles, witnessing
    from chalicelib.tlog.errors import ProofError, TlogError
else:
    from glasshall._clock import ClockError, load_calendar
    from glasshall._clock.vectors import check as check_vectors
    from glasshall._signing import plain_json
    from glasshall._signing.algorithms import ED25519, HMAC_SHA256, check_public_key
    from glasshall._signing.errors import SignatureError
    from glasshall._signing.jwk import read_key_set
    from glasshall._signing.jws import RECEIPT, Statement, read_statement, verify_statement
    from glasshall._signing.keys import PrivateKey, generate_ed25519, load_pem, save_pem
    from glasshall._signing.messages import DRY_RUN, INTAKE
    from glasshall._signing.profile import sign, sign_read
    from glasshall._tlog import checkpoints, growing, merkle, notes, tiles, witnessing
    from glasshall._tlog.errors import ProofError, TlogError

__all__ = [
    "DRY_RUN",
    "ED25519",
    "HMAC_SHA256",
    "INTAKE",
    "RECEIPT",
    "ClockError",
    "PrivateKey",
    "ProofError",
    "SignatureError",
    "Statement",
    "TlogError",
    "check_public_key",
    "check_vectors",
    "checkpoints",
    "generate_ed25519",
    "growing",
    "load_calendar",
    "load_pem",
    "merkle",
    "notes",
    "plain_json",
    "read_key_set",
    "read_statement",
    "save_pem",
    "sign",
    "sign_read",
    "tiles",
    "verify_statement",
    "witnessing",
]
