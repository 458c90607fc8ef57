"""`write_exports`: nightly, and hourly where there is none. See `usecases/exports.py`."""

from chalicelib.store.export_drafts import ScratchDesk
from chalicelib.usecases.exports import NONE, Written, write_exports
from chalicelib.wiring import Wiring


def run(wired: Wiring, *, nightly: bool) -> Written:
    """Write an export of what the read model holds, publish it, and remove those that do not stay.

    But at night this is done only where there is no export: after an erasure, or before the first night.

    Raises:
        UnfinishedError: it would lack something that the register shows; the last one stays.
        UnavailableError: there is no read model yet.
    """
    if not nightly and wired.exports.kept():
        return Written(NONE)
    mirror = wired.read_model.snapshot()
    if mirror is None:
        return Written(NONE)
    with mirror:
        return write_exports(mirror, ScratchDesk(), wired.exports, wired.now(), wired.settings.time_zone)
