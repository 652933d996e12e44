"""The stacks as AWS gets them keep its limits and have no circles, and each check finds a stack that breaks it."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from local.folders import ROOT
from local.templates import STACK, domain_templates, read_template
from tests.support import limits
from tests.support.stacks import ROOT_STACK, Stack, expand, nested

PROD = {
    "Stage": "prod",
    "PublicBaseUrl": "https://api.hotel.example",
    "AlarmEmail": "on-call@hotel.example",
    "PagesDomain": "hotel.example",
    "PagesCertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d-4e5f-6789-abcd-ef0123456789",
}
SETS: dict[str, dict[str, str]] = {
    "dev": {"Stage": "dev", "DataRetention": "Delete", "ReleasePace": "AllAtOnce", "LogRetentionDays": "7"},
    "prod": PROD,
    "unwatched": {**PROD, "ReleasePace": "AllAtOnce", "ReleaseWatch": "off"},
    "without pages": {"Pages": "off"},
}
"""The sets of parameters that docs/deploy.md names."""
CHINA = {"Pages": "off", "Tracing": "Disabled"}
REGIONS = ("us-east-1", "ap-east-1", "ap-southeast-1", "ap-northeast-1")
CHINESE_REGIONS = ("cn-north-1", "cn-northwest-1")

Check = Callable[[limits.Stacks], Iterator[str]]
CHECKS: tuple[Check, ...] = (
    limits.too_large,
    limits.bad_routes,
    limits.strangers_at_the_door,
    limits.too_much_for_iam,
    limits.too_much_for_lambda,
    limits.circles,
    limits.unlike_passed,
)


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("name", [*SETS, "china"])
def test_no_stack_is_one_that_aws_refuses(check: Check, name: str) -> None:
    stacks = expand("cn-north-1", CHINA) if name == "china" else expand(parameters=SETS[name])
    assert list(check(stacks)) == []


def broken(change: Callable[[dict[str, dict[str, Any]]], None]) -> dict[str, Stack]:
    """The stacks after a change of their templates, by their names."""
    templates = {name: json.loads(json.dumps(it.template)) for name, it in expand().items()}
    change(templates)
    return {name: replace(it, template=templates[name]) for name, it in expand().items()}


def _resources(number: int) -> dict[str, Any]:
    return {f"Topic{n}": {"Type": "AWS::SNS::Topic"} for n in range(number)}


def _more_resources(templates: dict[str, Any]) -> None:
    templates["Shop"]["Resources"].update(_resources(300))


def _more_outputs(templates: dict[str, Any]) -> None:
    templates["Shop"]["Outputs"] = {f"Output{n}": {"Value": "x"} for n in range(201)}


def _more_parameters(templates: dict[str, Any]) -> None:
    templates["Shop"]["Parameters"].update({f"More{n}": {"Type": "String"} for n in range(200)})


def _large_body(templates: dict[str, Any]) -> None:
    templates["Shop"]["Description"] = "x" * 1_000_000


def _route(templates: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = templates["Shop"]["Resources"]["GetGoodsRoute"]["Properties"]
    return found


def _bad_path(templates: dict[str, Any]) -> None:
    _route(templates)["RouteKey"] = "GET /api/goods/{goods_id}.json"


def _bad_method(templates: dict[str, Any]) -> None:
    _route(templates)["RouteKey"] = "get /api/goods/{goods_id}"


def _same_route(templates: dict[str, Any]) -> None:
    _route(templates)["RouteKey"] = "GET /api/goods"


def _many_routes(templates: dict[str, Any]) -> None:
    route = templates["Shop"]["Resources"]["GetGoodsRoute"]
    for n in range(300):
        properties = {**route["Properties"], "RouteKey": f"GET /api/more/{n}"}
        templates["Shop"]["Resources"][f"More{n}Route"] = {**route, "Properties": properties}


def _settings_too_early(templates: dict[str, Any]) -> None:
    templates[ROOT_STACK]["Resources"]["ApiStage"]["DependsOn"].remove("FlashSales")


def _settings_of_no_route(templates: dict[str, Any]) -> None:
    settings = templates[ROOT_STACK]["Resources"]["ApiStage"]["Properties"]["RouteSettings"]
    settings["GET /api/nothing"] = {"ThrottlingRateLimit": 1}


def _statement_of_the_api(templates: dict[str, Any]) -> dict[str, Any]:
    role = templates["Shop"]["Resources"]["ShopApiRole"]["Properties"]
    found: dict[str, Any] = role["Policies"][0]["PolicyDocument"]["Statement"][0]
    return found


def _function_without_right(templates: dict[str, Any]) -> None:
    _statement_of_the_api(templates)["Resource"].pop()


def _right_without_route(templates: dict[str, Any]) -> None:
    _statement_of_the_api(templates)["Resource"].append({"Fn::GetAtt": ["AwardPointsFunction", "Arn"]})


def _right_for_more(templates: dict[str, Any]) -> None:
    _statement_of_the_api(templates)["Action"] = ["lambda:InvokeFunction", "lambda:InvokeAsync"]


def _door_for_others(templates: dict[str, Any]) -> None:
    role = templates["Shop"]["Resources"]["ShopApiRole"]["Properties"]
    role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"] = {"AWS": "*"}


def _integration_without_role(templates: dict[str, Any]) -> None:
    del templates["Shop"]["Resources"]["GetGoodsIntegration"]["Properties"]["CredentialsArn"]


def _long_policy(templates: dict[str, Any]) -> None:
    role = templates["Messaging"]["Resources"]["RedriveDeadLettersFunctionRole"]["Properties"]
    statement = role["Policies"][0]["PolicyDocument"]["Statement"][-1]
    statement["Resource"] = statement["Resource"] * 20


def _large_environment(templates: dict[str, Any]) -> None:
    function = templates["Shop"]["Resources"]["GetGoodsFunction"]["Properties"]
    function["Environment"]["Variables"]["LONG"] = "x" * 4_000


def _many_layers(templates: dict[str, Any]) -> None:
    function = templates["Shop"]["Resources"]["GetGoodsFunction"]["Properties"]
    function["Layers"] = function["Layers"] * 3


def _circle_of_a_release(templates: dict[str, Any]) -> None:
    """A former circle: the alarm that rolls a release back watched a resource that waits for the release."""
    resources = templates["Bookings"]["Resources"]
    group = resources["CreateBookingFunctionDeploymentGroup"]["Properties"]
    group["AlarmConfiguration"] = {"Enabled": True, "Alarms": [{"Name": {"Ref": "Watch"}}]}
    watched = {"Ref": "CreateBookingFunctionAliaslive"}
    resources["Watch"] = {"Type": "AWS::CloudWatch::Alarm", "Properties": {"Dimensions": [watched]}}


def _circle_of_stacks(templates: dict[str, Any]) -> None:
    coupons = templates[ROOT_STACK]["Resources"]["Coupons"]["Properties"]["Parameters"]
    coupons["Prefix"] = {"Fn::GetAtt": ["Bookings", "Outputs.CheckOutWorkflowArn"]}


def _circle_by_depends_on(templates: dict[str, Any]) -> None:
    templates[ROOT_STACK]["Resources"]["HttpApi"]["DependsOn"] = "ApiStage"


def _parameter_alone(templates: dict[str, Any]) -> None:
    del templates[ROOT_STACK]["Resources"]["Shop"]["Properties"]["Parameters"]["Tables"]


def _no_such_output(templates: dict[str, Any]) -> None:
    del templates["Bookings"]["Outputs"]["CheckOutWorkflowArn"]


BREAKS: list[tuple[Check, Callable[[dict[str, Any]], None]]] = [
    *((limits.too_large, it) for it in (_more_resources, _more_outputs, _more_parameters, _large_body)),
    *((limits.bad_routes, it) for it in (_bad_path, _bad_method, _same_route, _many_routes)),
    *((limits.bad_routes, it) for it in (_settings_too_early, _settings_of_no_route)),
    *((limits.strangers_at_the_door, it) for it in (_function_without_right, _right_without_route, _right_for_more)),
    *((limits.strangers_at_the_door, it) for it in (_door_for_others, _integration_without_role)),
    (limits.too_much_for_iam, _long_policy),
    *((limits.too_much_for_lambda, it) for it in (_large_environment, _many_layers)),
    *((limits.circles, it) for it in (_circle_of_a_release, _circle_of_stacks, _circle_by_depends_on)),
    *((limits.unlike_passed, it) for it in (_parameter_alone, _no_such_output)),
]


@pytest.mark.parametrize(("check", "change"), BREAKS)
def test_a_check_finds_what_breaks_it(check: Check, change: Callable[[dict[str, Any]], None]) -> None:
    assert list(check(broken(change)))


# ---------------------------------------------------------------- cfn-lint on what CloudFormation sees


BY_DESIGN = ("W3002", "W3005", "W8001", "W2001", "W3011")
"""W3002: a local TemplateURL, as in these files. W3011: explained in .cfnlintrc. The others: values that SAM writes
twice, or that a set does not use."""


def write(stacks: dict[str, Stack], folder: Path) -> list[str]:
    """Write every stack to a file; the root names the children's files, and the workflows' definitions are included."""
    stacks = copy.deepcopy(stacks)
    folder.mkdir(parents=True)
    for name, resource in nested(stacks).items():
        if name in stacks:
            resource["Properties"]["TemplateURL"] = f"{name}.json"
        else:  # left out, and so are the outputs about it
            del stacks[ROOT_STACK].resources[name]
            outputs = stacks[ROOT_STACK].template["Outputs"]
            for output in [key for key, it in outputs.items() if name in json.dumps(it)]:
                del outputs[output]
    for stack in stacks.values():
        written = read_template(stack.file)["Resources"]
        for name, resource in stack.resources.items():
            if resource["Type"] == "AWS::StepFunctions::StateMachine":
                definition = stack.file.parent / written[name]["Properties"]["DefinitionUri"]
                del resource["Properties"]["DefinitionS3Location"]
                resource["Properties"]["Definition"] = json.loads(definition.read_text())
    for stack in stacks.values():
        (folder / f"{stack.name}.json").write_text(json.dumps(stack.template, indent=1))
    return [str(folder / f"{name}.json") for name in stacks]


def lint(files: list[str], regions: tuple[str, ...]) -> list[dict[str, Any]]:
    """Run cfn-lint; returns errors and warnings, except those that SAM's own output has by design."""
    program = [
        sys.executable,
        "-c",
        "from cfnlint.runner.cli import main; main()",
    ]  # packages may be installed without scripts
    command = [*program, "--format", "json", "--regions", *regions, "--template", *files]
    done = subprocess.run(
        [*command, "--ignore-checks", *BY_DESIGN],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(files[0]).parent,
    )
    assert done.stderr == ""
    found: list[dict[str, Any]] = json.loads(done.stdout or "[]")
    return found


