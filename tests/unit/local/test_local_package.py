"""How template.yaml is packaged for a deployment, and the message if it cannot be."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from local.deploy import failure_of, prepare
from local.emulator import log_lines
from local.faults import LocalFault
from local.folders import ROOT
from local.layers import layer_digest
from local.logs import KEPT_RUNS, new_log_folder
from local.package import expand_sam, package, zip_code
from local.templates import read_template

TEMPLATE_TEXT = """
Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]
Resources:
  Api: {Type: AWS::Serverless::HttpApi}
  GetHotel:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: functions/catalogue/
      Handler: get_hotel.handler
      Runtime: python3.13
      Events: {Get: {Type: HttpApi, Properties: {ApiId: !Ref Api, Method: GET, Path: /api/hotels}}}
  GetRoom:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: functions/catalogue/, Handler: get_room.handler, Runtime: python3.13}
  Flow:
    Type: AWS::Serverless::StateMachine
    Properties: {DefinitionUri: functions/catalogue/flow.asl.json}
  Shared:
    Type: AWS::Serverless::LayerVersion
    Properties: {ContentUri: layers/shared}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    catalogue = tmp_path / "functions" / "catalogue"
    (catalogue / "__pycache__").mkdir(parents=True)
    (catalogue / "__pycache__" / "get_hotel.pyc").write_bytes(b"x")
    (catalogue / "get_hotel.py").write_text("def handler(event, context): ...", encoding="utf-8")
    (catalogue / "flow.asl.json").write_text('{"StartAt": "A"}', encoding="utf-8")
    (tmp_path / "layers" / "shared").mkdir(parents=True)
    (tmp_path / "template.yaml").write_text(TEMPLATE_TEXT, encoding="utf-8")
    return tmp_path


def packaged_properties(project: Path) -> tuple[dict[str, dict[str, Any]], dict[str, bytes]]:
    done = package(read_template(project / "template.yaml"), project, "bucket", lambda layer, _: layer.encode())
    return {name: it.get("Properties", {}) for name, it in done.template["Resources"].items()}, dict(done.uploads)


