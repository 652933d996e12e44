"""Maps refusals and faults to HTTP, in this one place: RFC 9457 problems with a stable ``code``."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from msgspec import field
from msgspec.structs import asdict

from posthouse.domain.identity import LoginRefused
from posthouse.domain.refusal import InvalidRequest, Refusal
from posthouse.domain.value import Value

if TYPE_CHECKING:
    from posthouse.domain.offer import ShownOffer

_STATUS: dict[str, int] = {
    "AccessDenied": 403,
    "AccountDeleted": 401,
    "AccountDisabled": 401,
    "AccountLocked": 429,
    "AddressMissing": 409,
    "AlreadyBought": 409,
    "AlreadyClaimed": 409,
    "AlreadyExists": 409,
    "AlreadyReversed": 409,
    "CalendarChanged": 409,
    "ChallengeRequired": 403,
    "BalanceDue": 409,
    "BalanceLeft": 409,
    "ChangeTooLarge": 422,
    "CouponUnusable": 409,
    "CreditLeft": 409,
    "FolioClosed": 409,
    "GuestForgotten": 409,
    "HasNumbers": 409,
    "IdempotencyKeyReused": 422,
    "InsufficientBalance": 409,
    "InsufficientStock": 409,
    "InProgress": 409,
    "InvalidRequest": 422,
    "InvalidTicket": 422,
    "InvalidTransition": 409,
    "InvoiceAmountChanged": 409,
    "InvoiceIssued": 409,
    "InvoiceRequested": 409,
    "LastAdmin": 409,
    "LevelTooLow": 409,
    "NoneLeft": 409,
    "NotCancellable": 409,
    "NotFound": 404,
    "NothingOwed": 409,
    "NothingToCorrect": 409,
    "NotOnSale": 409,
    "NotPaid": 409,
    "NotPayable": 409,
    "NumberInUse": 409,
    "NumberTaken": 409,
    "NumberUnknown": 409,
    "OfferChanged": 409,
    "OrdersOpen": 409,
    "OutOfStock": 409,
    "Overlaps": 409,
    "Overpaid": 409,
    "Overtaken": 409,
    "PaymentRefused": 409,
    "PhoneRefused": 422,
    "PriceChanged": 409,
    "QuantityBelowIssued": 409,
    "RefundExceedsPayment": 409,
    "RefundsOwedFirst": 409,
    "Restricted": 409,
    "ReversalTooLate": 409,
    "SaleNotOpen": 409,
    "SaleSoldOut": 409,
    "SettlementMismatch": 400,
    "SoldOut": 409,
    "StayTooLong": 422,
    "StaysAhead": 409,
    "TooEarly": 409,
    "TooLate": 409,
    "TooManyChanges": 409,
    "TooManyExtras": 409,
    "TooManyGuests": 409,
    "TooManyHeld": 409,
    "TooManyNotes": 409,
    "TooManyPlans": 409,
    "TooManyRequests": 429,
    "TooManyRooms": 409,
    "UndoTooLate": 409,
    "UnitsBelowSold": 409,
    "VersionConflict": 409,
    "WholeAmountOnly": 409,
    "WrongPassword": 403,
}
"""By class name: importing the refusals of every domain would take a tenth of each cold start."""

_LOGIN: dict[str, tuple[int, str]] = {
    "invalid_code": (401, "invalid_login_code"),
    "used_code": (401, "used_login_code"),
    "high_risk": (403, "high_risk_account"),
    "rate_limited": (429, "rate_limited"),
    "wrong_password": (401, "wrong_credentials"),
}


class Problem(Value):
    """An error as the client sees it."""

    status: int
    code: str
    detail: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def body(self, request_id: str) -> str:
        """Returns the JSON body: the fields of RFC 9457, our code and the id of the request."""
        problem = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            "request_id": request_id,
        }
        return json.dumps({**self.facts, **problem}, ensure_ascii=False, default=str)


def problem_of(refusal: Refusal) -> Problem:
    """Returns the problem for a refusal. Raises KeyError for a refusal without a status in this module."""
    if isinstance(refusal, LoginRefused):
        status, code = _LOGIN[refusal.reason]
        return Problem(status, code, refusal.explanation)
    kind = type(refusal).__name__
    facts = refusal.facts
    if isinstance(refusal, InvalidRequest):
        facts |= {"errors": [asdict(refusal)]}
    if kind == "OfferChanged":
        facts["offer"] = _offer_json(facts["offer"])
    if kind == "SettlementMismatch":
        facts = {"field": facts["field"]}  # the two values are only for staff
    headers = {"Retry-After": str(facts["retry_after"])} if "retry_after" in facts else {}
    return Problem(_STATUS[kind], _code(kind), refusal.explanation, facts, headers)


def _offer_json(shown: ShownOffer) -> dict[str, Any]:
    from posthouse.entry.catalogue.offer_views import offer_json

    return offer_json(shown)


def invalid(wrong: Iterable[tuple[str, str]]) -> Problem:
    """Returns the problem for an invalid request; ``wrong`` are pairs of a field and a message."""
    errors = [{"field": name, "message": message} for name, message in wrong]
    detail = "; ".join(f"{e['field']}: {e['message']}" for e in errors[:5])
    return Problem(422, "invalid_request", detail, {"errors": errors})


_CODES = {"OfferChanged": "price_changed", "ReversalTooLate": "too_late", "SaleSoldOut": "sold_out"}
"""Codes that differ from the name of the refusal's class."""


def _code(kind: str) -> str:
    if kind in _CODES:
        return _CODES[kind]
    return re.sub(r"(?<!^)(?=[A-Z])", "_", kind).lower()


MISSING_TOKEN = Problem(401, "missing_token", "Send the access token as Authorization: Bearer <token>.")
INVALID_TOKEN = Problem(401, "invalid_token", "The access token is not valid; log in again.")
EXPIRED_TOKEN = Problem(401, "token_expired", "The access token has expired; log in again.")
ENDED_TOKEN = Problem(
    401, "token_ended", "Your account was changed after you logged in, so this access token has ended; log in again."
)
FORBIDDEN = Problem(403, "forbidden", "Your account may not do this.")
MALFORMED_JSON = Problem(400, "malformed_json", "The body is not valid JSON.")
BODY_TOO_LARGE = Problem(413, "body_too_large", "The body is larger than 64 kB.")
KEY_REQUIRED = Problem(
    422, "idempotency_key_required", "Send an Idempotency-Key header of 1 to 255 visible ASCII characters."
)
TOO_MANY_ROWS = Problem(
    422,
    "too_many_rows",
    "A file has at most 10,000 rows and 5 MB, and is made in half a minute; ask for less by the filters of the list.",
)
BUSY = Problem(503, "busy", "Too many requests change this at once; try again in a moment.", {}, {"Retry-After": "1"})
WECHAT_UNAVAILABLE = Problem(
    503, "wechat_unavailable", "WeChat does not answer; try again in a moment.", {}, {"Retry-After": "2"}
)
PROVIDER_UNAVAILABLE = Problem(
    503,
    "provider_unavailable",
    "The payment provider does not answer; try again in a moment.",
    {},
    {"Retry-After": "2"},
)
WECHAT_NOT_SET_UP = Problem(
    503,
    "wechat_not_set_up",
    "WeChat is not set up yet; the operator must fill in its secret.",
    {},
    {"Retry-After": "60"},
)
INTERNAL_ERROR = Problem(500, "internal_error", "Something went wrong on our side; the request id helps to find it.")
