"""What of a text or a set of facts must not be kept: phone numbers in full, and anything that opens a door."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from posthouse.domain.identity import mask_phone

_MOBILE = re.compile(r"(?<![0-9A-Za-z])(?:\+?86)?(1[3-9][0-9]{9})(?![0-9A-Za-z])")
"""A mobile number of mainland China; ids and timestamps that happen to have eleven digits in a row are longer."""

ANONYMOUS = "—"
"""What stands for the name of a guest who has left."""

_SECRET = re.compile(r"password|secret|token|session_key|openid", re.IGNORECASE)


def mask_phones(text: str) -> str:
    """The text with every mobile number in it masked."""
    return _MOBILE.sub(lambda found: str(mask_phone(found[1])), text)


def presentable(facts: Any) -> Any:
    """JSON values without secrets, and with phone numbers masked, however deep they lie."""
    match facts:
        case str():
            return mask_phones(facts)
        case Mapping():
            return {name: presentable(value) for name, value in facts.items() if not _SECRET.search(str(name))}
        case list() | tuple():
            return [presentable(value) for value in facts]
    return facts
