"""Service centres (行政服务中心, 政务服务中心) and their windows (窗口): which service where, when, and who only forwards.

Source: domain text; State Council guiding opinions on one-stop windows (一窗受理). A window that takes papers in and sends
them on to be dealt with elsewhere says so (`forwards_only`); what cases show of it is in the statistics of hand-overs.

Invariant: which services are at a centre is said by the services (`windows[].centre`); what a window lists is shown as said.
"""

from collections.abc import Callable
from typing import Any

from chalicelib.domain.duties import local_day, local_facts
from chalicelib.domain.records import (
    Act,
    ActMeta,
    Actor,
    Noun,
    Others,
    Ref,
    Refusals,
    Rendered,
    State,
    living_agency,
    next_version,
    says_nothing_new,
    shortened,
    without_empty,
)
from chalicelib.domain.texts import judge_personal_data, own_language

KIND = "centre"
OPEN, CLOSED = "open", "closed"
_ALLOWED: dict[str | None, tuple[str, ...]] = {None: ("open",), OPEN: ("revise", "close"), CLOSED: ("revise",)}
_NO_TEXTS = ("after_sha256", "agency", "id", "phone", "services", "url", "window")


class CentreRules:
    """The rules of centres."""

    def parse(self, raw: bytes) -> Act:
        from chalicelib.domain.models import centres, common

        return common.parse(centres.ADAPTER, raw)

    def role(self, act: Act) -> str:
        return "clerk"

    def agency(self, record_id: str, state: State | None, act: Act) -> Ref:
        return Ref("agency", state["agency"] if state else act.get("content", {}).get("agency", ""))

    def needs(self, state: State | None, act: Act) -> tuple[Ref, ...]:
        windows = act.get("content", {}).get("windows", ())
        there = dict.fromkeys(Ref("agency", window["agency"]) for window in windows if "agency" in window)
        return (self.agency("", state, act), *there)

    def decide(self, record_id: str, state: State | None, act: Act, actor: Actor, others: Others, at: str) -> None:
        refusals = Refusals()
        allowed = _ALLOWED[state["stage"] if state else None]
        refusals.when(
            act["act"] not in allowed, "act_not_allowed", f"what may follow now: {', '.join(allowed)}", "/act"
        )
        judge_personal_data(refusals, act, _NO_TEXTS)
        if "content" in act:
            content = act["content"]
            living_agency(refusals, others, content["agency"], content["name"], "/content/name")
            refusals.when(
                state is not None and state["agency"] != content["agency"],
                "agency_fixed",
                "a centre stays with its agency",
                "/content/agency",
            )
            _judge_windows(refusals, content, others)
        elif state is not None:
            agency = others.find("agency", state["agency"])
            if agency is not None:
                own_language(refusals, agency["language"], act)
        refusals.settle()

    def fold(self, record_id: str, state: State | None, act: Act, meta: ActMeta, others: Others) -> State:
        if state is not None and says_nothing_new(state, act, OPEN):
            return state
        changed = {"version": next_version(state), "changed_at": meta.at}
        if act["act"] == "close":
            assert state is not None
            ended_on = local_day(meta.received_at, state)
            return {**state, "stage": CLOSED, "reason": act["reason"], "effective_on": ended_on, **changed}
        content = act["content"]
        agency = others.find("agency", content["agency"])
        assert agency is not None
        folded: State = {
            "stage": OPEN,
            "agency": content["agency"],
            "jurisdiction": agency["jurisdiction"],
            **local_facts(agency),
            "content": content,
            "published_at": state["published_at"] if state else meta.at,
            **changed,
        }
        if act.get("synthetic"):
            folded["synthetic"] = True
        return folded

    def shows(self, act: Act, state: State) -> bool:
        return True

    def render(self, record_id: str, state: State, written: Callable[[str], str]) -> Rendered:
        content, stage = without_empty(state["content"]), state["stage"]
        local = {name: state[name] for name in ("time_zone", "calendar")}
        body = {"stage": stage, **content, **local}
        if stage == CLOSED:
            body["reason"] = state["reason"]
        windows: list[dict[str, Any]] = content.get("windows", [])
        summary = {
            "stage": stage,
            "name": shortened(content["name"], 130),
            "address": shortened(content["address"], 80),
            **{name: content[name] for name in ("phone",) if name in content},
            "windows": len(windows),
            "forwarding_windows": sum(window["forwards_only"] for window in windows),
            "one_window_payment": content.get("payment", {}).get("one_window", False),
        }
        return Rendered(body, summary, {}, listed=stage == OPEN)


def _judge_windows(refusals: Refusals, content: dict[str, Any], others: Others) -> None:
    """Refuse windows of one name, of agencies that are not there, and a window for payments that is none of them."""
    met: set[str] = set()
    for number, window in enumerate(content["windows"]):
        pointer = f"/content/windows/{number}"
        refusals.when(window["id"] in met, "window_repeated", f"window {window['id']} stands twice", f"{pointer}/id")
        met.add(window["id"])
        found = "agency" not in window or others.find("agency", window["agency"]) is not None
        refusals.when(not found, "agency_unknown", "there is no such agency", f"{pointer}/agency")
    payment = content.get("payment", {})
    wanted = payment.get("window")
    refusals.when(
        wanted is not None and wanted not in met,
        "window_unknown",
        "no window of this centre has this id",
        "/content/payment/window",
    )
    refusals.when(
        payment.get("one_window", False) and wanted is None,
        "window_missing",
        "one window for all payments: say which",
        "/content/payment/window",
    )


NOUN = Noun(KIND, "centres", CentreRules())
