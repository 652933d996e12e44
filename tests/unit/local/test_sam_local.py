"""What `make sam-local` writes for SAM CLI. tests/integration/test_sam_cli.py tests how SAM CLI reads it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from local.faults import LocalFault
from local.folders import ROOT
from local.install import InstallFault
from local.sam_cli import LOCK, sam_cli
from local.sam_local import main, write_runnable
from tests.support.nested import write_nested


def written(folder: Path, architecture: str = "arm64") -> tuple[list[str], dict[str, Any], dict[str, Any]]:
    root = write_nested(folder)
    target = folder / "out" / "local.yaml"
    target.parent.mkdir()
    functions = write_runnable(root, target, architecture)
    child = target.with_name("local.Stays.yaml")
    return functions, json.loads(target.read_text("utf-8")), json.loads(child.read_text("utf-8"))


def test_every_function_is_named_as_sam_local_knows_it(tmp_path: Path) -> None:
    functions, _, _ = written(tmp_path)

    assert functions == ["PingFunction", "Stays/BookFunction"]


def test_a_layer_that_was_a_parameter_becomes_the_nested_templates_own(tmp_path: Path) -> None:
    _, root, child = written(tmp_path)

    assert child["Parameters"].keys() == {"Stage"}
    assert root["Resources"]["Stays"]["Properties"]["Parameters"] == {"Stage": "dev"}
    assert root["Resources"]["Stays"]["Properties"]["TemplateURL"] == str(tmp_path / "out" / "local.Stays.yaml")
    assert child["Globals"]["Function"]["Layers"] == [{"Ref": "Shared"}]
    shared = child["Resources"]["Shared"]
    assert shared["Type"] == "AWS::Serverless::LayerVersion"
    assert shared["Properties"]["ContentUri"] == str(tmp_path / "layers" / "shared")
    assert child["Resources"]["WechatLayer"]["Properties"]["ContentUri"] == str(tmp_path / "layers" / "wechat")
    assert child["Resources"]["BookFunction"]["Properties"]["CodeUri"] == str(tmp_path / "functions" / "stays")


def test_an_integration_leads_to_the_function_itself(tmp_path: Path) -> None:
    _, _, child = written(tmp_path)

    uri = child["Resources"]["BookIntegration"]["Properties"]["IntegrationUri"]
    assert uri == {"Fn::GetAtt": ["BookFunction", "Arn"]}


def test_all_is_declared_for_the_architecture_that_it_was_built_for(tmp_path: Path) -> None:
    _, root, child = written(tmp_path, "x86_64")

    assert "arm64" not in json.dumps([root, child])
    assert child["Globals"]["Function"]["Architectures"] == ["x86_64"]
    assert child["Resources"]["Shared"]["Properties"]["CompatibleArchitectures"] == ["x86_64"]


def test_an_unknown_architecture_is_refused_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ARCHITECTURE", "sparc")

    assert main() == 1
    assert capsys.readouterr().err == "ARCHITECTURE is one of arm64, x86_64, not 'sparc'.\n"


def test_a_build_that_fails_is_told_in_sam_clis_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sam = tmp_path / "sam"
    sam.write_text(
        "#!/bin/sh\necho Building >&2; echo 'Error: Make Failed: no Python' >&2; echo 'make: ***' >&2; exit 1\n"
    )
    sam.chmod(0o755)
    monkeypatch.setattr("local.sam_local.sam_cli", lambda: tmp_path)

    assert main() == 1
    assert capsys.readouterr().err == "sam build failed. Error: Make Failed: no Python\n"


def test_sam_cli_that_cannot_be_installed_is_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def fail(*_: object) -> None:
        raise InstallFault("The locked packages could not be installed: no network")

    monkeypatch.setattr("local.sam_cli.install", fail)
    monkeypatch.setattr("local.sam_cli.VENV", tmp_path / "sam-cli")

    with pytest.raises(LocalFault, match="SAM CLI cannot be installed"):
        sam_cli()


def test_the_lock_holds_the_version_that_is_wanted() -> None:
    pinned = re.findall(r"aws-sam-cli==[\d.]+", (ROOT / "pyproject.toml").read_text(encoding="utf-8"))

    assert re.findall(r"^aws-sam-cli==[\d.]+", LOCK.read_text(encoding="utf-8"), re.MULTILINE) == pinned
