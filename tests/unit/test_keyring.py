"""The ring of keys: what its text may be, which key makes and which check, and what a process does when it changes."""

import logging
from base64 import b64decode, b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from chalicelib.domain.keyring import Keyring, KeyringError, parse
from chalicelib.errors import UnavailableError
from chalicelib.settings import Settings
from chalicelib.usecases.kept_ring import RING_KEPT
from chalicelib.wiring import Wiring

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
OLD, NEW, NEXT = ({"id": key_id, "secret": f"the {key_id} secret of this deployment, long"} for key_id in "123")
GONE = b64decode("11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=")  # RFC 8032, 7.1, test 1
PUBLIC = b64encode(GONE).decode()


def ring(*entries: Any) -> Keyring:
    """Return the ring of some entries."""
    return parse(text(*entries), NOW)


def text(*entries: Any) -> bytes:
    """Return a secret's text."""
    return orjson.dumps({"keys": entries})


def test_a_plain_secret_is_a_ring_of_one_key() -> None:
    plain = parse(b"a plain secret", NOW)
    assert (plain.current_id, list(plain.derived_all("cursor"))) == ("1", ["1"])
    assert plain.derived("cursor") == plain.stable("cursor") == plain.derived_all("cursor")["1"]
    assert plain.derived("cursor") != plain.derived("case-token")


def test_a_plain_secret_goes_on_as_key_1_of_a_ring() -> None:
    plain, rotated = parse(OLD["secret"].encode(), NOW), ring(NEW, OLD)
    assert rotated.derived_all("cursor")["1"] == plain.derived("cursor")
    assert rotated.stable("cards") == plain.stable("cards")
    assert rotated.derived("cursor") != plain.derived("cursor")


def test_the_newest_key_makes_and_all_check_in_their_order() -> None:
    keys = ring(NEXT, NEW, OLD).of("cursor")
    assert (keys.current_id, list(keys.by_id)) == ("3", ["3", "2", "1"])
    assert [keys.outdates(key_id) for key_id in "321"] == [False, True, True]


def test_a_key_checks_at_once_and_makes_only_from_its_instant_on() -> None:
    def made_with(seconds: int) -> str:
        begins = {**NEW, "from": (NOW + timedelta(seconds=seconds)).isoformat()}
        found = ring(begins, OLD).of("cursor")
        assert list(found.by_id) == ["2", "1"]
        return found.current_id

    assert (made_with(0), made_with(-1), made_with(1)) == ("2", "2", "1")
    assert not ring({**NEW, "from": "2099-01-01T00:00:00Z"}, OLD).of("cursor").outdates("2")


def test_a_key_kept_for_what_never_changes_checks_nothing() -> None:
    kept = ring(NEW, {**OLD, "checks": False})
    assert list(kept.derived_all("cursor")) == ["2"]
    assert kept.stable("cards") == ring(NEW, OLD).stable("cards") != ring(NEW).stable("cards")


def test_a_key_that_is_gone_is_only_published() -> None:
    found = ring(NEW, {"id": "1", "receipt_public_key": PUBLIC})
    assert [(key.key_id, key.receipt_public_key) for key in found.retired] == [("1", GONE)]
    assert list(found.derived_all("cursor")) == ["2"]


