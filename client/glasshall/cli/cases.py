"""`glasshall case`: what the holder of a query code can ask. Code and token are read, never given as an argument.

An argument stands in the shell's history and in the list of processes; the standard input does not.
"""

import sys
from argparse import ArgumentParser, Namespace
from getpass import getpass
from typing import TYPE_CHECKING

from glasshall.cli.options import DONE, add_server, reader_of, show
from glasshall.errors import UsageError

if TYPE_CHECKING:
    from argparse import _SubParsersAction

TOKEN_START = "v1."  # noqa: S105 - how a token begins, not one


def add(commands: "_SubParsersAction[ArgumentParser]") -> None:
    """Add the group."""
    group = commands.add_parser("case", help="ask for a case, with its query code").add_subparsers(
        required=True, metavar="WHAT"
    )
    status = group.add_parser("status", help="where the case is; reads the query code, or a token of the case")
    status.set_defaults(run=_status)
    token = group.add_parser("token", help="a token for the query code, which is read; it opens the case for 180 days")
    token.set_defaults(run=_token)
    for parser in (status, token):
        parser.add_argument("case_no", metavar="CASE_NO")
        add_server(parser)


def _status(options: Namespace) -> int:
    client, secret = reader_of(options), _secret()
    token = secret if secret.startswith(TOKEN_START) else client.case_token(options.case_no, secret)["token"]
    show(client.case_status(options.case_no, token))
    return DONE


def _token(options: Namespace) -> int:
    show(reader_of(options).case_token(options.case_no, _secret()))
    return DONE


def _secret() -> str:
    """Return what was typed, unseen, or the first line of the standard input."""
    typed = getpass("query code: ") if sys.stdin.isatty() else sys.stdin.readline()
    if not typed.strip():
        raise UsageError("a query code is wanted on the standard input")
    return typed.strip()
