"""The pages as files: nothing inline, nothing from other hosts, every text in both languages, every import found."""

import json
import re
from functools import cache
from pathlib import Path

import pytest

from local.folders import ROOT, WEB

OURS = sorted(
    path
    for path in WEB.rglob("*")
    if path.suffix in {".js", ".css", ".html"} and not {"vendor", "node_modules"} & set(path.relative_to(WEB).parts)
)
PAGES = [path for path in OURS if path.suffix == ".html"]
MODULES = [path for path in OURS if path.suffix == ".js" and "mini_program" not in path.parts]
TEXT = re.compile(r'^\s*"?([a-z][\w.]*)"?:\s*\[\s*"((?:[^"\\]|\\.)*)",\s*"((?:[^"\\]|\\.)*)",?\s*\]', re.MULTILINE)
# Keys that are made from a code of the API.
OF_CODES = ("status.", "problem.", "reason.", "account.reason.", "sales.reason.", "actor.")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def _name(path: Path) -> str:
    return path.relative_to(WEB).as_posix()


@cache
def _texts() -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for path in MODULES:
        if path.name.endswith("texts.js"):
            for key, chinese, english in TEXT.findall(path.read_text()):
                found[key] = chinese, english
    return found


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_a_page_has_nothing_inline(page: Path) -> None:
    source = page.read_text()
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", source)
    assert all(re.search(r"\bsrc=", tag) for tag in re.findall(r"<script[^>]*>", source))


@pytest.mark.parametrize("path", [it for it in OURS if "mini_program" not in it.parts], ids=_name)
def test_nothing_comes_from_elsewhere(path: Path) -> None:
    """Links may go to other hosts; files that a page loads may not."""
    source = path.read_text()
    assert not re.search(r"""(?:src|import|from|url\()\s*=?\s*["'(]*(?:https?:)?//""", source)
    assert not re.search(r"innerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function\(", source)


@pytest.mark.parametrize("module", MODULES, ids=_name)
def test_every_import_is_there(module: Path) -> None:
    """A path begins with a dot or a slash: so a text that ends with "from" is no import."""
    for target in re.findall(r"""(?<![\w.])(?:from|import)\s*\(?\s*"([./][^"]+)\"""", module.read_text()):
        found = WEB / target.lstrip("/") if target.startswith("/") else module.parent / target
        assert found.resolve().is_file(), f"{_name(module)} imports {target}"


def _target(module: Path, named: str) -> Path:
    return (WEB / named.lstrip("/") if named.startswith("/") else module.parent / named).resolve()


@cache
def _exported(module: Path) -> frozenset[str]:
    source = module.read_text()
    names = re.findall(r"export\s+(?:async\s+)?(?:function\*?|const|let|class)\s+(\w+)", source)
    return frozenset([*names, *re.findall(r"(\w+)\s*[,}]", "".join(re.findall(r"export\s*(\{[^}]*\})", source)))])


@pytest.mark.parametrize("module", MODULES, ids=_name)
def test_every_name_that_is_imported_is_exported(module: Path) -> None:
    """A browser refuses a whole module for one name: the page stays empty."""
    source = module.read_text()
    imported = re.findall(r"""import\s*\{([^}]*)\}\s*from\s*"([^"]+)\"""", source)
    imported += [(name, file) for file, name in re.findall(r"""import\("([^"]+)"\),\s*"(\w+)\"""", source)]
    for names, named in imported:
        target = _target(module, named)
        if "vendor" not in target.parts:
            wanted = {it.split(" as ")[0].strip() for it in names.split(",")} - {""}
            assert wanted <= _exported(target), f"{_name(module)} imports from {named}"


@pytest.mark.parametrize("module", MODULES, ids=_name)
def test_every_text_that_is_used_exists(module: Path) -> None:
    used = re.findall(r"""\b(?:t|textOr)\(\s*"([^"]+)\"""", module.read_text())
    assert [key for key in used if key not in _texts()] == []


def test_every_text_is_in_both_languages_with_the_same_parameters() -> None:
    assert len(_texts()) > 100
    for key, (chinese, english) in _texts().items():
        assert chinese, key
        assert english, key
        assert not CHINESE.search(english), f"{key}: {english}"
        assert sorted(re.findall(r"\{(\w+)\}", chinese)) == sorted(re.findall(r"\{(\w+)\}", english)), key


def test_no_text_is_left_over() -> None:
    source = "\n".join(path.read_text() for path in MODULES if not path.name.endswith("texts.js"))
    made = tuple(re.findall(r"\b(?:t|textOr)\(\s*`([^`$]+)\$\{", source)) + OF_CODES
    unused = [key for key in _texts() if f'"{key}"' not in source and not key.startswith(made)]
    assert unused == []


def test_every_picture_that_is_named_is_there_and_plain() -> None:
    """A missing picture is a 404 in the console; a picture must not contain a script."""
    source = "\n".join(path.read_text() for path in OURS) + (ROOT / "local/seed/demo.py").read_text()
    named = set(re.findall(r"/images/([\w-]+\.svg)", source))
    named |= {f"empty-{it}.svg" for it in re.findall(r"""picture\s*=\s*"([\w-]+)\"""", source)}
    assert sorted(it for it in named if not (WEB / "images" / it).is_file()) == []
    for picture in (WEB / "images").glob("*.svg"):
        assert picture.stat().st_size < 32_000, picture.name
        assert not re.search(r"<script|<style|\sstyle=|<text|href=\"http", picture.read_text()), picture.name


def test_what_is_vendored_is_what_is_pinned() -> None:
    lock = json.loads((WEB / "package-lock.json").read_text())["packages"]
    told = "\n".join(path.read_text() for path in (WEB / "vendor").rglob("*.licences.txt"))
    for name in json.loads((WEB / "package.json").read_text())["dependencies"]:
        assert f"{name} {lock[f'node_modules/{name}']['version']} (" in told, f"{name}: run `make vendor`"


def test_the_lock_names_no_place_to_load_from() -> None:
    lock = (WEB / "package-lock.json").read_text()
    assert set(re.findall(r"https?://[^/\"]+", lock)) <= {"https://registry.npmjs.org", *_funders(lock)}


def _funders(lock: str) -> set[str]:
    """Hosts where projects ask for donations; nothing is loaded from them."""
    return {re.sub(r"(https?://[^/]+).*", r"\1", url) for url in re.findall(r'"url": "([^"]+)"', lock)}
