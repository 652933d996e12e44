"""Privacy: masks phone numbers and removes secrets from texts and facts before they are stored."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from posthouse.domain.phone import mask_phone

_PHONE = re.compile(r"(?<![0-9A-Za-z])(?:(?:\+?86)?(1[3-9][0-9]{9})|(\+[1-9][0-9]{6,14}))(?![0-9A-Za-z])")
"""A mobile number of mainland China, or any number in E.164. Eleven digits inside a longer id do not match."""

ANONYMOUS = "—"
"""Replaces the name of a guest whose account was deleted."""

_SECRET = re.compile(r"password|secret|token|session_key|openid", re.IGNORECASE)


def mask_phones(text: str) -> str:
    """Returns the text with every mobile number, and every number in E.164, masked."""
    return _PHONE.sub(lambda found: str(mask_phone(found[1] or found[2])), text)


def presentable(facts: Any) -> Any:
    """Returns JSON values without secrets and with masked phone numbers, at every depth."""
    match facts:
        case str():
            return mask_phones(facts)
        case Mapping():
            return {name: presentable(value) for name, value in facts.items() if not _SECRET.search(str(name))}
        case list() | tuple():
            return [presentable(value) for value in facts]
    return facts
