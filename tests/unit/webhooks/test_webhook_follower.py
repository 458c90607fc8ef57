"""Receivers that fail three times in ten follow public acts by webhooks alone; at full size `python -m tests.webhook_follower`."""

from tests.webhook_follower import hold, live


def test_what_is_built_from_notifications_alone_is_what_the_api_shows_whatever_dies() -> None:
    town, counts = live(30, 3, ticks=24)
    told = hold(town)
    assert counts["deliverers that died"] > 0 < counts["jobs that died"]
    assert town.consumers["all"].failed.total() > 0
    assert "0 lost" in told["all"]
    assert 0 < town.to_the_dead <= 2 * 24 + 400
