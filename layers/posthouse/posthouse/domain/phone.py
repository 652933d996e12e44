"""Phone numbers: read in any usual spelling, kept in E.164, shown as people write them.

Two spellings of one number are equal once they are read, and two numbers never are. Mainland numbers are read by
patterns, which are free; for all others the library of libphonenumber's rules is imported, which takes 14 ms. A number
counts if it is possible: whether it is in use nobody knows without calling it (docs/decisions/0047-phone-numbers.md).
"""

from __future__ import annotations

import re
import unicodedata

REGION = "CN"
"""Where a number without a country code is."""

LONGEST = 64
"""The most characters of a spelling that are looked at."""

_CODE = r"(?:\+|00)86"
_MOBILE = r"1[3-9][0-9]{9}"
_FIXED = r"(?:(?:10|2[0-9])|(?!400|800)[3-9][0-9]{2})[1-9][0-9]{6,7}"
_SURELY_FIXED = r"(?:10|2[0-9])[2-8][0-9]{7}|(?!400|800|86)[3-9][0-9]{2}[2-8][0-9]{6,7}"
_SERVICE = r"[48]00[0-9]{7}"
_MAINLAND = re.compile(
    rf"(?:{_CODE}|86)?0?({_MOBILE})|(?:{_CODE}0?|0)({_FIXED})|860?({_SURELY_FIXED})|(?:{_CODE}|86)?({_SERVICE})"
)
"""Mainland numbers as digits: mobile, fixed with its area code (after a bare 86 only what is one), and 400 or 800."""

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_SHOWN = re.compile(r"\+86(?:(1[3-9][0-9]{9})|([48]00)([0-9]{3})([0-9]{4})|(10|2[0-9]|[3-9][0-9]{2})([0-9]{7,8}))")

_DASHES = "−ー~"
"""What stands for a hyphen and is none in Unicode: the minus sign, and the long vowel of Japanese keyboards."""

_EXTENSION = re.compile(
    r"(.*?)\s*(?:;ext=|ext(?:ension)?\b\.?|转(?:分机)?|分机|[x#,])\s*:?\s*([0-9]{1,6})", re.IGNORECASE
)
_FIXED_AND_MORE = re.compile(r"((?:\+?86[ -]?)?\(?0?[0-9]{2,3}(?:\)\s?|[ -])[0-9]{7,8})[ -]([0-9]{2,6})")
"""The Chinese spelling of an extension: ``028-86600127-8001``."""


def read_phone(text: str) -> str | None:
    """Returns the number in E.164 (``+8613800138000``); None if it cannot be a phone number."""
    digits = _digits(text)
    if digits is None:
        return None
    mainland = _MAINLAND.fullmatch(digits)
    return "+86" + next(filter(None, mainland.groups())) if mainland else _possible(digits)


def read_sought_phone(text: str) -> str | None:
    """Returns the number to search for. Whatever was kept is found, even if WeChat gave what looks impossible."""
    digits = _digits(text)
    if digits is None:
        return None
    found = read_phone(digits)
    international = re.sub(r"^00", "+", digits)
    return found or (international if _E164.fullmatch(international) else None)


def read_hotel_phone(text: str) -> str | None:
    """Returns the number of a hotel, which may have an extension: ``+862886600127;ext=8001``."""
    plain = _plain(text)
    extended = _EXTENSION.fullmatch(plain) or _FIXED_AND_MORE.fullmatch(plain)
    number = read_phone(extended[1] if extended else plain)
    return f"{number};ext={extended[2]}" if number and extended else number


def phone_of_country(country_code: str, number: str) -> str | None:
    """Returns the number that belongs to a country code, as WeChat gives them; None without digits.

    WeChat has verified it, so a number that looks impossible is kept as it is.
    """
    code, rest = re.sub(r"[^0-9]", "", country_code).lstrip("0"), re.sub(r"[^0-9]", "", number)
    known = f"+{code}{rest}" if code else ""
    return read_phone(known) or (known if _E164.fullmatch(known) else None)


def show_phone(number: str) -> str:
    """Returns a kept number as people write it: mainland numbers as at home, others in E.164."""
    plain, _, extension = number.partition(";ext=")
    shown = _shown(plain)
    if not extension:
        return shown
    at_home = shown[0] == "0" and len(extension) > 1
    return f"{shown}-{extension}" if at_home else f"{shown} ext. {extension}"


def mask_phone(number: str | None) -> str | None:
    """Returns a phone number as lists and logs show it: ``138****8000``, ``+852****4567``."""
    if not number:
        return number
    shown = show_phone(number)
    head = 4 if shown[0] == "+" and len(shown) > 11 else 3
    if len(shown) < head + 7:
        return "*" * len(shown)
    return shown[:head] + "*" * (len(shown) - head - 4) + shown[-4:]


def _shown(number: str) -> str:
    found = _SHOWN.fullmatch(number)
    if found is None:
        return number
    mobile, *service, area, fixed = found.groups()
    if mobile:
        return str(mobile)
    return "-".join(service) if service[0] else f"0{area}-{fixed}"


def _digits(text: str) -> str | None:
    """Returns a spelling without its separators, all digits in ASCII; None if it holds anything else."""
    kept = "".join(_digit(sign) for sign in re.sub(r"^tel:", "", _plain(text), flags=re.IGNORECASE))
    return kept if re.fullmatch(r"\+?[0-9]{5,}", kept) else None


def _plain(text: str) -> str:
    """Returns a text without full-width forms and the invisible marks of address books; nothing if it is too long."""
    wide = text if len(text) <= LONGEST else ""
    return "".join(sign for sign in unicodedata.normalize("NFKC", wide) if unicodedata.category(sign) != "Cf").strip()


def _digit(sign: str) -> str:
    if sign.isdecimal():
        return str(unicodedata.decimal(sign))
    separates = sign in "()[]./·" or sign in _DASHES or unicodedata.category(sign) in {"Zs", "Pd"}
    return "" if separates else sign


def _possible(digits: str) -> str | None:
    """Returns what the library reads; None if that is impossible, or would be read as yet another number."""
    found = _parsed(digits)
    return found if found is not None and _parsed(found) == found else None


def _parsed(digits: str) -> str | None:
    import phonenumbers  # most requests need no number of elsewhere
    from phonenumbers import NumberParseException, PhoneNumberFormat, ValidationResult

    try:
        parsed = phonenumbers.parse(digits, REGION)
    except NumberParseException:
        return None
    if phonenumbers.is_possible_number_with_reason(parsed) != ValidationResult.IS_POSSIBLE:
        return None
    return phonenumbers.format_number(parsed, PhoneNumberFormat.E164)
