"""P1: texts, codes, tokens and secrets are planted everywhere, and every storage call of every route that has any fails.

The failure itself says them all, as a message of a driver may. None may stand in a log record or in an error's answer.
"""

import logging
from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.errors import ConditionFailedError
from chalicelib.routes.access import Access
from tests.town import BODIES, DECIDED, ENDPOINT_OF, VISITED, Town, address, call

CANARY = "canary-7f3a"
PLANTED: dict[str, Any] = {
    "PUT /v1/enquiries/{uuid}": {
        "kind": "question",
        "agency": "market",
        "subject": f"{CANARY} subject",
        "text": f"{CANARY} text",
        "contact": f"{CANARY} contact",
    },
    "PUT /v1/disclosures/{record_id}/comments/{uuid}": {
        "text": f"{CANARY} text",
        "from": "individual",
        "contact": {"name": f"{CANARY} name", "phone": f"{CANARY} phone", "email": f"{CANARY} e-mail"},
    },
    "PUT /v1/cases/{case_no}/ratings/{uuid}": {
        "of": "contact",
        "contact_at": VISITED,
        "grade": "dissatisfied",
        "text": f"{CANARY} text",
    },
    "PUT /v1/cases/{case_no}/subscriptions/{subscription_id}": {"receiver": "app", "handle": f"{CANARY} handle"},
    "PUT /v1/intake/cases/{case_no}": {"service": "restaurant", "access": "code", "holders": [f"{CANARY} holder"]},
    "PUT /v1/intake/cases/{case_no}/events/{event_id}": {**DECIDED, "reasons": [{"zh": f"{CANARY} reason"}]},
    "PUT /v1/receivers/{receiver_id}": {"url": f"https://hooks.new.example/{CANARY}"},
}
CALLERS = {Access.CASE: "holder", Access.RECEIVER: "receiver", Access.KEY: "subscriber", Access.SIGNED: "parent"}
PRIVATE = [name for name, endpoint in ENDPOINT_OF.items() if endpoint.access is not Access.PUBLIC]
FAILURES: tuple[Callable[[str], Exception], ...] = (ValueError, ConditionFailedError)


class Records(logging.Handler):
    """Keeps everything that is logged, exceptions among it."""

    def __init__(self) -> None:
        super().__init__(1)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(f"{record.getMessage()} {record.__dict__!r} {record.exc_info and record.exc_info[1]!r}")


@pytest.fixture(scope="module")
def built() -> tuple[Town, object, str]:
    """Return the town with a code of case c2 that was never exchanged."""
    town = Town().build()
    code = str(town.code("c2", 1, {}, "market-clerk").json()["query_code"])
    return town, town.save(), code


@pytest.mark.parametrize("name", PRIVATE)
def test_nothing_private_is_logged_or_said_whatever_storage_call_fails(
    built: tuple[Town, object, str], name: str
) -> None:
    town, saved, code = built
    town.put_back(saved)
    needles = [CANARY, code, code.replace("-", ""), *town.bearers.values()]
    method, path = name.split()
    bodies: dict[str, Any] = {
        **BODIES,
        **PLANTED,
        "POST /v1/cases/{case_no}/tokens": {"query_code": code},
        "POST /v1/case-status": {"cases": [{"case_no": "c1", "token": town.bearers["holder"]}]},
    }
    target = address(town, method, path)
    caller = CALLERS.get(ENDPOINT_OF[name].access, "nobody")
    if path.endswith("/tokens") and method == "POST":
        target, caller = target.replace("/c1", "/c2"), "nobody"
    records = Records()
    logging.getLogger().addHandler(records)
    logging.getLogger("glasshall").addHandler(records)
    try:
        for failure in FAILURES:
            for number in range(100):
                fault = failing(town, number, lambda failure=failure: failure(" ".join(needles)))  # type: ignore[misc]
                answer = call(town, caller, method, target, bodies.get(name))
                town.put_back(saved)
                if fault() <= number:
                    break
                assert answer.status != 500 or records.texts, "a defect that nobody is told of"
                said = "\n".join(records.texts) + (answer.body.decode() if answer.status >= 400 else "")
                assert [needle for needle in needles if needle in said] == [], (number, answer.status)
            else:
                pytest.fail("a route of a hundred storage calls")
    finally:
        logging.getLogger().removeHandler(records)
        logging.getLogger("glasshall").removeHandler(records)


def failing(town: Town, number: int, failure: Callable[[], Exception]) -> Callable[[], int]:
    """Let one storage call fail, and return a function that says how many there were."""
    calls = [0]

    def hook(moment: str, name: str, detail: object) -> None:
        if moment == "before":
            calls[0] += 1
            if calls[0] - 1 == number:
                raise failure()

    town.memory.hook = hook
    return lambda: calls[0]
