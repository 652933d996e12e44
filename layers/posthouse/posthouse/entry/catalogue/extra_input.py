"""Inputs of extras: to create and to change them."""

from __future__ import annotations

from posthouse.domain.money import Money
from posthouse.domain.price import Extra, Per
from posthouse.entry.fields import Fen, Name
from posthouse.entry.inputs import Input


class ExtraInput(Input):
    """The fields of a new extra; ``price`` is of one, in fen."""

    name: Name
    price: Fen
    per: Per
    enabled: bool = True

    def to_extra(self, hotel_id: str, extra_id: str, version: int) -> Extra:
        """Returns the extra in the given version."""
        return Extra(extra_id, hotel_id, self.name, Money(self.price), self.per, self.enabled, version)
