"""`log_register`: on the table's stream and each minute, one at a time. See `usecases/log_register.py`."""

from datetime import timedelta

from chalicelib.usecases.log_register import Logged, log_register
from chalicelib.wiring import Wiring

ROUNDS = 20


def run(wired: Wiring) -> Logged:
    """Log until nothing waits, at most twenty batches; the next run goes on."""
    settle = timedelta(seconds=wired.settings.index_settle_seconds)
    finished = logged = 0
    for _ in range(ROUNDS):
        done = log_register(wired.register, wired.records, wired.site, wired.now(), settle, wired.duties.look_at)
        finished, logged = finished + done.finished, logged + done.logged
        if done.logged == 0:
            break
    return Logged(finished, logged)
