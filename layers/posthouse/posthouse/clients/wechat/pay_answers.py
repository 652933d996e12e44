"""WeChat Pay's other answers. They are apart from the client, which imports cryptography."""

from posthouse.domain.value import Value


class Prepaid(Value):
    """The payment is open at WeChat; the id is valid for two hours."""

    prepay_id: str


class NativePrepaid(Value):
    """The payment is open at WeChat: who scans this URL as a QR code pays it. It is valid for two hours."""

    code_url: str


class PrepayRefused(Value):
    """WeChat refuses to open the payment, and will refuse the same request again."""

    code: str
    message: str


class Closed(Value):
    """WeChat accepted the close. A payment under way may still succeed, so query afterwards."""


class CloseRefused(Value):
    """WeChat refused the close (paid already, unknown, ...). The answer is unsigned, so query before believing it."""

    code: str
    message: str


class RefundRefused(Value):
    """WeChat refused the refund. After NOT_ENOUGH it may be sent again later, with the same number and body."""

    code: str
    message: str
