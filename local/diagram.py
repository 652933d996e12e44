"""Workflows drawn from their ASL files, as Mermaid, into the pages of docs/ that ask for them.

A page asks with a comment, `<!-- workflow: functions/<domain>/<flow>.asl.json -->`; the block after it is ours.
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from local.folders import ROOT

_BLOCK = re.compile(r"(<!-- workflow: (\S+) -->\n)```mermaid\n.*?```\n", re.DOTALL)
_SHAPES = {"Choice": ("{", "}"), "Succeed": ("([", "])"), "Pass": ("([", "])"), "Fail": ("([", "])")}


def draw(workflow: Mapping[str, Any]) -> str:
    """The workflow as a Mermaid flowchart: tasks are boxes, choices are diamonds, faults are dotted."""
    return "\n".join(["flowchart TD", f"  start(( )) --> {workflow['StartAt']}", *_lines(workflow, "  ")]) + "\n"


def _lines(workflow: Mapping[str, Any], indent: str) -> Iterator[str]:
    for name, state in workflow["States"].items():
        if state["Type"] == "Parallel":
            yield f"{indent}subgraph {name}"
            for branch in state["Branches"]:
                yield from _lines(branch, f"{indent}  ")
            yield f"{indent}end"
        else:
            left, right = _SHAPES.get(state["Type"], ("[", "]"))
            yield f"{indent}{name}{left}{name}{right}"
        for choice in state.get("Choices", []):
            [wanted] = [value for test, value in choice.items() if test.endswith("Equals")]
            yield f"{indent}{name} -->|{json.dumps(wanted).strip(chr(34))}| {choice['Next']}"
        if "Default" in state:
            yield f"{indent}{name} -->|else| {state['Default']}"
        if "Next" in state:
            yield f"{indent}{name} --> {state['Next']}"
        for catch in state.get("Catch", []):
            yield f"{indent}{name} -.->|fault| {catch['Next']}"


def redrawn(page: str) -> str:
    """A page with each of its workflows drawn anew."""

    def block(found: re.Match[str]) -> str:
        workflow = json.loads((ROOT / found[2]).read_text())
        return f"{found[1]}```mermaid\n{draw(workflow)}```\n"

    return _BLOCK.sub(block, page)


def pages() -> Iterator[Path]:
    """The pages with drawings."""
    return (path for path in sorted((ROOT / "docs").rglob("*.md")) if "<!-- workflow:" in path.read_text())


def main() -> int:
    """Draw all pages anew."""
    for path in pages():
        path.write_text(redrawn(path.read_text()))
        print(f"Drawn: {path.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
