"""The old phone button: open data gives the phone number, or the reason why it cannot."""

from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.wechat_simulator.crypto import encrypted_open_data
from posthouse.clients.wechat.open_data import decrypt_phone
from posthouse.clients.wechat.phone import PhoneNumber, PhoneRefused

KEY = b64encode(b"0123456789abcdef").decode()
NOW = datetime(2026, 11, 21, tzinfo=UTC)
WATERMARK = {"appid": "wx1", "timestamp": int(NOW.timestamp())}


def opened(content: Any, **changes: str) -> PhoneNumber | PhoneRefused:
    given = encrypted_open_data(KEY, content) | changes
    return decrypt_phone(KEY, given["encrypted_data"], given["iv"], "wx1", NOW, timedelta(minutes=5))


@pytest.mark.parametrize(("country", "expected"), [("86", "86"), (852, "852"), (None, "86")])
def test_a_number_and_its_country_code_as_text(country: object, expected: str) -> None:
    content = {"purePhoneNumber": "13800138000", "countryCode": country, "watermark": WATERMARK}
    assert opened(content) == PhoneNumber("13800138000", expected)


def test_the_number_does_not_show() -> None:
    assert "138" not in repr(PhoneNumber("13800138000", "86"))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ({"watermark": WATERMARK}, "no_phone"),
        ({"purePhoneNumber": "1", "watermark": WATERMARK | {"appid": "wx2"}}, "foreign_app"),
        ({"purePhoneNumber": "1", "watermark": WATERMARK | {"timestamp": None}}, "stale"),
        ({"purePhoneNumber": "1", "watermark": WATERMARK | {"timestamp": 10**30}}, "stale"),
        ({"purePhoneNumber": "1"}, "undecryptable"),
        ([1], "undecryptable"),
    ],
)
def test_content_that_gives_no_number(content: Any, reason: Any) -> None:
    assert opened(content) == PhoneRefused(reason)


@pytest.mark.parametrize(
    "change", [{"iv": "AAAA"}, {"iv": "?"}, {"encrypted_data": ""}, {"encrypted_data": b64encode(b"x" * 15).decode()}]
)
def test_bytes_that_do_not_decrypt(change: dict[str, str]) -> None:
    assert opened({"purePhoneNumber": "1", "watermark": WATERMARK}, **change) == PhoneRefused("undecryptable")


def test_a_key_of_another_length() -> None:
    given = encrypted_open_data(KEY, {"purePhoneNumber": "1"})
    for key in (b64encode(b"0" * 32).decode(), "", "?"):
        refused = decrypt_phone(key, given["encrypted_data"], given["iv"], "wx1", NOW, timedelta(minutes=5))
        assert refused == PhoneRefused("undecryptable")
