"""`check_attachments`: when a file arrives, and each 15 minutes. See `usecases/check_attachments.py`."""

from collections.abc import Mapping
from typing import Any

from chalicelib.errors import UnfinishedError
from chalicelib.store.files import read_incoming_key
from chalicelib.usecases.check_attachments import Checked, Checks, check_attachment, check_attachments
from chalicelib.wiring import Wiring


def key_of(event: Mapping[str, Any]) -> str | None:
    """Return the key that an event of the bucket (EventBridge, `Object Created`) tells of; a timer tells of none."""
    found = event.get("detail", {}).get("object", {}).get("key")
    return str(found) if found is not None else None


def run(wired: Wiring, key: str | None = None) -> Checked:
    """Look at the file that arrived under a key, or at all that wait.

    Raises:
        UnfinishedError: some could not be looked at; all others were, and the next run tries again.
    """
    checks = Checks(wired.attachments, wired.files, wired.now())
    if key is not None:
        place = read_incoming_key(key)
        return check_attachment(*place, checks) if place else Checked()
    done = check_attachments(checks)
    if done.failed:
        raise UnfinishedError(f"{done.failed} attachments stand still; {done}")
    return done
