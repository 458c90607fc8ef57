"""Options that several commands share, and what is made of them.

Each may come from the environment: GLASSHALL_URL, GLASSHALL_KEY_FILE, GLASSHALL_KEY_ID, GLASSHALL_AUTHORITY. There is no
configuration file.
"""

import json
import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from glasshall.client import Client
from glasshall.errors import UsageError
from glasshall.keyfiles import read_key
from glasshall.progress import Progress
from glasshall.texts import printable

DEFAULT_URL = "http://127.0.0.1:8000"
DONE, REFUSED, MISUSED = 0, 1, 2


def add_server(parser: ArgumentParser) -> None:
    """Add the options of every command that speaks to a server."""
    parser.add_argument("--url", default=os.environ.get("GLASSHALL_URL", DEFAULT_URL), help="address of the deployment")
    parser.add_argument(
        "--authority",
        default=os.environ.get("GLASSHALL_AUTHORITY"),
        help="public host and port that are signed, where they are not those of --url",
    )


def add_key(parser: ArgumentParser) -> None:
    """Add the options of every command that signs."""
    add_server(parser)
    environment = os.environ
    parser.add_argument(
        "--key-file", type=Path, default=environment.get("GLASSHALL_KEY_FILE"), help="PEM, or base64 of an HMAC secret"
    )
    parser.add_argument(
        "--key-id", default=environment.get("GLASSHALL_KEY_ID"), help="default: the key file's name without its ending"
    )


def add_dry_run(parser: ArgumentParser) -> None:
    """Add --dry-run."""
    parser.add_argument("--dry-run", action="store_true", help="the same way to the last step; nothing is stored")


def reader_of(options: Namespace) -> Client:
    """Return the client for public reads."""
    return Client(options.url, authority=options.authority, notice=say)


def signer_of(options: Namespace) -> Client:
    """Return the client that signs.

    Raises:
        UsageError: no key file was given, or it holds no key.
    """
    if options.key_file is None:
        raise UsageError("this needs a key: --key-file FILE, or GLASSHALL_KEY_FILE")
    return signer(options, options.key_file, options.key_id)


def signer(options: Namespace, key_file: Path, key_id: str | None) -> Client:
    """Return the client that signs with the key of this file.

    Raises:
        UsageError: it holds no key.
    """
    return Client(options.url, read_key(key_file, key_id), authority=options.authority, notice=say)


def content_of(file: str) -> bytes:
    """Return the bytes of a file, or of the standard input for `-`.

    Raises:
        UsageError: it cannot be read.
    """
    if file == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}") from error


def object_of(file: str) -> dict[str, Any]:
    """Return the JSON object that a file, or the standard input for `-`, holds.

    Raises:
        UsageError: it cannot be read, or holds none.
    """
    try:
        found = json.loads(content_of(file))
    except ValueError as error:
        raise UsageError(f"{file} is not JSON: {error}") from error
    if not isinstance(found, dict):
        raise UsageError(f"{file} is not a JSON object")
    return found


def existing(path: Path) -> Path:
    """Return the path if something is there.

    Raises:
        UsageError: nothing is.
    """
    if not path.exists():
        raise UsageError(f"there is no {path}")
    return path


def show(value: Any) -> None:
    """Write a JSON value to the standard output, to be read by people."""
    print(printable(json.dumps(value, ensure_ascii=False, indent=2)))


def show_line(value: Mapping[str, Any]) -> None:
    """Write a JSON object to the standard output as one line."""
    print(printable(json.dumps(value, ensure_ascii=False)))


def show_signed_list(client: Client, path: str) -> None:
    """Write every item of a signed list as a line, following `next` to its end."""
    following: str | None = path
    while following:
        page = client.receipt(following)
        for item in page["items"]:
            show_line(item)
        following = page["next"]


def say(text: str) -> None:
    """Write a sentence for people to the standard error."""
    print(text, file=sys.stderr)


def progress(label: str, total: int) -> Progress:
    """Return the progress shown on the standard error."""
    return Progress(label, total, sys.stderr)
