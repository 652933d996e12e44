"""Lets moto's DynamoDB parse an expression once, not at every call, and copy only the rows that a transaction names.

This works for the pinned version of moto.
"""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from threading import local
from typing import Any

from tests.support.replaced import replace

models: Any = import_module("moto.dynamodb.models")
dynamo_type: Any = import_module("moto.dynamodb.models.dynamo_type")
table_module: Any = import_module("moto.dynamodb.models.table")
comparisons: Any = import_module("moto.dynamodb.comparisons")
nodes: Any = import_module("moto.dynamodb.parsing.ast_nodes")
expressions: Any = import_module("moto.dynamodb.parsing.expressions")
validators: Any = import_module("moto.dynamodb.parsing.validators")

is_a: Any = cache(issubclass)
"""``isinstance`` of a node takes long, because its classes are abstract; a class and its bases never change."""


def quick_expressions() -> None:
    """Replace the functions from now on."""
    _walk_trees()
    _find_in_trees()
    _parse_updates_once()
    _parse_conditions_once()
    _copy_what_is_named()
    _sort_by_values()


def _walk_trees() -> None:
    """Ask for each class of nodes once what to do with it."""

    @cache
    def chosen(wanted: tuple[Any, ...], kind: Any) -> Any:
        return next((it for it in wanted if issubclass(kind, it)), None)

    nothing_before = nodes.DepthFirstTraverser.pre_processing_of_child

    def traverse(self: Any, root: Any) -> Any:
        steps = self._processing_map()
        wanted = tuple(steps)
        looks_ahead = type(self).pre_processing_of_child is not nothing_before

        def walk(node: Any, place: int) -> Any:
            parent = node.parent
            for number, child in enumerate(node.children or ()):
                if looks_ahead:
                    self.pre_processing_of_child(node, number)
                if is_a(type(child), nodes.Node):
                    walk(child, number)
            kind: Any = type(node)
            step = chosen(wanted, kind)
            if step is not None:
                node = steps[step](node)
                node.parent = parent
                if parent:
                    parent.children[place] = node
            return node

        return walk(root, -1)

    replace(nodes.DepthFirstTraverser, "traverse", traverse)


def _find_in_trees() -> None:
    """Look into a tree's nodes by their classes."""

    def find_clauses(self: Any, kinds: list[type]) -> list[Any]:
        found = []
        for child in self.children or ():
            kind: Any = type(child)
            if kind in kinds:
                found.append(child)
            elif is_a(kind, nodes.Expression) or is_a(kind, nodes.UpdateExpressionFunction):
                found += child.find_clauses(kinds)
        return found

    replace(nodes.Node, "find_clauses", find_clauses)


def _parse_updates_once() -> None:
    """Keep the tree of each update, which is copied before it is changed, and what was found right about it."""
    written: dict[int, bytes] = {}
    looked_through: set[Any] = set()
    only_look = (
        validators.ActionCountValidator,
        validators.OverlappingPathsValidator,
        validators.UpdateHashRangeKeyValidator,
    )

    @cache
    def make(text: str) -> Any:
        tree = parse(text)
        written[id(tree)] = pickle.dumps(tree)
        return tree

    def copy_of(tree: Any) -> Any:
        return pickle.loads(written.get(id(tree)) or pickle.dumps(tree))  # noqa: S301 - dumped here

    def begin(self: Any, expression: Any, *more: Any, **named: Any) -> None:
        begin_plainly(self, expression, *more, **named)
        self.tree = id(expression) if id(expression) in written else None

    def validate(self: Any) -> Any:
        names = tuple((self.expression_attribute_names or {}).items())
        looked_at = (self.tree, names, tuple(self.table.table_key_attrs))
        if looked_at in looked_through:
            self.processors = [it for it in self.processors if not isinstance(it, only_look)]
        valid = validate_plainly(self)
        if self.tree is not None:
            looked_through.add(looked_at)
        return valid

    parse = replace(expressions.UpdateExpressionParser, "make", staticmethod(make))
    replace(validators, "deepcopy", copy_of)
    begin_plainly = replace(validators.Validator, "__init__", begin)
    validate_plainly = replace(validators.Validator, "validate", validate)


