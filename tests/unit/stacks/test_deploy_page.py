"""README.md and the pages on running Posthouse: each command, parameter, output and file that they name exists."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from functools import cache
from typing import Any

import pytest

from local.diagram import anchor
from local.folders import ROOT
from local.templates import STACK, read_template
from tests.support.commands import OTHERS, Block, blocks, commands, faults, inline
from tests.support.template import template

WITH_OUTPUTS = ("docs/deploy.md", "README.md")
PAGES = (*WITH_OUTPUTS, "docs/local.md", "docs/parameters.md", "docs/rocketmq.md")
TYPED = re.compile(r"(\w+=\S+ )*(aws|sam|make) ")
"""The beginning of a command in a sentence."""

MADE_BY_HAND = {"wechat.json"}
"""Files that the reader writes during a deployment."""


@cache
def page(name: str) -> str:
    return (ROOT / name).read_text()


def all_faults(text: str) -> list[str]:
    """All faults of a page's commands, in its blocks and its sentences."""
    found = [it for block in blocks(text) for command in commands(block.text) for it in faults(command)]
    for said in inline(text):
        if TYPED.match(said):
            found += [it for command in commands(said) for it in faults(command) if " needs --" not in it]
    return found


def test_every_command_to_deploy_is_one() -> None:
    text = page("docs/deploy.md")
    assert len(blocks(text)) > 10
    assert all_faults(text) == []


def test_every_command_in_the_readme_is_one() -> None:
    by_sam = [it for it in blocks(page("README.md")) if "sam deploy" in it.text]
    assert by_sam
    assert [it for block in by_sam for command in commands(block.text) for it in faults(command)] == []
    in_sentences = [it for it in inline(page("README.md")) if TYPED.match(it)]
    assert in_sentences
    assert all_faults(" ".join(f"`{it}`" for it in in_sentences)) == []


def test_every_command_on_one_machine_is_one() -> None:
    assert "sam local invoke" in page("docs/local.md")
    assert all_faults(page("docs/local.md")) == []


@pytest.mark.parametrize("name", PAGES)
def test_what_needs_an_account_says_so(name: str) -> None:
    for block in blocks(page(name)):
        assert block.marked == block.needs_account, block.text


@pytest.mark.parametrize("name", WITH_OUTPUTS)
def test_every_output_is_one(name: str) -> None:
    named = set(re.findall(r"<([A-Z][a-z]+[A-Za-z]*)>", page(name))) - {"PagesDomain"}
    assert named
    assert named <= template()["Outputs"].keys()


def parameters(text: str) -> list[tuple[str, str]]:
    """(name, value) of every parameter that a page sets."""
    given = re.findall(r'["`]([A-Z][a-z]+[A-Za-z]*)=([^"`]*)["`]', text)
    for block in blocks(text):
        for command in commands(block.text):
            if "--parameter-overrides" in command:
                words = command[command.index("--parameter-overrides") + 1 :]
                given += [(it.partition("=")[0], it.partition("=")[2]) for it in words if "=" in it]
    return given


def wrong_parameters(text: str) -> list[str]:
    declared: dict[str, Any] = template()["Parameters"]
    wrong = []
    for name, value in parameters(text):
        allowed = [str(it) for it in declared.get(name, {}).get("AllowedValues", [value])]
        if name not in declared or value not in allowed:
            wrong.append(f"{name}={value}")
    return wrong


@pytest.mark.parametrize("name", PAGES)
def test_every_parameter_is_one(name: str) -> None:
    assert wrong_parameters(page(name)) == []


def test_the_list_for_china_is_that_of_prod_and_what_the_rules_demand() -> None:
    [block] = re.findall(r"^```toml\n(.*?)^```$", page("docs/deploy.md"), re.MULTILINE | re.DOTALL)
    china = tomllib.loads(block)["parameter_overrides"]
    prod = tomllib.loads(page("samconfig.toml"))["prod"]["deploy"]["parameters"]["parameter_overrides"]
    assert set(prod) | {"Pages=off", "Tracing=Disabled", "PublicBaseUrl=https://hotel.example"} == set(china)


@pytest.mark.parametrize("name", PAGES)
def test_every_file_is_there(name: str) -> None:
    text = page(name)
    for said in inline(text):
        if re.fullmatch(r"[\w.-]+(/[\w.-]+)*\.(py|toml|md|conf|lock)|[a-z]+\.yaml", said):
            assert (ROOT / said).is_file() or any((ROOT / it / said).is_file() for it in LAYERS), said
    files = re.findall(r"file://(\S+)|\bFILE=(\S+)", text)
    assert {one or other for one, other in files} <= MADE_BY_HAND | {"secret.json"}


def everything() -> list[str]:
    """The text of README in both languages and of all docs/."""
    return [it.relative_to(ROOT).as_posix() for it in (*ROOT.glob("README*.md"), *sorted(ROOT.glob("docs/**/*.md")))]


@pytest.mark.parametrize("name", everything())
def test_every_link_leads_to_something(name: str) -> None:
    folder = (ROOT / name).parent
    for link, heading in re.findall(r"\]\(([^)#:]*)(?:#([^)]*))?\)", page(name)):
        there = folder / link if link else ROOT / name
        assert there.exists(), link
        assert not heading or heading in headings(there.read_text()), heading


