"""`glasshall enquiry`: what anybody can send to an agency, and what the agency has not answered."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING
from uuid import uuid4

from glasshall.cli.options import (
    DONE,
    add_key,
    add_server,
    content_of,
    reader_of,
    say,
    show,
    show_signed_list,
    signer_of,
)
from glasshall.client import intake_path

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def add(commands: "_SubParsersAction[ArgumentParser]") -> None:
    """Add the group."""
    group = commands.add_parser("enquiry", help="ask, complain, request information").add_subparsers(
        required=True, metavar="WHAT"
    )
    send = group.add_parser("send", help="send one; the answer brings number and query code, once")
    send.set_defaults(run=_send)
    send.add_argument("file", metavar="FILE", help="the enquiry as JSON; - for the standard input")
    send.add_argument("--uuid", help="that of an earlier try whose answer was lost; default: a new one")
    add_server(send)
    waiting = group.add_parser("list", help="what an agency has not answered, oldest first; signed")
    waiting.set_defaults(run=_list)
    waiting.add_argument("agency", metavar="AGENCY")
    add_key(waiting)


def _send(options: Namespace) -> int:
    number = options.uuid or str(uuid4())
    say(f"sent as {number}: if no answer comes, send the same again with --uuid {number}")
    show(reader_of(options).send_enquiry(number, content_of(options.file)))
    return DONE


def _list(options: Namespace) -> int:
    show_signed_list(signer_of(options), intake_path("agencies", options.agency, "enquiries"))
    return DONE
