"""Searches the logs of a whole run for what they must not contain: tokens, keys, passwords, personal data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

PATTERNS = {
    "a token": re.compile(r"eyJ[0-9A-Za-z_-]{8,}\.eyJ[0-9A-Za-z_-]{8,}\.[0-9A-Za-z_-]{8,}"),
    "a phone number": re.compile(r"(?<![0-9A-Za-z.])(?:(?:\+?86)?1[3-9][0-9]{9}|\+[1-9][0-9]{7,14})(?![0-9A-Za-z])"),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY"),
    "a session key": re.compile(r"session_key"),
    "a bearer": re.compile(r"Bearer [0-9A-Za-z]"),
    "a password's digest": re.compile(r"scrypt\$"),
}
"""Secrets that have a known format. A time in milliseconds has thirteen digits, so it is not a phone number."""

MUCH = 5
"""How many leaks of one kind are shown."""


@dataclass(frozen=True)
class Leak:
    """A log line with a leak; ``line`` is shown without the secret itself."""

    what: str
    line: str


def find_leaks(lines: Iterable[str], secrets: Mapping[str, Iterable[str]]) -> Iterator[Leak]:
    """Find every line with a text in the format of a secret, or with one of the known secret values.

    Parameters
    ----------
    secrets
        Kind -> its values, such as every openid of the run. Short and empty values are not searched.
    """
    known = {what: [value for value in values if len(value) >= 8] for what, values in secrets.items()}
    shapes = dict(PATTERNS) | {
        what: re.compile("|".join(map(re.escape, sorted(values)))) for what, values in known.items() if values
    }
    for line in lines:
        for what, shape in shapes.items():
            if shape.search(line):
                yield Leak(what, shape.sub("[…]", line.strip())[:400])


def assert_no_leak(lines: Iterable[str], secrets: Mapping[str, Iterable[str]]) -> None:
    """Fail, showing some lines of each kind, if anything leaked; or if there is no log to look at."""
    counted = list(lines)
    assert counted, "there are no logs to look through"
    found: dict[str, list[str]] = {}
    for leak in find_leaks(counted, secrets):
        found.setdefault(leak.what, []).append(leak.line)
    shown = {what: (len(said), said[:MUCH]) for what, said in found.items()}
    assert not shown, f"the logs hold what they must not: {shown}"
