"""Service centres for tests that need some."""

from typing import Any

from tests.world import World

WORKDAYS = ["mon", "tue", "wed", "thu", "fri"]
HOURS: dict[str, Any] = {
    "weekly": [
        {"days": WORKDAYS, "spans": [{"opens": "09:00", "closes": "12:00"}, {"opens": "13:00", "closes": "17:00"}]}
    ],
    "working_calendar": True,
}
WINDOWS: list[dict[str, Any]] = [
    {"id": "w1", "name": {"zh": "综合窗口"}, "agency": "bureau", "services": ["s1"]},
    {"id": "w2", "name": {"zh": "转办窗口"}, "forwards_only": True},
    {"id": "pay", "name": {"zh": "收费窗口"}, "takes_payment": True},
]
CENTRE: dict[str, Any] = {
    "agency": "bureau",
    "name": {"zh": "政务服务中心", "en": "Service centre"},
    "address": {"zh": "滨江路 1 号"},
    "location": {"latitude": 30.47, "longitude": 106},
    "phone": "13800138000",
    "hours": HOURS,
    "windows": WINDOWS,
    "payment": {"one_window": True, "window": "pay"},
}


def open_centre(world: World, record_id: str, **content: Any) -> dict[str, Any]:
    """Open a centre of the bureau."""
    return world.act("centres", record_id, 1, {"act": "open", "content": {**CENTRE, **content}}, "bureau-clerk")


def centres_of_every_stage(world: World) -> None:
    """Open a centre, and another that is then closed."""
    open_centre(world, "hall")
    open_centre(world, "shut", windows=[], payment={})
    world.act("centres", "shut", 2, {"act": "close", "reason": {"zh": "搬迁"}}, "bureau-clerk")
