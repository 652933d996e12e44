"""The commands in a Markdown page, and those of their faults that can be found without an account."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import botocore.session
from botocore import xform_name

from local.folders import ROOT

ACCOUNT = "# needs an AWS account"
"""The first line of a block that needs an account."""

_BLOCK = re.compile(r"^```bash\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_ANY_BLOCK = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_HERE_DOCUMENT = re.compile(r"<<'(\w+)'\n.*?^\1$", re.MULTILINE | re.DOTALL)
_OUTPUT = re.compile(r"<([A-Z][A-Za-z]+)>")
_PLACEHOLDER = re.compile(r"<([A-Za-z][\w-]*)>")
_COMMENT = re.compile(r"(?:^|\s)#\s.*$", re.MULTILINE)
_ENDS = {"&&", "||", ";", "|", "(", ")", "&", "\n"}

SAM_OPTIONS = {
    "build": "--base-dir --build-dir --build-in-source --cached --config-env --config-file --debug --exclude "
    "--manifest --no-cached --parallel --parameter-overrides --profile --region --template --template-file "
    "--use-container",
    "delete": "--config-env --config-file --debug --no-prompts --profile --region --s3-bucket --s3-prefix --stack-name",
    "deploy": "--capabilities --config-env --config-file --confirm-changeset --debug --disable-rollback "
    "--fail-on-empty-changeset --force-upload --guided --kms-key-id --max-wait-duration --metadata "
    "--no-confirm-changeset --no-disable-rollback --no-execute-changeset --no-fail-on-empty-changeset "
    "--notification-arns --on-failure --parameter-overrides --profile --region --resolve-s3 --role-arn --s3-bucket "
    "--s3-prefix --stack-name --tags --template --template-file --use-json",
    "list": "--config-env --config-file --debug --output --profile --region --stack-name",
    "local": "--config-env --config-file --debug --docker-network --env-vars --event --force-image-build "
    "--layer-cache-basedir --log-file --parameter-overrides --profile --region --skip-pull-image --template "
    "--template-file -e -t -n",
    "logs": "--config-env --config-file --cw-log-group --debug --end-time --filter --include-traces --name --output "
    "--profile --region --stack-name --start-time --tail -n -t -s -e",
    "validate": "--config-env --config-file --debug --lint --profile --region --template --template-file",
}
"""The options in ``sam <command> --help`` of SAM CLI 1.170.0, which `make install` does not install."""
SAM_WITH_ACCOUNT = {"delete", "deploy", "list", "logs", "sync"}

AWS_GLOBAL = {"--cli-binary-format", "--no-cli-pager", "--output", "--profile", "--query", "--region"}
"""Options of the AWS CLI itself, version 2."""
AWS_OWN = {("s3", "rm"): {"--recursive", "--dryrun"}, ("logs", "tail"): {"--follow", "--since", "--format"}}
"""Commands that the AWS CLI adds to the services' own, with their options."""
AWS_NAMES = {"deploy": "codedeploy"}
"""Services whose names in the AWS CLI differ from botocore's."""

OTHERS = {"cd", "curl", "export", "git", "python3", "rm", "rsync", "scp", "set", "ssh"}
"""Commands whose options are not checked."""
MAKE_WITH_ACCOUNT = {"deploy-web"}


@dataclass(frozen=True)
class Block:
    """A block of commands of a page."""

    text: str

    @property
    def marked(self) -> bool:
        """Whether the block says that it needs an account."""
        return self.text.startswith(ACCOUNT)

    @property
    def needs_account(self) -> bool:
        """Whether the block calls AWS, or names something that only a deployed stack has."""
        return bool(_OUTPUT.search(self.text)) or any(map(_needs_account, commands(self.text)))


def blocks(page: str) -> list[Block]:
    """The blocks of commands of a page."""
    return [Block(found[1]) for found in _BLOCK.finditer(page)]


def inline(page: str) -> list[str]:
    """The inline code in a page's text, each on one line."""
    return [" ".join(it.split()) for it in re.findall(r"`([^`]+)`", _ANY_BLOCK.sub("", page))]


def commands(text: str) -> Iterator[list[str]]:
    """The single commands of a shell text as lists of words, including those in ``$(…)``."""
    plain = _HERE_DOCUMENT.sub("", text).replace("\\\n", " ")
    plain = _PLACEHOLDER.sub(r"PLACEHOLDER", _COMMENT.sub("", plain))
    plain = re.sub(r'"\$\(', "$(", plain)
    for line in _lines(plain):
        lexer = shlex.shlex(line, posix=True, punctuation_chars="();|&")
        lexer.whitespace_split = True
        lexer.commenters = ""
        words: list[str] = []
        for word in [*lexer, "\n"]:
            if word in _ENDS or word in {"$", "$("}:
                yield from _one(words)
                words = []
            else:
                words.append(word)


def _lines(text: str) -> Iterator[str]:
    """The lines of a text, joined while a quote is open."""
    held = ""
    for line in text.splitlines():
        held = f"{held}\n{line}" if held else line
        try:
            shlex.split(held)
        except ValueError:
            continue
        yield held
        held = ""
    assert not held, f"a quote is never closed: {held}"


