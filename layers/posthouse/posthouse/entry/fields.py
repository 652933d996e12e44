"""Types of the fields that clients send; openapi.yaml repeats them, and a test compares the two.

A pattern ends in ``\\Z``, since Python's ``$`` lets a line break by.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

MAX_FEN = 100_000_000
"""A million yuan: no price of ours is higher, and sums of hundreds stay exact in every client."""

LINE = "a line of text, which loses the white space around it"
"""Marks a type for ``inputs.Input``."""
SAID = r"\S"
"""Something that does not vanish with the white space."""

Fen = Annotated[int, Meta(ge=0, le=MAX_FEN)]
Price = Annotated[int, Meta(ge=1, le=MAX_FEN)]
Units = Annotated[int, Meta(ge=1, le=999)]
Version = Annotated[int, Meta(ge=1)]
Total = Annotated[int, Meta(ge=0)]
Id = Annotated[str, Meta(pattern=r"^[0-9A-Za-z_-]{1,64}\Z")]
Name = Annotated[str, LINE, Meta(min_length=1, max_length=100, pattern=SAID)]
Tag = Annotated[str, LINE, Meta(min_length=1, max_length=20, pattern=SAID)]
Text = Annotated[str, Meta(max_length=5000)]
Phone = Annotated[str, Meta(pattern=r"^\+?[0-9][0-9 -]{3,24}\Z")]
Username = Annotated[str, Meta(pattern=r"^[0-9A-Za-z][0-9A-Za-z_.@-]{1,63}\Z")]
Password = Annotated[str, Meta(min_length=8, max_length=200)]
Reason = Annotated[str, Meta(min_length=1, max_length=200)]
ArrivalTime = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]\Z")]
Image = Annotated[str, Meta(max_length=500, pattern=r"^(/|/[^/]\S*|https?://[^\s/]\S*)\Z")]
"""A URL, or a path below the site's root."""
Images = Annotated[tuple[Image, ...], Meta(max_length=20)]
Latitude = Annotated[float, Meta(ge=-90, le=90)]
Longitude = Annotated[float, Meta(ge=-180, le=180)]
