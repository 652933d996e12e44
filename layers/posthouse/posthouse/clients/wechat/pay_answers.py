"""What WeChat Pay answers besides trades and refunds: apart from the client, whose import brings cryptography."""

from posthouse.domain.value import Value


class Prepaid(Value):
    """WeChat's order is open; the id is good for two hours."""

    prepay_id: str


class PrepayRefused(Value):
    """WeChat does not open this order; the same request will be refused again."""

    code: str
    message: str


class Closed(Value):
    """WeChat took the close. A payment under way may still win, so query afterwards."""


class CloseRefused(Value):
    """WeChat did not close (paid already, unknown, ...); the answer is unsigned, so query before believing it."""

    code: str
    message: str


class RefundRefused(Value):
    """WeChat did not take the refund; NOT_ENOUGH may be sent again later with the same number and body."""

    code: str
    message: str
