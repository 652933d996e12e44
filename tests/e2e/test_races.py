"""Rounds of random races on the local cloud: many guests want the same scarce rooms and goods at once.

Each round prints its seed. ``POSTHOUSE_SEED=<seed>`` starts with that round again: the same guests send the same
requests, but who comes first may differ. ``POSTHOUSE_ROUNDS=<n>`` runs so many rounds, random ones if there is no seed.
``make test-long`` runs the same few rounds each time.
"""

from __future__ import annotations

import os
import random
import uuid
from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from tests.e2e.checkout.test_shop_orders import article, order
from tests.e2e.crowd import Act, Crowd, at_once
from tests.e2e.world import Guest, Reply, World, until

pytestmark = [pytest.mark.e2e, pytest.mark.long]
WANTED = os.environ.get("POSTHOUSE_ROUNDS")
ROUNDS = 2 if WANTED is None else int(WANTED)
FIRST = 1 if WANTED is None else random.SystemRandom().randrange(10**6)
SEEDS = [int(os.environ.get("POSTHOUSE_SEED", FIRST)) + number for number in range(ROUNDS)]


def rounds() -> Iterator[int]:
    """The seeds of the rounds; each is printed before its round."""
    for seed in SEEDS:
        print(f"POSTHOUSE_SEED={seed}")  # noqa: T201 - whoever reads of a failure wants to know
        yield seed


def codes(replies: list[Reply]) -> Counter[str]:
    """How often each status or code was returned."""
    return Counter(it.body.get("code") or str(it.status) for it in replies)


def book(world: World, guest: Guest, wish: dict[str, Any]) -> Act:
    """Book a stay; repeats with the same key give the same booking."""
    key = uuid.uuid4().hex
    return lambda: world.book(guest, wish, key)


def buy(guest: Guest, goods: dict[str, int], more: dict[str, Any]) -> Act:
    """Order goods; repeats with the same key give the same order."""
    key = uuid.uuid4().hex
    return lambda: order(guest, goods, key, **more)


def test_rounds_of_everything_at_once(world: World) -> None:
    for seed in rounds():
        crowd = Crowd(world, random.Random(seed))
        answers = codes(crowd.rush())
        assert set(answers) <= {"201", "sold_out", "coupon_unusable", "out_of_stock", "insufficient_balance"}, answers
        assert answers["201"] > 1, answers
        crowd.hold_true()
        crowd.pay_or_cancel()
        crowd.come_to_rest()
        crowd.hold_true()
        crowd.come_and_go()
        crowd.come_to_rest()
        crowd.hold_true()


def test_one_coupon_in_a_stay_and_an_order_of_goods_at_once_is_used_in_exactly_one(world: World) -> None:
    pot, room = article(world, 100), world.room(units=100)
    for seed in rounds():
        guest = world.guest()
        [coupon] = until(guest.coupons, bool)
        more = {"coupon_id": coupon["coupon_id"]}
        wish = world.wish(room["room_id"], 3, **more)
        acts = [book(world, guest, wish) for _ in range(2)] + [buy(guest, {pot: 2}, more) for _ in range(2)]
        random.Random(seed).shuffle(acts)
        assert codes(at_once(acts)) == {"201": 1, "coupon_unusable": 3}


def test_the_last_nights_are_somebodys_however_the_stays_overlap(world: World) -> None:
    for seed in rounds():
        chance, guests, room = random.Random(seed), [world.guest() for _ in range(4)], world.room(units=1)
        spans = [(chance.randint(0, 2), chance.randint(1, 3)) for _ in range(12)]
        wishes = [world.wish(room["room_id"], begin, nights) for begin, nights in spans]
        acts = [book(world, guest, wish) for guest, wish in zip(guests * 3, wishes, strict=True)]
        replies = at_once(acts[:8]) + at_once(acts[8:])
        assert set(codes(replies)) == {"201", "sold_out"}
        wanted = [set(range(begin, begin + nights)) for begin, nights in spans]
        held = [span for span, reply in zip(wanted, replies, strict=True) if reply.status == 201]
        assert sum(map(len, held)) == len(set().union(*held)), "a night was sold twice"
        for span, reply in zip(wanted, replies, strict=True):
            assert reply.status == 201 or any(span & of_another for of_another in held), "refused, and nobody has it"


def test_more_guests_claim_a_coupon_than_there_are(world: World) -> None:
    guests = [world.guest() for _ in range(24)]
    for _ in rounds():
        body = {"name": "Gift", "kind": "manual", "amount": 100, "valid_days": 3, "quantity": 10}
        made = world.admin.send("POST", "/api/staff/coupon-templates", body).must(201)
        path = f"/api/coupons/{made['template_id']}/claims"
        acts: list[Act] = [partial(guest.send, "POST", path) for guest in guests for _ in range(2)]
        assert codes(at_once(acts)) == {"201": 10, "already_claimed": 10, "none_left": 28}
        [template] = [
            it
            for it in world.admin.get("/api/staff/coupon-templates?limit=100")["items"]
            if it["template_id"] == made["template_id"]
        ]
        assert template["issued"] == 10
