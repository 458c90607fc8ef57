"""`glasshall register`: checking the register from its static files, and that one checkpoint continues another."""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from glasshall.cli.options import DONE, REFUSED, add_server, content_of, object_of, reader_of, say
from glasshall.client import Client
from glasshall.errors import UsageError
from glasshall.heads import CHECKPOINT, WITNESSED, Head, HeadRefusedError, Trust, open_head
from glasshall.logs import ReadFile, files_of
from glasshall.register import Finding, check_consistent, check_range, check_register
from glasshall.register_items import ItemChecker, check_receipt, index_of
from glasshall.register_sources import folder_files, folder_paths, item_pages
from glasshall.register_trust import Known, keys_of, load, read_vkey, save
from glasshall.texts import printable

if TYPE_CHECKING:
    from argparse import _SubParsersAction

SHOWN = 20
"""Findings that are told one by one; of more, the number."""


def add(commands: "_SubParsersAction[ArgumentParser]") -> None:
    """Add the group."""
    group = commands.add_parser("register", help="check the public register").add_subparsers(
        required=True, metavar="ACTION"
    )
    verify = group.add_parser("verify", help="check the whole register, some entries, or the receipt of a write")
    _add_source(verify)
    verify.add_argument("--first", type=int, metavar="INDEX", help="only from this entry on")
    verify.add_argument("--last", type=int, metavar="INDEX", help="only up to this entry")
    verify.add_argument("--receipt", metavar="FILE", help="only the entry that the receipt of a write names")
    verify.add_argument("--item", metavar="FILE", help="with --receipt: its item of changes, instead of asking for it")
    verify.add_argument("--static", action="store_true", help="do not hold the changes of the deployment against it")
    verify.set_defaults(run=_verify)
    consistency = group.add_parser("consistency", help="check that one checkpoint continues another")
    consistency.add_argument("old", metavar="OLD", help="file of the earlier checkpoint")
    consistency.add_argument("new", nargs="?", metavar="NEW", help="file of the later one (default: the register's)")
    _add_source(consistency, positional=False)
    consistency.set_defaults(run=_consistency)


def _add_source(parser: ArgumentParser, *, positional: bool = True) -> None:
    where = "folder, or address below which the files lie (default: the register of the deployment)"
    if positional:
        parser.add_argument("source", nargs="?", metavar="SOURCE", help=where)
    else:
        parser.add_argument("--source", metavar="SOURCE", help=where)
    parser.add_argument("--key", action="append", default=[], metavar="VKEY", help="a key of the register to go by")
    parser.add_argument("--known", type=Path, metavar="FILE", help="remember keys and checkpoint here, and go by them")
    parser.add_argument("--witness", action="append", default=[], metavar="VKEY", help="a witness to go by")
    parser.add_argument("--need", type=int, default=0, metavar="K", help="refuse a head that fewer witnesses cosigned")
    add_server(parser)


def _verify(options: Namespace) -> int:
    read = _files(options)
    trust, known, told = _trust(options, read)
    head = _head(read, trust, WITNESSED if options.need else CHECKPOINT)
    if head is None:
        return REFUSED
    findings, older = _since(options, read, known, head)
    if options.receipt:
        checked, found = _receipt(options, read, head)
    elif options.first is not None or options.last is not None:
        checked, found = _some(options, read, head)
    else:
        checked, found = _whole(options, read, head)
    findings += found
    _tell(head, findings, [*told, *checked])
    if findings:
        return REFUSED
    if options.known and not older:
        save(options.known, trust.log, head)
    return DONE


def _files(options: Namespace) -> ReadFile:
    if options.source is None:
        return files_of(reader_of(options))
    if "://" in options.source:
        return files_of(Client(options.source, notice=say), "")
    if not Path(options.source).is_dir():
        raise UsageError(f"there is no folder {options.source}")
    return folder_files(Path(options.source))


def _trust(options: Namespace, read: ReadFile) -> tuple[Trust, Known | None, list[str]]:
    known = load(options.known) if options.known else None
    if options.key:
        keys, told = tuple(read_vkey(text) for text in options.key), "The keys are those given."
    else:
        keys, told = keys_of(read, known)
    witnesses = tuple(read_vkey(text) for text in options.witness)
    if options.need > len({witness.public for witness in witnesses}) or options.need < 0:
        raise UsageError("--need names more witnesses than --witness gives keys of")
    return Trust(keys, witnesses, options.need), known, [told]


