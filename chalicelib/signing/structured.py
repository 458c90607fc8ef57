"""Signature-Input (RFC 9421 section 4.1) read strictly, with http_sf as the structured-field parser.

The parser follows RFC 9651 and so forgives: blanks, a parameter given twice (the last wins), leading zeros. Hence the
rule here: the parsed value, serialised again, must be the very text received. What is left has one spelling only.
"""

from typing import Any

import http_sf

from .errors import Check, SignatureError
from .fields import check_identifiers, single_header
from .messages import LABEL, SIGNATURE_INPUT, Claim, SignedRequest, TagRule, rule_for

_REQUIRED = frozenset({"created", "keyid", "tag"})
_ALLOWED = _REQUIRED | {"expires", "nonce"}


def parse_signature_input(request: SignedRequest) -> Claim:
    """Return the claim of the one signature in Signature-Input.

    Raises:
        SignatureError: `headers`, `signature_input`, `algorithm`, `parameters`, `tag` or `components`.
    """
    value = single_header(request, SIGNATURE_INPUT)
    claim = _claim(_parameters(value))
    _check_components(value, rule_for(claim.tag, request.method))
    return claim


def _parameters(value: str) -> dict[str, Any]:
    parsed = _parse_canonical(value)
    member = parsed.get(LABEL)
    if len(parsed) != 1 or not isinstance(member, tuple) or not isinstance(member[0], list):
        raise SignatureError(
            Check.SIGNATURE_INPUT, "Signature-Input must hold exactly one signature, labelled glasshall."
        )
    return dict(member[1])


def _parse_canonical(value: str) -> dict[str, Any]:
    refusal = "Signature-Input is not a structured-field dictionary in canonical form (RFC 9651 section 4.1)."
    try:
        parsed = http_sf.parse(value.encode("ascii"), tltype="dictionary")
        canonical = http_sf.ser(parsed)
    except Exception as exc:
        raise SignatureError(Check.SIGNATURE_INPUT, refusal) from exc
    if not isinstance(parsed, dict) or canonical != value:
        raise SignatureError(Check.SIGNATURE_INPUT, refusal)
    return parsed


def _claim(parameters: dict[str, Any]) -> Claim:
    if "alg" in parameters:
        raise SignatureError(Check.ALGORITHM, "The alg parameter is refused: the algorithm comes from the key record.")
    if not _REQUIRED <= parameters.keys() <= _ALLOWED:
        raise SignatureError(
            Check.PARAMETERS, "created, keyid and tag are required, expires and nonce allowed, and nothing else."
        )
    check_identifiers(parameters["keyid"], parameters.get("nonce"))
    if not isinstance(parameters["tag"], str):
        raise SignatureError(Check.PARAMETERS, "tag must be a string.")
    return Claim(
        key_id=parameters["keyid"],
        tag=parameters["tag"],
        created=_seconds(parameters["created"]),
        expires=_seconds(parameters["expires"]) if "expires" in parameters else None,
        nonce=parameters.get("nonce"),
    )


def _seconds(value: object) -> int:
    # `type(...) is int`: a Boolean is an int to isinstance. The upper end is RFC 9651's own: 15 digits.
    if type(value) is not int or value < 0:
        raise SignatureError(Check.PARAMETERS, "created and expires must be whole seconds, not negative.")
    return value


def _check_components(value: str, rule: TagRule) -> None:
    # As text, which has one spelling by now: a token equals a string to the parser, and ;bs ;sf ;key ;req ;tr would
    # each change the meaning of a name.
    names = " ".join(f'"{name}"' for name in rule.components)
    if not value.startswith(f"{LABEL}=({names});"):
        raise SignatureError(
            Check.COMPONENTS,
            "The covered components must be exactly those of the tag, in its order and without parameters.",
        )
