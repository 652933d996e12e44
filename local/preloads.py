"""Writes into the pages which files they load: a browser then fetches all of them at once, not one after the other.

A module is known only when the one that imports it has arrived, and so is a style sheet. `make preloads` runs this.
"""

import re
from pathlib import Path

from local.folders import WEB

PAGES = {"index.html": ("guest/main.js", "guest/guest.css"), "staff/index.html": ("staff/main.js", "staff/staff.css")}
"""Page -> its module and its style sheet. The sheet of both apps is linked by the page itself."""
SHARED_SHEET = "shared/base.css"
BEGIN, END = "<!-- what the page imports: make preloads -->", "<!-- until here -->"
_IMPORT = re.compile(r"""^(?:import|export)\b[^;"]*?"(\.[^"]+)";""", re.MULTILINE | re.DOTALL)
_SHEET = re.compile(r"""@import "([^"]+)";""")


def imported(start: str, pattern: re.Pattern[str]) -> list[str]:
    """Return the files below `web/` that `start` imports, themselves and by others, in the order of the imports."""
    found: list[str] = []
    waiting = [start]
    while waiting:
        path = waiting.pop(0)
        for target in pattern.findall((WEB / path).read_text()):
            name = (WEB / path).parent.joinpath(target).resolve().relative_to(WEB.resolve()).as_posix()
            if name != start and name not in found:
                found.append(name)
                waiting.append(name)
    return found


def links(page: str) -> list[str]:
    """Return the lines that tell a browser what the page imports."""
    module, sheet = PAGES[page]
    sheets = dict.fromkeys(imported(SHARED_SHEET, _SHEET) + imported(sheet, _SHEET))
    return [
        *(f'<link rel="preload" as="style" href="/{it}" />' for it in sheets),
        *(f'<link rel="modulepreload" href="/{it}" />' for it in imported(module, _IMPORT)),
    ]


def with_links(page: str) -> str:
    """Return the page with the lines of now."""
    before, _, rest = (WEB / page).read_text().partition(BEGIN)
    after = rest.partition(END)[2]
    indent = "\n    "
    return f"{before}{BEGIN}{indent}{indent.join(links(page))}{indent}{END}{after}"


def main() -> None:
    """Write the lines into each page."""
    for page in PAGES:
        Path(WEB / page).write_text(with_links(page))


if __name__ == "__main__":
    main()
