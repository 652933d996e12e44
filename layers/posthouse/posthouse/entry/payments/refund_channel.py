"""The channel that a function sends refunds through, from the settings."""

from __future__ import annotations

from posthouse.entry import wechat
from posthouse.entry.settings import Settings, read_settings
from posthouse.services.payments.refunds import RefundChannel


class RefundChannelSettings(Settings):
    """The URL under which WeChat reaches Posthouse."""

    public_base_url: str


def refund_channel() -> RefundChannel:
    """Returns the channel."""
    base = read_settings(RefundChannelSettings).public_base_url
    return RefundChannel(wechat.wechat_pay(), f"{base}/api/payments/wechat/refund-notifications")
