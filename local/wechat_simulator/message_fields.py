"""WeChat's limits for the fields of a subscribe message. A field's name begins with its kind, which has the limit."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

_NAME = re.compile(
    r"(thing|character_string|number|letter|phrase|name|phone_number|amount|time|date|symbol|car_number)\d+"
)
_CLOCK = r"([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?"
_DAY = r"(\d{4}年\d{1,2}月\d{1,2}日|\d{4}[-/.]\d{1,2}[-/.]\d{1,2})"
_CJK = re.compile(r"[㐀-鿿]")


def _matches(shape: str) -> Callable[[str], bool]:
    pattern = re.compile(shape)
    return lambda value: pattern.fullmatch(value) is not None


def _is_name(value: str) -> bool:
    return len(value) <= (10 if _CJK.search(value) else 20)


_FITS: dict[str, Callable[[str], bool]] = {
    "thing": lambda value: len(value) <= 20,
    "character_string": _matches(r"[\x21-\x7e]{1,32}"),
    "number": _matches(r"[0-9.]{1,32}"),
    "letter": _matches(r"[A-Za-z]{1,32}"),
    "phrase": _matches(r"[㐀-鿿]{1,5}"),
    "name": _is_name,
    "phone_number": _matches(r"[0-9+\-() ]{1,17}"),
    "amount": _matches(r"[¥￥$€£]?\d{1,10}(\.\d+)?元?"),
    "time": _matches(rf"({_DAY} )?{_CLOCK}(~({_DAY} )?{_CLOCK})?|{_DAY}"),
    "date": _matches(rf"{_DAY}( {_CLOCK})?(~{_DAY}( {_CLOCK})?)?"),
    "symbol": lambda value: len(value) <= 5,
    "car_number": lambda value: len(value) <= 8,
}


def bad_field(data: Mapping[str, Any]) -> str | None:
    """The name of the first field that WeChat would refuse, or None."""
    for name, holder in data.items():
        value = holder.get("value") if isinstance(holder, dict) else None
        kind = _NAME.fullmatch(name)
        if kind is None or not isinstance(value, str) or not value:
            return name
        if any(unicodedata.category(char) == "Cc" or ord(char) > 0xFFFF for char in value) or not _FITS[kind.group(1)](
            value
        ):
            return name
    return None
