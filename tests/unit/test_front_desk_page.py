"""docs/front_desk.md names only routes that exist."""

from __future__ import annotations

import re

import yaml

from tests.support.template import ROOT


def test_every_route_of_the_page_is_in_the_contract() -> None:
    text = (ROOT / "docs/front_desk.md").read_text()
    named = re.findall(r"`(GET|POST|PUT|DELETE) (/api/[^`?]+)", text)
    paths = yaml.safe_load((ROOT / "openapi.yaml").read_text())["paths"]
    assert len(named) > 15
    assert [it for it in named if it[0].lower() not in paths.get(it[1], {})] == []
