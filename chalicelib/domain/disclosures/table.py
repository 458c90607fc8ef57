"""Which act may follow where, and why the others may not: the whole state machine as one table.

A row is (what is shown, where the text that is handed in stands). Regulations on Open Government Information (2019) art. 17
(review before disclosure); Interim Regulations on Major Administrative Decisions (2019) art. 14 to 30 (public
participation before the decision). What time does is no row: a consultation that has closed is still `in_consultation`,
and acts that must wait for its end are refused by the hour, not by the table. docs/disclosures.md shows the table whole.
"""

NOT_SHOWN, IN_CONSULTATION, ADOPTED = "not_shown", "in_consultation", "adopted"
PUBLISHED, SUPERSEDED, WITHDRAWN = "published", "superseded", "withdrawn"
STAGES = (NOT_SHOWN, IN_CONSULTATION, ADOPTED, PUBLISHED, SUPERSEDED, WITHDRAWN)
SUBMITTED, RETURNED, APPROVED = "submitted", "returned", "approved"
AWAITING_APPROVAL = "awaiting_approval"
"""Shown by breaking the glass: another person has still to approve what is shown."""

Row = tuple[str, str | None]
NOTHING: Row = ("", None)
"""Where a record stands before its first act."""

_BESIDE_A_DRAFT = ("record_step", "announce_hearing", "cancel_hearing", "record_hearing")
_BESIDE_A_TEXT = ("file_upward", "respond_to_comments", "supersede", "withdraw")

ALLOWED: dict[Row, tuple[str, ...]] = {
    NOTHING: ("submit",),
    (NOT_SHOWN, SUBMITTED): ("submit", "approve", "return", "break_glass", "record_step", "withdraw"),
    (NOT_SHOWN, RETURNED): ("submit", "record_step", "withdraw"),
    (NOT_SHOWN, APPROVED): ("submit", "return", "open_consultation", "adopt", "publish", "record_step", "withdraw"),
    (IN_CONSULTATION, None): (
        *("extend_consultation", "revise", "respond_to_comments", "adopt"),
        *(*_BESIDE_A_DRAFT, "withdraw"),
    ),
    (IN_CONSULTATION, SUBMITTED): (
        *("extend_consultation", "revise", "approve", "return", "respond_to_comments"),
        *(*_BESIDE_A_DRAFT, "withdraw"),
    ),
    (IN_CONSULTATION, APPROVED): (
        *("extend_consultation", "revise", "return", "open_consultation", "respond_to_comments", "adopt"),
        *(*_BESIDE_A_DRAFT, "withdraw"),
    ),
    (ADOPTED, None): ("publish", "respond_to_comments", "record_step", "withdraw"),
    (PUBLISHED, None): ("submit", *_BESIDE_A_TEXT),
    (PUBLISHED, SUBMITTED): ("submit", "approve", "return", *_BESIDE_A_TEXT),
    (PUBLISHED, APPROVED): ("submit", "return", "correct", *_BESIDE_A_TEXT),
    (PUBLISHED, AWAITING_APPROVAL): ("approve", "withdraw"),
    (SUPERSEDED, None): ("respond_to_comments", "withdraw"),
    (WITHDRAWN, None): (),
}

_OF_THE_WHOLE_ROW: dict[Row, str] = {
    NOTHING: "nothing_handed_in",
    (PUBLISHED, AWAITING_APPROVAL): "approval_owed",
    (SUPERSEDED, None): "superseded",
    (WITHDRAWN, None): "withdrawn",
}
_ONLY_IN_CONSULTATION = dict.fromkeys((NOT_SHOWN, ADOPTED, PUBLISHED), "not_in_consultation")
_ONLY_PUBLISHED = dict.fromkeys((NOT_SHOWN, IN_CONSULTATION, ADOPTED), "not_published")
_OF_THE_STAGE: dict[str, dict[str, str]] = {
    "submit": {IN_CONSULTATION: "revise_instead", ADOPTED: "already_adopted"},
    "break_glass": {IN_CONSULTATION: "already_shown", ADOPTED: "already_adopted", PUBLISHED: "already_shown"},
    "open_consultation": {ADOPTED: "already_adopted", PUBLISHED: "already_published"},
    "adopt": {ADOPTED: "already_adopted", PUBLISHED: "already_published"},
    "publish": {IN_CONSULTATION: "not_adopted", PUBLISHED: "already_published"},
    "record_step": {PUBLISHED: "already_published"},
    **dict.fromkeys(
        (
            *("extend_consultation", "revise", "respond_to_comments"),
            *("announce_hearing", "cancel_hearing", "record_hearing"),
        ),
        _ONLY_IN_CONSULTATION,
    ),
    **dict.fromkeys(("correct", "supersede", "file_upward"), _ONLY_PUBLISHED),
}
_OF_THE_TEXT: dict[str | None, str] = {
    None: "nothing_pending",
    SUBMITTED: "not_approved",
    RETURNED: "was_returned",
    APPROVED: "already_approved",
}
"""The stage would let the act pass, but not where the text that is handed in stands."""


def refusal(row: Row, act: str) -> str | None:
    """Return why an act may not follow, as a code of `/v1/codes/disclosure_refusal`, or None where it may."""
    if act in ALLOWED[row]:
        return None
    stage, pending = row
    return _OF_THE_WHOLE_ROW.get(row) or _OF_THE_STAGE.get(act, {}).get(stage) or _OF_THE_TEXT[pending]
