"""The demonstration: three real data sets, loaded through the signed endpoints by the client that agencies install.

Guang'an's service items, the State Council's documents and Boston's service requests; see local/data/README.md for source
and licence. Below Guang'an also what is made up (`showcase`), for what no open data set tells. Each has a root agency that
the operator puts in, and three keys under the keys folder: `AGENCY-keys` (the first key, registers the others),
`AGENCY-clerk` and `AGENCY-approver`, of three made-up persons.

Invariants: whatever the load wrote before it ended anywhere, the next one completes it and changes nothing else; the query
codes of the cases that have one are in `demo-cases.json`, readable by its owner only, before the load says it is done.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from glasshall import Client, PrivateKey, make_key, public_base64, read_key
from glasshall.codes import CodeBook
from glasshall.importers import SETS, Set, Wishes
from glasshall.importers.loading import Loader, Report
from glasshall.importers.plan import Plan
from glasshall.importers.reports import summary, write_csv
from glasshall.journal import Journal
from glasshall.keyfiles import write_private

from chalicelib.errors import UnauthenticatedError
from chalicelib.usecases.api_keys import holder_of, issue_api_key
from chalicelib.usecases.operator_init import FirstKey, init_jurisdiction
from chalicelib.wiring import Wiring
from local import showcase

DATA = Path(__file__).parent / "data"
FILES = {
    "gov_cn": DATA / "gov_cn" / "gov_cn_policy_sample.csv",
    "guangan": DATA / "guangan" / "guangan_district_items.csv",
    "boston311": DATA / "boston311" / "requests_2015_first10000.csv.gz",
}
CODED_CASES = 20
CODES_FILE = "demo-cases.json"
API_KEY_FILE = "demo-api-key"
SHOWCASE = "showcase"
WORKERS = 4
_TOLD_EVERY = 2_000


class IncompleteLoadError(Exception):
    """The demonstration could not be loaded whole; the same call goes on from where it ended."""


@dataclass(frozen=True, slots=True)
class RootKeys:
    """The three keys of one root agency."""

    first: PrivateKey
    clerk: PrivateKey
    approver: PrivateKey


def load(
    url: str,
    keys_dir: Path,
    wired: Wiring,
    stop: threading.Event | None = None,
    *,
    say: Callable[[str], None] = print,
    files: Mapping[str, Path] = FILES,
) -> dict[str, str]:
    """Load what is not loaded yet and return the query codes by case number; ends early, and quietly, once `stop` is set.

    Raises:
        IncompleteLoadError: a row was refused, or the server did not answer.
    """
    stopped = stop or threading.Event()
    kept = keys_dir.parent / "demo"
    kept.mkdir(parents=True, exist_ok=True)
    book = CodeBook(keys_dir / CODES_FILE)
    for name, root, read in _plans(files, wired):
        if stopped.is_set():
            break
        began = time.monotonic()
        keys = _prepare_root(url, keys_dir, SETS[root], wired)
        report = _load_plan(url, name, read(), keys, kept, book, stopped, say)
        say(f"  {name}: {summary(report).splitlines()[0]} ({time.monotonic() - began:.0f} s)")
        if not stopped.is_set():
            _check(name, report, kept)
    _issue_api_key(keys_dir, wired)
    return book.codes()


def _issue_api_key(keys_dir: Path, wired: Wiring) -> None:
    """Issue a key for public topics, unless the one that is kept holds here; if we stop before it is kept, nobody has it."""
    file = keys_dir / API_KEY_FILE
    keys_dir.mkdir(parents=True, exist_ok=True)
    with suppress(FileNotFoundError, UnauthenticatedError):
        holder_of(file.read_text("ascii"), wired.api_keys)
        return
    key_id = f"demo-{wired.random_bytes(4).hex()}"
    text = issue_api_key(key_id, "demonstration", wired.api_keys, wired.random_bytes, wired.now())
    write_private(file, text.encode(), overwrite=file.exists())


def _plans(files: Mapping[str, Path], wired: Wiring) -> Iterator[tuple[str, str, Callable[[], Plan]]]:
    """Yield each name with the set whose root agency it goes under, and what reads its plan."""
    for name, file in files.items():
        chosen = SETS[name]
        yield name, name, partial(chosen.plan, file, Wishes(chosen.agency, coded=CODED_CASES))
        if name == showcase.BELOW:
            today = wired.now().astimezone(showcase.ZONE).date()
            yield SHOWCASE, name, partial(showcase.plan, chosen.agency, today)


def how_to_try(url: str, keys_dir: Path) -> str:
    """Return what to look at first: the page, the reference, and three lines for curl, the last with a case."""
    book = CodeBook(keys_dir / CODES_FILE).codes()
    lines = [
        f"Page       {url}/",
        f"Reference  {url}/docs",
        f"Keys       {keys_dir} (demonstration only); the client: .venv/bin/glasshall --help",
        f"Webhooks   docs/webhooks.md; {keys_dir / API_KEY_FILE} subscribes to public topics",
        "",
        f"curl '{url}/v1/services?agency=guangan-083372204&limit=3'",
        f"curl '{url}/v1/statistics/on_time_rate?jurisdiction=boston&period=all'",
    ]
    if book:
        lines += _cases_to_try(url, keys_dir / CODES_FILE, book)
    return "\n".join(lines)


def _cases_to_try(url: str, file: Path, book: Mapping[str, str]) -> list[str]:
    """Return how to look at a case: the first made-up one, else any."""
    made_up = showcase.newest(book)
    case_no = next(iter(made_up), min(book))
    question = json.dumps({"query_code": book[case_no]})
    return [
        f"curl -d '{question}' -H 'Content-Type: application/json' {url}/v1/cases/{case_no}/tokens",
        f"  gives a token for case {case_no}; with it: curl -H 'Authorization: Bearer TOKEN' {url}/v1/cases/{case_no}",
        *(f"  {number}: {what}" for number, what in made_up.items()),
        f"  {len(book)} cases with their query codes are in {file}",
    ]


def _prepare_root(url: str, keys_dir: Path, chosen: Set, wired: Wiring) -> RootKeys:
    """Put in the root agency with its first key, and register the two others with it."""
    agency = chosen.agency
    keys = RootKeys(*(_key(keys_dir, f"{agency}-{role}") for role in ("keys", "clerk", "approver")))
    first = FirstKey(keys.first.key_id, public_base64(keys.first), f"{agency}: keeper of keys (demonstration)")
    init_jurisdiction(agency, dict(chosen.root), first, wired.records, wired.now())
    registrar = Client(url, keys.first)
    for key, role in ((keys.clerk, "clerk"), (keys.approver, "approver")):
        body = {
            "act": "register",
            "agency": agency,
            "public_key": public_base64(key),
            "person": f"{agency}: {role} (demonstration)",
            "roles": [role],
        }
        registrar.put_act("keys", key.key_id, 1, body)
    return keys


def _key(keys_dir: Path, key_id: str) -> PrivateKey:
    file = keys_dir / f"{key_id}.pem"
    return read_key(file) if file.exists() else make_key(key_id, keys_dir)[0]


def _load_plan(
    url: str,
    name: str,
    plan: Plan,
    keys: RootKeys,
    kept: Path,
    book: CodeBook,
    stop: threading.Event,
    say: Callable[[str], None],
) -> Report:
    loader = Loader(
        Client(url, keys.clerk),
        Client(url, keys.approver),
        Journal(kept / f"{name}.journal.ndjson", url=url, key_id=keys.clerk.key_id),
        workers=WORKERS,
        stop=stop,
        keep_code=book.keep,
        started=lambda phase, rows: _progress(f"{name}, {phase}", rows, say),
    )
    return loader.load(plan)


def _progress(label: str, rows: int, say: Callable[[str], None]) -> Callable[[int], None]:
    """Return what is told of rows done: a line for every two thousand, none for a short phase."""
    lock, counted = threading.Lock(), [0]

    def advance(done: int) -> None:
        with lock:
            before, counted[0] = counted[0], counted[0] + done
            if before // _TOLD_EVERY != counted[0] // _TOLD_EVERY:
                say(f"  {label}: {counted[0]:,} of {rows:,}")

    return advance


def _check(name: str, report: Report, kept: Path) -> None:
    counts = report.counts()
    if report.error is None and not counts["refused"] and not counts["not_sent"]:
        return
    target = kept / f"{name}.report.csv"
    write_csv(report, target)
    why = report.error or f"{counts['refused']:,} rows refused, {counts['not_sent']:,} not sent"
    raise IncompleteLoadError(f"{name}: {why}; the fate of every row is in {target}")
