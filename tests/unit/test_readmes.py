"""README.md and README.zh-CN.md say the same: a fact in only one language fails here. And the licence."""

from __future__ import annotations

import hashlib
import re
import tomllib
from functools import cache
from itertools import zip_longest

import pytest

from local.folders import ROOT

ENGLISH, CHINESE = "README.md", "README.zh-CN.md"
BLOCK = re.compile(r"```\w*\n.*?```", re.DOTALL)
COMMENT = re.compile(r"(^#| {2,}#|; do #|\{ #) .*$", re.MULTILINE)
HAN = re.compile(r"[\u4e00-\u9fff]")


@cache
def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(name: str) -> list[str]:
    """The code blocks of a README, without comments, which are in its language."""
    return [COMMENT.sub(r"\1", block) for block in BLOCK.findall(text(name))]


def sections(name: str) -> list[str]:
    """The text below each heading, without code."""
    return re.split(r"^#{1,4} .*$", BLOCK.sub("", text(name)), flags=re.MULTILINE)[1:]


def rows(name: str) -> list[str]:
    return re.findall(r"^\|.*\|$", BLOCK.sub("", text(name)), re.MULTILINE)


def names(markdown: str) -> list[str]:
    """The names that are written as code: parameters, commands, files."""
    return sorted(re.findall(r"`([^`]+)`", markdown))


def numbers(markdown: str) -> list[str]:
    return sorted(re.findall(r"\d+", markdown))


def links(markdown: str) -> list[str]:
    return sorted([*re.findall(r"\]\(([^)]+)\)", markdown), *re.findall(r"<(https?://[^>]+)>", markdown)])


def levels(name: str) -> list[str]:
    return re.findall(r"^#{1,4}(?= )", BLOCK.sub("", text(name)), re.MULTILINE)


def test_each_leads_to_the_other_at_its_top() -> None:
    for name, other in [(ENGLISH, CHINESE), (CHINESE, ENGLISH)]:
        assert f"]({other})" in "\n".join(text(name).splitlines()[:4])


def test_the_same_chapters() -> None:
    assert levels(ENGLISH) == levels(CHINESE)


def test_the_same_commands_and_pictures() -> None:
    assert blocks(ENGLISH) == blocks(CHINESE)


def test_the_same_rows_with_the_same_names_and_numbers() -> None:
    for english, chinese in zip_longest(rows(ENGLISH), rows(CHINESE), fillvalue=""):
        assert (names(english), numbers(english)) == (names(chinese), numbers(chinese)), f"{english}\n{chinese}"


@pytest.mark.parametrize("place", range(len(levels(ENGLISH))))
def test_a_chapter_speaks_of_the_same_things(place: int) -> None:
    english, chinese = (sections(name)[place] for name in (ENGLISH, CHINESE))
    between = {ENGLISH, CHINESE}
    assert set(links(english)) - between == set(links(chinese)) - between
    assert names(english) == names(chinese)
    assert english.count("\n\n") == chinese.count("\n\n"), "one has a paragraph more"


def test_what_is_chinese_is_written_in_it() -> None:
    """Every paragraph, and every row except those that have only names."""
    for paragraph in re.split(r"\n\n+", BLOCK.sub("", text(CHINESE))):
        if re.search(r"[a-z]{3}", re.sub(r"<!--.*?-->|`[^`]*`|\{\{.*?\}\}", "", paragraph)):
            assert HAN.search(paragraph), paragraph


def test_the_licence_is_apaches_whole_text() -> None:
    """LICENSE is www.apache.org/licenses/LICENSE-2.0.txt, with the appendix."""
    digest = hashlib.sha256((ROOT / "LICENSE").read_bytes()).hexdigest()
    assert digest == "cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30"
    project = tomllib.loads(text("pyproject.toml"))["project"]
    assert (project["license"], project["license-files"]) == ("Apache-2.0", ["LICENSE"])
    assert "](LICENSE)" in text(ENGLISH)
