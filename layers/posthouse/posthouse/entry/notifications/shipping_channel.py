"""The channel that a function tells WeChat of shipments through, from the secret."""

from __future__ import annotations

from posthouse.clients.wechat.shipping import ShippingClient
from posthouse.entry import wechat
from posthouse.services.notifications.shipping import ShippingChannel


def shipping_channel() -> ShippingChannel:
    """Returns the channel. Raises WechatNotSetUp."""
    ours, mini_program = wechat.credentials(), wechat.mini_program()
    return ShippingChannel(ShippingClient(mini_program, ours.app_id), mini_program, ours.app_id, ours.merchant_id)
