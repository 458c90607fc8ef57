"""The client: signed writes and reads of an agency, and public reads for anyone.

RFC 9421 profile of the contract (one signature over method, authority, path, digest and media type). Every write names
its own place, so every method here may be called again with the same arguments without harm; the answer says whether it
was new. A client may be shared by threads.
"""

import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from glasshall.answers import BatchAnswer, Receipt, batch_of, receipt_of
from glasshall.errors import ProblemError, UnexpectedAnswerError, UsageError
from glasshall.reader import Reader
from glasshall.shared import DRY_RUN, INTAKE, PrivateKey, SignatureError, sign, sign_read
from glasshall.wire import REPEATED, Answer, Pacing, Wire
from glasshall.work import solve

JSON = "application/json"
NDJSON = "application/x-ndjson"
INTAKE_PATH = "/v1/intake"
BATCH_LINES = 1_000
BATCH_BYTES = 4_000_000
TOO_MANY = 429
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_TOKEN = re.compile(r"[A-Za-z0-9._-]{1,200}")

Content = bytes | Mapping[str, Any]
"""A body: bytes to be sent as they stand, or a mapping to be written as JSON."""


def system_now() -> datetime:
    """Return the current instant in UTC."""
    return datetime.now(UTC)


class Client(Reader):
    """One deployment, spoken to by one key (or by none, for public reads)."""

    def __init__(
        self,
        url: str,
        key: PrivateKey | None = None,
        *,
        authority: str | None = None,
        pacing: Pacing | None = None,
        connections: int = 8,
        now: Callable[[], datetime] = system_now,
        sleep: Callable[[float], None] = time.sleep,
        notice: Callable[[str], None] = lambda text: None,
    ) -> None:
        """`authority` is needed only where the public name is not that of `url` (a tunnel, an emulator); `notice` is told
        of every wait before a request is sent again.

        Raises:
            UsageError: `url` is not the address of a deployment.
        """
        wire = Wire(
            url,
            authority=authority,
            pacing=pacing or Pacing(),
            connections=connections,
            now=now,
            sleep=sleep,
            notice=notice,
        )
        super().__init__(url, wire)
        self._key = key

    @property
    def key_id(self) -> str:
        """The id of the key that signs; empty without one."""
        return self._key.key_id if self._key else ""

    def put_act(self, collection: str, record_id: str, number: int, act: Content, *, dry_run: bool = False) -> Receipt:
        """Send act `number` on a record (`agencies`, `services`, `disclosures`, `keys` ...) and return its receipt.

        Raises:
            ProblemError: it was refused. ConnectionFailedError: no answer came; send again.
        """
        return self.put(intake_path(collection, record_id, "acts", str(number)), act, dry_run=dry_run)

    def register_case(self, case_no: str, registration: Content, *, dry_run: bool = False) -> Receipt:
        """Register a case; the receipt's `document` holds the `query_code` where the registration asks for one.

        Raises:
            ProblemError: it was refused. ConnectionFailedError: no answer came; send again.
        """
        return self.put(intake_path("cases", case_no), registration, dry_run=dry_run)

    def issue_code(self, case_no: str, number: int, holder: str = "applicant", *, dry_run: bool = False) -> Receipt:
        """Issue query code `number` of a case; the code and the tokens before it end. Only the first answer shows the code.

        Raises:
            ProblemError: it was refused. ConnectionFailedError: no answer came; the next number answers a lost code.
        """
        return self.put(intake_path("cases", case_no, "codes", str(number)), {"holder": holder}, dry_run=dry_run)

    def put_event(self, case_no: str, event_id: str, event: Content, *, dry_run: bool = False) -> Receipt:
        """Send one event of a case and return its receipt.

        Raises:
            ProblemError: it was refused. ConnectionFailedError: no answer came; send again.
        """
        return self.put(intake_path("cases", case_no, "events", event_id), event, dry_run=dry_run)

    def put(self, path: str, content: Content, *, dry_run: bool = False) -> Receipt:
        """Send one signed write to a path of the intake and return its receipt.

        Raises:
            ProblemError: it was refused. ConnectionFailedError: no answer came; send again.
        """
        answer = self._write("PUT", path, body_of(content), JSON, dry_run=dry_run)
        return receipt_of(answer.document(), new=answer.status == 201)

    def send_batch(self, lines: Sequence[bytes], *, dry_run: bool = False) -> BatchAnswer:
        """Send up to 1,000 lines (4 MB) of registrations and events and return what became of each.

        Lines that met another writer (`busy`) are sent again, as often as the client is patient.

        Raises:
            UsageError: too many lines or bytes, or a line holds a line break.
            ProblemError: the batch as a whole was refused. ConnectionFailedError: no answer came; send again.
        """
        answer = self._send_lines(lines, dry_run=dry_run)
        for attempt in range(1, self._wire.pacing.tries):
            busy = answer.busy()
            if not busy:
                break
            self._wire.sleep(self._wire.pacing.wait_seconds(attempt))
            answer = answer.amended(busy, self._send_lines([lines[line - 1] for line in busy], dry_run=dry_run))
        return answer

    def _send_lines(self, lines: Sequence[bytes], *, dry_run: bool) -> BatchAnswer:
        body = b"".join(line + b"\n" for line in lines)
        if not 0 < len(lines) <= BATCH_LINES or len(body) > BATCH_BYTES or body.count(b"\n") != len(lines):
            raise UsageError(f"a batch has 1 to {BATCH_LINES:,} lines of together at most {BATCH_BYTES:,} bytes")
        try:
            document = self._write("POST", f"{INTAKE_PATH}/case-events", body, NDJSON, dry_run=dry_run).document()
        except ProblemError as problem:
            # All lines refused is 422, and the fate of each stands in the problem.
            if problem.status != 422 or "results" not in problem.document:
                raise
            document = problem.document
        return batch_of(document, len(lines))

    def receipt(self, path: str) -> Any:
        """Return what a signed read of an intake path answers: the receipt of an act, a case's head.

        Raises:
            ProblemError: nothing there, or not for this key. ConnectionFailedError: no answer came.
        """
        key = self._signer()
        _check_path(path)
        full = f"{self._wire.base_path}{path}"
        return self._wire.send(
            "GET", path, lambda: _signed(lambda: sign_read("GET", self._wire.authority, full, key, self._wire.now()))
        ).document()

    def case_token(self, case_no: str, query_code: str) -> Any:
        """Return `token` and `expires_at` for a query code; where the server asks for work before it looks, do it.

        Raises:
            ProblemError: no such pair of number and code, or too many tries. ConnectionFailedError: no answer came.
        """
        body, path = {"query_code": query_code}, f"{case_path(case_no)}/tokens"
        try:
            return self._send_unsigned("POST", path, body_of(body))
        except ProblemError as problem:
            challenge, bits = _work_of(problem)
        work = {"challenge": challenge, "nonce": solve(challenge, bits, case_no, query_code)}
        return self._send_unsigned("POST", path, body_of({**body, "proof_of_work": work}))

    def send_enquiry(self, uuid: str, enquiry: Content) -> Any:
        """Return the receipt of an enquiry, with the query code where one is due; no key is needed.

        The same bytes under the same UUID may be sent again without harm.

        Raises:
            ProblemError: it was refused, or too many came from this network. ConnectionFailedError: no answer came.
        """
        return self._send_worked(_public(intake_path("enquiries", uuid)), uuid, body_of(enquiry))

    def send_comment(self, disclosure: str, uuid: str, comment: Content) -> Any:
        """Return the receipt of a comment on a draft; no key is needed. As `send_enquiry`."""
        return self._send_worked(
            _public(intake_path("disclosures", disclosure, "comments", uuid)), uuid, body_of(comment)
        )

    def _send_worked(self, path: str, uuid: str, body: bytes) -> Any:
        try:
            return self._send_unsigned("PUT", path, body)
        except ProblemError as problem:
            challenge, bits = _work_of(problem)
        nonce = solve(challenge, bits, uuid, sha256(body).hexdigest())
        return self._send_unsigned("PUT", path, body, work=f"{challenge} {nonce}")

    def _send_unsigned(self, method: str, path: str, body: bytes, work: str = "") -> Any:
        """Send what nobody signs; too many tries are answered with work, not by waiting."""
        headers = {"Content-Type": JSON} | ({"Proof-Of-Work": work} if work else {})
        return self._wire.send(method, path, lambda: headers, body, REPEATED - {TOO_MANY}).document()

    def case_status(self, case_no: str, token: str) -> Any:
        """Return where a case is, to the holder of its token.

        Raises:
            ProblemError: the token does not hold. ConnectionFailedError: no answer came.
        """
        return self._held(case_path(case_no), token).document()

    def _held(self, path: str, token: str) -> Answer:
        """Read what the holder of a token may; it goes out in a header."""
        if not _TOKEN.fullmatch(token):
            raise UsageError("this is not a token")
        return self._wire.send("GET", path, lambda: {"Authorization": f"Bearer {token}"})

    def case_receipt(self, case_no: str, token: str) -> bytes:
        """Return the signed receipt of a case as it came, to be kept and verified; the token goes out in a header.

        Raises:
            ProblemError: the token does not hold, or there is no receipt yet. ConnectionFailedError: no answer came.
        """
        return self._held(f"{case_path(case_no)}/receipt", token).body

    def _write(self, method: str, path: str, body: bytes, media_type: str, *, dry_run: bool) -> Answer:
        key, tag = self._signer(), DRY_RUN if dry_run else INTAKE
        _check_path(path)
        full = f"{self._wire.base_path}{path}"
        return self._wire.send(
            method,
            path,
            lambda: _signed(
                lambda: sign(method, self._wire.authority, full, body, media_type, key, self._wire.now(), tag)
            ),
            body,
        )

    def _signer(self) -> PrivateKey:
        if self._key is None:
            raise UsageError("this needs a key: give its file")
        return self._key


