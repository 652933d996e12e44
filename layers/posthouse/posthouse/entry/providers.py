"""The providers of payments, by the name that a payment's row has: WeChat Pay. A new one has its line here."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from posthouse.domain.payment import JSAPI
from posthouse.entry import clock, wechat
from posthouse.entry.settings import Settings, read_settings

if TYPE_CHECKING:
    from posthouse.clients.provider import Provider


class NotificationSettings(Settings):
    """The URL under which providers reach Posthouse."""

    public_base_url: str


def _wechat() -> Provider:
    """Returns WeChat Pay after all its keys were loaded successfully. Raises WechatNotSetUp."""
    from posthouse.clients.wechat.pay_provider import WechatProvider

    return WechatProvider(wechat.pay_credentials(), wechat.wechat_pay, _wechat_notifications, clock.now)


def _wechat_notifications() -> str:
    return f"{read_settings(NotificationSettings).public_base_url}/api/payments/wechat"


PROVIDERS: dict[str, Callable[[], Provider]] = {JSAPI.provider: _wechat}


def provider_of(name: str) -> Provider:
    """Returns the provider of that name. Raises ProviderNotSetUp, and KeyError for a name that is none."""
    return PROVIDERS[name]()


def is_any_set_up() -> bool:
    """Whether one is set up; logs a warning if not. For scheduled functions, whose next run checks again."""
    return wechat.is_set_up()
