"""S1, S3: what stands in the header lines: one of each, one spelling, known parameters; and only SignatureError comes out."""

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.signing.errors import Check, SignatureError, unknown_key
from chalicelib.signing.messages import TAG_RULES, Claim, SignedRequest
from chalicelib.signing.profile import read_claim, sign, sign_read, verify
from tests.unit.signing.samples import (
    AUTHORITY,
    BODY,
    CLERK,
    JSON,
    KEYRING,
    MACHINE,
    NOW,
    NOW_SECONDS,
    PATH,
    accept,
    parameters,
    refusal,
    replace_header,
    serialise,
    signed,
    signed_dry_run,
    signed_read,
    with_headers,
)

NAMES = ("Signature-Input", "Signature", "Content-Digest", "Content-Type")
INPUT = dict(signed().headers)["Signature-Input"]
SIGNATURE = dict(signed().headers)["Signature"]


def test_a_claim_says_what_the_parameters_say() -> None:
    params = serialise(parameters(expires=NOW_SECONDS + 9, nonce="n-1"))
    assert read_claim(signed(params=params)) == Claim(
        "clerk-1", "glasshall-intake", NOW_SECONDS, NOW_SECONDS + 9, "n-1"
    )
    assert read_claim(signed_read(MACHINE)) == Claim("machine-1", "glasshall-read", NOW_SECONDS)
    assert read_claim(signed_dry_run()).tag == "glasshall-dry-run"


def test_a_claim_may_write_its_parameters_in_any_order() -> None:
    turned = dict(reversed(parameters(nonce="n").items()))
    assert refusal(signed(params=serialise(turned))) == "accepted"


@pytest.mark.parametrize("key", [CLERK, MACHINE], ids=["ed25519", "hmac"])
@pytest.mark.parametrize("tag", ["glasshall-intake", "glasshall-dry-run"])
def test_what_sign_makes_is_accepted(key: object, tag: str) -> None:
    signer = CLERK if key is CLERK else MACHINE
    headers = sign("PUT", AUTHORITY, PATH, BODY, JSON, signer, NOW, tag, nonce="n-1")
    assert set(headers) == set(NAMES)
    accept(SignedRequest("PUT", AUTHORITY, PATH, tuple(headers.items()), BODY))


def test_what_sign_read_makes_is_accepted() -> None:
    for method in ("GET", "HEAD"):
        headers = sign_read(method, AUTHORITY, PATH, CLERK, NOW)
        assert set(headers) == {"Signature-Input", "Signature"}
        accept(SignedRequest(method, AUTHORITY, PATH, tuple(headers.items()), b""))


def test_sign_and_the_reference_signer_write_the_same_bytes() -> None:
    assert dict(signed().headers) == sign("PUT", AUTHORITY, PATH, BODY, JSON, CLERK, NOW)
    assert dict(signed_read(MACHINE).headers) == sign_read("GET", AUTHORITY, PATH, MACHINE, NOW)


@pytest.mark.parametrize(
    ("changes", "check"),
    [
        ({"method": "put"}, "request"),
        ({"authority": "API.example.gov.cn"}, "request"),
        ({"authority": "[1:2]"}, "request"),
        ({"path": f"{PATH}?a=b"}, "request"),
        ({"content_type": " text/plain"}, "headers"),
        ({"content_type": "text/plain\r\nX: y"}, "headers"),
        ({"content_type": ""}, "headers"),
        ({"nonce": ""}, "parameters"),
        ({"nonce": "é"}, "parameters"),
        ({"nonce": "n" * 129}, "parameters"),
        ({"tag": "glasshall"}, "tag"),
        ({"tag": "glasshall-read"}, "tag"),
        ({"tag": "glasshall-read", "method": "GET"}, "tag"),
        ({"method": "GET"}, "tag"),
    ],
)
def test_sign_refuses_what_the_verifier_would_refuse(changes: dict[str, str], check: str) -> None:
    line = {"method": "PUT", "authority": AUTHORITY, "path": PATH, "content_type": JSON, "tag": "glasshall-intake"}
    nonce = changes.get("nonce")
    line |= changes
    with pytest.raises(SignatureError) as refused:
        sign(
            line["method"], line["authority"], line["path"], BODY, line["content_type"], CLERK, NOW, line["tag"], nonce
        )
    assert refused.value.check == check


@pytest.mark.parametrize("name", NAMES)
def test_each_header_stands_there_exactly_once(name: str) -> None:
    request = signed()
    value = dict(request.headers)[name]
    assert refusal(replace_header(request, name, None)) == "headers"
    for again in (name, name.lower(), name.upper()):
        for twice in (value, "", "x"):
            assert refusal(with_headers(request, *request.headers, (again, twice))) == "headers"
            assert refusal(with_headers(request, (again, twice), *request.headers)) == "headers"
    cut = len(value) // 2
    split = [(n, v) for n, v in request.headers if n != name] + [(name, value[:cut]), (name, value[cut:])]
    assert refusal(with_headers(request, *split)) == "headers"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "form", [" {}", "{} ", "\t{}", "{}\t", "{}\r\n", "\r\n {}", "{}\x00", "{}\x7f", "{}é", "\ufeff{}", "{}\ud800", ""]
)
def test_a_header_value_with_blanks_controls_or_beyond_ascii_is_refused(name: str, form: str) -> None:
    request = signed()
    assert refusal(replace_header(request, name, form.format(dict(request.headers)[name]))) == "headers"


