"""What is deployed to AWS and how: releases by canary, parameters that cannot be wrong in prod, samconfig.toml."""

from __future__ import annotations

import json
import re
import tomllib
from functools import cache
from typing import Any

import pytest

from local.folders import ROOT, TEMPLATE
from local.package import expand_sam, package, read_template
from tests.support.template import functions, template

RELEASED = {
    "create_booking",
    "mark_booking_paid",
    "create_payment",
    "receive_payment_notification",
    "confirm_order",
    "submit_flash_order",
    "place_flash_order",
}
"""Where a bad release costs money. An alias takes three resources of the stack, so not every function has one."""

PROD = {
    "Stage": "prod",
    "DataRetention": "Retain",
    "PublicBaseUrl": "https://api.example.com",
    "WechatApiBaseUrl": "https://api.weixin.qq.com",
    "WechatPayBaseUrl": "https://api.mch.weixin.qq.com",
}

CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d-4e5f-6789-abcd-ef0123456789"


@cache
def expanded(changed: str = "", revision: str = "1") -> dict[str, Any]:
    """The template as CloudFormation gets it, with one of its layers changed."""
    packed = package(read_template(TEMPLATE), ROOT, "bucket", lambda name, _: b"new" if name == changed else b"old")
    packed.template["Globals"]["Function"]["Environment"]["Variables"]["SETTINGS_REVISION"] = revision
    return expand_sam(packed.template, "us-east-1")["Resources"]  # type: ignore[no-any-return]


def of_type(kind: str) -> dict[str, dict[str, Any]]:
    return {name: it for name, it in expanded().items() if it["Type"] == kind}


def released() -> set[str]:
    return {it.logical_id for it in functions().values() if it.step in RELEASED}


# ---------------------------------------------------------------- canaries


def test_the_functions_where_a_bad_release_costs_money_have_an_alias() -> None:
    with_alias = {it["Properties"]["FunctionName"]["Ref"] for it in of_type("AWS::Lambda::Alias").values()}
    assert with_alias == released()
    assert {it.step for it in functions().values() if "AutoPublishAlias" in it.properties} == RELEASED


