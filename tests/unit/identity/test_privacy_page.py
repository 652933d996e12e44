"""Every table declares its personal data, and docs/privacy.md shows what they declare."""

from __future__ import annotations

import re

from posthouse.store.table import TableMeta
from tests.support import personal_data
from tests.support.template import ROOT, template

TABLES = {
    it["Properties"]["TableName"]["Fn::Sub"].partition("-")[2]: it["Properties"]
    for it in template()["Resources"].values()
    if it["Type"] == "AWS::DynamoDB::Table"
}


def test_every_table_has_a_model_and_every_model_declares_its_personal_data() -> None:
    assert {personal_data.table_of(model) for model in personal_data.models()} == set(TABLES)
    silent = [it.__name__ for it in personal_data.models() if "personal" not in vars(it.Meta)]
    assert silent == [], "say in the model's Meta what the table holds of a guest: `personal = ...`, or NOTHING"
    assert not hasattr(TableMeta, "personal"), "a declaration that is inherited can be forgotten"


def test_what_is_declared_is_an_attribute() -> None:
    for model in personal_data.models():
        named = {personal.attribute for personal in personal_data.meta_of(model).personal}
        assert named <= set(model.get_attributes()), model.__name__


def test_what_is_kept_says_why() -> None:
    silent = [place for place, it in personal_data.declared().items() if it.fate != "forgotten" and not it.why]
    assert silent == []


def test_what_expires_lies_in_a_table_with_ttl() -> None:
    expiring = {table for (table, _, _), it in personal_data.declared().items() if it.fate == "expires"}
    assert {table for table in expiring if "TimeToLiveSpecification" not in TABLES[table]} == set()


def test_the_page_shows_what_is_declared() -> None:
    text = (ROOT / "docs/privacy.md").read_text()
    [shown] = re.findall(r"<!-- personal data -->\n(.*?)<!-- /personal data -->", text, re.DOTALL)
    assert shown == personal_data.page(), f"docs/privacy.md has to show:\n\n{personal_data.page()}"
