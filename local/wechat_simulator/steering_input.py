"""The bodies that the steering calls accept; any other body is refused with one line that names the field."""

from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from local.notice_kinds import OrderNotice
from local.wechat_simulator.deliveries import NoticeFault
from local.wechat_simulator.phones import read_number
from local.wechat_simulator.state import RefundEnd

Phone = Annotated[str, Field(max_length=64), AfterValidator(lambda text: read_number(text).shown)]
Count = Annotated[int, Field(ge=0, le=1000)]
Seconds = Annotated[float, Field(ge=0, le=3600)]
MiniProgramApi = Literal[
    "subscribe_send", "jscode2session", "stable_token", "phone_number", "is_trade_managed", "upload_shipping_info"
]
PayApi = Literal["jsapi", "native", "refund", "close", "query", "query_refund"]
_MINI_PROGRAM_APIS = frozenset(get_args(MiniProgramApi))


class Steering(BaseModel):
    """A body with exactly these fields and types."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class GuestWish(Steering):
    """POST /simulator/guests."""

    phone_number: Phone
    nickname: str = ""
    credits: dict[OrderNotice, Count] | None = None
    keep: bool = False
    unionid: Annotated[str, Field(min_length=1, max_length=64)] | None = None


class AcceptancesWish(Steering):
    """POST /simulator/guests/{openid}/acceptances: the guest accepts these templates in one question."""

    template_ids: Annotated[list[str], Field(min_length=1, max_length=20)]


class DeliveryWish(Steering):
    """How a notification is delivered."""

    deliveries: Annotated[int, Field(ge=0, le=100)] = 1
    delay_seconds: Seconds = 0
    fault: NoticeFault | None = None
    lost: bool = False
    retry: bool = False


class PaymentWish(DeliveryWish):
    """POST /simulator/payments/{payment_id}, or its prepay_id; `openid` is of the guest who scans a QR code."""

    result: Literal["success", "fail"]
    openid: Annotated[str, Field(min_length=1, max_length=128)] | None = None


class RefundWish(DeliveryWish):
    """POST /simulator/refunds/{out_refund_no}; without `result` it only repeats the notification of an ended refund."""

    result: Literal["success", "abnormal", "closed"] | None = None
    fault: Literal["bad_signature", "stale", "signtest", "unknown_serial"] | None = None


class RefundEndsWish(Steering):
    """POST /simulator/refunds: how the next refunds end, of one order or of any.

    `hold` leaves them PROCESSING until they are steered. `not_enough` refuses a request for a refund that is not known
    yet: the merchant's account has too little money.
    """

    result: RefundEnd
    order_no: Annotated[str, Field(min_length=1, max_length=128)] | None = None
    times: Annotated[int, Field(ge=1, le=10_000)] = 1


class FaultWish(Steering):
    """POST /simulator/faults; after a delay alone the call succeeds."""

    api: MiniProgramApi | PayApi
    errcode: int | str | None = None
    http_status: Annotated[int, Field(ge=200, le=599)] | None = None
    delay_seconds: Seconds = 0
    times: Annotated[int, Field(ge=1, le=10_000)] = 1

    @model_validator(mode="after")
    def _says_how(self) -> "FaultWish":
        if self.errcode is None and self.http_status is None and not self.delay_seconds:
            raise ValueError("give errcode, http_status or delay_seconds")
        is_number = isinstance(self.errcode, int)
        if self.errcode is not None and is_number != (self.api in _MINI_PROGRAM_APIS):
            raise ValueError(f"errcode of {self.api} is {'text, as SYSTEM_ERROR' if is_number else 'a number, as -1'}")
        return self
