"""The kinds of notices, for WeChat's side of the local cloud. A test compares them with the product's own list.

The commands and simulators below ``local`` run without Posthouse's layer, so they cannot import its enumeration.
"""

from typing import Literal, get_args

OrderNotice = Literal["wait_for_payment", "cancelled", "paid", "checked_in", "finished", "shipped", "refunded"]
ORDER_NOTICES: tuple[str, ...] = get_args(OrderNotice)
"""Kinds whose message templates every deployment needs."""
OPTIONAL_NOTICES = ("login",)
"""Kinds whose message templates are needed only if they are switched on."""
