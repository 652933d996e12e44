"""The kinds of notices, for WeChat's side of the local cloud. A test compares them with the product's own list.

The commands and simulators below ``local`` run without Posthouse's layer, so they cannot import its enumeration.
"""

from typing import Literal, get_args

OrderNotice = Literal[
    "wait_for_payment", "cancelled", "paid", "reserved", "changed", "checked_in", "finished", "shipped", "refunded"
]
"""Kinds that tell of orders."""
ALL_NOTICES: tuple[str, ...] = (*get_args(OrderNotice), "login")
OPTIONAL_NOTICES = ("reserved", "changed", "login")
"""Kinds that a deployment may do without."""
NEEDED_NOTICES: tuple[str, ...] = tuple(kind for kind in ALL_NOTICES if kind not in OPTIONAL_NOTICES)
"""Kinds whose message templates every deployment needs."""
