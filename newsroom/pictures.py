"""Pictures for the figures: a sea, a sky and a sun, drawn from the article's slug; PNG with a palette, written by hand."""

import hashlib
import struct
import zlib
from functools import lru_cache

WIDTH, HEIGHT = 960, 540
_SHADES = 100  # of the sky, and of the sea


@lru_cache(maxsize=256)
def picture(seed: str) -> bytes:
    """A PNG of 960 by 540 pixels, always the same for the same `seed`."""
    lot = hashlib.sha256(seed.encode()).digest()
    horizon = HEIGHT // 2 + lot[0] % 120
    across, up, radius = 120 + lot[1] * 3 % 720, 90 + lot[2] % 160, 30 + lot[3] % 40
    sky, sea = (lot[4], 120 + lot[5] % 100, 235), (lot[6] % 60, 60 + lot[7] % 60, 90 + lot[8] % 90)
    palette = b"".join(
        [_shade(sky, 0.55 + 0.45 * n / _SHADES) for n in range(_SHADES)]
        + [_shade(sea, 1.0 - 0.6 * n / _SHADES) for n in range(_SHADES)]
        + [bytes((255, 236, 179))]
    )
    rows = bytearray()
    for y in range(HEIGHT):
        below = y >= horizon
        part = (y - horizon) / (HEIGHT - horizon) if below else y / horizon
        row = bytearray([(_SHADES if below else 0) + int(part * (_SHADES - 1))]) * WIDTH
        reach = radius * radius - (y - up) ** 2
        if not below and reach > 0:
            half = int(reach**0.5)
            left, right = max(0, across - half), min(WIDTH, across + half)
            row[left:right] = bytes([2 * _SHADES]) * (right - left)
        rows += b"\0" + row
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 3, 0, 0, 0)
    parts = (b"IHDR", head), (b"PLTE", palette), (b"IDAT", zlib.compress(bytes(rows), 6)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def _shade(colour: tuple[int, int, int], light: float) -> bytes:
    return bytes(min(255, int(part * light)) for part in colour)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
