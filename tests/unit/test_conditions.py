"""The conditions of transactions have names that are constants, written once, in the store."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.support.template import ROOT

WRITES = {"check", "delete", "put", "update"}
SOURCES = sorted(path for folder in ("layers/posthouse", "functions") for path in (ROOT / folder).rglob("*.py"))


def bare_names(tree: ast.AST) -> Iterator[str]:
    """Names of conditions that are written as strings: compared with a ``failed``, or given to a transaction."""
    for node in ast.walk(tree):
        match node:
            case ast.Compare(left=left, ops=[ast.In() | ast.NotIn()], comparators=[against]):
                # The stored row that is in the way has attributes, which are strings: ``failed.rows.get(NAME, {})``.
                if _is_text(left) and ast.unparse(against) in {"failed", "failed.names"}:
                    yield ast.unparse(node)
            case ast.Call(func=ast.Attribute(attr="starting"), args=[prefix, *_]) if _is_text(prefix):
                yield ast.unparse(node)
            case ast.Call(func=ast.Attribute(value=ast.Name(id="transaction"), attr=attr), args=[name, *_]):
                if attr in WRITES and _is_text(name):
                    yield ast.unparse(node.func) + f"({ast.unparse(name)}, ...)"


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


@pytest.mark.parametrize(
    "text",
    [
        "'coupon' in failed",
        "'coupon' not in failed",
        "'coupon' in failed.names",
        "failed.starting('night:')",
        "transaction.put('money', row)",
        "transaction.update(f'guest:{user_id}', row)",
    ],
)
def test_a_bare_name_is_found(text: str) -> None:
    assert len(list(bare_names(ast.parse(text)))) == 1


@pytest.mark.parametrize(
    "text", ["coupons.COUPON in failed", "failed.starting(nights.NIGHT)", "transaction.put(NIGHT + date, row)"]
)
def test_a_constant_is_no_bare_name(text: str) -> None:
    assert list(bare_names(ast.parse(text))) == []


def test_conditions_are_named_by_constants() -> None:
    found = {path.name: names for path in SOURCES if (names := list(bare_names(ast.parse(path.read_text()))))}
    assert found == {}
