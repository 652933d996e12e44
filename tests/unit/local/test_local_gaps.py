"""Each local workaround for a gap of MiniStack, on small templates."""

import copy
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from local.gaps import (
    allow_batches,
    answer_gaps,
    is_handler_crash,
    leave_canaries_out,
    leave_rotation_out,
    link_layer,
    number_concurrency,
    refer_to_secrets_by_arn,
)


def test_a_concurrency_from_a_parameter_becomes_a_number() -> None:
    mapping = {"Type": "AWS::Lambda::EventSourceMapping"}
    scaling = {"BatchSize": 10, "ScalingConfig": {"MaximumConcurrency": {"Ref": "Most"}}}
    fixed = {"ScalingConfig": {"MaximumConcurrency": 5}}
    template = {"Resources": {"A": {**mapping, "Properties": scaling}, "B": {**mapping, "Properties": fixed}}}

    resources = number_concurrency(template, {"Most": "20"})["Resources"]

    assert resources["A"]["Properties"] == {"BatchSize": 10, "ScalingConfig": {"MaximumConcurrency": 20}}
    assert resources["B"]["Properties"] == fixed


def test_functions_lose_their_canaries_and_nothing_else() -> None:
    canary = {"AutoPublishAlias": "live", "AutoPublishAliasAllProperties": True, "DeploymentPreference": {"Type": "x"}}
    function = {"Type": "AWS::Serverless::Function"}
    other = {"Type": "Other", "Properties": canary}
    template = {"Resources": {"A": {**function, "Properties": {"Handler": "a.handler", **canary}}, "B": other}}
    before = copy.deepcopy(template)

    resources = leave_canaries_out(template)["Resources"]

    assert resources == {"A": {**function, "Properties": {"Handler": "a.handler"}}, "B": other}
    assert template == before


def test_who_called_an_alias_calls_the_function() -> None:
    route = {"Type": "AWS::ApiGatewayV2::Integration", "Properties": {"IntegrationUri": {"Ref": "Book.Alias"}}}

    answered = leave_canaries_out({"Resources": {"Route": route}})["Resources"]

    assert answered["Route"]["Properties"]["IntegrationUri"] == {"Fn::GetAtt": ["Book", "Arn"]}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"Ref": "Key"}, {"Fn::GetAtt": ["Key", "Id"]}),
        ({"Ref": "Table"}, {"Ref": "Table"}),
        ({"Fn::Sub": "${Key}/${Table}/${!Key}"}, {"Fn::Sub": "${Key.Id}/${Table}/${!Key}"}),
        (
            {"Fn::Sub": ["${Key}${a}", {"a": {"Ref": "Key"}}]},
            {"Fn::Sub": ["${Key.Id}${a}", {"a": {"Fn::GetAtt": ["Key", "Id"]}}]},
        ),
        ([{"deep": {"Ref": "Key"}}], [{"deep": {"Fn::GetAtt": ["Key", "Id"]}}]),
        ("Key", "Key"),
    ],
)
def test_a_secret_is_referred_to_by_its_arn(given: Any, expected: Any) -> None:
    template = {
        "Resources": {
            "Key": {"Type": "AWS::SecretsManager::Secret"},
            "Table": {"Type": "AWS::DynamoDB::Table"},
            "Role": {"Type": "AWS::IAM::Role", "Properties": {"Value": given}},
        },
        "Outputs": {"Arn": {"Value": given}},
    }

    rewritten = refer_to_secrets_by_arn(template)

    assert rewritten["Resources"]["Role"]["Properties"]["Value"] == expected
    assert rewritten["Outputs"]["Arn"]["Value"] == expected


def test_answering_leaves_the_template_itself_alone() -> None:
    template = {"Resources": {"Key": {"Type": "AWS::SecretsManager::Secret"}}, "Outputs": {"Key": {"Ref": "Key"}}}
    before = copy.deepcopy(template)

    assert answer_gaps(template, {}) != before
    assert template == before


def test_a_linked_layer_is_on_the_path_and_other_site_packages_are_not(tmp_path: Path) -> None:
    layer = tmp_path / "it's a layer"
    (layer / "python").mkdir(parents=True)
    (layer / "python" / "inn.py").write_text("KEEPER = 'from the layer'", encoding="utf-8")
    zipfile.ZipFile(io.BytesIO(link_layer(layer))).extractall(tmp_path / "opt")
    (site_packages,) = (tmp_path / "opt").rglob("site-packages")
    # What MiniStack's worker does with a layer, in a Python with its own packages.
    worker = (
        "import site, sys; site.addsitedir(sys.argv[1]); import inn, json; print(json.dumps([inn.KEEPER, sys.path]))"
    )

    done = subprocess.run(
        [sys.executable, "-c", worker, str(site_packages)], capture_output=True, text=True, check=True
    )

    keeper, path = json.loads(done.stdout)
    assert keeper == "from the layer"
    assert not [entry for entry in path if "site-packages" in entry]


@pytest.mark.parametrize(
    ("status", "content_type", "body", "crashed"),
    [
        (502, "application/json", b'{"errorMessage": "boom", "errorType": "Runtime.HandlerError"}', True),
        (502, "application/json", b'{"code": "FAIL", "message": "x"}', False),
        (502, "application/problem+json", b'{"errorMessage": "boom"}', False),
        (500, "application/json", b'{"errorMessage": "boom"}', False),
        (502, "application/json", b"<html>", False),
        (502, "application/json", b"[1]", False),
    ],
)
def test_a_crash_is_told_from_an_answer(status: int, content_type: str, body: bytes, *, crashed: bool) -> None:
    assert is_handler_crash(status, content_type, body) is crashed


def test_a_schedule_of_rotation_is_left_out_and_its_secret_is_not() -> None:
    secret = {"Type": "AWS::SecretsManager::Secret", "Properties": {}}
    schedule = {"Type": "AWS::SecretsManager::RotationSchedule", "Properties": {"SecretId": {"Ref": "Secret"}}}

    answered = leave_rotation_out({"Resources": {"Secret": secret, "Rotation": schedule}})

    assert answered == {"Resources": {"Secret": secret}}


def test_who_may_publish_or_send_may_do_so_in_batches() -> None:
    statement = {"Effect": "Allow", "Action": ["sns:Publish"], "Resource": {"Ref": "Topic"}}
    queue = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "arn"}
    policies = [{"PolicyDocument": {"Statement": [statement, queue]}}]
    topic_policy = {"Type": "AWS::SNS::TopicPolicy", "Properties": {"Statement": [statement]}}
    template = {
        "Resources": {
            "Role": {"Type": "AWS::IAM::Role", "Properties": {"Policies": policies}},
            "TopicPolicy": topic_policy,
        }
    }
    answered = allow_batches(template)["Resources"]
    found = answered["Role"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
    assert [one["Action"] for one in found] == [
        ["sns:Publish", "sns:PublishBatch"],
        ["sqs:SendMessage", "sqs:SendMessageBatch"],
    ]
    assert answered["TopicPolicy"] == topic_policy
