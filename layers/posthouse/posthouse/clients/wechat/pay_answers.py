"""What WeChat Pay answers besides trades and refunds: apart from the client, whose import brings cryptography."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Prepaid:
    """WeChat's order is open; the id is good for two hours."""

    prepay_id: str


@dataclass(frozen=True)
class PrepayRefused:
    """WeChat does not open this order; the same request will be refused again."""

    code: str
    message: str


@dataclass(frozen=True)
class Closed:
    """WeChat took the close. A payment under way may still win, so query afterwards."""


@dataclass(frozen=True)
class CloseRefused:
    """WeChat did not close (paid already, unknown, ...); the answer is unsigned, so query before believing it."""

    code: str
    message: str


@dataclass(frozen=True)
class RefundRefused:
    """WeChat did not take the refund; NOT_ENOUGH may be sent again later with the same number and body."""

    code: str
    message: str