def intake_path(*segments: str) -> str:
    """Return the intake path of these ids.

    Raises:
        UsageError: one of them is not an id.
    """
    for segment in segments:
        if not _ID.fullmatch(segment):
            raise UsageError(f"{segment!r} is not an id: letters, digits, dot, underscore, hyphen; at most 64")
    return "/".join((INTAKE_PATH, *segments))


def case_path(case_no: str) -> str:
    """Return the path of a case as its holder sees it.

    Raises:
        UsageError: the number is not an id.
    """
    return _public(intake_path("cases", case_no))


def _public(path: str) -> str:
    """Return the path of something as the public sees it, of the one as agencies do."""
    return "/v1" + path.removeprefix(INTAKE_PATH)


def body_of(content: Content) -> bytes:
    """Return the bytes to send: those given, or the mapping as compact JSON in UTF-8."""
    if isinstance(content, bytes):
        return content
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def _work_of(problem: ProblemError) -> tuple[str, int]:
    """Return the challenge and the bits that a refusal asks for; where it asks for none, the refusal stands."""
    work = problem.document.get("proof_of_work")
    if problem.status != TOO_MANY or not isinstance(work, dict):
        raise problem
    challenge, bits = work.get("challenge"), work.get("bits")
    if not isinstance(challenge, str) or not isinstance(bits, int):
        raise UnexpectedAnswerError("the server asks for work of no kind that is known")
    return challenge, bits


def _signed(make: Callable[[], dict[str, str]]) -> dict[str, str]:
    try:
        return make()
    except SignatureError as error:
        raise UsageError(error.message) from error


def _check_path(path: str) -> None:
    if not path.startswith(f"{INTAKE_PATH}/"):
        raise UsageError(f"what is signed lies under {INTAKE_PATH}/")
