"""Coupons of kind ``manual``: guests claim them and admins give them, never more than there are."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from posthouse.domain.identity import Role
from tests.integration.conftest import Arrange
from tests.integration.house import NOW, House, Reply
from tests.support.clock import clock_at


def gift(house: House, **more: Any) -> str:
    """A template of coupons to claim."""
    template_id: str = house.template(name="Spring gift", kind="manual", **more)["template_id"]
    return template_id


def claim(house: House, token: str, template_id: str, **headers: str) -> Reply:
    return house.send("POST", f"/api/coupons/{template_id}/claims", token=token, **headers)


def give(house: House, user_id: str, template_id: str, key: str = "key-1", token: str = "") -> Reply:
    path, body = f"/api/staff/users/{user_id}/coupons", {"template_id": template_id}
    return house.send("POST", path, body, token or house.admin, Idempotency_Key=key)


def claimable(house: House, token: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = house.send("GET", "/api/coupons", token=token).must(200)["items"]
    return items


def issued(house: House, template_id: str) -> int:
    [row] = [row for row in house.rows("coupon-templates") if row["template_id"]["S"] == template_id]
    coupons = [row for row in house.rows("coupons") if row["template_id"]["S"] == template_id]
    assert len(coupons) == int(row["issued"]["N"]), "the coupons are the ledger of the issued quantity"
    return len(coupons)


def test_a_guest_sees_what_can_be_claimed_claims_it_and_uses_it(house: House) -> None:
    token = house.guest()
    template_id = gift(house, quantity=3, description="For spring", minimum_spend=0)
    assert claimable(house, token) == [
        {
            "template_id": template_id,
            "name": "Spring gift",
            "amount": 2000,
            "minimum_spend": 0,
            "scope": "any",
            "valid_days": 30,
            "description": "For spring",
            "left": 3,
            "per_guest": 1,
            "claimed": 0,
        }
    ]
    coupon = claim(house, token, template_id).must(201)
    assert (coupon["amount"], coupon["status"], coupon["source"]) == (2000, "unused", "manual")
    assert house.coupons(token) == [coupon]
    [seen] = claimable(house, token)
    assert (seen["left"], seen["claimed"]) == (2, 1)
    claim(house, token, template_id).refused(409, "already_claimed")
    wish = house.wish(house.room(), coupon_id=coupon["coupon_id"])
    assert house.book(token, wish).must(201)["discount"] == 2000
    assert issued(house, template_id) == 1


def test_only_enabled_templates_of_kind_manual_with_some_left_are_listed_and_claimed(house: House) -> None:
    token = house.guest()
    second, first = gift(house, sort=2), gift(house, sort=1)
    others = [
        house.template()["template_id"],
        house.template(kind="check_out")["template_id"],
        gift(house, enabled=False),
        "T-unknown",
    ]
    gift(house, quantity=0)
    assert [it["template_id"] for it in claimable(house, token)] == [first, second]
    for template_id in others:
        claim(house, token, template_id).refused(404, "not_found")
    page = house.send("GET", "/api/coupons?limit=1", token=token).must(200)
    rest = house.send("GET", f"/api/coupons?limit=1&cursor={page['next_cursor']}", token=token).must(200)
    assert [it["template_id"] for it in (*page["items"], *rest["items"])] == [first, second]
    assert rest["next_cursor"] is None


def test_as_many_as_one_guest_may(house: House) -> None:
    token = house.guest()
    template_id = gift(house, per_guest=3)
    for _ in range(3):
        claim(house, token, template_id).must(201)
    refused = claim(house, token, template_id).refused(409, "already_claimed")
    assert refused["per_guest"] == 3
    claim(house, house.guest("13900000002"), template_id).must(201)
    house.send("POST", "/api/staff/coupon-templates", {"per_guest": 0}, house.admin).refused(422, "invalid_request")


def test_two_hundred_guests_claim_fifty_coupons(house: House) -> None:
    template_id = gift(house, quantity=50)
    tokens = [house.guest(f"139{number:08}") for number in range(200)]
    replies = [claim(house, token, template_id) for token in tokens]
    answers = Counter(reply.body.get("code", reply.status) for reply in replies)
    assert answers == {201: 50, "none_left": 150}
    assert issued(house, template_id) == 50


def test_rivals_for_the_last_coupon(house: House, before_commit: Arrange) -> None:
    template_id = gift(house, quantity=1)
    rival = house.guest("13900000002")
    before_commit(lambda: claim(house, rival, template_id).must(201))
    claim(house, house.guest(), template_id).refused(409, "none_left")
    assert issued(house, template_id) == 1


def test_one_guest_claims_twice_at_once(house: House, before_commit: Arrange) -> None:
    token, template_id = house.guest(), gift(house, quantity=10)
    before_commit(lambda: claim(house, token, template_id).must(201))
    claim(house, token, template_id).refused(409, "already_claimed")
    assert issued(house, template_id) == 1


def test_a_template_that_changes_meanwhile_is_read_again(house: House, before_commit: Arrange) -> None:
    token, template_id = house.guest(), gift(house, quantity=10)
    [read] = house.send("GET", "/api/staff/coupon-templates", token=house.admin).must(200)["items"]
    path = f"/api/staff/coupon-templates/{template_id}"
    before_commit(lambda: house.send("PUT", path, {**read, "amount": 500}, house.admin).must(200))
    assert claim(house, token, template_id).must(201)["amount"] == 500
    before_commit(lambda: house.send("PUT", path, {**read, "version": 2, "enabled": False}, house.admin).must(200))
    claim(house, house.guest("13900000002"), template_id).refused(404, "not_found")
    assert issued(house, template_id) == 1


def test_a_repeat_with_the_same_key_gets_the_same_coupon(house: House) -> None:
    token, template_id = house.guest(), gift(house, quantity=1)
    first = claim(house, token, template_id, Idempotency_Key="key").must(201)
    assert claim(house, token, template_id, Idempotency_Key="key").must(201) == first
    claim(house, token, template_id, Idempotency_Key="another").refused(409, "already_claimed")
    claim(house, token, gift(house), Idempotency_Key="key").refused(422, "idempotency_key_reused")
    claim(house, house.guest("13900000002"), template_id, Idempotency_Key="key").refused(409, "none_left")
    assert claim(house, token, gift(house), Idempotency_Key="k" * 255).must(201)


def test_who_leaves_and_comes_back_claims_no_second_one(house: House) -> None:
    template_id = gift(house)
    token = house.guest()
    claim(house, token, template_id).must(201)
    house.send("DELETE", "/api/me", token=token).must(204)
    claim(house, token, template_id).refused(401, "account_deleted")
    house.send("GET", "/api/coupons", token=token).refused(401, "account_deleted")
    with clock_at(NOW + timedelta(minutes=6)):
        house.invoke("erase_personal_data", {})
        back = house.guest()
        assert house.send("GET", "/api/me", token=back).must(200)["user_id"]
        [seen] = claimable(house, back)
        assert seen["claimed"] == 1
        claim(house, back, template_id).refused(409, "already_claimed")


def test_an_account_that_is_deleted_meanwhile_gets_nothing(house: House, before_commit: Arrange) -> None:
    token, template_id = house.guest(), gift(house)
    before_commit(lambda: house.send("DELETE", "/api/me", token=token).must(204))
    claim(house, token, template_id).refused(401, "account_deleted")
    assert issued(house, template_id) == 0


# ---------------------------------------------------------------- gifts by admins


def test_an_admin_gives_a_coupon_once_for_each_key(house: House) -> None:
    session = house.log_in("13911112222")
    user_id, token = session["user"]["user_id"], session["access_token"]
    template_id = gift(house, quantity=3)
    first = give(house, user_id, template_id).must(201)
    assert give(house, user_id, template_id).must(201) == first
    give(house, user_id, gift(house)).refused(422, "idempotency_key_reused")
    give(house, user_id, template_id, "key-2").must(201)
    # It is no claim: the guest may still claim one, and then none is left.
    claim(house, token, template_id).must(201)
    give(house, user_id, template_id, "key-3").refused(409, "none_left")
    assert len(house.coupons(token)) == issued(house, template_id) == 3
    rows = [row for row in house.rows("audit") if row["action"]["S"] == "grant_coupon"]
    assert [row["target"]["S"] for row in rows] == [user_id] * 2


def test_any_enabled_template_can_be_given_to_an_existing_guest(house: House) -> None:
    user_id = house.log_in("13911112222")["user"]["user_id"]
    assert give(house, user_id, house.template()["template_id"]).must(201)["source"] == "manual"
    give(house, user_id, gift(house, enabled=False), "key-2").refused(404, "not_found")
    give(house, user_id, "T-unknown", "key-3").refused(404, "not_found")
    give(house, "U-unknown", gift(house), "key-4").refused(404, "not_found")
    clerk = house.token(Role.STAFF, house.hotel()["hotel_id"])
    give(house, user_id, gift(house), "key-5", clerk).refused(403, "forbidden")


@pytest.mark.parametrize("rivals", [1, 2])
def test_rivals_with_one_key_give_one_coupon(house: House, before_commit: Arrange, rivals: int) -> None:
    user_id = house.log_in("13911112222")["user"]["user_id"]
    template_id = gift(house, quantity=rivals)
    before_commit(lambda: give(house, user_id, template_id).must(201))
    assert give(house, user_id, template_id).must(201)
    assert issued(house, template_id) == 1
