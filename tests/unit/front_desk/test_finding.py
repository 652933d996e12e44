"""What a stay is found by: its tokens, and what a query asks for."""

from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posthouse.domain.finding import MOST_ROWS, is_found_until, read_query, rows_of, tokens_of
from posthouse.domain.privacy import ANONYMOUS

ORDER = "B01KAHJ3W8Q6F2M9N4T7XBZC5DE"
PHONE = "+8613800138000"


def is_found(query: str, name: str, phone: str = PHONE, order_no: str = ORDER) -> bool:
    """Whether a stay is found: as a whole number, or by a row that is kept and then by all that was typed."""
    sought = read_query(query)
    if not sought.takes(name, phone, order_no):
        return False
    whole = sought.order_no is not None or sought.phone_number is not None
    return whole or sought.first_of(tokens_of(name, phone, order_no)) is not None


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("李雷", "李雷"),
        ("李 雷", "李雷"),
        ("李雷", "李 雷"),
        ("欧阳", "欧阳娜娜"),
        ("阳娜", "欧阳娜娜"),
        ("娜娜", "欧阳娜娜"),
        ("买买", "阿凡提·买买提"),
        ("zh", "Zhang San"),
        ("SAN", "Zhang San"),
        ("san zhang", "Zhang San"),
        ("muller", "Jörg Müller-Łukasz"),
        ("lukasz", "Jörg Müller-Łukasz"),
        ("MÜLL", "Jo\u0308rg Mu\u0308ller"),
        ("strasse", "Anna Straße"),
        ("oneil", "Shaquille O'Neil"),
        ("o’neil", "Shaquille O'Neil"),
        ("neil", "Shaquille O'Neil"),
        ("ｚｈａｎｇ", "Zhang San"),
        ("철수", "김철수"),
        ("たろ", "山田たろう"),
        ("𠮷野", "𠮷野家"),
        ("li j", "J Li"),
        ("8000", "李雷"),
        ("13800138000", "李雷"),
        ("138 0013 8000", "李雷"),
        ("+86-138-0013-8000", "李雷"),
        ("１３８００１３８０００", "李雷"),
        ("0086 13800138000", "李雷"),
        ("bzc5de", "李雷"),
        ("7XBZC5DE", "李雷"),
        (ORDER.lower(), "李雷"),
        (f" {ORDER} ", "李雷"),
        ("li lei 8000", "Li Lei"),
        ("8000 李雷", "李雷"),
        ("李雷8000", "李雷"),
        ("lei 138 0013 8000", "Li Lei"),
        ("李雷 bzc5de", "李雷"),
        ("李雷 1.1", "李雷 1.1"),
        ("1 11", "1 11"),
        ("11.11", "11.11"),
    ],
)
def test_a_stay_is_found(query: str, name: str) -> None:
    assert is_found(query, name)


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("韩梅", "李雷"),
        ("ang", "Zhang San"),
        ("li lei", "Li Na"),
        ("lei 8001", "Li Lei"),
        ("0013", "李雷"),
        ("13800138001", "李雷"),
        ("3800138000 李梅", "李雷"),
        ("+3800138000 李雷", "李雷"),
        ("003800138000 李雷", "李雷"),
        ("613800138000", "李雷"),
        ("38000, 李雷", "李雷"),
        ("c5d", "李雷"),
        ("b01kah", "李雷"),
        ("雷", "李雷"),
        ("🧸🧸", "🧸🧸"),
        ("--", "--"),
        ("+8523800138000", "李雷"),
    ],
)
def test_a_stay_is_not_found(query: str, name: str) -> None:
    assert not is_found(query, name)


def test_numbers_of_other_countries_are_found_by_their_end_and_whole() -> None:
    for query in ("+852 6123 4567", "00852 61234567", "4567", "mei +852 61234567"):
        assert is_found(query, "Mei", phone="+85261234567"), query
    assert not is_found("+1 6123 4567", "Mei", phone="+85261234567")


@pytest.mark.parametrize("word", ["", "李雷", ORDER[-6:]])
def test_a_masked_phone_number_cannot_be_found_out_digit_by_digit(word: str) -> None:
    """Four digits are the shown ones; more would say of each further digit whether it is the right one."""
    digits = PHONE.removeprefix("+")
    for length in range(1, len(digits)):
        for lead in ("", "+", "00"):
            asked = f"{lead}{digits[-length:]} {word}"
            shown, whole = length == 4 and lead != "00", length == 11 and not lead
            assert is_found(asked, "李雷") == (shown or whole), asked


def test_digits_of_any_other_number_are_the_end_of_an_order() -> None:
    order_no = ORDER[:-8] + "12345678"
    for end in ("345678", "2345678", "12345678"):
        assert is_found(end, "李雷", order_no=order_no)
    assert not is_found("45678", "李雷", order_no=order_no)


def test_a_whole_number_is_read_as_one() -> None:
    assert read_query("138-0013-8000").phone_number == PHONE
    assert read_query(ORDER.lower()).order_no == ORDER
    assert read_query("0013 8000").phone_number is None


def test_what_fewest_stays_fit_is_read_first() -> None:
    assert read_query("li lei 8000").beginnings[0] == "p0008"
    assert read_query("li leilani").beginnings == ("nleilani",)
    assert read_query("8001, 13800138000").beginnings[0] == "p0008310083168"


def test_a_stay_has_few_rows() -> None:
    assert rows_of(tokens_of("李雷", PHONE, ORDER)) == ("p0008310083168", "oed5czbx7t4n9m2f6q8w3jhak10b", "n李雷")
    assert rows_of(tokens_of("Li Lixia", PHONE, ORDER))[2:] == ("nlixia",)
    long = "爱" * 3 + "".join(chr(0x4E00 + number) for number in range(97))
    assert len(rows_of(tokens_of(long, PHONE, ORDER))) == MOST_ROWS


def test_who_is_forgotten_is_found_by_nothing() -> None:
    assert rows_of(tokens_of(ANONYMOUS, "", ORDER)) == ()


def test_a_stay_is_found_for_ninety_days() -> None:
    assert is_found_until(date(2026, 11, 23)) == datetime(2027, 2, 21, tzinfo=UTC)


names = st.text(st.sampled_from("李雷欧阳娜abc Ééöß'-·.1 "), min_size=2, max_size=18)


@given(names, st.data())
def test_any_two_neighbours_of_a_name_in_characters_are_found(name: str, data: st.DataObject) -> None:
    runs = [run for run in "".join(sign if sign > "\u4e00" else " " for sign in name).split() if len(run) > 1]
    if runs:
        run = data.draw(st.sampled_from(runs))
        begin = data.draw(st.integers(0, len(run) - 2))
        assert is_found(run[begin : begin + 2], name)


@given(names)
def test_a_name_is_found_in_any_case_and_form(name: str) -> None:
    if read_query(name).beginnings:
        for typed in (name, name.upper(), unicodedata.normalize("NFD", name), f"  {name} "):
            assert is_found(typed, name)


@given(st.text(max_size=100), st.text(max_size=100))
def test_whatever_is_typed_is_read(query: str, name: str) -> None:
    is_found(query, name)
    rows = rows_of(tokens_of(name, PHONE, ORDER))
    assert len(set(rows)) == len(rows) <= MOST_ROWS
    assert all("#" not in row and len(row.encode()) < 200 for row in rows)
