"""`write_exports`: nightly. See `usecases/exports.py`."""

from chalicelib.store.export_drafts import ScratchDesk
from chalicelib.usecases.exports import Written, write_exports
from chalicelib.wiring import Wiring


def run(wired: Wiring) -> Written:
    """Write an export of what the read model holds, publish it, and remove those that do not stay.

    Raises:
        UnfinishedError: it would lack something that the register shows; the last one stays.
        UnavailableError: there is no read model yet.
    """
    mirror = wired.read_model.snapshot()
    if mirror is None:
        return Written(-1)
    with mirror:
        return write_exports(mirror, ScratchDesk(), wired.exports, wired.now(), wired.settings.time_zone)
