"""A deployment with records by chance, and what any list of it must give: every record looked at, one by one.

The lists are read two ways, from an index partition and from the read model; here neither is asked.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from random import Random
from typing import Any

import orjson

from chalicelib.domain.document_numbers import normalised as normalised_number
from chalicelib.domain.search_text import normalised, texts_of
from chalicelib.usecases.operator_init import FirstKey, init_jurisdiction
from tests.rule_world import rules_of_every_stage
from tests.world import ROOT, World, public_key_base64

Record = dict[str, Any]
Values = Callable[[Record], set[str]]

TREE = {"works": "guangan", "roads": "works", "bridges": "roads", "labour": "guangan", "yuechi-works": "yuechi"}
WORDS = ("计划", "公路", "收费", "许可", "Bridge", "ｒｏａｄ", "Plán", "劳动", "审批 流程", "水", "2026")
CATEGORIES, CADENCES = ("plans", "fees", "statistics"), ("regular", "phased", "ad_hoc")
EVENTS = ("investing", "birth", "hiring")


def text(chance: Random) -> dict[str, str]:
    """Return a text of a few words."""
    return {"zh": "".join(chance.choices(WORDS, k=chance.randrange(1, 5)))}


def by_chance(seed: int, records: int = 60) -> World:
    """Return a deployment of two jurisdictions with records of many kinds, several of them withdrawn, in the read model."""
    world, chance = World().init(), Random(seed)
    key = FirstKey("yuechi-keys", public_key_base64("yuechi-keys"), "Sun", ("keys", "clerk"))
    init_jurisdiction("yuechi", {**ROOT, "name": {"zh": "岳池县"}}, key, world.wired.records, world.now)
    world.key("yuechi-clerk", "yuechi", "Sun", ["clerk"], signed_with="yuechi-keys")
    world.key("yuechi-approver", "yuechi", "Qian", ["approver"], signed_with="yuechi-keys")
    for agency, parent in TREE.items():
        content = {"name": text(chance), "level": chance.choice(("department", "township")), "parent": parent}
        world.act("agencies", agency, 1, {"act": "register", "content": content}, clerk(agency))
    for number in range(records):
        _service(world, chance, f"s{number}")
        _disclosure(world, chance, f"d{number}")
        world.pass_time(hours=chance.randrange(0, 30))
        if number % 17 == 0:
            world.log()
    rules_of_every_stage(world)
    world.log()
    world.index()
    return world


def clerk(agency: str) -> str:
    """Return the key that acts for an agency."""
    return "yuechi-clerk" if agency.startswith("yuechi") else "root-clerk"


def _service(world: World, chance: Random, record_id: str) -> None:
    agency = chance.choice(tuple(TREE))
    content = {
        "agency": agency,
        "title": text(chance),
        "service_kind": chance.choice(("licence", "benefit", "request")),
        "handling": chance.choice(("promised", "immediate")),
        "life_events": chance.sample(EVENTS, k=chance.randrange(3)),
        "conditions": [text(chance)],
    }
    world.act("services", record_id, 1, {"act": "publish", "content": content}, clerk(agency))
    if chance.random() < 0.15:
        world.act("services", record_id, 2, {"act": "withdraw", "reason": {"zh": "取消"}}, clerk(agency))


def _disclosure(world: World, chance: Random, record_id: str) -> None:
    agency = chance.choice(tuple(TREE))
    content = {
        "agency": agency,
        "title": text(chance),
        "category": chance.choice(CATEGORIES),
        "cadence": chance.choice(CADENCES),
        "body": text(chance),
        **({"doc_no": f"广区发〔2026〕{chance.randrange(1, 4)}号"} if chance.random() < 0.5 else {}),
    }
    who = clerk(agency)
    receipt = world.act("disclosures", record_id, 1, {"act": "submit", "content": content}, who)
    review = {"reviewer": "office", "result": "cleared"}
    approval = {"act": "approve", "approves_sha256": receipt["sha256"], "secrecy_review": review}
    world.act("disclosures", record_id, 2, approval, who.replace("clerk", "approver"))
    world.act("disclosures", record_id, 3, {"act": "publish"}, who)
    if chance.random() < 0.2:
        world.act("disclosures", record_id, 4, {"act": "withdraw", "reason": {"zh": "误发"}}, who)


# What a list must give


def one(*path: str) -> Values:
    """Return what reads the only value at a path."""

    def read(record: Record) -> set[str]:
        value: Any = record
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        return set() if value is None else {str(value)}

    return read


def many(member: str, name: str = "") -> Values:
    """Return what reads the values of a list, or of one member of its entries."""
    return lambda record: {each[name] if name else each for each in record.get(member, ()) if not name or name in each}


EVERYWHERE: Mapping[str, Values] = {"agency": one("agency"), "jurisdiction": one("jurisdiction"), "stage": one("stage")}
VALUES: Mapping[str, Mapping[str, Values]] = {
    "agencies": {"level": one("level"), "parent": one("parent")},
    "services": {
        "service_kind": one("service_kind"),
        "handling": one("handling"),
        "life_event": many("life_events"),
        "centre": many("windows", "centre"),
    },
    "disclosures": {"category": one("category"), "cadence": one("cadence"), "doc_no": one("doc_no")},
    "rules": {"kind": one("rule_kind"), "area": one("area"), "doc_no": one("doc_no")},
    "supervision": {"colour": one("colour"), "about": lambda card: {"case" if "service" in card else "duty"}},
    "hearings": {"kind": one("hearing_kind"), "disclosure": one("disclosure")},
    "filings": {"receiver": one("receiver"), "disclosure": one("disclosure")},
    "evaluations": {"evaluated": many("agencies", "agency")},
    "feedback": {
        "about": lambda said: {":".join(filter(None, (each["kind"], each.get("id")))) for each in said["about"]}
    },
    "centres": {},
    "comments": {"disclosure": one("disclosure")},
}
UNLISTED = {"withdrawn", "lifted", "dissolved", "closed", "withheld"}


def all_of(world: World, collection: str) -> list[Record]:
    """Return every record of a collection that is public, whole, those withdrawn as well."""
    ids, cursor = [], ""
    while True:
        page = world.json(f"/v1/{collection}", f"updated_since=2000-01-01&limit=100{cursor}")
        ids += [item["id"] for item in page["items"]]
        if page["next"] is None:
            return [world.json(f"/v1/{collection}/{record_id}") for record_id in ids]
        cursor = f"&cursor={page['next']}"


def is_listed(record: Record) -> bool:
    """Return whether a record stands in the plain list: of rounds and hearings every one that is not withdrawn does."""
    return record["stage"] not in UNLISTED or (record["kind"] == "evaluation" and record["stage"] == "closed")


def passes(record: Record, asked: Mapping[str, Any], collection: str, agencies: Mapping[str, Record]) -> bool:
    """Return whether a record is in the list that is asked for."""
    known = {**EVERYWHERE, **VALUES[collection]}
    whole = {"include", "updated_since", "stage"} & asked.keys()
    return (
        (bool(whole) or is_listed(record))
        and all(_has(record, name, asked, known[name], agencies) for name in known.keys() & asked.keys())
        and (_instant(asked.get("published_from")) or _FIRST) <= _instant(record["published_at"])
        and _instant(record["published_at"]) <= (_instant(asked.get("published_to")) or _LAST)
        and (_instant(asked.get("updated_since")) or _FIRST) <= _instant(record["record_changed_at"])
        and all(_says(record, word) for word in asked.get("q", "").split())
    )


_FIRST, _LAST = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)


def _instant(text_: str | None) -> Any:
    return datetime.fromisoformat(text_) if text_ else None


def _has(record: Record, name: str, asked: Mapping[str, Any], values: Values, agencies: Mapping[str, Record]) -> bool:
    wanted = {normalised_number(asked[name])} if name == "doc_no" else set(asked[name].split(","))
    if name == "agency" and "subtree" in asked:
        return bool(wanted & set(agencies[record["agency"]]["path"]))
    return bool(wanted & values(record))


def _says(record: Record, word: str) -> bool:
    return any(normalised(word) in normalised(each) for each in texts_of(record))


def in_order(records: list[Record], asked: Mapping[str, Any]) -> list[str]:
    """Return the ids of records as a list gives them."""
    if "updated_since" in asked:
        return [r["id"] for r in sorted(records, key=lambda r: (_instant(r["record_changed_at"]), r["id"]))]
    return [r["id"] for r in sorted(records, key=lambda r: (_instant(r["published_at"]), r["id"]), reverse=True)]


def said_of(records: list[Record], collection: str, name: str) -> list[dict[str, Any]]:
    """Return how records divide by a filter."""
    values = {**EVERYWHERE, **VALUES[collection]}[name]
    counts: dict[str, int] = {}
    for value in (value for record in records for value in values(record)):
        counts[value] = counts.get(value, 0) + 1
    return [{"value": value, "count": n} for value, n in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))]


def loads(body: bytes) -> Any:
    """Return what an answer says."""
    return orjson.loads(body)
