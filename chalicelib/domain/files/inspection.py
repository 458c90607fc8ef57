"""The entry: everything that is asked of a file before anybody is given it.

Source: OWASP File Upload Cheat Sheet; ASVS 5.2 and 5.3. The same bytes, media type and name always give the same answer; it
depends on no clock and takes bounded work (`report.py`). Any fault of a format that we did not foresee refuses the file.
"""

from chalicelib.domain.files.images import inspect_image
from chalicelib.domain.files.kinds import (
    CSV,
    JPEG,
    KINDS,
    ODP,
    ODS,
    ODT,
    OLE_MAGIC,
    PDF,
    PLAIN,
    PNG,
    begins_as,
    is_something_else_too,
)
from chalicelib.domain.files.names import extension, is_safe
from chalicelib.domain.files.office import inspect_office
from chalicelib.domain.files.open_document import inspect_open_document
from chalicelib.domain.files.pdf import inspect_pdf
from chalicelib.domain.files.report import Inspection, Report, TooMuchError
from chalicelib.domain.files.tables import inspect_text

INSPECTOR = 1
"""Version of what is looked for; stands beside every result."""


def inspect(data: bytes, media_type: str, file_name: str) -> Inspection:
    """Return every problem and finding of a file."""
    report = Report()
    if not is_safe(file_name):
        report.problem("name_unsafe")
    if media_type not in KINDS:
        report.problem("type_not_taken")
    elif extension(file_name) not in KINDS[media_type].extensions:
        report.problem("extension_mismatch")
    elif not begins_as(data, media_type):
        report.problem("type_not_taken" if data.startswith(OLE_MAGIC) else "type_mismatch")
    elif is_something_else_too(data, media_type):
        report.problem("two_types")
    else:
        _inspect_within(data, media_type, report)
    return report.inspection()


def _inspect_within(data: bytes, media_type: str, report: Report) -> None:
    try:
        if media_type == PDF:
            inspect_pdf(data, report)
        elif media_type in (PNG, JPEG):
            inspect_image(data, media_type, "", report)
        elif media_type in (CSV, PLAIN):
            inspect_text(data, media_type, report)
        elif media_type in (ODT, ODS, ODP):
            inspect_open_document(data, media_type, report)
        else:
            inspect_office(data, media_type, "", report)
    except TooMuchError:
        report.problem("too_much_to_check")
