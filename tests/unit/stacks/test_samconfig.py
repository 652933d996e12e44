"""samconfig.toml: commands without a stage go to dev, and no command of a stage goes to another stage's stack."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest

from local.folders import ROOT

STACKS = {"default": "posthouse-dev", "staging": "posthouse-staging", "prod": "posthouse"}


def config() -> dict[str, Any]:
    found = tomllib.loads((ROOT / "samconfig.toml").read_text())
    del found["version"]
    return found


def stack_names(environment: str) -> Iterator[tuple[str, str]]:
    """(command, name) for each stack name of an environment; `global` is for all commands without one of their own."""
    for command, it in config()[environment].items():
        if "stack_name" in it["parameters"]:
            yield command, it["parameters"]["stack_name"]


@pytest.mark.parametrize("environment", STACKS)
def test_every_command_of_an_environment_goes_to_its_own_stack(environment: str) -> None:
    """SAM CLI takes a command's missing settings from `global`, so that section must exist."""
    named = dict(stack_names(environment))
    assert {"global", "deploy"} <= set(named)
    assert set(named.values()) == {STACKS[environment]}
    prefixes = {it["parameters"].get("s3_prefix") for it in config()[environment].values()} - {None}
    assert prefixes == {STACKS[environment]}


def test_no_other_environment_is_there() -> None:
    assert set(config()) == set(STACKS)


@pytest.mark.parametrize("environment", STACKS)
def test_each_release_watches_again(environment: str) -> None:
    """CloudFormation keeps parameters that a release does not set: ReleaseWatch=off would then stay for ever."""
    assert "ReleaseWatch=on" in config()[environment]["deploy"]["parameters"]["parameter_overrides"]
