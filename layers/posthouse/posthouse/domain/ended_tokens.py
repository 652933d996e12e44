"""Which tokens of staff have ended early, because the account behind them was changed or disabled.

A token names the version of its account. Each change of an account makes a new version and is listed here until the
last older token has expired by itself. So the list holds the accounts that changed in the last eight hours.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from posthouse.domain.identity import STAFF_TOKEN_LIFE, Principal
from posthouse.domain.value import Value

CLOCKS_APART = timedelta(minutes=1)
"""How far the clocks of two hosts may be apart: one issues a token, another one changes the account."""

LISTED_FOR = STAFF_TOKEN_LIFE + CLOCKS_APART

MOST_LISTED = 500
"""How many accounts are listed at most: 45 kB, which one read of DynamoDB returns.

If more accounts change in eight hours, all tokens from before the oldest of these changes end, whoever has them.
"""


class EndedAccount(Value):
    """An account that was changed: tokens of versions below ``version`` have ended."""

    version: int
    at: datetime


class EndedTokens(Value):
    """The list. ``version`` counts its changes; tokens issued before ``all_before`` have ended, whoever has them."""

    accounts: Mapping[str, EndedAccount] = {}
    all_before: datetime | None = None
    version: int = 0

    def include(self, caller: Principal) -> bool:
        """Whether this caller's token has ended."""
        if self.all_before is not None and caller.issued_at < self.all_before.timestamp():
            return True
        changed = self.accounts.get(caller.subject)
        return changed is not None and caller.version < changed.version

    def after(self, username: str, version: int, now: datetime) -> EndedTokens:
        """Returns the list after an account became this version."""
        recent = {name: ended for name, ended in self.accounts.items() if ended.at > now - LISTED_FOR}
        recent[username] = EndedAccount(version, now)
        newest_first = sorted(recent.items(), key=lambda named: named[1].at, reverse=True)
        left_out = [ended.at + CLOCKS_APART for _, ended in newest_first[MOST_LISTED:]]
        before = [moment for moment in (self.all_before, *left_out) if moment is not None]
        return EndedTokens(dict(newest_first[:MOST_LISTED]), max(before, default=None), self.version + 1)
