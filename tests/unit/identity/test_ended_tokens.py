"""The list of accounts whose older tokens have ended: what it includes, and that it stays small."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from posthouse.domain.ended_tokens import LISTED_FOR, MOST_LISTED, EndedTokens
from posthouse.domain.identity import STAFF_TOKEN_LIFE, Principal, Role

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)


def caller(name: str, version: int, at: datetime = NOW) -> Principal:
    return Principal(name, Role.STAFF, frozenset({"H1"}), version, at.timestamp())


def test_only_older_versions_of_the_changed_account_end() -> None:
    ended = EndedTokens().after("amy", 3, NOW)
    assert [ended.include(caller("amy", version)) for version in (0, 2, 3, 4)] == [True, True, False, False]
    assert not ended.include(caller("zoe", 1))
    assert ended.version == 1


def test_an_account_is_listed_until_its_last_token_has_expired() -> None:
    ended = EndedTokens().after("amy", 2, NOW)
    last = NOW + STAFF_TOKEN_LIFE
    assert ended.after("zoe", 2, last).include(caller("amy", 1))
    assert "amy" not in ended.after("zoe", 2, NOW + LISTED_FOR).accounts


def test_a_list_that_would_grow_too_large_ends_all_tokens_from_before() -> None:
    ended = EndedTokens()
    for number in range(MOST_LISTED + 1):
        ended = ended.after(f"{number:0>64}", 2, NOW + timedelta(seconds=number))
    assert len(ended.accounts) == MOST_LISTED
    assert "0" * 64 not in ended.accounts
    # The first one is not listed any more, but its token has ended, and so have all that are as old.
    assert ended.include(caller("0" * 64, 1, NOW - timedelta(hours=1)))
    assert ended.include(caller("somebody else", 1, NOW - timedelta(hours=1)))
    assert not ended.include(caller("somebody else", 1, NOW + timedelta(minutes=2)))
    size = len(json.dumps({name: [it.version, it.at.isoformat()] for name, it in ended.accounts.items()}))
    assert size < 64_000, "one read of DynamoDB returns 400 kB at most"


CHANGES = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5 * 3600)), max_size=30)


@given(CHANGES)
def test_no_living_token_of_a_former_version_is_ever_accepted(changes: list[tuple[int, int]]) -> None:
    ended, now, versions = EndedTokens(), NOW, dict.fromkeys(range(6), 1)
    issued: list[Principal] = []
    for account, seconds in changes:
        now += timedelta(seconds=seconds)
        issued.append(caller(str(account), versions[account], now))
        versions[account] += 1
        ended = ended.after(str(account), versions[account], now)
        living = [it for it in issued if it.issued_at + STAFF_TOKEN_LIFE.total_seconds() > now.timestamp()]
        assert all(ended.include(it) for it in living)
        assert not any(ended.include(caller(str(name), version, now)) for name, version in versions.items())
