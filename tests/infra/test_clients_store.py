"""The store of clients, secrets and grants keeps its contract on both engines."""

import asyncio
from datetime import timedelta

import msgspec
import pytest
import sqlalchemy as sa

from gateway.domain.client import AuthMethod, Client, SecretRow, StatusClient
from gateway.domain.errors import Conflict, NotFound
from gateway.domain.grant import Grant, StatusGrant
from gateway.infra.db.clients.clients import SqlClients
from gateway.infra.db.tables import CATATAN_ADMIN, GRANT_VERSI
from gateway.kit.clock import ManualClock
from tests.fixtures.oauth import START, client_of, grant_of

OPERATOR = "CONTOH A"


@pytest.fixture
def clock():
    return ManualClock(START)


@pytest.fixture
def clients(database, clock):
    return SqlClients(database, clock)


def secret_of(secret_id, client_id="demo", days=30):
    return SecretRow(
        secret_id=secret_id,
        client_id=client_id,
        hash="scrypt$14$8$1$c2FsdA==$aGFzaA==",
        berlaku_dari=START,
        berlaku_sampai=START + timedelta(days=days),
    )


async def admin_rows(database):
    async with database.reading() as connection:
        rows = await connection.execute(sa.select(CATATAN_ADMIN).order_by(CATATAN_ADMIN.c.nomor))
        return list(rows)


async def test_a_client_comes_back_as_it_was_stored(clients):
    client = client_of(berakhir_pada=START + timedelta(days=9, microseconds=5))
    await clients.save_client(client, oleh=OPERATOR)
    assert await clients.client("dinkes") == client
    assert await clients.client("DINKES") is None


async def test_clients_are_listed_by_id(clients):
    for name in ("b", "a-2", "a"):
        await clients.save_client(client_of(name), oleh=OPERATOR)
    assert [client.client_id for client in await clients.clients()] == ["a", "a-2", "b"]


async def test_a_client_can_be_changed_and_the_change_is_noted(clients, database, clock):
    await clients.save_client(client_of(), oleh=OPERATOR)
    clock.advance(timedelta(hours=1))
    suspended = msgspec.structs.replace(client_of(), status=StatusClient.DITANGGUHKAN)
    await clients.save_client(suspended, oleh="CONTOH B")
    assert await clients.client("dinkes") == suspended
    added, changed = await admin_rows(database)
    assert (added.peristiwa, added.oleh, added.pada, added.objek) == (
        "client.tambah",
        OPERATOR,
        START,
        "dinkes",
    )
    assert (changed.peristiwa, changed.oleh) == ("client.ubah", "CONTOH B")
    assert changed.pada == START + timedelta(hours=1)
    assert changed.rincian["sebelum"]["status"] == "AKTIF"
    assert changed.rincian["sesudah"]["status"] == "DITANGGUHKAN"


async def test_a_second_registration_of_an_id_does_not_replace_the_first(clients, database):
    await clients.save_client(client_of(), oleh=OPERATOR)
    other = client_of(opd="OPD LAIN", dibuat_pada=START + timedelta(seconds=1))
    with pytest.raises(Conflict):
        await clients.save_client(other, oleh=OPERATOR)
    assert (await clients.client("dinkes")).opd == "CONTOH OPD"
    assert len(await admin_rows(database)) == 1


async def test_a_revoked_client_does_not_come_back(clients):
    await clients.save_client(client_of(status=StatusClient.DICABUT), oleh=OPERATOR)
    with pytest.raises(Conflict):
        await clients.save_client(client_of(), oleh=OPERATOR)


async def test_a_change_is_made_to_what_the_client_is_at_that_moment(clients, database):
    await clients.save_client(client_of(opd="0"), oleh=OPERATOR)

    def count(client: Client) -> Client:
        return msgspec.structs.replace(client, opd=str(int(client.opd) + 1))

    tries = [
        clients.update_client("dinkes", count, oleh=OPERATOR, peristiwa="client.uji")
        for _ in range(4)
    ]
    changed = await asyncio.gather(*tries)
    assert {client.opd for client in changed} == set("1234")
    assert (await clients.client("dinkes")).opd == "4"
    notes = [row for row in await admin_rows(database) if row.peristiwa == "client.uji"]
    steps = [(row.rincian["sebelum"]["opd"], row.rincian["sesudah"]["opd"]) for row in notes]
    assert steps == [("0", "1"), ("1", "2"), ("2", "3"), ("3", "4")]


