"""The drawings in README.md and docs/ match the present templates and workflows."""

from __future__ import annotations

import copy
import re
from typing import Any

from local.architecture import Architecture, Subscription, read_architecture
from local.diagram import contents, draw, pages, redrawn
from local.folders import ROOT
from local.pictures import chapters, functions_table, house, overview, picture
from local.templates import read_whole


def test_a_workflow_is_drawn_with_its_choices_and_faults() -> None:
    states = {
        "Save": {"Type": "Task", "Next": "IsSaved", "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Undo"}]},
        "IsSaved": {"Type": "Choice", "Choices": [{"StringEquals": "done", "Next": "Done"}], "Default": "Undo"},
        "Undo": {"Type": "Parallel", "Branches": [{"StartAt": "Back", "States": {"Back": {"Type": "Task"}}}]},
        "Done": {"Type": "Succeed"},
    }
    assert draw({"StartAt": "Save", "States": states}).splitlines() == [
        "flowchart TD",
        "  start(( )) --> Save",
        "  Save[Save]",
        "  Save --> IsSaved",
        "  Save -.->|fault| Undo",
        "  IsSaved{IsSaved}",
        "  IsSaved -->|done| Done",
        "  IsSaved -->|else| Undo",
        "  subgraph Undo",
        "    Back[Back]",
        "  end",
        "  Done([Done])",
    ]


def test_no_drawing_is_stale() -> None:
    found = list(pages())
    assert found
    for path in found:
        assert redrawn(path.read_text()) == path.read_text(), f"{path.name} is stale: run `make diagram`"


def test_the_contents_are_the_headings_with_their_places() -> None:
    page = "# Title\n\n## A `step`, by name\n\n```bash\n## no heading\n```\n\n### Below it\n"
    assert contents(page) == "- [A `step`, by name](#a-step-by-name)\n  - [Below it](#below-it)\n"


# ---------------------------------------------------------------- the architecture


