"""`gateway client token`: get an access token from a running gateway with a client's key."""

from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import msgspec
import rich_click as click

from gateway.commands.key_files import read_keys
from gateway.commands.running import BAD_INPUT, load_parts, run, stop
from gateway.infra.client_keys import sign_assertion
from gateway.kit.clock import system_clock
from gateway.kit.http import HttpPools
from gateway.kit.transport import Answer, Call, Endpoint, TransportFailure

_FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
_ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@click.command("token")
@click.argument("client_id")
@click.option("--key", required=True, type=_FILE, help="The client's private key, a JWK.")
@click.option("--issuer", help="The gateway's URL; by default GATEWAY_PUBLIC_URL.")
@click.option("--grant", "grant_id", help="The grant, where the client holds several.")
@click.option("--scope", help="Only these scopes, separated by spaces.")
def token(
    client_id: str, key: Path, issuer: str | None, grant_id: str | None, scope: str | None
) -> None:
    """Get an access token and print it, ready for `Authorization: Bearer`."""
    url = (issuer or load_parts().settings.public_url).rstrip("/")
    keys = read_keys(key)
    if len(keys) != 1:
        stop(f"{key}: must hold one key", BAD_INPUT)

    async def work() -> None:
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": _ASSERTION_TYPE,
            "client_assertion": sign_assertion(keys[0], client_id, url, system_clock()),
            **({"grant_id": grant_id} if grant_id else {}),
            **({"scope": scope} if scope else {}),
        }
        click.echo(_token_of(await _post(url, form)))

    run(work)


async def _post(url: str, form: dict[str, str]) -> Answer:
    try:
        http = HttpPools()("gateway", Endpoint(base_url=url))
    except ValueError as error:
        stop(str(error), BAD_INPUT)
    headers = {"content-type": "application/x-www-form-urlencoded"}
    body = urlencode(form).encode()
    try:
        return await http.send(
            Call(operation="token", path="/oauth2/token", headers=headers, body=body)
        )
    except TransportFailure as failure:
        stop(f"{url}: no answer ({failure.kind})")
    finally:
        await http.close()


def _token_of(answer: Answer) -> str:
    try:
        told = msgspec.json.decode(answer.body, type=dict[str, Any])
    except msgspec.MsgspecError:
        stop(f"the gateway answered {answer.status} without JSON")
    if answer.status != 200:
        reason = told.get("error_description") or told.get("detail") or ""
        stop(f"refused: {told.get('error') or told.get('code')}: {reason}")
    return str(told["access_token"])
