"""CloudFormation itself refuses parameters that prod must not have, before it creates anything."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.folders import TEMPLATE
from local.templates import read_template
from tests.e2e.world import World

pytestmark = [pytest.mark.e2e, pytest.mark.long]

GOOD = {"Stage": "prod", "PublicBaseUrl": "https://api.example.com"}


def create(world: World, name: str, given: dict[str, str]) -> Any:
    """Create a stack with our parameters and rules, whose only resource is a topic."""
    template = read_template(TEMPLATE)
    body = {key: template[key] for key in ("AWSTemplateFormatVersion", "Parameters", "Rules")}
    body["Resources"] = {"Topic": {"Type": "AWS::SNS::Topic"}}
    parameters = [{"ParameterKey": key, "ParameterValue": value} for key, value in given.items()]
    client = world.cloud.client("cloudformation")
    return client.create_stack(StackName=name, TemplateBody=json.dumps(body), Parameters=parameters)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"PublicBaseUrl": "https://set-public-base-url.invalid"}, "prod needs a PublicBaseUrl"),
        ({"DataRetention": "Delete"}, "DataRetention must be Retain"),
        ({"WechatPayBaseUrl": "https://pay.example.com"}, "prod is paid by WeChat itself"),
        ({"AlarmEmail": "nobody"}, "AlarmEmail"),
    ],
)
def test_prod_is_refused_with_a_reason(world: World, wrong: dict[str, str], said: str) -> None:
    with pytest.raises(ClientError, match=said):
        create(world, "refused", GOOD | wrong)


def test_a_prod_with_all_that_it_needs_is_taken(world: World) -> None:
    assert create(world, "taken", GOOD)["StackId"]
    world.cloud.client("cloudformation").delete_stack(StackName="taken")
