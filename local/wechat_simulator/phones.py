"""Phone numbers as WeChat gives them: the number without its country code, and the code."""

from dataclasses import dataclass
from typing import Any

import phonenumbers

HOME = 86


@dataclass(frozen=True)
class PhoneNumber:
    """A verified number. WeChat shows a country code only with a number of elsewhere."""

    country_code: int
    pure: str

    @property
    def shown(self) -> str:
        """The number as WeChat shows it: `13800138000`, `+85261234567`."""
        return self.pure if self.country_code == HOME else f"+{self.country_code}{self.pure}"

    @property
    def info(self) -> dict[str, Any]:
        """WeChat's own fields. Its documentation has the country code as text, its answers also as a number."""
        code = str(HOME) if self.country_code == HOME else self.country_code
        return {"phoneNumber": self.shown, "purePhoneNumber": self.pure, "countryCode": code}


def read_number(text: str) -> PhoneNumber:
    """Read a number in any spelling, by default one of mainland China. Raises ValueError if there is none in it."""
    try:
        found = phonenumbers.parse(text, "CN")
    except phonenumbers.NumberParseException as error:
        raise ValueError(str(error)) from None
    return PhoneNumber(found.country_code or HOME, phonenumbers.national_significant_number(found))
