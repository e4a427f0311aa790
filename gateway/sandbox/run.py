"""Runs the sandbox: simulators, a filled store, the gateway; stops all of it on Ctrl-C."""

import asyncio
import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final
from urllib.error import URLError
from urllib.request import Request, urlopen

from rich.console import Console

from gateway.domain.systems import Capability
from gateway.infra.observing.log import configure_logging
from gateway.infra.systems import discover
from gateway.parts import Parts, read_everything
from gateway.sandbox.environment import sandbox_environment
from gateway.sandbox.prepare import prepare

_HOST: Final = "127.0.0.1"
_PATIENCE: Final = 30.0
_GRACE: Final = 10.0


class SandboxFailed(Exception):
    """A part that did not come up; the text says which and where to look."""


def run_sandbox(environ: Mapping[str, str], folder: Path, port: int, console: Console) -> None:
    """Start everything, say what to try, and wait until it is told to stop.

    Raises SandboxFailed.
    """
    # From the first moment on: what was started by then is stopped in order.
    signal.signal(signal.SIGTERM, _stop)
    with suppress(KeyboardInterrupt):
        _run(environ, folder, port, console)


def _run(environ: Mapping[str, str], folder: Path, port: int, console: Console) -> None:
    simulators_port = port + 1
    for needed in (port, simulators_port):
        _check_free(needed)
    settings = sandbox_environment(environ, folder, port, simulators_port)
    with ExitStack() as running:
        console.print("Starting the simulators ...")
        simulate = ("simulate", "--port", str(simulators_port))
        simulators = running.enter_context(_process(simulate, settings))
        _wait(f"http://127.0.0.1:{simulators_port}/", simulators, "simulators", answers={404})
        console.print("Filling the store ...")
        asyncio.run(_prepare(settings, folder, console))
        console.print("Starting the gateway ...")
        gateway = running.enter_context(_process(("serve",), settings))
        _wait(f"http://127.0.0.1:{port}/health/ready", gateway, "gateway", answers={200})
        _deliver_complaints(simulators_port)
        _tell(console, port, folder)
        _until_stopped(gateway, simulators)


def _stop(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _check_free(port: int) -> None:
    # A server would not fail there: it shares a port with whoever allows it.
    try:
        socket.create_server((_HOST, port)).close()
    except (OSError, OverflowError):
        raise SandboxFailed(
            f"port {port} is taken or does not exist; choose others with GATEWAY_PORT or --port"
        ) from None


async def _prepare(settings: Mapping[str, str], folder: Path, console: Console) -> None:
    own, systems = read_everything(settings)
    configure_logging("console", "warning")
    parts = Parts(own, systems)
    try:
        await prepare(parts, folder, console)
    finally:
        await parts.close()


@contextmanager
def _process(
    arguments: tuple[str, ...], environ: Mapping[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    # A group of its own: Ctrl-C reaches this process alone, which then stops the others in order.
    process = subprocess.Popen(  # noqa: S603 - this program itself, no shell
        [sys.executable, "-m", "gateway", *arguments], env=dict(environ), start_new_session=True
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            with suppress(subprocess.TimeoutExpired):
                process.wait(_GRACE)
        finally:
            # Also where somebody loses patience and presses Ctrl-C again.
            process.kill()
            process.wait()


def _wait(url: str, process: subprocess.Popen[bytes], name: str, answers: set[int]) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        if process.poll() is not None:
            raise SandboxFailed(f"the {name} stopped at once; is the port taken? (see above)")
        if _status(url) in answers:
            return
        time.sleep(0.1)
    raise SandboxFailed(f"the {name} did not answer at {url} within {_PATIENCE:.0f} s")


def _status(url: str) -> int | None:
    try:
        with urlopen(url, timeout=2) as answer:  # noqa: S310 - own loopback address
            return int(answer.status)
    except URLError as error:
        return getattr(error, "code", None)
    except OSError:
        return None


def _deliver_complaints(simulators_port: int) -> None:
    """Have every complaint channel's simulator deliver its complaints to the gateway's webhook."""
    for spec in discover().values():
        if Capability.COMPLAINT_CHANNEL in spec.capabilities:
            url = f"http://127.0.0.1:{simulators_port}/{spec.slug}/_deliver"
            with urlopen(Request(url, method="POST"), timeout=_PATIENCE):
                pass


def _tell(console: Console, port: int, folder: Path) -> None:
    base = f"http://127.0.0.1:{port}"
    written = folder / "clients.json"
    clients = {c["client_id"]: c for c in json.loads(written.read_bytes())["clients"]}
    secret = clients["demo"]["client_secret"]
    ask = f"curl -s -u demo:{secret} -d grant_type=client_credentials {base}/legacy/oauth2/token"
    pick = """sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/'"""
    read = f"{base}/v1/ppks?kode_wilayah=64.02.06&limit=2"
    text = f"""
The gateway answers at {base}, its documentation at {base}/docs. Try:

  TOKEN=$({ask} | {pick})
  curl -s -H "Authorization: Bearer $TOKEN" "{read}"

All clients and their keys: {written}. Ctrl-C stops everything.
"""
    console.print(text, markup=False, soft_wrap=True)


def _until_stopped(*processes: subprocess.Popen[bytes]) -> None:
    while all(process.poll() is None for process in processes):
        time.sleep(0.3)
    raise SandboxFailed("a part of the sandbox stopped by itself (see above)")
