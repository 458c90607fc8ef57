"""What the stories of documents share: a deployment with the agencies of a district, and a page that grows with what happens.

The real app is driven over true API Gateway events with real signatures; a page is what was sent and what came back. Tests
hold each page byte for byte.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from chalicelib.jobs import advance_clocks
from local.messages import Response
from tests.case_world import CaseWorld
from tests.transcripts import pretty

ZONE = timedelta(hours=8)
AGENCIES = {
    "price": ("区发展和改革局", "Development and Reform"),
    "works": ("区住房和城乡建设局", "Housing and Construction"),
    "leading-group": ("区政务公开领导小组", "Leading Group for Open Government"),
}
READING = """\
What is left out of answers, by rule: of a receipt all but its state; of a refusal all but code, place and message of each
reason; of a record all members but those that the step is about, which are shown whole. `…` stands for the rest of a SHA-256.
Every request of an agency is signed (RFC 9421, [signing.md](signing.md)); who signs stands beside the request line. The register
job runs after each step, so what was sent is public.
"""


class District(CaseWorld):
    """A district whose bureaus decide and build, with the people who hand in, approve, moderate, receive and supervise."""

    def begin(self) -> "District":
        """Put in the agencies and their keys."""
        self.init()
        for agency, (zh, en) in AGENCIES.items():
            content = {"name": {"zh": zh, "en": en}, "level": "department", "parent": "guangan"}
            self.act("agencies", agency, 1, {"act": "register", "content": content})
        for agency in ("price", "works"):
            self.key(f"{agency}-clerk", agency, "Chen", ["clerk"])
            self.key(f"{agency}-approver", agency, "Zhou", ["approver"])
            self.key(f"{agency}-chen", agency, "Chen", ["approver"])
            self.key(f"{agency}-moderator", agency, "Tang", ["moderator"])
        self.key("district-receiver", "guangan", "Gao", ["filing_receiver"])
        self.key("group-receiver", "leading-group", "Ma", ["filing_receiver"])
        self.key("group-clerk", "leading-group", "Ma", ["clerk"])
        self.log()
        return self


class DocumentStory:
    """The page as it grows, and the world in which it happens."""

    def __init__(self, introduction: str, begins: str, world: District | None = None) -> None:
        self.world = world or District()
        self.world.now = datetime.fromisoformat(begins).astimezone(UTC)
        self.world.begin()
        self.parts = [introduction, READING]
        self.number = 0
        self.acts: dict[str, int] = {}
        """The number of the last act of each record."""

    def step(self, moment: str, title: str, told: str) -> None:
        """Begin a step at a moment of local time; the clock has run at the beginning of each day until then."""
        at = datetime.fromisoformat(f"{moment}+08:00")
        assert at >= self.world.now, "time runs forward"
        night = (self.world.now + ZONE).replace(hour=0, minute=15, second=0, microsecond=0) - ZONE
        while (night := night + timedelta(days=1)) < at:
            self.world.now = night
            self.clock()
        self.world.now = at.astimezone(UTC)
        self.clock()
        self.number += 1
        self.parts.append(f"## {self.number}. {title}\n\n{moment.replace('T', ' ')[:16]}. {told}\n")

    def say(self, told: str) -> None:
        """Say something between two requests."""
        self.parts.append(f"{told}\n")

    def clock(self) -> None:
        """Let the clock and the register job run."""
        advance_clocks.run(self.world.wired)
        self.world.log()

    def act(self, place: str, body: dict[str, Any], key: str) -> Response:
        """Send the next act of a record (`disclosures/water`), and show it with its answer."""
        number = self.acts.get(place, 0) + 1
        path = f"/v1/intake/{place}/acts/{number}"
        answer = self.world.put(path, body, key)
        if answer.status == 201:
            self.acts[place] = number
        self._show(f"PUT {path}", f"signed by `{key}`", body, answer)
        return answer

    def public(self, method: str, path: str, body: dict[str, Any]) -> Response:
        """Send what anybody may send, and show it with its answer."""
        headers = (("Content-Type", "application/json"),)
        answer = self.world.request(method, path, headers=headers, body=orjson.dumps(body), source_ip="203.0.113.9")
        self._show(f"{method} {path}", "anybody, no key", body, answer)
        return answer

    def _show(self, line: str, who: str, body: dict[str, Any], answer: Response) -> None:
        told = answer.json()
        if "errors" in told:
            shown = {"errors": [{n: e[n] for n in ("code", "pointer", "message") if n in e} for e in told["errors"]]}
        else:
            shown = {name: told[name] for name in ("state", "query_code") if name in told}
        self.parts.append(f"`{line}`, {who}\n\n```json\n{pretty(shortened(body))}\n```\n")
        self.parts.append(f"{answer.status}\n\n```json\n{pretty(shown)}\n```\n")
        self.world.log()

    def read(self, path: str, *members: str, rules: tuple[str, ...] = ()) -> Any:
        """Show what everybody reads: of a record or the items of a list these members; of cards those of these rules."""
        found = self.world.json(*path.split("?"))
        items = [item for item in found.get("items", ()) if not rules or item["rule"] in rules]
        shown = [_only(item, members) for item in items] if "items" in found else _only(found, members)
        self.parts.append(f"`GET {path}`\n\n```json\n{pretty(shortened(shown))}\n```\n")
        return found

    @property
    def page(self) -> str:
        """The page."""
        return "\n".join(self.parts)


def _only(record: dict[str, Any], members: tuple[str, ...]) -> dict[str, Any]:
    return {name: record[name] for name in members if name in record}


def shortened(value: Any) -> Any:
    """Return a value in which the SHA-256 of anything is cut to its beginning."""
    if isinstance(value, dict):
        return {name: shortened(each) for name, each in value.items()}
    if isinstance(value, list):
        return [shortened(each) for each in value]
    digest = isinstance(value, str) and len(value) == 64 and not value.strip("0123456789abcdef")
    return f"{value[:12]}…" if digest else value
