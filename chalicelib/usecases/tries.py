"""Tries counted by source network, so that guessing is slow, and a way past every limit, so that nobody is locked out.

Two buckets stand before the exchange of a query code: one of the network, one of the network and the case; none of the case
alone, which anybody could use up. Who shares a network with an attacker finds them empty. So what is refused brings a
challenge, and the same request with the work done passes by the buckets and leaves them as they are. It is no more than a
bounded number of tries for each proof, as many as a lost answer is worth.

A bucket is a counter with its window in the name: counting is atomic, so no more are let in than it holds, however many
come at once; where counting fails, nobody is let in. All of this is the same whether or not there is such a case.
"""

import hmac
import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from math import ceil
from typing import NamedTuple, Protocol

from chalicelib.domain import proof_of_work
from chalicelib.domain.keyring import PurposeKeys
from chalicelib.domain.proof_of_work import Proof
from chalicelib.errors import TooManyTriesError

IPV4_PREFIX, IPV6_PREFIX = 24, 48
MINUTE, HOUR = 60, 3_600
KEPT_AFTER_WINDOW_SECONDS = 3_600
WITH_WORK = 10
"""How many times as much a network may send in an hour if work is done for each thing beyond the limit."""
PROOF_TRIES = 3
"""How often one proof lets the same code in again: an answer may be lost."""


class TryCounter(Protocol):
    """Where tries are counted."""

    def count_try(self, name: str, window: str, expires_at_epoch: int) -> int:
        """Count a try in a window and return how many there were."""


class Bucket(NamedTuple):
    """How many tries there are in a minute or an hour, under one name."""

    name: str
    window_seconds: int
    limit: int


@dataclass(frozen=True, slots=True)
class Limits:
    """What stands before the exchange of a code, for the length of one request."""

    counter: TryCounter
    source_ip: str
    per_minute_network: int
    per_hour_case_network: int
    work_keys: PurposeKeys
    work_bits: int


def network_of(source_ip: str) -> str:
    """Return the network a request came from: /24 of IPv4, /48 of IPv6; an address in either form is one."""
    try:
        address = ipaddress.ip_address(source_ip)
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    prefix = IPV4_PREFIX if address.version == 4 else IPV6_PREFIX
    return str(ipaddress.ip_network((address, prefix), strict=False))


def spend(bucket: Bucket, counter: TryCounter, now: datetime) -> int:
    """Count a try; return 0, or where the bucket is used up the seconds until it is full again."""
    moment = now.astimezone(UTC)
    begun = moment.replace(second=0, microsecond=0, minute=0 if bucket.window_seconds == HOUR else moment.minute)
    ends = begun + timedelta(seconds=bucket.window_seconds)
    window = begun.strftime("%Y-%m-%dT%H" if bucket.window_seconds == HOUR else "%Y-%m-%dT%H:%M")
    count = counter.count_try(bucket.name, window, int(ends.timestamp()) + KEPT_AFTER_WINDOW_SECONDS)
    return 0 if count <= bucket.limit else ceil((ends - moment).total_seconds())


def admit(case_no: str, typed: str, proof: Proof | None, limits: Limits, now: datetime) -> None:
    """Let a try in, the same way for every case.

    Raises:
        TooManyTriesError: no work was done, and the network, or the network for this case, has used up its tries. Says when
            to come again, and which work lets the same request in at once.
    """
    if proof is not None and _paid(case_no, typed, proof, limits, now):
        return
    network = network_of(limits.source_ip)
    for bucket in (
        Bucket(f"network#{network}", MINUTE, limits.per_minute_network),
        Bucket(f"case#{case_no}#{network}", HOUR, limits.per_hour_case_network),
    ):
        if left_seconds := spend(bucket, limits.counter, now):
            raise TooManyTriesError(left_seconds, work_asked(limits.work_keys, limits.work_bits, now))


@dataclass(frozen=True, slots=True)
class Gate:
    """What stands before what the public sends for people to read, for the length of one request."""

    name: str
    """What is sent: `enquiries`."""
    counter: TryCounter
    source_ip: str
    per_hour_network: int
    work_keys: PurposeKeys
    work_bits: int
    proof: Proof | None

    def let_in(self, number: str, raw: bytes, now: datetime) -> None:
        """Count what is sent. People read what is let in, so that work widens the limit and does not lift it.

        Raises:
            TooManyTriesError: its network has sent enough for this hour. Says which work lets these very bytes in.
        """
        network = network_of(self.source_ip)
        work: dict[str, str | int] | None = None
        if self.proof is not None and self._worked(number, raw, self.proof, now):
            bucket = Bucket(f"worked-{self.name}#{network}", HOUR, WITH_WORK * self.per_hour_network)
        else:
            bucket = Bucket(f"{self.name}#{network}", HOUR, self.per_hour_network)
            work = work_asked(self.work_keys, self.work_bits, now)
        if left_seconds := spend(bucket, self.counter, now):
            raise TooManyTriesError(left_seconds, work)

    def _worked(self, number: str, raw: bytes, proof: Proof, now: datetime) -> bool:
        keys = self.work_keys.by_id.values()
        return proof_of_work.expiry_of(proof, keys, number, sha256(raw).hexdigest(), now) is not None


def work_asked(keys: PurposeKeys, bits: int, now: datetime) -> dict[str, str | int]:
    """Return the work that lets the same request in at once, as a refusal says it."""
    asked = proof_of_work.challenge(keys.current, bits, now)
    return {"challenge": asked.text, "bits": asked.bits}


def _paid(case_no: str, typed: str, proof: Proof, limits: Limits, now: datetime) -> bool:
    """Say whether the work is done, and this is one of the few tries that it is good for.

    What is counted is a keyed hash of the proof: whoever has the table must not find the code from it.
    """
    expiry = proof_of_work.expiry_of(proof, limits.work_keys.by_id.values(), case_no, typed, now)
    if expiry is None:
        return False
    done = proof_of_work.worked(proof, case_no, typed)
    name = f"work#{hmac.digest(limits.work_keys.current, done, 'sha256').hex()}"
    return limits.counter.count_try(name, str(expiry), expiry + KEPT_AFTER_WINDOW_SECONDS) <= PROOF_TRIES
