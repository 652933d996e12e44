"""docs/adding.md as a newcomer follows it: its resources go into one domain's template, which AWS would accept."""

from __future__ import annotations

import importlib.util
import re
from dataclasses import replace
from pathlib import Path

import pytest

from local.folders import ROOT
from local.package import expand_sam, package
from local.templates import read_template, routes_of
from posthouse.domain.identity import Role
from tests.support import limits
from tests.support.stacks import ROOT_STACK, expand

PAGE = (ROOT / "docs" / "adding.md").read_text()
SHOWN = {"functions/coupons/get_coupon_template.py", "events/coupons/get_coupon_template.json"}
"""The files of the example, which are not there."""
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


def test_the_step_that_it_shows_is_one(tmp_path: Path) -> None:
    [block] = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    file = tmp_path / "get_coupon_template.py"
    file.write_text("".join(line.removeprefix("   ") for line in block.splitlines(keepends=True)))
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.handler.contract.roles == {Role.ADMIN}
    assert file.read_text().startswith('"""GET /api/staff/coupon-templates/{template_id}: ')


def items() -> list[str]:
    """What the page says, list item by list item and paragraph by paragraph, without the code that it shows."""
    return re.split(r"\n\n|\n(?=\d+\. )", re.sub(r"```.*?```", "", PAGE, flags=re.DOTALL))


def paths_in(text: str) -> set[str]:
    """The files and folders that a text names."""
    named = re.findall(r"`([\w./<>-]+)`", text)
    return {it for it in named if "/" in it or it.endswith((".yaml", ".md"))}


def test_every_file_and_test_that_it_names_is_there() -> None:
    named = paths_in(PAGE)
    assert len({it for it in named if it.startswith("tests/")}) > 10
    missing = {it for it in named - SHOWN if "<" not in it and not (ROOT / it).exists()}
    assert missing == set()


def test_where_a_domain_or_a_step_is_meant_there_is_one() -> None:
    for path in paths_in(PAGE):
        pattern = re.sub(r"<\w+>", "*", path).rstrip("/")
        assert path in SHOWN or any(ROOT.glob(pattern)), path


def test_every_list_that_it_names_is_in_the_file_that_it_names() -> None:
    for item in items():
        texts = [(ROOT / it).read_text() for it in paths_in(item) - SHOWN if (ROOT / it).is_file()]
        for name in re.findall(r"`(_?[A-Z]{4,}(?:_[A-Z]+)*)`", item):
            assert any(name in text for text in texts), (name, item)


def test_every_target_of_make_that_it_names_is_one() -> None:
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {target for said in re.findall(r"`make ([\w -]+)`", PAGE) for target in said.split()}
    assert named
    assert named <= targets


def test_a_route_takes_at_most_eight_files() -> None:
    [chapter] = re.findall(r"## A route\n(.*?)## A consumer", PAGE, re.DOTALL)
    steps = [int(number) for number in re.findall(r"^(\d+)\. ", chapter, re.MULTILINE)]
    assert steps == list(range(1, 7))
    assert len(steps) + 2 <= 8, "its scene and the status of its refusal come on top"
