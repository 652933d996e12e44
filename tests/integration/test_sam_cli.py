"""`sam local` finds every function with its code, layers and sample event, and every route: SAM CLI itself is asked.

It needs no Docker. If SAM CLI is missing, the first test installs it (local/sam_cli.py).
"""

from __future__ import annotations

import json
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from local.folders import ROOT, TEMPLATE
from local.sam_cli import sam_cli
from local.sam_local import FUNCTION, LAYER, write_runnable
from local.templates import children, read_template
from tests.support.nested import write_nested
from tests.support.template import routes

pytestmark = [pytest.mark.sam_cli, pytest.mark.long]

Listing = dict[str, Any]


def templates() -> dict[str, Path]:
    """Each template by its stack's path in SAM CLI: our stacks are nested one level deep."""
    nested = {name: file for name, file, _ in children(read_template(TEMPLATE), ROOT)}
    return {"": TEMPLATE, **nested}


@cache
def layer_folders() -> dict[str, Path]:
    resources = read_template(TEMPLATE)["Resources"]
    return {
        name: ROOT / resource["Properties"]["ContentUri"]
        for name, resource in resources.items()
        if resource["Type"] == LAYER
    }


@pytest.fixture(scope="module")
def listings(tmp_path_factory: pytest.TempPathFactory) -> tuple[Listing, Listing, Listing]:
    """SAM CLI's listings of ours, the small nested one, and that one unchanged; one call, because its start is slow."""
    folder = tmp_path_factory.mktemp("sam")
    small = write_nested(folder)
    write_runnable(TEMPLATE, folder / "ours.yaml")
    write_runnable(small, folder / "small.yaml")
    templates = [str(it) for it in (folder / "ours.yaml", folder / "small.yaml", small)]
    command = [str(sam_cli() / "python"), str(ROOT / "local" / "sam_listing.py"), *templates]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    ours, runnable, as_it_is = json.loads(done.stdout)
    return ours, runnable, as_it_is


@pytest.fixture
def found(listings: tuple[Listing, Listing, Listing]) -> Listing:
    return listings[0]


@cache
def expected() -> dict[str, dict[str, Any]]:
    """Every function of every template, by its path in SAM CLI, according to the templates."""
    functions = {}
    folders = layer_folders()
    for stack, template in templates().items():
        content = read_template(template)
        shared = content.get("Globals", {}).get("Function", {})
        for name, resource in content["Resources"].items():
            if resource["Type"] == FUNCTION:
                properties = resource["Properties"]
                layers = [*shared.get("Layers", []), *properties.get("Layers", [])]
                functions[f"{stack}/{name}".strip("/")] = {
                    "code": str((template.parent / properties["CodeUri"]).resolve()),
                    "handler": properties["Handler"],
                    "architecture": "arm64",
                    "layers": [str(folders[layer["Ref"]]) for layer in layers],
                }
    return functions


def test_every_function_of_every_template_is_found_with_its_code_and_layers(found: Listing) -> None:
    assert len(found["functions"]) > 100
    assert found["functions"] == expected()


def test_every_functions_code_handler_layers_and_sample_event_exist(found: Listing) -> None:
    for name, function in found["functions"].items():
        step = function["handler"].removesuffix(".handler")
        code = Path(function["code"])
        assert (code / f"{step}.py").is_file(), name
        assert function["layers"], name
        assert all(Path(layer).is_dir() for layer in function["layers"]), name
        assert (ROOT / "events" / code.name / f"{step}.json").is_file(), name


def test_every_layer_is_found_in_the_root_and_wherever_functions_use_it(found: Listing) -> None:
    assert {name: Path(folder) for name, folder in found["layers"].items() if "/" not in name} == layer_folders()
    stacks = {name.rpartition("/")[0] for name in found["functions"]}
    assert {name.rpartition("/")[0] for name in found["layers"]} >= stacks


def test_every_route_is_found_and_leads_to_its_function(found: Listing) -> None:
    expected_routes = {(*route, function) for function, its in routes().items() for route in its}
    assert {tuple(route) for route in found["routes"]} == expected_routes


def test_a_nested_functions_layers_are_found_only_in_what_we_write(listings: tuple[Listing, Listing, Listing]) -> None:
    runnable, as_it_is = (it["functions"]["Stays/BookFunction"]["layers"] for it in listings[1:])

    assert [Path(it).name for it in runnable] == ["shared", "wechat"]
    # If SAM CLI finds them itself one day, local/sam_local.py can go.
    assert as_it_is == [None, None]
