"""The level of the guest who asks, on open routes: a token is not needed there, and a bad one is ignored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from posthouse.domain.identity import Role
from posthouse.domain.level import Level


def caller_level(headers: Mapping[str, str], asked: Iterable[Level | None]) -> Level | None:
    """Returns the level of the guest by their token, as far as the levels that are asked for make a difference.

    None without a valid token of a guest. Everyone with one is a member at least. AWS calls: none, or one if a higher
    level is asked for.
    """
    scheme, _, token = headers.get("authorization", "").partition(" ")
    wanted = {level for level in asked if level is not None}
    if scheme.lower() != "bearer" or not token or not wanted:
        return None
    from posthouse.entry import tokens

    caller = tokens.verify(token.strip())
    if isinstance(caller, tokens.InvalidToken) or caller.role is not Role.GUEST:
        return None
    if wanted == {Level.MEMBER}:
        return Level.MEMBER
    from posthouse.store import guests

    return guests.level_of(caller.subject)
