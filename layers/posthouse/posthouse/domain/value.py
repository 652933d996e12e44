"""Value objects: frozen, equal if their fields are equal, and cheap to define.

The standard library's ``dataclass`` generates and compiles source at every cold start, which takes 0.4 ms for each
class. Functions load up to seventy of them. Why msgspec: docs/decisions/0027-values-and-inputs-by-msgspec.md.
"""

from typing import dataclass_transform

from msgspec import Struct, field


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
class Value(Struct, frozen=True):
    """Base of every value object; its fields are the annotations of the class."""
