"""`log_register`: on the table's stream and each minute, one at a time. See `usecases/log_register.py`."""

from datetime import timedelta

from chalicelib.usecases.log_register import Logged, Sequencer, log_register
from chalicelib.wiring import Wiring

ROUNDS = 20


def run(wired: Wiring) -> Logged:
    """Log until nothing waits, at most twenty batches; the next run goes on."""
    finished = logged = 0
    for _ in range(ROUNDS):
        done = log_register(_sequencer(wired))
        finished, logged = finished + done.finished, logged + done.logged
        if done.logged == 0:
            break
    return Logged(finished, logged)


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
