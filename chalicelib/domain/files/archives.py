"""ZIP read strictly (APPNOTE 6.3.10): exactly one reading is possible, or it is refused.

Held, before anything is unpacked: the file begins with its first entry and ends with its one end record (nothing before,
nothing after, no second one); the directory and the entries say the same of each name, size and method; the entries lie one
after the other without gap or overlap; every name is a plain path below the root, and no two of them the same to a reader
that knows no capitals; nothing is encrypted, split or larger than ZIP's first form. What is declared is held against the
limits at once, what is really unpacked byte by byte: a stream that gives more than it declared ends there.
"""

import re
import zlib
from collections.abc import Iterator
from struct import Struct
from typing import NamedTuple

from chalicelib.domain.files.report import UNPACKED_LIMIT_BYTES, Report, TooMuchError

ENTRY_LIMIT = 4_000
RATIO_LIMIT = 200
"""Most bytes that one packed byte may become, in entries above `RATIO_FLOOR_BYTES`."""
RATIO_FLOOR_BYTES = 4_000_000
_CHUNK_BYTES = 1_000_000
_FED_BYTES = 65_536
_END = Struct("<4s4H2IH")
_CENTRAL = Struct("<4s6H3I5H2I")
_LOCAL = Struct("<4s5H3I2H")
_STORED, _DEFLATED = 0, 8
_ENCRYPTED, _DESCRIPTOR, _UTF8 = 0x0001, 0x0008, 0x0800
_DRIVE = re.compile(r"[A-Za-z]:")


class ArchiveError(Exception):
    """It cannot be read in exactly one way; `kind` is the code of the problem."""

    def __init__(self, kind: str, place: str = "") -> None:
        super().__init__(kind)
        self.kind = kind
        self.place = place


class Entry(NamedTuple):
    """One entry, as the directory and its own header agree on it."""

    name: str
    method: int
    crc: int
    packed: int
    size: int
    header_at: int
    data_at: int
    flags: int


def read_directory(data: bytes) -> list[Entry]:
    """Return the entries of an archive in the order in which they lie.

    Raises:
        ArchiveError: it can be read in more than one way, or holds more than is taken.
    """
    count, size, start = _read_end(data)
    entries = sorted(_entries(data, count, start, start + size), key=lambda entry: entry.header_at)
    names = [entry.name.casefold() for entry in entries]
    if len(set(names)) != len(names):
        raise ArchiveError("archive_ambiguous")
    if sum(entry.size for entry in entries) > UNPACKED_LIMIT_BYTES:
        raise ArchiveError("archive_bomb")
    _hold_layout(data, entries, start)
    return entries


def unpack(data: bytes, entry: Entry, report: Report) -> bytes:
    """Return the bytes of an entry, exactly as many as it declares.

    Raises:
        ArchiveError: it gives more or less than it declares, or other bytes. TooMuchError: the limits are used up.
    """
    packed = memoryview(data)[entry.data_at : entry.data_at + entry.packed]
    report.unpacked(entry.size)
    found = bytes(packed) if entry.method == _STORED else _inflate(packed, entry)
    if len(found) != entry.size or zlib.crc32(found) != entry.crc:
        raise ArchiveError("archive_broken", entry.name)
    return found


def _inflate(packed: memoryview, entry: Entry) -> bytes:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        found = inflater.decompress(packed, entry.size + 1)  # one more than declared shows that there is more
    except zlib.error as error:
        raise ArchiveError("archive_broken", entry.name) from error
    if len(found) > entry.size:
        raise ArchiveError("archive_bomb", entry.name)
    if not inflater.eof or inflater.unused_data or inflater.unconsumed_tail:
        raise ArchiveError("archive_broken", entry.name)
    return found


def inflate_stream(data: bytes, at: int, report: Report) -> bytes:
    """Return what the zlib stream that begins at a place gives, to its own end, as far as it can be read.

    Raises:
        TooMuchError: the limits are used up, or it gives more than any text does.
    """
    inflater, found, begun = zlib.decompressobj(), bytearray(), at
    while at < len(data) and not inflater.eof:
        rest = data[at : at + _FED_BYTES]
        at += len(rest)
        while rest and not inflater.eof:
            try:
                chunk = inflater.decompress(rest, _CHUNK_BYTES)
            except zlib.error:
                return bytes(found)  # readers show what came before the fault, so that is what is looked at
            report.unpacked(len(chunk))
            found += chunk
            rest = inflater.unconsumed_tail
        if len(found) > RATIO_FLOOR_BYTES and len(found) > RATIO_LIMIT * (at - begun):
            raise TooMuchError
    return bytes(found)


