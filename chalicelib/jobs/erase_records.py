"""`erase_records`: each five minutes. See `usecases/erase_records.py`."""

from functools import partial

from chalicelib.usecases.erase_records import Erased, erase_records
from chalicelib.usecases.exports import forget_exports_before
from chalicelib.wiring import Wiring


def run(wired: Wiring) -> Erased:
    """Delete what is left of every record that was erased by order."""
    return erase_records(wired.erasures, partial(forget_exports_before, shelf=wired.exports), wired.now())
