"""PNG (ISO/IEC 15948) and JPEG (ITU-T T.81, with EXIF and XMP): what stands beside the picture.

A picture ends where its format says; what comes after is another file in the same bytes. Metadata is found, not read in
full: that there is a position, or anything else, is what an approver has to know.
"""

import re
import struct
from collections.abc import Iterator
from struct import unpack_from

from chalicelib.domain.files.kinds import JPEG
from chalicelib.domain.files.report import Report

PIXEL_LIMIT = 100_000_000
"""A picture of a few kilobytes may ask its reader for gigabytes."""
_PNG_TEXTS = (b"tEXt", b"zTXt", b"iTXt", b"eXIf")
_OF_NOBODY = (b"Software\x00", b"date:create\x00", b"date:modify\x00", b"date:timestamp\x00")
"""Texts that name a program or a date, which nearly every picture has."""
_EXIF, _GPS_POINTER, _PHOTOSHOP = b"Exif\x00\x00", 0x8825, b"Photoshop 3.0\x00"
_XMP = (b"http://ns.adobe.com/xap/1.0/\x00", b"http://ns.adobe.com/xmp/extension/\x00")
_XMP_GPS = re.compile(rb"exif:GPS(?:Latitude|Longitude)")
_IFD_ENTRY_LIMIT = 500
METADATA, POSITION = "image_metadata", "image_position"


def inspect_image(data: bytes, media_type: str, place: str, report: Report) -> None:
    """Note what an image hides, and whether it is one."""
    try:
        (_inspect_jpeg if media_type == JPEG else _inspect_png)(data, place, report)
    except (struct.error, IndexError):
        report.problem("image_broken", place)


def _inspect_png(data: bytes, place: str, report: Report) -> None:
    at, ended = 8, False
    width, height = unpack_from(">2I", data, 16)
    _hold_size(width, height, place, report)
    while at < len(data) and not ended:
        length, kind = unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + length]
        if len(body) != length:
            raise IndexError
        if kind in _PNG_TEXTS and not body.startswith(_OF_NOBODY):
            report.finding(METADATA, place)
            if kind == b"eXIf" and _has_position(body):
                report.finding(POSITION, place)
            if _XMP_GPS.search(body):
                report.finding(POSITION, place)
        at, ended = at + 12 + length, kind == b"IEND"
    if not ended:
        report.problem("image_broken", place)
    if at != len(data):
        report.problem("data_after_end", place)


def _inspect_jpeg(data: bytes, place: str, report: Report) -> None:
    end = 0
    for marker, body, after in _segments(data):
        end = after
        if marker == 0xE1 and (body.startswith(_EXIF) or body.startswith(_XMP)):
            report.finding(METADATA, place)
            if _has_position(body[len(_EXIF) :]) or _XMP_GPS.search(body):
                report.finding(POSITION, place)
        elif marker == 0xFE or (marker == 0xED and body.startswith(_PHOTOSHOP)):
            report.finding(METADATA, place)
        elif 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = unpack_from(">2H", body, 1)
            _hold_size(width, height, place, report)
    if data[end:].strip(b"\x00"):  # some cameras pad with zeros
        report.problem("data_after_end", place)


def _segments(data: bytes) -> Iterator[tuple[int, bytes, int]]:
    """Yield marker, content and end of each segment up to the end of the image."""
    at = 2
    while True:
        if data[at] != 0xFF:
            raise IndexError
        while data[at] == 0xFF:
            at += 1
        marker = data[at]
        at += 1
        if marker == 0xD9:
            yield marker, b"", at
            return
        if marker == 0x01 or 0xD0 <= marker <= 0xD7:
            continue
        (length,) = unpack_from(">H", data, at)
        yield marker, data[at + 2 : at + length], at + length
        at += length
        if marker == 0xDA:
            at = _after_scan(data, at)


def _after_scan(data: bytes, at: int) -> int:
    """Return where the coded data of a scan ends: at the next marker that is no restart and no stuffed byte."""
    while True:
        at = data.find(b"\xff", at)
        following = data[at + 1] if at >= 0 else None
        if following is None:
            raise IndexError
        if following != 0x00 and not 0xD0 <= following <= 0xD7 and following != 0xFF:
            return at
        at += 1 if following == 0xFF else 2


def _has_position(tiff: bytes) -> bool:
    """Return whether the first directory of EXIF data points at a directory of positions."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None or len(tiff) < 10:
        return False
    try:
        (at,) = unpack_from(f"{order}I", tiff, 4)
        (count,) = unpack_from(f"{order}H", tiff, at)
        tags = [unpack_from(f"{order}H", tiff, at + 2 + 12 * n)[0] for n in range(min(count, _IFD_ENTRY_LIMIT))]
    except struct.error:
        return False
    return _GPS_POINTER in tags


def _hold_size(width: int, height: int, place: str, report: Report) -> None:
    if width * height > PIXEL_LIMIT:
        report.problem("image_too_large", place)
