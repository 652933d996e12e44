"""Deployments to AWS: releases by canary, parameters that cannot be wrong in prod, samconfig.toml."""

from __future__ import annotations

import json
import re
import tomllib
from typing import Any

import pytest

from local.folders import ROOT
from tests.support.stacks import Stack, expand, of_type, truth
from tests.support.template import functions, template

RELEASED = {
    "create_booking",
    "mark_booking_paid",
    "create_payment",
    "receive_payment_notification",
    "create_shop_order",
    "submit_flash_order",
    "place_flash_order",
}
"""Steps where a bad release costs money. An alias needs three resources of the stack, so not every function has one."""

PROD = {
    "Stage": "prod",
    "DataRetention": "Retain",
    "PublicBaseUrl": "https://api.example.com",
    "WechatApiBaseUrl": "https://api.weixin.qq.com",
    "WechatPayBaseUrl": "https://api.mch.weixin.qq.com",
}

CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d-4e5f-6789-abcd-ef0123456789"


def released() -> set[str]:
    return {it.logical_id for it in functions().values() if it.step in RELEASED}


# ---------------------------------------------------------------- canaries


def test_the_functions_where_a_bad_release_costs_money_have_an_alias() -> None:
    with_alias = {it["FunctionName"]["Ref"] for _, _, it in of_type("AWS::Lambda::Alias", expand())}
    assert with_alias == released()
    assert {it.step for it in functions().values() if "AutoPublishAlias" in it.properties} == RELEASED


