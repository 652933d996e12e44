"""Shortens the way of a call from botocore to moto and back: nobody checks its signature, and its server is known.

This works for the pinned versions of moto and botocore.
"""

from __future__ import annotations

import sys
from functools import cache
from importlib import import_module
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from tests.support.replaced import replace

auth: Any = import_module("botocore.auth")
useragent: Any = import_module("botocore.useragent")
moto_models: Any = import_module("moto.core.models")
moto_random: Any = import_module("moto.moto_api._internal.moto_random")
request_module: Any = import_module("moto.core.request")
serialize: Any = import_module("moto.core.serialize")


class _OtherValue(Exception):
    """A value of a row that is not on the wire as it is stored."""


def quick_requests() -> None:
    """Replace the functions from now on."""
    replace(
        useragent,
        "sanitize_user_agent_string_component",
        cache(useragent.sanitize_user_agent_string_component),
    )
    _agents_once()
    _sign_nothing()
    _requests_as_they_are()
    _ids_at_once()
    _rows_as_they_are()


def _agents_once() -> None:
    """Write a client's user agent once: no test looks at what a call adds to it."""

    def to_string(self: Any) -> str:
        written: str | None = getattr(self, "written_once", None)
        if written is None:
            written = self.written_once = write(self)
        return written

    write = replace(useragent.UserAgentString, "to_string", to_string)


def _sign_nothing() -> None:
    """Say who calls, as a signature does: moto reads the account and the region there, and checks nothing."""

    def signature(self: Any, text: str, request: Any) -> str:
        return "0" * 64 if moto_models.botocore_stubber.enabled else sign(self, text, request)

    def canonical(self: Any, request: Any) -> str:
        return "" if moto_models.botocore_stubber.enabled else canonical_plainly(self, request)

    sign = replace(auth.SigV4Auth, "signature", signature)
    canonical_plainly = replace(auth.SigV4Auth, "canonical_request", canonical)


def _requests_as_they_are() -> None:
    """Make the request that moto's handlers get from its parts, without a builder that can make every other one."""
    plain = request_module.Request.from_primitives

    def from_primitives(cls: Any, method: str, url: str, headers: Any, body: Any = None) -> Any:
        parts = urlsplit(url)
        if parts.path not in {"", "/"} or parts.query or not isinstance(body, bytes) or parts.port:
            return plain(method, url, headers, body)
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": "/",
            "QUERY_STRING": "",
            "REQUEST_URI": "/",
            "RAW_URI": "/",
            "SERVER_NAME": parts.netloc,
            "SERVER_PORT": "443" if parts.scheme == "https" else "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": parts.scheme,
            "wsgi.input": BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            "HTTP_HOST": parts.netloc,
        }
        for name, value in headers.items():
            written = value.decode() if isinstance(value, bytes) else value
            if name.lower() != "transfer-encoding":
                environ[request_module.environ_key_for_header(name)] = written
        environ["CONTENT_LENGTH"] = str(len(body))
        environ[request_module.PRESERVED_HEADER_NAMES_ENVIRON_KEY] = {}
        return cls(environ)

    replace(request_module.Request, "from_primitives", classmethod(from_primitives))


def _ids_at_once() -> None:
    """Draw a random id's letters at once: each answer has one."""

    def get_random_string(self: Any, length: int = 20, include_digits: bool = True, lower_case: bool = False) -> str:
        pool = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ" + "0123456789" * include_digits
        drawn = "".join(self.choices(pool, k=length))
        return drawn.lower() if lower_case else drawn

    replace(moto_random.MotoRandom, "get_random_string", get_random_string)


def _on_the_wire(value: Any) -> Any:
    """A stored value as it is sent. Raises _OtherValue if moto has to convert it."""
    if type(value) is not dict or len(value) != 1:
        raise _OtherValue
    [(kind, content)] = value.items()
    of = type(content)
    if (kind in {"S", "N"} and of is str) or (kind in {"BOOL", "NULL"} and of is bool):
        return value
    if kind in {"SS", "NS"} and of is list and all(type(it) is str for it in content):
        return value
    if kind == "M" and of is dict:
        return {"M": {name: _on_the_wire(inner) for name, inner in content.items()}}
    if kind == "L" and of is list:
        return {"L": [_on_the_wire(inner) for inner in content]}
    raise _OtherValue


def _rows_as_they_are() -> None:
    """Write a row's values as they are stored, without asking for each type's member whether it is there."""

    def serialize_structure(self: Any, serialized: Any, value: Any, shape: Any, key: str) -> None:
        if shape.name == "AttributeValue" and key:
            try:
                serialized[self.get_serialized_name(shape, key)] = _on_the_wire(value)
            except _OtherValue:
                pass
            else:
                return
        plain(self, serialized, value, shape, key)

    plain = replace(serialize.BaseJSONSerializer, "_serialize_type_structure", serialize_structure)
