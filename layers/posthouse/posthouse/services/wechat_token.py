"""Calls to WeChat that need its access token: read from the shared row once, refreshed once when WeChat rejects it."""

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
"""A token that is about to expire is asked for anew; WeChat keeps the old one good for five minutes."""


known_tokens: dict[str, StoredToken] = {}
"""What this environment has read, by app: a token that was replaced elsewhere is rejected, and read anew."""


def with_access_token(mini_program: MiniProgram, app_id: str, step: Step, call: Callable[[str], T]) -> T:
    """Call WeChat with the access token; a rejected one is replaced once, so TokenRejected is never the answer.

    Raises WechatUnavailable if the fresh one is rejected too.
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
    """A token other than the rejected one; forced (20 a day) only if WeChat still hands out the rejected one."""
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
