"""Lists: a page of items, and a cursor that is valid only for the same list and the same caller."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from msgspec import Meta
from msgspec.json import encode
from msgspec.structs import asdict

from posthouse.domain.refusal import InvalidRequest
from posthouse.entry.cursors import InvalidCursor, open_cursor, seal_cursor
from posthouse.entry.fields import CODE
from posthouse.entry.http import Answer, Request
from posthouse.entry.inputs import Input

if TYPE_CHECKING:
    from posthouse.store.page import Page

T = TypeVar("T")


class ListQuery(Input):
    """The query parameters that every list takes."""

    limit: Annotated[int, Meta(ge=1, le=100)] = 20
    cursor: Annotated[str, CODE, Meta(max_length=4096)] | None = None

    @property
    def name(self) -> str:
        """The filters of the list as text, without limit and cursor. A cursor is bound to them."""
        filters = {name: value for name, value in asdict(self).items() if name not in {"limit", "cursor"}}
        return encode(filters).decode()


def position_of(request: Request[Any, Any], listing: str) -> Any | InvalidRequest | None:
    """Returns the position in the request's cursor; None for the first page."""
    if request.query.cursor is None:
        return None
    position = open_cursor(request.query.cursor, _name(request, listing))
    if isinstance(position, InvalidCursor):
        return InvalidRequest("cursor", "is not a cursor of this list")
    return position


def page_answer(
    request: Request[Any, Any], listing: str, page: Page[T], to_json: Callable[[T], dict[str, Any]]
) -> Answer:
    """Returns the answer with one page of a list."""
    items = [to_json(item) for item in page.items]
    return list_answer(request, listing, items, page.position)


def list_answer(
    request: Request[Any, Any], listing: str, items: list[dict[str, Any]], position: Any, more: Mapping[str, Any] = {}
) -> Answer:
    """Returns the answer with these items and the cursor of the next page; ``position`` None: this is the last page.

    ``more`` is what the answer tells beside the items.
    """
    cursor = None if position is None else seal_cursor(position, _name(request, listing))
    return Answer(200, {"items": items, "next_cursor": cursor, **more})


def _name(request: Request[Any, Any], listing: str) -> str:
    return f"{listing} {request.caller.subject} {request.query.name}"
