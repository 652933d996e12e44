"""What people will do, drawn from a seed. Script ``n`` of a seed is always the same; who wins a race is not in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

GUESTS = 10

SCRIPTS: Mapping[str, int] = {
    "stay": 42,
    "goods": 28,
    "flash": 12,
    "leaver": 4,
    "desk": 38,
    "staff": 22,
    "house": 20,
    "kill": 4,
    "clerk": 1,
}
"""The kinds of scripts and their weights."""

HOW_PAID: Mapping[str, int] = {"told": 40, "twice": 14, "late": 10, "lost": 8, "looks": 8, "forged": 5, "fails": 3}
"""How WeChat tells of a payment: once, several times, late, not at all, never but the guest looks, with a bad signature
first; or the guest's payment fails."""

HOW_SOLD: Mapping[str, int] = {"": 64, "deposit": 22, "at_hotel": 14}
"""By which rate plan a guest books: none, one with a deposit, or one that is paid at the hotel."""

HOW_REFUNDED: Mapping[str, int] = {"": 74, "hold": 8, "not_enough": 6, "abnormal": 6, "closed": 6}
"""How WeChat ends the refunds of a script's order; by itself each succeeds."""

HOW_DROPPED: Mapping[str, int] = {"rule": 50, "free": 30, "dear": 20}
"""What staff keep when they cancel: what the rule says, nothing, or more than the rule allows."""

METHODS: Mapping[str, int] = {"cash": 50, "card": 30, "transfer": 12, "other": 8}
"""How money changes hands at the desk."""

HOW_CHANGED: Mapping[str, int] = {
    "longer": 32,
    "shorter": 24,
    "other_room": 18,
    "more_units": 12,
    "fewer_units": 10,
    "nothing": 4,
}
"""What of a stay staff change."""

HOW_LET_IN: Mapping[str, int] = {"": 50, "keys": 50}
"""Whether the desk gives numbers at the check-in."""

HOW_NUMBERED: Mapping[str, int] = {"all": 70, "some": 20, "none": 10}
"""How many numbers the desk gives: one for each room, one less, or none."""

_FIRST_OF_STAY = {"pay": 62, "pay pay": 8, "pay cancel": 12, "pay cancel cancel": 4, "cancel": 6, "": 8}
_LATER_OF_STAY = {
    "check_in": 26,
    "check_out": 18,
    "cancel": 14,
    "refund_part": 16,
    "refund_whole": 10,
    "charge_part": 12,
    "lower_part": 6,
    "credit_part": 4,
    "credit_whole": 4,
    "no_show": 4,
    "look": 4,
    "tell_again": 5,
    "pay": 12,
}
_FIRST_OF_DESK = {
    "take_whole": 26,
    "take_part": 16,
    "take_whole check_in": 16,
    "check_in": 14,
    "claim": 6,
    "claim check_in": 3,
    "drop": 6,
    "take_part drop": 5,
    "qr_whole": 5,
    "qr_whole take_whole": 3,
    "change": 5,
    "change take_whole": 4,
    "numbers": 8,
    "numbers check_in": 5,
    "": 8,
}
_LATER_OF_DESK = {
    "check_in": 14,
    "undo": 16,
    "check_out": 14,
    "leave": 8,
    "take_part": 16,
    "take_whole": 16,
    "give_part": 14,
    "give_whole": 6,
    "hand_part": 5,
    "reverse": 14,
    "charge_part": 12,
    "lower_part": 6,
    "drop": 12,
    "no_show": 3,
    "claim": 8,
    "change": 22,
    "numbers": 20,
    "qr_whole": 8,
    "qr_part": 4,
    "pay": 8,
    "refund_part": 4,
}
"""What happens at the desk: ``take`` and ``give`` are money there, ``hand`` pays out a credit, ``undo`` takes back a
check-in, ``leave`` checks out and leaves the balance, ``drop`` is a cancellation, ``claim`` the login of the guest."""

_FIRST_OF_GOODS = {"pay": 66, "pay pay": 8, "pay cancel": 12, "cancel": 6, "": 8}
_LATER_OF_GOODS = {
    "ship": 26,
    "receive": 16,
    "return": 14,
    "return_part": 8,
    "return_nothing": 6,
    "refund_part": 14,
    "refund_whole": 12,
    "cancel": 5,
    "look": 3,
    "tell_again": 5,
    "pay": 3,
}
_NATURAL_OF_STAY = ("check_in", "check_out", "refund_part")
_NATURAL_OF_DESK = ("check_in", "take_whole", "check_out")
_NATURAL_OF_GOODS = ("ship", "receive", "return")
"""What usually comes next; half of the bursts begin with it."""

