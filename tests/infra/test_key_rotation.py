"""A rotation of the signing keys while several instances sign and verify."""

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa
from joserfc import jws

from gateway.api.oauth.routes import _KEEP_BRIEFLY
from gateway.domain.errors import Conflict, NotAuthenticated, Unavailable
from gateway.domain.signing import JWKS_KEPT, NOTICED, RETIREMENT, TOKEN_LIFE, StatusKunci
from gateway.infra.crypto import Keyring
from gateway.infra.db.clients.signing_keys import SqlSigningKeys
from gateway.infra.db.engine import Database, open_engine
from gateway.infra.db.tables import CATATAN_ADMIN, SIGNING_KEY
from tests.fixtures.fleet import LEGACY, STRICT, Fleet
from tests.fixtures.oauth import KEYRING

BY = "CONTOH A"


@pytest.fixture
async def fleet(database_url):
    made = Fleet(database_url)
    yield made
    await made.close()


def kid_of(token):
    return jws.extract_compact(token.encode()).headers()["kid"]


async def rows(database, table=SIGNING_KEY):
    async with database.reading() as connection:
        return {row[0]: row for row in await connection.execute(sa.select(table))}


async def test_a_published_key_is_shown_by_all_within_a_second_and_signs_nothing(fleet):
    (old,) = {kid_of(await each.token()) for each in fleet.instances}
    coming = await fleet.store.publish(STRICT, oleh=BY)
    await fleet.sleep(NOTICED.total_seconds())
    for each in fleet.instances:
        assert await each.shown() == [old, coming.kid]
        assert kid_of(await each.token()) == old


async def test_no_token_dies_of_a_rotation(fleet):
    tokens = [await each.token() for each in fleet.instances]
    await fleet.store.publish(STRICT, oleh=BY)
    await fleet.sleep(JWKS_KEPT.total_seconds() - TOKEN_LIFE.total_seconds() + 290)
    await fleet.operator()(STRICT, oleh=BY, at_once=True)
    await fleet.sleep(1)
    tokens += [await each.token() for each in fleet.instances]
    assert len({kid_of(token) for token in tokens}) == 2
    for each in fleet.instances:
        for token in tokens:
            assert (await each.verifier.verify(token)).client_id == "dinkes"


