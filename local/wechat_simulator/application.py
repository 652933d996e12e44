"""Mounts the simulator onto an aiohttp application."""

from collections.abc import AsyncIterator
from pathlib import Path

from aiohttp import web

from local.wechat_simulator import kept, mini_program, pay_host, shipping, steering
from local.wechat_simulator.config import SimulatorConfig
from local.wechat_simulator.crypto import Signer
from local.wechat_simulator.deliveries import Deliveries
from local.wechat_simulator.state import Faults


def add_simulator(app: web.Application, config: SimulatorConfig, memory_file: Path | None = None) -> None:
    """Serve `/wechat/api/...`, `/wechat/pay/...` and `/simulator/...` on `app`; its state lives as long as the app.

    With a `memory_file` it starts with the state in that file, and writes its state there when the app ends.
    """
    faults = Faults()
    signer = Signer(config.platform_private_key, config.platform_serial)
    deliveries = Deliveries(config, signer)
    mini = mini_program.MiniProgramHost(
        config, faults, lambda body: shipping.upload(body, pay.merchant, config.merchant_id)
    )
    pay = pay_host.PayHost(config, faults, signer, deliveries, lambda openid: openid in mini.guests.by_openid)
    app[kept.HOSTS] = hosts = kept.Hosts(mini, pay)
    kept.read(memory_file, hosts)
    calls = steering.SteeringCalls(config, faults, deliveries, mini, pay)

    async def deliveries_context(_: web.Application) -> AsyncIterator[None]:
        await deliveries.open()
        yield
        await deliveries.close()
        if memory_file:
            kept.write(memory_file, hosts)

    app.cleanup_ctx.append(deliveries_context)
    app.add_routes([*mini.routes(), *pay.routes(), *calls.routes()])
    # After the real routes, so that each host reports a wrong path with its own kind of error.
    app.router.add_route("*", f"{mini_program.MOUNT}/{{path:.*}}", _unknown_api)
    app.router.add_route("*", f"{pay_host.MOUNT}/{{path:.*}}", _unknown_pay_call)
    app.router.add_route("*", f"{steering.MOUNT}/{{path:.*}}", _unknown_steering_call)


async def _unknown_api(_: web.Request) -> web.Response:
    return web.json_response({"errcode": 40066, "errmsg": "invalid url"}, status=404)


async def _unknown_pay_call(_: web.Request) -> web.Response:
    return web.json_response({"code": "NOT_FOUND", "message": "no such API"}, status=404)


async def _unknown_steering_call(request: web.Request) -> web.Response:
    return steering.problem(404, "not_found", f"the simulator has no {request.method} {request.path}")
