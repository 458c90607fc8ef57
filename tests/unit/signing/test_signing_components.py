"""S3 and S5: the covered set is exactly that of the tag, in its order; and the request line is the configured one.

Every request here carries a signature that is right for what it says it covers.
"""

from itertools import permutations

import pytest

from tests.unit.signing.reference import READ_COMPONENTS, WRITE_COMPONENTS, content_digest
from tests.unit.signing.samples import (
    BODY,
    CLERK,
    MACHINE,
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

WRITE_TAGS = ("glasshall-intake", "glasshall-dry-run")
OTHERS = (
    '"@query"', '"@target-uri"', '"@scheme"', '"@request-target"', '"@status"', '"@query-param";name="a"', '"date"',
    '"host"', '"content-length"', '"idempotency-key"', '"signature"', '"signature-input"', '"@unknown"', '""',
)  # fmt: skip
QUALIFIED = (";bs", ";sf", ';key="sha-256"', ";req", ";tr", ";x", ";bs=?0", ';name="a"')


def every_list() -> list[tuple[str, ...]]:
    """All subsets of the write components in all orders: 326 lists."""
    return [found for length in range(6) for found in permutations(WRITE_COMPONENTS, length)]


def test_of_all_subsets_in_all_orders_only_the_one_of_the_profile_is_accepted() -> None:
    lists = every_list()
    assert len(lists) == 326
    for tag in WRITE_TAGS:
        params = serialise(parameters(tag=tag))
        verdicts = {found: refusal(signed(components=found, params=params)) for found in lists}
        assert verdicts.pop(tuple(WRITE_COMPONENTS)) == "accepted"
        assert set(verdicts.values()) == {"components"}


def test_of_all_subsets_in_all_orders_a_read_takes_only_its_own() -> None:
    params = serialise(parameters(tag="glasshall-read"))
    accepted = [
        found
        for found in every_list()
        if refusal(signed(method="GET", body=b"", components=found, params=params)) == "accepted"
    ]
    assert accepted == [tuple(READ_COMPONENTS)]


@pytest.mark.parametrize("extra", [*OTHERS, *WRITE_COMPONENTS])
def test_a_component_more_or_a_component_twice_is_refused_at_every_place(extra: str) -> None:
    for at in range(6):
        components = [*WRITE_COMPONENTS[:at], extra, *WRITE_COMPONENTS[at:]]
        assert refusal(signed(components=components)) == "components"


@pytest.mark.parametrize("qualifier", QUALIFIED)
@pytest.mark.parametrize("at", range(5))
def test_a_component_with_a_parameter_is_refused(at: int, qualifier: str) -> None:
    components = list(WRITE_COMPONENTS)
    components[at] += qualifier
    assert refusal(signed(components=components)) in {"components", "signature_input"}


@pytest.mark.parametrize(
    "name", ['"Content-Type"', '"CONTENT-DIGEST"', "content-type", '"content-type "', "1", "?1", ":AAAA:"]
)
def test_a_component_name_in_another_spelling_or_type_is_refused(name: str) -> None:
    place = 3 if "DIGEST" in name else 4
    components = [*WRITE_COMPONENTS[:place], name, *WRITE_COMPONENTS[place + 1 :]]
    assert refusal(signed(components=components)) == "components"


@pytest.mark.parametrize(
    ("tag", "method", "verdict"),
    [
        ("glasshall-intake", "PUT", "accepted"),
        ("glasshall-intake", "POST", "accepted"),
        ("glasshall-dry-run", "PUT", "accepted"),
        ("glasshall-dry-run", "POST", "accepted"),
        ("glasshall-intake", "GET", "tag"),
        ("glasshall-intake", "DELETE", "tag"),
        ("glasshall-intake", "PATCH", "tag"),
        ("glasshall-dry-run", "HEAD", "tag"),
        ("glasshall-read", "PUT", "tag"),
        ("glasshall-read", "POST", "tag"),
        ("glasshall-read", "DELETE", "tag"),
        ("glasshall", "PUT", "tag"),
        ("Glasshall-Intake", "PUT", "tag"),
        ("glasshall-intake ", "PUT", "tag"),
        ("", "PUT", "tag"),
        ("web-bot-auth", "PUT", "tag"),
        ("glasshall-intake", "put", "request"),
        ("glasshall-intake", "PUT ", "request"),
        ("glasshall-intake", "", "request"),
    ],
)
def test_a_tag_goes_with_its_own_methods_only(tag: str, method: str, verdict: str) -> None:
    assert refusal(signed(method=method, params=serialise(parameters(tag=tag)))) == verdict


def test_a_signature_for_a_dry_run_never_writes_and_the_other_way_round() -> None:
    intake, dry_run = signed(), signed_dry_run()
    for request, other in ((intake, dry_run), (dry_run, intake)):
        lines = dict(other.headers)
        mixed = replace_header(request, "Signature-Input", lines["Signature-Input"])
        assert refusal(mixed) == "signature"
        assert refusal(replace_header(request, "Signature", lines["Signature"])) == "signature"


def test_a_signed_read_turned_into_a_write_is_refused() -> None:
    request = signed_read()
    headers = (*request.headers, ("Content-Type", "application/json"), ("Content-Digest", content_digest(BODY)))
    for method in ("PUT", "POST"):
        turned = type(request)(method, request.authority, request.path, headers, BODY)
        assert refusal(turned) == "tag"


def test_content_headers_of_a_read_are_not_covered_and_mean_nothing() -> None:
    request = signed_read()
    headers = (("Content-Type", "text/plain"), ("Content-Digest", "nonsense"), ("Date", "nonsense"))
    assert refusal(with_headers(request, *headers, *request.headers)) == "accepted"


DEPLOYMENTS = {
    "custom domain": ("api.example.gov.cn", ""),
    "custom domain with base path": ("www.example.gov.cn", "/open"),
    "stage of API Gateway": ("a1b2c3.execute-api.cn-north-1.amazonaws.com.cn", "/prod"),
    "laptop": ("127.0.0.1:8000", ""),
}


def test_a_signature_holds_under_its_own_deployment_and_under_no_other() -> None:
    for authority, base in DEPLOYMENTS.values():
        for number in range(1, 201):
            key = CLERK if number % 2 else MACHINE
            request = signed(key, authority=authority, path=f"{base}/v1/intake/services/s-{number}/acts/{number}")
            accept(request)
            for other, other_base in DEPLOYMENTS.values():
                path = other_base + request.path.removeprefix(base)
                moved = type(request)(request.method, other, path, request.headers, request.body)
                assert refusal(moved) == ("accepted" if moved == request else "signature")


@pytest.mark.parametrize(
    "authority",
    ["", "API.example.gov.cn", "api.example.gov.cn:443", "api.example.gov.cn:80", "api.example.gov.cn:", "a:08000",
     "a:123456", "user@api.example.gov.cn", "api.example.gov.cn/", "api example", "例子.cn", "a\n", " a", "a,b", "a:x",
     "[::1", "::1", "[::g]"],
)  # fmt: skip
def test_an_authority_in_another_form_is_not_verified_at_all(authority: str) -> None:
    assert refusal(signed(authority=authority)) == "request"


@pytest.mark.parametrize("authority", ["[::1]:8000", "[2001:db8::1]", "localhost:8000", "10.0.0.1", "a_b.example:8443"])
def test_an_authority_in_its_one_form_is_verified(authority: str) -> None:
    assert refusal(signed(authority=authority)) == "accepted"


def test_an_address_that_only_looks_like_one_is_refused_by_the_library_and_wrapped() -> None:
    assert refusal(signed(authority="[1:2]")) == "signature"


@pytest.mark.parametrize(
    "path",
    ["", "v1/intake", "*", f"{PATH}?", f"{PATH}?a=b", f"{PATH}#a", f"{PATH}%2F", "/v1/%61", f"{PATH};a?b", "/公告", "/a b",
     "/a\\b", "/a\n", '/a"b', "/a<b>", "/a{b}", "/a|b", "/a^b", "/a`b", "/\x7f", "https://api.example.gov.cn/v1"],
)  # fmt: skip
def test_a_path_with_a_query_an_escape_or_a_strange_character_is_refused(path: str) -> None:
    assert refusal(signed(path=path)) == "request"


@pytest.mark.parametrize("path", ["/", "//", "/a//b", "/a/../b", "/a;b=c,d", "/~a/b.c_d-e/$&'()*+:@!="])
def test_a_path_is_signed_as_it_stands_and_never_tidied(path: str) -> None:
    assert refusal(signed(path=path)) == "accepted"
