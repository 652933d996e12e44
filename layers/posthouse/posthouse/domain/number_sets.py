"""Sets of small numbers as short texts, for cursors: 5,000 numbers take at most 840 letters."""

from __future__ import annotations

import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable


def pack_numbers(numbers: Iterable[int]) -> str:
    """Returns a text of which ``unpack_numbers`` makes the numbers again; of none the empty text."""
    bits = 0
    for number in numbers:
        bits |= 1 << number
    return b64encode(zlib.compress(bits.to_bytes((bits.bit_length() + 7) // 8, "little"), 9)).decode() if bits else ""


def unpack_numbers(text: str) -> frozenset[int]:
    """Returns the numbers of a text by ``pack_numbers``."""
    if not text:
        return frozenset()
    bits = int.from_bytes(zlib.decompress(b64decode(text)), "little")
    return frozenset(number for number in range(bits.bit_length()) if bits >> number & 1)
