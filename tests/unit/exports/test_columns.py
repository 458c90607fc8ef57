"""Columns of exports: each a place that the models know, none lost, none twice."""

from typing import Any

import orjson
import pytest

from chalicelib.domain.exports.columns import ENTRY, KINDS, LISTED, Row, names, places
from chalicelib.domain.exports.manifest import CHANGES
from chalicelib.domain.nouns import BY_KIND
from chalicelib.routes.openapi.fields import field_dictionary
from chalicelib.routes.site import PAGES

FIELDS = orjson.loads(orjson.dumps(field_dictionary()))
SCALAR = ("string", "integer", "number", "boolean", "date", "instant", "address")
BESIDE_THE_ENTRY = ("body", "ends_versions")
WHICH = ("kind", "renderer")
"""What a table need not say: its name says the kind."""


def known(kind: str) -> dict[str, str]:
    """Return every place that a record of a kind may have, with its type; what remains of a withdrawn one too."""
    models = [FIELDS[name] for name in (kind, f"{kind}_withdrawn") if name in FIELDS]
    return {str(next(iter(each.values()))): str(each["type"]) for model in models for each in model["fields"]}


@pytest.mark.parametrize("kind", [*KINDS, ENTRY])
def test_every_column_is_a_place_that_the_models_know(kind: str) -> None:
    fields = known(kind)
    for place in places(kind):
        if place == LISTED:
            continue
        plain = place.removesuffix("[]")
        assert plain in fields, place
        assert fields[plain].startswith("list") == place.endswith("[]"), place


@pytest.mark.parametrize("kind", [*KINDS, ENTRY])
def test_names_are_unlike_each_other_and_plain(kind: str) -> None:
    assert len(set(names(kind))) == len(names(kind))
    assert all(name.replace("_", "a").isalnum() and name.islower() for name in names(kind))


@pytest.mark.parametrize("kind", [*KINDS, ENTRY])
def test_every_plain_member_and_every_text_of_a_record_has_a_column(kind: str) -> None:
    fields = known(kind)
    texts = {name for name in fields if f"{name}.zh" in fields and "." not in name and "[" not in name}
    wanted = {name for name, shape in fields.items() if "." not in name and shape.split(" | ")[0] in SCALAR}
    wanted |= {f"{name}.{language}" for name in texts for language in ("zh", "en")}
    left_out = wanted - set(places(kind)) - {*WHICH, *BESIDE_THE_ENTRY}
    assert not left_out


def test_cells_are_found_through_members_and_lists() -> None:
    body: dict[str, Any] = {
        "id": "s1",
        "title": {"zh": "备案"},
        "limits": {"promised": {"value": 5, "unit": "working_day"}},
        "windows": [{"centre": "hall", "window": "3"}, {"centre": "annex"}],
        "materials": [{"name": {"zh": "申请表"}}, {"name": {"zh": "执照", "en": "Licence"}}],
        "visits": 0,
        "joint": "not a member that has members",
    }
    found = dict(zip(names("service"), Row(orjson.dumps(body), listed=True).cells("service"), strict=True))
    assert (found["title_zh"], found["title_en"], found["limits_promised_value"]) == ("备案", None, 5)
    assert (found["windows_centre"], found["materials_name_en"]) == ("hall; annex", "Licence")
    assert (found["visits"], found["listed"], found["joint_lead"], found["channels"]) == (0, True, None, None)


def test_the_page_has_a_word_for_every_collection() -> None:
    words = (PAGES / "assets" / "words_files.js").read_text("utf-8")
    for collection in (*(BY_KIND[kind].collection for kind in KINDS), CHANGES):
        assert f"'files.{collection}': [" in words
