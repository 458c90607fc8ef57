"""Real disclosures through the whole flow: handed in, approved, published, logged; then every list, filter and version walked.

    python -m tests.hebei_through FOLDER

The folder holds the CSV files of provincial departments that `glasshall import hebei` reads; its very plan is sent, signed, to a
deployment in memory. Every storage call of every read is counted: a page is one query, and no call reads a whole table,
for the table port has none that could. Attachments of these rows are addresses only, many of them broken: the importer
notes them and carries none.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
from glasshall.importers import hebei
from glasshall.importers.plan import Plan, Row

from chalicelib.usecases.operator_init import FirstKey, init_jurisdiction
from tests.world import World, public_key_base64

PAGE = 20
READS = ("get", "get_many", "query")


class Walked:
    """A deployment with what was disclosed, and what the walk through it cost."""

    def __init__(self, plan: Plan) -> None:
        self.world = World()
        first = FirstKey("hebei-keys", public_key_base64("hebei-keys"), "Wang", ("keys", "clerk"))
        init_jurisdiction(hebei.AGENCY, hebei.ROOT, first, self.world.wired.records, self.world.now)
        for key, person, role in (("hebei-clerk", "Li", "clerk"), ("hebei-approver", "Zhao", "approver")):
            body = {"act": "register", "agency": hebei.AGENCY, "person": person, "roles": [role]}
            self.world.act("keys", key, 1, {**body, "public_key": public_key_base64(key)}, "hebei-keys")
        self.fates: Counter[str] = Counter()
        self.content: dict[str, dict[str, Any]] = {}
        self.calls: Counter[str] = Counter()
        self.worst: Counter[str] = Counter()
        for phase in plan.phases:
            for row in phase.rows:
                self._send(phase.name, row)
            self.world.log()

    def _send(self, phase: str, row: Row) -> None:
        for put in row.puts:
            answer = self.world.put(put.path, put.body, f"hebei-{put.signer}")
            if answer.status != 201:
                self.fates[f"{phase} refused: {orjson.loads(answer.body)['errors'][0]['code']}"] += 1
                return
        if row.refusal is not None:
            self.fates[f"{phase} not sent: {row.refusal.code}"] += 1
            return
        self.fates[f"{phase} taken"] += 1
        if phase == "disclosures":
            self.content[row.record_id] = orjson.loads(row.puts[0].body)["content"]

    # Reading

    def read(self, path: str, query: str = "") -> Any:
        """Read, and count the storage calls."""
        memory = self.world.memory
        memory.calls.clear()
        found = self.world.json(path, query)
        made = Counter(name for name, _ in memory.calls)
        assert made.keys() <= set(READS), made
        assert made["query"] <= 1, (path, query, made)
        self.calls += made
        self.calls["reads"] += 1
        kind = "pages" if "items" in found else "records"
        self.worst[kind] = max(self.worst[kind], sum(made.values()))
        return found

    def walk(self, path: str, query: str = "") -> Iterator[dict[str, Any]]:
        """Yield every item of a list, page by page."""
        cursor = ""
        while True:
            parts = (query, f"limit={PAGE}", f"cursor={cursor}" if cursor else "")
            page = self.read(path, "&".join(filter(None, parts)))
            yield from page["items"]
            if page["next"] is None:
                return
            cursor = page["next"]

    def ids(self, query: str = "") -> set[str]:
        """Return the ids of a list; none of them comes twice."""
        found = [item["id"] for item in self.walk("/v1/disclosures", query)]
        assert len(found) == len(set(found))
        return set(found)

    def expected(self, name: str, value: str) -> set[str]:
        """Return the ids whose content has a value."""
        return {record_id for record_id, content in self.content.items() if content[name] == value}


def hold_lists(walked: Walked) -> int:
    """Hold every list and filter against what was sent; return how many lists were walked."""
    everything = set(walked.content)
    wanted = dict.fromkeys(("", "stage=published", f"jurisdiction={hebei.AGENCY}"), everything)
    wanted |= {
        "updated_since=2020-01-01": everything,
        "published_from=2020-01-01": everything,
        "stage=withdrawn": set(),
    }
    wanted["published_to=2020-01-01"] = set()
    for name in ("agency", "category", "cadence"):
        for value in sorted({content[name] for content in walked.content.values()}):
            wanted[f"{name}={value}"] = walked.expected(name, value)
    for query, ids in wanted.items():
        assert walked.ids(query) == ids, query
    return len(wanted)


def hold_records(walked: Walked) -> int:
    """Hold every record, its versions and its acts against what was sent; return how many."""
    for record_id, content in walked.content.items():
        path = f"/v1/disclosures/{record_id}"
        record = walked.read(path)
        for name in ("title", "category", "issued_on", "source_url"):
            assert record[name] == content[name], (record_id, name)
        assert record.get("body") == content.get("body")
        assert [each["version"] for each in walked.walk(f"{path}/versions")] == [1]
        assert walked.read(f"{path}/versions/1") == record
        assert [each["name"] for each in walked.walk(f"{path}/acts")] == ["submit", "approve", "publish"]
    return len(walked.content)


def main(folder: Path) -> int:
    """Disclose a folder, hold what is read against it, and print what was found."""
    rows = hebei.read(folder)
    plan = hebei.plan(rows)
    walked = Walked(plan)
    print(f"{len(rows)} rows read, {len(plan.rows)} rows planned: {dict(sorted(walked.fates.items()))}")
    notes = Counter(note for row in plan.rows for note in row.notes)
    print(f"notes: {dict(sorted(notes.items()))}")
    lists, records = hold_lists(walked), hold_records(walked)
    calls = {name: walked.calls[name] for name in ("reads", *READS)}
    print(
        f"{lists} lists and {records} records with versions and acts are as sent; {calls}; most calls {dict(walked.worst)}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
