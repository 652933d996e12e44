"""Declarations of personal data: what a table holds of a guest, and what happens to it when the account is deleted.

Every table's model declares this in its Meta. tests/integration/identity/test_personal_data.py compares the
declarations with what a guest really leaves behind; docs/privacy.md shows them.
"""

from __future__ import annotations

from typing import Literal

from posthouse.domain.value import Value

Fact = Literal[
    "user id",
    "openid",
    "unionid",
    "phone number",
    "name",
    "nickname",
    "address",
    "time of arrival",
    "tracking number",
    "note",
    "invoice title",
    "tax number",
    "e-mail address",
]
Fate = Literal["forgotten", "kept", "expires"]

BOOKKEEPING = "bookkeeping needs the row"
SUPERVISION = "staff and guests can see later what was done"
MONEY_IN_QUESTION = "money is in question"
RETURN = "whoever comes back is not welcomed twice"


class Personal(Value):
    """One fact about a guest in one attribute. ``why`` says why it is kept, or when it expires."""

    attribute: str
    fact: Fact
    fate: Fate
    why: str = ""


NOTHING: tuple[Personal, ...] = ()
"""The declaration of a table without personal data of guests."""


def forgotten(**attributes: Fact) -> tuple[Personal, ...]:
    """Attributes that ``erase_personal_data`` or the deletion itself clears."""
    return tuple(Personal(attribute, fact, "forgotten") for attribute, fact in attributes.items())


def kept(why: str, **attributes: Fact) -> tuple[Personal, ...]:
    """Attributes that stay, and the reason. A user id identifies nobody once the account is deleted."""
    return tuple(Personal(attribute, fact, "kept", why) for attribute, fact in attributes.items())


def expires(after: str, **attributes: Fact) -> tuple[Personal, ...]:
    """Attributes of rows that DynamoDB deletes by TTL, and after how long."""
    return tuple(Personal(attribute, fact, "expires", after) for attribute, fact in attributes.items())


MESSAGES = expires(
    "after 4 days; as a dead letter after 14",
    aggregate_id="user id",
    event_id="user id",
    payload="user id",
) + expires("after 4 days; as a dead letter after 14", payload="nickname")
"""The same for messages in queues, by the fields of their bodies."""
