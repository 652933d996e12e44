"""WeChat's clients for a function, made once from the secret and the settings."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from posthouse.clients.wechat.credentials import WechatCredentials
from posthouse.clients.wechat.errors import WechatNotSetUp
from posthouse.entry import moment
from posthouse.entry.logs import logger
from posthouse.entry.secrets import KEPT_SECONDS, read_secret
from posthouse.entry.settings import Settings, read_settings

if TYPE_CHECKING:
    from posthouse.clients.wechat.mini_program import MiniProgram
    from posthouse.clients.wechat.pay import WechatPay


NOT_SET_UP_SECONDS = 10.0
"""How soon a secret is read again that was not filled in (properly)."""


class WechatSettings(Settings):
    """Where WeChat is, and where its ids and keys are kept."""

    wechat_secret_arn: str
    wechat_api_base_url: str = "https://api.weixin.qq.com"
    wechat_pay_base_url: str = "https://api.mch.weixin.qq.com"


def credentials() -> WechatCredentials:
    """WeChat's ids and keys as the secret has them now. Raises WechatNotSetUp."""
    try:
        return _read(KEPT_SECONDS)
    except ValueError:
        pass  # it may have been filled in meanwhile
    try:
        return _read(NOT_SET_UP_SECONDS)
    except ValueError as wrong:
        raise WechatNotSetUp(str(wrong)) from None


def pay_credentials() -> WechatCredentials:
    """The same, with all keys readable. Raises WechatNotSetUp."""
    found = credentials()
    try:
        return _with_keys(found)
    except ValueError as wrong:
        raise WechatNotSetUp(str(wrong)) from None


def is_set_up() -> bool:
    """Whether there is a WeChat to speak to; else the log says so. For schedules: their next run asks again."""
    try:
        pay_credentials()
    except WechatNotSetUp as nothing:
        logger.warning("WeChat is not set up", reason=nothing.reason)
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
    """The client of the mini-program API. Raises WechatNotSetUp."""
    return _mini_program(credentials())


@lru_cache(maxsize=2)
def _mini_program(current: WechatCredentials) -> MiniProgram:
    from posthouse.clients.wechat.mini_program import MiniProgram

    return MiniProgram(current.app_id, current.app_secret, read_settings(WechatSettings).wechat_api_base_url)


def wechat_pay() -> WechatPay:
    """The client of WeChat Pay. Raises WechatNotSetUp."""
    return _wechat_pay(pay_credentials())


@lru_cache(maxsize=2)
def _wechat_pay(current: WechatCredentials) -> WechatPay:
    from posthouse.clients.wechat.pay import WechatPay

    return WechatPay(current, read_settings(WechatSettings).wechat_pay_base_url, moment.now, moment.new_nonce)
