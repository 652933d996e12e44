"""The house rules of cfn-lint: the template keeps them, and each rule finds what breaks it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from cfnlint.template import Template

from local.lint.rules import DeadLetters, HouseRule, LogsEnd, NoScan, NoWildcard, ScheduleDeadLetters
from tests.support.template import ROOT, template

Break = Callable[[dict[str, Any]], None]


def _statement(resources: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = resources["GetMeFunction"]["Properties"]["Policies"][0]["Statement"][0]
    return found


def _all_actions(resources: dict[str, Any]) -> None:
    _statement(resources)["Action"] = ["secretsmanager:*"]


def _all_resources(resources: dict[str, Any]) -> None:
    _statement(resources)["Resource"] = "*"


def _some_resources(resources: dict[str, Any]) -> None:
    _statement(resources)["Resource"] = {"Fn::Sub": "${GuestsTable.Arn}/index/*"}


def _no_resource(resources: dict[str, Any]) -> None:
    del _statement(resources)["Resource"]


def _workflow(resources: dict[str, Any]) -> None:
    resources["CheckOutWorkflow"]["Properties"]["Policies"][0]["Statement"][0]["Resource"] = ["*"]


def _role(resources: dict[str, Any]) -> None:
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::bucket/*"}
    policy = {"PolicyName": "all", "PolicyDocument": {"Statement": [statement]}}
    resources["SomeRole"] = {"Type": "AWS::IAM::Role", "Properties": {"Policies": [policy]}}


def _scan(resources: dict[str, Any]) -> None:
    _statement(resources)["Action"] = "dynamodb:Scan"


def _queue(resources: dict[str, Any]) -> None:
    del resources["PointsQueue"]["Properties"]["RedrivePolicy"]


def _stream(resources: dict[str, Any]) -> None:
    events = resources["RelayOutboxFunction"]["Properties"]["Events"]
    for event in events.values():
        del event["Properties"]["DestinationConfig"]


def _subscription(resources: dict[str, Any]) -> None:
    resources["Direct"] = {"Type": "AWS::SNS::Subscription", "Properties": {"Protocol": "lambda"}}


def _schedule(resources: dict[str, Any]) -> None:
    events = resources["SweepDueFunction"]["Properties"]["Events"]
    events["More"] = {"Type": "Schedule", "Properties": {"Schedule": "rate(1 day)"}}


def _rule(resources: dict[str, Any]) -> None:
    resources["Nightly"] = {"Type": "AWS::Events::Rule", "Properties": {"Targets": [{"Id": "1", "Arn": "x"}]}}


def _endless(resources: dict[str, Any]) -> None:
    del resources["FunctionsLog"]["Properties"]["RetentionInDays"]


def _own_log(resources: dict[str, Any]) -> None:
    resources["GetMeFunction"]["Properties"]["LoggingConfig"] = {"LogFormat": "JSON"}


BREAKS: list[tuple[type[HouseRule], Break]] = [
    *((NoWildcard, it) for it in (_all_actions, _all_resources, _some_resources, _no_resource, _workflow, _role)),
    (NoScan, _scan),
    *((DeadLetters, it) for it in (_queue, _stream, _subscription)),
    *((ScheduleDeadLetters, it) for it in (_schedule, _rule)),
    *((LogsEnd, it) for it in (_endless, _own_log)),
]


def _found(rule: type[HouseRule], given: dict[str, Any]) -> list[str]:
    return [str(match.path) for match in rule().match(Template("template.yaml", given, ["us-east-1"]))]


@pytest.mark.parametrize(("rule", "broken"), BREAKS)
def test_a_rule_finds_what_breaks_it(rule: type[HouseRule], broken: Break) -> None:
    given = copy.deepcopy(template())
    before = _found(rule, given)
    broken(given["Resources"])
    assert len(_found(rule, given)) > len(before)


@pytest.mark.parametrize("rule", [NoWildcard, NoScan, DeadLetters, ScheduleDeadLetters, LogsEnd])
def test_the_template_keeps_the_rule(rule: type[HouseRule]) -> None:
    assert _found(rule, template()) == []


def test_what_iam_binds_to_no_resource_may_have_them_all() -> None:
    given = copy.deepcopy(template())
    _statement(given["Resources"]).update({"Action": ["xray:PutTraceSegments"], "Resource": "*"})
    assert _found(NoWildcard, given) == []


def test_cfn_lint_takes_the_rules() -> None:
    assert "append_rules: [local/lint]" in (ROOT / ".cfnlintrc").read_text()
