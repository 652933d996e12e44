"""The log level of a fault: one that passes by itself is a warning, because errors in the log roll a release back."""

from __future__ import annotations

from posthouse.clients.unavailable import ProviderNotSetUp, ProviderUnavailable
from posthouse.entry.logs import logger
from posthouse.store.transaction import passes


def log_fault(message: str, fault: Exception) -> None:
    """Log the fault of a message or a step that will be retried.

    A temporary fault and a secret of a provider that is not filled in are warnings: no release has caused them.
    """
    is_warning = passes(fault) or isinstance(fault, (ProviderUnavailable, ProviderNotSetUp))
    log = logger.warning if is_warning else logger.error
    log(message, exc_info=fault)
