"""Turns templates into what CloudFormation deploys: zips code, replaces local paths by S3 locations, expands SAM."""

import copy
import hashlib
import io
import json
import logging
import os
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.translator.transform import transform

from local.faults import LocalFault
from local.templates import SAM_TRANSFORM, Template, Values, read_template, uses_sam

logging.getLogger("samtranslator").setLevel(logging.ERROR)  # else it warns about metrics, which nobody collects here
NOT_CODE = (".asl.json", ".pyc")
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)

LayerPacker = Callable[[str, Path], bytes]
"""Returns the zip of a layer, given its logical id and its folder."""

Finish = Callable[[Template, Values], Template]
"""Finishes a child's packaged template for CloudFormation, given the template and the parameters from its parent."""


@dataclass(frozen=True)
class Package:
    """A template whose code is in a bucket, and the files to upload to that bucket."""

    template: Template
    uploads: dict[str, bytes]


@dataclass
class _Uploads:
    """The files of one package in their bucket. A folder that several resources name is uploaded once."""

    bucket: str
    files: dict[str, bytes] = field(default_factory=dict)
    urls: dict[tuple[str, Path], str] = field(default_factory=dict)

    def add(self, kind: str, source: Path, content: Callable[[], bytes], suffix: str = "") -> str:
        """Returns the S3 URL of a file; ``content`` is called at the first use of ``source`` only."""
        if (kind, source) not in self.urls:
            data = content()
            key = f"{kind}/{source.name}-{hashlib.sha256(data).hexdigest()[:16]}{suffix}"
            self.files[key] = data
            self.urls[kind, source] = f"s3://{self.bucket}/{key}"
        return self.urls[kind, source]


def package(
    template: Template, root: Path, bucket: str, pack_layer: LayerPacker, finish: Finish = lambda child, _: child
) -> Package:
    """Zip the folders that the template and its nested ones name, as `sam package` does, each folder once.

    Parameters
    ----------
    template
        As `read_template` returns it; not changed.
    root
        The folder that the template's paths are relative to.
    bucket
        The bucket of the uploads.
    pack_layer
        Builds and zips a layer.
    finish
        Called for a nested template that uses SAM, before the upload; does nothing by default.
    """
    packaged = copy.deepcopy(template)
    uploads = _Uploads(bucket)

    def nested(child: Path, passed: Values) -> bytes:
        inner = read_template(child)
        if not uses_sam(inner):
            return child.read_bytes()
        done = package(inner, child.parent, bucket, pack_layer, finish)
        uploads.files.update(done.uploads)
        return json.dumps(finish(done.template, passed)).encode()

    for name, resource in packaged["Resources"].items():
        _upload(name, resource, root, uploads, pack_layer, nested)
    return Package(template=packaged, uploads=uploads.files)


def _upload(
    name: str,
    resource: dict[str, Any],
    root: Path,
    uploads: _Uploads,
    pack_layer: LayerPacker,
    nested: Callable[[Path, Values], bytes],
) -> None:
    """Upload the file or folder that a resource names, if it names one, and put the URL in its place."""
    properties = resource.get("Properties", {})
    match resource["Type"]:
        case "AWS::Serverless::Function":
            folder = _local_path(root, name, properties, "CodeUri")
            properties["CodeUri"] = uploads.add("functions", folder, partial(zip_code, folder), ".zip")
        case "AWS::Serverless::LayerVersion":
            folder = _local_path(root, name, properties, "ContentUri")
            properties["ContentUri"] = uploads.add("layers", folder, partial(pack_layer, name, folder), ".zip")
        case "AWS::Serverless::StateMachine" if "DefinitionUri" in properties:
            flow = _local_path(root, name, properties, "DefinitionUri")
            properties["DefinitionUri"] = uploads.add("flows", flow, flow.read_bytes)
        case "AWS::CloudFormation::Stack":
            child = _local_path(root, name, properties, "TemplateURL")
            url = uploads.add("stacks", child, partial(nested, child, properties.get("Parameters", {})))
            properties["TemplateURL"] = url.replace("s3://", "https://s3.amazonaws.com/")


def _local_path(root: Path, name: str, properties: dict[str, Any], key: str) -> Path:
    given = properties.get(key)
    if not isinstance(given, str):
        raise LocalFault(f"{name} needs a {key} that is a path.")
    path = (root / given).resolve()
    if not path.exists():
        raise LocalFault(f"{name} has {key} {given}, which does not exist.")
    return path


def zip_code(folder: Path) -> bytes:
    """Zip a function's folder without compiled files and workflows. The same content gives the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in _code_files(folder):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), ZIP_EPOCH)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())
    return buffer.getvalue()


def _code_files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts and not path.name.endswith(NOT_CODE):
            yield path


def expand_sam(template: Template, region: str, parameters: Mapping[str, Any] | None = None) -> Template:
    """Apply the SAM transform as CloudFormation does. Other transforms stay in the template.

    Parameters
    ----------
    template
        The template to expand; not changed.
    region
        The region that it is for.
    parameters
        Parameter values that the transform may read (whether there is tracing), where they differ from the defaults.

    Raises
    ------
    LocalFault
        With every complaint that the transform has.
    """
    declared = template.get("Transform", [])
    others = [name for name in ([declared] if isinstance(declared, str) else declared) if name != SAM_TRANSFORM]
    # The transform asks boto3 for a region, and boto3 reads the shell's profile, which may not exist.
    shell = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    own = {"AWS_DEFAULT_REGION": region, "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    with mock.patch.dict(os.environ, shell | own, clear=True):
        try:
            expanded: Template = transform(copy.deepcopy(template), dict(parameters or {}), _NoManagedPolicies())
        except InvalidDocumentException as error:
            complaints = "; ".join(cause.message for cause in error.causes) or error.message
            raise LocalFault(f"SAM cannot expand the template: {complaints}") from error
    expanded.pop("Transform", None)
    return {"Transform": others, **expanded} if others else expanded


class _NoManagedPolicies:
    """Stands for SAM's lookup of managed policies' ARNs by name; our templates write ARNs out, so it has none."""

    def load(self) -> dict[str, str]:
        return {}
