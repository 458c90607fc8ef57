"""`publish_statistics`: hourly, and at night. See `usecases/publish_statistics.py`."""

from chalicelib.usecases.publish_statistics import Published, jurisdictions, publish_statistics
from chalicelib.wiring import Wiring


def run(wired: Wiring, *, nightly: bool = False) -> Published:
    """Count what waits and publish what that changed.

    The first run on a local day does the night's work whatever started it, so a night that was skipped is made up for.
    """
    known = jurisdictions(wired.records, wired.settings.time_zone)
    return publish_statistics(wired.statistics_run(), wired.records, known, wired.site, wired.now(), nightly=nightly)