_OF_STAFF = {
    "stock": 16,
    "goods_price": 12,
    "night_price": 12,
    "units": 14,
    "close_nights": 6,
    "open_nights": 10,
    "room": 8,
    "balance": 12,
    "points": 6,
    "pause_sale": 3,
    "resume_sale": 6,
    "claim": 8,
    "gift": 4,
    "read_lists": 10,
}
_OF_HOUSE = {"break": 34, "mend": 18, "clean": 22, "look": 14, "audit": 12}
"""What the house does: ``break`` puts a number out of order, ``mend`` ends that."""

KILLED = (
    "CreateBooking",
    "CreateStaffBooking",
    "CreateDeskPayment",
    "ReverseDeskPayment",
    "CreateDeskRefund",
    "CancelStaffBooking",
    "ReverseCheckIn",
    "ChangeStay",
    "CreateStaffPayment",
    "CreateShopOrder",
    "CreatePayment",
    "CancelBooking",
    "CheckIn",
    "AddFolioLine",
    "CreateRefund",
    "ReturnGoods",
    "ReceivePaymentNotification",
    "ReceiveRefundNotification",
    "MarkBookingPaid",
    "MarkShopOrderPaid",
    "SendRefund",
    "MarkBookingRefunded",
    "MarkShopOrderRefunded",
    "PlaceFlashOrder",
    "RelayOutbox",
    "ReserveStock",
    "ConfirmOrder",
    "RestoreStock",
    "FinishBooking",
    "GrantCheckOutCoupon",
    "ClosePayment",
    "CancelUnpaidBooking",
    "EndShopOrderWait",
    "AwardPoints",
    "SendNotice",
    "AssignNumbers",
    "CreateOutOfOrder",
    "EndOutOfOrder",
    "MakeNightAudits",
    "CountBooking",
)
"""Functions whose processes are killed while they may be at work."""


@dataclass(frozen=True)
class Act:
    """One action on an order. ``part`` is a share of its price in percent, ``twin``: sent twice at once, same key."""

    what: str
    part: int = 0
    how: str = ""
    twin: bool = False


@dataclass(frozen=True)
class Script:
    """What one person does with one order: how it is made, and bursts of actions; those of a burst run at once."""

    number: int
    kind: str
    guest: int
    facts: Mapping[str, Any]
    bursts: tuple[tuple[Act, ...], ...] = ()

    @property
    def title(self) -> str:
        """The script in one line."""
        facts = ", ".join(f"{name} {value}" for name, value in self.facts.items() if value not in {None, "", False})
        acts = " | ".join(
            " + ".join(f"{act.what}{f' {act.part} %' if act.part else ''}" for act in it) for it in self.bursts
        )
        return f"script {self.number}: {self.kind} of guest {self.guest}: {facts}; {acts}"


def script(seed: int, number: int) -> Script:
    """Draw one script."""
    dice = Random(f"{seed}/{number}")
    kind, guest = _draw(SCRIPTS, dice), dice.randrange(GUESTS)
    orders = {"stay": (_stay, _stay_bursts), "desk": (_desk, _desk_bursts), "goods": (_goods, _goods_bursts)}
    if kind in orders:
        draw_facts, draw_bursts = orders[kind]
        return Script(number, kind, guest, draw_facts(dice), draw_bursts(dice))
    match kind:
        case "flash":
            facts = {"sale": dice.randrange(2), "ends": _draw(HOW_REFUNDED, dice)}
            return Script(number, kind, guest, facts, _goods_bursts(dice, address=40))
        case "leaver":
            facts = {**_stay(dice), "begin": 0, "coupon": False}
            return Script(number, kind, guest, facts, _stay_bursts(dice))
        case "staff" | "house":
            changes = _OF_STAFF if kind == "staff" else _OF_HOUSE
            facts = {"change": _draw(changes, dice), "number": dice.randrange(1000), "twin": dice.random() < 0.3}
            return Script(number, kind, guest, facts)
        case _:
            return Script(number, kind, guest, {"functions": tuple(dice.sample(KILLED, 3))} if kind == "kill" else {})


