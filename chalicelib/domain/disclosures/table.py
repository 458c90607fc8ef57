"""Which act may follow where: the whole state machine as one table.

A row is (what is shown, where the pending text stands). Regulations on Open Government Information (2019) art. 17
(review before disclosure); Interim Regulations on Major Administrative Decisions (2019) art. 14 to 30 (public
participation before the decision). What time does is no row: a consultation that has closed is still `in_consultation`,
and acts that must wait for its end are refused by the hour, not by the table.
"""

NOT_SHOWN, IN_CONSULTATION, ADOPTED = "not_shown", "in_consultation", "adopted"
PUBLISHED, SUPERSEDED, WITHDRAWN = "published", "superseded", "withdrawn"
STAGES = (NOT_SHOWN, IN_CONSULTATION, ADOPTED, PUBLISHED, SUPERSEDED, WITHDRAWN)
SUBMITTED, APPROVED = "submitted", "approved"
AWAITING_APPROVAL = "awaiting_approval"
"""Shown by breaking the glass: another person has still to approve what is shown."""

_BESIDE_A_DRAFT = ("record_step", "announce_hearing", "record_hearing")
_BESIDE_A_TEXT = ("file_upward", "respond_to_comments", "supersede", "withdraw")

ALLOWED: dict[tuple[str, str | None], tuple[str, ...]] = {
    ("", None): ("submit",),
    (NOT_SHOWN, SUBMITTED): ("submit", "approve", "break_glass", "record_step", "withdraw"),
    (NOT_SHOWN, APPROVED): ("submit", "open_consultation", "adopt", "publish", "record_step", "withdraw"),
    (IN_CONSULTATION, None): (
        *("extend_consultation", "revise", "respond_to_comments", "adopt"),
        *(*_BESIDE_A_DRAFT, "withdraw"),
    ),
    (IN_CONSULTATION, SUBMITTED): (
        *("extend_consultation", "revise", "approve", "respond_to_comments"),
        *(*_BESIDE_A_DRAFT, "withdraw"),
    ),
    (IN_CONSULTATION, APPROVED): (
        *("extend_consultation", "revise", "open_consultation", "respond_to_comments", "adopt"),
        *(*_BESIDE_A_DRAFT, "withdraw"),
    ),
    (ADOPTED, None): ("publish", "respond_to_comments", "record_step", "withdraw"),
    (PUBLISHED, None): ("submit", *_BESIDE_A_TEXT),
    (PUBLISHED, SUBMITTED): ("submit", "approve", *_BESIDE_A_TEXT),
    (PUBLISHED, APPROVED): ("submit", "correct", *_BESIDE_A_TEXT),
    (PUBLISHED, AWAITING_APPROVAL): ("approve", "withdraw"),
    (SUPERSEDED, None): ("respond_to_comments", "withdraw"),
    (WITHDRAWN, None): (),
}
