"""Draws the architecture as Mermaid: the house at a glance, all domains at once, each domain with its functions."""

import re
from collections.abc import Iterable, Iterator

from local.architecture import Architecture, Step, Subscription

BOOKKEEPING = ("idempotency", "inbox", "outbox", "audit", "ended-tokens")
"""Tables that nearly every step writes. They are named in the step's box: edges to them would hide all others."""

_KINDS = {"B": "stays", "S": "goods", "F": "flash sales"}


def house(architecture: Architecture) -> str:
    """The parts of every domain in a dozen boxes: from a request to the last consumer.

    It shows no numbers, so that a new route or consumer does not change it.
    """
    steps = architecture.steps
    flows = "<br/>".join(flow.name for flow in architecture.workflows)
    topics = ", ".join(sorted({name for step in steps for name in step.publishes}))
    return _text(
        [
            "flowchart LR",
            "  guests([guests])",
            "  staff([staff])",
            "  wechat([WeChat Pay])",
            '  routes["routes of the HTTP API,<br/>a function for each"]',
            f'  workflows[/"Step Functions:<br/>{flows}"/]',
            '  schedules(["functions on a schedule<br/>finish what was left"])',
            '  tables[("tables and the outbox:<br/>change and event<br/>in one transaction")]',
            f'  relay["{", ".join(step.name for step in steps if step.streams)}"]',
            f'  topics{{{{"SNS topics:<br/>{topics}"}}}}',
            '  queues[["SQS queues,<br/>each with dead letters"]]',
            '  consumers["consumers:<br/>settle, cancel,<br/>refund, notify"]',
            "  guests --> routes",
            "  staff --> routes",
            "  wechat -->|notifications| routes",
            "  routes --> tables",
            "  routes --> workflows --> tables",
            "  schedules --> tables",
            "  tables -->|stream| relay --> topics --> queues --> consumers",
            "  relay -->|delayed, or in order| queues",
            "  consumers -->|their own changes and events| tables",
            '  consumers -->|notices, refunds| told(["WeChat, guests"])',
        ]
    )


def overview(architecture: Architecture) -> str:
    """All domains, each a box with its routes, and the way of the events to their consumers."""
    lines = ["flowchart LR", "  guest([guests])", "  staff([staff])", "  wechat([WeChat])"]
    drawn = [domain for domain in architecture.domains if any(it.reads or it.writes for it in architecture.of(domain))]
    for domain in drawn:
        lines += [f"  subgraph {domain}", *(f"    {line}" for line in _overview_domain(architecture, domain)), "  end"]
    lines += [line for domain in drawn for line in _callers(architecture, domain)]
    lines.append("  outbox[(outbox)]")
    for domain in drawn:
        if any("outbox" in step.writes and not _is_relay(step) for step in architecture.of(domain)):
            lines.append(f"  {domain} --> outbox")
    for step in architecture.steps:
        lines += _messages(architecture, step)
    lines += [
        f"  {_topic(it.topic)} -->|{_label(it)}| {consumer.name}"
        for queue, it in architecture.subscriptions.items()
        for consumer in architecture.consumers(queue)
    ]
    return _text(lines)


def _overview_domain(architecture: Architecture, domain: str) -> Iterator[str]:
    steps = architecture.of(domain)
    number = sum(len(step.routes) for step in steps)
    if number:
        yield f'{domain}_api["{_routes(number)}"]'
    for step in steps:
        if step.queues:
            yield f'{step.name}["{step.name}<br/>queue {", ".join(step.queues)}"]'
        elif step.streams:
            yield f"{step.name}[{step.name}]"
        elif step.schedules:
            yield f'{step.name}["{step.name}<br/>{_often(step)}"]'
    for workflow in architecture.workflows:
        if workflow.domain == domain:
            yield f'{workflow.name}_workflow[/"workflow {workflow.name}<br/>{len(workflow.steps)} steps"/]'
            yield f"{domain}_api --> {workflow.name}_workflow"


def _callers(architecture: Architecture, domain: str) -> Iterator[str]:
    routes = [route for step in architecture.of(domain) for route in step.routes]
    for caller in sorted(set(map(_caller, routes))):
        yield f"  {caller} --> {domain}_api"


def _caller(route: str) -> str:
    path = route.split(" ")[1]
    if "/wechat/" in path:
        return "wechat"
    return "staff" if path.startswith("/api/staff/") else "guest"


def _messages(architecture: Architecture, step: Step) -> Iterator[str]:
    """The messages that a step sends, to topics and directly to queues."""
    source = f"{step.domain}_api" if step.routes else step.name
    yield from (f"  {table} -->|stream| {step.name}" for table in step.streams)
    if not step.streams and _is_relay(step):
        yield f"  outbox -.->|what was left| {step.name}"
        return
    yield from (f"  {step.name} --> {_topic(topic)}" for topic in step.publishes)
    for queue in step.sends:
        label = "in order" if queue in architecture.fifo else "delayed" if _is_timer(architecture, queue) else "queue"
        for consumer in architecture.consumers(queue):
            if consumer.name != step.name:
                yield f"  {source} -->|{label}| {consumer.name}"


