"""Signature-Input (RFC 9421 section 4.1) read strictly, with http_sf as the structured-field parser.

The parser follows RFC 9651 and so forgives: blanks, a parameter given twice (the last wins), leading zeros. Hence the
rule here: the parsed value, serialised again, must be the very text received. What is left has one spelling only.
"""

import re

import http_sf

from .errors import Check, SignatureError
from .messages import LABEL, SIGNATURE_INPUT, Claim, SignedRequest, TagRule, rule_for
from .fields import single_header

_REQUIRED = frozenset({"created", "keyid", "tag"})
_ALLOWED = _REQUIRED | {"expires", "nonce"}
_INTEGERS = frozenset({"created", "expires"})
_KEY_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_NONCE = re.compile(r"[ -~]{1,128}")


def parse_signature_input(request: SignedRequest) -> Claim:
    """Return the claim of the one signature in Signature-Input.

    Raises:
        SignatureError: `headers`, `signature_input`, `algorithm`, `parameters`, `tag` or `components`.
    """
    components, parameters = _single_member(single_header(request, SIGNATURE_INPUT))
    claim = _claim(parameters)
    _check_components(components, rule_for(claim.tag, request.method))
    return claim


def check_key_id(key_id: object) -> str:
    """Return a key id that is an id of this interface; it can name no path and no other table's key.

    Raises:
        SignatureError: `parameters`.
    """
    if type(key_id) is not str or not _KEY_ID.fullmatch(key_id):
        raise _bad_parameters()
    return key_id


def check_nonce(nonce: object) -> str:
    """Return a nonce of 1 to 128 printable ASCII characters.

    Raises:
        SignatureError: `parameters`.
    """
    if type(nonce) is not str or not _NONCE.fullmatch(nonce):
        raise _bad_parameters()
    return nonce
