"""`make build`: builds the layers for Lambda with the Makefiles that `sam build` uses, and prints their sizes."""

import io
import sys
import zipfile
from pathlib import Path

from local.faults import LocalFault
from local.folders import BUILD, ROOT, TEMPLATE
from local.layers import build_layer
from local.templates import read_template

MEGABYTE = 1_000_000
UNZIPPED_BUDGET = 45 * MEGABYTE
"""Our budget. Lambda refuses more than 250 MB, and every cold start reads the whole layer."""


def build_aws_layers() -> list[tuple[str, Path]]:
    """Build every layer that template.yaml builds with a Makefile. Returns their names and folders."""
    resources = read_template(TEMPLATE)["Resources"]
    return [
        (name, build_layer(name, ROOT / resource["Properties"]["ContentUri"], "aws", BUILD / "layers"))
        for name, resource in resources.items()
        if resource["Type"] == "AWS::Serverless::LayerVersion"
    ]


def unzipped_bytes(folder: Path) -> int:
    """The size in bytes of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def zipped_bytes(folder: Path) -> int:
    """The size in bytes of a folder as a zip."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder))
    return buffer.tell()


def main() -> int:
    """Build the layers and print their sizes. Exit status 1 when a build fails or a layer is over its budget."""
    try:
        layers = build_aws_layers()
    except LocalFault as fault:
        print(fault, file=sys.stderr)
        return 1
    status = 0
    for name, folder in layers:
        size = unzipped_bytes(folder)
        zipped = zipped_bytes(folder)
        print(f"{name}: {size / MEGABYTE:.1f} MB, zipped {zipped / MEGABYTE:.1f} MB, in {folder.relative_to(ROOT)}")
        if size > UNZIPPED_BUDGET:
            print(
                f"{name} is over its {UNZIPPED_BUDGET // MEGABYTE} MB: see layers/dependencies/trim.py.",
                file=sys.stderr,
            )
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
