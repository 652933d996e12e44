"""`make sam-local`: runs `sam build`, then writes a template from which `sam local` runs all functions, also nested.

SAM CLI does not follow a layer that one stack gives to another as a parameter (aws-sam-cli's issue 2820). So each
nested template is written again with those layers as its own resources. These templates are never deployed.
"""

import copy
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from local.faults import LocalFault
from local.folders import ROOT, TEMPLATE
from local.layers import environment_of_another_make
from local.sam_cli import sam_cli
from local.templates import PATHS, Template, Values, children, read_template

LAYER = "AWS::Serverless::LayerVersion"
FUNCTION = "AWS::Serverless::Function"
LAMBDA_ARCHITECTURE = "arm64"
EXAMPLE = "GetHealthFunction"
EXAMPLE_EVENT = "events/health/get_health.json"
"""The function of the example: it needs no table, and so no AWS account."""
ARCHITECTURES = (LAMBDA_ARCHITECTURE, "x86_64")


def write_runnable(template: Path, target: Path, architecture: str = LAMBDA_ARCHITECTURE) -> list[str]:
    """Write templates that `sam local` can run: the root to `target`, the nested ones to files beside it.

    Parameters
    ----------
    template
        The root template, either ours or the output of `sam build`.
    target
        The file to write. Paths in it are absolute.
    architecture
        The architecture to declare for all functions and layers.

    Returns
    -------
    list[str]
        Each function's name for `sam local invoke`: `<stack>/<function>`.

    Raises
    ------
    LocalFault
        When a template cannot be read.
    """
    return _write(template, target, {}, architecture)


def _write(source: Path, target: Path, given: dict[str, Any], architecture: str) -> list[str]:
    template = read_template(source)
    resources = template["Resources"]
    _resolve_paths(resources, source.parent)
    _adopt(template, given)
    _set_architecture(template, architecture)
    layers = {name: resource for name, resource in resources.items() if resource["Type"] == LAYER}
    functions = [name for name, resource in resources.items() if resource["Type"] == FUNCTION]
    for name, file, passed in children(template, source.parent):
        child = target.with_name(f"{target.stem}.{name}{target.suffix}")
        below = _write(file, child, _take_layers(passed, layers), architecture)
        resources[name]["Properties"]["TemplateURL"] = str(child)
        functions += [f"{name}/{function}" for function in below]
    # JSON is YAML, and SAM CLI reads it in a tenth of the time.
    target.write_text(json.dumps(_without_aliases(template), indent=1, default=str), encoding="utf-8")
    return functions


def _resolve_paths(resources: dict[str, Any], folder: Path) -> None:
    for resource in resources.values():
        properties = resource.get("Properties", {})
        for key in PATHS:
            given = properties.get(key)
            if isinstance(given, str) and "://" not in given:
                properties[key] = str((folder / given).resolve())


def _take_layers(passed: Values, layers: dict[str, Any]) -> dict[str, Any]:
    """Remove the layers from a nested stack's parameters, and return them by the parameters' names."""
    taken = {
        name: layers[value["Ref"]]
        for name, value in passed.items()
        if isinstance(value, dict) and value.get("Ref") in layers
    }
    for name in taken:
        del passed[name]
    return taken


def _adopt(template: Template, layers: dict[str, Any]) -> None:
    """Turn parameters into resources of the same name: a `Ref` works with both."""
    for name, layer in layers.items():
        template["Parameters"].pop(name)
        adopted = copy.deepcopy(layer)
        adopted.pop("Metadata", None)  # it says how to build the layer, which is built already
        template["Resources"][name] = adopted


def _set_architecture(template: Template, architecture: str) -> None:
    shared = template.get("Globals", {}).get("Function", {})
    if "Architectures" in shared:
        shared["Architectures"] = [architecture]
    for resource in template["Resources"].values():
        properties = resource.get("Properties", {})
        for key in {"Architectures", "CompatibleArchitectures"} & properties.keys():
            properties[key] = [architecture]


def _without_aliases(node: Any) -> Any:
    """Replace aliases by their functions: `sam local start-api` does not follow an integration to an alias."""
    match node:
        case {"Ref": str(name)} if name.endswith(".Alias"):
            return {"Fn::GetAtt": [name.removesuffix(".Alias"), "Arn"]}
        case dict():
            return {key: _without_aliases(value) for key, value in node.items()}
        case list():
            return [_without_aliases(value) for value in node]
    return node


def build(architecture: str) -> Path:
    """Run `sam build` for an architecture; returns its folder. Deploy only from that of Lambda's own architecture.

    Raises
    ------
    LocalFault
        When the architecture is unknown, or when the build fails, with SAM CLI's message.
    """
    if architecture not in ARCHITECTURES:
        raise LocalFault(f"ARCHITECTURE is one of {', '.join(ARCHITECTURES)}, not {architecture!r}.")
    folder = ROOT / ".aws-sam" / ("build" if architecture == LAMBDA_ARCHITECTURE else architecture)
    sam = sam_cli() / "sam"
    environment = {"SAM_CLI_TELEMETRY": "0", **environment_of_another_make()}
    environment |= {"PYTHON": sys.executable, "LAYER_ARCHITECTURE": architecture}
    print("Building the functions and layers with SAM CLI (about 25 s) ...", flush=True)
    command = [str(sam), "build", "--template-file", str(TEMPLATE), "--build-dir", str(folder)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = [line.strip() for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        errors = [line for line in said if line.startswith("Error:")] or said or ["no reason given"]
        raise LocalFault(f"sam build failed. {errors[-1][:600]}")
    return folder


def main() -> int:
    """Build, write the template and print how to use it. Exit status 1 and one line if that fails."""
    architecture = os.environ.get("ARCHITECTURE") or LAMBDA_ARCHITECTURE
    try:
        folder = build(architecture)
        runnable = folder / "local.yaml"
        functions = write_runnable(folder / "template.yaml", runnable, architecture)
    except LocalFault as fault:
        print(fault, file=sys.stderr)
        return 1
    example = next(name for name in functions if name.endswith(EXAMPLE))
    sam = (sam_cli() / "sam").relative_to(ROOT)
    print(f"{len(functions)} functions. With Docker running, start one of them:")
    print(f"{sam} local invoke -t {runnable.relative_to(ROOT)} {example} -e {EXAMPLE_EVENT}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
