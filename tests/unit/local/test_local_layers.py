"""A Python of Lambda's version compiles the layers for Lambda, wherever it is; without one they are not built."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from importlib.util import MAGIC_NUMBER
from pathlib import Path

import pytest

from layers import bytecode
from layers.bytecode import LAMBDA_BYTECODE, LAMBDA_PYTHON, SWITCH, BytecodeFault, find_compiler
from local.faults import LocalFault
from local.folders import ROOT
from local.layers import build_layer, environment_of_another_make, layer_digest
from tests.support.template import template

LAMBDA_MAGIC = bytes.fromhex(LAMBDA_BYTECODE.split()[1])
UNCHECKED_HASH = (1).to_bytes(4, "little")
NAME = f"python{LAMBDA_PYTHON}"


def program(path: Path, script: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def lambdas_python(path: Path) -> Path:
    return program(path, f"echo '{LAMBDA_BYTECODE}'")


def shim(path: Path) -> Path:
    return program(path, f"echo '{path.name}: command not found' >&2; exit 127")


class Machine:
    """A machine without a Python of Lambda's version, until a test puts one there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.uv_pythons = folder / "uv pythons"
        self.environment = {
            "HOME": str(folder / "home"),
            "PATH": os.pathsep.join([str(folder / "first"), str(folder / "second"), "/usr/bin", "/bin"]),
        }

    def compiler(self) -> str:
        return find_compiler(self.environment, self.uv_pythons)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    monkeypatch.setattr(bytecode, "ROOT", tmp_path)
    monkeypatch.setattr(sys, "executable", str(program(tmp_path / "python", "echo cpython-311 a70d0d0a")))
    # The Pythons of the machine that runs the tests must not be found.
    found = bytecode._existing
    ours = str(tmp_path)
    monkeypatch.setattr(bytecode, "_existing", lambda paths: (it for it in found(paths) if it.startswith(ours)))
    return Machine(tmp_path)


def test_a_shim_that_does_not_run_is_passed_over(machine: Machine) -> None:
    shim(machine.folder / "first" / NAME)
    there = lambdas_python(machine.folder / "second" / NAME)

    assert machine.compiler() == str(there)


@pytest.mark.parametrize("says", ["cpython-312 cb0d0d0a", "cpython-313 ef0d0d0a", "pypy313 f30d0d0a", ""])
def test_whose_bytecode_lambda_does_not_load_is_passed_over(machine: Machine, says: str) -> None:
    program(machine.folder / "first" / NAME, f"echo '{says}'")
    there = lambdas_python(machine.folder / "second" / NAME)

    assert machine.compiler() == str(there)


