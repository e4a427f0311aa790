"""Whether a client exists cannot be told from outside: same answer, same work."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from joserfc import jws

from gateway.domain.client import AuthMethod, StatusClient
from gateway.infra.oauth.client_keys import public_jwk
from tests.attacks.attacker import LEGACY, STRANGER, Attacker
from tests.fixtures.oauth import private_key

Ask = Callable[[Attacker], Any]


def assertion_of(client_id: str, **how: Any) -> Ask:
    def ask(attacker: Attacker) -> Any:
        signed = attacker.assertion(iss=client_id, sub=client_id, **{"key": STRANGER} | how)
        return attacker.ask_token(attacker.form(signed))

    return ask


def secret_of(client_id: str) -> Ask:
    form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": "salah"}
    return lambda a: a.ask_token(form, target=LEGACY)


BY_KEY: dict[str, Ask] = {
    "exists": assertion_of("dinkes"),
    "exists, its kid": assertion_of("dinkes", header={"kid": private_key("ES256")["kid"]}),
    "exists, another algorithm": assertion_of("dinkes", key=private_key("PS256")),
    "does not exist": assertion_of("tak-ada"),
    "has no keys": assertion_of("demo"),
    "is suspended": assertion_of("ditahan"),
    "is suspended, and holds its key": assertion_of("ditahan", key=private_key("ES256")),
}
BY_SECRET: dict[str, Ask] = {
    "has secrets": secret_of("demo"),
    "does not exist": secret_of("tak-ada"),
    "has keys": secret_of("dinkes"),
    "is suspended": secret_of("ditahan"),
}


class Work:
    """Counts statements to the store and signatures checked."""

    def __init__(self, attacker: Attacker, monkeypatch: pytest.MonkeyPatch) -> None:
        self._engine = attacker.gateway.parts.database.engine.sync_engine
        self.statements = 0
        self.signatures = 0
        real = jws.deserialize_compact

        def checked(*words: Any, **named: Any) -> Any:
            self.signatures += 1
            return real(*words, **named)

        monkeypatch.setattr(jws, "deserialize_compact", checked)
        sa.event.listen(self._engine, "before_cursor_execute", self._count)

    def stop(self) -> None:
        sa.event.remove(self._engine, "before_cursor_execute", self._count)

    def _count(self, *_about: object) -> None:
        self.statements += 1


@pytest.fixture
async def crowded(attacker: Attacker) -> Attacker:
    """With a client that has a secret, and one that is suspended."""
    await attacker.gateway.agency("demo", auth=AuthMethod.CLIENT_SECRET, jwks=())
    await attacker.gateway.agency(
        "ditahan",
        jwks=(public_jwk(private_key("ES256")),),
        status=StatusClient.DITANGGUHKAN,
    )
    return attacker


def shown(answer: httpx.Response) -> tuple[object, ...]:
    """All that a caller sees, but for the id of the request."""
    headers = {name: text for name, text in answer.headers.items() if name != "x-request-id"}
    return answer.status_code, answer.content, tuple(sorted(headers.items()))


@pytest.mark.parametrize("kind", [BY_KEY, BY_SECRET], ids=["key", "secret"])
async def test_every_failure_looks_alike_and_costs_alike(crowded, kind, monkeypatch):
    for ask in kind.values():
        await ask(crowded)  # what is read once only has been read
    seen, costs = set(), {}
    work = Work(crowded, monkeypatch)
    for case, ask in kind.items():
        work.statements = work.signatures = 0
        seen.add(shown(await ask(crowded)))
        costs[case] = (work.statements, work.signatures)
    work.stop()
    assert len(seen) == 1
    assert len(set(costs.values())) == 1, costs
