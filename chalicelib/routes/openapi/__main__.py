"""Writes `chalicelib/pages/openapi.json` and `fields.json` (`make openapi`)."""

from chalicelib.routes.openapi.files import generated

for path, content in generated().items():
    path.write_bytes(content)
