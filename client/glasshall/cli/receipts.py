"""`glasshall receipt`: fetching the signed receipt of a case and verifying it; the receipt of an agency's own write.

A token is read from a file or the standard input and never taken from the command line, where others could see it.
"""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping
from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from glasshall.cli.options import DONE, REFUSED, add_key, add_server, content_of, reader_of, say, show, signer_of
from glasshall.errors import UsageError
from glasshall.keyfiles import write_private
from glasshall.receipts import Verdict, read_keys, verify_receipt
from glasshall.texts import printable

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def add(commands: "_SubParsersAction[ArgumentParser]") -> None:
    """Add the group."""
    group = commands.add_parser("receipt", help="receipts: of a case, of a write").add_subparsers(
        required=True, metavar="ACTION"
    )
    verify = group.add_parser("verify", help="say whether the receipt of a case holds, and what it says")
    verify.add_argument("file", metavar="FILE", help="the receipt; - for the standard input")
    verify.add_argument("--keys", metavar="JWKS", help="file of the deployment's keys; nothing is asked of the network")
    add_server(verify)
    verify.set_defaults(run=_verify)
    get = group.add_parser("get", help="fetch the signed receipt of a case with its token")
    get.add_argument("case_no", metavar="CASE_NO")
    get.add_argument("--token-file", default="-", metavar="FILE", help="where the token stands (default: asked for)")
    get.add_argument("--out", type=Path, metavar="FILE", help="where to write it, for its owner only")
    add_server(get)
    get.set_defaults(run=_get)
    intake = group.add_parser("intake", help="a signed read of an intake path")
    intake.add_argument("path", metavar="PATH", help="like /v1/intake/services/511A0138/acts/1")
    add_key(intake)
    intake.set_defaults(run=_intake)


def _verify(options: Namespace) -> int:
    document = content_of(options.file)
    source = options.keys or f"{options.url}/v1/receipt-keys"
    keys = read_keys(content_of(options.keys) if options.keys else reader_of(options).receipt_keys())
    verdict = verify_receipt(document, keys)
    if not verdict.holds:
        print("This receipt does NOT hold.")
        for failure in verdict.failures:
            print(f"- {printable(failure)}")
        if verdict.kid:
            print(f"It names the key {printable(verdict.kid)}; the keys looked at are those of {printable(source)}.")
        return REFUSED
    for line in _told(verdict, source):
        print(printable(line))
    return DONE


def _told(verdict: Verdict, source: str) -> Iterator[str]:
    """Yield what was verified, then what the receipt says."""
    yield "This receipt holds."
    yield f"- It was signed with the key {verdict.kid}, which is one of those of {source}."
    yield "- Every byte of what was signed is as it was signed, and the readable part says the same."
    yield "- Whether those are the keys of the deployment it names is for you to know: compare them with what it publishes."
    yield "It says:"
    yield from _lines(verdict.claims, "  ")


def _lines(members: Mapping[str, Any], indent: str) -> Iterator[str]:
    for name, value in members.items():
        if isinstance(value, Mapping):
            yield f"{indent}{name}:"
            yield from _lines(value, indent + "  ")
        elif isinstance(value, list):
            yield f"{indent}{name}:"
            for entry in value:
                yield f"{indent}  - {_flat(entry)}"
        else:
            yield f"{indent}{name}: {value}"


def _flat(value: Any) -> str:
    return ", ".join(f"{name} {part}" for name, part in value.items()) if isinstance(value, Mapping) else str(value)


def _get(options: Namespace) -> int:
    receipt = reader_of(options).case_receipt(options.case_no, _token(options.token_file))
    if options.out is None:
        print(receipt.decode())
        return DONE
    try:
        write_private(options.out, receipt, overwrite=True)
    except OSError as error:
        raise UsageError(f"{options.out} cannot be written: {error.strerror}") from error
    say(f"the receipt: {options.out}")
    return DONE


def _token(file: str) -> str:
    if file == "-" and sys.stdin.isatty():
        return getpass("token: ").strip()
    return content_of(file).decode("utf-8", "replace").strip()


def _intake(options: Namespace) -> int:
    show(signer_of(options).receipt(options.path))
    return DONE
