"""Exceptions of calls to a provider of payments without a usable answer. Each provider has its own kinds of them."""


class ProviderUnavailable(Exception):
    """A fault: no connection, a 5xx, a limit after all retries, or an answer that is not proved to be the provider's.

    Attributes
    ----------
    api
        Which call failed, by its short name (`prepay`, `query`, ...).
    reason
        What happened, in one line without secrets, codes or ids of guests.
    """

    def __init__(self, provider: str, api: str, reason: str) -> None:
        super().__init__(f"{provider} {api}: {reason}")
        self.api = api
        self.reason = reason


class ProviderNotSetUp(Exception):
    """The provider's ids and keys are missing or incomplete: its secret is not filled in (correctly) yet.

    Attributes
    ----------
    reason
        What is missing, in one line that names a field and never a value.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
