"""The plan of random histories: a seed always draws the same scripts, and each of their actions has legal answers."""

from __future__ import annotations

import pytest

from posthouse.domain.booking import BookingState
from posthouse.domain.shop_order import ShopState
from tests.e2e.histories.legal import DESK, GOODS, HELD_STAY, RULES, STAY, Money, is_way
from tests.e2e.histories.plan import SCRIPTS, script

MANY = 2000
UNJUDGED = {"look", "tell_again", "claim"}
"""What is asked of WeChat, or of a payment in any state, and the login of a stay's guest."""


def test_a_seed_and_a_number_are_a_script() -> None:
    assert [script(7, number) for number in range(MANY)] == [script(7, number) for number in range(MANY)]
    assert script(7, 3) != script(8, 3)
    assert {script(7, number).kind for number in range(MANY)} == set(SCRIPTS)


def test_each_action_of_an_order_has_legal_answers_in_each_state() -> None:
    for number in range(MANY):
        one = script(7, number)
        kind = {"stay": STAY, "leaver": STAY, "desk": DESK}.get(one.kind, GOODS)
        for act in (act for burst in one.bursts for act in burst if act.what not in UNJUDGED):
            states = ShopState if kind == GOODS else BookingState
            assert all(RULES[kind].answers(act.what, [state]) for state in states), act.what


@pytest.mark.parametrize("kind", [STAY, GOODS, DESK, HELD_STAY])
def test_what_an_action_or_a_message_changes_is_in_the_products_own_tables(kind: str) -> None:
    rules = RULES[kind]
    moves = rules.by_itself.union(*rules.moves.values())
    # A refund through nothing but the balance ends a paid order at once; of a stay, one that a coupon paid.
    at_once = {("paid", "refunded"), ("paid", "cancelled")}
    assert {move for move in moves if not is_way(kind, move)} <= at_once


def test_a_false_refusal_is_not_excused_by_what_the_action_itself_would_change() -> None:
    stay = RULES[STAY]
    alone = stay.answers("check_in", stay.reachable("paid", []))
    assert alone == {"200", "too_early"}
    beside = stay.answers("check_in", stay.reachable("paid", ["cancel"]))
    assert beside == {"200", "too_early", "invalid_transition"}
    assert stay.answers("cancel", stay.reachable("checked_in", ["check_out"])) == {"not_cancellable"}


def test_a_refund_is_refused_only_where_others_may_have_taken_the_money() -> None:
    enough = Money(least=500, most=500)
    assert enough.allows("202", 500)
    assert not enough.allows("refund_exceeds_payment", 500)
    assert not enough.allows("202", 501)
    contested = Money(least=0, most=500)
    assert contested.allows("202", 300)
    assert contested.allows("refund_exceeds_payment", 300)
    assert not Money(least=0, most=0).allows("202", None)
