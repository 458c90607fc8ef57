"""`glasshall send`: one act, one case, one query code, one event, a file of many, or a file of a disclosure."""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from glasshall.answers import Receipt
from glasshall.attachments import WAITING, file_of, send_attachment
from glasshall.batches import count_lines, journal_file, refused_file, send_file
from glasshall.cli.options import (
    DONE,
    REFUSED,
    add_dry_run,
    add_key,
    content_of,
    existing,
    progress,
    say,
    show,
    signer_of,
)
from glasshall.cli.papers import add_paper, hand_out, service_of_case, service_of_registration
from glasshall.errors import ClientError
from glasshall.journal import Journal

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def add(commands: "_SubParsersAction[ArgumentParser]") -> None:
    """Add the group."""
    group = commands.add_parser("send", help="send signed writes").add_subparsers(required=True, metavar="WHAT")
    act = group.add_parser("act", help="one act on a record")
    act.add_argument(
        "collection", metavar="COLLECTION", help="agencies, services, disclosures, centres, rules, filings ..."
    )
    act.add_argument("id", metavar="ID")
    act.add_argument("number", type=int, metavar="N")
    act.add_argument("file", metavar="FILE", help="the act as JSON; - for the standard input")
    act.set_defaults(run=_act)
    case = group.add_parser("case", help="register a case")
    case.add_argument("case_no", metavar="CASE_NO")
    case.add_argument("file", metavar="FILE")
    add_paper(case)
    case.set_defaults(run=_case)
    code = group.add_parser("code", help="issue query code N of a case; the code before it ends")
    code.add_argument("case_no", metavar="CASE_NO")
    code.add_argument(
        "number", type=int, metavar="N", help="higher than every number so far, for a lost paper one more"
    )
    code.add_argument("--holder", choices=("applicant", "agent"), default="applicant", help="whose it is")
    add_paper(code)
    code.set_defaults(run=_code)
    event = group.add_parser("event", help="one event of a case")
    event.add_argument("case_no", metavar="CASE_NO")
    event.add_argument("event_id", metavar="EVENT_ID")
    event.add_argument("file", metavar="FILE")
    event.set_defaults(run=_event)
    batch = group.add_parser("batch", help="a file of registrations and events, one JSON object a line; resumable")
    batch.add_argument("file", type=Path, metavar="FILE.ndjson")
    batch.add_argument("--again", action="store_true", help="send everything, whatever was acknowledged before")
    batch.set_defaults(run=_batch)
    attachment = group.add_parser("attachment", help="a file of a disclosure; wait until it is checked")
    attachment.add_argument("file", type=Path, metavar="FILE")
    attachment.add_argument("--agency", required=True, metavar="ID", help="whose file it is")
    attachment.add_argument("--name", metavar="NAME", help="under which it is saved; else its own")
    attachment.add_argument("--wait", type=float, default=120.0, metavar="SECONDS", help="for the check")
    attachment.set_defaults(run=_attachment)
    for parser in (act, case, code, event, batch, attachment):
        add_key(parser)
        add_dry_run(parser)


def _act(options: Namespace) -> int:
    content = content_of(options.file)
    client = signer_of(options)
    receipt = client.put_act(options.collection, options.id, options.number, content, dry_run=options.dry_run)
    return _told(receipt, options)


def _case(options: Namespace) -> int:
    client, content = signer_of(options), content_of(options.file)

    def write() -> Receipt:
        return client.register_case(options.case_no, content, dry_run=options.dry_run)

    return (
        hand_out(options, client, service_of_registration(content), write) if options.paper else _told(write(), options)
    )


def _code(options: Namespace) -> int:
    client = signer_of(options)

    def write() -> Receipt:
        return client.issue_code(options.case_no, options.number, options.holder, dry_run=options.dry_run)

    return (
        hand_out(options, client, service_of_case(client, options.case_no), write)
        if options.paper
        else _told(write(), options)
    )


def _event(options: Namespace) -> int:
    content = content_of(options.file)
    client = signer_of(options)
    return _told(client.put_event(options.case_no, options.event_id, content, dry_run=options.dry_run), options)


def _attachment(options: Namespace) -> int:
    file = file_of(existing(options.file).read_bytes(), options.agency, options.name or options.file.name)
    known = send_attachment(signer_of(options), file, wait_seconds=options.wait, dry_run=options.dry_run)
    show(known)
    _say_if_dry(options)
    if known["state"] == WAITING and not options.dry_run:
        say("it is not checked yet; the same command asks again")
    return REFUSED if known["state"] == "refused" else DONE


def _told(receipt: Receipt, options: Namespace) -> int:
    show(receipt.document)
    _say_if_dry(options)
    return DONE


def _say_if_dry(options: Namespace) -> None:
    if options.dry_run:
        say("a dry run: nothing was stored")


def _batch(options: Namespace) -> int:
    file, client = existing(options.file), signer_of(options)
    journal = Journal(None if options.dry_run else journal_file(file), url=options.url, key_id=client.key_id)
    if options.again:
        journal.forget()
    bar = progress(file.name, count_lines(file))
    try:
        tally = send_file(client, file, journal, dry_run=options.dry_run, advance=bar.advance)
    except ClientError:
        bar.finish()
        say("it ended early; the same command goes on from here")
        raise
    bar.finish()
    show(tally.as_dict())
    _say_if_dry(options)
    if not tally.refused:
        return DONE
    say(f"{len(tally.refused):,} lines were refused; each with its reasons in {refused_file(file)}")
    return REFUSED