def _head(read: ReadFile, trust: Trust, path: str) -> Head | None:
    try:
        return open_head(read(path), trust)
    except HeadRefusedError as error:
        print(f"The register does NOT hold.\n- {printable(str(error))}")
        return None


def _since(options: Namespace, read: ReadFile, known: Known | None, head: Head) -> tuple[list[Finding], bool]:
    """Return why what was seen before is not the beginning of what is seen now, and whether that is the older of the two."""
    if known is None:
        return [], False
    # Witnesses may have yet to see what is remembered: then it continues theirs.
    if options.need and head.size < known.checkpoint.size:
        return check_consistent(read, head.checkpoint, known.checkpoint), True
    return check_consistent(read, known.checkpoint, head.checkpoint), False


def _whole(options: Namespace, read: ReadFile, head: Head) -> tuple[list[str], list[Finding]]:
    paths: Iterator[str] = iter(())
    if options.source is not None:
        if "://" not in options.source:
            paths = folder_paths(Path(options.source))
        return [f"Every entry of {head.size:,} and every hash above them was looked at."], check_register(
            read, head, paths=paths
        )
    if options.static:
        return [f"Every entry of {head.size:,} and every hash above them was looked at."], check_register(read, head)
    reader = reader_of(options)
    items = ItemChecker(item_pages(reader))
    findings = check_register(read, head, items.look)
    told = f"Every entry of {head.size:,}, every hash above them and every item of /v1/changes was looked at."
    return [told], findings + items.finish()


def _some(options: Namespace, read: ReadFile, head: Head) -> tuple[list[str], list[Finding]]:
    first, last = options.first or 0, head.size - 1 if options.last is None else options.last
    if not 0 <= first <= last < head.size:
        raise UsageError(f"the register has the entries 0 to {head.size - 1}")
    findings, leaves = check_range(read, head, first, last)
    return [f"{len(leaves):,} entries, {first} to {last}, were proven one by one."], findings


def _receipt(options: Namespace, read: ReadFile, head: Head) -> tuple[list[str], list[Finding]]:
    receipt = object_of(options.receipt)
    index = index_of(receipt)
    if index >= head.size:
        raise UsageError(f"entry {index} is not under this checkpoint yet, which ends before {head.size}")
    item = object_of(options.item) if options.item else _asked(reader_of(options), index)
    findings, leaves = check_range(read, head, index, index)
    sentence = check_receipt(receipt, item, leaves[0]) if leaves else ""
    if sentence:
        findings.append(Finding(index, index, sentence))
    return [f"The receipt's act is entry {index}, and that is proven to be in the register."], findings


def _consistency(options: Namespace) -> int:
    read = _files(options)
    trust, _, told = _trust(options, read)
    raw = content_of(options.new) if options.new else read(WITNESSED if options.need else CHECKPOINT)
    try:
        old = open_head(content_of(options.old), Trust(trust.log))
        new = open_head(raw, trust)
    except HeadRefusedError as error:
        print(f"They do NOT agree.\n- {printable(str(error))}")
        return REFUSED
    findings = check_consistent(read, old.checkpoint, new.checkpoint)
    _tell(new, findings, [*told, f"What stood in it at {old.size:,} entries stands in it unchanged."])
    return REFUSED if findings else DONE


def _asked(reader: Client, index: int) -> Mapping[str, Any]:
    found = item_pages(reader)(index - 1, 1)
    if not found:
        raise UsageError(f"{reader.url} gives no item of changes at index {index}")
    return found[0].document


def _tell(head: Head, findings: list[Finding], told: list[str]) -> None:
    if findings:
        print("The register does NOT hold.")
        for finding in findings[:SHOWN]:
            print(printable(f"- {finding.place}: {finding.sentence}"))
        if len(findings) > SHOWN:
            print(f"- and {len(findings) - SHOWN:,} more")
        return
    print(
        printable(
            f"The register {head.checkpoint.origin} holds: {head.size:,} entries, root {head.checkpoint.root.hex()}."
        )
    )
    for sentence in told:
        print(f"- {printable(sentence)}")
    if head.cosigned_at:
        print(f"- {len(head.cosigned_at)} of the witnesses have cosigned it.")
    if head.unknown:
        print(f"- {head.unknown} signature lines are of keys that were not given.")
