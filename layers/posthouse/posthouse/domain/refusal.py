"""Business refusals: values that a caller branches on, never exceptions (faults are exceptions).

A refusal carries facts. How it looks over HTTP is decided in one place, posthouse.entry.problems.
"""

from posthouse.domain.value import Value


class Refusal(Value):
    """Base of every refusal; a concrete one adds the facts that explain it."""

    @property
    def explanation(self) -> str:
        """One clear line for the person who reads it."""
        return type(self).__name__


class NotFound(Refusal):
    """What was asked for does not exist, or is not the caller's to see."""

    kind: str

    @property
    def explanation(self) -> str:
        return f"There is no such {self.kind}."


class InvalidRequest(Refusal):
    """A field is well-formed but breaks a rule that needs more than its type to check."""

    field: str
    message: str

    @property
    def explanation(self) -> str:
        return f"{self.field}: {self.message}"


class IdempotencyKeyReused(Refusal):
    """The same Idempotency-Key came before with another body."""

    @property
    def explanation(self) -> str:
        return "This Idempotency-Key was used with another body; use a new key for a new request."


class VersionConflict(Refusal):
    """A change was made against a version that is no longer the current one."""

    given: int

    @property
    def explanation(self) -> str:
        return f"Version {self.given} is stale; read it again and repeat the change."


class AlreadyExists(Refusal):
    """What should be created is there already."""

    kind: str

    @property
    def explanation(self) -> str:
        return f"That {self.kind} exists already."


class AccessDenied(Refusal):
    """The caller is known, but this is not theirs to do."""

    @property
    def explanation(self) -> str:
        return "Your account may not do this."


class InvalidTransition(Refusal):
    """The order's state does not allow this step."""

    status: str
    wanted: str

    @property
    def explanation(self) -> str:
        return f"The order is {self.status}; it cannot become {self.wanted}."


class PriceChanged(Refusal):
    """The total is not the one that the guest saw (both in fen)."""

    expected: int
    actual: int

    @property
    def explanation(self) -> str:
        return f"The total is {self.actual} fen now, not {self.expected}; show it to the guest and ask again."


class InProgress(Refusal):
    """The first request with this Idempotency-Key is still being dealt with."""

    @property
    def explanation(self) -> str:
        return "The first request with this Idempotency-Key is still being dealt with; ask again in a moment."
