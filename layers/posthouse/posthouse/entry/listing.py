"""Lists: so many items, and a cursor that is good for the same list of the same caller only."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from msgspec import Meta
from msgspec.json import encode
from msgspec.structs import asdict

from posthouse.domain.refusal import InvalidRequest
from posthouse.entry.http import Answer, Request
from posthouse.entry.inputs import Input
from posthouse.entry.tokens import InvalidToken, read_cursor, sign_cursor

if TYPE_CHECKING:
    from posthouse.store.page import Page

T = TypeVar("T")


class ListQuery(Input):
    """What every list takes."""

    limit: Annotated[int, Meta(ge=1, le=100)] = 20
    cursor: Annotated[str, Meta(max_length=4096)] | None = None

    @property
    def name(self) -> str:
        """The list that a cursor belongs to: its filters, without where it stands."""
        filters = {name: value for name, value in asdict(self).items() if name not in {"limit", "cursor"}}
        return encode(filters).decode()


def position_of(request: Request[Any, Any], listing: str) -> Any | InvalidRequest | None:
    """Where the cursor says to go on; None for the beginning."""
    if request.query.cursor is None:
        return None
    position = read_cursor(request.query.cursor, _name(request, listing))
    if isinstance(position, InvalidToken):
        return InvalidRequest("cursor", "is not one that this list has given out")
    return position


def page_answer(
    request: Request[Any, Any], listing: str, page: Page[T], to_json: Callable[[T], dict[str, Any]]
) -> Answer:
    """The page as every list answers it."""
    items = [to_json(item) for item in page.items]
    return list_answer(request, listing, items, page.position)


def list_answer(request: Request[Any, Any], listing: str, items: list[dict[str, Any]], position: Any) -> Answer:
    """Items and the cursor of the next page, if there is one."""
    cursor = None if position is None else sign_cursor(position, _name(request, listing))
    return Answer(200, {"items": items, "next_cursor": cursor})


def _name(request: Request[Any, Any], listing: str) -> str:
    return f"{listing} {request.caller.subject} {request.query.name}"
