"""Values: what Posthouse reckons with. Frozen, equal when their fields are equal, and cheap to define.

A class of the standard library's ``dataclass`` is written as source and compiled at every cold start, 0.4 ms each;
functions load up to seventy of these. Why msgspec: docs/decisions/0027-values-and-inputs-by-msgspec.md.
"""

from typing import dataclass_transform

from msgspec import Struct, field


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
class Value(Struct, frozen=True):
    """Base of every value; its fields are what its class annotates."""
