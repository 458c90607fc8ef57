"""The public bytes of a record: rendered once, when it changes (design idea 5).

`sha256` is of the record's bytes before `register_index` and `sha256` themselves are put in, so that both can stand in the
record. Bytes hold nothing that depends on now, and nothing of other records but ids and versions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import orjson

from chalicelib.domain.instants import localised
from chalicelib.domain.records import Noun, Rendered, State

RENDERER = 2
SUMMARY_LIMIT_BYTES = 2_048
_OF_A_LINK = (
    *("kind", "id", "version", "act", "url", "agency", "jurisdiction"),
    *("issued_on", "published_at", "effective_on", "record_changed_at", "synthetic", "stage", "title"),
)


@dataclass(frozen=True, slots=True)
class Site:
    """What rendering must know of the deployment."""

    authority: str
    base_path: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class PublicRecord:
    """A record as it is served after one act, but for its place in the register."""

    bare: bytes
    """The body without `register_index` and `sha256`."""
    cut: int
    """Where those two are put in."""
    sha256: str
    summary: dict[str, Any]
    rendered: Rendered
    version: int
    act: int
    """The act that made the version."""
    url: str
    published_at: str
    changed_at: str
    effective_on: str
    jurisdiction: str
    agency: str

    def body(self, register_index: int) -> bytes:
        """Return the body as it is served."""
        return self.bare[: self.cut] + place(register_index, self.sha256) + self.bare[self.cut :]

    def summary_body(self, register_index: int, rels: Sequence[str] = ()) -> bytes:
        """Return the summary as lists serve it: at most 2 KB; in a list of links what all kinds share, and how it stands."""
        place = {"register_index": register_index, "sha256": self.sha256}
        if not rels:
            return orjson.dumps({**self.summary, **place})
        shared = {name: self.summary[name] for name in _OF_A_LINK if name in self.summary}
        return orjson.dumps({**shared, "rels": rels, **place})


def beginning(kind: str, record_id: str, version: int, act: int) -> bytes:
    """Return the bytes with which the body of every public record begins, up to its place in the register."""
    return orjson.dumps({"kind": kind, "id": record_id, "version": version, "act": act})[:-1] + b","


def place(register_index: int, digest: str) -> bytes:
    """Return the bytes that say where a body stands in the register; they are put in after its beginning."""
    return f'"register_index":{register_index},"sha256":"{digest}",'.encode()


def public_record(noun: Noun, record_id: str, act_number: int, state: State, site: Site) -> PublicRecord | None:
    """Return what a record shows after an act that made a version, or None while it shows nothing."""
    rendered = noun.rules.render(record_id, state, lambda instant: localised(instant, site.time_zone))
    if rendered is None:
        return None
    own = f"{site.base_path}/v1/{noun.collection}/{record_id}"
    url = f"{own}/versions/{state['version']}"
    first = {"kind": noun.kind, "id": record_id, "version": state["version"], "act": act_number}
    envelope = _envelope(state, url, site)
    body = {name: value for name, value in rendered.body.items() if name not in envelope}
    head = beginning(noun.kind, record_id, state["version"], act_number)
    bare = head + orjson.dumps({**envelope, **body, "renderer": RENDERER})[1:]
    listed = {name: value for name, value in envelope.items() if name not in ("url", "origin")}
    return PublicRecord(
        bare=bare,
        cut=len(head),
        sha256=sha256(bare).hexdigest(),
        summary=fitted({**first, "url": own, **listed, **rendered.summary}),
        rendered=rendered,
        version=state["version"],
        act=act_number,
        url=url,
        published_at=state["published_at"],
        changed_at=state["changed_at"],
        effective_on=envelope.get("effective_on") or localised(state["changed_at"], site.time_zone)[:10],
        jurisdiction=state["jurisdiction"],
        agency=state["agency"],
    )


def _envelope(state: State, url: str, site: Site) -> dict[str, Any]:
    """Return what every public record begins with, without what is not known of this one."""
    content = state.get("content", {})
    envelope = {
        "url": url,
        "agency": state["agency"],
        "jurisdiction": state["jurisdiction"],
        "origin": site.authority,
        "issued_on": content.get("issued_on"),
        "published_at": localised(state["published_at"], site.time_zone),
        "effective_on": state.get("effective_on") or content.get("effective_on"),
        "record_changed_at": localised(state["changed_at"], site.time_zone),
        "synthetic": state.get("synthetic"),
    }
    return {name: value for name, value in envelope.items() if value is not None}


def fitted(summary: dict[str, Any]) -> dict[str, Any]:
    """Return a summary of at most 2 KB with its place in the register: what is not needed to find the record goes first."""
    room = SUMMARY_LIMIT_BYTES - 120  # for register_index and sha256
    for name in ("item_code", "doc_no", "limits"):
        if len(orjson.dumps(summary)) <= room:
            return summary
        summary = {key: value for key, value in summary.items() if key != name}
    return summary