async def test_nobody_signs_with_a_key_that_another_does_not_show(fleet):
    """Also where the operator does not wait: at each step some instance knows the least it may."""
    turn, signed = iter(range(10_000)), set()

    async def life(seconds: float) -> None:
        for _ in range(round(seconds / 0.05)):
            fleet.clock.advance(timedelta(seconds=0.05))
            step = next(turn)
            signer = fleet.instances[step % 3]
            kid = kid_of(await signer.token())
            signed.add(kid)
            other = fleet.instances[(step // 3) % 3]
            assert kid in await other.shown()

    await life(1)
    for _ in range(3):
        await fleet.operator(pause=life)(STRICT, oleh=BY, at_once=True)
        await life(2)
    assert len(signed) == 4


async def test_a_retiring_key_is_believed_for_a_tokens_life_and_the_time_keys_are_kept(fleet):
    one, other, _ = fleet.instances
    old = kid_of(await one.token())
    await fleet.rotated(pensiun=RETIREMENT)
    await fleet.sleep(RETIREMENT.total_seconds() - 1)
    assert old in await other.shown()
    assert await other.keys.believed(STRICT, old) is not None
    await fleet.sleep(1)
    assert old not in await other.shown()
    assert await other.keys.believed(STRICT, old) is None
    assert (await rows(fleet.database))[old].privat is not None
    await one.token()
    gone = (await rows(fleet.database))[old]
    assert (gone.status, gone.privat) == (StatusKunci.GONE, None)
    assert gone.hilang_pada == gone.pensiun_pada + RETIREMENT
    notes = (await rows(fleet.database, CATATAN_ADMIN)).values()
    assert [(row.oleh, row.objek) for row in notes if row.peristiwa == "kunci.hilang"] == [
        ("gateway", old)
    ]


async def test_a_signing_key_is_shown_first(fleet):
    one = fleet.instances[0]
    old = kid_of(await one.token())
    await fleet.rotated(pensiun=RETIREMENT)
    coming = await fleet.store.publish(STRICT, oleh=BY)
    await fleet.sleep(1)
    assert await one.shown() == [kid_of(await one.token()), coming.kid, old]


async def test_tokens_of_a_stolen_key_die_within_a_second_remembered_or_not(fleet):
    one, other, _ = fleet.instances
    token = await one.token()
    await one.verifier.verify(token)
    await fleet.operator()(STRICT, oleh=BY, stolen=True)
    await fleet.sleep(1)
    for each in (one, other):
        with pytest.raises(NotAuthenticated):
            await each.verifier.verify(token)
        assert len(await each.shown()) == 1
    old = (await rows(fleet.database))[kid_of(token)]
    assert (old.status, old.privat, old.hilang_pada) == ("gone", None, fleet.clock() - NOTICED)
    await other.verifier.verify(await one.token())


async def test_a_theft_takes_the_coming_and_the_retiring_key_along(fleet):
    one = fleet.instances[0]
    await one.token()
    await fleet.rotated(pensiun=RETIREMENT)
    await fleet.store.publish(STRICT, oleh=BY)
    fresh = await fleet.operator()(STRICT, oleh=BY, stolen=True)
    await fleet.sleep(1)
    assert await one.shown() == [fresh.kid]
    kept = {kid: row.privat is not None for kid, row in (await rows(fleet.database)).items()}
    assert kept == {kid: kid == fresh.kid for kid in kept}
    assert len(kept) == 4


async def test_each_issuer_rotates_by_itself_and_believes_no_key_of_the_other(fleet):
    one = fleet.instances[0]
    (strict,), (legacy,) = await one.shown(), await one.shown(LEGACY)
    fresh = await fleet.operator()(LEGACY, oleh=BY, at_once=True)
    await fleet.sleep(1)
    assert await one.shown() == [strict]
    assert await one.shown(LEGACY) == [fresh.kid, legacy]
    assert await one.keys.believed(STRICT, legacy) is None
    assert await one.keys.believed(LEGACY, legacy) is not None


async def test_a_token_under_a_key_that_another_instance_just_made_is_believed(fleet):
    """The only key that signs without having been shown before is the very first."""
    one, other, _ = fleet.instances
    assert await one.keys.believed(STRICT, "tak-ada") is None
    token = await other.token()
    await fleet.sleep(0.1)
    assert (await one.verifier.verify(token)).client_id == "dinkes"


async def test_requests_do_not_ask_the_store_for_the_keys(fleet):
    one = fleet.instances[0]
    token = await one.token()
    one.queries = 0
    for _ in range(20):
        await one.verifier.verify(token)
        await one.strict.jwks()
    assert one.queries == 0
    await fleet.sleep(1)
    await asyncio.gather(*(one.verifier.verify(token) for _ in range(20)))
    assert one.queries <= 2  # BEGIN and one SELECT


async def test_a_flood_of_strange_keys_does_not_become_a_flood_of_queries(fleet):
    one = fleet.instances[0]
    await one.token()
    one.queries = 0
    for number in range(100):
        fleet.clock.advance(timedelta(seconds=0.01))
        assert await one.keys.believed(STRICT, f"asing-{number}") is None
    assert one.queries <= 2 * 10


async def test_an_instance_that_could_not_read_the_keys_reads_them_again(fleet):
    one = fleet.instances[0]
    token = await one.token()
    await fleet.sleep(1)
    async with fleet.database.writing() as connection:
        await connection.exec_driver_sql("ALTER TABLE signing_key RENAME TO hilang")
    failed = await asyncio.gather(
        *(one.verifier.verify(token) for _ in range(3)), return_exceptions=True
    )
    assert all(isinstance(error, sa.exc.DBAPIError) for error in failed)
    async with fleet.database.writing() as connection:
        await connection.exec_driver_sql("ALTER TABLE hilang RENAME TO signing_key")
    assert (await one.verifier.verify(token)).client_id == "dinkes"


async def test_of_operators_who_rotate_at_once_one_is_told_to_look_again(fleet, database_url):
    await fleet.instances[0].token()
    second = Database(open_engine(database_url))
    stores = [fleet.store, SqlSigningKeys(second, KEYRING, fleet.clock)]
    published = await asyncio.gather(
        *(store.publish(STRICT, oleh=BY) for store in stores), return_exceptions=True
    )
    (coming,) = [key for key in published if not isinstance(key, Conflict)]
    promoted = await asyncio.gather(
        *(store.promote(coming.kid, oleh=BY, pensiun=RETIREMENT) for store in stores),
        return_exceptions=True,
    )
    assert sorted(map(type, promoted), key=str) == sorted((type(None), Conflict), key=str)
    with pytest.raises(Conflict):
        await fleet.store.discard(coming.kid, oleh=BY)
    states = {key.status for key in await fleet.store.keys()}
    assert states == {StatusKunci.RETIRING, StatusKunci.SIGNING}
    await second.close()


async def test_a_key_that_this_keyring_does_not_open_is_not_promoted(fleet):
    one = fleet.instances[0]
    old = kid_of(await one.token())
    stranger = Keyring({"lain": b"x" * 32}, b"i" * 32)
    coming = await SqlSigningKeys(fleet.database, stranger, fleet.clock).publish(STRICT, oleh=BY)
    with pytest.raises(Unavailable):
        await fleet.store.promote(coming.kid, oleh=BY, pensiun=RETIREMENT)
    await fleet.sleep(1)
    assert kid_of(await one.token()) == old


async def test_an_instance_whose_keyring_lacks_the_key_verifies_still(fleet):
    one, other, _ = fleet.instances
    token = await one.token()
    other.keys._keyring = Keyring({"lain": b"x" * 32}, b"i" * 32)
    assert (await other.verifier.verify(token)).client_id == "dinkes"
    assert await other.shown() == [kid_of(token)]
    with pytest.raises(Unavailable):
        await other.token()


async def test_the_admin_log_tells_who_rotated_what(fleet):
    old = kid_of(await fleet.instances[0].token())
    fresh = await fleet.operator()(STRICT, oleh="CONTOH B", at_once=True)
    notes = list((await rows(fleet.database, CATATAN_ADMIN)).values())
    assert [(row.oleh, row.peristiwa, row.objek) for row in notes] == [
        ("gateway", "kunci.terbit", old),
        ("CONTOH B", "kunci.terbit", fresh.kid),
        ("CONTOH B", "kunci.pakai", fresh.kid),
    ]
    assert notes[2].rincian == {"penerbit": STRICT, "digantikan": [old], "pensiun_detik": 600}


def test_readers_are_told_to_keep_the_keys_no_longer_than_a_rotation_waits():
    (header,) = _KEEP_BRIEFLY
    assert header.value == f"public, max-age={int(JWKS_KEPT.total_seconds())}"
