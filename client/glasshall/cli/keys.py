"""`glasshall keys`: making a key pair, showing the half that is registered."""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from glasshall.cli.options import DONE, say
from glasshall.keyfiles import make_key, public_base64, read_key

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def add(commands: "_SubParsersAction[ArgumentParser]") -> None:
    """Add the group."""
    group = commands.add_parser("keys", help="make keys").add_subparsers(required=True, metavar="ACTION")
    make = group.add_parser("make", help="make an Ed25519 key and print its public half in base64")
    make.add_argument("key_id", metavar="KEYID")
    make.add_argument("--out", type=Path, required=True, metavar="DIR", help="where KEYID.pem is written (mode 0600)")
    make.set_defaults(run=_make)
    public = group.add_parser("public", help="print the public half of a key file in base64")
    public.add_argument("file", type=Path, metavar="FILE")
    public.set_defaults(run=_public)


def _make(options: Namespace) -> int:
    key, file = make_key(options.key_id, options.out)
    say(f"private key: {file} (keep it; nobody else needs it). Register this as public_key of {key.key_id}:")
    print(public_base64(key))
    return DONE


def _public(options: Namespace) -> int:
    print(public_base64(read_key(options.file)))
    return DONE
