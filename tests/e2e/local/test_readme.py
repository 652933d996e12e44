"""Runs README's walk through a stay exactly as it is written there."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.e2e.world import World

pytestmark = [pytest.mark.e2e, pytest.mark.long]

README = Path(__file__).parents[3] / "README.md"


def test_the_walk_through_a_stay_works_when_copied(world: World) -> None:
    blocks = re.findall(r"<!-- walk -->\s*```bash\n(.*?)```", README.read_text(), re.DOTALL)
    assert blocks, "README.md has no walk"
    script = "\n".join(blocks).replace("http://localhost:8080", world.cloud.url)
    walked = subprocess.run(["bash"], input=script, capture_output=True, text=True, timeout=120, check=False)
    assert walked.returncode == 0, walked.stdout + walked.stderr
    assert walked.stdout.rstrip().endswith("The stay is finished.")