def test_the_python_that_builds_compiles_where_it_is_lambdas(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = lambdas_python(machine.folder / "ours")
    monkeypatch.setattr(sys, "executable", str(ours))
    lambdas_python(machine.folder / "first" / NAME)

    assert machine.compiler() == str(ours)


def test_pyenvs_pythons_are_found_behind_its_shim(machine: Machine) -> None:
    shim(machine.folder / "first" / NAME)
    there = lambdas_python(machine.folder / "home" / ".pyenv" / "versions" / f"{LAMBDA_PYTHON}.9" / "bin" / NAME)

    assert machine.compiler() == str(there)


def test_uv_finds_one(machine: Machine) -> None:
    there = lambdas_python(machine.folder / "elsewhere" / NAME)
    program(machine.folder / "second" / "uv", f"[ \"$2\" = find ] && echo '{there}'")

    assert machine.compiler() == str(there)


def test_uv_installs_one_for_us_alone_and_it_is_found_the_next_time(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    waiting = lambdas_python(machine.folder / "downloaded")
    place = f'"$UV_PYTHON_INSTALL_DIR/cpython-{LAMBDA_PYTHON}.9/bin"'
    uv = program(
        machine.folder / ".venv" / "bin" / "uv",
        f'[ "$2" = install ] && mkdir -p {place} && cp "{waiting}" {place}/{NAME}',
    )

    installed = machine.compiler()

    assert installed.startswith(str(machine.uv_pythons))
    assert "Installing Python 3.13" in capsys.readouterr().out
    uv.unlink()
    assert machine.compiler() == installed


def test_where_there_is_none_one_line_says_what_to_do(machine: Machine) -> None:
    shim(machine.folder / "first" / NAME)
    program(machine.folder / "second" / "uv", "echo 'no internet' >&2; exit 1")

    with pytest.raises(BytecodeFault, match=SWITCH) as fault:
        machine.compiler()

    assert "\n" not in str(fault.value)
    assert len(str(fault.value)) < 270  # local/layers.py passes on 300 characters


def test_the_python_that_was_named_is_taken_or_refused(machine: Machine) -> None:
    lambdas_python(machine.folder / "first" / NAME)
    named = lambdas_python(machine.folder / "elsewhere" / NAME)

    machine.environment["LAYER_PYTHON"] = str(named)
    assert machine.compiler() == str(named)
    shim(named)
    with pytest.raises(BytecodeFault, match=r"LAYER_PYTHON is .* does not run"):
        machine.compiler()


def test_it_is_the_version_that_the_functions_run_on() -> None:
    runtime = template()["Globals"]["Function"]["Runtime"]

    assert runtime == f"python{LAMBDA_PYTHON}"
    assert f"--python-version {LAMBDA_PYTHON}\n" in (ROOT / "layers" / "layer.mk").read_text(encoding="utf-8")
    assert LAMBDA_BYTECODE.startswith(f"cpython-{LAMBDA_PYTHON.replace('.', '')} ")


@pytest.fixture
def layer(tmp_path: Path) -> Path:
    """The shared package's layer with two small modules, in a folder with a space in its name."""
    layers = tmp_path / "my layers"
    package = layers / "posthouse" / "posthouse" / "domain"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "money.py").write_text("FEN = 100\n", encoding="utf-8")
    shutil.copy(ROOT / "layers" / "posthouse" / "Makefile", layers / "posthouse")
    for shared in ("layer.mk", "bytecode.py"):
        shutil.copy(ROOT / "layers" / shared, layers)
    return layers / "posthouse"


@pytest.fixture
def without_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A named Python that does not run, which stands for a machine without one."""
    monkeypatch.setenv("LAYER_PYTHON", str(shim(tmp_path / NAME)))
    monkeypatch.delenv(SWITCH, raising=False)


def compiled(built: Path) -> list[bytes]:
    """The first eight bytes of the .pyc of each module; fails if one has none."""
    modules = sorted((built / "python").rglob("*.py"))
    assert modules
    heads = []
    for module in modules:
        (pyc,) = (module.parent / "__pycache__").glob(f"{module.stem}.*.pyc")
        heads.append(pyc.read_bytes()[:8])
    return heads


def build_as_sam_does(layer: Path, artifacts: Path) -> subprocess.CompletedProcess[str]:
    """Build in a copy of the layer's folder, with the Makefile of the folder itself."""
    copy = artifacts.parent / "scratch"
    shutil.copytree(layer, copy)
    artifacts.mkdir()
    return subprocess.run(
        ["make", "--makefile", str(layer / "Makefile"), "build-PosthouseLayer"],
        cwd=copy,
        env={**environment_of_another_make(), "ARTIFACTS_DIR": str(artifacts), "PYTHON": sys.executable},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_module_of_a_layer_for_lambda_is_compiled_by_lambdas_python(
    layer: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(SWITCH, raising=False)
    try:
        monkeypatch.setenv("LAYER_PYTHON", find_compiler(dict(os.environ)))
    except BytecodeFault as fault:
        pytest.skip(str(fault))

    done = build_as_sam_does(layer, tmp_path / "built by sam")

    assert done.returncode == 0, done.stderr
    expected = [LAMBDA_MAGIC + UNCHECKED_HASH] * 2
    assert compiled(tmp_path / "built by sam") == expected
    assert compiled(build_layer("PosthouseLayer", layer, "aws", tmp_path / "builds")) == expected


def test_the_local_clouds_layer_is_compiled_by_our_own_python_and_needs_no_other(
    layer: Path, tmp_path: Path, without_one: None
) -> None:
    built = build_layer("PosthouseLayer", layer, "host", tmp_path / "builds")

    assert compiled(built) == [MAGIC_NUMBER + UNCHECKED_HASH] * 2


def test_without_lambdas_python_nothing_is_built_and_one_line_says_why(
    layer: Path, tmp_path: Path, without_one: None
) -> None:
    done = build_as_sam_does(layer, tmp_path / "built by sam")

    assert done.returncode != 0
    said, made = done.stderr.strip().splitlines()
    assert said.startswith("LAYER_PYTHON is ")
    assert made.startswith("make: ")
    assert not list((tmp_path / "built by sam").iterdir())
    with pytest.raises(LocalFault, match="could not be built: LAYER_PYTHON is"):
        build_layer("PosthouseLayer", layer, "aws", tmp_path / "builds")
    assert not list((tmp_path / "builds" / "aws").iterdir())


def test_the_switch_builds_without_bytecode_and_says_so(
    layer: Path, tmp_path: Path, without_one: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = layer_digest(layer, "aws")
    monkeypatch.setenv(SWITCH, "1")

    built = build_layer("PosthouseLayer", layer, "aws", tmp_path / "builds")

    assert [path.name for path in sorted((built / "python").rglob("*.*"))] == ["__init__.py", "money.py"]
    assert re.search("warning: .* ships without .pyc", capsys.readouterr().err)
    assert layer_digest(layer, "aws") != before


def test_a_layer_is_built_anew_when_what_all_layers_share_changes(layer: Path) -> None:
    before = layer_digest(layer, "aws")
    with (layer.parent / "layer.mk").open("a", encoding="utf-8") as shared:
        shared.write("# changed\n")

    assert layer_digest(layer, "aws") != before


def test_a_module_that_does_not_compile_ends_the_build(layer: Path, tmp_path: Path) -> None:
    (layer / "posthouse" / "domain" / "money.py").write_text("FEN = (\n", encoding="utf-8")

    with pytest.raises(LocalFault, match=r"does not compile: .*money\.py"):
        build_layer("PosthouseLayer", layer, "host", tmp_path / "builds")
