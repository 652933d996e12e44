"""SQS at a function's edge: each message is an event; what fails is reported alone, and left in the inbox."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    SqsFifoPartialProcessor,
    process_partial_response,
)
from aws_lambda_powertools.utilities.batch import EventType as SourceType
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from posthouse.domain.event import TIMERS, Event, EventType, hearer
from posthouse.entry import moment
from posthouse.entry.faults import log_fault
from posthouse.entry.logs import flush_metrics, log_event, logger
from posthouse.services.step import Step
from posthouse.store import inbox

_SENDS_ON = TIMERS[EventType.BOOKING_CREATED]
"""Its ``done`` row is the lock of the cancellation: a message that was sent on in time must not leave one."""

Consume = Callable[[Event, str, Step], object]


def _try(after_batch: Callable[[], None]) -> None:
    try:
        after_batch()
    except Exception as fault:  # noqa: BLE001 - whatever it was, the messages are dealt with
        logger.warning("what follows a batch was not done", exc_info=fault)


def consumer(
    name: str, *, fifo: bool = False, after_batch: Callable[[], None] | None = None
) -> Callable[[Consume], Callable[[dict[str, Any], Any], Any]]:
    """Make a Lambda handler of a function that deals with one event, and passes over those that are not for it.

    Parameters
    ----------
    name
        The consumer's name in the inbox.
    fifo
        Whether the queue keeps groups in order: a failure then holds back the rest of its own group only.
    after_batch
        What may be done once all messages of a batch are dealt with; its failure fails none of them, and is a warning.
    """

    mine = hearer(name)

    def decorate(consume: Consume) -> Callable[[dict[str, Any], Any], Any]:
        def deal_with(record: SQSRecord) -> None:
            event = Event.from_json(record.body)
            log_event(event, consumer=name)
            if not mine.hears(event.type, event.payload.get("order_no") or ""):
                logger.warning("an event that is not for this consumer was passed over")
                return
            step = moment.step(event.correlation_id)
            try:
                consume(event, name, step)
            except Exception as fault:
                log_fault("the event was not dealt with", fault)
                inbox.failed(event, name, f"{type(fault).__name__}: {fault}", step.now)
                raise
            if int(record.attributes.approximate_receive_count) > 1 and name != _SENDS_ON:
                inbox.note_recovered(event, name, step.now)
            logger.info("the event was dealt with")

        def handler(event: dict[str, Any], context: Any) -> Any:
            # A batch that failed whole must not raise: a raised batch comes again even where parts of it succeeded.
            processor = (
                SqsFifoPartialProcessor(skip_group_on_error=True)
                if fifo
                else BatchProcessor(event_type=SourceType.SQS, raise_on_entire_batch_failure=False)
            )
            if fifo:
                processor.raise_on_entire_batch_failure = False
            try:
                answer = process_partial_response(event, deal_with, processor, context)
                if after_batch is not None:
                    _try(after_batch)
                return answer
            finally:
                flush_metrics()

        handler.hears = mine  # type: ignore[attr-defined]
        return handler

    return decorate
