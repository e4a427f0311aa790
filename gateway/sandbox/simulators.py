"""All simulators behind one server: `/{system}/...`, each with its fault switches at `/_faults`."""

import os
from collections.abc import Mapping

from gateway.domain.systems import AsgiApp, Receive, Scope, Send
from gateway.infra.systems import discover, read_configs
from gateway.kit.faults import Faulty
from gateway.sandbox.tsa import SLUG, TimestampAuthority
from gateway.sandbox.world import world_of
from gateway.settings import SettingsWrong


def serve_from_environment() -> AsgiApp:
    """What the server process loads: a simulator for every system, and a timestamping authority."""
    return simulators(os.environ)


def simulators(environ: Mapping[str, str]) -> "Mounted":
    """The simulators by the systems' names as people write them."""
    specs = discover()
    configs, problems = read_configs(specs, environ)
    if problems:
        raise SettingsWrong(problems)
    return Mounted(
        {
            spec.slug: Faulty(spec.simulator(configs[name], world_of(name)))
            for name, spec in specs.items()
        }
        | {SLUG: Faulty(TimestampAuthority())}
    )


class Mounted:
    """Hands each request to the application of its first path segment."""

    def __init__(self, apps: Mapping[str, AsgiApp]) -> None:
        self._apps = apps

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        name = scope["path"].lstrip("/").partition("/")[0]
        app = self._apps.get(name)
        if app is None:
            known = ", ".join(f"/{slug}/" for slug in self._apps).encode()
            await _text(send, 404, b"no such simulator; these run: " + known)
            return
        # By the ASGI specification the path stays whole and the root path says what is mounted.
        await app(dict(scope) | {"root_path": f"/{name}"}, receive, send)


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def _text(send: Send, status: int, body: bytes) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
