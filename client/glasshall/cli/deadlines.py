"""`glasshall deadlines check`: recount deadlines made elsewhere, offline."""

import json
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from glasshall.cli.options import DONE, REFUSED, content_of, say
from glasshall.errors import UsageError
from glasshall.shared import ClockError, check_vectors, load_calendar
from glasshall.texts import printable

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def add(commands: "_SubParsersAction[ArgumentParser]") -> None:
    """Add the group."""
    group = commands.add_parser("deadlines", help="recount deadlines").add_subparsers(required=True, metavar="ACTION")
    check = group.add_parser("check", help="count every deadline of a file again and say how many come out")
    check.add_argument("file", metavar="FILE", help="a JSON list of deadlines, as docs/clock.md describes it")
    check.add_argument("--calendar", default="cn", help="working-day calendar that is shipped (default: cn)")
    check.set_defaults(run=_check)


def _check(options: Namespace) -> int:
    try:
        vectors = json.loads(content_of(options.file))
        calendar = load_calendar(options.calendar)
    except ValueError as error:
        raise UsageError(f"{options.file} is not JSON: {error}") from error
    except ClockError as error:
        raise UsageError(str(error)) from error
    if not isinstance(vectors, list):
        raise UsageError(f"{options.file} is not a JSON list")
    checked = check_vectors(vectors, calendar)
    for failure in checked.failures:
        counted = f"says {failure.expected}, counted {failure.computed}" if failure.expected or failure.computed else ""
        say(printable(f"{failure.id}: {counted or failure.reason}"))
    print(f"{checked.passed} passed, {len(checked.failures)} failed")
    return REFUSED if checked.failures else DONE
