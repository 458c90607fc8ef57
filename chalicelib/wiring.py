"""The composition root: settings to stores, clock and chance. Routes and jobs reach storage only through here.

Everything is made on first use, so a public read pays for the DynamoDB client and nothing else.
"""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.settings import Settings, load_settings

if TYPE_CHECKING:
    from chalicelib.domain.keyring import Keyring
    from chalicelib.domain.public_view import Site
    from chalicelib.store.api_keys import ApiKeys
    from chalicelib.store.attachments import Attachments
    from chalicelib.store.cards import Cards
    from chalicelib.store.case_codes import CaseCodes
    from chalicelib.store.case_statuses import CaseStatuses
    from chalicelib.store.cases import Cases
    from chalicelib.store.catalogue import Catalogue
    from chalicelib.store.clocks import Clocks
    from chalicelib.store.comments import Comments
    from chalicelib.store.duties import Duties
    from chalicelib.store.erasures import Erasures
    from chalicelib.store.estimates import Estimates
    from chalicelib.store.exports import Exports
    from chalicelib.store.figures import Figures
    from chalicelib.store.harvest import HarvestTable
    from chalicelib.store.log_files import LogFiles
    from chalicelib.store.objects import Objects
    from chalicelib.store.outbox import OutboxTable
    from chalicelib.store.public_subscriptions import PublicSubscriptions
    from chalicelib.store.published_figures import StatisticsRun
    from chalicelib.store.ratings import Ratings
    from chalicelib.store.read_model import ReadModel
    from chalicelib.store.receivers import Receivers
    from chalicelib.store.records import Records
    from chalicelib.store.register import Register
    from chalicelib.store.search_builds import SearchBuilds
    from chalicelib.store.table import Table
    from chalicelib.store.views import Views
    from chalicelib.tlog.notes import NoteSigner
    from chalicelib.usecases.attachments import Files
    from chalicelib.usecases.deliver_webhooks import Sender
    from chalicelib.usecases.harvest import Source
    from chalicelib.usecases.kept_ring import KeptRing
    from chalicelib.usecases.side_by_side import SideBySide