def test_an_alias_moves_by_codedeploy_and_the_alarms_take_it_back() -> None:
    for alias in of_type("AWS::Lambda::Alias").values():
        update = alias["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]
        group = expanded()[update["DeploymentGroupName"]["Ref"]]["Properties"]
        assert json.dumps(group["DeploymentConfigName"]).count("Canary10Percent5Minutes") == 1
        assert group["AlarmConfiguration"]["Enabled"]
        alarms = [it["Name"]["Ref"] for it in group["AlarmConfiguration"]["Alarms"]]
        assert alarms == ["ServerErrorsAlarm", "FaultsAlarm"]
        assert {"DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_FAILURE"} <= set(group["AutoRollbackConfiguration"]["Events"])


def test_routes_and_queues_reach_the_alias() -> None:
    """Or else 100 % of the calls would go to the new code at once."""
    [api] = of_type("AWS::ApiGatewayV2::Api").values()
    uris = json.dumps([list(methods.values()) for methods in api["Properties"]["Body"]["paths"].values()])
    mapped = [it["Properties"]["FunctionName"] for it in of_type("AWS::Lambda::EventSourceMapping").values()]
    permitted = [it["Properties"]["FunctionName"] for it in of_type("AWS::Lambda::Permission").values()]
    for function in released():
        alias = f"{function}Aliaslive"
        assert f"${{{function}.Arn}}" not in uris
        assert {"Ref": function} not in mapped
        assert {"Ref": function} not in permitted
        reached = uris.count(f"${{{alias}}}") + mapped.count({"Ref": alias})
        assert reached == 1, function


def test_nothing_else_calls_a_released_function_past_its_alias() -> None:
    steps = json.dumps([it["Properties"] for it in of_type("AWS::StepFunctions::StateMachine").values()])
    rules = json.dumps([it["Properties"] for it in of_type("AWS::Events::Rule").values()])
    assert not [name for name in released() if f'"{name}"' in steps + rules or f"${{{name}" in steps + rules]


@pytest.mark.parametrize("layer", ["DependenciesLayer", "PosthouseLayer", "WechatDependenciesLayer"])
def test_a_new_layer_is_a_new_version_behind_each_alias(layer: str) -> None:
    """Most of the code lies in layers; by default SAM publishes a version when the function's own folder changes."""
    of_wechat = {"CreatePaymentFunction", "ReceivePaymentNotificationFunction"}
    assert renewed(layer) == (of_wechat if layer.startswith("Wechat") else released())


def test_so_is_a_new_revision_of_the_settings() -> None:
    assert renewed("", "2") == released()


def renewed(*given: str) -> set[str]:
    """The functions that get a new version by a change."""
    before, after = (
        {name: it for name, it in resources.items() if it["Type"] == "AWS::Lambda::Version"}
        for resources in (expanded(), expanded(*given))
    )
    return {it["Properties"]["FunctionName"]["Ref"] for name, it in after.items() if name not in before}


def test_what_fails_is_counted_where_the_alarm_looks() -> None:
    alarm = expanded()["FaultsAlarm"]["Properties"]
    filters = [it["Properties"] for it in of_type("AWS::Logs::MetricFilter").values()]
    assert filters
    for counted in filters:
        [to] = counted["MetricTransformations"]
        assert (to["MetricNamespace"], to["MetricName"]) == (alarm["Namespace"], alarm["MetricName"])
        assert counted["LogGroupName"] == {"Ref": "FunctionsLog"}


def test_every_alarm_tells_somebody() -> None:
    alarms = of_type("AWS::CloudWatch::Alarm")
    assert alarms
    assert [
        name for name, it in alarms.items() if it["Properties"].get("AlarmActions") != [{"Ref": "AlarmsTopic"}]
    ] == []


# ---------------------------------------------------------------- parameters


def refusals(given: dict[str, str]) -> list[str]:
    """What CloudFormation says to parameters: those of their own, and the assertions of the rules."""
    declared = template()["Parameters"]
    values = {name: str(given.get(name, it.get("Default"))) for name, it in declared.items()}
    said = [f"{name} is not declared" for name in given if name not in declared]
    said += [f"{name}={values[name]}" for name, it in declared.items() if not _allowed(it, values[name])]
    for rule in template()["Rules"].values():
        if _holds(rule["RuleCondition"], values):
            said += [it["AssertDescription"] for it in rule["Assertions"] if not _holds(it["Assert"], values)]
    return said


def _allowed(declared: dict[str, Any], value: str) -> bool:
    if "AllowedValues" in declared and value not in map(str, declared["AllowedValues"]):
        return False
    if "AllowedPattern" in declared and not re.fullmatch(declared["AllowedPattern"], value):
        return False
    if declared["Type"] != "Number":
        return True
    return bool(declared.get("MinValue", 0) <= int(value) <= declared.get("MaxValue", 10**12))


def _holds(expression: Any, values: dict[str, str]) -> Any:
    match expression:
        case {"Ref": str(name)}:
            return values[name]
        case {"Fn::Equals": [left, right]}:
            return _holds(left, values) == _holds(right, values)
        case {"Fn::Not": [inner]}:
            return not _holds(inner, values)
        case {"Fn::Contains": [list(among), one]}:
            return _holds(one, values) in among
    assert isinstance(expression, str)
    return expression


def test_the_defaults_and_a_full_prod_are_taken() -> None:
    assert refusals({}) == []
    assert refusals(PROD) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"PublicBaseUrl": "https://set-public-base-url.invalid"}, "prod needs a PublicBaseUrl"),
        ({"DataRetention": "Delete"}, "DataRetention is Retain"),
        ({"WechatApiBaseUrl": "https://api.weixin.example.com"}, "prod asks WeChat itself"),
        ({"WechatPayBaseUrl": "http://localhost:8080"}, "prod is paid by WeChat itself"),
    ],
)
def test_prod_refuses_what_is_for_trying_out(wrong: dict[str, str], said: str) -> None:
    [refusal] = refusals(PROD | wrong)
    assert said in refusal
    assert refusals(PROD | wrong | {"Stage": "dev"}) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Stage", "production"),
        ("PublicBaseUrl", "https://api.example.com/"),
        ("PublicBaseUrl", "https://api.example.com/a b"),
        ("PublicBaseUrl", "api.example.com"),
        ("WechatPayBaseUrl", "https://api.mch.weixin.qq.com/"),
        ("ShippingFee", "-1"),
        ("ShippingFee", "100001"),
        ("PaymentTimeoutSeconds", "7201"),
        ("AlarmEmail", "nobody"),
        ("AlarmEmail", "a@b@example.com"),
        ("ReleasePace", "Canary10Percent5Minute"),
        ("Pages", "yes"),
        ("PagesCertificateArn", "arn:aws:acm:ap-southeast-1:123456789012:certificate/0a1b-2c"),
    ],
)
def test_a_parameter_that_makes_no_sense_is_refused(name: str, value: str) -> None:
    assert refusals({name: value}) == [f"{name}={value}"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PublicBaseUrl", "http://localhost:8080"),
        ("PublicBaseUrl", "https://hotel.example.com/shop/v1"),
        ("AlarmEmail", "on-call+posthouse@example.com"),
        ("WechatPayBaseUrl", "http://127.0.0.1:9000"),
        ("WechatApiBaseUrl", "http://localhost:8080/simulator"),
        ("PagesCertificateArn", CERTIFICATE),
    ],
)
def test_a_parameter_that_makes_sense_is_taken(name: str, value: str) -> None:
    assert refusals({name: value}) == []


