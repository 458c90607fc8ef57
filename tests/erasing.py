"""Erasing records by order: what must be left of none of them, and what must still verify.

python -m tests.erasing 200     erases the records of 200 random entries of a town's register, and counts

A town publishes records of every kind that can be erased, each with words of its own in every text of it (canaries): bodies
too large for an item, files, comments with a contact, answers. Then records are erased, the jobs run, and every byte that is
stored is searched for the canaries and for the SHA-256 of every body, act and file that there was, in hexadecimal and raw;
but for those of an act that a record which stands has word for word (`{"act":"publish"}`). Gzip is unpacked; SQLite files are
searched as they are, their free pages too.
"""

import gzip
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from random import Random
from typing import Any, NamedTuple

import orjson
from glasshall.leaves import leaf_of

from chalicelib.domain.erasure import NEVER, WITHIN
from chalicelib.domain.nouns import BY_KIND
from chalicelib.domain.register import commitment
from chalicelib.jobs import build_search, erase_records, rebuild, write_exports
from chalicelib.tlog.checkpoints import parse_checkpoint
from chalicelib.tlog.growing import consistency_proof, inclusion_proof
from chalicelib.tlog.merkle import check_consistency, check_inclusion, leaf_hash
from chalicelib.tlog.notes import split_note
from chalicelib.tlog.tiles import Tile
from chalicelib.usecases.order_erasure import Order, order_erasure
from tests.centre_world import open_centre
from tests.draft_world import DraftWorld, uuid
from tests.evaluation_world import REPORT, ROUND
from tests.hearing_world import DRAFT, NOTICE
from tests.rule_world import publish_rule

ORDER = Order("court", "(2026) 川16民终12号", "广安市中级人民法院", "2026-11-20")
SALTS = 100_000
LARGE = 120_000
Name = tuple[str, str]
"""Kind and id of a record."""


def words(*about: object) -> str:
    """Return the canary of a record's text: no other text has it, and nothing gives it away."""
    return "canary" + sha256("/".join(map(str, about)).encode()).hexdigest()[:24]