def allow(actions: list[str], resource: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": resource}


def function(path: str, statements: list[Any], **events: Any) -> dict[str, Any]:
    domain, step = path.split("/")
    properties = {"CodeUri": f"functions/{domain}/", "Handler": f"{step}.handler", "Events": events}
    return {
        "Type": "AWS::Serverless::Function",
        "Properties": {**properties, "Policies": [{"Version": "x", "Statement": statements}]},
    }


def named(kind: str, key: str, name: str, **more: Any) -> dict[str, Any]:
    return {"Type": kind, "Properties": {key: {"Fn::Sub": f"${{AWS::StackName}}-{name}"}, **more}}


def small() -> Architecture:
    """A route that writes two tables, and a consumer of its event."""
    paid = {"Fn::GetAtt": ["PaidQueue", "Arn"]}
    integration = {"IntegrationUri": {"Fn::GetAtt": ["Book", "Arn"]}}
    route = {"RouteKey": "POST /api/stays", "Target": {"Fn::Sub": "integrations/${BookIntegration}"}}
    resources = {
        "BookIntegration": {"Type": "AWS::ApiGatewayV2::Integration", "Properties": integration},
        "BookRoute": {"Type": "AWS::ApiGatewayV2::Route", "Properties": route},
        "StaysTable": named("AWS::DynamoDB::Table", "TableName", "stays"),
        "OutboxTable": named("AWS::DynamoDB::Table", "TableName", "outbox"),
        "PaidQueue": named("AWS::SQS::Queue", "QueueName", "paid-stays"),
        "Topic": named("AWS::SNS::Topic", "TopicName", "events"),
        "PaidSubscription": {
            "Type": "AWS::SNS::Subscription",
            "Properties": {
                "TopicArn": {"Ref": "Topic"},
                "Protocol": "sqs",
                "Endpoint": paid,
                "FilterPolicy": {"type": ["payment.succeeded"], "order_kind": ["B"]},
            },
        },
        "Book": function(
            "stays/book",
            [
                allow(["dynamodb:PutItem"], {"Fn::GetAtt": ["OutboxTable", "Arn"]}),
                allow(["dynamodb:GetItem", "dynamodb:PutItem"], {"Fn::GetAtt": ["StaysTable", "Arn"]}),
            ],
        ),
        "Mark": function(
            "stays/mark",
            [allow(["dynamodb:Query"], {"Fn::Sub": "${StaysTable.Arn}/index/by_due"})],
            Queue={"Type": "SQS", "Properties": {"Queue": paid}},
        ),
    }
    return read_architecture({"Resources": resources})


def test_who_touches_what_is_what_the_statements_allow() -> None:
    book, mark = small().steps
    assert (book.reads, book.writes, book.routes) == (("stays",), ("outbox", "stays"), ("POST /api/stays",))
    assert (mark.reads, mark.writes, mark.queues) == (("stays",), (), ("paid-stays",))
    assert small().subscriptions == {"paid-stays": Subscription("events", ("payment.succeeded",), ("B",))}


def test_a_domain_is_drawn_with_its_routes_queues_and_tables() -> None:
    assert picture(small(), "stays").splitlines() == [
        "flowchart LR",
        '  book["book<br/>POST /api/stays<br/>+ outbox"]',
        "  book --> table_stays[(stays)]",
        '  mark["mark"]',
        '  topic_events{{SNS events}} -->|"payment.succeeded: stays"| queue_paid_stays[[paid-stays]]',
        "  queue_paid_stays[[paid-stays]] --> mark",
        "  table_stays[(stays)] -.-> mark",
    ]
    assert functions_table(small(), "stays").splitlines()[2:] == [
        "| `book` | POST /api/stays | stays | outbox, stays | |",
        "| `mark` | queue paid-stays | stays | | |",
    ]


def test_the_overview_has_one_box_for_the_routes_of_a_domain() -> None:
    assert overview(small()).splitlines() == [
        "flowchart LR",
        "  guest([guests])",
        "  staff([staff])",
        "  wechat([WeChat])",
        "  subgraph stays",
        '    stays_api["1 route"]',
        '    mark["mark<br/>queue paid-stays"]',
        "  end",
        "  guest --> stays_api",
        "  outbox[(outbox)]",
        "  stays --> outbox",
        '  topic_events{{SNS events}} -->|"payment.succeeded: stays"| mark',
    ]


def test_the_house_is_one_small_picture_that_a_new_route_does_not_change() -> None:
    architecture = read_architecture()
    drawn = house(architecture)
    assert 10 < len(re.findall(r"\w[(\[{]{1,2}\S", drawn)) <= 15
    assert all(flow.name in drawn for flow in architecture.workflows)
    assert all(topic in drawn for step in architecture.steps for topic in step.publishes)
    assert re.findall(r"\d+ \w+", drawn) == []


def test_every_function_table_queue_topic_and_workflow_is_drawn() -> None:
    architecture = read_architecture()
    drawn = chapters(architecture)
    for step in architecture.steps:
        assert f"| `{step.name}` |" in drawn
        for name in (*step.reads, *step.writes, *step.sends, *step.publishes, *step.queues):
            assert name in drawn
    resources = read_whole()["Resources"]
    tables = {it["Properties"]["TableName"]["Fn::Sub"] for it in resources.values() if it["Type"].endswith("::Table")}
    touched = {name for step in architecture.steps for name in (*step.reads, *step.writes)}
    assert {name.removeprefix("${AWS::StackName}-") for name in tables} == touched
    assert all(f"workflow {flow.name}" in drawn for flow in architecture.workflows)
    assert all(consumer.name in overview(architecture) for consumer in architecture.steps if consumer.queues)


def test_the_pages_are_drawn_from_the_template() -> None:
    """A removed statement changes the page, so the present page would be found stale."""
    template = read_whole()
    changed = copy.deepcopy(template)
    changed["Resources"]["CreateBookingFunction"]["Properties"]["Policies"][0]["Statement"].pop()
    assert chapters(read_architecture(template)) in (ROOT / "docs" / "architecture.md").read_text()
    assert chapters(read_architecture(changed)) not in (ROOT / "docs" / "architecture.md").read_text()
    assert {ROOT / "README.md", ROOT / "docs" / "architecture.md"} <= set(pages())
