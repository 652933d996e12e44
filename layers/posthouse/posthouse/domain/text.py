"""Texts that people type: what is kept of them, and what is refused.

Everything is kept in NFC, so that one text has one form. What nobody sees is taken out. What hides or reorders the text
around it is refused: control characters, line breaks in a line, and the marks that turn the direction of writing
(docs/decisions/0044-texts.md).
"""

from __future__ import annotations

import re
import unicodedata

LONGEST_NICKNAME = 100

_BREAK = re.compile("\r\n|[\n\r\v\f\x85\u2028\u2029]")
_CONTROLS = "\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff"
_TURNING = "\u202a-\u202e\u2066-\u2069"
"""Embeddings, overrides and isolates: a name with one shows what it is not."""

_NOT_IN_TEXT = re.compile(f"[{_CONTROLS}{_TURNING}]")
_NOT_IN_LINE = re.compile(f"[{_CONTROLS}{_TURNING}\t\n\r\x85\u2028\u2029]")
_CONTROL = re.compile("[\0-\x1f\x7f-\x9f]")

_UNSEEN = re.compile(
    "(\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f)"  # the flags of England, Scotland and Wales are spelled by tags
    "|[\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0"
    "\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff]"
)
"""Characters that Unicode says to ignore in display, but for joiners and selectors of variants."""

_JOINED = (
    "\u0600-\u109f\u1780-\u18af\U00011000-\U00011fff\U0001e900-\U0001e95f"  # Arabic, scripts of India and their kin
    "\u2190-\u2bff\u3030\u303d\u3297\u3299\ufe0f\U0001f000-\U0001faff"  # emoji
)
_LOOSE_JOINER = re.compile(f"(?<![{_JOINED}])[\u200c\u200d]|[\u200c\u200d](?![{_JOINED}])")
"""A joiner that joins nothing. In emoji, Persian or Hindi it belongs to the spelling."""

_BLANK = "\u2800"
"""The empty cell of Braille: a symbol by its category, and nothing to see."""


def read_line(text: str) -> str | None:
    """Returns a name or another line of text, without white space around it; None if it is refused or shows nothing."""
    line = text.strip()
    if _NOT_IN_LINE.search(line):
        return None
    return _seen(_cleaned(line).strip()) or None


def read_text(text: str) -> str | None:
    """Returns a text that may be empty or have several lines, with ``\\n`` between them; None if it is refused."""
    lines = _BREAK.sub("\n", text)
    return None if _NOT_IN_TEXT.search(lines) else _seen(_cleaned(lines))


def read_address(text: str) -> str | None:
    """Returns an address: like a text, but something must be seen."""
    return (read_text(text) or "").strip() or None


def read_nickname(text: str) -> str:
    """Returns a nickname from WeChat. It is cleaned and never refused; it is empty if nothing can be shown."""
    line = _cleaned(_NOT_IN_TEXT.sub("", _BREAK.sub(" ", text).replace("\t", " ")))
    return _seen(_cleaned(line.strip()[:LONGEST_NICKNAME]).strip())


def read_words(text: str) -> str:
    """Returns words to search for, cleaned like a nickname. Whoever searches folds them too."""
    return _seen(_cleaned(_NOT_IN_TEXT.sub("", _BREAK.sub(" ", text).replace("\t", " "))).strip())


def read_code(text: str) -> str | None:
    """Returns a code that a program made: printable ASCII without spaces, or None."""
    return text if re.fullmatch(r"[!-~]*", text) else None


def read_password(text: str) -> str | None:
    """Returns a password by RFC 8265 (OpaqueString): one kind of space, and NFC; None if it has control characters.

    Not NFKC: two passwords that differ to see are two.
    """
    return None if _CONTROL.search(text) else password_form(text)


def password_form(password: str) -> str:
    """Returns the form in which a password is hashed, so that it is known from every keyboard."""
    spaced = "".join(" " if unicodedata.category(sign) == "Zs" else sign for sign in password)
    return unicodedata.normalize("NFC", spaced)


def _cleaned(text: str) -> str:
    if text.isascii():
        return text
    seen = _UNSEEN.sub(lambda found: found[1] or "", text)
    return unicodedata.normalize("NFC", _LOOSE_JOINER.sub("", seen))


def _seen(text: str) -> str:
    """Returns the text, or nothing if there is nothing in it to see."""
    return text if any(unicodedata.category(sign)[0] in "LNPS" and sign != _BLANK for sign in text) else ""
