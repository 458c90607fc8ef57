"""The deployment's ring of keys as a process keeps it: read again now and then, so that a rotation needs no new process."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from chalicelib.domain.keyring import Keyring, KeyringError, parse
from chalicelib.errors import UnavailableError

RING_KEPT = timedelta(minutes=10)
"""How long a process goes on with the ring of keys that it has read: a new key must wait longer than this (`from`)."""
log = logging.getLogger("glasshall.keys")


class KeptRing:
    """The ring that was read last."""

    def __init__(self, secret: Callable[[], bytes]) -> None:
        self._secret = secret
        self._kept: tuple[Keyring, datetime] | None = None

    def at(self, now: datetime) -> Keyring:
        """Return the ring that is in force."""
        if self._kept is None or now - self._kept[1] >= RING_KEPT:
            self._kept = self._read(now), now
        return self._kept[0]

    def _read(self, now: datetime) -> Keyring:
        """Read the ring; what cannot be read leaves the ring that is there in force, until the next time."""
        try:
            return parse(self._secret(), now)
        except (UnavailableError, KeyringError) as error:
            cause = type(error.__cause__ or error).__name__
            log.error("the ring of keys cannot be read: %s, %s", cause, error)  # neither says what stands there
            if self._kept is None:
                raise
            return self._kept[0]
