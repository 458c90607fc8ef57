"""How hostile files are put together: archives by hand, in which every field may lie."""

import struct
import zlib
from collections.abc import Mapping
from typing import NamedTuple

from chalicelib.domain.files import kinds
from tests.files import samples
from tests.files.samples import office_parts, zipped


class Hostile(NamedTuple):
    """A hostile file as it would be sent."""

    name: str
    """What is hostile about it."""
    data: bytes
    media_type: str
    file_name: str


MEGABYTE = 1_000_000
OFFICE = (kinds.DOCX, kinds.XLSX, kinds.PPTX)
OPEN = (kinds.ODT, kinds.ODS)


def named(media_type: str) -> str:
    """Return a name that fits a type."""
    return f"file.{samples.SUFFIX[media_type]}"


def office(name: str, media_type: str, **parts: bytes) -> Hostile:
    """Return an office document in which some parts are others."""
    return Hostile(
        f"{name} in {samples.SUFFIX[media_type]}",
        zipped(office_parts(media_type) | parts),
        media_type,
        named(media_type),
    )


def raw_entry(
    name: bytes, body: bytes, *, declared: int | None = None, method: int = 8, at: int = 0, flags: int = 0
) -> tuple[bytes, bytes]:
    """Return local entry and directory entry, which may say another size than is true."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(body) + packer.flush() if method == 8 else body
    size = len(body) if declared is None else declared
    crc = zlib.crc32(body)
    local = (
        struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, flags, method, 0, 33, crc, len(packed), size, len(name), 0)
        + name
        + packed
    )
    central = (
        struct.pack(
            "<4s6H3I5H2I",
            b"PK\x01\x02",
            20,
            20,
            flags,
            method,
            0,
            33,
            crc,
            len(packed),
            size,
            len(name),
            0,
            0,
            0,
            0,
            0,
            at,
        )
        + name
    )
    return local, central


def raw_archive(
    *entries: tuple[bytes, bytes],
    before: bytes = b"",
    declared: Mapping[bytes, int] | None = None,
    method: int = 8,
    flags: int = 0,
) -> bytes:
    """Return an archive put together by hand, with names and bodies as they are, and sizes as they are said to be."""
    body, directory = before, b""
    for name, content in entries:
        said = (declared or {}).get(name)
        local, central = raw_entry(name, content, at=len(body), declared=said, method=method, flags=flags)
        body, directory = body + local, directory + central
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, len(entries), len(entries), len(directory), len(body), 0)
    return body + directory + end


def docx_entries() -> list[tuple[bytes, bytes]]:
    """Return the parts of a text document."""
    return [(name.encode(), content) for name, content in office_parts(kinds.DOCX).items()]