def test_a_header_value_of_2048_characters_is_read_and_one_more_is_not() -> None:
    assert refusal(signed(content_type="a" * 2048)) == "accepted"
    assert refusal(signed(content_type="a" * 2049)) == "headers"


def test_header_names_have_no_case_and_header_lines_no_order() -> None:
    request = signed()
    for spelled in (str.lower, str.upper, str.swapcase):
        assert refusal(with_headers(request, *((spelled(n), v) for n, v in reversed(request.headers)))) == "accepted"


def test_headers_outside_the_profile_are_not_looked_at() -> None:
    request = signed()
    strange = (("Host", "evil.example"), ("X-Forwarded-Host", "é\r\n"), ("Date", "never"), ("Host", "twice"), ("", ""))
    assert refusal(with_headers(request, *strange, *request.headers, *strange)) == "accepted"


@pytest.mark.parametrize(
    "value",
    [
        INPUT.replace("glasshall=", "sig1="),
        INPUT.replace("glasshall=", "Glasshall="),
        f"{INPUT}, sig1=()",
        f"sig1=(), {INPUT}",
        f"{INPUT}, {INPUT}",
        f"{INPUT},",
        f"{INPUT} ,",
        INPUT.replace("glasshall=", "glasshall= "),
        INPUT.replace(" ", "  ", 1),
        INPUT.replace("(", "( ", 1),
        INPUT.replace(")", " )", 1),
        INPUT.replace(";", "; ", 1),
        INPUT.replace(";", " ;", 1),
        INPUT.replace(";keyid", ";created=1;keyid"),
        f'{INPUT};keyid="clerk-1"',
        INPUT.replace("(", "((", 1),
        INPUT.partition(")")[0],
        "glasshall",
        "glasshall=1",
        "glasshall=:AAAA:",
        'glasshall="x"',
        "glasshall=()",
        "()",
        "=",
        ",",
        '"',
        "glasshall=" + "(" * 2000,
    ],
)
def test_signature_input_is_one_member_in_its_one_spelling(value: str) -> None:
    assert refusal(replace_header(signed(), "Signature-Input", value)) in {"signature_input", "parameters"}


@pytest.mark.parametrize("missing", ["created", "keyid", "tag"])
def test_a_required_parameter_missing_is_refused(missing: str) -> None:
    assert refusal(signed(params=serialise(parameters(**{missing: None})))) == "parameters"


@pytest.mark.parametrize("extra", [";x=1", ';context="a"', ";version", ";Created=1", ';key="a"', ";created.x=1"])
def test_an_unknown_parameter_is_refused(extra: str) -> None:
    assert refusal(signed(params=serialise(parameters()) + extra)) in {"parameters", "signature_input"}


@pytest.mark.parametrize("alg", ["ed25519", "hmac-sha256", "rsa-v1_5-sha256", "none", ""])
@pytest.mark.parametrize("key", [CLERK, MACHINE], ids=["ed25519", "hmac"])
def test_the_alg_parameter_is_refused_even_when_it_is_right(key: object, alg: str) -> None:
    signer = CLERK if key is CLERK else MACHINE
    params = serialise(parameters(keyid=signer.key_id, alg=alg))
    assert refusal(signed(signer, params=params)) == "algorithm"


KEY_IDS = [
    "",
    ".",
    "..",
    "../clerk-1",
    "a/b",
    "a%2fb",
    "-a",
    "_a",
    "clerk 1",
    "k" * 65,
    "clerk-1#x",
    "KEY#1",
    'a\\"b',
    "a\\\\b",
]


@pytest.mark.parametrize("key_id", KEY_IDS)
def test_a_key_id_that_is_no_id_of_this_interface_is_refused_before_any_look_up(key_id: str) -> None:
    assert refusal(signed(params=serialise(parameters(keyid=key_id)))) == "parameters"


@pytest.mark.parametrize("key_id", ["Clerk-1", "clerk-1.", "clerk-10", "clerk", "k" * 64])
def test_a_key_id_is_compared_exactly(key_id: str) -> None:
    assert refusal(signed(params=serialise(parameters(keyid=key_id)))) == "key"


@pytest.mark.parametrize("params", [";keyid=clerk-1", ";keyid=1", ";keyid=:Y2xlcms=:", ";keyid", ';keyid=%"clerk-1"'])
def test_a_key_id_of_another_type_is_refused(params: str) -> None:
    assert refusal(signed(params=params + serialise(parameters(keyid=None)))) in {"parameters", "signature_input"}


