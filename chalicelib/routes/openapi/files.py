"""The files that are generated, and their bytes: the same each time."""

from pathlib import Path

import orjson

from chalicelib.routes.openapi.document import document
from chalicelib.routes.openapi.fields import field_dictionary
from chalicelib.routes.site import PAGES


def generated() -> dict[Path, bytes]:
    """Return every generated file with its bytes."""
    contents = {"openapi.json": document(), "fields.json": field_dictionary()}
    option = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    return {PAGES / name: orjson.dumps(content, option=option) for name, content in contents.items()}
