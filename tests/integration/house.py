"""A Posthouse on moto: its resources from the template, its functions called as AWS would call them."""

from __future__ import annotations

import base64
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote

import boto3
import pytest
import urllib3
from moto.dynamodb.models import dynamodb_backends
from moto.sqs.models import Queue, sqs_backends

from local.wechat_simulator import SimulatorConfig
from posthouse.clients import workflows
from posthouse.domain.event import OTHER_SUBSCRIBERS, SUBSCRIBERS
from posthouse.domain.identity import Principal, Role
from posthouse.domain.ids import IdKind, derived_id
from posthouse.entry import secrets, settings, staff_tokens, tokens, wechat
from posthouse.services import wechat_token
from posthouse.services.catalogue import hotel_index, room_cache
from posthouse.services.flash_sales import flash_tally, sale_cache
from posthouse.services.notifications import shipping
from posthouse.services.shop import goods_cache
from tests.support import workflow
from tests.support.clock import go_on
from tests.support.moto_state import MotoState, moto_state, put_back
from tests.support.permissions import TESTS_OWN, PermissionWatch
from tests.support.quick_moto import think_once
from tests.support.template import Function, functions, template

think_once()

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
TODAY = date(2026, 11, 21)
ACCOUNT = "123456789012"
CONSUMERS = tuple(it.consumer for it in (*SUBSCRIBERS, *OTHER_SUBSCRIBERS) if it.consumer != "place_flash_order")
"""All that queues feed, but for the flash sales': tests look at a ticket before there is a verdict."""
CONTEXT = SimpleNamespace(function_name="under-test", aws_request_id="test", get_remaining_time_in_millis=lambda: 9000)


@dataclass(frozen=True)
class Reply:
    """The response that API Gateway would send."""

    status: int
    body: Any
    headers: dict[str, str]
    raw: str

    def must(self, status: int) -> Any:
        assert self.status == status, (self.status, self.body)
        return self.body

    def refused(self, status: int, code: str) -> Any:
        assert (self.status, self.body["code"]) == (status, code), self.body
        assert self.headers["Content-Type"] == "application/problem+json"
        return self.body


Faults = Callable[[str, str], None]
"""A test's code before and after each task of a workflow; it may raise."""


def no_faults(_when: str, _step: str) -> None:
    """Run each task without faults."""


@cache
def client(service: str) -> Any:
    """A client of the tests themselves, made only once: making it takes longer than all calls of a test."""
    made = boto3.client(service)
    TESTS_OWN.append(made)
    return made


def stored_rows(table: str) -> list[dict[str, Any]]:
    """A table's rows as moto stores them, as values of their own: a scan would take longer than most tests."""
    items = dynamodb_backends[ACCOUNT]["us-east-1"].tables[table].all_items()
    return [item.to_json()["Attributes"] for item in items]


def batch_of(bodies: list[str], delivered: Counter[str]) -> dict[str, Any]:
    """The event of an event source mapping for these messages, numbered from 0, each with its receive count."""
    delivered.update(bodies)
    records = [
        {
            "messageId": str(number),
            "receiptHandle": str(number),
            "body": body,
            "attributes": {
                "MessageGroupId": json.loads(body)["aggregate_id"],
                "ApproximateReceiveCount": str(delivered[body]),
            },
            "messageAttributes": {},
            "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:queue",
            "awsRegion": "us-east-1",
        }
        for number, body in enumerate(bodies)
    ]
    return {"Records": records}


@dataclass(frozen=True)
class Deployed:
    """The template's resources, all empty, and the values of references to them."""

    state: MotoState
    refs: dict[str, Any]
    arns: dict[str, str]


_DEPLOYED: dict[tuple[str, str], Deployed] = {}
"""Deployments by WeChat's simulator and its secret: each is made once in a process, then restored for each house."""