def _one(words: list[str]) -> Iterator[list[str]]:
    while words and re.fullmatch(r"\w+=\S*", words[0]):
        words = words[1:]
    if words:
        yield words


def _needs_account(command: list[str]) -> bool:
    match command:
        case ["aws", *_]:
            return True
        case ["sam", verb, *_]:
            return verb in SAM_WITH_ACCOUNT
        case ["make", target, *_]:
            return target in MAKE_WITH_ACCOUNT
    return False


def faults(command: list[str]) -> list[str]:
    """All faults of a command."""
    match [command[0].removeprefix(".build/sam-cli/bin/"), *command[1:]]:
        case ["aws", service, operation, *rest]:
            return _aws(service, operation, rest)
        case ["sam", *rest]:
            return _sam(rest)
        case ["make", *words]:
            return _make(words)
        case [name, *_] if name in OTHERS:
            return []
    return [f"nobody has looked at {command[0]}"]


# ---------------------------------------------------------------- aws


@cache
def _session() -> Any:
    return botocore.session.Session()


@cache
def _operations(service: str) -> tuple[Any, dict[str, str]]:
    model = _session().get_service_model(service)
    return model, {xform_name(name, "-"): name for name in model.operation_names}


def _aws(service: str, operation: str, rest: list[str]) -> list[str]:
    said = f"aws {service} {operation}"
    if (service, operation) in AWS_OWN:
        return _unknown(said, rest, AWS_OWN[service, operation] | AWS_GLOBAL)
    name = AWS_NAMES.get(service, service)
    if name not in _session().get_available_services():
        return [f"there is no service {service}"]
    if operation == "wait":
        return _waiting(name, rest)
    model, known = _operations(name)
    if operation not in known:
        return [f"there is no {said}"]
    return _asked(said, model.operation_model(known[operation]), rest)


def _waiting(service: str, rest: list[str]) -> list[str]:
    waiters = _session().get_waiter_model(service)
    known = {xform_name(name, "-"): name for name in waiters.waiter_names}
    if rest[0] not in known:
        return [f"there is no aws {service} wait {rest[0]}"]
    operation = _operations(service)[0].operation_model(waiters.get_waiter(known[rest[0]]).operation)
    return _asked(f"aws {service} wait {rest[0]}", operation, rest[1:])


def _asked(said: str, operation: Any, rest: list[str]) -> list[str]:
    members = operation.input_shape.members if operation.input_shape else {}
    options = {f"--{xform_name(name, '-')}": name for name in members}
    switches = {f"--no-{option[2:]}" for option, name in options.items() if members[name].type_name == "boolean"}
    wrong = _unknown(said, rest, options.keys() | switches | AWS_GLOBAL)
    for option, name in options.items():
        found = rest[rest.index(option) + 1 : rest.index(option) + 2] if option in rest else []
        allowed = getattr(members[name], "enum", [])
        if allowed and found and found[0] not in allowed:
            wrong.append(f"{said} takes no {option} {found[0]}")
    needed = {f"--{xform_name(name, '-')}" for name in (operation.input_shape.required_members if members else [])}
    given = {word for word in rest if word.startswith("--")} | {word.replace("--no-", "--") for word in rest}
    return wrong + [f"{said} needs {option}" for option in sorted(needed - given)]


def _unknown(said: str, rest: list[str], known: set[str]) -> list[str]:
    return [f"{said} has no option {word}" for word in rest if word.startswith("-") and word not in known]


# ---------------------------------------------------------------- sam and make


def environments() -> set[str]:
    """The names that ``--config-env`` accepts."""
    return set(tomllib.loads((ROOT / "samconfig.toml").read_text())) - {"version"}


def _sam(words: list[str]) -> list[str]:
    if words == ["--version"]:
        return []
    [verb, *rest] = words
    if verb not in SAM_OPTIONS:
        return [f"nobody has looked at sam {verb}"]
    known = set(SAM_OPTIONS[verb].split())
    wrong = [f"sam {verb} has no option {word}" for word in rest if word.startswith("-") and word not in known]
    if "--config-env" in rest and (name := rest[rest.index("--config-env") + 1]) not in environments():
        wrong.append(f"samconfig.toml has no {name}")
    files = [rest[rest.index(it) + 1] for it in ("-e", "--event") if verb == "local" and it in rest]
    return wrong + [f"there is no {file}" for file in files if not (ROOT / file).is_file()]


def _make(words: list[str]) -> list[str]:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z0-9-]+):", makefile, re.MULTILINE))
    names = set(re.findall(r"\$\((\w+)\)|([A-Z_]+)=", makefile))
    wrong = []
    for word in words:
        name, is_variable, _ = word.partition("=")
        if is_variable and not any(name in both for both in names):
            wrong.append(f"the Makefile knows no {name}")
        if not is_variable and word not in targets:
            wrong.append(f"there is no make {word}")
    return wrong