class Town(DraftWorld):
    """A deployment whose every record can be told by the words in it."""

    def begin(self) -> "Town":
        super().begin()
        self.key("bureau-evaluator", "guangan", "Ren", ["evaluator"])
        self.key("receiver", "guangan", "Gao", ["filing_receiver"])
        return self

    def fill(self, rounds: int) -> None:
        """Publish records of every kind so many times over."""
        for number in range(rounds):
            self._text(number)
            self._draft(number)
            self._beside(number)
            self.log()

    def _text(self, number: int) -> None:
        """A text of the bureau, corrected once; each fourth is large, each third has a file; it is filed, and that answered."""
        name, word = f"text-{number}", words("disclosure", f"text-{number}")
        body = {"zh": word + "全" * LARGE} if number % 4 == 0 else {"zh": f"全文{word}"}
        content: dict[str, Any] = {"title": {"zh": f"通知{word}"}, "body": body}
        if number % 3 == 0:
            data = f"姓名,{word}\n".encode()
            digest = self.attach(data, "text/csv", f"{word}.csv")
            content["attachments"] = [{"name": "list", "title": {"zh": f"名单{word}"}, "sha256": digest}]
        self.disclose(name, **content)
        base = {"agency": "bureau", "category": "plans"}
        receipt = self.act(
            "disclosures", name, 4, {"act": "submit", "content": {**base, **content, "summary": {"zh": word}}}
        )
        self.approve(name, 5, receipt["sha256"])
        self.act("disclosures", name, 6, {"act": "correct", "reason": {"zh": f"更正{word}"}})
        self.act("disclosures", name, 7, {"act": "file_upward", "receivers": ["guangan"]})
        self.log()
        (filing,) = self.json(f"/v1/disclosures/{name}")["filings"]
        told = {"act": "answer_filing", "answer": "returned", "reason": {"zh": words("filing", filing["filing"])}}
        self.act("filings", filing["filing"], 2, told, "receiver")

    def _draft(self, number: int) -> None:
        """A draft that is consulted on and heard, with comments, some withheld, one still waiting."""
        name, word = f"draft-{number}", words("disclosure", f"draft-{number}")
        self.open(name, "2027-01-05", content={**DRAFT, "title": {"zh": f"方案{word}"}, "body": {"zh": f"拟{word}"}})
        for place in range(3):
            comment = number * 3 + place
            said = words("comment", uuid(comment))
            contact = {"name": said, "phone": "13812345678"}
            assert (
                self.send(
                    comment, name, source_ip=f"10.0.{number % 250}.{place}", text=f"意见{said}", contact=contact
                ).status
                == 201
            )
            if place == 0:
                assert self.moderate(comment).status == 201
            elif place == 1:
                assert self.moderate(comment, outcome="withheld", reason="off_topic").status == 201
        hearing, heard = f"hearing-{number}", words("hearing", f"hearing-{number}")
        titled = {"hearing": hearing, "title": {"zh": f"听证{heard}"}, "place": {"zh": heard}}
        self.act("disclosures", name, 4, {**NOTICE, **titled}, "bureau-clerk")

    def _beside(self, number: int) -> None:
        """A rule, a centre, a round of evaluation and a report."""
        said = words("rule", f"rule-{number}")
        publish_rule(self, f"rule-{number}", title={"zh": f"办法{said}"}, body={"zh": said})
        said = words("centre", f"centre-{number}")
        open_centre(self, f"centre-{number}", name={"zh": said}, address={"zh": said}, windows=[], payment={})
        said = words("evaluation", f"round-{number}")
        content = {**ROUND, "agency": "guangan", "agencies": ["bureau"], "title": {"zh": said}, "method": {"zh": said}}
        self.act("evaluations", f"round-{number}", 1, {"act": "announce", "content": content}, "bureau-evaluator")
        said = words("feedback", f"report-{number}")
        promised = {"agency": "bureau", "title": {"zh": said}, "about": [{"kind": "enquiries"}], "due_on": "2026-12-31"}
        promised["channels"] = [{"kind": "notice_board"}]
        self.act("feedback", f"report-{number}", 1, {"act": "announce", "content": promised}, "bureau-clerk")
        told = {**REPORT, "items": [{"said": {"zh": said}, "adopted": "no", "reason": {"zh": said}}]}
        self.act("feedback", f"report-{number}", 2, {"act": "report", "report": told}, "bureau-clerk")

    # What must be left of nothing

    def erase(self, name: Name) -> None:
        """Erase a record by order."""
        order_erasure(BY_KIND[name[0]].collection, name[1], ORDER, self.wired.records, self.now)

    def run_jobs(self) -> None:
        """Let the jobs run that an erasure waits for, and again when it is time for the second pass."""
        for _ in range(2):
            self.log()
            erase_records.run(self.wired)
            build_search.run(self.wired)
            write_exports.run(self.wired, nightly=False)
            self.pass_time(hours=2)

    def stored(self) -> Iterator[tuple[str, bytes]]:
        """Yield everything that is stored, with where: each item, each object, and what is packed in one."""
        for key, item in self.memory.snapshot().items():
            yield (
                f"{key.pk}|{key.sk}",
                repr(key).encode() + b"".join(_plain(name, value) for name, value in item.items()),
            )
        for name, data in self.objects.objects.items():
            yield name, name.encode() + data
            if data[:2] == b"\x1f\x8b":
                yield f"{name} (unpacked)", gzip.decompress(data)


def _plain(name: str, value: object) -> bytes:
    return name.encode() + (value if isinstance(value, bytes) else str(value).encode())


class Held(NamedTuple):
    """What was known of a record before it was erased."""

    canary: str
    digests: frozenset[str]
    """SHA-256 of its acts, of what it showed, and of its files."""


@dataclass
class Findings:
    """What was found after erasing."""

    entries: int = 0
    records: int = 0
    verified: int = 0
    leaves: int = 0
    needles: int = 0
    bytes_searched: int = 0
    places: int = 0
    remnants: list[str] = field(default_factory=list)
    confirmed: int = 0

    def told(self) -> str:
        """Return it in words."""
        return (
            f"{self.entries} random entries of {self.records} records erased: {self.verified} of {self.entries} still verify,"
            f" as do all {self.leaves} entries of the register, and the checkpoint from before is the beginning of the one after\n"
            f"{self.bytes_searched:,} bytes in {self.places:,} places searched for {self.needles:,} words and hashes:"
            f" {len(self.remnants)} found\n"
            f"the known text against its leaf with {SALTS:,} salts: {self.confirmed} confirmed"
        )


def known_of(town: Town, name: Name) -> Held:
    """Return what is known of a record while it stands."""
    found = {each for entry in entries_of(town, name) for each in (entry["sha256"], entry["act_sha256"]) if each}
    body = town.json(f"/v1/{BY_KIND[name[0]].collection}/{name[1]}")
    found |= {each["sha256"] for each in body.get("attachments", ())}
    return Held(words(*name), frozenset(found))


