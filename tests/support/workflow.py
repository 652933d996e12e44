"""Runs a workflow's ASL file step by step; supports the part of the language that our workflows use.

Retries have no delay. A task fails by an exception; if the test kills the workflow, ``Killed`` passes through it all.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.support.template import ROOT

Invoke = Callable[[str, dict[str, Any]], Any]


class Killed(BaseException):
    """Kills the workflow: nothing catches this, nothing is undone."""


class TaskFailed(Exception):
    """A task failed after all retries, and no Catch handles it."""


def definition(path: str) -> dict[str, Any]:
    """Read the workflow of a file, given its path from the root."""
    loaded: dict[str, Any] = json.loads((ROOT / Path(path)).read_text())
    return loaded


def run_workflow(workflow: Mapping[str, Any], facts: dict[str, Any], invoke: Invoke) -> Any:
    """Run a workflow to its end; ``invoke`` gets a task's Resource and its input. Raises TaskFailed."""
    name, states, data = workflow["StartAt"], workflow["States"], copy.deepcopy(facts)
    while True:
        state = states[name]
        data, name = _KINDS[state["Type"]](state, data, invoke)
        if name is None:
            return _read(data, state.get("OutputPath", "$"))


def _task(state: Mapping[str, Any], data: Any, invoke: Invoke) -> tuple[Any, str | None]:
    given = _filled(state["Parameters"], data) if "Parameters" in state else data
    tries = 1 + sum(retry["MaxAttempts"] for retry in state.get("Retry", []))
    fault: Exception | None = None
    for _ in range(tries):
        try:
            result = invoke(state["Resource"], copy.deepcopy(given))
        except Exception as one:  # noqa: BLE001 - whatever a task raises is a failed task
            fault = one
        else:
            return _placed(state, data, result), state.get("Next")
    return _caught(state, data, TaskFailed(f"{state['Resource']}: {fault!r}"))


def _parallel(state: Mapping[str, Any], data: Any, invoke: Invoke) -> tuple[Any, str | None]:
    try:
        results = [run_workflow(branch, data, invoke) for branch in state["Branches"]]
    except TaskFailed as fault:
        return _caught(state, data, fault)
    return _placed(state, data, results), state.get("Next")


def _choice(state: Mapping[str, Any], data: Any, _invoke: Invoke) -> tuple[Any, str | None]:
    for rule in state["Choices"]:
        [wanted] = [value for test, value in rule.items() if test.endswith("Equals")]
        if _read(data, rule["Variable"]) == wanted:
            return data, rule["Next"]
    return data, state["Default"]


def _pass(state: Mapping[str, Any], data: Any, _invoke: Invoke) -> tuple[Any, str | None]:
    return (_placed(state, data, state["Result"]) if "Result" in state else data), state.get("Next")


_KINDS: dict[str, Callable[[Mapping[str, Any], Any, Invoke], tuple[Any, str | None]]] = {
    "Task": _task,
    "Parallel": _parallel,
    "Choice": _choice,
    "Pass": _pass,
    "Succeed": lambda _state, data, _invoke: (data, None),
}


def _caught(state: Mapping[str, Any], data: Any, fault: TaskFailed) -> tuple[Any, str | None]:
    for catch in state.get("Catch", []):
        return _placed(catch, data, {"Cause": str(fault)}), catch["Next"]
    raise fault


def _placed(state: Mapping[str, Any], data: Any, result: Any) -> Any:
    path = state.get("ResultPath", "$")
    if path == "$":
        return result
    return {**data, path.removeprefix("$."): result}


def _read(data: Any, path: str) -> Any:
    for part in path.removeprefix("$").strip(".").split("."):
        data = data[part] if part else data
    return data


def _filled(template: Mapping[str, Any], data: Any) -> dict[str, Any]:
    return {
        name.removesuffix(".$"): _read(data, value) if name.endswith(".$") else value
        for name, value in template.items()
    }
