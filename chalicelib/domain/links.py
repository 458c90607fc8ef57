"""Links between records: draft, hearing, response, final text, service, rule and repeal are one life, and can be walked.

A link stands in the record that names it. The other way is a placed list, `links to {kind}`: who links to a record is one
query, and the record linked to does not change.
"""

from collections.abc import Mapping
from typing import Any

from chalicelib.domain.placed import links_to
from chalicelib.domain.records import Others, Place, Ref, Refusals


def linked(content: Mapping[str, Any]) -> tuple[Ref, ...]:
    """Return the records that a content links to, for a noun's `needs`."""
    return tuple(Ref(link["kind"], link["id"]) for link in content.get("links", ()))


def judge_links(refusals: Refusals, others: Others, content: Mapping[str, Any]) -> None:
    """Refuse a link to what is not there."""
    for number, link in enumerate(content.get("links", ())):
        refusals.when(
            not _is_there(others.find(link["kind"], link["id"])),
            "link_unknown",
            f"there is no {link['kind']} {link['id']}",
            f"/content/links/{number}/id",
        )


def link_places(content: Mapping[str, Any], instant: str) -> tuple[Place, ...]:
    """Return the entries by which a record is found from those it links to."""
    rels: dict[Ref, list[str]] = {}
    for link in content.get("links", ()):
        rels.setdefault(Ref(link["kind"], link["id"]), []).append(link["rel"])
    return tuple(linked_from(ref, instant, *sorted(set(found))) for ref, found in rels.items())


def linked_from(ref: Ref, instant: str, *rels: str) -> Place:
    """Return the entry by which a record is found from another that it names, with how it stands to it."""
    return Place(links_to(ref.kind), ref.record_id, instant, rels)


def _is_there(found: Mapping[str, Any] | None) -> bool:
    """Whether a record may be named: one that shows nothing yet is no more there than one that does not exist."""
    return found is not None and found.get("version") != 0
