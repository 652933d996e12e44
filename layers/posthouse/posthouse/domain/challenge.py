"""A puzzle that costs a machine a moment for each try, so that a script cannot press the button for thousands."""

from __future__ import annotations

import hashlib

BITS = 16
"""Leading zero bits that a solution's digest has: some 65,000 digests of work on average."""


def solves(puzzle: str, answer: str, bits: int = BITS) -> bool:
    """Whether the SHA-256 of ``puzzle.answer`` begins with so many zero bits."""
    digest = hashlib.sha256(f"{puzzle}.{answer}".encode()).digest()
    return int.from_bytes(digest, "big") >> (len(digest) * 8 - bits) == 0


def solve(puzzle: str, bits: int = BITS) -> str:
    """The first answer that solves the puzzle; what a client does."""
    number = 0
    while not solves(puzzle, str(number), bits):
        number += 1
    return str(number)
