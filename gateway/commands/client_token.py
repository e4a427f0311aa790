"""`gateway client token` and `gateway client call`: the strict issuer, tried in one line."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import msgspec
import rich_click as click

from gateway.commands.key_files import read_keys
from gateway.commands.running import BAD_INPUT, FAILED, load_parts, run, stop
from gateway.commands.strict_client import StrictClient
from gateway.kit.transport import Answer

_FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
_METHODS: Final = click.Choice(["GET", "POST", "PUT", "PATCH", "DELETE"], case_sensitive=False)
_OPTIONS: Final = (
    click.option("--key", required=True, type=_FILE, help="The client's private key, a JWK."),
    click.option("--issuer", help="The gateway's URL; by default GATEWAY_PUBLIC_URL."),
    click.option("--grant", "grant_id", help="The grant, where the client holds several."),
    click.option("--scope", help="Only these scopes, separated by spaces."),
)


def _as_client(command: Callable[..., None]) -> Callable[..., None]:
    """The options by which a command learns which client it is, and what it wants."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@click.command("token")
@click.argument("client_id")
@_as_client
def token(client_id: str, key: Path, issuer: str | None, **wishes: str | None) -> None:
    """Get an access token and print it.

    It is bound to the key: whoever uses it sends a proof by that key along (DPoP), as
    `gateway client call` does.
    """
    url, private = url_of(issuer), private_key(key)

    async def work() -> None:
        async with StrictClient.at(url, client_id, private) as client:
            click.echo(await client.token(wishes))

    run(work)


@click.command("call")
@click.argument("client_id")
@click.argument("method", type=_METHODS, metavar="METHOD")
@click.argument("path")
@click.option("--data", help="Body; @FILE reads it from a file, @- from standard input.")
@click.option("--accept", help="The form that is wanted, for example application/x-ndjson.")
@click.option(
    "--content-type", default="application/json", show_default=True, help="The form of the body."
)
@click.option("--idempotency-key", help="A name for the request, so that it counts once.")
@_as_client
def call(
    *,
    client_id: str,
    method: str,
    path: str,
    data: str | None,
    accept: str | None,
    content_type: str,
    idempotency_key: str | None,
    key: Path,
    issuer: str | None,
    **wishes: str | None,
) -> None:
    """Get a token, send one request with it and print the answer.

    PATH begins with a slash and may have a query: /v1/ppks?limit=2. A NIK belongs into a file or
    into standard input, for others on the machine see a command line. Ends with code 1 where the
    gateway refuses.
    """
    url, private, body = url_of(issuer), private_key(key), _body(data)
    told = {
        "accept": accept,
        "content-type": None if body is None else content_type,
        "idempotency-key": idempotency_key,
    }
    headers = {name: text for name, text in told.items() if text}
    if not path.startswith("/"):
        stop("PATH begins with a slash, for example /v1/me", BAD_INPUT)

    async def work() -> Answer:
        async with StrictClient.at(url, client_id, private) as client:
            access = await client.token(wishes)
            return await client.call(method.upper(), path, access, body, headers)

    _show(run(work))


def _show(answer: Answer) -> None:
    kind = answer.headers.get("content-type", "").partition(";")[0]
    if kind.endswith(("/json", "+json")):
        click.echo(msgspec.json.format(answer.body, indent=2))
    else:
        click.echo(answer.body, nl=not answer.body.endswith(b"\n"))
    if answer.status >= 400:
        click.echo(f"the gateway answered {answer.status}", err=True)
        sys.exit(FAILED)


def url_of(issuer: str | None) -> str:
    """Where the gateway is."""
    return (issuer or load_parts().settings.public_url).rstrip("/")


def private_key(path: Path) -> dict[str, Any]:
    """The one key in a file; else the end of the command."""
    keys = read_keys(path)
    if len(keys) != 1:
        stop(f"{path}: must hold one key", BAD_INPUT)
    return keys[0]


def _body(data: str | None) -> bytes | None:
    if data is None or not data.startswith("@"):
        return None if data is None else data.encode()
    if data == "@-":
        return sys.stdin.buffer.read()
    try:
        return Path(data[1:]).read_bytes()
    except OSError as error:
        stop(f"{data[1:]}: {error.strerror}", BAD_INPUT)
