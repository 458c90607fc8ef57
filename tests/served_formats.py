"""Every feed, calendar, linked-data document and catalogue of a running deployment, read by what others read them with.

    python -m tests.served_formats http://127.0.0.1:8000

feedparser reads the Atom feeds, the JSON Schema of the served OpenAPI document the JSON feeds, icalendar the calendars, pyshacl the
services (CPSV-AP) and the catalogue (DCAT-AP), the JSON Schema of DCAT-US the other one. Feeds are walked to their last page
and held to the list that they are the other form of. What is wrong is said, and the end status is 1.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

import feedparser  # type: ignore[import-untyped]
import orjson
from icalendar import Calendar
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from tests.linked_data import CPSV_AP, DCAT_AP, catalogue_us, parsed, violations

_ICS_LINE = 75


class Reader:
    """Reads a deployment, counting what it reads and noting what is wrong."""

    def __init__(self, url: str) -> None:
        self.root = url.rstrip("/")
        self.told: Counter[str] = Counter()
        self.faults: list[str] = []

    def get(self, path: str) -> tuple[bytes, str]:
        """Return what stands at an address, and as what."""
        address = path if path.startswith("http") else self.root + path
        if urlsplit(address).netloc != urlsplit(self.root).netloc:
            raise ValueError(f"{address} is not of this deployment")
        with urlopen(address) as answer:
            return answer.read(), answer.headers["Content-Type"]

    def json(self, path: str) -> Any:
        """Return JSON."""
        return orjson.loads(self.get(path)[0])

    def note(self, wrong: bool, said: str) -> None:
        """Note a fault if there is one."""
        if wrong:
            self.faults.append(said)

    def items(self, path: str) -> Iterator[dict[str, Any]]:
        """Yield the items of a list, page by page."""
        joint = "&" if "?" in path else "?"
        page = self.json(f"{path}{joint}limit=100")
        yield from page["items"]
        while page["next"]:
            page = self.json(f"{path}{joint}limit=100&cursor={page['next']}")
            yield from page["items"]

    def atom(self, path: str) -> list[str]:
        """Walk an Atom feed; return the ids of its entries."""
        found: list[str] = []
        address: str | None = path
        while address is not None:
            raw, media_type = self.get(address)
            page = feedparser.parse(raw, response_headers={"content-type": media_type})
            self.note(bool(page.bozo), f"{address}: {page.get('bozo_exception')}")
            self.note(
                any(not (e.get("title") and e.get("updated_parsed")) for e in page.entries),
                f"{address}: an entry without title or date",
            )
            found += [entry.id for entry in page.entries]
            self.told["Atom pages"] += 1
            address = next((link.href for link in page.feed.links if link.rel == "next"), None)
        self.told["Atom entries"] += len(found)
        return found

    def json_feed(self, path: str, validator: Draft202012Validator) -> list[str]:
        """Walk a JSON feed; return the ids of its items."""
        found: list[str] = []
        address: str | None = path
        while address is not None:
            page = self.json(address)
            self.faults += [f"{address}: {error.message}" for error in validator.iter_errors(page)]
            found += [item["id"] for item in page["items"]]
            self.told["JSON Feed pages"] += 1
            address = page.get("next_url")
        self.told["JSON Feed items"] += len(found)
        return found

    def calendar(self, path: str) -> None:
        """Read a calendar, all of its pages."""
        address: str | None = path
        while address is not None:
            with urlopen(self.root + address) as answer:
                raw, link = answer.read(), answer.headers.get("Link")
            events = Calendar.from_ical(raw).walk("VEVENT")
            uids = {str(event["UID"]) for event in events}
            self.note(len(uids) != len(events), f"{address}: two events of one UID")
            self.note(any(len(line) > _ICS_LINE for line in raw.split(b"\r\n")), f"{address}: a line is too long")
            self.told["calendars"] += 1
            self.told["events"] += len(events)
            address = link.partition("<")[2].partition(">")[0] if link else None


def read_feeds(reader: Reader) -> None:
    """Read every feed, in both forms, beside its list; and the lists of changes, which tell what is gone."""
    document = reader.json("/openapi.json")
    schema = {"$ref": "#/components/schemas/JsonFeed", "components": document["components"]}
    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    named = (name.removeprefix("feeds/") for name in reader.json("/v1")["links"] if name.startswith("feeds/"))
    for collection in (name.removesuffix(".atom") for name in named if name.endswith(".atom")):
        reader.told["collections with feeds"] += 1
        listed = [reader.root + item["url"] for item in reader.items(f"/v1/{collection}")]
        for found in (
            reader.atom(f"/feeds/{collection}.atom?limit=100"),
            reader.json_feed(f"/feeds/{collection}.json?limit=100", validator),
        ):
            reader.note(found != listed, f"{collection}: the feed has {len(found)} entries, the list {len(listed)}")
        if collection != "consultations":
            changed = "?updated_since=2000-01-01&limit=100"
            reader.atom(f"/feeds/{collection}.atom{changed}")
            reader.json_feed(f"/feeds/{collection}.json{changed}", validator)


def read_calendars(reader: Reader) -> None:
    """Read every calendar there is."""
    for path in ("/feeds/deadlines.ics", "/v1/consultations.ics", "/v1/consultations.ics?state=upcoming"):
        reader.calendar(path)
    reader.calendar("/v1/hearings.ics")
    for hearing in reader.items("/v1/hearings"):
        reader.calendar(f"/v1/hearings/{hearing['id']}.ics")
    for draft in reader.items("/v1/consultations"):
        reader.calendar(draft["calendar"])


def read_services(reader: Reader, most: int) -> None:
    """Read services as CPSV-AP, evenly chosen if there are more than are wanted."""
    named = [item["id"] for item in reader.items("/v1/services")]
    for service in named[:: -(-len(named) // most) or 1]:
        graph = parsed(reader.get(f"/v1/services/{service}.jsonld")[0])
        reader.note(bool(found := violations(graph, CPSV_AP)), f"{service}: {found}")
        reader.told["services as CPSV-AP"] += 1
        reader.told["triples"] += len(graph)


def read_catalogues(reader: Reader) -> None:
    """Read both catalogues, and ask for every address of the deployment that they name."""
    us = reader.json("/data.json")
    reader.faults += [f"/data.json: {error.message}" for error in catalogue_us().iter_errors(us)]
    graph = parsed(reader.get("/catalog.jsonld")[0])
    reader.note(bool(found := violations(graph, DCAT_AP)), f"/catalog.jsonld: {found}")
    reader.told["datasets"] = len(us["dataset"])
    for dataset in us["dataset"]:
        for each in dataset["distribution"]:
            reader.told["distributions"] += 1
            reader.told["files"] += "downloadURL" in each
            if "accessURL" in each:
                reader.get(each["accessURL"])


def main() -> int:
    """Read a deployment and say what was read, and what is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.served_formats")
    parser.add_argument("url", help="address of the deployment, up to before /v1")
    parser.add_argument("--services", type=int, default=100, help="at most so many services as CPSV-AP (100)")
    asked = parser.parse_args()
    reader = Reader(asked.url)
    read_feeds(reader)
    read_calendars(reader)
    read_services(reader, asked.services)
    read_catalogues(reader)
    for name, count in reader.told.items():
        print(f"{name}: {count}")
    for fault in reader.faults:
        print(f"WRONG {fault}")
    print(f"{len(reader.faults)} faults")
    return 1 if reader.faults else 0


if __name__ == "__main__":
    sys.exit(main())
