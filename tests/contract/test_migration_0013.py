"""The thirteenth migration: what is stored is read on as it is, and is joined by a command."""

import sqlalchemy as sa

from gateway.application.records.review_matches import ReviewMatches
from gateway.infra.db.tables import PPKS
from gateway.infra.db.upgrading.migrate import upgrade
from tests.contract.shelf import KEYRING, nik
from tests.contract.test_migration_0002 import downgrade
from tests.contract.test_persons import STEP, A, B, told

BEFORE = "0012"


async def test_persons_of_before_are_read_on_and_joined_when_it_is_asked_for(shelf):
    await shelf.save(told("sijosku"))
    shelf.clock.advance(STEP)
    await shelf.save(told("siks_ng", 1, B, nik=nik(2)), told("simasos", 3, nik=nik(3)))
    first, second, _ = sorted(await shelf.rows("ppks"), key=lambda row: row["dibuat_pada"])
    await shelf.database.close()
    downgrade(shelf.url, BEFORE)
    same_nik = {
        "nik_indeks": first["nik_indeks"],
        "rujukan": first["rujukan"],
        "nik": KEYRING.seal(nik(1).encode(), f"ppks|nik|{second['id']}".encode()),
    }
    async with shelf.database.writing() as connection:
        mine = PPKS.c.sistem == "siks_ng"
        await connection.execute(sa.update(PPKS).where(mine).values(same_nik))
        ids = [*(await connection.scalars(sa.select(PPKS.c.id).where(mine)))]
    assert ids == [second["id"]]
    upgrade(shelf.url)
    assert len(await shelf.shown()) == 3
    reviews = ReviewMatches(shelf.records.reviews)
    assert sum([count async for count in reviews.build()]) == 2
    shown = {item["id"]: item for item in await shelf.shown()}
    assert len(shown) == 2
    assert {item.kode for item in shown[first["id"]]["kategori"]} == {A, B}
    assert sum([count async for count in reviews.build()]) == 0
