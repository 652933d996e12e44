"""To whom goods go, as guests send it."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from posthouse.domain.shop_order import Delivery
from posthouse.entry.fields import LINE, NOT_BLANK, Name, Phone
from posthouse.entry.inputs import Input

Address = Annotated[str, LINE, Meta(min_length=1, max_length=300, pattern=NOT_BLANK)]


class DeliveryInput(Input):
    """Address, name and phone number of whoever takes the goods."""

    address: Address
    consignee: Name
    phone_number: Phone

    def to_delivery(self) -> Delivery:
        """The delivery."""
        return Delivery(self.address, self.consignee, self.phone_number)
