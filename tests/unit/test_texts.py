"""Texts of clients: every field has a rule for what nobody sees, and no rule changes what is well written."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Annotated, Any, get_args, get_origin

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta, ValidationError, convert
from msgspec.structs import fields

from posthouse.domain.text import read_address, read_line, read_nickname, read_password, read_text, read_words
from posthouse.entry.fields import ADDRESS, PASSWORD, TEXT, TextRule
from posthouse.entry.inputs import Input, _in_form, form_of
from tests.support.bad_texts import BAD_TEXTS, GOOD_LINES, fault_of
from tests.support.template import functions

TYPED = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
TRICKY = st.text(
    st.sampled_from(
        [
            *"ae \n\t\0",
            *"\u0301\u200b\u200c\u200d\ufe0f\u202e\ufeff\u3164\u1160\u2800",
            "👩",
            "ن",
            "क",
            "李",
            "\u1112",
            "\u1161",
        ]
    )
)


def models() -> list[type[Input]]:
    """All inputs of the product; loading the handlers defines those in the functions' own files."""
    for function in functions().values():
        function.handler()
    found, rest = set(), [Input]
    while rest:
        model = rest.pop()
        rest += model.__subclasses__()
        found.add(model)
    ours = {model for model in found if not model.__module__.startswith(("test", "hypothesis")) and model is not Input}
    return sorted(ours, key=lambda model: f"{model.__module__}.{model.__qualname__}")


def texts_of(kind: Any) -> Iterator[Any]:
    """The types of the texts in a type of a field: with its bounds and its rule, as they stand in the annotation."""
    if kind is str:
        yield str
    elif get_origin(kind) is Annotated and get_args(kind)[0] is str:
        yield kind
    elif get_origin(kind) is not dict:  # what a client may send back, and nobody reads
        for part in get_args(kind):
            yield from texts_of(part)


FIELDS = [
    pytest.param(kind, id=f"{model.__qualname__}.{field.encode_name}")
    for model in models()
    for field in fields(model)
    for kind in texts_of(field.type)
]


def test_there_are_texts_to_look_at() -> None:
    assert len(FIELDS) > 100


@pytest.mark.parametrize("kind", FIELDS)
def test_every_text_has_a_rule_and_keeps_nothing_bad(kind: Any) -> None:
    rule = form_of(kind)
    patterns = [part.pattern for part in get_args(kind) if isinstance(part, Meta) and part.pattern]
    assert isinstance(rule, TextRule) or patterns, "give it a type of entry/fields.py"
    for what, text in BAD_TEXTS.items():
        for sent in (text, f"a{text}", f"{text}1"):
            kept = kept_of(kind, sent)
            if kept is not None and rule is not PASSWORD:  # of which a hash is kept
                assert fault_of(kept, lines=rule in {TEXT, ADDRESS}) is None, (what, kept)


def kept_of(kind: Any, sent: str) -> str | None:
    """What a field keeps of a text; None if it refuses it."""
    unfit: dict[str, str] = {}
    read = _in_form(form_of(kind), sent, "it", unfit)
    try:
        kept: str = convert(read, kind)
    except ValidationError:
        return None
    return None if unfit else kept


@pytest.mark.parametrize("line", GOOD_LINES)
def test_what_is_well_written_stays_as_it_is(line: str) -> None:
    assert [read(line) for read in (read_line, read_text, read_address, read_nickname, read_words)] == [line] * 5


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" 李雷\n", "李雷"),
        ("Zoe\u0308", "Zoë"),
        ("李\u200b雷\ufeff", "李雷"),
        ("Li\u200dLei", "LiLei"),
        ("e\u200b\u0301", "é"),
        ("Li\tLei", None),
        ("Li\nLei", None),
        ("Li\u202eLei", None),
        ("Li\0Lei", None),
        ("\u200b\u3164", None),
        ("", None),
    ],
)
def test_a_line_is_cleaned_or_refused(typed: str, kept: str | None) -> None:
    assert read_line(typed) == kept


def test_a_text_keeps_its_lines() -> None:
    assert read_text("one\r\ntwo\rthree\u2028four\x85 five\n\n") == "one\ntwo\nthree\nfour\n five\n\n"
    assert read_text("a\tb") == "a\tb"
    assert read_text("") == ""
    assert read_text("a\0b") is None
    assert read_address(" 1 Test Road\r\nChengdu\n") == "1 Test Road\nChengdu"
    assert read_address(" \n\u200b") is None


def test_a_nickname_is_cleaned_and_never_refused() -> None:
    assert read_nickname("\u202eLi\n\0Lei\t👩\u200d") == "Li Lei 👩"
    assert read_nickname("\u200b\u3164") == ""
    assert read_nickname("李" * 300) == "李" * 100


@given(TYPED | TRICKY)
def test_a_form_is_read_as_itself(text: str) -> None:
    for read, lines in (
        (read_line, False),
        (read_text, True),
        (read_address, True),
        (read_nickname, False),
        (read_words, False),
    ):
        kept = read(text)
        if kept is not None:
            assert read(kept) == kept
            assert unicodedata.is_normalized("NFC", kept)
        if kept:
            assert fault_of(kept, lines=lines) is None


@given(TYPED | TRICKY)
def test_both_spellings_of_a_text_are_one(text: str) -> None:
    other = unicodedata.normalize("NFD", text)
    for read in (read_line, read_text, read_address, read_words, read_password):
        assert read(other) == read(text)
