"""Types of the fields that clients send; openapi.yaml repeats them, and a test compares the two.

A pattern ends in ``\\Z``, because Python's ``$`` also matches before a line break at the end.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from msgspec import Meta

from posthouse.domain.phone import LONGEST, read_hotel_phone, read_phone, read_sought_phone
from posthouse.domain.text import (
    LONGEST_NICKNAME,
    read_address,
    read_code,
    read_line,
    read_nickname,
    read_password,
    read_text,
    read_words,
)
from posthouse.domain.value import Value

MAX_NUMBERS = 500
"""The most numbers of one hotel."""

MAX_FEN = 100_000_000
"""A million yuan. No price is higher, and the sum of some hundred prices stays exact in every client."""


class TextRule(Value):
    """How a text is read: into its one form, or None with what is said of a refused one. ``inputs`` applies it."""

    read: Callable[[str], str | None]
    refused: str


LINE = TextRule(read_line, "must be one line of visible text, without control characters or marks of direction")
TEXT = TextRule(read_text, "must have no control characters and no marks of direction")
ADDRESS = TextRule(read_address, "must be visible text, without control characters or marks of direction")
NICKNAME = TextRule(read_nickname, "")
WORDS = TextRule(read_words, "")
CODE = TextRule(read_code, "must be printable ASCII without spaces")
PASSWORD = TextRule(read_password, "must have no control characters")
PHONE = TextRule(read_phone, "must be a phone number, like 138 0013 8000 or +852 6123 4567")
SOUGHT_PHONE = TextRule(read_sought_phone, PHONE.refused)
HOTEL_PHONE = TextRule(read_hotel_phone, "must be a phone number, like 028-8660 0127 or 028-86600127-8001")

NOT_BLANK = r"\S"
"""At least one character that is not white space."""

Fen = Annotated[int, Meta(ge=0, le=MAX_FEN)]
Price = Annotated[int, Meta(ge=1, le=MAX_FEN)]
Amount = Annotated[int, Meta(ge=1)]
"""An amount of an order, in fen: a stay of many rooms may cost more than MAX_FEN."""
SignedAmount = Annotated[int, Meta(ge=-MAX_FEN, le=MAX_FEN)]
"""A change of what is owed, in fen; not zero."""
DoorNumber = Annotated[str, Meta(pattern=r"^[0-9A-Za-z-]{1,8}\Z")]
"""The number on the door of a room."""
Numbers = Annotated[tuple[DoorNumber, ...], Meta(max_length=MAX_NUMBERS)]
Units = Annotated[int, Meta(ge=1, le=999)]
Adults = Annotated[int, Meta(ge=1, le=999)]
Children = Annotated[int, Meta(ge=0, le=999)]
Weekdays = Annotated[tuple[Annotated[int, Meta(ge=1, le=7)], ...], Meta(min_length=1, max_length=7)]
"""1 is Monday."""
Version = Annotated[int, Meta(ge=1)]
Total = Annotated[int, Meta(ge=0)]
Id = Annotated[str, Meta(pattern=r"^[0-9A-Za-z_-]{1,64}\Z")]
Name = Annotated[str, LINE, Meta(min_length=1, max_length=100, pattern=NOT_BLANK)]
Tag = Annotated[str, LINE, Meta(min_length=1, max_length=20, pattern=NOT_BLANK)]
Text = Annotated[str, TEXT, Meta(max_length=5000)]
Notes = Annotated[str, TEXT, Meta(min_length=1, max_length=1000)]
Note = Annotated[str, ADDRESS, Meta(min_length=1, max_length=1000, pattern=NOT_BLANK)]
"""What staff write of an order or a guest."""
Requests = Annotated[str, ADDRESS, Meta(min_length=1, max_length=500, pattern=NOT_BLANK)]
"""What a guest asks for with a booking."""
Address = Annotated[str, ADDRESS, Meta(min_length=1, max_length=300, pattern=NOT_BLANK)]
Nickname = Annotated[str, NICKNAME, Meta(max_length=LONGEST_NICKNAME)]
Words = Annotated[str, WORDS, Meta(max_length=100)]
SoughtStay = Annotated[str, WORDS, Meta(min_length=2, max_length=100)]
"""A guest's name, digits of a phone number, or an order number, or parts of them."""
Phone = Annotated[str, PHONE, Meta(min_length=1, max_length=LONGEST)]
"""In any usual spelling; the code gets it in E.164."""
SoughtPhone = Annotated[str, SOUGHT_PHONE, Meta(min_length=1, max_length=LONGEST)]
HotelPhone = Annotated[str, HOTEL_PHONE, Meta(min_length=1, max_length=LONGEST)]
Username = Annotated[str, Meta(pattern=r"^[0-9A-Za-z][0-9A-Za-z_.@-]{1,63}\Z")]
Password = Annotated[str, PASSWORD, Meta(min_length=8, max_length=200)]
Reason = Annotated[str, LINE, Meta(min_length=1, max_length=200)]
ShortReason = Annotated[str, LINE, Meta(min_length=1, max_length=80)]
"""WeChat Pay takes no longer one with a refund."""
TaxNumber = Annotated[str, Meta(pattern=r"^[0-9A-Za-z]{15,20}\Z")]
"""Of a company, as its invoices show it."""
InvoiceNumber = Annotated[str, Meta(pattern=r"^[0-9A-Za-z-]{1,40}\Z")]
"""Of an invoice, as the tax system gave it: digits, with a code before them on older ones."""
Email = Annotated[str, CODE, Meta(max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+\Z")]
Hour = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]\Z")]
"""HH:MM on a hotel's clock."""
ArrivalTime = Hour
Image = Annotated[str, LINE, Meta(max_length=500, pattern=r"^(/|/[^/]\S*|https?://[^\s/]\S*)\Z")]
"""A URL, or a path below the root of the site."""
Images = Annotated[tuple[Image, ...], Meta(max_length=20)]
Latitude = Annotated[float, Meta(ge=-90, le=90)]
Longitude = Annotated[float, Meta(ge=-180, le=180)]
