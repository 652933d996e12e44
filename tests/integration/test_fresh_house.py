"""Each house starts as new, whatever the previous one has done: no test sees anything of another test."""

from __future__ import annotations

import pytest

from tests.integration.house import House, client
from tests.integration.standing import Simulator, house_on_moto
from tests.support.moto_state import every_backend


def remembered() -> dict[str, object]:
    """Everything in moto by service, account, region and name."""
    return {
        f"{services.service_name} {account} {region}": plain(backend.__dict__)
        for (services, account, region), backend in every_backend()
    }


def plain(it: object, above: tuple[int, ...] = ()) -> object:
    """An object and all its parts, as values that can be compared."""
    if id(it) in above:
        return "circle"
    above = (*above, id(it))
    if isinstance(it, str | bytes | int | float | None):
        return it
    if isinstance(it, dict):
        return {str(key): plain(value, above) for key, value in it.items()}
    if isinstance(it, list | tuple | set | frozenset):
        return [plain(one, above) for one in it]
    return (type(it).__name__, plain(vars(it), above) if hasattr(it, "__dict__") else type(it).__name__)


def dirty(house: House) -> None:
    """Change something of every kind, and also the resources themselves."""
    token = house.guest()
    assert house.book(token, house.wish(house.room())).status == 201
    house.relay()
    names = house.dynamodb.list_tables()["TableNames"]
    house.dynamodb.delete_table(TableName=names[0])
    house.dynamodb.create_table(
        TableName="one-more",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    house.dynamodb.update_time_to_live(
        TableName=names[1], TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires_at"}
    )
    urls = house.sqs.list_queues()["QueueUrls"]
    fifo = next(url for url in urls if url.endswith(".fifo"))
    once = {"MessageGroupId": "g", "MessageDeduplicationId": "seen"}
    house.sqs.send_message(QueueUrl=fifo, MessageBody="seen", **once)
    for url in [url for url in urls if not url.endswith(".fifo")][:3]:
        house.sqs.send_message(QueueUrl=url, MessageBody="in flight")
        assert house.sqs.receive_message(QueueUrl=url)["Messages"]
        house.sqs.send_message(QueueUrl=url, MessageBody="delayed", DelaySeconds=60)
    house.sqs.set_queue_attributes(QueueUrl=urls[0], Attributes={"VisibilityTimeout": "7"})
    house.sqs.delete_queue(QueueUrl=urls[-1])
    house.sqs.create_queue(QueueName="one-more")
    topic = client("sns").list_topics()["Topics"][0]["TopicArn"]
    client("sns").subscribe(TopicArn=topic, Protocol="email", Endpoint="one@hotel.example")
    client("sns").create_topic(Name="one-more")
    vault = client("secretsmanager")
    vault.put_secret_value(SecretId="TokenSecret", SecretString="other")
    vault.delete_secret(SecretId="WechatSecret")
    vault.create_secret(Name="OneMore", SecretString="x")
    machine = house._refs["CheckOutWorkflow"]
    client("stepfunctions").start_execution(stateMachineArn=machine, name="again", input="{}")
    client("events").put_rule(Name="one-more", ScheduleExpression="rate(1 minute)")
    house._refs["LoginNotices"] = "on"
    house._arns.clear()
    house.delivered["message"] += 1


def test_a_house_after_another_one_is_as_new(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    with house_on_moto(simulator, monkeypatch) as first:
        as_new, refs, arns = remembered(), dict(first._refs), dict(first._arns)
        assert all(not rows for rows in first.contents().values())
        dirty(first)
        worn = remembered()
        services = {name.split()[0] for name in as_new}
        assert {"dynamodb", "sqs", "sns", "secretsmanager", "stepfunctions"} <= services
        for name in as_new:
            assert worn[name] != as_new[name] or name.startswith("iam"), f"nothing was done to {name}"
    with house_on_moto(simulator, monkeypatch) as second:
        assert remembered() == as_new
        assert (second._refs, second._arns) == (refs, arns)
        assert not second.delivered
        assert second.guest()


def test_what_was_sent_once_can_be_sent_once_more(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """A FIFO queue remembers a message for five minutes, even after it was received and deleted."""
    for _ in range(2):
        with house_on_moto(simulator, monkeypatch) as house:
            url = next(url for url in house.sqs.list_queues()["QueueUrls"] if url.endswith(".fifo"))
            once = {"MessageGroupId": "g", "MessageDeduplicationId": "seen"}
            house.sqs.send_message(QueueUrl=url, MessageBody="seen", **once)
            [message] = house.sqs.receive_message(QueueUrl=url)["Messages"]
            house.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
