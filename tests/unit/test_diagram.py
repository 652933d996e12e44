"""The drawings in docs/ are those of the workflows as they are."""

from __future__ import annotations

from local.diagram import draw, pages, redrawn


def test_a_workflow_is_drawn_with_its_choices_and_faults() -> None:
    states = {
        "Save": {"Type": "Task", "Next": "IsSaved", "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Undo"}]},
        "IsSaved": {"Type": "Choice", "Choices": [{"StringEquals": "done", "Next": "Done"}], "Default": "Undo"},
        "Undo": {"Type": "Parallel", "Branches": [{"StartAt": "Back", "States": {"Back": {"Type": "Task"}}}]},
        "Done": {"Type": "Succeed"},
    }
    assert draw({"StartAt": "Save", "States": states}).splitlines() == [
        "flowchart TD",
        "  start(( )) --> Save",
        "  Save[Save]",
        "  Save --> IsSaved",
        "  Save -.->|fault| Undo",
        "  IsSaved{IsSaved}",
        "  IsSaved -->|done| Done",
        "  IsSaved -->|else| Undo",
        "  subgraph Undo",
        "    Back[Back]",
        "  end",
        "  Done([Done])",
    ]


def test_no_drawing_is_stale() -> None:
    found = list(pages())
    assert found
    for path in found:
        assert redrawn(path.read_text()) == path.read_text(), f"{path.name} is stale: run `make diagram`"
