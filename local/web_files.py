"""Finds the files of the pages: the tree of web/ is the tree of their URLs, both on this machine and on AWS."""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from local.faults import LocalFault
from local.folders import ROOT

INDEX = "index.html"
CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".gif": "image/gif",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
    ".yaml": "application/yaml",
}
"""Media types by suffix. Files with another suffix are not pages, nor are files whose names begin with a dot."""
NOT_PAGES = frozenset(
    {
        "biome.json",
        "mini_program",
        "node_modules",
        "openapi_lint.mjs",
        "package-lock.json",
        "package.json",
        "vendor.mjs",
    }
)
"""Files and folders directly in web/ that are for developers and not for visitors."""
REFERENCE = "docs/openapi.yaml"
"""The path under which the API reference finds openapi.yaml, which is outside of web/."""


class WebFiles:
    """The pages below one folder, by their paths in a URL, without the slash at the beginning."""

    def __init__(self, folder: Path, contract: Path = ROOT / "openapi.yaml") -> None:
        """Use the pages of `folder` and the API's contract."""
        self._folder = folder.resolve()
        self._contract = contract

    def find(self, path: str) -> Path | None:
        """The file of a path, or None; for a path that is empty or ends with a slash, the folder's index.html."""
        if path == REFERENCE:
            return self._contract
        name = f"{path}{INDEX}" if not path or path.endswith("/") else path
        if not _is_page(name):
            return None
        file = (self._folder / name).resolve()
        return file if file.is_relative_to(self._folder) and file.is_file() else None

    def has_folder(self, path: str) -> bool:
        """Whether the path is a folder of pages without the slash at the end."""
        return bool(path) and not path.endswith("/") and self.find(f"{path}/") is not None

    def all(self) -> Iterator[tuple[str, Path]]:
        """Every page with its path, sorted.

        Raises
        ------
        LocalFault
            When there are no pages.
        """
        if self.find("") is None:
            raise LocalFault(f"There is no {INDEX} in {self._folder}.")
        names = {file.relative_to(self._folder).as_posix() for file in self._folder.rglob("*") if file.is_file()}
        for name in sorted(names | {REFERENCE}):
            file = self.find(name)
            if file is not None:
                yield name, file


def content_type(path: str) -> str:
    """The media type of a page, from its path."""
    return CONTENT_TYPES[PurePosixPath(path).suffix.lower()]


def _is_page(name: str) -> bool:
    path = PurePosixPath(name)
    strange = "\0" in name or path.is_absolute() or any(part.startswith(".") for part in path.parts)
    return not strange and path.parts[0] not in NOT_PAGES and path.suffix.lower() in CONTENT_TYPES
