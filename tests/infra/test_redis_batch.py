"""Commands of one moment share a round trip, and nothing else."""

import asyncio

import pytest
from redis.exceptions import RedisError, ResponseError

from gateway.infra.redis.batch import RedisBatch
from gateway.infra.redis.client import open_redis
from tests.fixtures.redis_alone import lone_redis


@pytest.fixture
async def client(redis_url):
    opened = open_redis(redis_url)
    yield opened
    await opened.aclose()


@pytest.fixture
def batch(client):
    return RedisBatch(client)


async def test_everybody_gets_their_own_answer(batch):
    await asyncio.gather(*(batch.run("SET", f"k{number}", number) for number in range(2500)))
    answers = await asyncio.gather(*(batch.run("GET", f"k{number}") for number in range(2500)))
    assert answers == [str(number).encode() for number in range(2500)]


async def test_commands_of_one_moment_share_a_round_trip(batch, client):
    before = (await client.info("stats"))["total_reads_processed"]
    for _ in range(10):
        await asyncio.gather(*(batch.run("EXISTS", "k") for _ in range(100)))
    after = (await client.info("stats"))["total_reads_processed"]
    assert after - before < 50


async def test_a_command_that_fails_fails_alone(batch):
    await batch.run("SET", "text", "a")
    outcomes = await asyncio.gather(
        batch.run("INCR", "text"),
        batch.run("SET", "b", "1"),
        batch.run("NOSUCH"),
        batch.run("GET", "b"),
        return_exceptions=True,
    )
    assert [type(outcome) for outcome in outcomes[::2]] == [ResponseError, ResponseError]
    assert outcomes[3] == b"1"


async def test_who_leaves_holds_up_nobody(batch):
    leaving = asyncio.create_task(batch.run("GET", "a"))
    staying = asyncio.create_task(batch.run("SET", "b", "1"))
    await asyncio.sleep(0)
    leaving.cancel()
    assert await staying
    with pytest.raises(asyncio.CancelledError):
        await leaving
    assert await batch.run("GET", "b") == b"1"


async def test_more_at_once_than_there_are_connections(batch):
    async def ask() -> None:
        for _ in range(20):
            await batch.run("PING")

    async with asyncio.timeout(30):
        await asyncio.gather(*(ask() for _ in range(300)))


async def test_a_server_that_went_away_is_found_again():
    with lone_redis() as redis:
        client = open_redis(redis.url)
        batch = RedisBatch(client)
        await batch.run("PING")
        redis.kill()
        outcomes = await asyncio.gather(
            batch.run("PING"), batch.run("PING"), return_exceptions=True
        )
        assert all(isinstance(outcome, RedisError | OSError) for outcome in outcomes)
        redis.start()
        assert await batch.run("PING")
        await client.aclose()
