"""Phone numbers: every spelling of one number is that number, and two numbers never are one."""

from __future__ import annotations

import subprocess
import sys

import phonenumbers
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat

from posthouse.domain.phone import (
    mask_phone,
    phone_of_country,
    read_hotel_phone,
    read_phone,
    read_sought_phone,
    show_phone,
)
from tests.support.template import ROOT

MOBILES = st.from_regex(r"\+861[3-9][0-9]{9}", fullmatch=True)
FIXED = st.from_regex(r"\+86(10|2[0-9])[2-8][0-9]{7}|\+86[3-7][0-9]{2}[2-8][0-9]{6,7}", fullmatch=True)
SERVICE = st.from_regex(r"\+86[48]00[0-9]{7}", fullmatch=True)


@st.composite
def foreign(draw: st.DrawFn) -> str:
    """A number of elsewhere that is valid; its last digits are drawn."""
    region = draw(st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS - {"CN"})))
    example = phonenumbers.example_number(region) or phonenumbers.PhoneNumber()
    assume(example.national_number is not None)
    text = phonenumbers.format_number(example, PhoneNumberFormat.E164)
    number = text[:-4] + draw(st.from_regex(r"[0-9]{4}", fullmatch=True))
    assume(phonenumbers.is_valid_number(phonenumbers.parse(number)))
    return number


NUMBERS = st.one_of(MOBILES, FIXED, SERVICE, foreign())
GAPS = st.sampled_from(["", " ", "-", "\u00a0", "\u3000", "－", "‑", "–", ".", "\u200b", "·"])
WIDE = str.maketrans("0123456789+()", "０１２３４５６７８９＋（）")


@st.composite
def spelled(draw: st.DrawFn, number: str) -> str:
    """One of the usual spellings of a number."""
    at_home = show_phone(number)
    codes = ["+86", "86", "0086", "+86 (0)", "（+86）", "(+86)", "tel:+86-"]
    if at_home[0] == "+":
        text = draw(st.sampled_from([number, "00" + number[1:], f"({number[:3]}){number[3:]}"]))
    else:
        home = at_home.lstrip("0")
        spellings = [at_home, *(code + home for code in codes), "+86" + at_home]
        if at_home[0] == "0":
            area, _, fixed = at_home.partition("-")
            spellings += [f"({area}) {fixed}", f"({area}){fixed[:4]}-{fixed[4:]}"]
        text = draw(st.sampled_from(spellings))
    gaps = draw(st.lists(GAPS, min_size=4, max_size=4))
    for at, gap in zip((-3, -4, -7, -8), gaps, strict=True):
        text = text[:at] + gap + text[at:]
    return draw(st.sampled_from([text, text.translate(WIDE), f" {text}\n", f"\u202d{text}\u202c"]))


@given(NUMBERS, st.data())
@settings(max_examples=500)
def test_every_spelling_of_a_number_is_that_number(number: str, data: st.DataObject) -> None:
    assert read_phone(data.draw(spelled(number))) == number
    assert read_sought_phone(data.draw(spelled(number))) == number
    assert read_hotel_phone(data.draw(spelled(number))) == number


@given(NUMBERS, NUMBERS, st.data())
def test_two_numbers_are_never_one(one: str, other: str, data: st.DataObject) -> None:
    assume(one != other)
    assert read_phone(data.draw(spelled(one))) != read_phone(data.draw(spelled(other)))
    assert show_phone(one) != show_phone(other)


@given(st.text(alphabet="0123456789+-() 0018613", min_size=1, max_size=22))
@settings(max_examples=2000)
def test_what_is_kept_and_what_is_shown_are_read_as_the_same(text: str) -> None:
    for read in (read_phone, read_sought_phone, read_hotel_phone):
        number = read(text)
        if number is not None:
            assert read(number) == number
            assert read(show_phone(number)) == number


@given(st.from_regex(r"(\+86|0086|86|\+|00|0)?[0-9]{5,13}", fullmatch=True))
@example("868602000000")
@settings(max_examples=2000)
def test_the_patterns_of_mainland_numbers_read_as_the_library_does(text: str) -> None:
    try:
        parsed = phonenumbers.parse(text, "CN")
    except phonenumbers.NumberParseException:
        assert read_phone(text) is None
        return
    possible = phonenumbers.is_possible_number_with_reason(parsed) == phonenumbers.ValidationResult.IS_POSSIBLE
    number = phonenumbers.format_number(parsed, PhoneNumberFormat.E164)
    # Nothing but zeros, say, is read as a shorter number each time: that is none.
    stays = possible and phonenumbers.parse(number) == parsed
    assert read_phone(text) == (number if stays else None)


