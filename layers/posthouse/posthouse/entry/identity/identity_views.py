"""JSON forms of guests, staff accounts and audit rows, with the names of openapi.yaml."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posthouse.domain.phone import show_phone
from posthouse.entry.views import rfc3339

if TYPE_CHECKING:
    from posthouse.domain.identity import Guest, StaffAccount
    from posthouse.store.audit import AuditEntry


def guest_json(guest: Guest) -> dict[str, Any]:
    """Returns a guest's account as the guest sees it."""
    return {
        "user_id": guest.user_id,
        "phone_number": None if guest.phone_number is None else show_phone(guest.phone_number),
        "nickname": guest.nickname,
        "balance": guest.balance,
        "points": guest.points,
    }


def staff_json(account: StaffAccount) -> dict[str, Any]:
    """Returns a staff account without its password."""
    return {"username": account.username, "role": account.role, "hotel_ids": sorted(account.hotel_ids)}


def staff_account_json(account: StaffAccount) -> dict[str, Any]:
    """Returns a staff account as admins see it."""
    last_login = account.last_login_at
    return {
        **staff_json(account),
        "enabled": account.enabled,
        "created_at": rfc3339(account.created_at),
        "last_login_at": None if last_login is None else rfc3339(last_login),
        "version": account.version,
    }


def audit_json(entry: AuditEntry) -> dict[str, Any]:
    """Returns one change by staff."""
    return {
        "entry_id": entry.entry_id,
        "at": rfc3339(entry.at),
        "actor": entry.actor,
        "action": entry.action,
        "target": entry.target,
        "before": entry.before,
        "after": entry.after,
    }