def told(found: list[dict[str, Any]]) -> list[str]:
    return [f"{Path(it['Filename']).name} {it['Rule']['Id']} {it['Location']['Path']}: {it['Message']}" for it in found]


@pytest.mark.long
def test_cloudformation_takes_every_stack_in_every_region_and_for_every_set(tmp_path: Path) -> None:
    files: dict[str, str] = {}
    for number, parameters in enumerate(SETS.values()):
        for file in write(expand(parameters=parameters), tmp_path / str(number)):
            files.setdefault(Path(file).read_text(), file)  # most stacks are alike in all sets
    assert told(lint(list(files.values()), REGIONS)) == []


@pytest.mark.long
def test_so_it_does_in_china(tmp_path: Path) -> None:
    assert told(lint(write(expand("cn-north-1", CHINA), tmp_path / "china"), CHINESE_REGIONS)) == []


@pytest.mark.long
def test_cfn_lint_looks_into_all_of_it(tmp_path: Path) -> None:
    """It finds a workflow with a missing state, a circle, a parameter that a child lacks, a type that China lacks."""
    kept = (ROOT_STACK, "Shop", "Checkout", "Bookings")
    stacks = {name: it for name, it in copy.deepcopy(expand("cn-north-1", CHINA)).items() if name in kept}
    _circle_of_a_release({name: it.template for name, it in stacks.items()})
    stacks[ROOT_STACK].resources["Shop"]["Properties"]["Parameters"]["More"] = "x"
    stacks["Shop"].resources["Odd"] = {
        "Type": "AWS::CloudFront::Function",
        "Properties": {
            "Name": "odd",
            "AutoPublish": True,
            "FunctionCode": "x",
            "FunctionConfig": {"Comment": "x", "Runtime": "cloudfront-js-2.0"},
        },
    }
    files = write(stacks, tmp_path / "broken")
    flow = Path(next(it for it in files if it.endswith("Checkout.json")))
    flow.write_text(flow.read_text().replace('"StartAt": "', '"StartAt": "Nowhere'))
    rules = {it["Rule"]["Id"] for it in lint(files, CHINESE_REGIONS[:1])}
    assert {"E3004", "E3043", "E3006"} <= rules
    assert rules & {"E3601"}


