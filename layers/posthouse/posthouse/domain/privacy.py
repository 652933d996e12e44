"""Privacy: masks phone numbers and removes secrets from texts and facts before they are stored."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from posthouse.domain.identity import mask_phone

_MOBILE = re.compile(r"(?<![0-9A-Za-z])(?:\+?86)?(1[3-9][0-9]{9})(?![0-9A-Za-z])")
"""A mobile number of mainland China. Eleven digits inside a longer id or timestamp do not match."""

ANONYMOUS = "—"
"""Replaces the name of a guest whose account was deleted."""

_SECRET = re.compile(r"password|secret|token|session_key|openid", re.IGNORECASE)


def mask_phones(text: str) -> str:
    """Returns the text with every mobile number masked."""
    return _MOBILE.sub(lambda found: str(mask_phone(found[1])), text)


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
