"""Cursors are sealed: they show nothing, open only for their list, and cannot be changed."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posthouse.entry import tokens
from posthouse.entry.cursors import InvalidCursor, open_cursor, seal_cursor

KEYS = {tokens.key_name(key): key for key in ("n" * 64, "k" * 64)}
POSITION = {"phone_number": {"S": "+8613800138000"}, "order_no": {"S": "B01KAHJ3W8Q6F2M9N4T7XBZC5DG"}}


@pytest.fixture(autouse=True, scope="module")
def _keys() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tokens, "_keys", lambda: KEYS)
        patch.setattr(tokens, "_keys_as_of", lambda _since: KEYS)
        yield


def content(cursor: str) -> bytes:
    return base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))


@given(st.recursive(st.none() | st.text() | st.integers(-(2**53), 2**53), lambda it: st.dictionaries(st.text(), it)))
def test_what_is_sealed_is_opened_again(position: object) -> None:
    assert open_cursor(seal_cursor(position, "bookings U1 {}"), "bookings U1 {}") == position


def test_a_cursor_shows_nothing_and_no_two_are_alike() -> None:
    cursors = {seal_cursor(POSITION, "bookings") for _ in range(50)}
    assert len(cursors) == 50
    for cursor in cursors:
        assert not [word for word in (b"13800138000", b"01KAHJ3W8Q", b"order_no", b"phone") if word in content(cursor)]


def test_a_cursor_opens_for_its_own_list_alone() -> None:
    cursor = seal_cursor(POSITION, "bookings U1 {}")
    for other in ("bookings U2 {}", "orders U1 {}", 'bookings U1 {"status":"paid"}', ""):
        assert open_cursor(cursor, other) == InvalidCursor()


def test_a_changed_cursor_does_not_open() -> None:
    whole = content(seal_cursor(POSITION, "bookings"))
    for at in range(len(whole)):
        changed = bytearray(whole)
        changed[at] ^= 1
        assert open_cursor(base64.urlsafe_b64encode(changed).decode(), "bookings") == InvalidCursor()


@pytest.mark.parametrize("cursor", ["", "x", "no-cursor", "ä", "a.b.c", "=" * 8, "A" * 40, "A" * 41, "\u0000"])
def test_anything_else_does_not_open(cursor: str) -> None:
    assert open_cursor(cursor, "bookings") == InvalidCursor()


def test_a_cursor_of_the_previous_key_still_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "_keys", lambda: dict(reversed(KEYS.items())))
    cursor = seal_cursor(POSITION, "bookings")
    monkeypatch.undo()
    monkeypatch.setattr(tokens, "_keys", lambda: KEYS)
    assert open_cursor(cursor, "bookings") == POSITION


def test_a_token_is_no_cursor_and_a_cursor_no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    token = tokens.sign({"iss": tokens.ISSUER, "aud": "cursor bookings", "at": POSITION})
    assert open_cursor(token, "bookings") == InvalidCursor()
    assert tokens.verify(seal_cursor(POSITION, "bookings")) == tokens.InvalidToken(expired=False)
