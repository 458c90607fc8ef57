"""Public reads of a deployment: records, lists to their end, and the register from any index on. Nobody needs a key.

A list is whole or an error: `next` is followed until there is none. What depends on the register is remembered as one
number, the index of the last entry that was dealt with.
"""

from collections.abc import Iterator, Mapping
from threading import Event
from typing import Any
from urllib.parse import quote, urlencode

from glasshall.answers import Page, Record, Summary, page_of, record_of
from glasshall.cursors import CursorFile
from glasshall.errors import ConnectionFailedError, ProblemError, UnexpectedAnswerError, UsageError
from glasshall.feed import Change, ChangesPage, read_changes
from glasshall.wire import REPEATED, Answer, Wire, retry_after

NOT_MODIFIED = 304
POLL_SECONDS = 30.0
"""How long to wait for news where the server does not say."""
_PAGE = 100
_CHANGES, _CHANGES_WITH_BODY = 1_000, 100

Value = str | int | bool
"""What a parameter of a read may be."""


class Reader:
    """The public reads of one deployment. May be shared by threads."""

    def __init__(self, url: str, wire: Wire) -> None:
        self.url = url
        self._wire = wire

    def get(self, path: str, **parameters: Value) -> Any:
        """Return the JSON of a public read.

        Raises:
            ProblemError: refused or not there. ConnectionFailedError: no answer came.
        """
        return self.fetch(path, **parameters).document()

    def fetch(self, path: str, **parameters: Value) -> Answer:
        """Return the answer of a public read as it came, whatever its media type.

        Raises:
            ProblemError: refused or not there. ConnectionFailedError: no answer came.
        """
        return self._fetch(path, parameters)

    def _fetch(self, path: str, parameters: Mapping[str, Value], etag: str = "") -> Answer:
        if not path.startswith("/"):
            raise UsageError("a path begins with a slash, like /v1/services")
        target = quote(path, safe="/?=&:@!$'()*+,;~%-._")
        query = urlencode({name: _parameter(value) for name, value in parameters.items()})
        if query:
            target += ("&" if "?" in target else "?") + query
        headers = {"Accept": "*/*"} | ({"If-None-Match": etag} if etag else {})
        return self._wire.send("GET", target, lambda: headers)

    def record(
        self, collection: str, record_id: str, version: int | None = None, *, known: Record | None = None
    ) -> Record:
        """Return a record, or one version of it.

        Where `known`, which an earlier call returned, is still what there is, it is returned: that costs a 304.

        Raises:
            ProblemError: there is none. ConnectionFailedError: no answer came.
        """
        path = "/".join(["/v1", collection, record_id, *(["versions", str(version)] if version is not None else [])])
        answer = self._fetch(path, {}, known.etag if known else "")
        if known is not None and answer.status == NOT_MODIFIED:
            return known
        return record_of(answer.body, answer.headers.get("ETag", ""))

    def pages(self, collection: str, **filters: Value) -> Iterator[Page]:
        """Yield every page of a public list, following `next` to its end; `count` and the like stand in its `document`.

        Raises:
            ProblemError: refused. UnexpectedAnswerError: not a list, or one that runs in a circle.
        """
        parameters: dict[str, Value] = {"limit": _PAGE, **filters}
        seen: set[str] = set()
        while True:
            page = page_of(self.get(f"/v1/{collection}", **parameters))
            yield page
            if page.next is None:
                return
            if page.next in seen:
                raise UnexpectedAnswerError("the list does not go on: `next` came twice")
            seen.add(page.next)
            parameters["cursor"] = page.next

    def list(self, collection: str, **filters: Value) -> Iterator[Summary]:
        """Yield every summary of a public list (`services`, `disclosures` ...), in its order.

        Filters are those of the list: `agency="guangan"`, `q="备案"`, `updated_since="2026-11-01T00:00:00+08:00"`.

        Raises:
            ProblemError: refused. UnexpectedAnswerError: not a list.
        """
        for page in self.pages(collection, **filters):
            yield from page.items

    def changes(
        self,
        after: int | CursorFile | None = None,
        *,
        kind: str | None = None,
        agency: str | None = None,
        jurisdiction: str | None = None,
        include_body: bool = False,
    ) -> Iterator[Change]:
        """Yield every act of the register with an index above `after` (all of them without), until there is nothing new.

        Keep the last index you have dealt with: it is all there is to remember; or let a `CursorFile` keep it.

        Raises:
            ProblemError: refused. UnexpectedAnswerError: the indexes do not rise. UsageError: of the cursor's file.
        """
        return self._changes(after, _filters(kind, agency, jurisdiction, include_body=include_body))

    def follow(
        self,
        after: int | CursorFile | None = None,
        *,
        stop: Event | None = None,
        kind: str | None = None,
        agency: str | None = None,
        jurisdiction: str | None = None,
        include_body: bool = False,
    ) -> Iterator[Change]:
        """Yield as `changes`, and go on for ever: where there is nothing new, wait for as long as the server says.

        A server that is out of reach is waited for too. `stop`, once set, ends it, in the midst of a wait as well.

        Raises:
            ProblemError: refused. UnexpectedAnswerError: the indexes do not rise. UsageError: of the cursor's file.
        """
        filters = _filters(kind, agency, jurisdiction, include_body=include_body)
        return self._changes(after, filters, forever=True, stop=stop)

    def _changes(
        self,
        after: int | CursorFile | None,
        filters: Mapping[str, Value],
        *,
        forever: bool = False,
        stop: Event | None = None,
    ) -> Iterator[Change]:
        cursor = after if isinstance(after, CursorFile) else None
        last = after.load(self.url) if isinstance(after, CursorFile) else after
        for page in self.changes_pages(last, filters, forever=forever, stop=stop):
            for change in page.items:
                yield change
                last = change.index
                if stop is not None and stop.is_set():
                    break
            if cursor is not None and last is not None:
                cursor.save(self.url, last)

    def changes_pages(
        self, after: int | None, filters: Mapping[str, Value], *, forever: bool, stop: Event | None = None
    ) -> Iterator[ChangesPage]:
        """Yield pages of changes that hold some, until there is nothing new, or until `stop` is set."""
        idle: ChangesPage | None = None
        onward: str | None = None
        while stop is None or not stop.is_set():
            try:
                page = self.changes_page(after, filters, known=idle, cursor=onward)
            except (ConnectionFailedError, ProblemError) as error:
                if not forever:
                    raise
                self.outlast(error, stop)
                continue
            if page.items:
                yield page
                after, idle, onward = page.items[-1].index, None, None
            elif page.next is not None:  # several filters are walked: nothing so far is not nothing at all
                idle, onward = None, page.next
            elif forever:
                idle, onward = page, None
                self.wait(page.retry_after_seconds or POLL_SECONDS, stop)
            else:
                return

    def changes_page(
        self,
        after: int | None,
        filters: Mapping[str, Value],
        *,
        known: ChangesPage | None = None,
        cursor: str | None = None,
    ) -> ChangesPage:
        """Return one page of changes; `known`, if nothing has changed since it was given. `cursor` is the `next` of a page before.

        An index over one filter may learn of an entry later than of the next one. So of a filtered feed nothing is given
        beyond `as_of`: whoever goes on after the last index has missed nothing.

        Raises:
            ProblemError: refused. UnexpectedAnswerError: the indexes do not rise. ConnectionFailedError: no answer came.
        """
        most = _CHANGES_WITH_BODY if "include" in filters else _CHANGES
        place: dict[str, Value] = {} if after is None else {"after": after}
        if cursor is not None:
            place["cursor"] = cursor
        answer = self._fetch("/v1/changes", {"limit": most, **filters, **place}, known.etag if known else "")
        if known is not None and answer.status == NOT_MODIFIED:
            return known
        items, as_of, onward = read_changes(answer.body)
        last = -1 if after is None else after
        for change in items:
            if change.index <= last:
                raise UnexpectedAnswerError(f"the change feed went back from {last} to {change.index}")
            last = change.index
        if filters.keys() - {"include", "limit"}:
            surely = -1 if as_of is None else as_of
            items = tuple(change for change in items if change.index <= surely)
        wait = retry_after(answer.headers.get("Retry-After"), self._wire.now())
        return ChangesPage(items, as_of, answer.headers.get("ETag", ""), wait, onward)

    def wait(self, seconds: float, stop: Event | None = None) -> None:
        """Wait; a `stop` that is set ends it."""
        if stop is None:
            self._wire.sleep(seconds)
        else:
            stop.wait(seconds)

    def outlast(self, error: ConnectionFailedError | ProblemError, stop: Event | None = None) -> None:
        """Wait for a server that is out of reach or busy; any other error is raised."""
        if isinstance(error, ProblemError) and error.status not in REPEATED:
            raise error
        seconds = self._wire.pacing.longest_wait_seconds
        self._wire.notice(f"{error}; asking again in {seconds:.0f} s")
        self.wait(seconds, stop)

    def receipt_keys(self) -> bytes:
        """Return the JWK Set of every key that has signed receipts here, as it came.

        Raises:
            ProblemError: refused. ConnectionFailedError: no answer came.
        """
        return self.fetch("/v1/receipt-keys").body


def _filters(kind: str | None, agency: str | None, jurisdiction: str | None, *, include_body: bool) -> dict[str, Value]:
    given = {"kind": kind, "agency": agency, "jurisdiction": jurisdiction, "include": "body" if include_body else None}
    return {name: value for name, value in given.items() if value is not None}


def _parameter(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
