"""Input: the delivery of an order, from guests."""

from __future__ import annotations

from posthouse.domain.shop_order import Delivery
from posthouse.entry.fields import Address, Name, Phone
from posthouse.entry.inputs import Input


class DeliveryInput(Input):
    """The address, name and phone number of the person who receives the goods."""

    address: Address
    consignee: Name
    phone_number: Phone

    def to_delivery(self) -> Delivery:
        """Returns the delivery."""
        return Delivery(self.address, self.consignee, self.phone_number)
