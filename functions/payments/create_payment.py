"""POST /api/orders/{order_no}/payments: opens the order's payment, or continues with the open one."""

from enum import StrEnum
from typing import Any

from posthouse.domain.payment import JSAPI, NATIVE
from posthouse.domain.refusal import Refusal
from posthouse.entry.http import GUEST, Answer, Request, endpoint
from posthouse.entry.inputs import Input
from posthouse.entry.payments.payment_views import open_payment_json
from posthouse.entry.providers import provider_of
from posthouse.services.payments.payments import open_payment


class Via(StrEnum):
    JSAPI = "jsapi"
    NATIVE = "native"


WAYS = {Via.JSAPI: JSAPI, Via.NATIVE: NATIVE}


class PaymentInput(Input):
    via: Via = Via.JSAPI


@endpoint(GUEST, body=PaymentInput)
def handler(request: Request[PaymentInput, Any]) -> Answer | Refusal:
    way = WAYS[request.body.via]
    outcome = open_payment(request.path["order_no"], request.caller, way, provider_of, request.step)
    return outcome if isinstance(outcome, Refusal) else Answer(201, open_payment_json(outcome))
