"""Caches values that moto computes at every call although they never change: that was half of these tests' time.

Each function returns the same as before; only the number of computations is different. This works for the
pinned version of moto.
"""

from __future__ import annotations

import pickle
from functools import cache
from importlib import import_module
from typing import Any

base_backend: Any = import_module("moto.core.base_backend")
botocore_stubber: Any = import_module("moto.core.botocore_stubber")
responses: Any = import_module("moto.core.responses")
serialize: Any = import_module("moto.core.serialize")
utils: Any = import_module("moto.core.utils")
comparisons: Any = import_module("moto.dynamodb.comparisons")
validators: Any = import_module("moto.dynamodb.parsing.validators")


def think_once() -> None:
    """Use the caches from now on."""
    utils.camelcase_to_underscores = responses.camelcase_to_underscores = cache(utils.camelcase_to_underscores)
    responses.method_names_from_class = cache(responses.method_names_from_class)
    _urls_once()
    _names_of_members_once()
    _conditions_once()
    # A tree whose nodes refer to each other is copied: pickle does this in a third of the time.
    validators.deepcopy = lambda tree: pickle.loads(pickle.dumps(tree))  # noqa: S301 - dumped here


def _urls_once() -> None:
    """Compute a service's addresses once: a pattern for each partition of AWS."""
    written = base_backend.BaseBackend.urls.fget
    of_class: dict[type, Any] = {}

    def urls(self: Any) -> Any:
        if type(self) not in of_class:
            of_class[type(self)] = written(self)
        return of_class[type(self)]

    base_backend.BaseBackend.urls = property(urls)
    botocore_stubber.get_equivalent_url_in_aws_domain = cache(utils.get_equivalent_url_in_aws_domain)


def _names_of_members_once() -> None:
    """Compute once under which names a backend's result may have a response's member: a dozen, mostly the same."""
    search, pick = serialize.XFormedAttributePicker.get_possible_keys, serialize.AttributePicker.__call__

    def possible_keys(self: Any, context: Any) -> Any:
        if hasattr(context.obj, "Meta"):  # the caller may pass the names
            return search(self, context)
        known = context.shape.__dict__.setdefault("possible_keys", {})
        known_for = (type(context.obj), getattr(context.shape, "parent", None))
        if known_for not in known:
            known[known_for] = tuple(dict.fromkeys(search(self, context)))
        return known[known_for]

    def picked(self: Any, context: Any) -> Any:
        if type(context.obj) is not dict or self.response_transformers or "." in context.key:
            return pick(self, context)
        for key in possible_keys(self, context):
            if key in context.obj:
                return context.obj[key]
        return None

    serialize.XFormedAttributePicker.get_possible_keys = possible_keys
    serialize.AttributePicker.__call__ = picked


def _conditions_once() -> None:
    """Split a condition's text into tokens once."""
    parser = comparisons.ConditionExpressionParser
    lex = parser._lex_one_node
    known: dict[str, Any] = {}

    def lex_once(self: Any, rest: str) -> Any:
        if rest not in known:
            known[rest] = lex(self, rest)
        node, remaining = known[rest]
        return node._replace(children=list(node.children)), remaining

    parser._lex_one_node = lex_once
