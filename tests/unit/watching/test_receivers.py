"""Receivers: addresses that may be sent to, secrets made from a key, and what a challenge proves."""

from base64 import b64decode
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.instants import from_key
from chalicelib.domain.keyring import PurposeKeys
from chalicelib.domain.receivers import (
    Receiver,
    answers_challenge,
    challenge_of,
    knows_secret,
    newest_secret,
    registered,
    secrets_in_force,
    url_problems,
)

KEYS = PurposeKeys("2", {"2": b"b" * 32, "1": b"a" * 32})
AT = "2026-11-23T02:00:00.000Z"
NOW = from_key(AT)

GOOD = [
    "https://hooks.app.example/in",
    "https://hooks.app.example",
    "https://HOOKS.app.Example:443/in?tenant=3&x=%2F",
    "https://xn--fiqs8s.example/a/b",
    "https://1und1.example/",
    "HTTPS://app.example/",
]
BAD = {
    "http://app.example/": "url_not_https",
    "ftp://app.example/": "url_not_https",
    "https://app.example:8443/": "url_port",
    "https://app.example:80/": "url_port",
    "https://app.example:/": "url_port",
    "https://app.example:0443/": "url_port",
    "https://user@app.example/": "url_userinfo",
    "https://user:pass@app.example/": "url_userinfo",
    "https://@app.example/": "url_userinfo",
    "https://app.example/#top": "url_fragment",
    "https://app.example#": "url_fragment",
    "https://127.0.0.1/": "url_host_is_address",
    "https://8.8.8.8/": "url_host_is_address",
    "https://127.1/": "url_host_is_address",
    "https://2130706433/": "url_host_is_address",
    "https://0x7f000001/": "url_host_is_address",
    "https://0x7f.0.0.1/": "url_host_is_address",
    "https://0177.0.0.1/": "url_host_is_address",
    "https://1.2.3.0x4/": "url_host_is_address",
    "https://[::1]/": "url_host_is_address",
    "https://[::ffff:127.0.0.1]/": "url_host_is_address",
    "https://[fd00::1]:443/": "url_host_is_address",
    "https://localhost/": "url_host_not_public",
    "https://a.localhost/": "url_host_not_public",
    "https://metadata.google.internal/": "url_host_not_public",
    "https://printer.local/": "url_host_not_public",
    "https://db.corp/": "url_host_not_public",
    "https://app/": "url_host_malformed",
    "https://app.example./": "url_host_malformed",
    "https://.example/": "url_host_malformed",
    "https://a..example/": "url_host_malformed",
    "https://-a.example/": "url_host_malformed",
    "https://a_b.example/": "url_host_malformed",
    "https://127.0.0.1%2eexample.org/": "url_host_malformed",
    "https:///in": "url_host_malformed",
    "https://?x": "url_host_malformed",
    f"https://{'a.' * 130}example/": "url_host_malformed",
    f"https://{'a' * 64}.example/": "url_host_malformed",
    "https://app.example\\@127.0.0.1/": "url_malformed",
    "https://app.example/ in": "url_malformed",
    "https://app.example/\n": "url_malformed",
    "https://中国.example/": "url_malformed",
    "https://ａpp.example/": "url_malformed",
    "https:/app.example/": "url_malformed",
    "https:app.example": "url_malformed",
    "//app.example/": "url_malformed",
    "app.example": "url_malformed",
    "https://a@b@app.example/": "url_malformed",
    "https://app.example:1:2/": "url_malformed",
    "https://[::1/": "url_malformed",
    f"https://app.example/{'a' * 2_000}": "url_malformed",
}


def receiver() -> Receiver:
    """Return a new receiver."""
    return registered("app", GOOD[0], "0" * 64, AT, KEYS)


@pytest.mark.parametrize("url", GOOD)
def test_an_https_address_with_a_public_name_is_taken(url: str) -> None:
    assert url_problems(url) == []


@pytest.mark.parametrize("url", BAD)
def test_every_other_address_is_refused_with_its_reason(url: str) -> None:
    assert BAD[url] in [problem.code for problem in url_problems(url)]


def test_everything_that_is_wrong_with_an_address_is_said_at_once() -> None:
    found = {problem.code for problem in url_problems("http://me@localhost:8080/#x")}
    assert found == {"url_not_https", "url_userinfo", "url_port", "url_fragment", "url_host_not_public"}


def test_a_secret_is_that_of_standard_webhooks_and_another_for_every_receiver_number_and_key() -> None:
    one = receiver()
    secret = str(newest_secret(one, KEYS))
    assert secret.startswith("whsec_")
    assert len(b64decode(secret.removeprefix("whsec_"), validate=True)) == 32
    others = [
        newest_secret(replace(one, receiver_id="app2"), KEYS),
        newest_secret(replace(one, secret_number=2), KEYS),
        newest_secret(replace(one, secret_key_id="1"), KEYS),
        newest_secret(one, PurposeKeys("2", {"2": b"c" * 32})),
    ]
    assert len({secret, *others}) == 5


def test_the_earlier_secret_holds_for_a_day_beside_the_new_one_and_each_by_the_key_it_was_made_with() -> None:
    old = replace(receiver(), secret_key_id="1")
    new = replace(old, secret_number=2, secret_key_id="2", earlier_key_id="1", rotated_at=AT)
    first, second = newest_secret(old, KEYS), newest_secret(new, KEYS)
    day = timedelta(hours=24)
    assert secrets_in_force(new, KEYS, NOW + day - timedelta(seconds=1)) == [second, first]
    assert secrets_in_force(new, KEYS, NOW + day) == [second]


def test_a_secret_whose_key_is_gone_holds_no_longer_and_nothing_fails() -> None:
    gone = PurposeKeys("3", {"3": b"c" * 32})
    secret = str(newest_secret(receiver(), KEYS))
    assert secrets_in_force(receiver(), gone, NOW) == []
    assert not knows_secret(secret, receiver(), gone, NOW)
    assert challenge_of(receiver(), gone) is None
    assert not answers_challenge("", receiver(), gone)


@pytest.mark.parametrize("shown", ["", "whsec_", "é", "\ud800", "None"])
def test_what_is_no_secret_is_none(shown: str) -> None:
    assert not knows_secret(shown, receiver(), KEYS, NOW)
    assert not answers_challenge(shown, receiver(), KEYS)


def test_a_challenge_is_answered_by_its_own_text_alone() -> None:
    challenge = str(challenge_of(receiver(), KEYS))
    assert answers_challenge(challenge, receiver(), KEYS)
    assert not answers_challenge(challenge, replace(receiver(), receiver_id="app2"), KEYS)
    assert not answers_challenge(str(newest_secret(receiver(), KEYS)), receiver(), KEYS)
