"""Money: a frozen integer of fen with its currency. It never uses floats."""

from __future__ import annotations

from collections.abc import Sequence

from posthouse.domain.value import Value

BASIS = 10_000
"""Basis points in a whole: 10,000 bp = 100 %."""


class Money(Value):
    """An amount in fen (1/100 yuan); may be negative in a ledger, never in a price."""

    fen: int
    currency: str = "CNY"

    def __post_init__(self) -> None:
        if type(self.fen) is not int:
            msg = f"money is an int of fen, not {type(self.fen).__name__}"
            raise TypeError(msg)

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            msg = f"cannot mix {self.currency} and {other.currency}"
            raise ValueError(msg)

    def __lt__(self, other: Money) -> bool:
        return (self.fen, self.currency) < (other.fen, other.currency)

    def __le__(self, other: Money) -> bool:
        return (self.fen, self.currency) <= (other.fen, other.currency)

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.fen + other.fen, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.fen - other.fen, self.currency)

    def __mul__(self, count: int) -> Money:
        return Money(self.fen * count, self.currency)

    def share(self, basis_points: int) -> Money:
        """Returns a share of this amount, rounded half up to a fen (half away from zero for a negative amount)."""
        doubled = 2 * abs(self.fen) * basis_points + BASIS
        rounded = doubled // (2 * BASIS)
        return Money(rounded if self.fen >= 0 else -rounded, self.currency)

    def tax_contained(self, basis_points: int) -> Money:
        """Returns the tax in this amount, at a rate of the amount without it; half a fen is rounded up."""
        whole = BASIS + basis_points
        return Money((2 * self.fen * basis_points + whole) // (2 * whole), self.currency)

    def split(self, weights: Sequence[int]) -> list[Money]:
        """Returns this amount split by weights with the largest-remainder method: the parts add up to the whole.

        Raises ValueError if no weight is positive or one is negative.
        """
        whole = sum(weights)
        if whole <= 0 or min(weights) < 0:
            raise ValueError("a split needs weights of zero or more, at least one of them positive")
        floors = [self.fen * weight // whole for weight in weights]
        remainders = [self.fen * weight % whole for weight in weights]
        by_remainder = sorted(range(len(weights)), key=lambda i: (-remainders[i], i))
        for i in by_remainder[: self.fen - sum(floors)]:
            floors[i] += 1
        return [Money(part, self.currency) for part in floors]


ZERO = Money(0)


def yuan(amount: Money) -> str:
    """Returns the amount as a guest reads it, for example ``¥128.50``."""
    sign = "-" if amount.fen < 0 else ""
    whole, fen = divmod(abs(amount.fen), 100)
    return f"{sign}¥{whole}.{fen:02d}"
