"""What one instance has seen, the other one knows; and what they do without their Redis."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import httpx
import msgspec
import redis

from gateway.domain.grant import JenisGrant, Scope, StatusGrant
from tests.fixtures.dpop import Possession
from tests.fixtures.pushes import NDJSON, PATH, WRITABLE, lines, sent
from tests.instances.pair import TOKEN, Pair

PATIENCE = 15.0
# More would meet the limit on refusals of one address, which is that of every caller here.
EACH = 4


async def until(work: Callable[[], Awaitable[httpx.Response]], status: int, within: float) -> float:
    """Seconds until the answer was this one; it must come in time."""
    began = time.monotonic()
    while (answer := await work()).status_code != status:
        assert time.monotonic() - began < within, (answer.status_code, answer.text)
        await asyncio.sleep(0.05)
    return time.monotonic() - began


async def test_an_assertion_is_good_once_at_both_together(pair: Pair):
    grant = await pair.grant()
    form = pair.form(grant)
    assert (await pair.ask_token(pair.one, form)).status_code == 200
    again = await pair.ask_token(pair.two, form)
    assert (again.status_code, again.json()["error"]) == (401, "invalid_client")
    form = pair.form(grant)
    both = [pair.one, pair.two] * EACH
    answers = await asyncio.gather(*(pair.ask_token(at, form) for at in both))
    assert sorted(answer.status_code for answer in answers) == [200] + [401] * (2 * EACH - 1)


async def test_an_assertion_is_remembered_for_clocks_that_are_behind(pair: Pair):
    """It holds for 200 s; to an instance whose clock is 10 s behind, for 210 s."""
    await pair.token(pair.one, await pair.grant())
    with redis.Redis.from_url(pair.redis.url) as client:
        lives = [client.ttl(name) for name in client.keys("ppks:replay:*")]
    assert 205 <= max(lives) <= 210


async def test_a_proof_is_good_once_at_both_together(pair: Pair):
    token = await pair.token(pair.one, await pair.grant())
    proof = pair.proof(token)
    assert (await pair.ask(pair.one, token, proof)).status_code == 200
    again = await pair.ask(pair.two, token, proof)
    assert (again.status_code, again.json()["code"]) == (401, "invalid_dpop_proof")
    proof = pair.proof(token)
    both = [pair.one, pair.two] * EACH
    answers = await asyncio.gather(*(pair.ask(at, token, proof) for at in both))
    assert sorted(answer.status_code for answer in answers) == [200] + [401] * (2 * EACH - 1)


async def test_a_proof_for_a_token_is_good_once_at_both_together(pair: Pair):
    grant = await pair.grant()
    shown = {"dpop": pair.proof(method="POST", path=TOKEN)}
    first = await pair.one.post(TOKEN, data=pair.form(grant), headers=shown)
    again = await pair.two.post(TOKEN, data=pair.form(grant), headers=shown)
    assert first.status_code == 200
    assert (again.status_code, again.json()["error"]) == (400, "invalid_dpop_proof")


async def test_what_one_issues_the_other_takes_until_it_is_revoked(pair: Pair):
    grant = await pair.grant()
    token = await pair.token(pair.one, grant)
    assert (await pair.ask(pair.two, token)).status_code == 200
    form = pair.form(grant, token=token)
    ended = await pair.one.post("/oauth2/revoke", data=form, auth=Possession(pair.parts.clock))
    assert ended.status_code == 200
    for at in (pair.two, pair.one):
        assert (await pair.ask(at, token)).status_code == 401


async def test_a_change_of_a_grant_counts_at_both_within_a_second(pair: Pair):
    grant = await pair.grant()
    token = await pair.token(pair.one, grant)
    for at in (pair.one, pair.two):
        assert (await pair.ask(at, token)).status_code == 200
    suspended = msgspec.structs.replace(grant, versi=2, status=StatusGrant.DITANGGUHKAN)
    await pair.parts.clients.append_grant(suspended, oleh="CONTOH A")
    for at in (pair.one, pair.two):
        await until(lambda at=at: pair.ask(at, token), 403, within=1.0)


async def test_a_batch_is_stored_once_at_both_together(pair: Pair):
    """Two bodies under one key, each at both instances at the same moment."""
    grant = await pair.grant(
        jenis=JenisGrant.TULIS, scopes=frozenset({Scope.PPKS_WRITE}), atribut=WRITABLE
    )
    token = await pair.token(pair.one, grant)
    names = range(1001)

    async def push(at: httpx.AsyncClient, urutan: int) -> httpx.Response:
        headers = {
            "authorization": f"DPoP {token}",
            "dpop": pair.proof(token, "POST", PATH),
            "content-type": NDJSON,
            "idempotency-key": f"{grant.grant_id}-kunci",
        }
        body = lines(*(sent(name, urutan, nik=None) for name in names))
        return await at.post(PATH, content=body, headers=headers)

    calls = ((at, urutan) for at in (pair.one, pair.two) for urutan in (1, 2))
    answers = await asyncio.gather(*(push(*call) for call in calls))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 409, 409]
    one, other = (answer.json()["data"] for answer in answers if answer.status_code == 200)
    assert one == other
    assert one["baru"] == len(names)
    refused = {answer.json()["code"] for answer in answers if answer.status_code == 409}
    assert refused == {"idempotency_key_reused"}


async def test_without_redis_nobody_is_let_in_and_with_it_everybody_is_again(pair: Pair):
    """Neither instance is started again; nothing that cannot be checked is taken for good."""
    grant = await pair.grant()
    token = await pair.token(pair.one, grant)
    pair.redis.kill()
    try:
        for at in (pair.one, pair.two):
            for answer in (
                await pair.ask(at, token),
                await pair.ask_token(at, pair.form(grant)),
            ):
                assert answer.status_code == 503, answer.text
                assert int(answer.headers["retry-after"]) > 0
                assert answer.headers["cache-control"] == "no-store"
            assert (await at.get("/health/live")).status_code == 200
    finally:
        pair.redis.start()
    for at in (pair.one, pair.two):
        await until(lambda at=at: pair.ask(at, token), 200, within=PATIENCE)
        await until(lambda at=at: pair.ask_token(at, pair.form(grant)), 200, within=PATIENCE)
