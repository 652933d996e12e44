"""Measure the guest app and the console with Lighthouse (mobile), print a table, and fail below the bounds."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from local.cloud import LocalCloud

HERE = Path(__file__).parent
PROGRAM = HERE / "node_modules" / ".bin" / "lighthouse"
PAGES = {"guest app": "/", "console": "/staff/"}
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
LOWEST_SCORE = 0.95
LATEST_PAINT_MS = 2500
"""Largest contentful paint."""
RUNS = 3
"""The best of them counts: a busy machine makes a page slower, never faster."""
SECONDS = 180


def chromium() -> str:
    """Return the browser's program: `CHROMIUM`, or one on the PATH."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if found is None:
        sys.exit("Chromium is missing: install it, or point CHROMIUM= at one.")
    return found


def measure(url: str) -> tuple[dict[str, float], float]:
    """Return the scores by category, from 0 to 1, and the largest contentful paint in ms."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        flags = "--headless=new --no-sandbox"
        command = [str(PROGRAM), url, "--quiet", f"--chrome-flags={flags}", "--output=json", f"--output-path={report}"]
        subprocess.run(command, check=True, timeout=SECONDS, env={**os.environ, "CHROME_PATH": chromium()})
        found: dict[str, Any] = json.loads(report.read_text())
    scores = {name: float(found["categories"][name]["score"] or 0) for name in CATEGORIES}
    return scores, float(found["audits"]["largest-contentful-paint"]["numericValue"])


def best(url: str) -> tuple[dict[str, float], float]:
    """Return the run with the highest score for performance."""
    return max((measure(url) for _ in range(RUNS)), key=lambda it: (it[0]["performance"], -it[1]))


def main() -> None:
    """Measure each page."""
    with LocalCloud(port=0, seed=True) as cloud:
        found = {name: best(cloud.url + path) for name, path in PAGES.items()}
    print("| page | " + " | ".join(CATEGORIES) + " | largest paint |\n|---|" + "---:|" * (len(CATEGORIES) + 1))
    for name, (scores, paint) in found.items():
        shown = " | ".join(f"{scores[it] * 100:.0f}" for it in CATEGORIES)
        print(f"| {name} | {shown} | {paint / 1000:.1f} s |")
    low = [
        name
        for name, (scores, paint) in found.items()
        if min(scores.values()) < LOWEST_SCORE or paint > LATEST_PAINT_MS
    ]
    if low:
        sys.exit(f"Below {LOWEST_SCORE * 100:.0f}, or later than {LATEST_PAINT_MS / 1000} s: {', '.join(low)}.")


if __name__ == "__main__":
    main()
