"""Attachments (附件): files of an agency, named by the SHA-256 of their bytes, looked at before anybody is given them.

A file is announced by its agency, arrives in the object store, is checked by the program and only then shown by the
disclosures that name it. Acts by the agency: `announce`. By the program: `check`.

Invariants: what is checked never changes, for the place is the bytes' own hash; what was refused stays refused until it is
announced anew in another way (another type, another name). A place belongs to one agency: the same bytes of two agencies are
two attachments, and neither can name, describe or block the other's.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chalicelib.domain.files.kinds import KINDS
from chalicelib.domain.files.names import extension, is_safe
from chalicelib.domain.records import Act, ActMeta, Actor, Noun, Others, Ref, Refusals, Rendered, State

KIND, COLLECTION = "attachment", "attachments"
CHECKER = "file_check"
"""The role of the program's own act; no key can have it."""
WAITING, CHECKED, REFUSED = "waiting", "checked", "refused"
CHECK_FAILED = "check_failed"
"""The problem of a file that the check could not come to an end with."""
_ALLOWED = {None: ("announce",), WAITING: ("check",), CHECKED: (), REFUSED: ("announce",)}
DESCRIBED = ("agency", "size_bytes", "media_type", "file_name")
"""What an announcement says of a file."""


def attachment(sha256: str, agency: str) -> Ref:
    """Return the name of the record of an agency's file."""
    return Ref(KIND, f"{sha256}.{agency}")


def given_out_path(sha256: str, agency: str) -> str:
    """`attachments/2c26b46b…/bureau`: under which a file is given out, at any host, for ever."""
    return f"attachments/{sha256}/{agency}"


class AttachmentRules:
    """The rules of attachments."""

    def parse(self, raw: bytes) -> Act:
        from chalicelib.domain.models import attachments

        return attachments.parse(raw)

    def role(self, act: Act) -> str:
        return CHECKER if act["act"] == "check" else "clerk"

    def agency(self, record_id: str, state: State | None, act: Act) -> Ref:
        return Ref("agency", state["agency"] if state else act.get("agency", ""))

    def needs(self, state: State | None, act: Act) -> tuple[Ref, ...]:
        return ()

    def decide(self, record_id: str, state: State | None, act: Act, actor: Actor, others: Others, at: str) -> None:
        refusals = Refusals()
        allowed = _ALLOWED[state["stage"] if state else None]
        refusals.when(
            act["act"] not in allowed, "act_not_allowed", f"what may follow now: {', '.join(allowed) or 'nothing'}"
        )
        if act["act"] == "announce":
            _decide_announcement(refusals, act, others)
        refusals.settle()

    def fold(self, record_id: str, state: State | None, act: Act, meta: ActMeta, others: Others) -> State:
        if act["act"] == "check":
            assert state is not None
            seen = {name: act[name] for name in ("problems", "findings", "inspector")}
            return {**state, "stage": act["outcome"], **seen, "checked_at": meta.received_at}
        agency = others.find("agency", act["agency"])
        assert agency is not None
        announced = {**(state or {}).get("announced", {}), meta.sha256: meta.number}
        described = {name: act[name] for name in DESCRIBED}
        kept = {"jurisdiction": agency["jurisdiction"], "announced": announced, "announced_at": meta.received_at}
        return {"stage": WAITING, **described, **kept}

    def shows(self, act: Act, state: State) -> bool:
        return False

    def render(self, record_id: str, state: State, written: Callable[[str], str]) -> Rendered | None:
        return None


def _decide_announcement(refusals: Refusals, act: Act, others: Others) -> None:
    agency = others.find("agency", act["agency"])
    refusals.when(
        agency is not None and agency["stage"] == "dissolved", "agency_dissolved", "the agency has ended", "/agency"
    )
    name, media_type = act["file_name"], act["media_type"]
    refusals.when(
        not is_safe(name),
        "name_unsafe",
        "a plain file name with its extension, no path, no quotes, at most 150 characters",
        "/file_name",
    )
    refusals.when(
        media_type not in KINDS, "type_not_taken", f"what is taken: {', '.join(sorted(KINDS))}", "/media_type"
    )
    ends = KINDS[media_type].extensions if media_type in KINDS else ()
    refusals.when(
        bool(ends) and extension(name) not in ends,
        "extension_mismatch",
        f"a file of this type is called .{' or .'.join(ends)}",
        "/file_name",
    )


NOUN = Noun(KIND, COLLECTION, AttachmentRules(), public=False)


# What a record that names attachments must ask of them


def attachments_of(content: Mapping[str, Any]) -> tuple[Ref, ...]:
    """Return the attachments that a content names, as records it needs."""
    return tuple(attachment(each["sha256"], content["agency"]) for each in content.get("attachments", ()))


def decide_attachments(refusals: Refusals, content: Mapping[str, Any], others: Others) -> None:
    """Refuse attachments that are not there, not the agency's own, not checked, or that nobody could ask for."""
    named: Sequence[Mapping[str, Any]] = content.get("attachments", ())
    for number, each in enumerate(named):
        place = f"/content/attachments/{number}"
        state = others.find(*attachment(each["sha256"], content["agency"]))
        refusals.when(
            state is None, "attachment_unknown", "the agency has announced no file with this hash", f"{place}/sha256"
        )
        refusals.when(
            state is not None and state["stage"] != CHECKED,
            "attachment_not_checked",
            f"the file is {state['stage'] if state else ''}",
            f"{place}/sha256",
        )
        refusals.when(
            each["name"].endswith(UNREACHABLE),
            "attachment_name_reserved",
            "a name must not end as other forms of an address do",
            f"{place}/name",
        )
        refusals.when(
            each["name"] in [other["name"] for other in named[:number]],
            "attachment_name_twice",
            "another attachment has this name",
            f"{place}/name",
        )


UNREACHABLE = (".json", ".jsonld", ".jsonstat", ".csv", ".ics", ".atom", ".html")


def with_descriptions(content: dict[str, Any], others: Others) -> dict[str, Any]:
    """Return a content whose attachments say of themselves what readers want to know before they fetch one.

    What it takes from the other records never changes of them once they are checked.
    """
    if not content.get("attachments"):
        return content
    shown = []
    for each in content["attachments"]:
        state = others.find(*attachment(each["sha256"], content["agency"])) or {}
        shown.append({**each, **{name: state[name] for name in DESCRIBED[1:] if name in state}})
    return {**content, "attachments": shown}