async def test_a_change_that_is_refused_changes_nothing(clients, database):
    with pytest.raises(NotFound):
        await clients.update_client("tak-ada", lambda one: one, oleh=OPERATOR, peristiwa="x")
    revoked = client_of(status=StatusClient.DICABUT)
    await clients.save_client(revoked, oleh=OPERATOR)

    def revive(client: Client) -> Client:
        return msgspec.structs.replace(client, status=StatusClient.AKTIF)

    with pytest.raises(Conflict):
        await clients.update_client("dinkes", revive, oleh=OPERATOR, peristiwa="x")
    assert await clients.client("dinkes") == revoked
    assert len(await admin_rows(database)) == 1


async def test_keys_bounds_and_the_end_of_tokens_are_kept_and_noted(clients, database):
    key = {**client_of().jwks[0], "nbf": 1, "exp": 2}
    client = client_of(jwks=(key,), not_before=START)
    await clients.save_client(client, oleh=OPERATOR)
    assert await clients.client("dinkes") == client
    (note,) = await admin_rows(database)
    assert note.rincian["sesudah"]["kunci"] == [{"kid": key["kid"], "nbf": 1, "exp": 2}]
    assert note.rincian["sesudah"]["not_before"] == "2026-11-21T03:00:00Z"


async def test_a_secret_ends_sooner_but_never_later(clients, database):
    await clients.save_client(
        client_of("demo", auth=AuthMethod.CLIENT_SECRET, jwks=()), oleh=OPERATOR
    )
    await clients.add_secret(secret_of("s1", days=30), oleh=OPERATOR)
    tries = [
        clients.end_secret(secret_of("s1", days=days), not_before=None, oleh=OPERATOR)
        for days in (2, 2, 31)
    ]
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert [type(result) for result in results if result is not None] == [NotFound, NotFound]
    (left,) = await clients.secrets("demo")
    assert left.berlaku_sampai == START + timedelta(days=2)
    note = (await admin_rows(database))[-1]
    assert (note.peristiwa, note.rincian["secret_id"]) == ("client.rahasia_akhir", "s1")


async def test_two_secrets_may_be_live_and_a_third_is_refused(clients, clock, database):
    await clients.save_client(
        client_of("demo", auth=AuthMethod.CLIENT_SECRET, jwks=()), oleh=OPERATOR
    )
    await clients.add_secret(secret_of("s1", days=30), oleh=OPERATOR)
    await clients.add_secret(secret_of("s2", days=60), oleh=OPERATOR)
    with pytest.raises(Conflict):
        await clients.add_secret(secret_of("s3", days=90), oleh=OPERATOR)
    assert [row.secret_id for row in await clients.secrets("demo")] == ["s1", "s2"]
    clock.advance(timedelta(days=30))
    assert [row.secret_id for row in await clients.secrets("demo")] == ["s2"]
    await clients.add_secret(secret_of("s3", days=90), oleh=OPERATOR)
    rows = await admin_rows(database)
    assert [row.peristiwa for row in rows] == ["client.tambah", *["client.rahasia"] * 3]
    assert "scrypt" not in msgspec.json.encode([row.rincian for row in rows]).decode()


async def test_secrets_added_at_the_same_moment_are_still_at_most_two(clients):
    await clients.save_client(
        client_of("demo", auth=AuthMethod.CLIENT_SECRET, jwks=()), oleh=OPERATOR
    )
    tries = [clients.add_secret(secret_of(f"s{number}"), oleh=OPERATOR) for number in range(4)]
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert [type(result) for result in results if result is not None] == [Conflict, Conflict]
    assert len(await clients.secrets("demo")) == 2