def _stay(dice: Random) -> dict[str, Any]:
    return {
        "room": dice.choices(["wide", "narrow", "on_payment", "unlimited", "fee", "cheap"], [24, 22, 14, 10, 20, 10])[
            0
        ],
        "begin": dice.choices([0, 1, 2], [70, 15, 15])[0],
        "nights": dice.randint(1, 3),
        "units": dice.choices([1, 2], [80, 20])[0],
        "coupon": dice.random() < 0.4,
        "expects": dice.random() < 0.3,
        "again": _draw({"": 80, "same": 14, "other": 6}, dice),
        "ends": _draw(HOW_REFUNDED, dice),
        "plan": _draw(HOW_SOLD, dice),
    }


def _desk(dice: Random) -> dict[str, Any]:
    rooms = {"wide": 30, "narrow": 20, "on_payment": 8, "unlimited": 8, "fee": 26, "cheap": 8}
    return {
        "room": _draw(rooms, dice),
        "begin": dice.choices([0, 1], [85, 15])[0],
        # Nobody can be waited for after the last night: two nights leave time for that at any hour.
        "nights": dice.randint(2, 3),
        "units": dice.choices([1, 2, 3], [70, 20, 10])[0],
        "source": _draw({"walk_in": 40, "phone": 35, "email": 15, "agent": 10}, dice),
        "hold": _draw({"": 55, "soon": 25, "late": 20}, dice),
        "again": _draw({"": 80, "same": 14, "other": 6}, dice),
        "ends": _draw(HOW_REFUNDED, dice),
    }


def _goods(dice: Random) -> dict[str, Any]:
    return {
        "pots": dice.choices([0, 1, 2, 4], [15, 40, 30, 15])[0],
        "cups": dice.choices([0, 1, 2], [50, 30, 20])[0],
        "balance": dice.choices([0, 2000, 50_000], [55, 30, 15])[0],
        "coupon": dice.random() < 0.4,
        "expects": dice.random() < 0.3,
        "again": _draw({"": 80, "same": 14, "other": 6}, dice),
        "ends": _draw(HOW_REFUNDED, dice),
    }


def _stay_bursts(dice: Random) -> tuple[tuple[Act, ...], ...]:
    return _bursts(dice, _FIRST_OF_STAY, _LATER_OF_STAY, _NATURAL_OF_STAY)


def _desk_bursts(dice: Random) -> tuple[tuple[Act, ...], ...]:
    return _bursts(dice, _FIRST_OF_DESK, _LATER_OF_DESK, _NATURAL_OF_DESK)


def _goods_bursts(dice: Random, **more: int) -> tuple[tuple[Act, ...], ...]:
    natural = (*more, *_NATURAL_OF_GOODS)[:3]
    return _bursts(dice, _FIRST_OF_GOODS, {**_LATER_OF_GOODS, **more}, natural)


def _bursts(
    dice: Random, first: Mapping[str, int], later: Mapping[str, int], natural: tuple[str, ...]
) -> tuple[tuple[Act, ...], ...]:
    bursts = [_draw(first, dice).split()]
    for number in range(dice.choices([0, 1, 2, 3], [6, 34, 40, 20])[0]):
        many = dice.choices([1, 2, 3], [50, 35, 15])[0]
        acts = [_draw(later, dice) for _ in range(many)]
        bursts.append([natural[number], *acts[1:]] if dice.random() < 0.5 else acts)
    return tuple(tuple(_act(what, dice) for what in burst) for burst in bursts if burst)


def _act(what: str, dice: Random) -> Act:
    name, _, rest = what.partition("_")
    if rest in {"part", "whole", "nothing"} or what == "return":
        part = {"part": dice.choice([7, 25, 60, 95]), "nothing": -1}.get(rest, 0)
        return Act(name, part, _how(name, dice), twin=dice.random() < 0.2)
    return Act(what, how=_how(what, dice), twin=dice.random() < 0.1)


def _how(what: str, dice: Random) -> str:
    ways = {
        **dict.fromkeys(("pay", "qr"), HOW_PAID),
        **dict.fromkeys(("take", "give", "hand"), METHODS),
        "drop": HOW_DROPPED,
        "change": HOW_CHANGED,
        "check_in": HOW_LET_IN,
        "numbers": HOW_NUMBERED,
    }
    return _draw(ways[what], dice) if what in ways else ""


def _draw(weights: Mapping[str, int], dice: Random) -> str:
    return dice.choices(list(weights), list(weights.values()))[0]
