"""Guests as staff find and see them: by the stays that they booked in the caller's hotels.

A search reads stays, so a guest is shown once, at the first of theirs: the cursor knows who was on the pages before
(docs/decisions/0059-notes-and-guests.md).
"""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime
from typing import TYPE_CHECKING, Any

from posthouse.domain.identity import Principal, Role
from posthouse.domain.refusal import NotFound
from posthouse.domain.value import Value
from posthouse.services.bookings.staff_bookings import StaffFilter, bookings_for, find
from posthouse.services.front_desk.note_lists import notes_of_guest
from posthouse.store import booking_lists, coupons, guests, shop_orders
from posthouse.store.audit import record
from posthouse.store.batch import read_rows
from posthouse.store.guests import GuestRow
from posthouse.store.notes import NoteRow, newest_key
from posthouse.store.page import Page
from posthouse.store.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Iterable

    from posthouse.domain.booking import Booking
    from posthouse.domain.coupon import Coupon
    from posthouse.domain.finding import Sought
    from posthouse.domain.identity import Guest
    from posthouse.domain.note import Note
    from posthouse.domain.shop_order import ShopOrder
    from posthouse.services.step import Step

MOST_FOUND = 250
"""How many guests one search shows on all of its pages; who looks for others types more of the name."""

ACCOUNTS_OF_PHONE = 5
"""How many accounts with a verified phone number are looked at; WeChat gives a number to one person."""

SHOWN = 10
"""How many stays, orders and coupons a guest's page shows, the latest ones; lists show all."""

MARK = 8
"""Characters of a mark in a cursor: 48 bits of a digest, so that hundreds of guests never share one."""


class FoundGuest(Value):
    """A guest, the stays by which they were found, and the newest note in each of those hotels."""

    guest: Guest
    stays: tuple[Booking, ...]
    notes: tuple[Note, ...]


def find_guests(caller: Principal, sought: Sought, limit: int, position: Any, now: datetime) -> Page[FoundGuest]:
    """Returns a page of the guests with a stay in the caller's hotels that a text asks for.

    Stays that nobody has claimed have no guest yet. AWS calls: those of finding stays, and one.
    """
    seen = position["seen"] if position else ""
    found = _Found(seen)
    wanted = StaffFilter(None, None, None, None, None, None, sought)
    is_number = sought.phone_number is not None or sought.order_no is not None
    page = (_of_number if is_number else _of_words)(caller, wanted, limit, position, now, found)
    shown = [stay.user_id for stay in page.items]
    seen += "".join(map(_mark, shown))
    is_last = page.position is None or len(seen) >= MOST_FOUND * MARK
    return Page(_read(shown, found.stays), None if is_last else {**(page.position or {}), "seen": seen})


def _of_words(
    caller: Principal, wanted: StaffFilter, limit: int, position: Any, now: datetime, found: _Found
) -> Page[Booking]:
    """Returns the first stay of each guest of a page, and where the next page begins."""
    at = position["at"] if position else None
    page = find(caller, wanted, limit, at, now, found.is_new)
    return Page(page.items, None if page.position is None else {"at": page.position})


def _of_number(
    caller: Principal, wanted: StaffFilter, limit: int, position: Any, now: datetime, found: _Found
) -> Page[Booking]:
    """The same for a whole number: first those who have verified it, then those who have booked with it."""
    first = [] if position else _with_account(caller, wanted.sought, limit, found)
    if len(first) == limit:
        return Page(first, {"at": None})
    at = position["at"] if position else None
    page = bookings_for(caller, wanted, limit - len(first), at, now)
    booked = [stay for stay in page.items if found.is_new(stay)]
    return Page([*first, *booked], None if page.position is None else {"at": page.position})


def _with_account(caller: Principal, sought: Sought | None, limit: int, found: _Found) -> list[Booking]:
    """Returns a stay of each guest whose account has the phone number, whatever number they booked with."""
    if sought is None or sought.phone_number is None:
        return []
    user_ids = list(guests.with_phone(sought.phone_number))[:ACCOUNTS_OF_PHONE]
    stays = [stay for user_id in user_ids for stay in booking_lists.latest_of_guest(user_id, caller.hotels, 1)]
    return [stay for stay in stays[:limit] if found.is_new(stay)]


class _Found:
    """The stays that were read, by guest; who was on a page before is left out."""

    def __init__(self, seen: str) -> None:
        self._seen = {seen[begin : begin + MARK] for begin in range(0, len(seen), MARK)}
        self.stays: dict[str, list[Booking]] = {}

    def is_new(self, stay: Booking) -> bool:
        """Note a stay. Returns True for the first one of a guest."""
        if not stay.user_id or _mark(stay.user_id) in self._seen:
            return False
        of_guest = self.stays.setdefault(stay.user_id, [])
        is_first = not of_guest
        # One number may find a stay twice: by its guest's account, and by what it was booked with.
        if all(stay.order_no != known.order_no for known in of_guest):
            of_guest.append(stay)
        return is_first


def _mark(user_id: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(user_id.encode()).digest()[: MARK * 6 // 8]).decode()


def _read(user_ids: Iterable[str], stays: dict[str, list[Booking]]) -> list[FoundGuest]:
    noted = {id_: [newest_key(id_, hotel) for hotel in sorted({it.hotel_id for it in stays[id_]})] for id_ in user_ids}
    keys: list[tuple[Any, tuple[str, ...]]] = [(GuestRow, (user_id,)) for user_id in noted]
    keys += [(NoteRow, key) for of_guest in noted.values() for key in of_guest]
    rows = read_rows(keys, consistent=False)
    found = []
    for user_id, note_keys in noted.items():
        guest = rows.get(GuestRow, user_id)
        if guest is not None and guest.deleted_at is None:
            notes = (rows.get(NoteRow, *key) for key in note_keys)
            newest = tuple(row.to_domain() for row in notes if row is not None)
            found.append(FoundGuest(guest.to_domain(), tuple(stays[user_id]), newest))
    return found


class GuestPage(Value):
    """What staff see of a guest; ``coupons`` and ``orders`` are None for who is no admin."""

    guest: Guest
    stays: list[Booking]
    notes: list[Note]
    coupons: list[Coupon] | None
    orders: list[ShopOrder] | None


def read_guest(user_id: str, caller: Principal, step: Step) -> GuestPage | NotFound:
    """Returns a guest with a stay in the caller's hotels, for admins any; the audit notes who has read it.

    AWS calls: four, one more for each further hotel of the caller, three more for an admin; and one for the audit.
    """
    guest = guests.get(user_id)
    is_admin = caller.role is Role.ADMIN
    stays = [] if guest is None else booking_lists.latest_of_guest(user_id, caller.hotels, SHOWN)
    if guest is None or not (stays or is_admin):
        return NotFound("guest")
    transaction = Transaction()
    record(transaction, step.actor(caller.subject), "read_guest", user_id)
    transaction.commit()
    notes = notes_of_guest(user_id, caller)
    if not is_admin:
        return GuestPage(guest, stays, notes, None, None)
    owned = coupons.list_of(user_id, None, step.now, SHOWN, None).items
    ordered = shop_orders.list_of_guest(user_id, None, SHOWN, None).items
    return GuestPage(guest, stays, notes, owned, ordered)
