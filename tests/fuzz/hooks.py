"""What schemathesis must be told to send newline-delimited JSON: `make fuzz` loads this."""

import json
from typing import Any

import schemathesis


@schemathesis.serializer("application/x-ndjson")
def ndjson(context: Any, value: Any) -> bytes:
    """Return one JSON text a line; a value that is no list is one line."""
    lines = value if isinstance(value, list) else [value]
    return b"\n".join(json.dumps(line).encode("utf-8", "surrogatepass") for line in lines)
