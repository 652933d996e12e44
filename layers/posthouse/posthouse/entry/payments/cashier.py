"""Through whom a function gives money back, from the settings."""

from __future__ import annotations

from posthouse.entry import wechat
from posthouse.entry.settings import Settings, read_settings
from posthouse.services.payments.refunds import Cashier


class CashierSettings(Settings):
    """Where WeChat reaches us."""

    public_base_url: str


def cashier() -> Cashier:
    """The cashier."""
    base = read_settings(CashierSettings).public_base_url
    return Cashier(wechat.wechat_pay(), f"{base}/api/payments/wechat/refund-notifications")
