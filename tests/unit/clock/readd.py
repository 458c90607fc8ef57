"""Adds an explanation up again, knowing nothing of the clock or of any calendar: JSON in, deadline out.

What it shows: the values add up to the deadline; the ranges hold as many days as their values say and overlap nowhere; and a finger moved along
an ordinary calendar, passing over those ranges, stops on the same day.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

Step = dict[str, Any]
LENGTHS = {"hour": timedelta(hours=1), "second": timedelta(seconds=1), "microsecond": timedelta(microseconds=1)}
DAYS = ("day", "working_day")
LEFT_OUT = ("weekend", "holiday", "stop", "stop_assumed_to_end")


def readd(steps: Sequence[Step]) -> date:
    """The date to which the steps of a limit in dates add up."""
    start = date.fromisoformat(steps[0]["since"])
    adding = [step for step in steps if step.get("unit") in DAYS]
    passed = {day for step in adding if step["code"] in LEFT_OUT for day in days(step) if day > start}
    assert len(passed) == sum(step["value"] for step in adding if step["code"] in LEFT_OUT)
    rolled = [step for step in adding if step["code"] == "rolled_forward"]
    assert all(len(days(step)) == step["value"] for step in rolled)
    finger = start
    left = sum(step["value"] for step in adding if step not in rolled and step["code"] not in LEFT_OUT)
    while left:
        finger += timedelta(days=1)
        left -= finger not in passed
    due = finger + timedelta(days=sum(step["value"] for step in rolled))
    assert due == start + timedelta(days=sum(step["value"] for step in adding))
    return due


def days(step: Step) -> list[date]:
    """The days of a half-open range."""
    since, until = date.fromisoformat(step["since"]), date.fromisoformat(step["until"])
    return [since + timedelta(days=number) for number in range((until - since).days)]


def readd_instants(steps: Sequence[Step]) -> datetime:
    """The instant to which the steps of a limit in hours add up."""
    start = datetime.fromisoformat(steps[0]["since"])
    return start + sum((step["value"] * LENGTHS[step["unit"]] for step in steps if "value" in step), timedelta())
