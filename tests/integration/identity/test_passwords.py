"""A password is known from every keyboard: RFC 8265, OpaqueString."""

from __future__ import annotations

import unicodedata
from typing import Literal

import pytest

from tests.integration.house import House

Form = Literal["NFC", "NFD"]
PASSWORD = "Ångström  naïve 한글"


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("typed", ["NFC", "NFD"])
def test_a_password_set_in_one_form_is_known_in_the_other(house: House, form: Form, typed: Form) -> None:
    account = {"username": "desk", "password": unicodedata.normalize(form, PASSWORD), "role": "admin", "hotel_ids": []}
    house.send("POST", "/api/staff/accounts", account, house.admin).must(201)
    login = {"username": "desk", "password": unicodedata.normalize(typed, PASSWORD).replace(" ", "\u00a0")}
    house.send("POST", "/api/staff/sessions", login).must(201)
    # No NFKC: what looks different is different. And nothing is cut off.
    for other in ("Ångström  naïve ㅎㅏㄴㄱㅡㄹ", PASSWORD + " ", PASSWORD.replace("  ", " "), PASSWORD.lower()):
        house.send("POST", "/api/staff/sessions", {**login, "password": other}).refused(401, "wrong_credentials")


def test_the_first_admins_password_is_known_in_the_other_form(house: House) -> None:
    facts = {"username": "first", "password": unicodedata.normalize("NFD", PASSWORD)}
    assert house.invoke("create_first_admin", facts)["outcome"] == "created"
    login = {"username": "first", "password": unicodedata.normalize("NFC", PASSWORD)}
    house.send("POST", "/api/staff/sessions", login).must(201)


def test_a_password_counts_its_characters_in_their_one_form(house: House) -> None:
    account = {"username": "desk", "password": "éééé", "role": "admin", "hotel_ids": []}
    for short in ("éééé", "e\u0301" * 4):
        house.send("POST", "/api/staff/accounts", {**account, "password": short}, house.admin).refused(
            422, "invalid_request"
        )
    house.send("POST", "/api/staff/accounts", {**account, "password": "a\0" * 8}, house.admin).refused(
        422, "invalid_request"
    )
