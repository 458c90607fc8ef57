"""The paper that a counter hands out: one page, A5, black on white, in Chinese and English, whole in itself.

The query code stands on it large, and once more in a QR code (ISO/IEC 18004) whose address carries number and code after `#`:
a browser sends nothing of that part to any server, and the page takes it out of the address at once. The page asks for nothing
from anywhere, says so to the browser, and is written to a file that only its owner can read.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from string import Template
from urllib.parse import urlencode

from glasshall.errors import UsageError
from glasshall.keyfiles import write_private
from glasshall.texts import printable

_TEMPLATE = Path(__file__).with_name("paper.html")
_QUIET_MODULES = 4
Words = Mapping[str, str]
"""A text for people: `zh`, `en` or both."""


@dataclass(frozen=True, slots=True)
class Paper:
    """What stands on the paper; `page` is the address of the page that citizens open."""

    case_no: str
    code: str = field(repr=False)
    service: Words
    agency: Words
    page: str
    handed_out_on: str

    @property
    def address(self) -> str:
        """The address that the QR code carries; it holds the code, so it is never sent, logged or printed as text."""
        return f"{self.page}#{urlencode({'case': self.case_no, 'code': self.code})}"


def render_paper(paper: Paper) -> bytes:
    """Return the page as HTML."""
    import segno

    qr = segno.make(paper.address, error="m", micro=False)
    texts = {
        "case_no": paper.case_no,
        "code": paper.code,
        "service": _spoken(paper.service),
        "agency": _spoken(paper.agency),
        "page": paper.page,
        "handed_out_on": paper.handed_out_on,
    }
    shown = {name: escape(printable(text)) for name, text in texts.items()}
    picture = qr.svg_inline(border=_QUIET_MODULES, omitsize=True, svgclass=None, lineclass=None)
    return Template(_TEMPLATE.read_text("utf-8")).substitute(shown, qr=picture).encode()


def write_paper(paper: Paper, file: Path) -> None:
    """Write the page to a file that only its owner can read.

    Raises:
        UsageError: it cannot be written.
    """
    try:
        write_private(file, render_paper(paper), overwrite=True)
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}") from error


def _spoken(words: Words) -> str:
    """Return a text in every language it has, Chinese first."""
    return " · ".join(words[language] for language in ("zh", "en") if words.get(language))