def changes(town: Town) -> list[dict[str, Any]]:
    """Return every entry of the register, as anybody reads it."""
    found: list[dict[str, Any]] = []
    while items := town.json("/v1/changes", f"after={len(found) - 1}&limit=1000" if found else "limit=1000")["items"]:
        found += items
    return found


def entries_of(town: Town, name: Name) -> list[dict[str, Any]]:
    """Return the entries of one record."""
    return [entry for entry in changes(town) if (entry["kind"], entry["id"]) == name]


def checkpoint(town: Town) -> tuple[int, bytes]:
    """Return size and root of the signed checkpoint."""
    held = parse_checkpoint(split_note(town.objects.objects["register/checkpoint"])[0])
    return held.size, held.root


def erase_random(town: Town, count: int, seed: int) -> Findings:
    """Erase the records of so many random entries, let the jobs run, and look at everything."""
    town.log()
    build_search.run(town.wired)
    write_exports.run(town.wired, nightly=True)
    chance, before = Random(seed), changes(town)
    can = [entry for entry in before if entry["kind"] not in NEVER]
    drawn = chance.sample(can, count)
    names = list(dict.fromkeys(name for entry in drawn for name in _in_order(town, (entry["kind"], entry["id"]))))
    held = {name: known_of(town, name) for name in names}
    proof = drawn[0]
    size, root = checkpoint(town)
    for name in names:
        town.erase(name)
    town.run_jobs()
    found = Findings(count, len(names))
    assert all(
        town.json("/v1/disclosures", f"q={each.canary}&include=withdrawn")["items"] == [] for each in held.values()
    )
    _verify(town, drawn, (size, root), found)
    _search(town, held.values(), found)
    found.confirmed = guesses(proof, SALTS)
    return found


def _in_order(town: Town, name: Name) -> Iterator[Name]:
    """Yield a record after the one that must be erased before it."""
    if holder := WITHIN.get(name[0]):
        yield holder, town.json(f"/v1/{BY_KIND[name[0]].collection}/{name[1]}")[holder]
    yield name


def _verify(town: Town, drawn: list[dict[str, Any]], before: tuple[int, bytes], found: Findings) -> None:
    """Hold every entry, as it is told now, to the checkpoint, and that to the one from before."""
    size, root = checkpoint(town)

    def read(tile: Tile) -> bytes:
        return town.objects.objects[f"register/{tile.path}"]

    check_consistency(before[0], size, consistency_proof(before[0], size, read), before[1], root)
    wanted = {entry["index"] for entry in drawn}
    now = changes(town)
    assert len(now) == size
    for entry in now:
        check_inclusion(
            entry["index"], size, leaf_hash(leaf_of(entry)), inclusion_proof(entry["index"], size, read), root
        )
        found.leaves += 1
        found.verified += entry["index"] in wanted and entry["sha256"] is None and entry["erased_by"] > entry["index"]
    assert rebuild.run(town.wired, replace=False).differing == ()


def _search(town: Town, held: Any, found: Findings) -> None:
    """Look for what must be nowhere."""
    standing = {digest for entry in changes(town) for digest in (entry["sha256"], entry["act_sha256"]) if digest}
    wanted = [part for each in held for part in needles(each._replace(digests=each.digests - standing))]
    found.needles = len(wanted)
    for place, data in town.stored():
        found.places += 1
        found.bytes_searched += len(data)
        found.remnants += [f"{place}: {needle!r}" for needle in wanted if needle in data]


def needles(held: Held) -> Iterator[bytes]:
    """Yield what must be nowhere of a record: its words, and its hashes in hexadecimal and raw."""
    yield held.canary.encode()
    for digest in held.digests:
        yield digest.encode()
        yield bytes.fromhex(digest)


def guesses(entry: dict[str, Any], salts: int) -> int:
    """Return how often the true text is confirmed by its leaf with a salt that is guessed, of 2**128 that there are."""
    bound = orjson.loads(leaf_of(entry))["commitment"]
    assert bound == commitment(entry["salt"], entry["act_sha256"], entry["sha256"])  # with the salt it is
    tried = (sha256(f"salt {number}".encode()).hexdigest()[:32] for number in range(salts))
    return sum(commitment(salt, entry["act_sha256"], entry["sha256"]) == bound for salt in tried)


def main(count: int) -> int:
    """Erase, look, and print what was found."""
    town = Town().begin()
    town.fill(max(2, count // 8))
    found = erase_random(town, count, seed=20261127)
    print(found.told())
    print("\n".join(found.remnants[:20]))
    return int(bool(found.remnants) or found.verified != count)


if __name__ == "__main__":
    sys.exit(main(int((sys.argv[1:] or ["200"])[0])))