def test_a_domain_of_the_pages_needs_its_certificate() -> None:
    [said] = refusals({"PagesDomain": "hotel.example.com"})
    assert "needs a PagesCertificateArn" in said
    assert refusals({"PagesDomain": "https://hotel.example.com", "PagesCertificateArn": CERTIFICATE}) == [
        "PagesDomain=https://hotel.example.com"
    ]
    assert refusals({"PagesDomain": "hotel.example.com", "PagesCertificateArn": CERTIFICATE}) == []


def test_every_parameter_says_what_it_is_for_and_stands_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text()
    for name, declared in template()["Parameters"].items():
        assert declared.get("Description"), name
        assert f"`{name}`" in readme, name


# ---------------------------------------------------------------- samconfig.toml


def stages() -> dict[str, dict[str, Any]]:
    config = tomllib.loads((ROOT / "samconfig.toml").read_text())
    tables = {name: it for name, it in config.items() if isinstance(it, dict)}
    return {name: it["deploy"]["parameters"] for name, it in tables.items() if "deploy" in it}


def overrides(stage: str) -> dict[str, str]:
    return dict(it.split("=", 1) for it in stages()[stage]["parameter_overrides"])


def test_each_stage_has_a_stack_of_its_own_and_says_which_it_is() -> None:
    assert {name: overrides(name)["Stage"] for name in stages()} == {
        "default": "dev",
        "staging": "staging",
        "prod": "prod",
    }
    for key in ("stack_name", "s3_prefix"):
        assert len({it[key] for it in stages().values()}) == len(stages())


@pytest.mark.parametrize("stage", ["default", "staging", "prod"])
def test_what_samconfig_gives_is_what_the_template_takes(stage: str) -> None:
    """All but the address of prod, which nobody can know here: without it CloudFormation says so and stops."""
    missing = ["prod needs a PublicBaseUrl, where WeChat sends word of payments"]
    assert refusals(overrides(stage)) == (missing if stage == "prod" else [])
    assert stages()[stage]["capabilities"] == ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
    assert stages()[stage]["tags"] == f"project=posthouse stage={overrides(stage)['Stage']}"


def test_only_dev_is_released_at_once() -> None:
    assert {stage: overrides(stage)["ReleasePace"] for stage in stages()} == {
        "default": "AllAtOnce",
        "staging": "Canary10Percent5Minutes",
        "prod": "Canary10Percent5Minutes",
    }
