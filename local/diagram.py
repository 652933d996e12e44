"""Draws the architecture from the templates, and workflows from their ASL files, into the pages that ask for them.

A page asks with a comment: `<!-- workflow: functions/<domain>/<flow>.asl.json -->`, `<!-- house -->` or
`<!-- overview -->`, and the Mermaid block after it is generated; or `<!-- domains -->`, with generated text up to
`<!-- /domains -->`, or `<!-- contents -->`, up to `<!-- /contents -->`.
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from local.architecture import read_architecture
from local.folders import ROOT
from local.pictures import chapters, house, overview

_BLOCK = re.compile(r"(<!-- workflow: (\S+) -->\n)```mermaid\n.*?```\n", re.DOTALL)
_HOUSE = re.compile(r"(<!-- house -->\n)```mermaid\n.*?```\n", re.DOTALL)
_OVERVIEW = re.compile(r"(<!-- overview -->\n)```mermaid\n.*?```\n", re.DOTALL)
_DOMAINS = re.compile(r"(<!-- domains -->\n).*?(<!-- /domains -->\n)", re.DOTALL)
_CONTENTS = re.compile(r"(<!-- contents -->\n).*?(<!-- /contents -->\n)", re.DOTALL)
_BLOCKS = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
_ASKED = ("<!-- workflow:", "<!-- house -->", "<!-- overview -->", "<!-- domains -->", "<!-- contents -->")
_SHAPES = {"Choice": ("{", "}"), "Succeed": ("([", "])"), "Pass": ("([", "])"), "Fail": ("([", "])")}


def draw(workflow: Mapping[str, Any]) -> str:
    """Draw a workflow as a Mermaid flowchart: tasks are boxes, choices are diamonds, faults are dotted."""
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
    """The text of a page with all its pictures drawn again."""

    def block(found: re.Match[str]) -> str:
        workflow = json.loads((ROOT / found[2]).read_text())
        return f"{found[1]}```mermaid\n{draw(workflow)}```\n"

    architecture = read_architecture()
    page = _BLOCK.sub(block, page)
    page = _HOUSE.sub(lambda found: f"{found[1]}```mermaid\n{house(architecture)}```\n", page)
    page = _OVERVIEW.sub(lambda found: f"{found[1]}```mermaid\n{overview(architecture)}```\n", page)
    page = _DOMAINS.sub(lambda found: f"{found[1]}\n{chapters(architecture)}\n{found[2]}", page)
    return _CONTENTS.sub(lambda found: f"{found[1]}{contents(page)}{found[2]}", page)


def contents(page: str) -> str:
    """A page's table of contents: a link to each heading below its title."""
    headings = re.findall(r"^(##+) (.*)$", _BLOCKS.sub("", page), re.MULTILINE)
    return "".join(f"{'  ' * (len(level) - 2)}- [{text}](#{anchor(text)})\n" for level, text in headings)


def anchor(heading: str) -> str:
    """The anchor by which GitHub links to a heading."""
    return re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-")


def pages() -> Iterator[Path]:
    """The pages that have drawings, among the READMEs in both languages and docs/."""
    for path in [*sorted(ROOT.glob("README*.md")), *sorted((ROOT / "docs").rglob("*.md"))]:
        text = path.read_text()
        if any(asked in text for asked in _ASKED):
            yield path


def main() -> int:
    """Draw the pictures of all pages again."""
    for path in pages():
        path.write_text(redrawn(path.read_text()))
        print(f"Drawn: {path.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
