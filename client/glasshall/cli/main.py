"""The command line: parsing, and errors as sentences.

Exit codes: 0 done; 1 something was refused, or did not get through; 2 misused.
"""

import os
import sys
from argparse import ArgumentParser
from collections.abc import Sequence

from glasshall import __version__
from glasshall.cli import (
    cases,
    comments,
    deadlines,
    enquiries,
    imports,
    keys,
    operator,
    read,
    receipts,
    register,
    send,
    statistics,
)
from glasshall.cli.options import MISUSED, REFUSED, say
from glasshall.errors import ClientError, UsageError

_INTERRUPTED = 130


def parser() -> ArgumentParser:
    """Return the parser of the whole command."""
    top = ArgumentParser(
        prog="glasshall", description="Signed uploads to and public reads from a Glasshall deployment."
    )
    top.add_argument("--version", action="version", version=f"glasshall {__version__}")
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    for group in (
        keys,
        send,
        read,
        cases,
        enquiries,
        comments,
        receipts,
        register,
        statistics,
        imports,
        deadlines,
        operator,
    ):
        group.add(commands)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    options = parser().parse_args(arguments)
    try:
        code: int = options.run(options)
    except UsageError as error:
        say(f"glasshall: {error}")
        return MISUSED
    except ClientError as error:
        say(f"glasshall: {error}")
        return REFUSED
    return code


def run() -> None:
    """Run the command of this process and end it."""
    try:
        code = main()
        sys.stdout.flush()
    except KeyboardInterrupt:
        code = _INTERRUPTED
    except BrokenPipeError:
        # The reader of our output (`| head`) has gone; what is left to flush at exit must not fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = REFUSED
    sys.exit(code)
