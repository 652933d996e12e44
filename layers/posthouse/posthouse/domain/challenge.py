"""A proof of work: a puzzle that costs computing time, so that a script cannot submit for thousands of guests."""

from __future__ import annotations

import hashlib

BITS = 16
"""Leading zero bits of a solution's digest: on average 65,000 digests of work."""


def solves(puzzle: str, answer: str, bits: int = BITS) -> bool:
    """Whether the SHA-256 of ``puzzle.answer`` begins with ``bits`` zero bits."""
    digest = hashlib.sha256(f"{puzzle}.{answer}".encode()).digest()
    return int.from_bytes(digest, "big") >> (len(digest) * 8 - bits) == 0


def solve(puzzle: str, bits: int = BITS) -> str:
    """Returns the first answer that solves the puzzle, as a client computes it."""
    number = 0
    while not solves(puzzle, str(number), bits):
        number += 1
    return str(number)
