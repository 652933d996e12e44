"""Settings: each function declares a typed model of the environment variables that it needs, read once."""

from __future__ import annotations

import os
from functools import cache
from typing import TypeVar

from pydantic import BaseModel, ConfigDict

S = TypeVar("S", bound="Settings")


class Settings(BaseModel):
    """Base of every function's settings; a field ``payment_timeout_seconds`` is read from PAYMENT_TIMEOUT_SECONDS."""

    model_config = ConfigDict(frozen=True, extra="ignore")


@cache
def read_settings(model: type[S]) -> S:
    """The function's settings. Raises pydantic's ValidationError, which names what is missing."""
    return model.model_validate({name.lower(): value for name, value in os.environ.items()})
