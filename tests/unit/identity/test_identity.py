"""Ids, masks, passwords and distances."""

import re

from posthouse.domain.identity import Principal, Role
from posthouse.domain.ids import IdKind, derived_id, has_kind, make_id
from posthouse.services.identity.staff_accounts import check_password, hash_password


def test_ids_are_valid_as_wechats_out_trade_no() -> None:
    for made in (make_id(IdKind.BOOKING, "01KAHJ3W8Q6F2M9N4T7XBZC5DG"), derived_id(IdKind.COUPON, "welcome", "U1")):
        assert re.fullmatch(r"[0-9A-Za-z_-]{6,32}", made)
    assert has_kind(make_id(IdKind.BOOKING, "X"), IdKind.BOOKING)


def test_a_derived_id_follows_from_its_parts_and_their_borders() -> None:
    assert derived_id(IdKind.USER, "a", "bc") == derived_id(IdKind.USER, "a", "bc")
    assert derived_id(IdKind.USER, "a", "bc") != derived_id(IdKind.USER, "ab", "c")


def test_who_serves_a_hotel() -> None:
    assert Principal("a", Role.ADMIN).serves("H1")
    assert Principal("s", Role.STAFF, frozenset({"H1"})).serves("H1")
    assert not Principal("s", Role.STAFF, frozenset({"H1"})).serves("H2")
    assert not Principal("g", Role.GUEST, frozenset({"H1"})).serves("H1")


def test_passwords_are_salted_and_checked() -> None:
    stored = hash_password("correct horse")
    assert stored != hash_password("correct horse")
    assert check_password("correct horse", stored)
    assert not check_password("wrong horse", stored)
    assert not check_password("any", "not a hash")
