"""Sizes of the deployed code: the layers as Lambda gets them and the largest functions, against their budgets."""

from __future__ import annotations

from benchmarks.measure import table
from local.build import MEGABYTE, UNZIPPED_BUDGET, build_aws_layers, unzipped_bytes, zipped_bytes
from local.faults import LocalFault
from local.folders import ROOT
from local.package import zip_code
from local.templates import read_whole

KILOBYTE = 1_000
LAYER_ZIP_BUDGET = 12 * MEGABYTE
FUNCTION_BUDGET = 100 * KILOBYTE
LARGEST = 3


def sizes() -> str:
    """The section on sizes.

    Raises
    ------
    LocalFault
        When a layer cannot be built, or something is over its budget.
    """
    print("building the layers for Lambda", flush=True)
    layers = [(name, unzipped_bytes(folder), zipped_bytes(folder)) for name, folder in build_aws_layers()]
    functions = sorted(function_zips().items(), key=lambda it: it[1], reverse=True)
    unzipped = sum(whole for _, whole, _ in layers)
    zipped = sum(packed for _, _, packed in layers)
    budgets = [("the layers unzipped", unzipped, UNZIPPED_BUDGET), ("the layers zipped", zipped, LAYER_ZIP_BUDGET)]
    budgets += [(folder, size, FUNCTION_BUDGET) for folder, size in functions]
    over = [what for what, size, budget in budgets if size > budget]
    if over:
        raise LocalFault(f"Over budget: {', '.join(over)}.")
    rows = [[name, _megabytes(whole), _megabytes(packed)] for name, whole, packed in layers]
    rows.append(["all layers", _megabytes(unzipped), _megabytes(zipped)])
    code = [[folder, f"{size / KILOBYTE:.1f}"] for folder, size in functions[:LARGEST]]
    return f"""## Sizes

{table(["layer", "MB", "MB zipped"], rows)}

{table(["largest functions", "kB zipped"], code)}

The layers are built and compiled for Lambda (python3.13, arm64). The budgets: {UNZIPPED_BUDGET // MEGABYTE} MB for
all layers together, {LAYER_ZIP_BUDGET // MEGABYTE} MB zipped, {FUNCTION_BUDGET // KILOBYTE} kB for a function's zip.
"""


def function_zips() -> dict[str, int]:
    """Bytes of the zip of each folder of functions; all functions of a folder are deployed with the same zip."""
    resources = read_whole()["Resources"].values()
    folders = {it["Properties"]["CodeUri"] for it in resources if it["Type"] == "AWS::Serverless::Function"}
    return {folder: len(zip_code(ROOT / folder)) for folder in folders}


def _megabytes(size: int) -> str:
    return f"{size / MEGABYTE:.1f}"
