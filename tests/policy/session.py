"""All that one client can learn from a store: answers, errors, audit rows, and the work they cost."""

from collections.abc import Iterator
from datetime import date, timedelta
from operator import itemgetter
from random import Random
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from msgspec.structs import replace

from gateway.application.caller.caller import Caller
from gateway.application.records.ppks_asked import Cara
from gateway.application.records.read_ppks import ReadPpks
from gateway.domain.daftar_subjek import sebutan, urai
from gateway.domain.errors import GatewayError
from gateway.domain.grant import Grant, JenisGrant
from gateway.domain.narrowing import Penyempitan
from gateway.domain.ports import KondisiPpks
from gateway.infra.db.tables import PPKS
from gateway.infra.limits.allowance import FixedAllowance
from gateway.infra.limits.counts import MemoryCounts
from gateway.kit.ids import new_id
from tests.contract.shelf import Shelf
from tests.fixtures.oauth import KEYRING
from tests.policy import world
from tests.policy.statements import noting_statements
from tests.policy.twins import HIDDEN_NAMES, MOMENTS, PEOPLE, World, moment

_NAMES: Final = (*(f"tampak-{number}" for number in range(MOMENTS)), *HIDDEN_NAMES, "tak-ada")
_RENAMED: Final = ("id", "rujukan")
_ASKED_FOR: Final = ("id", *world.ATTRIBUTES)
# A request's digest is made of ids that are random in each world.
_NOT_COMPARED: Final = {"nomor", "entri_id", "permintaan_sidik"}


def _listed(rujukan: str) -> str:
    return sebutan(KEYRING.subject_of_reference(rujukan))


class Told(msgspec.Struct):
    """What a client was told in one world, and what the store did for it."""

    answers: list[object]
    """One for each request: an item's JSON, a page's JSON and cursor, or an error."""
    statements: list[list[str]]
    """For each request the SQL that was issued."""
    audit: list[dict[str, Any]]


async def live(shelf: Shelf, lived: World) -> None:
    """Make the store hold a world and nothing else."""
    async with shelf.database.writing() as connection:
        await connection.execute(sa.delete(PPKS))
    for number, records in enumerate(lived):
        shelf.clock.now = moment(number)
        await shelf.save(*records)
    shelf.clock.now = moment(MOMENTS)


class Session:
    """One client's requests. Ids are random, so an answer shows each record's name instead."""

    def __init__(self, shelf: Shelf, grant: Grant, narrowing: Penyempitan | None) -> None:
        self._shelf = shelf
        self._reading = ReadPpks(
            shelf.ppks,
            shelf.audit,
            FixedAllowance(MemoryCounts()),
            KEYRING,
            shelf.clock,
        )
        self._caller = Caller(
            client_id=grant.client_id,
            grant=grant,
            scopes=grant.scopes,
            sempit=narrowing,
            request_id="permintaan-1",
        )
        self._rename = KEYRING.renaming(grant.grant_id)
        self._pseudonymised = grant.jenis is JenisGrant.SAMARAN
        self._ids: dict[str, str] = {}
        self._told = Told([], [], [])

    async def ask_everything(self, chance: Random) -> Told:
        """Every list, page, search and single read. The same chance asks the same."""
        rows = await self._shelf.rows("ppks")
        self._ids = {row["id_sumber"]: row["id"] for row in rows}
        before = {row["nomor"] for row in await self._shelf.rows("audit")}
        with noting_statements(self._shelf.database.engine, self._told.statements):
            for kondisi in _conditions(chance):
                limit, cara = chance.choice((1, 2, 3, 100)), _manner(chance)
                await self._read_through(kondisi, limit, cara)
            for name in _NAMES:
                await self._read_one(self._ids.get(name) or new_id(), _manner(chance))
        audit = sorted(await self._shelf.rows("audit"), key=itemgetter("nomor"))
        nameless = {_listed(row["rujukan"]): row["id_sumber"] for row in rows if not row["nik"]}
        self._told.audit = [
            {name: value for name, value in row.items() if name not in _NOT_COMPARED}
            # Who has no NIK is listed by the record's own id, which is random.
            | {"daftar": [nameless.get(one, one) for one in urai(row["daftar"] or "")]}
            for row in audit
            if row["nomor"] not in before
        ]
        return self._told

    async def _read_through(self, kondisi: KondisiPpks, limit: int, cara: Cara) -> None:
        after = None
        while True:
            self._told.statements.append([])
            try:
                page = await self._reading.page(self._caller, kondisi, after, limit, cara)
            except GatewayError as error:
                self._told.answers.append(_error(error))
                return
            items = [self._named(item) for item in page.items]
            # Ids are random, and pseudonymised records come in the order of theirs.
            shown = sorted(items) if self._pseudonymised else items
            self._told.answers.append([shown, self._named(page.lanjut)])
            if (after := page.lanjut) is None:
                return

    async def _read_one(self, ppks_id: str, cara: Cara) -> None:
        """One record, and once more by a caller who has it now."""
        tag = await self._ask_for(ppks_id, cara)
        await self._ask_for(ppks_id, replace(cara, dikenal=frozenset((tag,))))

    async def _ask_for(self, ppks_id: str, cara: Cara) -> str:
        self._told.statements.append([])
        try:
            read = await self._reading.one(self._caller, ppks_id, cara)
        except GatewayError as error:
            self._told.answers.append(_error(error))
            return ""
        self._told.answers.append([read.sama, self._named(read.data)])
        return read.tanda

    def _named(self, value: Any) -> str:
        text = msgspec.json.encode(value).decode()
        for name, ppks_id in self._ids.items():
            for told in (ppks_id, *(self._rename(f"{what}|{ppks_id}") for what in _RENAMED)):
                text = text.replace(told, f"id of {name}")
        return text


def _manner(chance: Random) -> Cara:
    """All that is granted, or some attributes, which may be granted or not."""
    names = frozenset(chance.sample(_ASKED_FOR, chance.randint(1, 3)))
    return Cara(atribut=chance.choice((None, None, names)))


def _error(error: GatewayError) -> list[object]:
    return [
        type(error).__name__,
        error.status,
        error.code,
        error.detail,
        msgspec.to_builtins(error.errors),
    ]


def _conditions(chance: Random) -> Iterator[KondisiPpks]:
    """Each filter by itself, of values that hidden records have too, then some together."""
    values: dict[str, tuple[Any, ...]] = {
        "kode_wilayah": tuple(area for area in world.AREAS if area is not None),
        "kategori": world.KINDS,
        "status": tuple(status.value for status in world.STATUSES),
        "nik": tuple(map(world.nik, range(PEOPLE + 1))),
        "nama_lengkap": (*world.NAMES, "CONTOH TAK ADA"),
        "tanggal_lahir": tuple(date(1990, 1, 1) + timedelta(days=day) for day in range(4)),
        "diubah_sejak": tuple(map(moment, range(MOMENTS))),
    }
    yield KondisiPpks()
    for name, several in values.items():
        for value in chance.sample(several, 2):
            yield KondisiPpks(**{name: value})
    for _ in range(4):
        names = chance.sample(tuple(values), 2)
        yield KondisiPpks(**{name: chance.choice(values[name]) for name in names})
