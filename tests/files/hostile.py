"""More than two hundred hostile files, made the same each time: bombs, slips, polyglots, macros, actions, and names.

Each must be refused, for whatever reason a reader finds first; what is held is that none gets through, and what it costs.
"""

from functools import cache

from tests.files.archives import Hostile
from tests.files.hostile_archives import bombs as made_bombs
from tests.files.hostile_archives import slips
from tests.files.hostile_contents import actions, macros, names, polyglots


@cache
def hostile_files(*, bombs: bool = True) -> tuple[Hostile, ...]:
    """Return every hostile file; bombs take some seconds to make."""
    rest = (*slips(), *polyglots(), *macros(), *actions(), *names())
    return (*made_bombs(), *rest) if bombs else rest
