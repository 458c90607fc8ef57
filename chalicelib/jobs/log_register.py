"""`log_register`: on the table's stream and each minute, one at a time. See `usecases/log_register.py`."""

import logging
from datetime import timedelta

from chalicelib.domain.register import LOGGED_WITHIN_SECONDS
from chalicelib.usecases.log_register import Logged, Sequencer, log_register
from chalicelib.wiring import Wiring

ROUNDS = 20
log = logging.getLogger("glasshall.jobs.log_register")


def run(wired: Wiring) -> Logged:
    """Log until nothing waits, at most twenty batches; the next run goes on."""
    finished, logged, waited = 0, 0, 0.0
    for _ in range(ROUNDS):
        done = log_register(_sequencer(wired))
        finished, logged, waited = finished + done.finished, logged + done.logged, max(waited, done.waited_seconds)
        if done.logged == 0:
            break
    if waited > LOGGED_WITHIN_SECONDS:
        log.warning("alarm register late %d seconds", waited)
    return Logged(finished, logged, waited)


def _sequencer(wired: Wiring) -> Sequencer:
    return Sequencer(
        register=wired.register,
        files=wired.log_files,
        records=wired.records,
        site=wired.site,
        now=wired.now(),
        settle=timedelta(seconds=wired.settings.index_settle_seconds),
        look_at=wired.duties.look_at,
        random_bytes=wired.random_bytes,
        sign=wired.sign_checkpoint,
    )
