"""Every trigger of the template has a dead letter queue, and each of these has an alarm and a way to redrive."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from posthouse.domain.dead_letter import DEAD_LETTERS, Healing
from tests.support.dead_letters import Resources, dead_letter_queues, gaps, named, of_type
from tests.support.template import functions, template


@pytest.fixture
def resources() -> Resources:
    found: Resources = copy.deepcopy(template()["Resources"])
    return found


def test_every_trigger_has_dead_letters_with_an_alarm(resources: Resources) -> None:
    assert gaps(resources) == []


def _remove(*path: str) -> Callable[[Resources], None]:
    def remove(resources: Resources) -> None:
        node: Any = resources
        for key in path[:-1]:
            node = node[key]
        del node[path[-1]]

    return remove


@pytest.mark.parametrize(
    ("break_it", "said"),
    [
        (_remove("PointsQueue", "Properties", "RedrivePolicy"), "PointsQueue has no dead letters"),
        (_remove("PointsQueue", "Properties", "RedrivePolicy"), "AwardPointsFunction.Queue reads a queue without"),
        (_remove("PointsSubscription", "Properties", "RedrivePolicy"), "PointsSubscription has no dead letters"),
        (_remove("PointsDeadLettersAlarm"), "PointsDeadLetters has no alarm"),
        (_remove("PointsDeadLettersAlarm", "Properties", "AlarmActions"), "PointsDeadLetters has no alarm"),
        (_remove("PointsDeadLetters", "Properties", "MessageRetentionPeriod"), "PointsDeadLetters does not keep"),
        (_remove("NotificationsDeadLetters", "Properties", "FifoQueue"), "NotificationsQueue and its dead letters"),
        (_remove("CatalogueQueuesPolicy"), "CatalogueChangesSubscription may not write to its dead letters"),
        (
            _remove("RelayOutboxFunction", "Properties", "Events", "Stream", "Properties", "DestinationConfig"),
            "RelayOutboxFunction.Stream has no dead letters",
        ),
        (_remove("RelayAgeAlarm"), "RelayOutboxFunction.Stream has no alarm on its age"),
        (_remove("BookingWaitsAgeAlarm"), "BookingWaitsQueue delays messages and has no alarm on their age"),
        (_remove("ShopOrderWaitsAgeAlarm"), "ShopOrderWaitsQueue delays messages and has no alarm on their age"),
        (
            _remove("SweepDueFunction", "Properties", "Events", "EveryMinute", "Properties", "DeadLetterConfig"),
            "SweepDueFunction.EveryMinute has no dead letters for what cannot be started",
        ),
        (_remove("SweepDueFunction", "Properties", "DeadLetterQueue"), "SweepDueFunction.EveryMinute has no dead"),
        (_remove("CheckOutFailuresAlarm"), "CheckOutWorkflow has no alarm on its failures"),
    ],
)
def test_a_trigger_without_is_found(resources: Resources, break_it: Callable[[Resources], None], said: str) -> None:
    break_it(resources)

    assert any(gap.startswith(said) for gap in gaps(resources)), gaps(resources)


def _name(resources: Resources, logical_id: str) -> str:
    name: str = resources[logical_id]["Properties"]["QueueName"]["Fn::Sub"]
    return name.removeprefix("${AWS::StackName}-")


def test_staff_see_and_redrive_every_queue_of_the_template(resources: Resources) -> None:
    made = {_name(resources, logical_id) for logical_id in dead_letter_queues(resources)}

    assert {one.name for one in DEAD_LETTERS} == made
    assert len({one.queue for one in DEAD_LETTERS}) == len(DEAD_LETTERS)


def test_dead_letters_go_back_to_the_queue_of_their_consumer(resources: Resources) -> None:
    consumers = {}
    for step, function in functions().items():
        for event in function.properties.get("Events", {}).values():
            if event["Type"] == "SQS":
                queue = named(event["Properties"]["Queue"])
                target = named(resources[queue]["Properties"]["RedrivePolicy"]["deadLetterTargetArn"])
                consumers[step] = (_name(resources, queue), _name(resources, target))

    said = {one.consumer: (one.source, one.name) for one in DEAD_LETTERS if one.healing is Healing.QUEUE}
    assert said == consumers


def test_who_redrives_may_reach_every_queue(resources: Resources) -> None:
    statements = functions()["redrive_dead_letters"].properties["Policies"][0]["Statement"]
    allowed = {
        action: {named(arn) for arn in it["Resource"]}
        for it in statements
        for action in it["Action"]
        if action.startswith("sqs:")
    }

    dead = dead_letter_queues(resources)
    assert allowed["sqs:ReceiveMessage"] == allowed["sqs:DeleteMessage"] == dead
    queues = {name for name, _ in of_type(resources, "AWS::SQS::Queue")}
    assert allowed["sqs:SendMessage"] == queues - dead
