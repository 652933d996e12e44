"""Types of the fields that clients send; openapi.yaml repeats them, and a test compares the two."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

MAX_FEN = 100_000_000
"""A million yuan: no price of ours is higher, and sums of hundreds stay exact in every client."""

Fen = Annotated[int, Field(ge=0, le=MAX_FEN)]
Price = Annotated[int, Field(ge=1, le=MAX_FEN)]
Units = Annotated[int, Field(ge=1, le=999)]
Id = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_-]{1,64}$")]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Tag = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20)]
Text = Annotated[str, StringConstraints(max_length=5000)]
Phone = Annotated[str, StringConstraints(pattern=r"^\+?[0-9][0-9 -]{3,24}$")]
Username = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z][0-9A-Za-z_.@-]{1,63}$")]
Password = Annotated[str, StringConstraints(min_length=8, max_length=200)]
Reason = Annotated[str, Field(min_length=1, max_length=200)]
ArrivalTime = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


def _image(value: str) -> str:
    """A URL, or a path below the site's root."""
    if value.startswith("/") and not value.startswith("//"):
        return value
    from pydantic import AnyHttpUrl  # networks are for the few that take images

    AnyHttpUrl(value)
    return value


Image = Annotated[str, StringConstraints(max_length=500), AfterValidator(_image)]
Images = Annotated[list[Image], Field(max_length=20)]


def not_zero(value: int) -> int:
    """A change changes something."""
    if value == 0:
        raise ValueError("must not be 0")
    return value


def _whole(value: object) -> object:
    # JSON has one kind of number: 104 is as good a longitude as 104.0, in strict mode too.
    if type(value) is int:
        return value * 1.0
    # Seven decimals are a centimetre, and DynamoDB knows no number as small as 1e-200.
    return round(value, 7) if isinstance(value, float) else value


def _day(value: object) -> object:
    """YYYY-MM-DD and nothing else: pydantic would also take seconds since 1970."""
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        return date.fromisoformat(value)
    raise ValueError("is not a date like 2026-12-31")


Day = Annotated[date, BeforeValidator(_day)]
Latitude = Annotated[float, BeforeValidator(_whole), Field(ge=-90, le=90)]
Longitude = Annotated[float, BeforeValidator(_whole), Field(ge=-180, le=180)]