# ---------------------------------------------------------------- the house


def test_what_becomes_of_a_table_is_said_in_both_cases() -> None:
    for stack in expand(parameters=PROD).values():
        for name, resource in stack.resources.items():
            if resource["Type"] == "AWS::DynamoDB::Table":
                assert resource["DeletionPolicy"] == {"Ref": "DeletionPolicy"}, name
                assert resource["UpdateReplacePolicy"] == {"Ref": "UpdateReplacePolicy"}, name
                assert stack.values["DeletionPolicy"] == "RetainExceptOnCreate"
                assert stack.values["UpdateReplacePolicy"] == "Retain"
    throw_away = expand(parameters={"DataRetention": "Delete"})["Shop"].values
    assert (throw_away["DeletionPolicy"], throw_away["UpdateReplacePolicy"]) == ("Delete", "Delete")


def test_nothing_is_resolved_before_sam_reads_it() -> None:
    """`AWS::LanguageExtensions` would resolve `Fn::If` first, and refuses RetainExceptOnCreate (decision 35)."""
    for name, stack in expand().items():
        assert name == "DashboardStack" or "LanguageExtensions" not in str(stack.template.get("Transform", "")), name
        assert stack.template.get("Transform") in (None, "AWS::LanguageExtensions")


def test_every_domain_has_a_stack_beside_its_folder() -> None:
    folders = {path.name for path in (ROOT / "functions").iterdir() if path.is_dir()}
    assert {path.stem for path in domain_templates().values()} == folders
    assert {path.parent for path in domain_templates().values()} == {ROOT / "functions"}
    assert {path.stem for path in (ROOT / "functions").glob("*.yaml")} == folders


