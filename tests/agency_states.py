"""Agencies as the pure rules read them, for tests that need no deployment."""

from chalicelib.domain.records import State


def agency_state(*path: str) -> State:
    """Return the state of a registered agency by its path, the root first, which is its jurisdiction."""
    return {
        "path": list(path),
        "jurisdiction": path[0],
        "language": "zh",
        "time_zone": "Asia/Shanghai",
        "calendar": "cn",
        "stage": "registered",
    }
