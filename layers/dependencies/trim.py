"""Removes from an installed layer what no function imports: other AWS services' models, tests, install records.

The Makefile beside it runs it. Lambda unpacks the layer at every cold start and refuses more than 250 MB; our own
budget is 45 MB. It removes botocore's 400 service models except ours (31 MB), type stubs and commands.
"""

import shutil
import sys
from pathlib import Path

KEPT_SERVICES = frozenset({"dynamodb", "secretsmanager", "sns", "sqs", "stepfunctions", "sts"})
# importlib.metadata reads a version from METADATA (python-ulid does so at import); licences stay with the code.
DROPPED_RECORDS = (
    "RECORD",
    "INSTALLER",
    "REQUESTED",
    "WHEEL",
    "direct_url.json",
    "entry_points.txt",
    "top_level.txt",
    "sboms",
)
DROPPED_FOLDERS = ("tests", "test", "__pycache__")
# Parts that no function of ours imports. If one needs a part later, it fails on the local cloud: take it off this list.
DROPPED_PARTS = (
    "bin",
    "boto3/examples",
    "cffi",  # PyNaCl was compiled with it; at run time it needs _cffi_backend alone
    "pycparser",
    "dateutil/zoneinfo",
    "tzdata/zoneinfo/tzdata.zi",  # the source of the compiled zones beside it
    "urllib3/contrib/emscripten",
    "aws_lambda_powertools/event_handler/openapi/swagger_ui",
    *(
        f"aws_lambda_powertools/utilities/{name}"
        for name in (
            "auth_alpha",
            "circuit_breaker",
            "data_masking",
            "feature_flags",
            "idempotency",
            "kafka",
            "metadata",
            "parameters",
            "streaming",
            "validation",
        )
    ),
)
# Batch processing uses four of the package's thirty modules; it would import all of them at a consumer's cold start.
REPLACED = {"aws_lambda_powertools/utilities/data_classes/__init__.py": "from .s3_event import S3Event\n"}
# Imports that we do not need: (file, old text, new text). Each takes a twentieth of a cold start or more.
PATCHED = (
    # We do not process batches with coroutines.
    ("aws_lambda_powertools/utilities/batch/base.py", "\nimport asyncio\n", "\nasyncio = None\n"),
    # Our tokens use HS256, which needs no cryptography; functions that call WeChat have it for other purposes.
    ("jwt/algorithms.py", "    from cryptography import x509\n", "    raise ModuleNotFoundError\n"),
    (
        "jwt/utils.py",
        "    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurve\n",
        "    raise ModuleNotFoundError\n",
    ),
)


def trim(packages: Path) -> None:
    """Trim the folder that pip installed into, in place. Running it again changes nothing."""
    for data in (packages / "botocore/data", packages / "boto3/data"):
        for service in data.iterdir():
            if service.is_dir() and service.name not in KEPT_SERVICES:
                _remove(service)
    for name in DROPPED_FOLDERS:
        for folder in sorted(packages.glob(f"**/{name}")):
            _remove(folder)
    for stub in packages.glob("**/*.pyi"):
        _remove(stub)
    for part in DROPPED_PARTS:
        _remove(packages / part)
    for module, text in REPLACED.items():
        (packages / module).write_text(text, encoding="utf-8")
    for module, text, becomes in PATCHED:
        _patch(packages / module, text, becomes)
    _trim_records(packages)


def _patch(module: Path, text: str, becomes: str) -> None:
    """Replace a text. Raises SystemExit if a new version of the package does not have it: then check it again."""
    source = module.read_text(encoding="utf-8")
    if becomes not in source and text not in source:
        sys.exit(f"{module} has no {text!r} any more: see whether trim.py still has to change it")
    module.write_text(source.replace(text, becomes), encoding="utf-8")


def _trim_records(packages: Path) -> None:
    for record in packages.glob("*.dist-info/*"):
        if record.name in DROPPED_RECORDS:
            _remove(record)
    for metadata in packages.glob("*.dist-info/METADATA"):
        headers, _, _readme = metadata.read_text(encoding="utf-8").partition("\n\n")
        metadata.write_text(headers + "\n\n", encoding="utf-8")


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    elif path.exists():
        path.unlink()


if __name__ == "__main__":
    trim(Path(sys.argv[1]))
