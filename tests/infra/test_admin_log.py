"""The admin log is read as it was written: in order, whole, from any moment on."""

from datetime import timedelta

from gateway.infra.db.admin_log import SqlAdminLog, note
from tests.fixtures.oauth import START

MANY = 1203


async def write(database, count):
    async with database.writing() as connection:
        for number in range(count):
            await note(
                connection,
                pada=START + timedelta(seconds=number),
                oleh="CONTOH A",
                peristiwa="client.tambah",
                objek=f"client-{number}",
                rincian={"nomor": number},
            )


async def read(database, since=None):
    return [entry async for entry in SqlAdminLog(database).entries(since)]


async def test_a_log_of_any_length_is_read_in_order(database):
    await write(database, MANY)
    entries = await read(database)
    assert [entry.rincian["nomor"] for entry in entries] == list(range(MANY))
    assert (entries[0].oleh, entries[0].pada, entries[0].objek) == ("CONTOH A", START, "client-0")


async def test_it_is_read_from_a_moment_on(database):
    await write(database, 5)
    since = START + timedelta(seconds=3)
    assert [entry.rincian["nomor"] for entry in await read(database, since)] == [3, 4]
    assert await read(database, START + timedelta(days=1)) == []


async def test_an_entry_prints_nothing_of_what_it_holds(database):
    await write(database, 1)
    (entry,) = await read(database)
    assert "CONTOH" not in repr(entry)