def groups(parameters: dict[str, str]) -> list[dict[str, Any]]:
    """The deployment groups that move the aliases."""
    found = []
    for stack in expand(parameters=parameters).values():
        for resource in stack.resources.values():
            if resource["Type"] == "AWS::Lambda::Alias":
                update = resource["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]
                found.append(stack.resources[update["DeploymentGroupName"]["Ref"]]["Properties"])
    return found


def test_an_alias_moves_by_codedeploy_and_the_alarms_take_it_back() -> None:
    assert len(groups({})) == len(RELEASED)
    for group in groups({}):
        assert json.dumps(group["DeploymentConfigName"]).count("Canary10Percent5Minutes") == 1
        [condition, watched, unwatched] = group["AlarmConfiguration"]["Fn::If"]
        assert condition == "IsWatched"
        assert watched["Enabled"]
        assert [it["Name"]["Ref"] for it in watched["Alarms"]] == ["FaultsAlarm"]
        assert unwatched == {}
        assert {"DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_FAILURE"} <= set(group["AutoRollbackConfiguration"]["Events"])


def test_the_release_that_mends_what_rings_is_not_taken_back_by_it() -> None:
    for watch, watched in (("on", True), ("off", False)):
        for stack in expand(parameters={"ReleaseWatch": watch, "ReleasePace": "AllAtOnce"}).values():
            if "IsWatched" in stack.template.get("Conditions", {}):
                assert truth(stack.template["Conditions"]["IsWatched"], stack.values, {}) is watched


def test_the_version_before_stays_for_the_alias_to_go_back_to() -> None:
    versions = [
        it for stack in expand().values() for it in stack.resources.values() if it["Type"] == "AWS::Lambda::Version"
    ]
    assert len(versions) == len(RELEASED)
    assert {(it["DeletionPolicy"], it["UpdateReplacePolicy"]) for it in versions} == {("Retain", "Retain")}


def test_routes_and_queues_reach_the_alias() -> None:
    """Otherwise all calls would go to the new code at once."""
    for stack in expand().values():
        mine = released() & set(stack.resources)
        of = {stack.name: stack}
        reached = [it["IntegrationUri"] for _, _, it in of_type("AWS::ApiGatewayV2::Integration", of)]
        reached += [it["FunctionName"] for _, _, it in of_type("AWS::Lambda::EventSourceMapping", of)]
        for function in mine:
            assert reached.count({"Ref": f"{function}Aliaslive"}) == 1, function
            assert {"Ref": function} not in reached
            assert {"Fn::GetAtt": [function, "Arn"]} not in reached


def test_nothing_else_calls_a_released_function_past_its_alias() -> None:
    for kind in ("AWS::StepFunctions::StateMachine", "AWS::Events::Rule", "AWS::IAM::Role"):
        named = json.dumps([it for _, _, it in of_type(kind, expand())])
        assert not [name for name in released() if f'"{name}"' in named or f"${{{name}}}" in named]


@pytest.mark.parametrize("layer", ["DependenciesLayer", "PosthouseLayer", "WechatDependenciesLayer"])
def test_a_new_layer_is_a_new_version_behind_each_alias(layer: str) -> None:
    """Most of the code is in layers, which other stacks pass as parameters, so SAM sees no change of the text.

    A change of a version's description makes a new version; Lambda makes none if the function has not changed, so the
    description names exactly what changes with the function: its layers' versions and its parameters.
    """
    of_wechat = {"CreatePaymentFunction", "ReceivePaymentNotificationFunction"}
    assert renewed(changed=layer) == (of_wechat if layer.startswith("Wechat") else released())


@pytest.mark.parametrize(
    ("parameter", "value", "step"),
    [("OrdersPerHour", "7", "create_booking"), ("PublicBaseUrl", "https://other.example.com", "create_payment")],
)
def test_so_is_a_new_value_of_a_parameter(parameter: str, value: str, step: str) -> None:
    before, after = descriptions(expand()), descriptions(expand(parameters={parameter: value}))
    assert functions()[step].logical_id in {name for name in before if before[name] != after[name]}


def test_a_version_is_described_by_all_that_a_function_is_given() -> None:
    for function in functions().values():
        if function.step in RELEASED:
            text, layers = function.properties["VersionDescription"]["Fn::Sub"]
            env = function.properties.get("Environment", {}).get("Variables", {})
            given = {it["Ref"] for it in env.values() if it.get("Ref") in template()["Parameters"]}
            assert set(re.findall(r"\$\{(\w+)\}", text)) - set(layers) == given, function.step
            own = [it["Ref"] for it in function.properties.get("Layers", [])]
            assert sorted(str(it) for it in layers.values()) == sorted(
                str({"Fn::Select": [7, {"Fn::Split": [":", {"Ref": layer}]}]})
                for layer in ("DependenciesLayer", "PosthouseLayer", *own)
            )


def renewed(changed: str) -> set[str]:
    """The functions that get a new version if a layer changes."""
    before, after = descriptions(expand()), descriptions(expand(changed=changed))
    return {name for name in before if before[name] != after[name]}


def descriptions(stacks: dict[str, Stack]) -> dict[str, str]:
    """Function -> its version's logical id and description, as they are once the parameters are known."""
    found = {}
    for stack, logical_id, it in of_type("AWS::Lambda::Version", stacks):
        text, parts = it["Description"]["Fn::Sub"]
        for name, part in parts.items():
            place, split = part["Fn::Select"]
            mark, of = split["Fn::Split"]
            text = text.replace(f"${{{name}}}", stack.values[of["Ref"]].split(mark)[place])
        for name, value in stack.values.items():
            text = text.replace(f"${{{name}}}", str(value))
        assert "${" not in text
        assert len(text) <= 256, "Lambda takes no longer description"
        found[it["FunctionName"]["Ref"]] = f"{logical_id} {text}"
    return found


def test_what_fails_is_counted_where_the_alarm_looks() -> None:
    resources = template()["Resources"]
    alarm = resources["FaultsAlarm"]["Properties"]
    filters = [it["Properties"] for it in resources.values() if it["Type"] == "AWS::Logs::MetricFilter"]
    assert filters
    for counted in filters:
        [to] = counted["MetricTransformations"]
        assert (to["MetricNamespace"], to["MetricName"]) == (alarm["Namespace"], alarm["MetricName"])
        assert counted["LogGroupName"] == {"Ref": "FunctionsLog"}


def test_every_alarm_tells_somebody() -> None:
    alarms = {name: it for name, it in template()["Resources"].items() if it["Type"] == "AWS::CloudWatch::Alarm"}
    assert alarms
    assert [
        name for name, it in alarms.items() if it["Properties"].get("AlarmActions") != [{"Ref": "AlarmsTopic"}]
    ] == []


# ---------------------------------------------------------------- parameters


def refusals(given: dict[str, str], region: str = "us-east-1") -> list[str]:
    """CloudFormation's errors for parameters: their own constraints, and the assertions of the rules."""
    declared = template()["Parameters"]
    values = {name: str(given.get(name, it.get("Default"))) for name, it in declared.items()}
    said = [f"{name} is not declared" for name in given if name not in declared]
    said += [f"{name}={values[name]}" for name, it in declared.items() if not _allowed(it, values[name])]
    values["AWS::Region"] = region
    for rule in template()["Rules"].values():
        if truth(rule["RuleCondition"], values, {}):
            said += [it["AssertDescription"] for it in rule["Assertions"] if not truth(it["Assert"], values, {})]
    return said


def _allowed(declared: dict[str, Any], value: str) -> bool:
    if "AllowedValues" in declared and value not in map(str, declared["AllowedValues"]):
        return False
    if "AllowedPattern" in declared and not re.fullmatch(declared["AllowedPattern"], value):
        return False
    if declared["Type"] != "Number":
        return True
    return bool(declared.get("MinValue", 0) <= int(value) <= declared.get("MaxValue", 10**12))


def test_the_defaults_and_a_full_prod_are_taken() -> None:
    assert refusals({}) == []
    assert refusals(PROD) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"PublicBaseUrl": "https://set-public-base-url.invalid"}, "prod needs a PublicBaseUrl"),
        ({"DataRetention": "Delete"}, "DataRetention must be Retain"),
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


@pytest.mark.parametrize("region", ["cn-north-1", "cn-northwest-1"])
def test_china_takes_no_pages_and_no_tracing(region: str) -> None:
    pages, tracing = refusals({}, region)
    assert "Pages must be off there" in pages
    assert "Tracing must be Disabled there" in tracing
    assert refusals({"Pages": "off", "Tracing": "Disabled"}, region) == []


def test_every_parameter_says_what_it_is_for_and_stands_in_the_table() -> None:
    table = (ROOT / "docs/parameters.md").read_text()
    for name, declared in template()["Parameters"].items():
        assert declared.get("Description"), name
        assert f"`{name}`" in table, name


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
    """Except the address of prod, which is not known here: without it CloudFormation stops with an error."""
    missing = ["prod needs a PublicBaseUrl, to which WeChat sends its notifications of payments"]
    assert refusals(overrides(stage)) == (missing if stage == "prod" else [])
    assert stages()[stage]["capabilities"] == ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
    assert stages()[stage]["tags"] == f"project=posthouse stage={overrides(stage)['Stage']}"


def test_only_dev_is_released_at_once() -> None:
    assert {stage: overrides(stage)["ReleasePace"] for stage in stages()} == {
        "default": "AllAtOnce",
        "staging": "Canary10Percent5Minutes",
        "prod": "Canary10Percent5Minutes",
    }
