"""Signed tokens of flash sales: tickets of submissions, and puzzles. Only routes of flash sales need this module."""

from __future__ import annotations

from datetime import datetime, timedelta

from posthouse.domain.flash_sale import TICKET_LIFE, InvalidTicket, Ticket
from posthouse.entry.tokens import ISSUER, InvalidToken, decode, sign

PUZZLE_LIFE = timedelta(minutes=5)


def sign_ticket(ticket: Ticket) -> str:
    """Returns the signed ticket of a submission, valid for this sale and guest and for one day."""
    claims = {
        "iss": ISSUER,
        "aud": f"ticket {ticket.sale_id}",
        "sub": ticket.user_id,
        "jti": ticket.ticket_id,
        "at": ticket.submitted_at.isoformat(),
        "exp": ticket.submitted_at + TICKET_LIFE,
    }
    return sign(claims)


def read_ticket(text: str, sale_id: str, user_id: str) -> Ticket | InvalidTicket:
    """Returns the submission of a signed ticket, if it belongs to this guest and sale."""
    claims = decode(text, f"ticket {sale_id}", required=["exp", "sub", "jti", "at"])
    if isinstance(claims, InvalidToken) or claims["sub"] != user_id:
        return InvalidTicket()
    return Ticket(claims["jti"], sale_id, user_id, datetime.fromisoformat(claims["at"]))


def sign_puzzle(sale_id: str, user_id: str, nonce: str, now: datetime) -> str:
    """Returns a signed puzzle for one guest in one sale, valid for five minutes."""
    claims = {"iss": ISSUER, "aud": f"puzzle {sale_id}", "sub": user_id, "jti": nonce, "exp": now + PUZZLE_LIFE}
    return sign(claims)


def is_puzzle(text: str, sale_id: str, user_id: str) -> bool:
    """Whether this is a valid puzzle that we gave to this guest for this sale."""
    claims = decode(text, f"puzzle {sale_id}", required=["exp", "sub", "jti"])
    return not isinstance(claims, InvalidToken) and bool(claims["sub"] == user_id)