def _is_relay(step: Step) -> bool:
    """Whether it sends the outbox's events, and so is not a source of events itself."""
    return bool(step.publishes)


def _is_timer(architecture: Architecture, queue: str) -> bool:
    """Whether its consumer sends a message back to the same queue until the message is due."""
    return any(queue in step.sends for step in architecture.consumers(queue))


def picture(architecture: Architecture, domain: str) -> str:
    """A domain's functions, their triggers and their tables; functions that only read share a box."""
    steps = architecture.of(domain)
    readers = [step for step in steps if step.is_reader]
    others = [step for step in steps if not step.is_reader]
    lines = ["flowchart LR"]
    for step in others:
        lines += [f"  {line}" for line in _box(architecture, step)]
    if readers:
        text = "<br/>".join(f"{step.name}: {route}" for step in readers for route in step.routes)
        lines.append(f'  readers["{text}"]')
        lines += [f"  {_table(name)} -.-> readers" for name in sorted({it for step in readers for it in step.reads})]
    for workflow in architecture.workflows:
        if workflow.domain == domain:
            lines += [f"  {workflow.name}_workflow -->|calls| {name}" for name in dict.fromkeys(workflow.steps)]
    return _text(lines)


def _box(architecture: Architecture, step: Step) -> Iterator[str]:
    kept = [name for name in BOOKKEEPING if name in step.writes and name not in step.streams]
    text = "<br/>".join([step.name, *step.routes, *([f"+ {', '.join(kept)}"] if kept else [])])
    yield f'{step.name}["{text}"]'
    for queue in step.queues:
        if it := architecture.subscriptions.get(queue):
            yield f"{_topic(it.topic)} -->|{_label(it)}| {_queue(queue)}"
        yield f"{_queue(queue)} --> {step.name}"
    yield from (f"{_table(table)} -->|stream| {step.name}" for table in step.streams)
    if step.schedules:
        yield f"clock_{step.name}([{_often(step)}]) --> {step.name}"
    yield from (f"{step.name} --> {_table(name)}" for name in step.writes if name not in BOOKKEEPING)
    only_read = sorted(set(step.reads) - set(step.writes) - set(BOOKKEEPING))
    yield from (f"{_table(name)} -.-> {step.name}" for name in only_read)
    yield from (f"{step.name} ==> {_queue(name)}" for name in step.sends)
    yield from (f"{step.name} ==> {_topic(name)}" for name in step.publishes)
    yield from (f'{step.name} ==> {name}_workflow[/"workflow {name}"/]' for name in step.starts)


def functions_table(architecture: Architecture, domain: str) -> str:
    """All reads, writes and messages of each function, also those that a picture leaves out."""
    rows = ["| function | woken by | reads | writes | sends |", "|---|---|---|---|---|"]
    for step in architecture.of(domain):
        touched = [_listed(step.reads), _listed(step.writes), _sent(step)]
        cells = [f"`{step.name}`", _woken(architecture, step), *touched]
        rows.append("".join(f"| {cell} " if cell else "| " for cell in cells) + "|")
    return _text(rows)


def _woken(architecture: Architecture, step: Step) -> str:
    flows = [f"workflow {flow.name}" for flow in architecture.workflows if step.name in flow.steps]
    queues = [f"queue {name}" for name in step.queues]
    streams = [f"stream of {name}" for name in step.streams]
    clock = [_often(step)] if step.schedules else []
    return "<br>".join([*step.routes, *queues, *streams, *clock, *flows]) or "an operator"


def _sent(step: Step) -> str:
    topics, flows = (f"topic {name}" for name in step.publishes), (f"workflow {name}" for name in step.starts)
    return _listed([*step.sends, *topics, *flows])


def chapters(architecture: Architecture) -> str:
    """A chapter for each domain, with its picture and its table."""
    return "\n".join(
        f"## {domain.replace('_', ' ').capitalize()}\n\n```mermaid\n{picture(architecture, domain)}```\n\n"
        f"{functions_table(architecture, domain)}"
        for domain in architecture.domains
    )


def _label(subscription: Subscription) -> str:
    types = ", ".join(subscription.types) or "everything"
    kinds = ", ".join(_KINDS.get(kind, kind) for kind in subscription.kinds)
    return f'"{types}: {kinds}"' if kinds else f'"{types}"'


def _often(step: Step) -> str:
    [[_, number, unit]] = [re.split(r"[( ]", schedule.rstrip(")")) for schedule in step.schedules]
    return f"every {unit}" if number == "1" else f"every {number} {unit}"


def _routes(number: int) -> str:
    return "1 route" if number == 1 else f"{number} routes"


def _table(name: str) -> str:
    return f"{_id('table', name)}[({name})]"


def _queue(name: str) -> str:
    return f"{_id('queue', name)}[[{name}]]"


def _topic(name: str) -> str:
    return f"{_id('topic', name)}{{{{SNS {name}}}}}"


def _id(kind: str, name: str) -> str:
    """An id for Mermaid: letters, digits and underscores, with a prefix because `end` and others are keywords."""
    return f"{kind}_{re.sub(r'[^a-z0-9]', '_', name)}"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


def _text(lines: Iterable[str]) -> str:
    return "\n".join(lines) + "\n"
