"""Creates the first admin of a new deployment. An operator invokes it (README, "Deploy"); it has no route."""

from collections.abc import Mapping
from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.fields import Password, Username
from posthouse.entry.inputs import Input, read_facts
from posthouse.entry.problems import Problem
from posthouse.entry.task import task
from posthouse.services.identity.staff_accounts import create_first_admin
from posthouse.services.step import Step


class FirstAdminInput(Input):
    username: Username
    password: Password


@task
def handler(facts: Mapping[str, Any], step: Step) -> dict[str, Any]:
    wanted = read_facts(FirstAdminInput, facts)
    if isinstance(wanted, Problem):
        fields = ", ".join(error["field"] for error in wanted.facts["errors"])
        return {"outcome": "refused", "reason": f"give a username and a password of 8 characters or more ({fields})"}
    outcome = create_first_admin(wanted.username, wanted.password, step)
    if isinstance(outcome, Refusal):
        return {"outcome": "refused", "reason": outcome.explanation}
    return {"outcome": "created", "username": outcome.username}
