"""Whatever was erased is answered as described, in every list and form that still tells of it."""

import pytest

from chalicelib.domain.erasure import NEVER
from chalicelib.domain.nouns import BY_KIND
from chalicelib.jobs import build_search, erase_records
from tests.erasing import Town
from tests.http.test_answers_as_described import hold

KINDS = sorted(kind for kind, noun in BY_KIND.items() if noun.public and kind not in NEVER)
FIRST = ("disclosure", "hearing")
"""Drafts are erased before their hearings."""


@pytest.fixture(scope="module")
def town() -> Town:
    """Return a town where every record that can be erased was."""
    made = Town().begin()
    made.fill(1)
    shown = {(entry.kind, entry.record_id) for entry in made.wired.register.entries(0, 999) if entry.kind not in NEVER}
    for name in sorted(shown, key=lambda each: (FIRST.index(each[0]) if each[0] in FIRST else 2, each)):
        made.erase(name)
    made.log()
    erase_records.run(made.wired)
    build_search.run(made.wired)
    return made


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_left_of_a_record_is_answered_as_described(town: Town, kind: str) -> None:
    town.restart()
    collection = BY_KIND[kind].collection
    entry = next(each for each in town.wired.register.entries(0, 999) if (each.kind, each.name) == (kind, "erase"))
    own = f"/v1/{collection}/{{record_id}}"
    path = own.format(record_id=entry.record_id)
    last = int(entry.url.rsplit("/", 1)[1])
    hold(town.get(path), own)
    hold(town.get(f"{path}/versions"), f"{own}/versions")
    hold(town.get(f"{path}/versions/{last}"), f"{own}/versions/{{number}}")
    gone = town.get(f"{path}/versions/{last - 1}")
    hold(gone, f"{own}/versions/{{number}}")
    assert gone.status == 410
    for rest in {"hearing": (".ics",), "centre": ("/hours",), "rule": ("/chain",)}.get(kind, ()):
        answer = town.get(f"{path}{rest}")
        assert answer.status == 410
        hold(answer, f"{own}{rest}")


@pytest.mark.parametrize("kind", KINDS)
def test_lists_of_what_changed_tell_of_it_as_described_and_no_other_does(town: Town, kind: str) -> None:
    town.restart()
    collection = BY_KIND[kind].collection
    if collection != "comments":  # they are listed by draft
        changed = town.get(f"/v1/{collection}", "updated_since=2026-01-01T00:00:00Z")
        hold(changed, f"/v1/{collection}")
        assert {item["stage"] for item in changed.json()["items"]} == {"erased"}
        assert town.json(f"/v1/{collection}")["items"] == []
        searched = town.get(f"/v1/{collection}", "updated_since=2026-01-01T00:00:00Z&count=true&agency=bureau,guangan")
        hold(searched, f"/v1/{collection}")
    feed = town.get(f"/feeds/{collection}.atom", "updated_since=2026-01-01T00:00:00Z")
    assert feed.status in (200, 404), feed.body


def test_acts_and_changes_tell_of_it_as_described(town: Town) -> None:
    town.restart()
    hold(town.get("/v1/changes", "include=body&limit=100"), "/v1/changes")
    hold(town.get("/v1/disclosures/text-0/acts"), "/v1/disclosures/{record_id}/acts")
    receipt = town.get_signed("/v1/intake/disclosures/text-0/acts/1")
    hold(receipt, "/v1/intake/disclosures/{record_id}/acts/{number}")
    assert receipt.json()["sha256"] is None


@pytest.mark.parametrize("stage", ["in_force", "lapsed"])
def test_a_rule_that_was_erased_is_neither_in_force_nor_lapsed(town: Town, stage: str) -> None:
    town.restart()
    assert town.json("/v1/rules", f"stage={stage}&updated_since=2026-01-01T00:00:00Z")["items"] == []
