"""POST /api/shop-orders: a guest orders goods; the checkout workflow takes stock, coupon and balance, or nothing."""

from datetime import timedelta
from typing import Annotated, Any

from msgspec import Meta

from posthouse.domain.money import Money
from posthouse.domain.refusal import InvalidRequest, Refusal
from posthouse.domain.shop_order import MAX_LINES, ShippingRule
from posthouse.entry.checkout.checkout_workflow import run_checkout
from posthouse.entry.fields import Fen, Id, Total, Units
from posthouse.entry.http import GUEST, Answer, Request, endpoint
from posthouse.entry.inputs import Input
from posthouse.entry.settings import Settings, read_settings
from posthouse.entry.shop.delivery_input import DeliveryInput
from posthouse.entry.shop.shop_views import shop_order_json
from posthouse.services.checkout.checkout import CheckoutRequest, ShopRules, check_out


class CheckoutSettings(Settings):
    payment_timeout_seconds: int
    shipping_fee: int
    free_shipping_from: int
    checkout_workflow_arn: str


class Item(Input):
    goods_id: Id
    quantity: Units


class CheckoutInput(DeliveryInput):
    items: Annotated[tuple[Item, ...], Meta(min_length=1, max_length=MAX_LINES)]
    coupon_id: Id | None = None
    balance: Fen = 0
    expected_total: Total | None = None


@endpoint(GUEST, body=CheckoutInput, idempotent=True)
def handler(request: Request[CheckoutInput, Any]) -> Answer | Refusal:
    body, settings = request.body, read_settings(CheckoutSettings)
    quantities = {item.goods_id: item.quantity for item in body.items}
    if len(quantities) < len(body.items):
        return InvalidRequest("items", "name each goods once")
    wanted = CheckoutRequest(
        user_id=request.caller.subject,
        quantities=quantities,
        delivery=body.to_delivery(),
        coupon_id=body.coupon_id,
        balance=body.balance,
        expected_total=body.expected_total,
        caller_key=request.caller_key,
        body_hash=request.body_hash,
    )
    shipping = ShippingRule(Money(settings.shipping_fee), Money(settings.free_shipping_from))
    rules = ShopRules(shipping, timedelta(seconds=settings.payment_timeout_seconds))
    outcome = check_out(wanted, rules, run_checkout(settings.checkout_workflow_arn, request.step), request.step)
    return outcome if isinstance(outcome, Refusal) else Answer(201, shop_order_json(outcome))