@pytest.mark.parametrize("tag", [";tag=glasshall-intake", ";tag=1", ";tag", ';tag=%"glasshall-intake"'])
def test_a_tag_of_another_type_is_refused(tag: str) -> None:
    assert refusal(signed(params=serialise(parameters(tag=None)) + tag)) == "parameters"


@pytest.mark.parametrize(
    "nonce", [";nonce=1", ";nonce", ';nonce=""', f';nonce="{"n" * 129}"', ";nonce=:AAAA:", ";nonce=abc"]
)
def test_a_nonce_is_a_string_of_1_to_128_characters(nonce: str) -> None:
    assert refusal(signed(params=serialise(parameters()) + nonce)) == "parameters"
    assert refusal(signed(params=serialise(parameters(nonce="n" * 128)))) == "accepted"


def test_a_claim_of_another_request_is_refused() -> None:
    request = signed()
    for other in (signed_dry_run(), signed(MACHINE), signed(params=serialise(parameters(created=NOW_SECONDS - 1)))):
        with pytest.raises(SignatureError):
            verify(request, read_claim(other), CLERK.public(), NOW)


ANYTHING = st.text(st.characters(codec=None), max_size=60)
SYNTAX = st.text(st.sampled_from(list('glasshall=();,:"@method"created10.?%-_ \\')), max_size=80)


@settings(derandomize=True, max_examples=400, deadline=None)
@given(st.sampled_from(NAMES), st.one_of(ANYTHING, SYNTAX, SYNTAX.map(lambda text: f"glasshall={text}")))
def test_no_header_makes_anything_but_a_signature_error(name: str, value: str) -> None:
    assert refusal(replace_header(signed(), name, value)) != "accepted"


@settings(derandomize=True, max_examples=200, deadline=None)
@given(ANYTHING, ANYTHING, ANYTHING, st.lists(st.tuples(ANYTHING, ANYTHING), max_size=4), st.binary(max_size=20))
def test_no_request_makes_anything_but_a_signature_error(
    method: str, authority: str, path: str, headers: list[tuple[str, str]], body: bytes
) -> None:
    assert refusal(SignedRequest(method, authority, path, tuple(headers), body)) != "accepted"
    complete = signed()
    for changed in ({"method": method}, {"authority": authority}, {"path": path}):
        line = {"method": complete.method, "authority": complete.authority, "path": complete.path} | changed
        moved = SignedRequest(line["method"], line["authority"], line["path"], complete.headers, complete.body)
        assert refusal(moved) != "accepted"


def test_a_message_holds_nothing_received_and_nothing_expected() -> None:
    key = CLERK
    secret_texts = [
        key.key_id,
        AUTHORITY,
        PATH,
        SIGNATURE[11:40],
        dict(signed().headers)["Content-Digest"][9:30],
        str(NOW_SECONDS),
    ]
    refused = [
        signed(body=b"", digest=dict(signed().headers)["Content-Digest"]),
        replace_header(signed(), "Signature", SIGNATURE[:20] + "AAAA" + SIGNATURE[24:]),
        replace_header(signed(), "Signature-Input", INPUT.replace("clerk-1", "approver-1")),
        signed(params=serialise(parameters(created=NOW_SECONDS - 301))),
        signed(params=serialise(parameters(tag="other"))),
        signed(components=['"@method"']),
        replace_header(signed(), "Content-Type", None),
    ]
    for request in refused:
        with pytest.raises(SignatureError) as error:
            accept(request)
        assert not any(text in error.value.message for text in secret_texts)
        assert str(error.value) == error.value.message


def test_unknown_and_misfit_keys_read_alike() -> None:
    request = signed()
    claim = read_claim(request)
    misfits = [
        KEYRING["approver-1"],
        dataclasses.replace(KEYRING["clerk-1"], alg="sm2-sm3"),
        dataclasses.replace(KEYRING["clerk-1"], material=bytes(32)),
        dataclasses.replace(KEYRING["clerk-1"], material=b""),
        dataclasses.replace(KEYRING["clerk-1"], alg="hmac-sha256", material=b""),
    ]
    for key in misfits:
        with pytest.raises(SignatureError) as error:
            verify(request, claim, key, NOW)
        assert (error.value.check, error.value.message) == (unknown_key().check, unknown_key().message)


def test_the_check_of_an_error_is_always_of_the_closed_list() -> None:
    assert SignatureError("key", "").check is Check.KEY
    with pytest.raises(ValueError):
        SignatureError("something else", "")


def test_what_is_secret_or_long_does_not_show_in_a_repr() -> None:
    for shown in (repr(MACHINE), repr(MACHINE.public()), repr(signed())):
        assert "\\x" not in shown
        assert SIGNATURE not in shown
        assert "submit" not in shown


def test_every_tag_that_covers_no_body_is_for_methods_without_one() -> None:
    for rule in TAG_RULES.values():
        assert rule.covers_body or rule.methods <= {"GET", "HEAD"}
