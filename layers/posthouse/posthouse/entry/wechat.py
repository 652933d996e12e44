"""WeChat's clients for a function, made once from the secret and the settings."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from posthouse.clients.wechat.credentials import WechatCredentials
from posthouse.entry import moment
from posthouse.entry.secrets import read_secret
from posthouse.entry.settings import Settings, read_settings

if TYPE_CHECKING:
    from posthouse.clients.wechat.mini_program import MiniProgram
    from posthouse.clients.wechat.pay import WechatPay


class WechatSettings(Settings):
    """Where WeChat is, and where its ids and keys are kept."""

    wechat_secret_arn: str
    wechat_api_base_url: str = "https://api.weixin.qq.com"
    wechat_pay_base_url: str = "https://api.mch.weixin.qq.com"


def credentials() -> WechatCredentials:
    """WeChat's ids and keys as the secret has them now. Raises ValueError if the secret is not filled in properly."""
    return _parsed(read_secret(read_settings(WechatSettings).wechat_secret_arn))


@lru_cache(maxsize=2)
def _parsed(text: str) -> WechatCredentials:
    return WechatCredentials.parse(text)


def mini_program() -> MiniProgram:
    """The client of the mini-program API."""
    return _mini_program(credentials())


@lru_cache(maxsize=2)
def _mini_program(current: WechatCredentials) -> MiniProgram:
    from posthouse.clients.wechat.mini_program import MiniProgram

    return MiniProgram(current.app_id, current.app_secret, read_settings(WechatSettings).wechat_api_base_url)


def wechat_pay() -> WechatPay:
    """The client of WeChat Pay."""
    return _wechat_pay(credentials())


@lru_cache(maxsize=2)
def _wechat_pay(current: WechatCredentials) -> WechatPay:
    from posthouse.clients.wechat.pay import WechatPay

    return WechatPay(current, read_settings(WechatSettings).wechat_pay_base_url, moment.now, moment.new_nonce)
