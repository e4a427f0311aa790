"""What each step of checking a token costs by itself, in this process, 64 requests at a time."""

import asyncio
import itertools
import statistics
import time
from collections.abc import Awaitable, Callable
from typing import Final

from bench.load.proofs import make, proof_for
from bench.load.wrk import CONNECTIONS
from bench.result import Scale, Table
from bench.serving.gateway import Gateway
from gateway.infra.oauth.dpop import DpopProofs
from gateway.infra.oauth.replay import MemoryReplaySet
from gateway.infra.oauth.tokens import Verifier
from gateway.parts import Parts, read_everything

_EACH: Final = 3_000
_PATH: Final = "/v1/systems"

Step = Callable[[], Awaitable[object]]


def parts_table(gateways: dict[str, Gateway], scale: Scale) -> Table:
    """One row for each step, one column for each store."""
    found = {store: asyncio.run(_measured(each, scale)) for store, each in gateways.items()}
    names = next(iter(found.values()))
    return Table(
        title="The steps of checking a token, in process",
        columns=("step", *(f"CPU µs, {store}" for store in found)),
        rows=tuple((name, *(steps[name] for steps in found.values())) for name in names),
        note=f"Rounds: {scale.rounds} of {_EACH:,}, {CONNECTIONS} at a time; CPU of this process "
        "with all its threads. Redis keeps what is counted or remembered.",
    )


async def _measured(gateway: Gateway, scale: Scale) -> dict[str, float]:
    parts = Parts(*read_everything(gateway.environment))
    try:
        taken: dict[str, list[float]] = {}
        for _ in range(scale.rounds):
            for name, step in _steps(parts, gateway).items():
                taken.setdefault(name, []).append(await _cpu_us(step))
        return {name: statistics.median(each) for name, each in taken.items()}
    finally:
        await parts.close()


def _steps(parts: Parts, gateway: Gateway) -> dict[str, Step]:
    strict, legacy = gateway.strict.token(), gateway.legacy.token()
    issuer, verifier = parts.issuers[0], Verifier(parts.issuers, parts.clock)
    assert gateway.strict.key is not None
    wanted = proof_for(gateway.strict.key, gateway.strict.url + _PATH, strict, method="GET")
    made = iter(make(wanted, _EACH + CONNECTIONS))
    proofs = DpopProofs(parts.settings.public_url, MemoryReplaySet(), parts.clock)
    names = (f"bench|{time.time_ns()}|{number}" for number in itertools.count())
    client_id, grant_id = gateway.legacy.client_id, gateway.legacy.grant_id
    return {
        "token, seen before": lambda: verifier.verify(legacy),
        "token, seen first": lambda: issuer.verify(strict),
        "proof, but for its use before": lambda: proofs.check(
            [next(made)], method="GET", path=_PATH, token=strict
        ),
        "proof used before?": lambda: parts.replay.first_use(next(names), 70),
        "revoked? of a token seen first": lambda: parts.revocations.is_revoked(next(names)),
        "revoked? of a token seen before": lambda: parts.revocations.is_revoked("bench"),
        "client": lambda: parts.clients.client(client_id),
        "grant": lambda: parts.clients.grant(grant_id),
        "rate": lambda: parts.client_rates.take(f"rate:{client_id}", 10**9, 60),
        "quota": lambda: parts.quotas.take(f"lookup:bench:{grant_id}", 10**9, 86_400),
    }


async def _cpu_us(step: Step) -> float:
    await asyncio.gather(*(step() for _ in range(CONNECTIONS)))
    left = itertools.repeat(None, _EACH)

    async def go_on() -> None:
        for _ in left:
            await step()

    begun = time.process_time()
    await asyncio.gather(*(go_on() for _ in range(CONNECTIONS)))
    return 1e6 * (time.process_time() - begun) / _EACH
