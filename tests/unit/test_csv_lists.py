"""Lists as CSV: when it is asked for, and how values become cells that no spreadsheet runs."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posthouse.entry.csv_lists import _flat, _written, asks_for_csv, harmless
from tests.support.contract import document
from tests.support.template import functions

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def _lists() -> dict[str, Any]:
    """The lists of staff by their step."""
    found = {}
    for path, item in document()["paths"].items():
        if path.startswith("/api/staff/") and "get" in item:
            content = item["get"]["responses"].get("200", {}).get("content", {})
            name = content.get("application/json", {}).get("schema", {}).get("$ref", "").rpartition("/")[2]
            shown = document()["components"]["schemas"].get(name, {}).get("properties", {})
            if "items" in shown and "next_cursor" in shown:
                found[item["get"]["operationId"]] = item["get"]
    return found


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        ("text/csv", True),
        ("TEXT/CSV; charset=utf-8", True),
        ("text/csv, application/json;q=0.5", True),
        ("application/json, text/csv;q=0.9", False),
        ("text/csv;q=0", False),
        ("text/csv;q=nonsense", True),
        ("application/json", False),
        ("text/*", False),
        ("*/*", False),
        ("", False),
    ],
)
def test_csv_is_what_accept_names(accept: str, wanted: bool) -> None:
    assert asks_for_csv(accept) is wanted


@given(st.lists(st.dictionaries(st.sampled_from("abc"), st.text()), min_size=1))
def test_what_is_written_can_be_read_and_no_cell_begins_a_formula(items: list[dict[str, str]]) -> None:
    rows = [_flat(item) for item in items]
    text = _written(rows)
    read = list(csv.DictReader(io.StringIO(text, newline="")))
    for item, row in zip(items if text else [], read, strict=True):
        for name, cell in row.items():
            assert not cell.startswith(FORMULA)
            assert cell in {item.get(name, ""), f"'{item.get(name, '')}"}


@pytest.mark.parametrize("begin", FORMULA)
def test_a_text_that_may_be_a_formula_is_a_text(begin: str) -> None:
    assert harmless(f"{begin}1+1") == f"'{begin}1+1"
    assert harmless(f"a{begin}1") == f"a{begin}1"


def test_values_become_cells() -> None:
    item = {
        "number": -5,
        "none": None,
        "yes": True,
        "object": {"inner": {"deep": "=x"}, "list": []},
        "texts": ["a", "b"],
        "formula": ["=a"],
        "objects": [{"date": "2026-11-21", "name": "驿"}],
    }
    assert _flat(item) == {
        "number": -5,
        "none": None,
        "yes": "true",
        "object.inner.deep": "'=x",
        "object.list": "",
        "texts": "a; b",
        "formula": "'=a",
        "objects": '[{"date": "2026-11-21", "name": "驿"}]',
    }


def test_columns_are_those_of_all_rows() -> None:
    assert _written([{"a": 1}, {"b": 'x,"y"'}]) == 'a,b\r\n1,\r\n,"x,""y"""\r\n'
    assert _written([]) == ""


def test_each_list_of_staff_says_that_it_has_a_file() -> None:
    assert len(_lists()) > 25
    for step, operation in _lists().items():
        assert "text/csv" in operation["responses"]["200"]["content"], step
        assert "too_many_rows" in operation["responses"]["422"]["x-codes"], step


def test_a_list_of_staff_has_as_much_time_as_its_file_takes() -> None:
    """The bound is API Gateway's: half a minute."""
    assert {functions()[step].properties.get("Timeout") for step in _lists()} == {29}
