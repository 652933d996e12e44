"""Runs the pages' own modules in Node.js: a test compares what they work out with what the API does."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import Any

import pytest

from local.folders import WEB

# The modules look at the browser when they are loaded; what they work out needs nothing of it.
BROWSER = """
const nothing = () => null;
const storage = { getItem: nothing, setItem: nothing, removeItem: nothing };
Object.assign(globalThis, {
  window: globalThis,
  navigator: { language: "zh-CN" },
  document: { documentElement: {}, addEventListener: nothing, querySelector: nothing, createElement: () => ({}) },
  localStorage: storage,
  sessionStorage: storage,
  addEventListener: nothing,
  history: { state: null },
  location: { pathname: "/", search: "", hash: "" },
});
const WEB = process.argv[1];
let given = "";
for await (const part of process.stdin) given += part;
const cases = JSON.parse(given);
"""


def results(code: str, cases: list[Any]) -> list[Any]:
    """What ``code`` prints as JSON; it has the ``cases``, and the folder of the pages as ``WEB``."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed, which runs the page's own code")
    ran = subprocess.run(
        [node, "--input-type=module", "-e", BROWSER + code, str(WEB)],
        input=json.dumps(cases),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    found: list[Any] = json.loads(ran.stdout)
    return found
