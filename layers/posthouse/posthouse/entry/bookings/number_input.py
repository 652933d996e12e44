"""The numbers that a call gives to a booking, as staff send them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated

from msgspec import Meta

from posthouse.entry.fields import DoorNumber
from posthouse.entry.inputs import Input

MAX_A_CALL = 40
"""Each is an item of the transaction, and so is each that they replace; DynamoDB allows 100."""

NumbersGiven = Annotated[tuple[DoorNumber, ...], Meta(max_length=MAX_A_CALL)]


class NumbersOfStay(Input):
    """All numbers that a booking shall have."""

    numbers: NumbersGiven

    def broken_rules(self) -> Iterator[tuple[str, str]]:
        yield from once_each(self.numbers)


def once_each(numbers: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Returns the broken rule of a list that names a number twice."""
    if len(set(numbers)) < len(numbers):
        yield "numbers", "must name each number once"


class CheckInInput(Input):
    """What the desk says at a check-in: the numbers, or nothing for those that the booking has."""

    numbers: NumbersGiven | None = None

    def broken_rules(self) -> Iterator[tuple[str, str]]:
        yield from once_each(self.numbers or ())
