"""Settings: read from the environment, and refused where they cannot hold."""

import re
from pathlib import Path

import pytest
from glasshall.work import MOST_BITS

from chalicelib.settings import MOST_WORK_BITS, Settings, load_settings

ASSETS = Path(__file__).parents[2] / "chalicelib" / "pages" / "assets"


def test_what_the_environment_does_not_say_has_its_default() -> None:
    assert load_settings({}) == Settings()
    found = load_settings({"GLASSHALL_TABLE": "t", "GLASSHALL_PROOF_OF_WORK_BITS": "20", "GLASSHALL_OTHER": "x"})
    assert (found.table, found.proof_of_work_bits, found.bucket) == ("t", 20, Settings().bucket)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PROOF_OF_WORK_BITS", "-1"),
        ("PROOF_OF_WORK_BITS", "25"),
        ("PROOF_OF_WORK_BITS", "many"),
        ("TRIES_PER_MINUTE_NETWORK", "1.5"),
        ("BASE_PATH", "/open/"),
        ("FILES_URL", "https://files.example.gov/"),
        ("LICENCE_URL", "CC BY 4.0"),
    ],
)
def test_what_cannot_hold_is_refused_at_the_start(name: str, value: str) -> None:
    with pytest.raises(ValueError):
        load_settings({f"GLASSHALL_{name}": value})


@pytest.mark.parametrize(
    ("authority", "base_path", "address"),
    [
        ("127.0.0.1:8000", "", "http://127.0.0.1:8000"),
        ("open.example.gov", "/open", "https://open.example.gov/open"),
        ("127.0.0.1.example.gov", "", "https://127.0.0.1.example.gov"),
    ],
)
def test_the_public_address_is_https_but_on_this_machine(authority: str, base_path: str, address: str) -> None:
    assert Settings(public_authority=authority, base_path=base_path).public_url == address


def test_server_client_and_page_agree_on_the_most_work() -> None:
    in_page = re.search(r"MOST_BITS = (\d+);", (ASSETS / "work.js").read_text("utf-8"))
    assert in_page is not None
    assert MOST_WORK_BITS == MOST_BITS == int(in_page[1])
