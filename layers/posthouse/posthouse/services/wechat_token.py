"""Calls to WeChat with its access token, which is read from a shared row and refreshed once if WeChat rejects it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

from posthouse.clients.wechat.errors import WechatUnavailable
from posthouse.clients.wechat.mini_program import AccessToken, MiniProgram, TokenRejected
from posthouse.store import wechat_tokens
from posthouse.store.wechat_tokens import StoredToken

if TYPE_CHECKING:
    from posthouse.services.step import Step

T = TypeVar("T")

MARGIN = timedelta(minutes=5)
"""How long before its expiry a token is replaced; WeChat accepts the old one for five more minutes."""


known_tokens: dict[str, StoredToken] = {}
"""The tokens that this environment has read, by app. One that was replaced elsewhere is rejected and read again."""


def with_access_token(mini_program: MiniProgram, app_id: str, step: Step, call: Callable[[str], T]) -> T:
    """Call WeChat with the access token. A rejected token is replaced once, so TokenRejected is never returned.

    Raises WechatUnavailable if the new token is rejected too.
    """
    stored = known_tokens.get(app_id)
    if stored is None or stored.expires_at - MARGIN <= step.now:
        stored = wechat_tokens.get(app_id)
    if stored is None or stored.expires_at - MARGIN <= step.now:
        stored = _fetch(mini_program, app_id, step)
    known_tokens[app_id] = stored
    answer = call(stored.value)
    if not isinstance(answer, TokenRejected):
        return answer
    known_tokens[app_id] = _replace(mini_program, app_id, step, stored)
    answer = call(known_tokens[app_id].value)
    if isinstance(answer, TokenRejected):
        raise WechatUnavailable("stable_token", f"a fresh token is rejected with {answer.errcode}")
    return answer


def _replace(mini_program: MiniProgram, app_id: str, step: Step, rejected: StoredToken) -> StoredToken:
    """Returns another token. Forces a refresh (20 a day are allowed) only if WeChat still returns the rejected one."""
    elsewhere = wechat_tokens.get(app_id)
    if elsewhere is not None and elsewhere.value != rejected.value:
        return elsewhere
    fresh = _fetch(mini_program, app_id, step)
    return fresh if fresh.value != rejected.value else _fetch(mini_program, app_id, step, force=True)


def _fetch(mini_program: MiniProgram, app_id: str, step: Step, *, force: bool = False) -> StoredToken:
    token: AccessToken = mini_program.stable_token(force_refresh=force)
    stored = StoredToken(token.value, step.now + timedelta(seconds=token.expires_in))
    wechat_tokens.keep(app_id, stored)
    return stored
