"""Cold starts: the CPU time of a new process for importing a handler and making its client, against boto3 alone.

`python -m benchmarks.cold_start --only get_room --rounds 21` measures only some handlers, without a local cloud.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.measure import table
from local.faults import LocalFault
from local.folders import BUILD, ROOT
from local.layers import build_layer
from local.templates import read_whole, routes_of

ROUNDS = 7
BUDGET = 1.5
AIM = 1.2
WORST = 10
BASELINE = "boto3"
KINDS = {
    "Route": "HTTP",
    "SQS": "queue consumer",
    "DynamoDB": "stream consumer",
    "Schedule": "schedule",
    "": "workflow step",
}
_START = "import time; began = time.process_time(); import sys; sys.path[:0] = sys.argv[2:]; step = sys.argv[1]\n"
_END = "\nprint((time.process_time() - began) * 1000)"
_OURS = "__import__(step); from posthouse.store.connection import dynamodb; dynamodb()"
_BOTO3 = "import boto3; boto3.client('dynamodb')"


@dataclass(frozen=True)
class Handler:
    """A function of the templates as Lambda starts it."""

    step: str
    kind: str
    source: Path
    layers: tuple[str, ...]
    environment: Mapping[str, str]


@dataclass(frozen=True)
class ColdStart:
    """A handler's median CPU time, and its ratio to that of boto3 alone."""

    handler: Handler
    cpu_ms: float
    ratio: float


def read_handlers(template: Mapping[str, Any]) -> list[Handler]:
    """Every function, with the settings of Globals."""
    shared = template["Globals"]["Function"]
    routes = routes_of(dict(template))
    handlers = []
    for logical_id, resource in template["Resources"].items():
        if resource["Type"] != "AWS::Serverless::Function":
            continue
        properties = resource["Properties"]
        step = properties["Handler"].removesuffix(".handler")
        events = [event["Type"] for event in properties.get("Events", {}).values()]
        events += ["Route"] * (logical_id in routes)
        variables = shared["Environment"]["Variables"] | properties.get("Environment", {}).get("Variables", {})
        handlers.append(
            Handler(
                step=step,
                kind=KINDS[events[0] if events else ""],
                source=ROOT / properties["CodeUri"] / f"{step}.py",
                layers=tuple(layer["Ref"] for layer in [*shared["Layers"], *properties.get("Layers", [])]),
                environment={name: _plausible(name, value, template) for name, value in variables.items()},
            )
        )
    return handlers


def _plausible(name: str, value: Any, template: Mapping[str, Any]) -> str:
    """A possible value of a variable on AWS: its text, its parameter's default, or a value of the right form."""
    match value:
        case {"Ref": str(parameter)} if "Default" in template["Parameters"].get(parameter, {}):
            return str(template["Parameters"][parameter]["Default"])
        case dict():
            return (
                "https://example.invalid/it" if name.endswith("_URL") else "arn:aws:service:eu-west-1:123456789012:it"
            )
    return str(value)


def cold_starts(rounds: int = ROUNDS, only: Sequence[str] = ()) -> str:
    """The section on cold starts.

    Parameters
    ----------
    rounds
        How often each handler starts; boto3 alone starts as often beside it.
    only
        Steps to measure; all steps if empty.

    Raises
    ------
    LocalFault
        When a layer cannot be built, a step is unknown, or a handler cannot be imported.
    """
    template = read_whole()
    handlers = [handler for handler in read_handlers(template) if not only or handler.step in only]
    if unknown := set(only) - {handler.step for handler in handlers}:
        raise LocalFault(f"There is no step {', '.join(sorted(unknown))}.")
    needed = sorted({name for handler in handlers for name in handler.layers})
    sources = {name: ROOT / template["Resources"][name]["Properties"]["ContentUri"] for name in needed}
    layers = {name: build_layer(name, source, "host", BUILD / "layers") for name, source in sources.items()}
    starts = []
    for number, handler in enumerate(handlers, 1):
        start = _measured(handler, layers, rounds)
        starts.append(start)
        print(f"  cold start {number}/{len(handlers)}: {handler.step} {start.ratio:.2f} x boto3", flush=True)
    return _section(starts, rounds)


def _measured(handler: Handler, layers: Mapping[str, Path], rounds: int) -> ColdStart:
    """Measure a handler in turns with boto3, so that both see the same load of the machine."""
    with tempfile.TemporaryDirectory() as scratch:
        # A copy of the file: Lambda compiles it at each cold start, and so must every round.
        shutil.copy(handler.source, scratch)
        folders = [scratch, *(str(layers[name] / "python") for name in reversed(handler.layers))]
        ours, bare = [], []
        for _ in range(rounds):
            bare.append(_cpu_ms(_BOTO3, handler, folders))
            ours.append(_cpu_ms(_OURS, handler, folders))
    cpu_ms = statistics.median(ours)
    return ColdStart(handler, cpu_ms, cpu_ms / statistics.median(bare))


def _cpu_ms(code: str, handler: Handler, folders: Sequence[str]) -> float:
    command = [sys.executable, "-I", "-S", "-B", "-c", _START + code + _END, handler.step, *folders]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=_environment(handler, folders[0]))
    if done.returncode != 0:
        raise LocalFault(f"{handler.step} cannot start: {done.stderr.strip().splitlines()[-1]}")
    return float(done.stdout)


def _environment(handler: Handler, task_root: str) -> dict[str, str]:
    """The variables that Lambda sets for every function, and the function's own ones."""
    return {
        "PATH": os.environ["PATH"],
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "none",
        "AWS_SECRET_ACCESS_KEY": "none",
        "AWS_LAMBDA_FUNCTION_NAME": handler.step,
        "LAMBDA_TASK_ROOT": task_root,
        **handler.environment,
    }


def _section(starts: Sequence[ColdStart], rounds: int) -> str:
    worst = sorted(starts, key=lambda start: start.ratio, reverse=True)[:WORST]
    rows = [[start.handler.step, start.handler.kind, f"{start.cpu_ms:.0f}", f"{start.ratio:.2f}"] for start in worst]
    over = sum(start.ratio > BUDGET for start in starts)
    return f"""## Cold starts

{table(["kind", "handlers", "median ratio", "worst ratio"], _summary(starts))}

The worst {len(worst)}:

{table(["handler", "kind", "CPU ms", "ratio to boto3"], rows)}

A new process imports the handler and makes its DynamoDB client, from the built layers and with the function's file
uncompiled; another one runs `import boto3` and `boto3.client("dynamodb")` from the same layers. The ratio is that of
the median CPU times of {rounds} starts each, taken in turns. The budget is {BUDGET}, the aim {AIM}; {over} of
{len(starts)} handlers are over the budget.
"""


def _summary(starts: Sequence[ColdStart]) -> list[list[str]]:
    rows = []
    for kind in KINDS.values():
        ratios = [start.ratio for start in starts if start.handler.kind == kind]
        if ratios:
            rows.append([kind, str(len(ratios)), f"{statistics.median(ratios):.2f}", f"{max(ratios):.2f}"])
    return rows


def main() -> int:
    """Print the section. Exit status 1 and one line if it cannot be measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="starts of each handler")
    parser.add_argument("--only", nargs="*", default=(), metavar="STEP", help="measure only these steps")
    given = parser.parse_args()
    try:
        print(cold_starts(given.rounds, given.only))
    except LocalFault as fault:
        print(fault, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
