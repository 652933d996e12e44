"""Business refusals: values that a caller branches on. They are not exceptions; faults are.

A refusal carries facts. posthouse.entry.problems alone turns it into an HTTP answer.
"""

from typing import Any

from msgspec.structs import asdict

from posthouse.domain.value import Value


class Refusal(Value):
    """The base of every refusal. Each kind adds the facts that explain it."""

    @property
    def facts(self) -> dict[str, Any]:
        """What a client is told beside the explanation, by the names of the contract."""
        return asdict(self)

    @property
    def explanation(self) -> str:
        """One clear line for the person who reads the refusal."""
        return type(self).__name__


class NotFound(Refusal):
    """It does not exist, or the caller may not see it."""

    kind: str

    @property
    def explanation(self) -> str:
        return f"There is no such {self.kind}."


class InvalidRequest(Refusal):
    """A field has the right type but breaks another rule."""

    field: str
    message: str

    @property
    def explanation(self) -> str:
        return f"{self.field}: {self.message}"


class IdempotencyKeyReused(Refusal):
    """The Idempotency-Key was used before with another body."""

    @property
    def explanation(self) -> str:
        return "This Idempotency-Key was used with another body; use a new key for a new request."


class VersionConflict(Refusal):
    """The change was made to a version that is not the current one."""

    given: int

    @property
    def explanation(self) -> str:
        return f"Version {self.given} is stale; read it again and repeat the change."


class AlreadyExists(Refusal):
    """It exists already and cannot be created again."""

    kind: str

    @property
    def explanation(self) -> str:
        return f"That {self.kind} exists already."


class AccessDenied(Refusal):
    """The caller is known but may not do this."""

    @property
    def explanation(self) -> str:
        return "Your account may not do this."


class InvalidTransition(Refusal):
    """The order's state does not allow this transition."""

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
    """The first request with this Idempotency-Key is still running."""

    @property
    def explanation(self) -> str:
        return "The first request with this Idempotency-Key is still running; ask again in a moment."
