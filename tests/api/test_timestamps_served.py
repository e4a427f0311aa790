"""The server has its log stamped by an authority on a real socket, and never waits for it."""

import asyncio

import httpx

from gateway.infra.stamping.rows import stamp_states
from tests.fixtures.gateway_app import environment, opened
from tests.fixtures.served import newly_granted, serving

PATIENCE = 60
REQUESTS = 12


class Watched:
    """A server, and how far its log is stamped."""

    def __init__(self, gateway, http, asker) -> None:
        self.gateway, self.http, self.asker = gateway, http, asker

    async def asked(self) -> None:
        for _ in range(REQUESTS):
            assert (await self.asker.get("/v1/ppks")).status_code == 200
        assert (await self.http.get("/health/ready")).status_code == 200

    async def state(self):
        async with self.gateway.parts.database.reading() as connection:
            return next(iter(await connection.run_sync(stamp_states)), None)

    async def reached(self, is_reached):
        """The first state of which that is true."""
        while True:
            state = await self.state()
            if state is not None and is_reached(state):
                return state
            await asyncio.sleep(0.1)

    async def metric(self, start) -> float:
        told = (await self.http.get("/metrics")).text.splitlines()
        return sum(float(line.rsplit(" ", 1)[1]) for line in told if line.startswith(start))


async def test_a_slow_a_silly_and_a_vanished_authority_are_in_nobodys_way(sqlite_url, tmp_path):
    anchor = tmp_path / "anchor.pem"
    with serving(environment(sqlite_url), "simulate") as simulate:
        url = f"{simulate.base}/tsa"
        async with httpx.AsyncClient(base_url=f"{url}/", timeout=PATIENCE) as tsa:
            await simulate.ready(tsa, "ca.pem")
            anchor.write_bytes((await tsa.get("ca.pem")).content)
            await tsa.put("_faults", json={"slow_seconds": 4})
            changes = {
                "GATEWAY_AUDIT_TIMESTAMPS": f'{{"{url}": "{anchor}"}}',
                "GATEWAY_AUDIT_TIMESTAMP_EVERY": "1",
            }
            await watched(environment(sqlite_url, **changes), simulate, tsa)


async def watched(environ, simulate, tsa) -> None:
    async with asyncio.timeout(3 * PATIENCE), opened(environ) as gateway:
        with serving(environ, "serve") as server:
            async with httpx.AsyncClient(base_url=server.base, timeout=PATIENCE) as http:
                await server.ready(http)
                seen = Watched(gateway, http, await newly_granted(gateway, http))
                await seen.asked()
                state = await seen.state()
                assert state is None or state.waktu is None, "answers waited for the stamp"
                stamped = await seen.reached(lambda state: state.ukuran is not None)
                assert stamped.gagal == 0

                await tsa.put("_faults", json={})
                await tsa.put("_control", json={"imprint": "other"})
                await seen.asked()
                wrong = await seen.reached(lambda state: state.gagal > 0)
                assert (wrong.alasan, wrong.ukuran) == ("other_message", stamped.ukuran)
                await tsa.put("_control", json={"imprint": "same"})
                healed = await seen.reached(lambda state: state.menunggu_sejak is None)
                assert healed.ukuran >= REQUESTS
                assert await seen.metric("gateway_audit_timestamps_total") >= 3

                simulate.kill()
                await seen.asked()
                await seen.reached(lambda state: state.alasan == "connect_failed")
                assert await seen.metric("gateway_audit_timestamp_lag_seconds") > 0
