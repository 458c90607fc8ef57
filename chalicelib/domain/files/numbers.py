"""Numbers that name a person (domain/personal_data.py) in texts of megabytes.

Only where enough digits stand together is looked closely; so a table of a million small numbers costs one pass of a regular
expression. Text beyond the limits is not passed over in silence: it is a finding of its own.
"""

import re
from unicodedata import normalize

from chalicelib.domain.files.report import Report
from chalicelib.domain.personal_data import kinds_in

TEXT_LIMIT = 5_000_000
"""Most characters of one part that are looked through."""
CLOSELY_LIMIT = 400_000
"""Most characters of one part that are looked at closely."""
_UNSEEN = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff"
_BETWEEN = rf"[ .\-\u2010-\u2014\u2212\u00b7\u30fb{_UNSEEN}]"
_CLOSE = re.compile(rf"[0-9](?:{_BETWEEN}{{0,3}}[0-9]){{10,}}(?:{_BETWEEN}{{0,3}}[Xx](?![0-9A-Za-z]))?")
NOT_WHOLLY = "text_not_wholly_checked"


def find_numbers(text: str, place: str, report: Report) -> None:
    """Note every kind of number that a text holds, once for the place."""
    if len(text) > TEXT_LIMIT:
        report.finding(NOT_WHOLLY, place)
    plain = normalize("NFKC", text[:TEXT_LIMIT])
    left, found = CLOSELY_LIMIT, set[str]()
    for match in _CLOSE.finditer(plain):
        left -= match.end() - match.start()
        if left < 0:
            report.finding(NOT_WHOLLY, place)
            break
        found |= set(kinds_in(plain[max(0, match.start() - 1) : match.end() + 1]))
    for kind in found:
        report.finding(kind, place)
