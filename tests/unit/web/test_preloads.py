"""What the pages tell a browser to fetch at once is what they import, neither more nor less."""

import re

import pytest

from local.folders import WEB
from local.preloads import BEGIN, END, PAGES, with_links

MODULE = re.compile(r"""(?:from|import)\s*"(\.[^"]+)\"""")


@pytest.mark.parametrize("page", sorted(PAGES))
def test_the_page_names_what_it_imports(page: str) -> None:
    source = (WEB / page).read_text()
    assert BEGIN in source
    assert END in source
    assert source == with_links(page), "run `make preloads`"


@pytest.mark.parametrize("page", sorted(PAGES))
def test_every_file_of_the_import_graph_is_named(page: str) -> None:
    """The graph again, by another way: from module to module, depth first."""
    source = (WEB / page).read_text()
    seen: set[str] = set()

    def visit(path: str) -> None:
        for target in MODULE.findall((WEB / path).read_text()):
            name = (WEB / path).parent.joinpath(target).resolve().relative_to(WEB.resolve()).as_posix()
            if name not in seen:
                seen.add(name)
                visit(name)

    visit(PAGES[page][0])
    named = set(re.findall(r'rel="modulepreload" href="/([^"]+)"', source))
    assert named == seen
    assert len(named) > 20


@pytest.mark.parametrize("page", sorted(PAGES))
def test_a_page_says_what_it_is(page: str) -> None:
    assert re.search(r'<meta name="description" content="[^"]{20,}"', (WEB / page).read_text())
