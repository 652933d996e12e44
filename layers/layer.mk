# The common part of the layers' Makefiles, both for `sam build` (BuildMethod: makefile) and for local/layers.py.
# `sam build` runs a Makefile in a copy of its folder, but reads it from the original folder: HERE, which may have spaces.
#
#   LAYER_TARGET=aws   for Lambda (python3.13, arm64), from any machine, no Docker   (default)
#   LAYER_ARCHITECTURE=x86_64  instead of arm64: `make sam-local ARCHITECTURE=x86_64`
#   LAYER_TARGET=host  for the Python in PYTHON, which runs the local cloud
#   LAYER_PYTHON       the Python that compiles, of Lambda's version; without it, bytecode.py finds or installs one
#   POSTHOUSE_WITHOUT_BYTECODE=1  build for Lambda without .pyc, which makes cold starts take three times the CPU

PYTHON ?= python3
LAYER_TARGET ?= aws
LAYER_ARCHITECTURE ?= arm64
MACHINE = $(subst arm64,aarch64,$(LAYER_ARCHITECTURE))
PACKAGES = "$(ARTIFACTS_DIR)/python"
BYTECODE = $(PYTHON) "$(HERE)/../bytecode.py" --target $(LAYER_TARGET)
# Ignore a shell's settings that install packages elsewhere, or refuse to install outside a virtual environment.
PIP = env -u PIP_USER -u PIP_TARGET -u PIP_PREFIX -u PIP_CONSTRAINT -u PIP_REQUIRE_VIRTUALENV $(PYTHON) -m pip

ifeq ($(LAYER_TARGET),aws)
PLATFORM = --platform manylinux2014_$(MACHINE) --platform manylinux_2_28_$(MACHINE) --implementation cp --python-version 3.13
else
PLATFORM =
endif

# Fails before anything is downloaded if no Python here compiles for Lambda.
.PHONY: compiler
compiler:
	@$(BYTECODE)

define INSTALL
@$(PYTHON) -m pip --version >/dev/null 2>&1 || { echo "$(PYTHON) has no pip: install it, or set PYTHON= to a Python that has it" >&2; exit 1; }
@$(PIP) install --quiet --disable-pip-version-check --no-input --no-user --no-compile \
	--only-binary=:all: --require-hashes $(PLATFORM) --target $(PACKAGES) -r requirements.txt
endef

define COMPILE
@$(BYTECODE) "$(ARTIFACTS_DIR)"
endef
