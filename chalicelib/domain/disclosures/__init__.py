"""Disclosures (政务公开事项): handed in, approved by another person over exactly these bytes, heard, adopted, shown.

To follow one act, look for its name in `table.py` (where it may follow), then in the part that decides and folds it:

    submission    submit, revise
    approval      approve, return, break_glass
    consultation  open_consultation, extend_consultation, respond_to_comments
    hearing       announce_hearing, cancel_hearing, record_hearing
    steps         record_step, and which steps a category demands
    showing       adopt, publish, correct, supersede, withdraw
    filing        file_upward

`rules.py` puts them together; `render.py` says what is shown.
"""

from chalicelib.domain.disclosures.rules import KIND, NOUN

__all__ = ["KIND", "NOUN"]
