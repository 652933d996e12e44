"""Lets moto compute once what never changes, and leaves out what no test needs: that was most of these tests' time.

A call returns the same as before (tests/integration/test_quick_moto.py). This works for the pinned version of moto.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any

from tests.support.quick_expressions import quick_expressions
from tests.support.quick_requests import quick_requests
from tests.support.replaced import replace

base_backend: Any = import_module("moto.core.base_backend")
botocore_stubber: Any = import_module("moto.core.botocore_stubber")
responses: Any = import_module("moto.core.responses")
sqs_models: Any = import_module("moto.sqs.models")
serialize: Any = import_module("moto.core.serialize")
utils: Any = import_module("moto.core.utils")


def think_once() -> None:
    """Use the caches from now on."""
    for module in (utils, responses, sqs_models):
        replace(module, "camelcase_to_underscores", _names_in_words)
    replace(responses, "method_names_from_class", cache(responses.method_names_from_class))
    _urls_once()
    _names_of_members_once()
    quick_expressions()
    quick_requests()


_names_in_words = cache(utils.camelcase_to_underscores)


def _urls_once() -> None:
    """Compute a service's addresses once: a pattern for each partition of AWS."""
    written = base_backend.BaseBackend.urls.fget
    of_class: dict[type, Any] = {}

    def urls(self: Any) -> Any:
        if type(self) not in of_class:
            of_class[type(self)] = written(self)
        return of_class[type(self)]

    replace(base_backend.BaseBackend, "urls", property(urls))
    replace(botocore_stubber, "get_equivalent_url_in_aws_domain", cache(utils.get_equivalent_url_in_aws_domain))


def _names_of_members_once() -> None:
    """Compute once under which names a backend's result may have a response's member: a dozen, mostly the same."""

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

    search = replace(serialize.XFormedAttributePicker, "get_possible_keys", possible_keys)
    pick = replace(serialize.AttributePicker, "__call__", picked)
