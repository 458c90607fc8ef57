"""When it is worth asking again for the status of a case: told to clients that poll, as `Retry-After`.

It follows from the stored status alone, never from the moment of asking, so that the same status has the same answer and
the same ETag. It is a hint, not a limit: who asks sooner is answered, and who wants to know at once subscribes.
"""

import orjson

RUNNING_SECONDS = 15 * 60
"""The agency is at work: something may happen at any hour of its day."""
WAITING_SECONDS = 60 * 60
"""The clock stands still, or only what follows a decision is left: papers and hand-outs take their time."""
OVER_SECONDS = 24 * 60 * 60
"""Nobody has anything left to do; only a correction or a reopening could change it."""


def poll_after_seconds(stored: bytes) -> int:
    """Return after how many seconds a client should ask again for this status."""
    view = orjson.loads(stored)
    if view["next_step"]["who"] == "nobody" and not view.get("todo"):
        return OVER_SECONDS
    return RUNNING_SECONDS if view["clock"] in ("not_started", "running") else WAITING_SECONDS