def test_local_paths_become_places_in_the_bucket_and_a_folder_is_zipped_once(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    zipped: list[str] = []

    def count(folder: Path) -> bytes:
        zipped.append(folder.name)
        return b"code"

    monkeypatch.setattr("local.package.zip_code", count)

    properties, uploads = packaged_properties(project)

    assert zipped == ["catalogue"]

    assert properties["GetHotel"]["CodeUri"] == properties["GetRoom"]["CodeUri"]
    assert uploads[properties["Shared"]["ContentUri"].removeprefix("s3://bucket/")] == b"Shared"
    assert uploads[properties["Flow"]["DefinitionUri"].removeprefix("s3://bucket/")] == b'{"StartAt": "A"}'
    assert len(uploads) == 3


def test_a_functions_zip_holds_its_code_only_and_repeats_byte_for_byte(project: Path) -> None:
    folder = project / "functions" / "catalogue"
    zipped = zip_code(folder)
    (folder / "get_hotel.py").touch()

    assert zipfile.ZipFile(io.BytesIO(zipped)).namelist() == ["get_hotel.py"]
    assert zip_code(folder) == zipped


def test_sam_is_expanded_and_the_other_transform_stays(project: Path) -> None:
    template = package(read_template(project / "template.yaml"), project, "bucket", lambda *_: b"").template

    expanded = expand_sam(template, "us-east-1")

    assert expanded["Transform"] == ["AWS::LanguageExtensions"]
    types = {it["Type"] for it in expanded["Resources"].values()}
    assert {"AWS::Lambda::Function", "AWS::ApiGatewayV2::Api", "AWS::StepFunctions::StateMachine"} <= types


@pytest.mark.parametrize(
    ("break_it", "said"),
    [
        (
            lambda text: text.replace("flow.asl", "none.asl"),
            "Flow has DefinitionUri functions/catalogue/none.asl.json, which",
        ),
        (
            lambda text: text.replace("layers/shared", "layers/none"),
            "Shared has ContentUri layers/none, which does not exist",
        ),
        (lambda text: text.replace("{CodeUri: functions/catalogue/, ", "{"), "GetRoom needs a CodeUri"),
        (lambda text: text + "  - x", "cannot be read"),
        (lambda _: "Parameters: {}", "has no Resources"),
    ],
)
def test_a_broken_template_is_one_clear_line(project: Path, break_it: Any, said: str) -> None:
    path = project / "template.yaml"
    path.write_text(break_it(TEMPLATE_TEXT), encoding="utf-8")

    with pytest.raises(LocalFault, match=said) as fault:
        packaged_properties(project)

    assert "\n" not in str(fault.value)


def test_what_sam_refuses_is_one_clear_line(project: Path) -> None:
    template = read_template(project / "template.yaml")
    template["Resources"]["Api"]["Properties"] = {"Bogus": 1}

    with pytest.raises(LocalFault, match="Bogus"):
        expand_sam(template, "us-east-1")


def test_a_layer_is_built_anew_when_a_file_of_it_changes(project: Path) -> None:
    layer = project / "layers" / "shared"
    before = layer_digest(layer, "host")
    (layer / "__pycache__").mkdir()
    (layer / "__pycache__" / "x.pyc").write_bytes(b"x")

    assert layer_digest(layer, "host") == before
    assert layer_digest(layer, "aws") != before
    (layer / "module.py").write_text("A = 1", encoding="utf-8")
    assert layer_digest(layer, "host") != before


def test_a_failed_deploy_names_the_resource_that_failed_first() -> None:
    failed = {"ResourceStatus": "CREATE_FAILED", "ResourceType": "AWS::SQS::Queue"}
    events = [
        {
            **failed,
            "LogicalResourceId": "posthouse",
            "ResourceStatusReason": "The following resource(s) failed: [Paid]",
        },
        {**failed, "LogicalResourceId": "Late", "ResourceStatusReason": "Resource creation cancelled"},
        {**failed, "LogicalResourceId": "Paid", "ResourceStatusReason": "must end\nwith .fifo"},
        {**failed, "LogicalResourceId": "Early", "ResourceStatusReason": "Resource creation cancelled"},
        {"ResourceStatus": "CREATE_IN_PROGRESS", "ResourceType": "AWS::SQS::Queue", "LogicalResourceId": "Paid"},
    ]

    assert failure_of(events) == "Paid (AWS::SQS::Queue): must end with .fifo"


def test_what_a_function_prints_becomes_one_json_object_per_line() -> None:
    printed = '{"level":"INFO"}\nTraceback\n  ValueError: boom\n\n{"level":"ERROR"}\n'

    first, second, third = log_lines(printed, "GetHotel", "id-1")

    assert (first, third) == ('{"level":"INFO"}', '{"level":"ERROR"}')
    assert json.loads(second) == {
        "function_name": "GetHotel",
        "function_request_id": "id-1",
        "text": "Traceback\n  ValueError: boom",
    }
    assert list(log_lines("\n", "GetHotel", "id-1")) == []


def test_the_logs_of_the_last_runs_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = 2**22 + 1  # above the highest number that Linux gives a process
    monkeypatch.setattr("local.logs.os.getpid", lambda: nobody)
    runs = [new_log_folder(tmp_path) for _ in range(KEPT_RUNS + 2)]

    assert (tmp_path / "latest").resolve() == runs[-1].resolve()
    assert len([path for path in tmp_path.iterdir() if not path.is_symlink()]) == KEPT_RUNS
    assert runs[-1].is_dir()


def test_the_logs_of_a_run_that_goes_on_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = new_log_folder(tmp_path)
    monkeypatch.setattr("local.logs.os.getpid", lambda: 2**22 + 1)
    for _ in range(KEPT_RUNS + 2):
        new_log_folder(tmp_path)

    assert ours.is_dir()


def test_the_projects_own_template_has_a_function_behind_every_route(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("local.deploy.build_layer", lambda *_: ROOT)

    prepared = prepare()

    assert prepared.routes
    functions = {
        name
        for data in prepared.uploads.values()
        if data.startswith(b"{")
        for name, it in json.loads(data).get("Resources", {}).items()
        if it["Type"] == "AWS::Lambda::Function"
    }
    assert {route.function for route in prepared.routes} <= functions
    assert all(route.key.split(" ")[1].startswith("/api/") for route in prepared.routes)
