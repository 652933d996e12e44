"""Texts that no field may keep as they are, and what a text that is kept has none of."""

from __future__ import annotations

import re
import unicodedata

BAD_TEXTS = {
    "nothing but a zero-width space": "\u200b",
    "nothing but joiners": "\u200d\u200c\u200d",
    "nothing but a byte order mark": "\ufeff",
    "nothing but a filler": "\u3164",
    "nothing but a blank cell of Braille": "\u2800",
    "nothing but a mark of direction": "\u200f",
    "nothing but a combining mark": "\u0301",
    "nothing but spaces": " \u3000\u00a0",
    "a NUL": "Li\0Lei",
    "an escape": "Li\x1b[31mLei",
    "a delete": "Li\x7fLei",
    "a C1 control": "Li\x9bLei",
    "an override of direction": "Li\u202eieL",
    "an isolate": "Li\u2067Lei\u2069",
    "an embedding": "\u202bLi Lei\u202c",
    "a noncharacter": "Li\uffffLei",
    "a line break": "Li\nLei",
    "a carriage return": "Li\r\nLei",
    "a separator of lines": "Li\u2028Lei",
    "a next line": "Li\x85Lei",
    "a tab": "Li\tLei",
    "a zero-width space inside": "Li\u200bLei",
    "a soft hyphen": "Li\xadLei",
    "a word joiner": "Li\u2060Lei",
    "a joiner between Latin letters": "Li\u200dLei",
    "a joiner at the end": "Lei\u200d",
    "invisible tags": "Lei\U000e0041\U000e0042",
    "decomposed": "Zoe\u0308 Re\u0301my",
    "decomposed Hangul": "\u1112\u1161\u11ab",
}
"""By what is bad in them. A field refuses each, or keeps it in another form."""

GOOD_LINES = (
    "李雷",
    "Zoë Rémy",
    "O'Brien-Smith, Jr.",
    "👨‍👩‍👧 family",
    "🏳️‍🌈",
    "👩🏽‍🚀",
    "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    "می‌خواهم",
    "क्‍ष",
    "한글",
    "𠮷野家",
    "葛\U000e0100城",
    "❤️",
    "—",
    "🧸",
)
"""Names that stay as they are: what is joined is joined, and what is rare is no fault."""

_NEVER = re.compile(
    "[\0-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff"
    "\ufff9-\ufffb\uffff]"
)


def fault_of(kept: str, *, lines: bool = False) -> str | None:
    """Returns what is wrong with a text that was kept; None if nothing is. Only a text of several lines has breaks."""
    if _NEVER.search(kept) or (not lines and re.search(r"[\n\t]", kept)):
        return "a character that nobody sees, or that hides others"
    if unicodedata.normalize("NFC", kept) != kept:
        return "not in NFC"
    seen = any(unicodedata.category(sign)[0] in "LNPS" and sign != "\u2800" for sign in kept)
    return None if seen or not kept else "nothing is seen"
