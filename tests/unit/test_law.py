"""The law's own limits are data: each with its source in two languages, and whether somebody has checked it."""

import json
from pathlib import Path

import pytest

from chalicelib.domain import law
from chalicelib.domain.clock.records import Limit

FILE = Path(law.__file__).parent / "data" / "law.json"


def test_every_limit_says_its_source_and_whether_it_was_checked() -> None:
    for entry in json.loads(FILE.read_text("utf-8"))["limits"]:
        assert entry.keys() == {"limit", "value", "unit", "checked", "source"}
        assert isinstance(entry["checked"], bool)
        assert entry["source"].keys() == {"zh", "en"}
        assert law.by_law(entry["limit"]) == Limit(entry["value"], entry["unit"])


def test_what_the_law_does_not_name_is_an_error() -> None:
    with pytest.raises(KeyError):
        law.by_law("nothing")