def _parse_conditions_once() -> None:
    """Keep the tree of each condition; only the values are different at each call, which parses it four times."""
    parser = comparisons.ConditionExpressionParser
    trees: dict[Any, tuple[Any, list[str], list[str]]] = {}

    def tree_of(self: Any) -> Any:
        found = self._apply_functions(self._parse_paths(self._lex_condition_expression()))
        found = self._apply_between(self._apply_in(self._apply_comparator(found)))
        tree = self._apply_parens_and_booleans(found)[0]
        self._assert_no_redundant_parentheses(tree)
        return tree, self._find_literals(tree), self._find_expr_attr_values(tree)

    def parse_once(self: Any) -> Any:
        if not self.condition_expression:
            return parse(self)
        asked = (self.condition_expression, tuple((self.expression_attribute_names or {}).items()))
        if asked not in trees:
            trees[asked] = tree_of(self)
        tree, names, values = trees[asked]
        self.expr_attr_names_found.extend(names)
        self.expr_attr_values_found.extend(values)
        return self._make_op_condition(tree)

    def make_operand(self: Any, node: Any) -> Any:
        if node.kind == self.Kind.EXPRESSION_ATTRIBUTE_VALUE:
            return comparisons.AttributeValue(self._lookup_expression_attribute_value(node.text))
        return make_plainly(self, node)

    parse = replace(parser, "parse", parse_once)
    make_plainly = replace(parser, "_make_operand", make_operand)


def _copy_what_is_named() -> None:
    """Copy of each table only the rows that the transaction names, and of a row only what can be changed in place."""
    running = local()

    def copy_value(self: Any, memo: dict[int, Any]) -> Any:
        return copy_value_plainly(self, memo) if type(self.value) in {list, dict} else self

    def transact(self: Any, items: list[dict[str, Any]]) -> None:
        running.items = items
        try:
            transact_plainly(self, items)
        finally:
            running.items = None

    def copy_table(self: Any, memo: dict[int, Any]) -> Any:
        if getattr(running, "items", None) is None or self.stream_shard is not None:
            raise NotImplementedError("only transactions copy a table, and here none has a stream")
        copied = copy.copy(self)
        copied.items = self.items.copy()
        for hash_key, range_key in _named(self, running.items):
            if hash_key not in copied.items:
                continue
            if range_key is None:
                copied.items[hash_key] = copy.deepcopy(self.items[hash_key], memo)
            else:
                rows = copied.items[hash_key]
                if rows is self.items[hash_key]:
                    rows = copied.items[hash_key] = dict(rows)
                if range_key in rows:
                    rows[range_key] = copy.deepcopy(rows[range_key], memo)
        return copied

    copy_value_plainly = replace(dynamo_type.DynamoType, "__deepcopy__", copy_value)
    transact_plainly = replace(models.DynamoDBBackend, "transact_write_items", transact)
    replace(table_module.Table, "__deepcopy__", copy_table)


def _sort_by_values() -> None:
    """Sort a table's rows by the values of their keys, each of which is computed once, not at every comparison."""

    def all_items(self: Any) -> list[Any]:
        with_range = self.range_key_attr is not None
        rows = (
            [row for of_hash in self.items.values() for row in of_hash.values()] if with_range else self.items.values()
        )
        return sorted(
            rows, key=lambda row: (row.hash_key.cast_value, row.range_key.cast_value if row.range_key else None)
        )

    replace(table_module.Table, "all_items", all_items)


def _named(table: Any, items: list[dict[str, Any]]) -> Iterator[tuple[Any, Any]]:
    """The keys of a table's rows that a transaction names."""
    value: Callable[[Any], Any] = dynamo_type.DynamoType
    for item in items:
        for operation in item.values():
            key = operation.get("Key") or operation.get("Item") or {}
            if operation.get("TableName") == table.name and table.hash_key_attr in key:
                of_range = key.get(table.range_key_attr)
                yield value(key[table.hash_key_attr]), value(of_range) if of_range else None
