"""docs/adding.md as a newcomer follows it: its resources go into one domain's template, which AWS would accept."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from local.folders import ROOT
from local.package import expand_sam, package
from local.templates import read_template, routes_of
from tests.support import limits
from tests.support.stacks import ROOT_STACK, expand

PAGE = (ROOT / "docs" / "adding.md").read_text()
COUPONS = (ROOT / "functions" / "coupons.yaml").read_text()


def shown() -> str:
    """The resources that the page shows, indented as in a template."""
    [block] = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    return "".join(line[1:] if line.strip() else "\n" for line in block.splitlines(keepends=True))


def followed() -> str:
    """The coupons' template with these resources."""
    [line] = re.findall(r"`(- !GetAtt \w+Function\.Arn)`", PAGE)
    last = re.findall(r" +- !GetAtt ListMyCouponsFunction\.Arn\n", COUPONS)[0]
    with_right = COUPONS.replace(last, last + last.split("-")[0] + line + "\n")
    return with_right.replace("\nOutputs:", shown() + "\nOutputs:")


@pytest.fixture
def template(tmp_path: Path) -> Path:
    for path in (ROOT / "functions").iterdir():
        if path.is_dir():
            (tmp_path / path.name).symlink_to(path)
    (tmp_path / "coupons.yaml").write_text(followed())
    return tmp_path / "coupons.yaml"


def test_a_route_is_added_in_its_domains_template_alone(template: Path) -> None:
    written = read_template(template)
    assert routes_of(written)["GetCouponTemplateFunction"] == [("GET", "/api/staff/coupon-templates/{template_id}")]
    packed = package(written, template.parent, "bucket", lambda *_: b"")
    stacks = dict(expand())
    values = stacks["Coupons"].values
    stacks["Coupons"] = replace(stacks["Coupons"], template=expand_sam(packed.template, "us-east-1", values))
    for check in (limits.too_large, limits.bad_routes, limits.strangers_at_the_door, limits.circles):
        assert list(check(stacks)) == []
    assert list(limits.unlike_passed(stacks)) == []
    assert stacks[ROOT_STACK] == expand()[ROOT_STACK]


def test_without_the_line_for_the_role_it_is_noticed(template: Path) -> None:
    template.write_text(
        followed().replace("- !GetAtt GetCouponTemplateFunction.Arn\n", "- !GetAtt GetMeFunction.Arn\n")
    )
    packed = package(read_template(template), template.parent, "bucket", lambda *_: b"")
    alone = replace(expand()["Coupons"], template=expand_sam(packed.template, "us-east-1", expand()["Coupons"].values))
    assert list(limits.strangers_at_the_door({"Coupons": alone}))