def _read_end(data: bytes) -> tuple[int, int, int]:
    if len(data) < _END.size or not data.startswith(b"PK\x03\x04"):
        raise ArchiveError("not_an_archive")
    at = len(data) - _END.size
    mark, disk, first_disk, here, count, size, start, comment = _END.unpack_from(data, at)
    if mark != b"PK\x05\x06" or comment:
        raise ArchiveError("data_after_end")
    if disk or first_disk or here != count or start + size != at:
        raise ArchiveError("archive_ambiguous")
    if count > ENTRY_LIMIT:
        raise ArchiveError("archive_bomb")
    return count, size, start


def _entries(data: bytes, count: int, at: int, end: int) -> Iterator[Entry]:
    for _ in range(count):
        if at + _CENTRAL.size > end:
            raise ArchiveError("archive_broken")
        fields = _CENTRAL.unpack_from(data, at)
        mark, _, _, flags, method, _, _, crc, packed, size, name_bytes, extra, comment, disk, _, _, header_at = fields
        name_at = at + _CENTRAL.size
        at = name_at + name_bytes + extra + comment
        if mark != b"PK\x01\x02" or disk or at > end:
            raise ArchiveError("archive_broken")
        raw = data[name_at : name_at + name_bytes]
        yield _entry(data, raw, flags, method, crc, packed, size, header_at)
    if at != end:
        raise ArchiveError("archive_ambiguous")


def _entry(data: bytes, raw: bytes, flags: int, method: int, crc: int, packed: int, size: int, at: int) -> Entry:
    name = _name(raw, flags)
    if flags & _ENCRYPTED:
        raise ArchiveError("encrypted", name)
    if method not in (_STORED, _DEFLATED) or 0xFFFFFFFF in (packed, size, at):
        raise ArchiveError("archive_ambiguous", name)
    if size > RATIO_FLOOR_BYTES and size > RATIO_LIMIT * packed:
        raise ArchiveError("archive_bomb", name)
    if at + _LOCAL.size > len(data):
        raise ArchiveError("archive_broken", name)
    mark, _, own_flags, own_method, _, _, own_crc, own_packed, own_size, name_bytes, extra = _LOCAL.unpack_from(
        data, at
    )
    name_at = at + _LOCAL.size
    later = bool(own_flags & _DESCRIPTOR)
    sizes = (own_crc, own_packed, own_size)
    agree = sizes == (crc, packed, size) or (later and sizes == (0, 0, 0))
    if mark != b"PK\x03\x04" or data[name_at : name_at + name_bytes] != raw or own_method != method or not agree:
        raise ArchiveError("archive_ambiguous", name)
    return Entry(name, method, crc, packed, size, at, name_at + name_bytes + extra, own_flags)


def _name(raw: bytes, flags: int) -> str:
    try:
        name = raw.decode("utf-8" if flags & _UTF8 else "ascii")
    except UnicodeDecodeError as error:
        raise ArchiveError("archive_name_unsafe") from error
    steps = name.removesuffix("/").split("/")
    plain = name.isprintable() and "\\" not in name and not _DRIVE.match(name)
    if not plain or any(step in ("", ".", "..") for step in steps):
        raise ArchiveError("archive_name_unsafe")
    return name


def _hold_layout(data: bytes, entries: list[Entry], directory_at: int) -> None:
    """Hold that the entries fill the file from its beginning to the directory: no overlap, no gap to hide in."""
    at = 0
    for entry in entries:
        if entry.header_at != at:
            raise ArchiveError("archive_overlap" if entry.header_at < at else "archive_ambiguous", entry.name)
        at = entry.data_at + entry.packed
        if entry.flags & _DESCRIPTOR:
            at += _descriptor_bytes(data, at, entry)
    if at != directory_at:
        raise ArchiveError("archive_overlap" if at > directory_at else "archive_ambiguous")


def _descriptor_bytes(data: bytes, at: int, entry: Entry) -> int:
    for mark in (b"PK\x07\x08", b""):
        expected = mark + Struct("<3I").pack(entry.crc, entry.packed, entry.size)
        if data.startswith(expected, at):
            return len(expected)
    raise ArchiveError("archive_ambiguous", entry.name)