async def test_a_secret_needs_its_client_and_an_id_of_its_own(clients):
    with pytest.raises(NotFound):
        await clients.add_secret(secret_of("s1"), oleh=OPERATOR)
    await clients.save_client(client_of("demo"), oleh=OPERATOR)
    await clients.save_client(client_of("lain"), oleh=OPERATOR)
    await clients.add_secret(secret_of("s1"), oleh=OPERATOR)
    with pytest.raises(Conflict):
        await clients.add_secret(secret_of("s1", "lain"), oleh=OPERATOR)
    assert await clients.secrets("lain") == []


async def test_versions_of_a_grant_are_appended_and_the_newest_counts(clients):
    await clients.save_client(client_of(), oleh=OPERATOR)
    first = grant_of("dinkes", "G-1", status=StatusGrant.DRAFT, disetujui_oleh=None)
    second = msgspec.structs.replace(
        first, versi=2, status=StatusGrant.AKTIF, disetujui_oleh="CONTOH B"
    )
    await clients.append_grant(first, oleh=OPERATOR)
    await clients.append_grant(second, oleh="CONTOH B")
    assert await clients.grant("G-1") == second
    assert await clients.grant_history("G-1") == [first, second]
    assert await clients.grant("G-2") is None


@pytest.mark.parametrize("versi", [1, 3, 0])
async def test_a_version_is_the_next_one_or_a_conflict(clients, versi):
    await clients.save_client(client_of(), oleh=OPERATOR)
    await clients.append_grant(grant_of("dinkes", "G-1"), oleh=OPERATOR)
    with pytest.raises(Conflict):
        await clients.append_grant(grant_of("dinkes", "G-1", versi=versi), oleh=OPERATOR)
    assert len(await clients.grant_history("G-1")) == 1


async def test_of_versions_appended_at_the_same_moment_one_wins(clients, database):
    await clients.save_client(client_of(), oleh=OPERATOR)
    await clients.append_grant(grant_of("dinkes", "G-1"), oleh=OPERATOR)
    tries = [
        clients.append_grant(
            grant_of("dinkes", "G-1", versi=2, tujuan=f"P-{number}"), oleh=OPERATOR
        )
        for number in range(4)
    ]
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert [type(result) for result in results if result is not None] == [Conflict] * 3
    assert len(await clients.grant_history("G-1")) == 2
    notes = [row for row in await admin_rows(database) if row.peristiwa == "grant.versi"]
    assert [row.rincian["versi"] for row in notes] == [1, 2]


async def test_a_grant_stays_with_its_client(clients):
    for name in ("dinkes", "bank"):
        await clients.save_client(client_of(name), oleh=OPERATOR)
    await clients.append_grant(grant_of("dinkes", "G-1"), oleh=OPERATOR)
    with pytest.raises(Conflict):
        await clients.append_grant(grant_of("bank", "G-1", versi=2), oleh=OPERATOR)
    with pytest.raises(NotFound):
        await clients.append_grant(grant_of("tak-ada", "G-2"), oleh=OPERATOR)


async def test_a_clients_grants_are_the_newest_version_of_each(clients):
    for name in ("dinkes", "bank"):
        await clients.save_client(client_of(name), oleh=OPERATOR)
    for grant in (
        grant_of("dinkes", "G-2"),
        grant_of("dinkes", "G-1"),
        grant_of("dinkes", "G-1", versi=2, status=StatusGrant.BERAKHIR),
        grant_of("bank", "G-3"),
    ):
        await clients.append_grant(grant, oleh=OPERATOR)
    found = await clients.grants_of("dinkes")
    assert [(grant.grant_id, grant.versi) for grant in found] == [("G-1", 2), ("G-2", 1)]
    assert await clients.grants_of("tak-ada") == []


async def test_the_stored_document_is_the_same_for_the_same_grant(clients, database):
    await clients.save_client(client_of(), oleh=OPERATOR)
    grant = grant_of("dinkes", "G-1", atribut=frozenset(("agama", "nama_lengkap", "pekerjaan")))
    await clients.append_grant(grant, oleh=OPERATOR)
    async with database.reading() as connection:
        text = await connection.scalar(sa.select(sa.cast(GRANT_VERSI.c.isi, sa.Text)))
    assert msgspec.json.decode(text, type=Grant) == grant
    assert '"atribut":["agama","nama_lengkap","pekerjaan"]' in text
