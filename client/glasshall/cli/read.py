"""`glasshall get`, `list`, `changes`: public reads."""

import json
import sys
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, Any

from glasshall.cli.options import DONE, add_server, reader_of, say, show, show_line
from glasshall.cursors import CursorFile
from glasshall.errors import UsageError
from glasshall.texts import printable

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def add(commands: "_SubParsersAction[ArgumentParser]") -> None:
    """Add the commands."""
    get = commands.add_parser("get", help="a public read, as it comes; JSON made readable, of a redirect the address")
    get.add_argument("path", metavar="PATH", help="like /v1/services/511A0138?as_of=2026-10-01")
    add_server(get)
    get.set_defaults(run=_get)
    listing = commands.add_parser("list", help="a public list, one JSON object a line")
    listing.add_argument("collection", metavar="COLLECTION", help="services, disclosures, agencies ...")
    listing.add_argument("filters", nargs="*", metavar="NAME=VALUE", help="filters of the list, like agency=guangan")
    listing.add_argument("--all", action="store_true", help="follow the list to its end, not only its first page")
    add_server(listing)
    listing.set_defaults(run=_list)
    changes = commands.add_parser("changes", help="every act of the register after an index, one JSON object a line")
    changes.add_argument("--after", type=int, metavar="INDEX", help="default: from the first on")
    changes.add_argument("--cursor", metavar="FILE", help="go on after what this file says, and keep it up to date")
    changes.add_argument("--follow", action="store_true", help="go on for ever")
    changes.add_argument("filters", nargs="*", metavar="NAME=VALUE", help="kind, agency or jurisdiction; include=body")
    add_server(changes)
    changes.set_defaults(run=_changes)


def _get(options: Namespace) -> int:
    answer = reader_of(options).fetch(options.path)
    media_type = answer.headers.get("Content-Type", "").split(";")[0].strip()
    if "Location" in answer.headers:
        print(printable(answer.headers["Location"]))
    elif media_type.endswith("json"):
        show(answer.document())
    else:
        sys.stdout.buffer.write(answer.body)
    return DONE


def _list(options: Namespace) -> int:
    for page in reader_of(options).pages(options.collection, **_filters(options.filters)):
        for item in page.items:
            show_line(item.document)
        if page.next is not None and not options.all:
            say("there is more: --all follows the list to its end")
            break
    return DONE


def _changes(options: Namespace) -> int:
    if options.cursor is not None and options.after is not None:
        raise UsageError("--after or --cursor: the one says it now, the other from the last time")
    reader = reader_of(options)
    read = reader.follow if options.follow else reader.changes
    after = options.after if options.cursor is None else CursorFile(options.cursor)
    for change in read(after, **_of_changes(_filters(options.filters))):
        body = {} if change.body is None else {"body": json.loads(change.body)}
        show_line({**change.document, **body})
        sys.stdout.flush()  # what the cursor says was dealt with has left this process
    return DONE


def _of_changes(filters: dict[str, str]) -> dict[str, Any]:
    named: dict[str, Any] = {name: filters[name] for name in ("kind", "agency", "jurisdiction") if name in filters}
    if unknown := filters.keys() - named.keys() - {"include"}:
        raise UsageError(f"changes are narrowed by kind, agency or jurisdiction, not by {min(unknown)}")
    if filters.get("include", "body") != "body":
        raise UsageError("what can be included is body")
    return {**named, "include_body": "include" in filters}


def _filters(given: list[str]) -> dict[str, str]:
    pairs = [text.partition("=") for text in given]
    if wrong := [text for text, (_, equals, _) in zip(given, pairs, strict=True) if not equals]:
        raise UsageError(f"a filter is NAME=VALUE, not {wrong[0]}")
    if len({name for name, _, _ in pairs}) < len(pairs):
        raise UsageError("a filter stands twice; several values are one list with commas")
    return {name: value for name, _, value in pairs}
