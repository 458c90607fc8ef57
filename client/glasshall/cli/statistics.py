"""`glasshall statistics`: whether the figures of a closed period are those that the register binds."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from glasshall.cli.options import DONE, REFUSED, add_server, reader_of
from glasshall.statistics import check_period
from glasshall.texts import printable

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def add(commands: "_SubParsersAction[ArgumentParser]") -> None:
    """Add the group."""
    group = commands.add_parser("statistics", help="published figures").add_subparsers(required=True, metavar="ACTION")
    verify = group.add_parser("verify", help="make the hash of a closed period again, from every figure of it")
    verify.add_argument(
        "period", metavar="ID", help="like 2026-10-guangan; `glasshall list statistics-periods` has them"
    )
    add_server(verify)
    verify.set_defaults(run=_verify)


def _verify(options: Namespace) -> int:
    checked = check_period(reader_of(options), options.period)
    for failure in checked.failures:
        print(printable(failure))
    if not checked.failures:
        print(f"{checked.figures} figures give the hash that the register binds")
    return REFUSED if checked.failures else DONE
