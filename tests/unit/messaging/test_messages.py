"""Who receives which events: the code's list of subscribers matches the filter policies of the template's queues."""

from __future__ import annotations

from typing import Any

from posthouse.domain.event import (
    CATALOGUE_EVENTS,
    OTHER_SUBSCRIBERS,
    SUBSCRIBERS,
    TIMERS,
    EventType,
    filter_types,
    topic_type,
)
from posthouse.domain.notice_fields import has_notice
from posthouse.services.shop import shop_order_waits
from tests.support.template import functions, template


def _consumer_of(queue: str) -> str:
    for step, function in functions().items():
        for event in function.properties.get("Events", {}).values():
            if event["Type"] == "SQS" and event["Properties"]["Queue"] == {"Fn::GetAtt": [queue, "Arn"]}:
                return step
    raise AssertionError(f"nobody reads {queue}")


def test_the_code_knows_the_subscribers_that_the_template_makes() -> None:
    made: dict[str, tuple[list[str], list[str]]] = {}
    for resource in template()["Resources"].values():
        properties: dict[str, Any] = resource.get("Properties", {})
        if resource["Type"] == "AWS::SNS::Subscription" and properties["TopicArn"] == {"Ref": "EventsTopic"}:
            policy = properties["FilterPolicy"]
            assert set(policy) <= {"type", "order_kind"}
            queue = properties["Endpoint"]["Fn::GetAtt"][0]
            made[_consumer_of(queue)] = (sorted(policy["type"]), sorted(policy.get("order_kind", [])))
    said = {it.consumer: (sorted(filter_types(it)), sorted(it.order_kinds)) for it in SUBSCRIBERS}
    assert said == made
    # And each consumer accepts what its filter lets through, and nothing else
    taken = {step: functions()[step].handler().hears for step in made}  # type: ignore[attr-defined]
    assert {step: (sorted(filter_types(it)), sorted(it.order_kinds)) for step, it in taken.items()} == made


def test_a_filter_lets_through_what_its_consumer_hears() -> None:
    for subscriber in SUBSCRIBERS:
        for kind in EventType:
            for sequence in (1, 2):
                passes = topic_type(kind, sequence) in filter_types(subscriber)
                kinds = subscriber.order_kinds or {"B"}
                assert all(passes == subscriber.hears(kind, order, sequence) for order in kinds), (subscriber, kind)


def test_every_consumer_takes_what_it_is_fed_with_past_the_topic() -> None:
    fed = {it.consumer: it.types for it in OTHER_SUBSCRIBERS}
    woken = frozenset(shop_order_waits._STATE_EVENTS.values())
    assert fed == {
        "cancel_unpaid_booking": {EventType.BOOKING_CREATED, EventType.BOOKING_RESERVED},
        "end_shop_order_wait": woken,
        "place_flash_order": {EventType.FLASH_SUBMITTED},
        "refresh_room_view": CATALOGUE_EVENTS,
        "send_notice": {it for it in EventType if has_notice(it)},
    }
    assert all(kind in fed[consumer] for kind, consumer in TIMERS.items())
    consumers = {
        step
        for step, it in functions().items()
        if "SQS" in {e["Type"] for e in it.properties.get("Events", {}).values()}
    }
    assert consumers == {it.consumer for it in (*SUBSCRIBERS, *OTHER_SUBSCRIBERS)}
