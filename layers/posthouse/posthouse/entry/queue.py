"""SQS consumers: each message is one event; a failed one is reported by itself and noted in the inbox."""

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

from posthouse.domain.event import Event, hearer
from posthouse.entry import clock
from posthouse.entry.faults import log_fault
from posthouse.entry.logs import flush_metrics, log_event, logger
from posthouse.services.step import Step
from posthouse.store import inbox

Consume = Callable[[Event, str, Step], object]


def consumer(
    name: str,
    *,
    fifo: bool = False,
    marks_done_itself: bool = False,
    after_batch: Callable[[], None] | None = None,
) -> Callable[[Consume], Callable[[dict[str, Any], Any], Any]]:
    """Make a Lambda handler of a function that handles one event. Events of other types are skipped.

    Parameters
    ----------
    name
        The consumer's name in the inbox.
    fifo
        Whether the queue is FIFO: a failed message then holds back only the rest of its own group.
    marks_done_itself
        Whether only the function itself writes the inbox's ``done`` row. Otherwise a success after a failed try writes
        it here. True where the row is a lock and a success may mean that the message was sent on to a later time.
    after_batch
        Called once after each batch. Its failure is a warning and fails no message.
    """

    mine = hearer(name)

    def decorate(consume: Consume) -> Callable[[dict[str, Any], Any], Any]:
        def handle(record: SQSRecord) -> None:
            event = Event.from_json(record.body)
            log_event(event, consumer=name)
            if not mine.hears(event.type, event.payload.get("order_no") or "", event.sequence):
                logger.warning("skipped an event that is not for this consumer")
                return
            step = clock.step(event.correlation_id)
            _consume(consume, event, name, step)
            if int(record.attributes.approximate_receive_count) > 1 and not marks_done_itself:
                inbox.note_recovered(event, name, step.now)
            logger.info("the event is done")

        def handler(event: dict[str, Any], context: Any) -> Any:
            try:
                answer = process_partial_response(event, handle, _processor(fifo=fifo), context)
                if after_batch is not None:
                    _try(after_batch)
                return answer
            finally:
                flush_metrics()

        handler.hears = mine  # type: ignore[attr-defined]
        return handler

    return decorate


def _consume(consume: Consume, event: Event, name: str, step: Step) -> None:
    try:
        consume(event, name, step)
    except Exception as fault:
        log_fault("the event has failed", fault)
        inbox.failed(event, name, f"{type(fault).__name__}: {fault}", step.now)
        raise


def _processor(*, fifo: bool) -> BatchProcessor:
    """Returns what reports each failed message by itself.

    If all messages fail, an exception would bring back the whole batch, with parts that had succeeded.
    """
    if not fifo:
        return BatchProcessor(event_type=SourceType.SQS, raise_on_entire_batch_failure=False)
    processor = SqsFifoPartialProcessor(skip_group_on_error=True)
    processor.raise_on_entire_batch_failure = False
    return processor


def _try(after_batch: Callable[[], None]) -> None:
    try:
        after_batch()
    except Exception as fault:  # noqa: BLE001 - the messages themselves are done
        logger.warning("the work after a batch has failed", exc_info=fault)