def test_no_secret_shows_in_a_repr() -> None:
    assert "deployment" not in repr(ring(NEW, OLD))
    assert "plain" not in repr(parse(b"a plain secret", NOW))


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "secret_empty"),
        (b"{", "secret_not_json"),
        (b'{"keys":[],"keys":[]}', "secret_not_json"),
        (b"{}", "secret_not_a_ring"),
        (b'{"keys":{}}', "secret_not_a_ring"),
        (b'{"keys":["1"]}', "secret_not_a_ring"),
        (b'{"keys":[],"more":1}', "secret_not_a_ring"),
        (text(), "secret_without_current_key"),
        (text({**OLD, "checks": False}), "secret_without_current_key"),
        (text({**OLD, "from": "2099-01-01T00:00:00Z"}), "secret_without_current_key"),
        (text({"id": "1", "receipt_public_key": PUBLIC}), "secret_without_current_key"),
        (text(OLD, OLD), "secret_id_repeated"),
        (text(NEW, OLD, {"id": "1", "receipt_public_key": PUBLIC}), "secret_id_repeated"),
        (text({"secret": OLD["secret"]}), "secret_members"),
        (text({**OLD, "receipt_public_key": PUBLIC}), "secret_members"),
        (text({**OLD, "note": "x"}), "secret_members"),
        (text({**OLD, "secret": "short"}), "secret_too_short"),
        (text({**OLD, "secret": 5}), "secret_too_short"),
        (text({**OLD, "checks": "no"}), "secret_checks"),
        (text({**OLD, "id": 1}), "secret_id"),
        (text({**OLD, "id": "123456789"}), "secret_id"),
        (text({**OLD, "id": "1.2"}), "secret_id"),
        (text({**OLD, "from": "soon"}), "secret_from"),
        (text({**OLD, "from": "2026-11-26T12:00:00"}), "secret_from"),
        (text({**OLD, "from": 7}), "secret_from"),
        (text(OLD, {"id": "0", "receipt_public_key": "AAAA"}), "secret_public_key"),
        (text(OLD, {"id": "0", "receipt_public_key": "*"}), "secret_public_key"),
        (text(OLD, {"id": "0", "receipt_public_key": b64encode(bytes(32)).decode()}), "secret_public_key"),
        (text(OLD, {"id": "0", "receipt_public_key": None}), "secret_public_key"),
    ],
)
def test_what_is_no_ring_is_refused_by_a_code_that_says_nothing_of_it(raw: bytes, code: str) -> None:
    with pytest.raises(KeyringError) as refused:
        parse(raw, NOW)
    assert (refused.value.code, str(refused.value)) == (code, code)
    assert refused.value.__cause__ is None


class Secret:
    """A deployment's secret that is changed, and that may be out of reach."""

    def __init__(self) -> None:
        self.text = text(OLD)
        self.now = NOW
        self.reads = 0
        self.reachable = True
        self.wired = Wiring(Settings(), secret=self._read, now=lambda: self.now)

    def _read(self) -> bytes:
        self.reads += 1
        if not self.reachable:
            raise UnavailableError
        return self.text

    def current(self) -> str:
        """Return the id of the key that things are made with."""
        return self.wired.keyring.current_id


def test_a_process_takes_up_a_new_ring_after_a_while_and_reads_it_no_oftener() -> None:
    secret = Secret()
    assert [secret.current() for _ in range(5)] == ["1"] * 5
    secret.text = text(NEW, OLD)
    secret.now += RING_KEPT - timedelta(seconds=1)
    assert (secret.current(), secret.reads) == ("1", 1)
    secret.now += timedelta(seconds=1)
    assert (secret.current(), secret.reads) == ("2", 2)


def test_a_ring_that_cannot_be_read_leaves_the_one_before_in_force(caplog: pytest.LogCaptureFixture) -> None:
    secret = Secret()
    assert secret.current() == "1"
    for broken in (b'{"keys": "a broken secret"}', b'{"keys": [' + text(NEW)):
        secret.text = broken
        secret.now += RING_KEPT
        assert secret.current() == "1"
    secret.reachable = False
    secret.now += RING_KEPT
    assert secret.current() == "1"
    assert [record.levelno for record in caplog.records] == [logging.ERROR] * 3
    assert "secret_not_a_ring" in caplog.text
    assert "deployment" not in caplog.text
    assert "broken" not in caplog.text
    secret.text, secret.reachable = text(NEW, OLD), True
    secret.now += RING_KEPT
    assert secret.current() == "2"


def test_a_process_that_never_read_a_ring_serves_nothing_that_needs_one() -> None:
    secret = Secret()
    secret.reachable = False
    with pytest.raises(UnavailableError):
        secret.current()
    secret.text, secret.reachable = b"{", True
    with pytest.raises(KeyringError):
        secret.current()
    secret.text = text(NEW)
    assert secret.current() == "2"
