"""What a call to WeChat raises when it brought no usable answer. Refusals are values, beside the calls themselves."""


class WechatUnavailable(Exception):
    """A fault: no connection, a 5xx, a limit that outlasted the retries, or an answer that is not provably WeChat's.

    Attributes
    ----------
    api
        Which call failed, by its short name (`jscode2session`, `prepay`, ...).
    reason
        What happened, in one line without secrets, codes or ids of guests.
    """

    def __init__(self, api: str, reason: str) -> None:
        super().__init__(f"WeChat {api}: {reason}")
        self.api = api
        self.reason = reason


class WechatTimeout(WechatUnavailable):
    """The request may have reached WeChat, but no answer came: what it did there is unknown.

    Whoever sends a subscribe message records "unknown" and does not send it again: it may burn a second credit.
    """


class WechatNotSetUp(Exception):
    """WeChat's ids and keys are not there, or not all: nobody has filled in the secret yet, or not properly.

    Attributes
    ----------
    reason
        What is missing, in one line that names a field and never a value.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
