"""Document numbers (发文字号) in one spelling, so that the same document is found however its number was typed.

Source: GB/T 9704-2012, 7.2.5: agency code, year in four digits between hexagonal brackets, serial number without 第 and
without leading zeros, 号. What is not of this form is only tidied: full-width digits and spaces.
"""

import re
from unicodedata import normalize

_LEFT, _RIGHT = (
    "[\\[({\u3008\u300a\u3010\u3014\u3016\u3018\u2018\u27e8]",
    "[\\])}\u3009\u300b\u3011\u3015\u3017\u3019\u2019\u27e9]",
)
_NUMBER = re.compile(
    rf"(?P<code>[^\d\[\](){{}}\u3008-\u3019]+){_LEFT}(?P<year>[12][0-9]{{3}})年?{_RIGHT}(?:第)?0*(?P<serial>[1-9][0-9]*)号?"
)


def normalised(doc_no: str) -> str:
    """Return a document number as the standard writes it: `川府发〔2024〕5号`."""
    tidied = "".join(normalize("NFKC", doc_no).split())
    found = _NUMBER.fullmatch(tidied)
    return tidied if found is None else f"{found['code']}〔{found['year']}〕{found['serial']}号"
