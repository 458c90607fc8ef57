"""`rebuild`: by hand. Folds the whole register anew; compares with what is served, or replaces it."""

from chalicelib.usecases.rebuild import Rebuilt, rebuild
from chalicelib.wiring import Wiring


def run(wired: Wiring, *, replace: bool = False) -> Rebuilt:
    """Rebuild the public view."""
    return rebuild(wired.register, wired.records, wired.site, replace=replace)
