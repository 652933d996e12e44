"""Texts that go to WeChat: names and reasons that people have typed, made into what WeChat takes.

WeChat Pay refuses a request with characters beyond Unicode's Basic Multilingual Plane: emoji, and the rarer Han
characters. (Its community: "not supported; replace the extension planes by a placeholder".) Control characters are
refused by both hosts.
"""

from __future__ import annotations

import unicodedata

MISSING_HAN = "〓"
"""Stands for a Han character that WeChat does not take: the mark that printers set for a type that they lack."""

NEUTRAL = "订单"
"""What WeChat is told instead of a text of which nothing is left. It shows it to the guest: "order"."""

_HAN_BEYOND = range(0x20000, 0x33480)
"""CJK Unified Ideographs, Extensions B to J, and the compatibility ideographs between them."""

_VARIATION_SELECTORS = range(0xFE00, 0xFE10)
_SEEN = frozenset("LNPS")
"""First letters of the categories of what can be seen: letters, numbers, punctuation, symbols."""


def wechat_text(text: str) -> str:
    """Returns a text on one line with only what WeChat takes; empty if nothing of it can be seen then."""
    shown = " ".join("".join(_taken(char) for char in text).split())
    return shown if any(unicodedata.category(char)[0] in _SEEN for char in shown) else ""


def _taken(char: str) -> str:
    """Returns what is sent for one character."""
    code, category = ord(char), unicodedata.category(char)
    if category in {"Cc", "Zl", "Zp", "Zs"}:
        return " "
    if code in _HAN_BEYOND:
        return MISSING_HAN
    if code > 0xFFFF or code in _VARIATION_SELECTORS or category[0] == "C":
        # Emoji and what joins them, invisible characters, halves of surrogate pairs, code points without a character.
        return ""
    return char


def fit_bytes(text: str, limit: int) -> str:
    """Returns `wechat_text`, cut to so many bytes of UTF-8 at a character's end."""
    return wechat_text(text).encode()[:limit].decode(errors="ignore").strip()


def fit_characters(text: str, limit: int) -> str:
    """Returns `wechat_text`, cut to so many characters; an ellipsis shows that something is missing."""
    shown = wechat_text(text)
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"