@pytest.mark.parametrize(
    ("text", "kept", "shown"),
    [
        ("138 0013 8000", "+8613800138000", "13800138000"),
        ("013800138000", "+8613800138000", "13800138000"),
        ("(028) 8660-0127", "+862886600127", "028-86600127"),
        ("0755 2688 1088", "+8675526881088", "0755-26881088"),
        ("028-1234567", "+86281234567", "028-1234567"),
        ("4008201234", "+864008201234", "400-820-1234"),
        ("+852 6123 4567", "+85261234567", "+85261234567"),
        ("+1 (202) 456-1111", "+12024561111", "+12024561111"),
        ("+39 06 698 12345", "+390669812345", "+390669812345"),
    ],
)
def test_numbers_are_kept_in_e164_and_shown_as_people_write_them(text: str, kept: str, shown: str) -> None:
    assert read_phone(text) == kept
    assert show_phone(kept) == shown


@pytest.mark.parametrize(
    "text",
    [
        "",
        "call me",
        "12",
        "10086",
        "1" * 30,
        "0" * 200,
        "+999123456",
        "+86+13800138000",
        "138\n00138000",
        "13800138000x1",
    ],
)
def test_what_cannot_be_a_phone_number_is_none(text: str) -> None:
    assert read_phone(text) is None


def test_the_country_code_of_wechat_counts() -> None:
    assert phone_of_country("852", "61234567") == "+85261234567"
    assert phone_of_country("1", "61234567") == "+161234567", "WeChat has verified it, however odd it looks"
    assert phone_of_country("86", "13800138000") == phone_of_country("+86", "138 0013 8000") == "+8613800138000"
    assert phone_of_country("86", "") is None
    assert phone_of_country("0", "61234567") is None


def test_what_wechat_verified_is_found_again() -> None:
    assert read_phone("+1 61234567") is None
    assert read_sought_phone("+1 61234567") == read_sought_phone("001-6123-4567") == "+161234567"
    assert read_sought_phone("61234567") != "+161234567"
    assert read_sought_phone("call me") is None


@pytest.mark.parametrize(
    ("text", "kept", "shown"),
    [
        ("028-86600127-8001", "+862886600127;ext=8001", "028-86600127-8001"),
        ("(028) 86600127转8001", "+862886600127;ext=8001", "028-86600127-8001"),
        ("+86 755 26881088 分机：3", "+8675526881088;ext=3", "0755-26881088 ext. 3"),
        ("+852 2123 4567 ext. 12", "+85221234567;ext=12", "+85221234567 ext. 12"),
        ("400-820-1234", "+864008201234", "400-820-1234"),
    ],
)
def test_a_hotels_phone_may_have_an_extension(text: str, kept: str, shown: str) -> None:
    assert read_hotel_phone(text) == kept
    assert show_phone(kept) == shown
    assert read_hotel_phone(shown) == read_hotel_phone(kept) == kept
    assert ";" not in (read_phone(text) or ""), "a guest's number has none"


def test_phone_numbers_are_masked() -> None:
    masked = [mask_phone(number) for number in ("+8613800138000", "+85261234567", "+862886600127", "1234567", "", None)]
    assert masked == ["138****8000", "+852****4567", "028*****0127", "*******", "", None]


@given(NUMBERS)
def test_a_mask_hides_three_characters_at_least_and_shows_eight_at_most(number: str) -> None:
    masked = mask_phone(number) or ""
    assert masked.count("*") >= 3
    assert len(masked) - masked.count("*") <= 8


def test_a_mainland_number_needs_no_library() -> None:
    reads = "read_phone('+86 138-0013-8000'), read_phone('(028) 8660-0127'), phone_of_country('86', '13800138000')"
    code = f"import sys; from posthouse.domain.phone import read_phone, phone_of_country; {reads}; "
    code += "print('phonenumbers' in sys.modules); read_phone('+85261234567'); print('phonenumbers' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=ROOT / "layers/posthouse"
    )
    assert done.stdout.split() == ["False", "True"]
