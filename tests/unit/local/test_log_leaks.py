"""The search for leaks in logs finds all leaks, and nothing else."""

from __future__ import annotations

import jwt
import pytest

from tests.support.log_leaks import assert_no_leak, find_leaks

TOKEN = jwt.encode({"sub": "U1"}, "k" * 32, "HS256")
SECRETS = {"an openid": ["oAbCdEfGhIjKlMnOpQrStUvWxYz0"], "the API v3 key": ["0123456789abcdef0123456789abcdef"]}


@pytest.mark.parametrize(
    ("line", "what"),
    [
        (f'{{"message": "got {TOKEN}"}}', "a token"),
        ('{"error": "no guest 13812345678"}', "a phone number"),
        ('{"path": "/api/staff/users/13812345678/first-login"}', "a phone number"),
        ('{"error": "+8613812345678"}', "a phone number"),
        ('{"error": "no guest +85261234567"}', "a phone number"),
        ("-----BEGIN PRIVATE KEY-----", "a private key"),
        ('{"answer": {"session_key": "x"}}', "a session key"),
        ("Authorization: Bearer abc", "a bearer"),
        ('{"row": "scrypt$AAAA$BBBB"}', "a password's digest"),
        ('{"to": "oAbCdEfGhIjKlMnOpQrStUvWxYz0"}', "an openid"),
        ("key=0123456789abcdef0123456789abcdef", "the API v3 key"),
    ],
)
def test_what_must_not_be_in_a_log_is_found_and_not_shown(line: str, what: str) -> None:
    [leak] = find_leaks([line], SECRETS)
    assert leak.what == what
    assert TOKEN not in leak.line
    with pytest.raises(AssertionError, match="hold what they must not"):
        assert_no_leak([line], SECRETS)


@pytest.mark.parametrize(
    "line",
    [
        '{"timestamp": 1795233600000, "_aws": {"Timestamp": 1795233600173}}',
        '{"order_no": "B01KAC13812345678ABCDEFGHJK", "phone_number": "138****5678"}',
        '{"duration": 0.13812345678}',
        '{"message": "refused", "refusal": "InvalidRequest"}',
    ],
)
def test_what_may_be_in_a_log_is_left_alone(line: str) -> None:
    assert list(find_leaks([line], SECRETS)) == []
    assert_no_leak([line], SECRETS)


def test_no_log_at_all_is_a_failure() -> None:
    with pytest.raises(AssertionError, match="no logs"):
        assert_no_leak([], SECRETS)
