"""`make audit`: known vulnerabilities of the locked packages (needs the network), and bandit over our code."""

import json
import subprocess
import sys
from pathlib import Path

from local.folders import ROOT

LOCKED = (
    "requirements.lock",
    "layers/dependencies/requirements.txt",
    "layers/wechat_dependencies/requirements.txt",
    "local/sam_cli.txt",
)
CODE = ("functions", "layers/posthouse/posthouse", "layers/dependencies/trim.py", "layers/bytecode.py", "local")
BIN = Path(sys.executable).parent


class Unreachable(Exception):
    """The vulnerability service cannot be reached."""


def vulnerabilities(locked: str) -> list[str]:
    """Known vulnerabilities of the packages that a file locks, one line each. Raises Unreachable."""
    command = [str(BIN / "pip-audit"), "--requirement", locked, "--disable-pip", "--require-hashes", "--format", "json"]
    ended = subprocess.run(
        [*command, "--progress-spinner", "off"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return read(ended.stdout)


def read(report: str) -> list[str]:
    """Read pip-audit's report. Raises Unreachable if it has no result for any package."""
    try:
        packages = json.loads(report)["dependencies"]
    except ValueError as fault:
        raise Unreachable from fault
    if not any("vulns" in package for package in packages):
        raise Unreachable
    skipped = [f"{it['name']}: {it['skip_reason']}" for it in packages if "skip_reason" in it]
    found = [(it["name"], it["version"], flaw["id"]) for it in packages for flaw in it.get("vulns", [])]
    return skipped + [" ".join(one) for one in found]


def main() -> int:
    """Audit everything; returns the exit code."""
    said = []
    for locked in LOCKED:
        try:
            said += [f"{locked}: {line}" for line in vulnerabilities(locked)]
        except Unreachable:
            said.append(f"{locked}: not audited, the vulnerability service (of PyPI) cannot be reached from here")
    bandit = [str(BIN / "bandit"), "--quiet", "--configfile", "pyproject.toml", "--recursive", *CODE]
    flaws = subprocess.run(bandit, cwd=ROOT, check=False).returncode
    print("\n".join(said) or "no known vulnerabilities in the locked packages")
    print("bandit has found problems: see above" if flaws else "bandit has found no problems")
    return 1 if said or flaws else 0


if __name__ == "__main__":
    sys.exit(main())