def test_every_page_is_led_to_from_the_readme() -> None:
    led = set(re.findall(r"\]\((docs/\w+\.md)\)", page("README.md")))
    assert led == {it for it in everything() if re.fullmatch(r"docs/\w+\.md", it)}


def headings(text: str) -> set[str]:
    """The anchors of a page's headings."""
    return {anchor(it) for it in re.findall(r"^#+ (.*)$", text, re.MULTILINE)}


LAYERS = ("layers/posthouse/posthouse", "docs", "web")


def test_the_stacks_and_resources_that_are_named_are_there() -> None:
    for stack, resource in re.findall(r"--stack-name (\S+) --logical-resource-id (\w+)", page("docs/deploy.md")):
        whole = read_template(ROOT / "template.yaml")["Resources"]
        if stack == "posthouse":
            assert whole[resource]["Type"] == STACK
        else:
            child = whole[stack.strip('"$').title()]["Properties"]["TemplateURL"]
            assert resource in read_template(ROOT / child)["Resources"]


# ---------------------------------------------------------------- the figures before one begins


def test_the_quotas_are_counted() -> None:
    text = page("docs/deploy.md")
    kinds = Counter(it["Type"] for it in template()["Resources"].values())
    deploying = {
        it["Properties"]["CodeUri"] for it in template()["Resources"].values() if "AutoPublishAlias" in str(it)
    }
    roles = (
        kinds["AWS::Serverless::Function"]
        + kinds["AWS::Serverless::StateMachine"]
        + kinds["AWS::IAM::Role"]
        + len(deploying)
    )
    assert f"about {round(roles, -1)} for each" in text
    root = read_template(ROOT / "template.yaml")["Resources"]
    stacks = 1 + sum(it["Type"] == STACK for it in root.values())
    assert f"| {stacks} for each stage: the root, {stacks - 4} domains, alarms, dashboard, pages |" in text


def test_what_the_pollers_may_start_is_counted() -> None:
    flash = int(template()["Parameters"]["FlashConcurrency"]["Default"])
    queues, schedules = [], 0
    for resource in template()["Resources"].values():
        for event in resource.get("Properties", {}).get("Events", {}).values():
            schedules += event["Type"] == "Schedule"
            if event["Type"] == "SQS":
                most = event["Properties"]["ScalingConfig"]["MaximumConcurrency"]
                queues.append(flash if isinstance(most, dict) else int(most))
    text = " ".join(page("docs/deploy.md").split())
    assert f"The {len(queues)} queues have pollers that may together start {sum(queues)} executions" in text
    assert schedules == 6
    assert "six schedules" in text


# ---------------------------------------------------------------- what these tests find


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("aws lamda invoke", "no service lamda"),
        ("aws lambda invoke-it", "there is no aws lambda invoke-it"),
        ("aws lambda invoke --function-name f --playload x out", "no option --playload"),
        ("aws lambda invoke out", "needs --function-name"),
        ("x=$(aws acm wait certificate-valid --certificate-arn a)", "no aws acm wait certificate-valid"),
        ("aws acm wait certificate-validated --certificate a", "no option --certificate"),
        ("aws acm request-certificate --domain-name d --validation-method POST", "takes no --validation-method POST"),
        ("aws s3 rm s3://b --recursively", "no option --recursively"),
        ("sam build && sam deploy --config-envs prod", "no option --config-envs"),
        ("sam deploy --config-env production", "samconfig.toml has no production"),
        ("sam local invoke F -e events/nothing.json", "there is no events/nothing.json"),
        ("sam publish", "nobody has looked at sam publish"),
        ("make deploy-pages STACK=x", "there is no make deploy-pages"),
        ("make deploy-web STAGE=x", "knows no STAGE"),
        ("terraform apply", "nobody has looked at terraform"),
    ],
)
def test_a_wrong_command_is_found(line: str, said: str) -> None:
    assert any(said in found for found in all_faults(f"```bash\n{line}\n```\n"))


def test_a_wrong_command_in_a_sentence_is_found() -> None:
    assert all_faults("Type `sam deploys`.") == ["nobody has looked at sam deploys"]


def test_commands_are_taken_apart_as_a_shell_does() -> None:
    text = """
base=<ApiUrl>
fn=$(aws lambda get-function \\
  --function-name "$fn:live" --query 'Stacks[0].(x)')   # a comment; with && signs
sam build && sam deploy | grep 'a
b'
"""
    assert list(commands(text)) == [
        ["aws", "lambda", "get-function", "--function-name", "$fn:live", "--query", "Stacks[0].(x)"],
        ["sam", "build"],
        ["sam", "deploy"],
        ["grep", "a\nb"],
    ]


def test_a_missing_mark_is_found() -> None:
    assert Block("curl <ApiUrl>/api/health\n").needs_account
    assert Block("sam build && sam deploy\n").needs_account
    assert not Block("sam build\nmake install\ncurl localhost\n").needs_account
    assert "grep" not in OTHERS


def test_a_wrong_parameter_is_found() -> None:
    assert wrong_parameters('`"Page=off"` and `Pages=of`') == ["Page=off", "Pages=of"]
    assert wrong_parameters("```bash\nsam deploy --parameter-overrides Release=off\n```\n") == ["Release=off"]
