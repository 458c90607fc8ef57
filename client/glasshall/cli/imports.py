"""`glasshall import`: real data sets as acts and events, with a report that tells the fate of every row."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from glasshall.cli.options import DONE, REFUSED, add_dry_run, add_key, existing, progress, say, signer, signer_of
from glasshall.codes import CodeBook
from glasshall.errors import UsageError
from glasshall.importers import SETS, Wishes
from glasshall.importers.exchange_known import AskedServer, NothingKnown
from glasshall.importers.loading import NOT_SENT, Loader, Report, RowOutcome
from glasshall.importers.plan import Plan
from glasshall.importers.reports import summary
from glasshall.journal import Journal

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def add(commands: "_SubParsersAction[ArgumentParser]") -> None:
    """Add the command."""
    parser = commands.add_parser("import", help="import a data set; every row stored or refused with a reason")
    parser.add_argument("set", choices=sorted(SETS), metavar="SET", help=", ".join(sorted(SETS)))
    parser.add_argument("path", type=Path, metavar="PATH")
    parser.add_argument("--agency", help="root agency it goes under (default: the set's own)")
    parser.add_argument("--approver-key-file", type=Path, help="key of the second person, for disclosures")
    parser.add_argument("--approver-key-id")
    parser.add_argument(
        "--report",
        type=Path,
        help="where the fate of every row goes (default: SET.report.csv; for `exchange` the folder exchange.report)",
    )
    parser.add_argument(
        "--journal", type=Path, help="what was acknowledged, to go on from (default: SET.journal.ndjson)"
    )
    parser.add_argument("--mapping", type=Path, help="which columns and codes mean what, for `exchange` (TOML)")
    parser.add_argument("--only-source", action="store_true", help="make nothing up that the source lacks")
    parser.add_argument("--codes", type=Path, help="give some cases a query code and keep the codes in this file")
    parser.add_argument("--coded", type=int, default=20, metavar="N", help="how many cases get one (default: 20)")
    parser.add_argument("--workers", type=int, default=4, help="writes under way at once (default: 4)")
    parser.add_argument("--offline", action="store_true", help="map the rows and report; send nothing")
    add_key(parser)
    add_dry_run(parser)
    parser.set_defaults(run=_import)


def _import(options: Namespace) -> int:
    chosen = SETS[options.set]
    coded = options.coded if options.codes and not options.dry_run else 0
    known = AskedServer(signer_of(options)) if chosen.asks and not options.offline else NothingKnown()
    wishes = Wishes(options.agency or chosen.agency, not options.only_source, coded, options.mapping, known)
    plan = chosen.plan(existing(options.path), wishes)
    report = _offline(plan) if options.offline else _load(options, plan, needs_approver=chosen.needs_approver)
    target = options.report or Path(chosen.report.format(options.set))
    chosen.write(plan, report, target)
    print(summary(report))
    say(f"the fate of every row: {target}")
    if report.error is not None:
        say("it ended early; the same command goes on from here")
        raise report.error
    counts = report.counts()
    return REFUSED if counts["refused"] or (counts[NOT_SENT] and not options.offline) else DONE


def _load(options: Namespace, plan: Plan, *, needs_approver: bool) -> Report:
    clerk, approver = signer_of(options), None
    if needs_approver:
        if options.approver_key_file is None:
            raise UsageError("disclosures need two persons: give --approver-key-file too")
        approver = signer(options, options.approver_key_file, options.approver_key_id)
    file = options.journal or Path(f"{options.set}.journal.ndjson")
    loader = Loader(
        clerk,
        approver,
        Journal(None if options.dry_run else file, url=options.url, key_id=clerk.key_id),
        workers=options.workers,
        dry_run=options.dry_run,
        keep_code=CodeBook(options.codes).keep if options.codes else lambda path, code: None,
        started=_progress,
    )
    return loader.load(plan)


def _progress(name: str, rows: int) -> Callable[[int], None]:
    return progress(name, rows).advance


def _offline(plan: Plan) -> Report:
    return Report(
        tuple(
            RowOutcome(row, "refused", (row.refusal.code,), row.refusal.message)
            if row.refusal
            else RowOutcome(row, NOT_SENT)
            for row in plan.rows
        )
    )