def test_a_stack_holds_what_lies_in_its_folder_and_the_root_no_function() -> None:
    for path in domain_templates().values():
        resources = read_template(path)["Resources"].values()
        code = [it["Properties"] for it in resources if it["Type"] == "AWS::Serverless::Function"]
        assert {it["CodeUri"] for it in code} == {f"{path.stem}/"}
        steps = {it["Handler"].removesuffix(".handler") for it in code}
        assert steps == {it.stem for it in (ROOT / "functions" / path.stem).glob("*.py")}
    kinds = {it["Type"] for it in read_template(ROOT / "template.yaml")["Resources"].values()}
    assert not {kind for kind in kinds if "Lambda" in kind or kind == "AWS::Serverless::Function"}


def test_every_stack_has_the_same_globals() -> None:
    """A difference in one stack would surprise a reader of the others."""
    first, *others = [read_template(path)["Globals"] for path in domain_templates().values()]
    assert others == [first] * len(others)


def test_a_parameter_has_one_name_in_all_stacks() -> None:
    """A parameter or resource of the root is passed to a child under its own name."""
    root = read_template(ROOT / "template.yaml")
    for name, resource in root["Resources"].items():
        if resource["Type"] == STACK and name in domain_templates():
            for key, value in resource["Properties"]["Parameters"].items():
                if isinstance(value, dict) and value.get("Ref") in {*root["Parameters"], *root["Resources"]}:
                    assert value["Ref"] == key or (key, value["Ref"]) == ("UpdateReplacePolicy", "DataRetention")
