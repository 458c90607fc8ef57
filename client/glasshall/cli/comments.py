"""`glasshall comment`: what anybody can send on a draft, and what its agency shows or withholds."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from glasshall.cli.options import (
    DONE,
    add_dry_run,
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
from glasshall.errors import UsageError

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def add(commands: "_SubParsersAction[ArgumentParser]") -> None:
    """Add the group."""
    group = commands.add_parser("comment", help="comments on drafts: send, moderate").add_subparsers(
        required=True, metavar="WHAT"
    )
    send = group.add_parser("send", help="send one; it is public once the agency has moderated it")
    send.set_defaults(run=_send)
    send.add_argument("disclosure", metavar="DISCLOSURE")
    send.add_argument("file", metavar="FILE", help="the comment as JSON; - for the standard input")
    send.add_argument("--uuid", help="that of an earlier try whose answer was lost; default: a new one")
    add_server(send)
    queue = group.add_parser("queue", help="what waits for moderation, oldest first; signed")
    queue.set_defaults(run=_queue)
    queue.add_argument("disclosure", metavar="DISCLOSURE")
    one = group.add_parser("show", help="one comment whole, with the contact while it is kept; signed")
    one.set_defaults(run=_show)
    moderate = group.add_parser("moderate", help="show or withhold one; signed")
    moderate.set_defaults(run=_moderate)
    for parser in (one, moderate):
        parser.add_argument("uuid", metavar="UUID")
    moderate.add_argument("outcome", choices=("shown", "withheld"))
    moderate.add_argument("--reason", metavar="CODE", help="why it is withheld, of /v1/codes/moderation")
    moderate.add_argument("--document", help="the law that forbids to show it, where the reason is law")
    moderate.add_argument("--article")
    add_dry_run(moderate)
    for parser in (queue, one, moderate):
        add_key(parser)


def _send(options: Namespace) -> int:
    name = options.uuid or str(uuid4())
    say(f"sent as {name}: if no answer comes, send the same again with --uuid {name}")
    show(reader_of(options).send_comment(options.disclosure, name, content_of(options.file)))
    return DONE


def _queue(options: Namespace) -> int:
    show_signed_list(signer_of(options), intake_path("disclosures", options.disclosure, "comments"))
    return DONE


def _show(options: Namespace) -> int:
    show(signer_of(options).receipt(intake_path("comments", options.uuid)))
    return DONE


def _moderate(options: Namespace) -> int:
    client = signer_of(options)
    number = client.receipt(intake_path("comments", options.uuid))["next_act"]
    show(client.put_act("comments", options.uuid, number, _act(options), dry_run=options.dry_run).document)
    return DONE


def _act(options: Namespace) -> dict[str, Any]:
    if options.article and not options.document:
        raise UsageError("--article goes with --document")
    law = {"document": options.document, "article": options.article}
    act = {"act": "moderate", "outcome": options.outcome, "reason": options.reason}
    basis = {name: value for name, value in law.items() if value}
    return {name: value for name, value in act.items() if value} | ({"legal_basis": basis} if basis else {})
