"""Rate plans of room types. The row of the hotel lists those that are enabled, and bookings copy what they booked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pynamodb.attributes import BooleanAttribute, JSONAttribute, UnicodeAttribute
from pynamodb.models import Model

from posthouse.domain.personal_data import NOTHING
from posthouse.store.plan_facts import plan_facts, plan_of
from posthouse.store.table import IntAttribute, TableMeta, TableName, changes_to

if TYPE_CHECKING:
    from posthouse.domain.rate_plan import RatePlan
    from posthouse.store.transaction import Transaction

PLAN = "plan"
"""The name of the condition on the plan's row."""

PLANS = "plan:"
"""How the names of plans begin that go with their room type; the plan's id follows."""


class RatePlanRow(Model):
    """One rate plan of a room type."""

    class Meta(TableMeta):
        table_name = TableName("rate-plans")
        personal = NOTHING

    room_id = UnicodeAttribute(hash_key=True)
    rate_plan_id = UnicodeAttribute(range_key=True)
    name = UnicodeAttribute()
    breakfasts = IntAttribute()
    cancel_fee_bp = IntAttribute()
    payment = UnicodeAttribute()
    adjustment_bp = IntAttribute()
    adjustment = IntAttribute()
    cancelling = UnicodeAttribute()
    free_cancel_hours = IntAttribute(null=True)
    min_stay = IntAttribute(null=True)
    least_ahead = IntAttribute(null=True)
    most_ahead = IntAttribute(null=True)
    weekdays = JSONAttribute(null=True)
    min_level = UnicodeAttribute(null=True)
    deposit_bp = IntAttribute(null=True)
    valid_from = UnicodeAttribute(null=True)
    valid_to = UnicodeAttribute(null=True)
    enabled = BooleanAttribute()
    version = IntAttribute()

    def to_domain(self) -> RatePlan:
        return plan_of(self.attribute_values)


def get_plan(room_id: str, rate_plan_id: str) -> RatePlan | None:
    """Returns the plan with this id, or None."""
    try:
        return RatePlanRow.get(room_id, rate_plan_id, consistent_read=True).to_domain()
    except RatePlanRow.DoesNotExist:
        return None


def list_plans(room_id: str) -> list[RatePlan]:
    """Returns all plans of a room type, in the order of their creation. They are few (MAX_PLANS): one read."""
    return [row.to_domain() for row in RatePlanRow.query(room_id, consistent_read=True)]


def create_plan(transaction: Transaction, plan: RatePlan) -> None:
    """Create a plan."""
    transaction.put(PLAN, RatePlanRow(**plan_facts(plan)), RatePlanRow.rate_plan_id.does_not_exist())


def update_plan(transaction: Transaction, plan: RatePlan) -> None:
    """Change a plan; fails as ``plan`` unless the stored version is the preceding one."""
    facts = {name: fact for name, fact in plan_facts(plan).items() if name not in {"room_id", "rate_plan_id"}}
    row = RatePlanRow(plan.room_id, plan.rate_plan_id)
    transaction.update(PLAN, row, changes_to(RatePlanRow, facts), RatePlanRow.version == plan.version - 1)


def must_be_unchanged(transaction: Transaction, plan: RatePlan) -> None:
    """Check that a plan is as it was read. Fails as ``plan``."""
    key = (plan.room_id, plan.rate_plan_id)
    transaction.check(PLAN, RatePlanRow, key, RatePlanRow.version == plan.version)


def delete_plan(transaction: Transaction, plan: RatePlan) -> None:
    """Delete a plan with its room type, whose transaction fails if another plan was created since they were read."""
    transaction.delete(PLANS + plan.rate_plan_id, RatePlanRow(plan.room_id, plan.rate_plan_id))
