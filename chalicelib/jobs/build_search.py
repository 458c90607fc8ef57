"""`build_search`: each minute, after the register's job. See `usecases/build_search.py`."""

from datetime import timedelta

from chalicelib.usecases.build_search import Built, build_search
from chalicelib.wiring import Wiring

RUN = timedelta(minutes=10)
"""After this a run brings nothing more in and writes what it has: the rest of its quarter of an hour is for that."""


def run(wired: Wiring) -> Built:
    """Bring the read model as far as the register is shown."""
    return build_search(wired.register, wired.search_builds, wired.now, wired.now() + RUN)
