"""Every hour: compares a day of the money ledger with the providers, the oldest unfinished day first."""

from typing import Any

from msgspec.structs import asdict

from posthouse.entry import clock
from posthouse.entry.logs import count, flush_metrics, log_as, logger
from posthouse.entry.providers import is_any_set_up, provider_of
from posthouse.services.payments.ledger_comparison import compare_ledger

SPARE_MILLISECONDS = 150_000
"""How long one page may take while a provider is slow: no page is begun with less time left."""


def handler(_event: dict[str, Any], context: Any) -> dict[str, Any]:
    log_as(context.aws_request_id)
    if not is_any_set_up():
        return {}
    compared = compare_ledger(
        provider_of,
        lambda: context.get_remaining_time_in_millis() > SPARE_MILLISECONDS,
        clock.step(context.aws_request_id),
    )
    if compared.differences:
        logger.error("our ledger and a provider's differ", day=compared.day, differences=compared.differences)
        count("LedgerDifferences", compared.differences)
    flush_metrics()
    return asdict(compared)
