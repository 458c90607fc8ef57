"""What a file may be called, and how its name goes out: Content-Disposition by RFC 6266, with RFC 8187 for what is not ASCII.

The sender's name is never a path or a key: a file lies under the SHA-256 of its bytes. The name only travels in one header,
so what that header, a file system or a reader of names could misread is refused at the door.
"""

import re
from unicodedata import category
from urllib.parse import quote

NAME_LIMIT = 150
"""Most characters of a name."""
NAME_LIMIT_BYTES = 240
"""File systems take 255 bytes; a browser may add ` (1)`."""
_FORBIDDEN = re.compile(r'[/\\:*?"<>|%;]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_NOT_IN_QUOTES = re.compile(r"[^A-Za-z0-9 ._()+-]")


def is_safe(name: str) -> bool:
    """Return whether a file may be called this: a plain name, no path, nothing that cannot be seen, and an extension."""
    return (
        0 < len(name) <= NAME_LIMIT
        and not any(category(character) in _UNSEEN for character in name)
        and len(name.encode()) <= NAME_LIMIT_BYTES
        and not _FORBIDDEN.search(name)
        and not _RESERVED.fullmatch(name)
        and name == name.strip(" .")
        and extension(name) != ""
    )


def extension(name: str) -> str:
    """Return what stands after the last dot, in small letters; empty where there is none."""
    stem, dot, end = name.rpartition(".")
    return end.lower() if dot and stem else ""


def content_disposition(name: str) -> str:
    """Return the header that has a file saved under its name and never shown inside a page.

    Old readers get an ASCII form (`filename`), all others the name as it is (`filename*`).
    """
    plain = _NOT_IN_QUOTES.sub("_", name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