class House:
    """The deployed template on moto."""

    def __init__(self, simulator_url: str, config: SimulatorConfig, monkeypatch: pytest.MonkeyPatch) -> None:
        self.simulator_url = simulator_url
        self.config = config
        self._monkeypatch = monkeypatch
        self._pool = urllib3.PoolManager()
        self.begin_environment()
        self.dynamodb = client("dynamodb")
        self.sqs = client("sqs")
        self._refs: dict[str, Any] = {}
        self._arns: dict[str, str] = {}
        self._deploy()
        self.workflow_faults: Faults = no_faults
        self.workflow_facts: dict[str, Any] = {}
        monkeypatch.setattr(workflows, "run", self._run_workflow)
        # Moto reads the clock until a long poll ends: with a clock that stands still it would wait for ever.
        monkeypatch.setattr(Queue, "wait_for_messages", lambda _, seconds: go_on(timedelta(seconds=seconds)))
        self.permissions = PermissionWatch(self._logical_id)
        self.delivered: Counter[str] = Counter()
        self.permissions.begin(monkeypatch)

    # ------------------------------------------------------------ building

    @classmethod
    def begin_environment(cls) -> None:
        """Begin a new execution environment without any caches."""
        for cached in (
            settings.read_settings,
            wechat._parsed,
            wechat._with_keys,
            wechat._mini_program,
            wechat._wechat_pay,
        ):
            cached.cache_clear()
        secrets.forget_secrets()
        staff_tokens.forget_ended_tokens()
        cls.forget_caches()

    @staticmethod
    def forget_caches() -> None:
        """Begin a new execution environment without the caches of the catalogue."""
        room_cache.room_cache.cache_clear()
        hotel_index.hotel_index.cache_clear()
        goods_cache.goods_cache.cache_clear()
        sale_cache.sale_cache.cache_clear()
        flash_tally.tally.cache_clear()
        wechat_token.known_tokens.clear()
        shipping.known_managed.clear()

    def _deploy(self) -> None:
        made_with = (self.simulator_url, self.config.secret_json())
        if made_with not in _DEPLOYED:
            self._build()
            _DEPLOYED[made_with] = Deployed(moto_state(), self._refs, self._arns)
        deployed = _DEPLOYED[made_with]
        put_back(deployed.state)
        self._refs, self._arns = dict(deployed.refs), dict(deployed.arns)

    def _build(self) -> None:
        self._refs = {
            "AWS::StackName": "posthouse",
            "AWS::Region": "us-east-1",
            "Stage": "local",
            "LoginNotices": "off",
            "PaymentTimeoutSeconds": "1800",
            "PublicBaseUrl": self.simulator_url,
            "WechatApiBaseUrl": f"{self.simulator_url}/wechat/api",
            "WechatPayBaseUrl": f"{self.simulator_url}/wechat/pay",
            "FlashConcurrency": "20",
            "OrdersPerHour": "100000",
            "ShippingFee": "1000",
            "FreeShippingFrom": "9900",
            "CheckoutWorkflow": f"arn:aws:states:us-east-1:{ACCOUNT}:express:checkout",
        }
        self._arns = {}
        by_type: dict[str, dict[str, Any]] = {}
        for name, resource in template()["Resources"].items():
            by_type.setdefault(resource["Type"], {})[name] = resource["Properties"]
        for name, properties in by_type["AWS::DynamoDB::Table"].items():
            self._table(name, properties)
        waiting = {name: p for name, p in by_type["AWS::SQS::Queue"].items() if "RedrivePolicy" not in p}
        for name, properties in [*waiting.items(), *by_type["AWS::SQS::Queue"].items()]:
            if name not in self._refs:
                self._queue(name, properties)
        for name, properties in by_type["AWS::SNS::Topic"].items():
            self._refs[name] = client("sns").create_topic(Name=self.value(properties["TopicName"]))["TopicArn"]
        for properties in by_type["AWS::SNS::Subscription"].values():
            self._subscribe(properties)
        vault = client("secretsmanager")
        for name, content in {
            "TokenSecret": json.dumps({"current": "k" * 64, "previous": "p" * 64}),
            "WechatSecret": self.config.secret_json(),
        }.items():
            self._refs[name] = vault.create_secret(Name=name, SecretString=content)["ARN"]
        self._workflow()

    def _table(self, name: str, properties: dict[str, Any]) -> None:
        keep = ("TableName", "BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")
        wanted = {key: self.value(properties[key]) for key in keep if key in properties}
        self.dynamodb.create_table(**wanted)

    def _queue(self, name: str, properties: dict[str, Any]) -> None:
        resolved = self.value(properties)
        queue_name = resolved.pop("QueueName")
        attributes = {k: json.dumps(v) if isinstance(v, dict) else str(v) for k, v in resolved.items()}
        attributes = {k: v.lower() if v in {"True", "False"} else v for k, v in attributes.items()}
        url = self.sqs.create_queue(QueueName=queue_name, Attributes=attributes)["QueueUrl"]
        self._refs[name] = url
        self._arns[name] = f"arn:aws:sqs:us-east-1:{ACCOUNT}:{queue_name}"

    def _subscribe(self, properties: dict[str, Any]) -> None:
        resolved = self.value({key: properties[key] for key in ("TopicArn", "Protocol", "Endpoint")})
        attributes = {
            "RawMessageDelivery": str(properties["RawMessageDelivery"]).lower(),
        }
        if "FilterPolicy" in properties:
            attributes["FilterPolicy"] = json.dumps(properties["FilterPolicy"])
        client("sns").subscribe(**resolved, Attributes=attributes)

    def _workflow(self) -> None:
        definition = json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}})
        role = f"arn:aws:iam::{ACCOUNT}:role/workflow"
        made = client("stepfunctions").create_state_machine(name="check-out", definition=definition, roleArn=role)
        self._refs["CheckOutWorkflow"] = made["stateMachineArn"]

    def value(self, node: Any) -> Any:
        """Resolve a value of the template, as CloudFormation would."""
        match node:
            case {"Ref": str(name)}:
                return self._refs[name]
            case {"Fn::GetAtt": [str(name), str()]}:
                return self._arns[name]
            case {"Fn::Sub": str(text)}:
                return re.sub(r"\$\{([\w:]+)\}", lambda found: str(self._refs[found[1]]), text)
            case dict():
                return {key: self.value(inner) for key, inner in node.items()}
            case list():
                return [self.value(inner) for inner in node]
        return node

    # ------------------------------------------------------------ calling

    def invoke(self, step: str, event: Any) -> Any:
        """Call a function with exactly the environment that the template gives it; it takes a moment."""
        go_on()
        function = functions()[step]
        with self._environment(function), self.permissions.of(step):
            return function.handler()(event, CONTEXT)

    def _logical_id(self, name: str) -> str:
        return next((logical for logical, known in self._refs.items() if known == name), name)

    @contextmanager
    def _environment(self, function: Function) -> Iterator[None]:
        settings.read_settings.cache_clear()
        every = template()["Globals"]["Function"]["Environment"]["Variables"]
        own = function.properties.get("Environment", {}).get("Variables", {})
        with self._monkeypatch.context() as patch:
            for name in _all_variables() - set(every):
                patch.delenv(name, raising=False)
            for name, value in {**every, **own}.items():
                patch.setenv(name, str(self.value(value)))
            yield

    def send(self, method: str, path: str, body: Any = None, token: str | None = None, **headers: str) -> Reply:
        """Send an HTTP request, as API Gateway passes it on (payload format 2.0)."""
        path, _, query = path.partition("?")
        function, pattern, parameters = _route(method, path)
        sent = {name.replace("_", "-").lower(): value for name, value in headers.items()}
        if token is not None:
            sent["authorization"] = f"Bearer {token}"
        raw = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        event: dict[str, Any] = {
            "version": "2.0",
            "routeKey": f"{method} {pattern}",
            "rawPath": path,
            "headers": sent,
            "pathParameters": parameters,
            "requestContext": {"requestId": "request-1", "http": {"method": method, "path": path}},
            "isBase64Encoded": False,
        }
        if query:
            event["queryStringParameters"] = dict(unquote(pair).split("=", 1) for pair in query.split("&"))
        if raw is not None:
            event["body"] = raw.decode()
        return self.reply(function.step, event)

    def reply(self, step: str, event: dict[str, Any]) -> Reply:
        answer = self.invoke(step, event)
        raw = answer.get("body") or ""
        headers = answer.get("headers", {})
        is_text = headers.get("Content-Type", "").startswith("text/")
        return Reply(answer["statusCode"], raw if is_text else json.loads(raw) if raw else None, headers, raw)

    def deliver(
        self, headers: dict[str, str], body: bytes, *, in_base64: bool = False, to: str = "receive_payment_notification"
    ) -> Reply:
        """Deliver a notification from WeChat, by default of a payment."""
        event = {
            "version": "2.0",
            "routeKey": " ".join(functions()[to].routes[0]),
            "headers": {name.lower(): value for name, value in headers.items()},
            "requestContext": {"requestId": "notification"},
            "body": base64.b64encode(body).decode() if in_base64 else body.decode(),
            "isBase64Encoded": in_base64,
        }
        return self.reply(to, event)

    def _run_workflow(self, _arn: str, _name: str, facts: dict[str, Any]) -> Any:
        """Run the checkout workflow from its ASL file, each task in its own function."""

        def invoke(resource: str, given: dict[str, Any]) -> Any:
            step = re.sub(r"(?<!^)(?=[A-Z])", "_", resource.removeprefix("${").removesuffix("FunctionArn}")).lower()
            self.workflow_faults("before", step)
            result = self.invoke(step, given)
            self.workflow_faults("after", step)
            return result

        self.workflow_facts = facts
        asl = workflow.definition("functions/checkout/checkout.asl.json")
        try:
            return workflow.run_workflow(asl, facts, invoke)
        except (workflow.TaskFailed, workflow.Killed) as fault:
            raise workflows.NoAnswer(str(fault)) from fault

    # ------------------------------------------------------------ messages

    def records(self) -> Iterator[dict[str, Any]]:
        """Every outbox row that waits, as a record of the stream."""
        for row in self.rows("outbox"):
            if "due_at" in row:
                keys = {name: row[name] for name in ("aggregate_id", "sequence")}
                yield {"eventName": "INSERT", "eventID": "1", "dynamodb": {"Keys": keys, "NewImage": row}}

    def relay(self) -> int:
        """Invoke the relay by the stream; returns the number of events that it sent."""
        records = list(self.records())
        return int(self.invoke("relay_outbox", {"Records": records})["relayed"]) if records else 0

    def drain(self, step: str) -> list[dict[str, Any]]:
        """Feed a consumer from its queue, as an event source mapping would; returns the failures that it reported."""
        function = functions()[step]
        [event] = [e for e in function.properties["Events"].values() if e["Type"] == "SQS"]
        url = self._refs[event["Properties"]["Queue"]["Fn::GetAtt"][0]]
        failures: list[dict[str, Any]] = []
        queue = self._queue_of(url)
        while queue.messages:
            found = self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["All"])
            messages = found.get("Messages", [])
            if not messages:
                break
            failures += self.feed(step, [message["Body"] for message in messages])
            for message in messages:
                self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return failures

    @staticmethod
    def _queue_of(url: str) -> Any:
        """Moto's own queue object: reading it needs no call."""
        return sqs_backends[ACCOUNT]["us-east-1"].queues[url.rsplit("/", 1)[1]]

    def messages(self, queue: str) -> list[str]:
        """Take all messages out of a queue, also delayed ones."""
        taken = self._queue_of(self._refs[queue])._messages
        found = [message.body for message in taken]
        taken.clear()
        return found

    def feed(self, step: str, bodies: list[str]) -> list[dict[str, Any]]:
        """Pass messages to a consumer; returns the failures that it reported."""
        answer: list[dict[str, Any]] = self.invoke(step, batch_of(bodies, self.delivered))["batchItemFailures"]
        failed = {bodies[int(failure["itemIdentifier"])] for failure in answer}
        for body in set(bodies) - failed:
            del self.delivered[body]
        return answer

    def settle(self) -> None:
        """Deliver all messages to their consumers, until there are none."""
        for _ in range(20):
            if not self.relay():
                return
            for step in CONSUMERS:
                assert self.drain(step) == []
        raise AssertionError("events are relayed again and again")

    def rows(self, table: str) -> list[dict[str, Any]]:
        """A table's rows."""
        return stored_rows(f"posthouse-{table}")

    def contents(self) -> dict[str, list[dict[str, Any]]]:
        """Everything that is stored."""
        tables = dynamodb_backends[ACCOUNT]["us-east-1"].tables
        return {name: sorted(stored_rows(name), key=str) for name in tables}

    # ------------------------------------------------------------ people and things

    def simulate(self, method: str, path: str, body: Any = None) -> Any:
        """Steer the WeChat simulator."""
        answer = self._pool.request(method, self.simulator_url + path, json=body, timeout=10)
        assert answer.status < 300, answer.data
        return json.loads(answer.data) if answer.data else None

    def codes(self, phone: str = "13900000001", **more: Any) -> dict[str, Any]:
        found: dict[str, Any] = self.simulate("POST", "/simulator/guests", {"phone_number": phone, **more})
        return found

    def log_in(self, phone: str = "13900000001", **more: Any) -> dict[str, Any]:
        """Log a guest in; returns the session. The mini-program sends a nickname itself; WeChat does not."""
        codes = self.codes(phone, **more)
        wanted = {"login_code": codes["login_code"], "phone_code": codes["phone_code"]}
        wanted |= {"nickname": more["nickname"]} if "nickname" in more else {}
        session: dict[str, Any] = self.send("POST", "/api/sessions", wanted).must(201)
        return session

    def guest(self, phone: str = "13900000001") -> str:
        """A guest's token."""
        token: str = self.log_in(phone)["access_token"]
        return token

    def user_id(self, openid: str) -> str:
        return derived_id(IdKind.USER, self.config.app_id, openid)

    def token(self, role: Role, *hotel_ids: str, subject: str = "somebody") -> str:
        """Sign a token for any subject and role, as of now: with the version of the account, if there is one."""
        versions = {row["username"]["S"]: int(row["version"]["N"]) for row in self.rows("staff") if "version" in row}
        caller = Principal(subject, role, frozenset(hotel_ids), versions.get(subject, 0))
        with self._monkeypatch.context() as patch:
            settings.read_settings.cache_clear()
            patch.setenv("TOKEN_SECRET_ARN", self._refs["TokenSecret"])
            return tokens.issue(caller, datetime.now(UTC)).value

    def as_function(self, step: str, act: Callable[[], str]) -> str:
        """Run code in a function's environment."""
        with self._environment(functions()[step]):
            return act()

    @property
    def admin(self) -> str:
        return self.token(Role.ADMIN, subject="admin")

    def hotel(self, **more: Any) -> dict[str, Any]:
        facts = {
            "name": "驿站 Test",
            "city": "成都",
            "address": "1 Test Road",
            "phone": "028-1234567",
            "latitude": 30.67,
            "longitude": 104.06,
        }
        made: dict[str, Any] = self.send("POST", "/api/staff/hotels", {**facts, **more}, self.admin).must(201)
        return made

    def room(self, units: int = 2, price: int = 30000, nights: int = 10, **more: Any) -> dict[str, Any]:
        """A room type with its nights open from today."""
        hotel_id = more.pop("hotel_id", None) or self.hotel()["hotel_id"]
        facts = {"hotel_id": hotel_id, "name": "Twin", "price": price, "units": units, "area": 30, "bed": "Twin"}
        made: dict[str, Any] = self.send("POST", "/api/staff/rooms", {**facts, **more}, self.admin).must(201)
        span = {"from": str(TODAY), "to": str(TODAY + timedelta(days=nights))}
        self.send("PUT", f"/api/staff/rooms/{made['room_id']}/nights", span, self.admin).must(200)
        return made

    def wish(self, room: dict[str, Any], begin: int = 0, nights: int = 1, **more: Any) -> dict[str, Any]:
        """The body of a booking."""
        check_in = TODAY + timedelta(days=begin)
        return {
            "room_id": room["room_id"],
            "check_in": str(check_in),
            "check_out": str(check_in + timedelta(days=nights)),
            "units": 1,
            "guest_name": "李雷",
            "phone_number": "13800138000",
            **more,
        }

    def book(self, token: str, wish: Any, key: str = "key-1") -> Reply:
        return self.send("POST", "/api/bookings", wish, token, Idempotency_Key=key)

    def pay(self, token: str, order_no: str, **how: Any) -> dict[str, Any]:
        """Open the payment and let the guest pay; returns the payment with WeChat's deliveries."""
        payment = self.send("POST", f"/api/orders/{order_no}/payments", token=token).must(201)
        prepay_id = payment["wechat"]["package"].removeprefix("prepay_id=")
        played = self.simulate("POST", f"/simulator/payments/{prepay_id}", {"result": "success", **how})
        return {**payment, **played}

    def booking(self, token: str, order_no: str) -> dict[str, Any]:
        found: dict[str, Any] = self.send("GET", f"/api/bookings/{order_no}", token=token).must(200)
        return found

    def sold(self, room: dict[str, Any], nights: int = 3) -> list[int]:
        """Units sold of the first nights."""
        span = f"from={TODAY}&to={TODAY + timedelta(days=nights)}"
        found = self.send("GET", f"/api/staff/rooms/{room['room_id']}/nights?{span}", token=self.admin).must(200)
        return [night["sold"] for night in found["items"]]

    def template(self, **more: Any) -> dict[str, Any]:
        """Create a coupon template, by default a welcome coupon."""
        facts = {"name": "Welcome", "kind": "welcome", "amount": 2000, "minimum_spend": 10000, "valid_days": 30}
        made: dict[str, Any] = self.send("POST", "/api/staff/coupon-templates", {**facts, **more}, self.admin).must(201)
        return made

    def coupons(self, token: str, status: str = "") -> list[dict[str, Any]]:
        query = f"?status={status}" if status else ""
        found: list[dict[str, Any]] = self.send("GET", f"/api/me/coupons{query}", token=token).must(200)["items"]
        return found


def _route(method: str, path: str) -> tuple[Function, str, dict[str, str]]:
    """API Gateway's choice, literal segments before parameters: the function, the route's pattern, the parameters."""
    for verb, pattern, paths, function in _routes():
        found = paths.fullmatch(path) if verb == method else None
        if found:
            return function, pattern, found.groupdict()
    msg = f"no route {method} {path}"
    raise AssertionError(msg)


@cache
def _routes() -> list[tuple[str, str, re.Pattern[str], Function]]:
    """Every route in the order in which it is chosen: its method, its pattern, the paths, and the function."""
    return [
        (verb, pattern, re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", pattern)), function)
        for function in sorted(functions().values(), key=lambda f: str(f.routes).count("{"))
        for verb, pattern in function.routes
    ]


@cache
def _all_variables() -> set[str]:
    return {
        name
        for function in functions().values()
        for name in function.properties.get("Environment", {}).get("Variables", {})
    }
