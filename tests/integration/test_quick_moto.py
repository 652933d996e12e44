"""Moto says the same with the quicker functions of tests/support/quick_*.py as it says without them."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from typing import Any

from botocore.exceptions import ClientError
from moto import mock_aws
from moto.core.request import Request

from tests.integration.house import NOW, client, stored_rows
from tests.support.clock import clock_at
from tests.support.replaced import DONE, plain_functions

KEYS = {
    "one": [("id", "HASH")],
    "two": [("id", "HASH"), ("place", "RANGE")],
}
ROW = {
    "text": {"S": "驿站"},
    "number": {"N": "7"},
    "yes": {"BOOL": True},
    "nothing": {"NULL": True},
    "texts": {"SS": ["a", "b"]},
    "numbers": {"NS": ["1", "2"]},
    "bytes": {"B": b"\x00\xff"},
    "list": {"L": [{"S": "x"}, {"N": "1"}, {"M": {"deep": {"L": []}}}]},
    "map": {"M": {"inner": {"N": "5"}, "empty": {"M": {}}, "raw": {"B": b"raw"}}},
    "empty": {"S": ""},
}
UPDATES: list[tuple[str, dict[str, str], dict[str, Any]]] = [
    ("SET #t = :t", {"#t": "text"}, {":t": {"S": "new"}}),
    ("SET #t=:t , #n = #n+:one", {"#t": "text", "#n": "number"}, {":t": {"S": "new"}, ":one": {"N": "1"}}),
    ("SET #n = #n - :one", {"#n": "number"}, {":one": {"N": "1.5"}}),
    ("SET #n = if_not_exists(#n, :one)", {"#n": "number"}, {":one": {"N": "1"}}),
    ("SET #n = if_not_exists(#n, :one) + :one", {"#n": "other"}, {":one": {"N": "1"}}),
    ("SET #l = list_append(#l, :more)", {"#l": "list"}, {":more": {"L": [{"S": "y"}]}}),
    ("SET #l = list_append(if_not_exists(#l, :none), :more)", {"#l": "l2"}, {":none": {"L": []}, ":more": {"L": []}}),
    ("SET #m.#i = :v", {"#m": "map", "#i": "inner"}, {":v": {"S": "set"}}),
    ("SET #m.#i = #t", {"#m": "map", "#i": "inner", "#t": "text"}, {}),
    ("SET #l[1] = :v REMOVE #l[0]", {"#l": "list"}, {":v": {"S": "set"}}),
    ("SET #x = :v REMOVE #t, #n", {"#x": "x", "#t": "text", "#n": "number"}, {":v": {"NULL": True}}),
    ("ADD #n :one, #s :more", {"#n": "number", "#s": "texts"}, {":one": {"N": "2"}, ":more": {"SS": ["b", "c"]}}),
    ("ADD #c :one", {"#c": "counter"}, {":one": {"N": "2"}}),
    ("DELETE #s :gone", {"#s": "texts"}, {":gone": {"SS": ["a", "b"]}}),
    ("REMOVE #l[0], #l[2]", {"#l": "list"}, {}),
    # What DynamoDB refuses.
    ("SET #t = :missing", {"#t": "text"}, {":t": {"S": "new"}}),
    ("SET #missing = :t", {"#t": "text"}, {":t": {"S": "new"}}),
    ("SET #t = :t, #t = :t", {"#t": "text"}, {":t": {"S": "new"}}),
    ("SET #m.#i = :t, #m = :t", {"#m": "map", "#i": "inner"}, {":t": {"S": "new"}}),
    ("SET #id = :t", {"#id": "id"}, {":t": {"S": "new"}}),
    ("SET #t = :t SET #n = :t", {"#t": "text", "#n": "number"}, {":t": {"S": "new"}}),
    ("SET #t = #t + :one", {"#t": "text"}, {":one": {"N": "1"}}),
    ("SET #n = #absent + :one", {"#n": "number", "#absent": "absent"}, {":one": {"N": "1"}}),
    ("SET #a.#b = :t", {"#a": "absent", "#b": "b"}, {":t": {"S": "new"}}),
    ("SET status = :t", {}, {":t": {"S": "new"}}),
    ("SET #t = :t", {"#t": "text", "#unused": "unused"}, {":t": {"S": "new"}}),
    ("SET #t = :t,", {"#t": "text"}, {":t": {"S": "new"}}),
    ("GET #t", {"#t": "text"}, {}),
    ("ADD #t :t", {"#t": "text"}, {":t": {"S": "new"}}),
]
CONDITIONS: list[tuple[str, dict[str, str], dict[str, Any]]] = [
    ("attribute_exists (#id)", {"#id": "id"}, {}),
    ("attribute_not_exists(#id)", {"#id": "id"}, {}),
    ("#n = :n", {"#n": "number"}, {":n": {"N": "7"}}),
    ("#n = :n", {"#n": "number"}, {":n": {"N": "8"}}),
    ("(#n > :n AND #t = :t) OR NOT attribute_exists(#x)", {"#n": "number", "#t": "text", "#x": "x"},
     {":n": {"N": "9"}, ":t": {"S": "no"}}),
    ("#n BETWEEN :a AND :b AND #t IN (:t, :u)", {"#n": "number", "#t": "text"},
     {":a": {"N": "1"}, ":b": {"N": "9"}, ":t": {"S": "no"}, ":u": {"S": "驿站"}}),
    ("size(#t) < :n AND begins_with(#t, :t)", {"#t": "text"}, {":n": {"N": "5"}, ":t": {"S": "驿"}}),
    ("contains(#s, :a) AND #m.#i = :n", {"#s": "texts", "#m": "map", "#i": "inner"},
     {":a": {"S": "a"}, ":n": {"N": "5"}}),
    ("attribute_type(#l, :l) AND #l[0] = :x", {"#l": "list"}, {":l": {"S": "L"}, ":x": {"S": "x"}}),
    ("#n = :missing", {"#n": "number"}, {":n": {"N": "7"}}),
    ("#missing = :n", {"#n": "number"}, {":n": {"N": "7"}}),
    ("((#n = :n))", {"#n": "number"}, {":n": {"N": "7"}}),
    ("#n = ", {"#n": "number"}, {}),
    ("status = :n", {}, {":n": {"N": "7"}}),
]  # fmt: skip


def named(names: dict[str, str], values: dict[str, Any]) -> dict[str, Any]:
    given = {"ExpressionAttributeNames": names, "ExpressionAttributeValues": values}
    return {name: it for name, it in given.items() if it}


def calls() -> Iterator[tuple[str, dict[str, Any]]]:
    """Calls of every kind that Posthouse makes, and some that fail."""
    key, other = {"id": {"S": "a"}}, {"id": {"S": "a"}, "place": {"N": "1"}}
    again = {"PutRequest": {"Item": {**key, **ROW}}}
    for _ in range(2):  # the second time with what is known from the first
        yield "put_item", {"TableName": "one", "Item": {**key, **ROW}}
        yield "put_item", {"TableName": "two", "Item": {**other, **ROW}, "ReturnValues": "ALL_OLD"}
        for text, names, values in UPDATES:
            of_one = {"UpdateExpression": text, **named(names, values)}
            for table, at in (("one", key), ("two", other), ("one", {"id": {"S": f"new {text}"}})):
                yield "update_item", {"TableName": table, "Key": at, **of_one, "ReturnValues": "ALL_NEW"}
                yield (
                    "transact_write_items",
                    {
                        "TransactItems": [
                            {"Put": {"TableName": "two", "Item": {"id": {"S": text}, "place": {"N": "3"}}}},
                            {"Update": {"TableName": table, "Key": at, **of_one}},
                            {"Delete": {"TableName": "two", "Key": {"id": {"S": "absent"}, "place": {"N": "3"}}}},
                        ]
                    },
                )
            yield "batch_write_item", {"RequestItems": {"one": [again]}}
            yield "put_item", {"TableName": "two", "Item": {**other, **ROW}}
        for text, names, values in CONDITIONS:
            condition = {"ConditionExpression": text, **named(names, values)}
            yield "put_item", {"TableName": "one", "Item": {**key, **ROW}, **condition}
            for at in (key, {"id": {"S": "absent"}}):
                for old in ("NONE", "ALL_OLD"):
                    check = {"TableName": "one", "Key": at, **condition, "ReturnValuesOnConditionCheckFailure": old}
                    gone = {"Delete": {"TableName": "two", "Key": other}}
                    added = {"Put": {"TableName": "two", "Item": {**other, "place": {"N": "2"}}}}
                    twice = {"Update": {"TableName": "one", "Key": {"id": {"S": "n"}}, "UpdateExpression": "ADD n :n",
                                        "ExpressionAttributeValues": {":n": {"N": "1"}}}}  # fmt: skip
                    yield "transact_write_items", {"TransactItems": [gone, added, twice, {"ConditionCheck": check}]}
            filtered = {name.replace("Condition", "Filter"): it for name, it in condition.items()}
            yield "scan", {"TableName": "one", **filtered}
        for table, at in (("one", key), ("two", other)):
            yield "put_item", {"TableName": table, "Item": {**at, **ROW}}
            text = "SET #t = :t, #m.#i = :t, #l[0] = :t ADD #s :s, #n :n REMOVE #b"
            names = {
                "#t": "text",
                "#m": "map",
                "#i": "inner",
                "#l": "list",
                "#s": "texts",
                "#n": "number",
                "#b": "bytes",
            }
            values = {":t": {"S": "undone"}, ":s": {"SS": ["undone"]}, ":n": {"N": "1"}}
            undone = {"TableName": table, "Key": at, "UpdateExpression": text, **named(names, values)}
            absent = {"TableName": "one", "Key": {"id": {"S": "no"}}, "ConditionExpression": "attribute_exists(id)"}
            yield "transact_write_items", {"TransactItems": [{"Update": undone}, {"ConditionCheck": absent}]}
            yield "get_item", {"TableName": table, "Key": at}
        yield "get_item", {"TableName": "one", "Key": key}
        yield "get_item", {"TableName": "one", "Key": {"id": {"S": "absent"}}}
        yield "get_item", {"TableName": "absent", "Key": key}
        yield "batch_get_item", {"RequestItems": {"one": {"Keys": [key]}, "two": {"Keys": [other]}}}
        yield "transact_get_items", {"TransactItems": [{"Get": {"TableName": "one", "Key": key}}]}
        yield (
            "query",
            {
                "TableName": "two",
                "KeyConditionExpression": "#id = :id AND #p > :p",
                **named({"#id": "id", "#p": "place"}, {":id": {"S": "a"}, ":p": {"N": "0"}}),
            },
        )
        yield (
            "query",
            {
                "TableName": "two",
                "IndexName": "by_text",
                "KeyConditionExpression": "#t = :t",
                "ScanIndexForward": False,
                "Limit": 1,
                **named({"#t": "text"}, {":t": {"S": "驿站"}}),
            },
        )
        yield "transact_write_items", {"TransactItems": [{"Delete": {"TableName": "one", "Key": key}}] * 2}
        yield "describe_table", {"TableName": "two"}


def told(call: Callable[..., Any], asked: dict[str, Any]) -> Any:
    """A call's answer or its error, without the request's random id. Where moto does not know an error, it breaks."""
    try:
        answer = call(**asked)
    except ClientError as refused:
        answer = refused.response
    except (KeyError, TypeError, ValueError, AttributeError, AssertionError, IndexError) as broken:
        return [type(broken).__name__, str(broken)]
    answer["ResponseMetadata"].pop("RequestId", None)
    headers = answer["ResponseMetadata"]["HTTPHeaders"]
    answer["ResponseMetadata"]["HTTPHeaders"] = {k: v for k, v in headers.items() if k != "x-amzn-requestid"}
    return json.loads(
        json.dumps(answer, default=lambda it: base64.b64encode(it).decode() if type(it) is bytes else str(it))
    )


def heard() -> tuple[list[Any], list[Any]]:
    """All answers, and all rows at last."""
    with mock_aws(), clock_at(NOW):
        dynamodb = client("dynamodb")
        for name, keys in KEYS.items():
            types = {"id": "S", "place": "N", "text": "S"}
            index = {"IndexName": "by_text", "KeySchema": [{"AttributeName": "text", "KeyType": "HASH"}]}
            dynamodb.create_table(
                TableName=name,
                BillingMode="PAY_PER_REQUEST",
                AttributeDefinitions=[
                    {"AttributeName": it, "AttributeType": types[it]} for it in (*(key for key, _ in keys), "text")
                ],
                KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind in keys],
                GlobalSecondaryIndexes=[{**index, "Projection": {"ProjectionType": "ALL"}}],
            )
        answers = [(name, asked, told(getattr(dynamodb, name), asked)) for name, asked in calls()]
        return answers, [json.dumps(stored_rows(name), default=str, sort_keys=True) for name in KEYS]


def test_every_call_has_the_same_answer_and_leaves_the_same_rows() -> None:
    with plain_functions():
        plain, rows = heard()
    quick, rows_after = heard()
    assert len(plain) == len(quick) > 300
    for before, after in zip(plain, quick, strict=True):
        assert before == after
    assert rows_after == rows
    refused = [answer for _, _, answer in plain if "Error" in answer]
    assert len(plain) / 4 < len(refused) < len(plain) * 3 / 4


def test_the_plain_functions_are_back_inside_the_block() -> None:
    quick = [getattr(owner, name) for owner, name, _, _ in DONE]
    with plain_functions():
        plain = [getattr(owner, name, None) for owner, name, _, _ in DONE]
    assert all(before != after for before, after in zip(plain, quick, strict=True))
    assert [getattr(owner, name) for owner, name, _, _ in DONE] == quick


def test_a_request_says_what_was_sent() -> None:
    headers = {"X-Amz-Target": b"DynamoDB.GetItem", "Content-Type": "application/x-amz-json-1.0", "Host": "h.example"}
    made = []
    for block in (plain_functions(), nullcontext()):
        with block:
            request = Request.from_primitives("POST", "https://h.example/", headers, b'{"a": 1}')
        told = {name: it for name, it in request.environ.items() if name not in {"wsgi.input", "werkzeug.request"}}
        made.append((request.data, request.raw_url, request.method, dict(request.headers), told))
    assert made[0] == made[1]
