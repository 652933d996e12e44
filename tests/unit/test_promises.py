"""docs/promises.md names only tests that exist."""

from __future__ import annotations

import re

from tests.support.template import ROOT


def test_no_promise_names_a_test_that_is_not_there() -> None:
    text = "\n".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    there = set(re.findall(r"^def (test_\w+)\(", text, re.MULTILINE))
    named = set(re.findall(r"`(test_\w+)`", (ROOT / "docs" / "promises.md").read_text()))
    assert named
    assert named <= there, sorted(named - there)
