"""Exceptions of calls to WeChat without a usable answer. Refusals are values in the modules of the calls."""

from posthouse.clients.unavailable import ProviderNotSetUp, ProviderUnavailable


class WechatUnavailable(ProviderUnavailable):
    """A fault: no connection, a 5xx, a limit after all retries, or an answer that is not proved to be WeChat's.

    Attributes
    ----------
    api
        Which call failed, by its short name (`jscode2session`, `prepay`, ...).
    reason
        What happened, in one line without secrets, codes or ids of guests.
    """

    def __init__(self, api: str, reason: str) -> None:
        super().__init__("WeChat", api, reason)


class WechatTimeout(WechatUnavailable):
    """The request may have reached WeChat, but there was no answer: its effect is unknown.

    The sender of a subscribe message records "unknown" and does not send again, which could cost a second permission.
    """


class WechatNotSetUp(ProviderNotSetUp):
    """WeChat's ids and keys are missing or incomplete: the secret is not filled in (correctly) yet."""
