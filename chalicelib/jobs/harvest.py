"""`harvest`: each five minutes. See `usecases/harvest.py`."""

from datetime import timedelta

from chalicelib.domain.harvest import parse_origins
from chalicelib.errors import UnfinishedError
from chalicelib.usecases.harvest import Harvested, follow
from chalicelib.wiring import Wiring

RUN = timedelta(minutes=10)
"""How long a run may take for all origins together, each its share: a slow one takes nothing from the others."""


def run(wired: Wiring) -> tuple[Harvested, ...]:
    """Follow every origin as far as it goes.

    Raises:
        UnfinishedError: an origin cannot be followed and it will not mend itself; all others were, as far as they went.
    """
    origins = parse_origins(wired.settings.harvest_origins)
    share = RUN / max(1, len(origins))
    done = tuple(follow(origin, wired.origins, wired.harvest, wired.now, wired.now() + share) for origin in origins)
    if failed := [each for each in done if each.needs_people(wired.now())]:
        raise UnfinishedError(f"{len(failed)} of {len(origins)} cannot be followed: {failed}")
    return done
