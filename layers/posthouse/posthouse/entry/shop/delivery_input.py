"""Input: the delivery of an order, from guests."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from posthouse.domain.shop_order import Delivery
from posthouse.entry.fields import LINE, NOT_BLANK, Name, Phone
from posthouse.entry.inputs import Input

Address = Annotated[str, LINE, Meta(min_length=1, max_length=300, pattern=NOT_BLANK)]


class DeliveryInput(Input):
    """The address, name and phone number of the person who receives the goods."""

    address: Address
    consignee: Name
    phone_number: Phone

    def to_delivery(self) -> Delivery:
        """Returns the delivery."""
        return Delivery(self.address, self.consignee, self.phone_number)
