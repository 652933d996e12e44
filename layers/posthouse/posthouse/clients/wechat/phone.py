"""A guest's phone number, or the reason why WeChat's answer has none."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from posthouse.domain.value import Value

PhoneRefusal = Literal["invalid_code", "rate_limited", "undecryptable", "foreign_app", "stale", "no_phone"]


@dataclass(frozen=True)
class PhoneNumber:
    """A phone number without its country code, and the country code without `+`."""

    number: str = field(repr=False)
    country_code: str


class PhoneRefused(Value):
    """The client's data gives no phone number; the client must ask the guest again."""

    reason: PhoneRefusal


def phone_from(info: Mapping[str, Any]) -> PhoneNumber | PhoneRefused:
    """Read `purePhoneNumber` and `countryCode` (a string or a number) from either of WeChat's phone answers."""
    number, country = info.get("purePhoneNumber"), info.get("countryCode")
    if not isinstance(number, str) or not number:
        return PhoneRefused("no_phone")
    return PhoneNumber(number, str(country) if country else "86")
