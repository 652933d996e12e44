"""The clients of WeChat for a function, created once from the secret and the settings."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from posthouse.clients.wechat.credentials import WechatCredentials
from posthouse.clients.wechat.errors import WechatNotSetUp
from posthouse.entry import clock
from posthouse.entry.logs import logger
from posthouse.entry.secrets import KEPT_SECONDS, read_secret
from posthouse.entry.settings import Settings, read_settings

if TYPE_CHECKING:
    from posthouse.clients.wechat.mini_program import MiniProgram
    from posthouse.clients.wechat.pay import WechatPay


NOT_SET_UP_SECONDS = 10.0
"""How soon a secret is read again that is missing or incomplete."""


class WechatSettings(Settings):
    """WeChat's addresses, and the secret with its ids and keys."""

    wechat_secret_arn: str
    wechat_api_base_url: str = "https://api.weixin.qq.com"
    wechat_pay_base_url: str = "https://api.mch.weixin.qq.com"


def credentials() -> WechatCredentials:
    """Returns WeChat's ids and keys from the secret. Raises WechatNotSetUp."""
    try:
        return _read(KEPT_SECONDS)
    except ValueError:
        pass  # it may be filled in by now
    try:
        return _read(NOT_SET_UP_SECONDS)
    except ValueError as wrong:
        raise WechatNotSetUp(str(wrong)) from None


def pay_credentials() -> WechatCredentials:
    """Returns the same after all its keys were loaded successfully. Raises WechatNotSetUp."""
    found = credentials()
    try:
        return _with_keys(found)
    except ValueError as wrong:
        raise WechatNotSetUp(str(wrong)) from None


def is_set_up() -> bool:
    """Whether WeChat is set up; logs a warning if not. For scheduled functions, whose next run checks again."""
    try:
        pay_credentials()
    except WechatNotSetUp as missing:
        logger.warning("WeChat is not set up", reason=missing.reason)
        return False
    return True


def _read(kept_seconds: float) -> WechatCredentials:
    return _parsed(read_secret(read_settings(WechatSettings).wechat_secret_arn, kept_seconds))


@lru_cache(maxsize=2)
def _parsed(text: str) -> WechatCredentials:
    return WechatCredentials.parse(text)


@lru_cache(maxsize=2)
def _with_keys(current: WechatCredentials) -> WechatCredentials:
    from posthouse.clients.wechat.signing import load_keys

    load_keys(current.merchant_private_key, current.wechat_public_keys.values())
    return current


def mini_program() -> MiniProgram:
    """Returns the client of the mini-program API. Raises WechatNotSetUp."""
    return _mini_program(credentials())


@lru_cache(maxsize=2)
def _mini_program(current: WechatCredentials) -> MiniProgram:
    from posthouse.clients.wechat.mini_program import MiniProgram

    return MiniProgram(current.app_id, current.app_secret, read_settings(WechatSettings).wechat_api_base_url)


def wechat_pay() -> WechatPay:
    """Returns the client of WeChat Pay. Raises WechatNotSetUp."""
    return _wechat_pay(pay_credentials())


@lru_cache(maxsize=2)
def _wechat_pay(current: WechatCredentials) -> WechatPay:
    from posthouse.clients.wechat.pay import WechatPay

    return WechatPay(current, read_settings(WechatSettings).wechat_pay_base_url, clock.now, clock.new_nonce)