def system_now() -> datetime:
    """Return the current instant in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - here the clock enters the program


class Wiring:
    """One process's parts. Tests make one with their own table, clock and chance."""

    def __init__(
        self,
        settings: Settings,
        *,
        table: "Table | None" = None,
        objects: "Objects | None" = None,
        files: "Files | None" = None,
        secret: Callable[[], bytes] | None = None,
        origins: "Source | None" = None,
        sender: "Sender | None" = None,
        now: Callable[[], datetime] = system_now,
        random_bytes: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self.settings = settings
        self.now = now
        self.random_bytes = random_bytes
        self._table = table
        self._objects = objects
        self._origins = origins
        self._sender = sender
        self._files = files
        self._secret = secret or self._read_secret

    @cached_property
    def table(self) -> "Table":
        """The table."""
        if self._table is not None:
            return self._table
        from chalicelib.store.aws import dynamodb_client
        from chalicelib.store.dynamo import DynamoTable

        return DynamoTable(dynamodb_client(), self.settings.table)

    @cached_property
    def objects(self) -> "Objects":
        """The object store."""
        if self._objects is not None:
            return self._objects
        from chalicelib.store.aws import s3_client
        from chalicelib.store.objects import S3Objects

        return S3Objects(s3_client(), self.settings.bucket)

    @cached_property
    def records(self) -> "Records":
        """The record nouns."""
        from chalicelib.store.records import Records

        return Records(self.table, self.objects)

    @cached_property
    def attachments(self) -> "Attachments":
        """Attachments, as agencies announce them."""
        from chalicelib.store.attachments import Attachments

        return Attachments(self.table, self.records)

    @cached_property
    def files(self) -> "Files":
        """The bytes of attachments."""
        if self._files is not None:
            return self._files
        from chalicelib.store.aws import upload_client
        from chalicelib.store.files import S3Files

        return S3Files(upload_client(), self.settings.bucket)

    @cached_property
    def exports(self) -> "Exports":
        """Which exports there are, and their files."""
        from chalicelib.store.exports import Exports

        return Exports(self.table, lambda: self.objects, self.settings.time_zone)

    @cached_property
    def views(self) -> "Views":
        """The public view."""
        from chalicelib.store.views import Views

        return Views(self.table, lambda: self.objects, self.settings.index_settle_seconds)

    @cached_property
    def read_model(self) -> "ReadModel":
        """Words, combined filters, counts and facets over all public records."""
        from chalicelib.store.read_model import ReadModel
        from chalicelib.store.search_files import SearchFiles

        return ReadModel(SearchFiles(self.table, self.objects), self.views.register_head, self.now)

    @cached_property
    def search_builds(self) -> "SearchBuilds":
        """The read model, as its job builds it."""
        from chalicelib.store.search_builds import SearchBuilds

        return SearchBuilds(self.table, self.objects)

    @cached_property
    def register(self) -> "Register":
        """The register."""
        from chalicelib.store.register import Register

        return Register(self.table, self.objects, self.settings.time_zone)

    @cached_property
    def log_files(self) -> "LogFiles":
        """The files of the register's log."""
        from chalicelib.store.log_files import LogFiles

        return LogFiles(self.objects)

    def sign_checkpoint(self, size: int, root: bytes) -> bytes:
        """Return a checkpoint of the register's tree, signed with every key of the ring that checks."""
        from chalicelib.tlog.checkpoints import Checkpoint, signed_checkpoint

        return signed_checkpoint(Checkpoint(self.log_origin, size, root), self._log_signers())

    def log_keys(self) -> bytes:
        """Return the list of the keys that checkpoints are signed with, newest first, signed with each of them."""
        from chalicelib.tlog.checkpoints import signed_keys

        return signed_keys(self.log_origin, self._log_signers())

    def _log_signers(self) -> "list[NoteSigner]":
        from chalicelib.tlog.notes import NoteSigner

        return [NoteSigner(self.log_origin, key) for key in self.keyring.derived_all("register").values()]

    @property
    def log_origin(self) -> str:
        """What the register's log is called: its address without a scheme (c2sp.org/tlog-checkpoint)."""
        return f"{self.settings.public_authority}{self.settings.base_path}/v1/register"

    @cached_property
    def erasures(self) -> "Erasures":
        """What is deleted of records that were erased by order."""
        from chalicelib.store.erasures import Erasures

        return Erasures(self.table, self.objects, self.register, self.settings.time_zone)

    @cached_property
    def cases(self) -> "Cases":
        """Cases, as agencies write them."""
        from chalicelib.store.cases import Cases

        return Cases(self.table, self.records, self.card_grace)

    @property
    def card_grace(self) -> timedelta:
        """How long a breach that is older than its case or record waits for its card."""
        return timedelta(seconds=self.settings.card_grace_seconds)

    @cached_property
    def cards(self) -> "Cards":
        """What cards are about."""
        from chalicelib.store.cards import Cards

        return Cards(self.table)

    @cached_property
    def catalogue(self) -> "Catalogue":
        """What agencies hold."""
        from chalicelib.store.catalogue import Catalogue

        return Catalogue(self.table)

    @cached_property
    def duties(self) -> "Duties":
        """What is remembered of the duties of records."""
        from chalicelib.store.duties import Duties

        return Duties(self.table, self.records)

    @cached_property
    def clocks(self) -> "Clocks":
        """What time alone will change."""
        from chalicelib.store.clocks import Clocks

        return Clocks(self.table)

    @cached_property
    def case_statuses(self) -> "CaseStatuses":
        """The status of cases, as holders read it."""
        from chalicelib.store.case_statuses import CaseStatuses

        return CaseStatuses(self.table)

    @cached_property
    def estimates(self) -> "Estimates":
        """What was measured of services, for the holders of open cases."""
        from chalicelib.store.estimates import Estimates

        return Estimates(self.table)

    @cached_property
    def ratings(self) -> "Ratings":
        """Ratings of cases."""
        from chalicelib.store.ratings import Ratings

        return Ratings(self.table, self.cases)

    @cached_property
    def case_codes(self) -> "CaseCodes":
        """Query codes and the counters of tries."""
        from chalicelib.store.case_codes import CaseCodes

        return CaseCodes(self.table)

    @cached_property
    def receivers(self) -> "Receivers":
        """Receivers of webhooks."""
        from chalicelib.store.receivers import Receivers

        return Receivers(self.table)

    @cached_property
    def outbox(self) -> "OutboxTable":
        """What is to be sent to receivers."""
        from chalicelib.store.outbox import OutboxTable

        return OutboxTable(self.table)

    @cached_property
    def api_keys(self) -> "ApiKeys":
        """Keys that the operator issued."""
        from chalicelib.store.api_keys import ApiKeys

        return ApiKeys(self.table)

    @cached_property
    def public_subscriptions(self) -> "PublicSubscriptions":
        """Who is told of register entries."""
        from chalicelib.store.public_subscriptions import PublicSubscriptions

        return PublicSubscriptions(self.table)

    @cached_property
    def comments(self) -> "Comments":
        """Comments on drafts, before they are public."""
        from chalicelib.store.comments import Comments

        return Comments(self.table, self.records)

    @cached_property
    def figures(self) -> "Figures":
        """Published figures, as they are read."""
        from chalicelib.store.figures import Figures

        return Figures(self.table)

    @cached_property
    def harvest(self) -> "HarvestTable":
        """Copies of other deployments' public records."""
        from chalicelib.store.harvest import HarvestTable

        return HarvestTable(self.table, lambda: self.objects)

    @cached_property
    def origins(self) -> "Source":
        """How other deployments are asked."""
        if self._origins is not None:
            return self._origins
        from chalicelib.store.origins import HttpOrigins

        return HttpOrigins()

    @cached_property
    def sender(self) -> "Sender":
        """How receivers of webhooks are sent to."""
        if self._sender is not None:
            return self._sender
        from chalicelib.store.senders import HttpsSender

        return HttpsSender(self.settings.loopback_ports)

    def statistics_run(self) -> "StatisticsRun":
        """Return a new run of the statistics job, with a name of its own."""
        from chalicelib.store.published_figures import StatisticsRun

        return StatisticsRun(self.table, self.objects, self.random_bytes(16).hex())

    @cached_property
    def slow_hash(self) -> Callable[[str, str, bytes, bytes], bytes]:
        """The hash under which query codes are kept."""
        from chalicelib.domain.query_codes import slow_hash

        return slow_hash

    @cached_property
    def side_by_side(self) -> "SideBySide":
        """What does a thing to several items at a time, for waiting for storage."""
        from chalicelib.usecases.side_by_side import SideBySide

        return SideBySide(8, "side-by-side")

    @cached_property
    def send_side_by_side(self) -> "SideBySide":
        """The same for waiting for receivers; more of them, for these wait for strangers."""
        from chalicelib.usecases.side_by_side import SideBySide

        return SideBySide(32, "sending")

    @property
    def site(self) -> "Site":
        """What rendering must know of the deployment."""
        from chalicelib.domain.public_view import Site

        return Site(self.settings.public_authority, self.settings.base_path, self.settings.time_zone)

    def _read_secret(self) -> bytes:
        from chalicelib.store.aws import read_secret

        return read_secret(self.settings.secret)

    @property
    def keyring(self) -> "Keyring":
        """The ring of keys, read again now and then: a rotation needs no new process."""
        return self._ring.at(self.now())

    @cached_property
    def _ring(self) -> "KeptRing":
        from chalicelib.usecases.kept_ring import KeptRing

        return KeptRing(self._secret)


_current: Wiring | None = None


def current() -> Wiring:
    """Return this process's wiring, made from the environment on first use."""
    global _current
    if _current is None:
        _current = Wiring(load_settings())
    return _current


def use(wiring: Wiring | None) -> None:
    """Put another wiring in place (tests and the local start)."""
    global _current
    _current = wiring
