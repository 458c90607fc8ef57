"""`advance_clocks`: each 15 minutes. See `usecases/advance_clocks.py`."""

from chalicelib.errors import UnfinishedError
from chalicelib.usecases.advance_clocks import advance_clocks
from chalicelib.usecases.cases import Terms
from chalicelib.usecases.clock_runs import Advanced, Clock
from chalicelib.wiring import Wiring


def run(wired: Wiring) -> Advanced:
    """Work off what has fallen due.

    Raises:
        UnfinishedError: some of it could not be; all else is done, and the next run tries again.
    """
    clock = Clock(
        wired.cases,
        wired.records,
        wired.duties,
        Terms(wired.records),
        wired.keyring.stable("card"),
        wired.card_grace,
        wired.now(),
    )
    done = advance_clocks(wired.clocks, clock, wired.side_by_side)
    if done.failed:
        raise UnfinishedError(f"{done.failed} of {done.subjects} stand still; {done}")
    return done
