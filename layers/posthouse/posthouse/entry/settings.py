"""Settings: each function declares a class with the environment variables that it needs. They are read once."""

from __future__ import annotations

import os
from functools import cache
from typing import TypeVar, get_type_hints

S = TypeVar("S", bound="Settings")


class Settings:
    """Base of all settings: the field ``payment_timeout_seconds`` is read from PAYMENT_TIMEOUT_SECONDS.

    Fields are ``str`` or ``int``. A field with a default value may be missing.
    """


@cache
def read_settings(model: type[S]) -> S:
    """Returns the function's settings. Raises ValueError, which names the variable that is missing or not a number."""
    settings = model()
    for name, kind in get_type_hints(model).items():
        text = os.environ.get(name.upper())
        if text is None and not hasattr(model, name):
            raise ValueError(f"the environment variable {name.upper()} is missing")
        if text is not None:
            setattr(settings, name, _converted(name, text, kind))
    return settings


def _converted(name: str, text: str, kind: type) -> str | int:
    if kind is str:
        return text
    try:
        return int(text)
    except ValueError:
        raise ValueError(f"the environment variable {name.upper()} is not a number: {text!r}") from None
