"""Queue welcome-coupons: a guest who logs in for the first time is granted the welcome coupon, once."""

from posthouse.domain.coupon import Coupon, NoneLeft
from posthouse.domain.event import Event
from posthouse.entry.logs import count, logger
from posthouse.entry.queue import consumer
from posthouse.services.coupons.coupons import grant_welcome
from posthouse.services.step import Step


@consumer("grant_welcome_coupon")
def handler(event: Event, name: str, step: Step) -> None:
    outcome = grant_welcome(event, name, step)
    if isinstance(outcome, Coupon):
        count("CouponsGranted")
    elif isinstance(outcome, NoneLeft):
        logger.warning(outcome.explanation)
