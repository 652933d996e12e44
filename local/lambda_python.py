"""`make test-lambda-python`: runs the unit and integration tests on Lambda's Python.

It uses a `python3.13` of this machine, or else that of a Debian trixie, which it makes with debootstrap.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from local.folders import ROOT

VERSION = "3.13"
PROGRAM = f"python{VERSION}"
FOLDER = ROOT / ".local" / "lambda-python"
LOCK = ROOT / "requirements.lock"
UV = Path(sys.executable).parent / "uv"
TESTS = ["--numprocesses", "2", "--dist", "loadfile", "--no-loadscope-reorder", "tests/unit", "tests/integration"]
MISSING = (
    f"Python {VERSION} is missing: install {PROGRAM}, or let uv bring one (.venv/bin/uv python install {VERSION}), "
    "or on a Debian run this as root with debootstrap (apt-get install debootstrap)."
)
_IN_TRIXIE = """
set -e
mkdir -p "$1$2"
mount --bind "$2" "$1$2"
mount --rbind /dev "$1/dev"
mount -t proc proc "$1/proc"
exec chroot "$1" /bin/sh -c 'cd "$0" && exec "$@"' "$2" "${@:3}"
"""
"""The mounts are in a namespace that ends with its last process, so `make clean` never meets a mount."""

_OF_TRIXIE = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/root",
    "LANG": "C.UTF-8",
}
"""The environment in the Debian, which does not have this machine's certificates and settings."""


class PythonFault(Exception):
    """The tests cannot run. The message is one line that says what to do."""


@dataclass(frozen=True)
class Interpreter:
    """How to run Lambda's Python: the command that enters the system which has it, and the program there."""

    program: str
    enter: Sequence[str] = ()

    def run(self, *arguments: str) -> int:
        """Run it in the project's folder, without the shell's settings for other Pythons; returns the exit status."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        command = [*self.enter, self.program, *arguments]
        return subprocess.run(command, cwd=ROOT, env=_OF_TRIXIE if self.enter else environment, check=False).returncode


def main() -> int:
    """Run the tests; returns the exit status, which is 1 after one line if they cannot run."""
    try:
        interpreter = find(os.environ.get("PATH", "").split(os.pathsep)) or in_trixie()
        print(f"Lambda's Python: {interpreter.program}{' of a Debian trixie' if interpreter.enter else ''}", flush=True)
        tested = with_packages(interpreter)
    except PythonFault as fault:
        print(fault, file=sys.stderr)
        return 1
    return tested.run("-m", "pytest", "-p", "no:cacheprovider", *TESTS)


def find(folders: Sequence[str]) -> Interpreter | None:
    """Find Lambda's Python on this machine: on the path, in pyenv, or one that uv knows."""
    found = next((it for it in _candidates(folders) if _runs(it)), None) or _known_to_uv(folders)
    return Interpreter(found) if found else None


def _candidates(folders: Iterable[str]) -> Iterator[str]:
    for folder in folders:
        program = Path(folder or ".") / PROGRAM
        if program.is_file():
            yield str(program)
    # pyenv puts a program of each version on the path, but runs only the chosen ones.
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from (str(it) for it in sorted(pyenv.glob(f"versions/{VERSION}*/bin/{PROGRAM}"), reverse=True))


def _runs(program: str) -> bool:
    asked = [program, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    try:
        told = subprocess.run(asked, capture_output=True, text=True, check=False)
    except OSError:
        return False
    return told.returncode == 0 and told.stdout.strip() == VERSION


def _known_to_uv(folders: Iterable[str]) -> str | None:
    # A program that does not run would end uv's search.
    path = os.pathsep.join(it for it in folders if not (Path(it or ".") / PROGRAM).is_file())
    asked = [str(UV), "python", "find", "--no-project", "--no-python-downloads", VERSION]
    told = subprocess.run(asked, capture_output=True, text=True, check=False, env={**os.environ, "PATH": path})
    found = told.stdout.strip()
    return found if told.returncode == 0 and _runs(found) else None


def in_trixie() -> Interpreter:
    """Lambda's Python in a Debian trixie, which is made if it does not exist."""
    tools = ("debootstrap", "unshare", "chroot", "bash")
    if os.geteuid() != 0 or not all(shutil.which(tool) for tool in tools):
        raise PythonFault(MISSING)
    system, log = FOLDER / "trixie", FOLDER / "debootstrap.log"
    alone = ["unshare", "--mount"]
    if not system.exists():
        print("Making a Debian trixie (once, a minute or two) ...", flush=True)
        half = FOLDER / "half-made"
        shutil.rmtree(half, ignore_errors=True)
        FOLDER.mkdir(parents=True, exist_ok=True)
        command = [*alone, "debootstrap", "--variant=minbase", f"--include={PROGRAM}", "trixie", str(half)]
        with log.open("w") as out:
            if subprocess.run(command, stdout=out, stderr=out, check=False).returncode != 0:
                raise PythonFault(f"debootstrap could not make a Debian trixie: see {log.relative_to(ROOT)}.")
        half.rename(system)
    return Interpreter(f"/usr/bin/{PROGRAM}", [*alone, "bash", "-c", _IN_TRIXIE, "trixie", str(system), str(ROOT)])


def with_packages(interpreter: Interpreter) -> Interpreter:
    """Put the locked packages into a virtual environment of this Python, and return that environment's Python.

    They are installed from outside the Debian, because the network's settings are this machine's.
    """
    venv = FOLDER / ("trixie-venv" if interpreter.enter else "venv")
    stamp, wanted = venv / "installed.sha256", _fingerprint(interpreter)
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        shutil.rmtree(venv, ignore_errors=True)
        if interpreter.run("-m", "venv", "--without-pip", str(venv)) != 0:
            raise PythonFault(f"{interpreter.program} could not make the virtual environment {venv.relative_to(ROOT)}.")
        _install(venv / "lib" / PROGRAM / "site-packages")
        stamp.write_text(wanted, encoding="utf-8")
    return Interpreter(str(venv / "bin" / "python"), interpreter.enter)


def _install(packages: Path) -> None:
    """Install with uv in seconds, or with pip where uv cannot reach the packages: uv ignores pip's settings."""
    what = ["--quiet", "--target", str(packages), "--python-version", VERSION, "--require-hashes", "-r", str(LOCK)]
    uv = subprocess.run([str(UV), "pip", "install", *what], capture_output=True, check=False)
    if uv.returncode != 0:
        pip = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--only-binary=:all:", *what]
        if subprocess.run(pip, check=False).returncode != 0:
            raise PythonFault(f"The locked packages could not be installed for Python {VERSION}: see above.")


def _fingerprint(interpreter: Interpreter) -> str:
    return hashlib.sha256(f"{interpreter} {ROOT}".encode() + LOCK.read_bytes()).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
