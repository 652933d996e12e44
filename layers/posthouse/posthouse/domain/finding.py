"""How stays are found: the tokens under which a stay stands in the lookup table, and what a query asks for.

A token is a kind and a text; a stay is found by the beginning of a token. Of a name in Chinese, Japanese or Korean each
suffix is one, so that any part of it is found, of any other name each word. Numbers stand backwards, so that their last
digits are a beginning; of a phone number the last four or all are compared. Both sides are folded alike
(docs/decisions/0054-finding.md).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from posthouse.domain.phone import read_sought_phone
from posthouse.domain.privacy import ANONYMOUS
from posthouse.domain.value import Value

FOUND_FOR = timedelta(days=90)
"""How long after its departure a stay is found by what is known of its guest."""

MOST_ROWS = 20
"""How many rows a stay has at most in the lookup table."""

LONGEST = 40
"""The most characters of a token; what is typed beyond them is compared with the stay itself."""

NAME, PHONE, ORDER = "n", "p", "o"
"""The kinds of tokens, as their first letters."""

SHORTEST_NAME, SHOWN_OF_PHONE, SHORTEST_ORDER = 2, 4, 6
"""How many characters of each must be typed; of a phone number so many exactly, or all: the last that are shown."""

WHOLE_PHONE = 11
"""Digits of a number that is surely whole, if it has no country code: a mobile of the mainland, or an area code."""

_CJK = "\u3005-\u3007\u3040-\u30fa\u30fc-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
_CJK += "\uf900-\ufaff\U00020000-\U0003ffff"
_MARKS = "'’ʼ`"
_BETWEEN_CJK = re.compile(rf"(?<=[{_CJK}])[\s·・‧•.]+(?=[{_CJK}])")
_PARTS = re.compile(rf"[{_CJK}]+|[^\W_{_CJK}]+(?:[{_MARKS}][^\W_{_CJK}]+)*")
_IS_CJK = re.compile(f"[{_CJK}]+")
_MARK = re.compile(f"[{_MARKS}]")
_NUMBER = re.compile(r"(?<![0-9a-z])\+?[0-9(][0-9 ()./‐-―-]*(?![0-9a-z])")
_ORDER_NO = re.compile("[bsf][0-9a-hjkmnp-tv-z]{26}")
_ORDER_END = re.compile("[0-9a-hjkmnp-tv-z]{6,27}")
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t", "ĸ": "k"}
)
"""Letters that Unicode does not take apart into a plain one and a mark."""


class Term(Value):
    """A part of a query.

    A stay fits if one of its tokens is ``whole``, or begins with one of the ``beginnings``, or if for each of the
    ``words`` one begins with it.
    """

    beginnings: tuple[str, ...]
    whole: str | None = None
    words: tuple[str, ...] = ()

    @property
    def read(self) -> tuple[str, ...]:
        """With what the tokens of stays begin that may fit."""
        whole = () if self.whole is None else (self.whole,)
        return (*whole, *self.beginnings, *sorted(self.words, key=len)[-1:])

    def fits(self, tokens: Collection[str]) -> bool:
        if any(token == self.whole or token.startswith(self.beginnings) for token in tokens):
            return True
        return bool(self.words) and all(any(token.startswith(word) for token in tokens) for word in self.words)


class Sought(Value):
    """What a query asks for: one order, or a whole phone number (E.164), or stays that fit every term."""

    order_no: str | None = None
    phone_number: str | None = None
    terms: tuple[Term, ...] = ()

    @property
    def beginnings(self) -> tuple[str, ...]:
        """The beginnings of tokens to read: those of the term that fewest stays fit. None if no term is long enough."""
        of_terms = (tuple(it for it in term.read if _is_enough(it)) for term in self.terms)
        return max(of_terms, key=_rarity, default=())

    def takes(self, name: str, phone_number: str, order_no: str) -> bool:
        """Whether a stay with this guest and number is asked for."""
        if self.order_no not in {None, order_no} or self.phone_number not in {None, phone_number}:
            return False
        tokens = tokens_of(name, phone_number, order_no)
        return all(term.fits(tokens) for term in self.terms)

    def first_of(self, tokens: Collection[str]) -> str | None:
        """Returns the kept token by which a stay is found first, in the order of reading; None if by none."""
        kept = rows_of(tokens)
        found = (max((it for it in kept if it.startswith(begin)), default=None) for begin in self.beginnings)
        return next((token for token in found if token is not None), None)


def is_found_until(check_out: date) -> datetime:
    """Returns until when a stay is found by its guest's name and by parts of numbers."""
    return datetime.combine(check_out, time(), UTC) + FOUND_FOR


