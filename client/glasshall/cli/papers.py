"""`--paper FILE.html` of `glasshall send case` and `send code`: what the counter prints and hands out.

Whatever could fail is tried before the write that brings the code, for only its answer holds it: the names are looked up and
the file's folder is there. With a paper the code stands in its file and nowhere else: not in what is shown.
"""

import json
import os
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from glasshall.answers import Receipt
from glasshall.cli.options import DONE, say, show
from glasshall.client import Client, intake_path
from glasshall.errors import ClientError, ProblemError, UsageError
from glasshall.papers import Paper, Words, write_paper
from glasshall.wire import split_url

CODE = "query_code"
_DAY = slice(0, 10)


class Names(NamedTuple):
    """What a service and its agency are called, and where citizens look."""

    service: Words
    agency: Words
    page: str


def add_paper(parser: ArgumentParser) -> None:
    """Add the options of a write that brings a query code."""
    parser.add_argument(
        "--paper", type=Path, metavar="FILE.html", help="write the code to a page to print, for its owner only"
    )
    parser.add_argument("--page", metavar="URL", help="address that citizens open (default: --url)")


def hand_out(options: Namespace, client: Client, service: str, write: Callable[[], Receipt]) -> int:
    """Do the write and put the code it brings on paper.

    Raises:
        UsageError: no paper can be made; nothing was sent. ClientError: the write brought no code.
    """
    names = _ready(options, client, service)
    receipt = write()
    show({name: value for name, value in receipt.document.items() if name != CODE})
    code = receipt.document.get(CODE)
    if not isinstance(code, str):
        raise ClientError(
            "this write brought no code, so there is no paper: a code is shown by its first answer, that of a registration "
            f"until it is used; `glasshall send code {options.case_no} N --paper FILE` issues the next"
        )
    paper = Paper(options.case_no, code, names.service, names.agency, names.page, receipt.received_at[_DAY])
    write_paper(paper, options.paper)
    say(f"the paper: {options.paper} (print it, hand it out, delete it)")
    return DONE


def service_of_registration(content: bytes) -> str:
    """Return the service that a registration names.

    Raises:
        UsageError: it asks for no code.
    """
    try:
        registration = json.loads(content)
    except ValueError as error:
        raise UsageError(f"the registration is not JSON: {error}") from error
    if not isinstance(registration, dict) or registration.get("access") != "code":
        raise UsageError('a paper needs a registration with "access": "code"')
    return str(registration.get("service", ""))


def service_of_case(client: Client, case_no: str) -> str:
    """Return the service of a case, by a signed read of it."""
    return str(client.receipt(intake_path("cases", case_no))["status"]["service"]["id"])


def _ready(options: Namespace, client: Client, service: str) -> Names:
    if options.dry_run:
        raise UsageError("a dry run brings no code, so there is no paper")
    folder = options.paper.absolute().parent
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        raise UsageError(f"{folder} is no folder that can be written to")
    origin, base_path, _ = split_url(options.page or options.url)
    found = _found(client, "services", service)
    agency = str(found.get("agency", ""))
    name = _found(client, "agencies", agency).get("name", {"zh": agency})
    return Names(found.get("title", {"zh": service}), name, f"{origin}{base_path}/")


def _found(client: Client, collection: str, record_id: str) -> Mapping[str, Any]:
    """Return a public record, or nothing where it is not public: its id has to do then."""
    try:
        found: Mapping[str, Any] = client.get(f"/v1/{collection}/{record_id}") if record_id else {}
    except ProblemError as problem:
        if problem.status != 404:
            raise
        return {}
    return found