def tokens_of(name: str, phone_number: str, order_no: str) -> tuple[str, ...]:
    """Returns all tokens of a stay; none once its guest is forgotten."""
    if not phone_number and name == ANONYMOUS:
        return ()
    phone = PHONE + _backwards(phone_number) if phone_number else None
    numbers = (it for it in (phone, ORDER + _backwards(order_no.lower())) if it is not None)
    return (*numbers, *dict.fromkeys(NAME + word[:LONGEST] for part in _parts(_folded(name)) for word in _words(part)))


def rows_of(tokens: Collection[str]) -> tuple[str, ...]:
    """Returns the tokens that are kept: none that is a beginning of another or too short, and ``MOST_ROWS`` at most."""
    spare = {token for token, following in pairwise(sorted(tokens)) if following.startswith(token)}
    return tuple(token for token in tokens if token not in spare and _is_enough(token))[:MOST_ROWS]


def read_query(text: str) -> Sought:
    """Returns what a text asks for: a name or its parts, digits of a phone number or of an order, in any order."""
    folded = _folded(text)
    if _ORDER_NO.fullmatch(folded):
        return Sought(order_no=folded.upper())
    whole = _whole_phone(folded)
    if whole is not None:
        return Sought(phone_number=whole)
    numbers = [found[0] for found in _NUMBER.finditer(folded)]
    words = [_MARK.sub("", part) for part in _parts(_NUMBER.sub("|", folded))]
    return Sought(terms=(*map(_number_term, numbers), *map(_word_term, words)))


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())
    unmarked = "".join(sign for sign in plain if unicodedata.category(sign) != "Mn")
    return unicodedata.normalize("NFC", unmarked).translate(_LETTERS).strip()


def _parts(folded: str) -> list[str]:
    return _PARTS.findall(_BETWEEN_CJK.sub("", folded))


def _words(part: str) -> list[str]:
    if _IS_CJK.match(part):
        return [part[begin:] for begin in range(max(1, len(part) - 1))]
    pieces = _MARK.split(part)
    return ["".join(pieces[begin:]) for begin in range(len(pieces))]


def _whole_phone(folded: str) -> str | None:
    digits = re.sub("[^0-9]", "", folded)
    is_whole = len(digits) >= WHOLE_PHONE or folded.startswith(("+", "00"))
    return read_sought_phone(folded) if is_whole else None


def _number_term(number: str) -> Term:
    """Returns what digits ask for: by phone a whole number or the four digits that a masked one shows.

    If any other end was compared, it could be found out digit by digit what is masked.
    """
    digits = re.sub("[^0-9]", "", number)
    words = tuple(NAME + run[:LONGEST] for run in re.findall("[0-9]+", number))
    whole = _whole_phone(number)
    if whole is not None:
        return Term((), PHONE + _backwards(whole), words)
    if len(digits) == SHOWN_OF_PHONE:
        return Term((PHONE + _backwards(digits),), words=words)
    end = (ORDER + _backwards(digits),) if _ORDER_END.fullmatch(digits) else ()
    return Term(end, words=words)


def _word_term(word: str) -> Term:
    end = [ORDER + _backwards(word)] if _ORDER_END.fullmatch(word) else []
    return Term((NAME + word[:LONGEST], *end))


def _backwards(number: str) -> str:
    return "".join(re.findall("[0-9a-z]", number))[::-1]


def _is_enough(token: str) -> bool:
    shortest = {NAME: SHORTEST_NAME, PHONE: SHOWN_OF_PHONE, ORDER: SHORTEST_ORDER}
    return len(token) > shortest[token[0]]


def _rarity(beginnings: Collection[str]) -> tuple[bool, int]:
    """Returns how few stays begin so: numbers before names, and long ones before short ones."""
    if not beginnings:
        return False, 0
    return any(it[0] != NAME for it in beginnings), max(len(it.encode()) for it in beginnings)
