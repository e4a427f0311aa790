"""A random schedule of what sources, reviewers, persons and readers do, made from a seed alone."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

import msgspec

from gateway.application.civil_registry.forget_person import ForgetPerson
from gateway.application.records.keep_records import KeepRecords
from gateway.application.records.review_matches import ReviewMatches
from gateway.application.records.shown_record import told_by
from gateway.domain.errors import Conflict
from gateway.domain.grant import DasarWalauDibatasi
from gateway.domain.merging.review import StatusPadanan
from gateway.domain.permintaan_subjek import (
    JenisPermintaan,
    PermintaanSubjek,
    StatusPermintaan,
    melangkah,
)
from gateway.domain.person import Penduduk
from gateway.domain.policy import buka, tampak
from gateway.domain.ports import KondisiPpks
from gateway.domain.ppks import RekamanPpks
from gateway.domain.systems import PushResult, RecordSink, VersiJauh
from gateway.infra.db.subjects.subjects import Subjects
from gateway.kit.ids import new_id
from tests.contract.copies import ExportCopy, FeedCopy, PushCopy
from tests.contract.people_told import PeopleTold
from tests.contract.province import ATTRIBUTES
from tests.contract.pushing_client import PushingClient
from tests.contract.shelf import ALL_ATTRIBUTES, KEYRING, START, Shelf, nik, record
from tests.contract.sync_schedule import Schedule
from tests.contract.troubled_processes import Crash, Crashing, around

KINDS: Final = ("ppks:lanjut-usia-terlantar", "ppks:gelandangan")
_NAMES: Final = ("CONTOH SITI AMINAH", "CONTOH SITI AMINA", "CONTOH LAIN SEKALI")
_PERSONS: Final = 4
_AREAS: Final = ("64.02", "64.02.06.1001", "65", "65.01.05", None)
_WIDTHS: Final = (frozenset({"*"}), frozenset({"64"}), frozenset({"65.01", "64.02.06"}))
_KINDS: Final = (frozenset({"*"}), frozenset({"*"}), frozenset({KINDS[0]}))
_JUMPS: Final = (-3600, -30, 1, 20, 90, 400, 90_000, 8_640_000)
_DAYS: Final = {"ditarik": 30, "riwayat": 100, "pengaduan": 0}
_BY: Final = {"oleh": "CONTOH PENINJAU", "catatan": None}


class Leaked(BaseException):
    """What must not leave was about to: no worker may take that for a failure of its own."""


class Watched:
    """SIJOSKU's door, at which it is looked what goes through."""

    def __init__(self, sink: RecordSink, look: Callable[[Sequence[RekamanPpks]], Any]) -> None:
        self._sink = sink
        self._look = look

    async def push(
        self, rekaman: Sequence[RekamanPpks], atas: Mapping[str, VersiJauh]
    ) -> Sequence[PushResult]:
        try:
            await self._look(rekaman)
        except AssertionError as error:
            raise Leaked from error
        return await self._sink.push(rekaman, atas)


class PersonSchedule(Schedule):
    """Both sides and the line as in the other schedule, with persons and more readers."""

    def __init__(self, shelf: Shelf, seed: int, folder: Path) -> None:
        super().__init__(shelf, seed)
        self._latest = shelf.clock()
        self.acknowledged: dict[tuple[str, str], RekamanPpks] = {}
        self._erased: set[str] = set()
        """SIJOSKU's names of what was erased here and not told again since."""
        self._stopped: dict[int, str] = {}
        """Requests by which a person's disclosure is stopped."""
        self._reviews = ReviewMatches(shelf.records.reviews)
        self._requests = Subjects(shelf.database, KEYRING, shelf.clock, remember=0).requests
        self._keep = KeepRecords(shelf.records.keeping, ForgetPerson(None), _DAYS, shelf.clock)
        self.clients = [
            PushingClient(shelf, self.random, name, self._invented) for name in ("dinsos", "dinkes")
        ]
        self.feeds = [FeedCopy(shelf), FeedCopy(shelf, wilayah=frozenset({"64"}))]
        self.exports = ExportCopy(shelf, folder)
        self.pushed = PushCopy(shelf)
        self._door()
        agreement = self.province.agreement
        agreement.versions[-1] = msgspec.structs.replace(
            agreement.versions[-1], berlaku_sampai=START + timedelta(days=3000)
        )
        for reader in (*self.feeds, self.exports):
            now = reader.history.versions[-1]
            reader.history.versions[-1] = msgspec.structs.replace(
                now, berlaku_sampai=START + timedelta(days=3000)
            )
        self._steps = (
            *self._steps,
            (6, self._push),
            (2, self._crash_while_pushed),
            (4, self._review),
            (3, self._restrict),
            (1, self._erase),
            (1, self._retire),
            (6, self._read),
            (2, self._amend_readers),
            (2, self._amend_writers),
        )

    async def run(self, steps: int) -> None:
        await self.pushed.begin(
            atribut=ALL_ATTRIBUTES,
            wilayah=frozenset({"*"}),
            berlaku_sampai=START + timedelta(days=3000),
        )
        await super().run(steps)

    async def check(self) -> None:
        """Whatever was told is kept, once; persons are grouped; every copy is what is shown."""
        seen = await PeopleTold.look(self.shelf)
        self._check_acknowledged(seen)
        found = sorted(tuple(sorted(ids)) for ids in seen.members.values())
        assert found == await seen.grouped_from_the_beginning(self.shelf)
        await self._check_over_there(seen)
        held = self._held_keys()
        for item in await self.shelf.shown():
            assert not seen.persons[item["id"]] & held
        for reader in (*self.feeds, self.exports, self.pushed):
            await reader.settle()

    def _check_acknowledged(self, seen: PeopleTold) -> None:
        """Of each source's record the newest acknowledged version is what is kept."""
        expected = {name: _content(one) for name, one in self.acknowledged.items()}
        for client in self.clients:
            for name, told in client.stored.items():
                expected[client.sistem, name] = (
                    told["urutan"],
                    told.get("dihapus", False),
                    told.get("nama_lengkap"),
                    told.get("kode_wilayah"),
                    KEYRING.reference(told["nik"]) if told.get("nik") else None,
                )
        kept = {name: _kept(row) for name, row in seen.rows.items() if name[0] != "sijosku"}
        for name, (_, is_withdrawn, *_, key) in expected.items():
            if is_withdrawn and key is None and name in kept:
                # Of a withdrawal without a word of the person the number stays, to be erased by.
                kept[name] = (*kept[name][:-1], None)
        assert kept == expected

    async def _check_over_there(self, seen: PeopleTold) -> None:
        told = await self.province.told()
        own = {one["id"]: one for one in told if one["asal"] == "sijosku" and _is_there(one)}
        taken = {
            name: row
            for (sistem, name), row in seen.rows.items()
            if sistem == "sijosku" and not row["dihapus"]
        }
        assert own.keys() - self._erased <= taken.keys() <= own.keys()
        for name, row in taken.items():
            assert row["nama_lengkap"] == own[name].get("nama")
            key = KEYRING.reference(own[name]["nik"]) if own[name].get("nik") else row["id"]
            assert row["rujukan"] == key
        shown = await self._shown_over_there()
        due = {name: item for name, item in shown.items() if not told_by(item) <= {"sijosku"}}
        held = {one.ppks_id for one in await self._held()}
        for name in {*due} | (held & shown.keys()):
            assert seen.systems[name] != {"sijosku"}
        known = await self.province.sent.known("sijosku", [*seen.members])
        names = {name: item.get("nama_lengkap") for name, item in due.items()}
        await self._check_lying(told, names, known)

    async def _shown_over_there(self) -> dict[str, dict[str, Any]]:
        view = buka(self.province.agreement.versions[-1], self.shelf.clock())
        page = await self.shelf.ppks.page(view, KondisiPpks(), None, 10_000)
        return {item["id"]: item for item in page.items}

    def _door(self) -> None:
        """Look at everything that goes to SIJOSKU, whoever sends it."""
        meeting = self.province.meeting
        sink = meeting.system.record_sink
        assert sink is not None
        meeting.system = msgspec.structs.replace(
            meeting.system, record_sink=Watched(sink, self._look)
        )

    async def _look(self, going: Sequence[RekamanPpks]) -> None:
        """Nothing but what the grant shows now leaves, and nothing of SIJOSKU's own."""
        seen = await PeopleTold.look(self.shelf)
        shown = await self._shown_over_there()
        view = buka(self.province.agreement.versions[-1], self.shelf.clock())
        held = self._held_keys()
        for one in going:
            if one.dihapus:
                continue
            name = one.id_sumber
            item = shown[name]
            assert tampak(view, item.get("kode_wilayah"), [kind.kode for kind in one.kategori])
            assert one.orang.nama_lengkap == item.get("nama_lengkap", one.orang.nama_lengkap)
            assert seen.systems[name] != {"sijosku"}
            assert not seen.persons[name] & held

    def _held_keys(self) -> set[str]:
        return {KEYRING.reference(nik(number)) for number in self._stopped}

    async def _heal(self) -> None:
        for client in self.clients:
            await client.finish()
        self.shelf.clock.now = max(self.shelf.clock.now, self._latest)
        await super()._heal()

    async def _store(self) -> None:
        """Other systems tell, in one go, of some."""
        told = [self._record(number) for number in self.random.sample(range(6), 2)]
        await self.shelf.save(*told)
        self.acknowledged |= {(one.sistem, one.id_sumber): one for one in told}
        self._pass(timedelta(milliseconds=self.random.randrange(1, 2000)))

    def _record(self, number: int) -> RekamanPpks:
        told = self._invented()
        kinds = [one["kode"] for one in told.pop("kategori")]
        return record(
            number,
            *kinds,
            sistem=("siks_ng", "simasos")[number % 2],
            id_sumber=f"D-{number}",
            orang=Penduduk(**told),
            diubah_sumber=START - timedelta(days=self.random.randrange(9)),
            dihapus=self.random.random() < 0.15,
        )

    def _invented(self) -> dict[str, Any]:
        """A telling of one of few persons."""
        random = self.random
        told: dict[str, Any] = {
            "nama_lengkap": random.choices(_NAMES, (6, 3, 1))[0],
            "kode_wilayah": random.choice(_AREAS),
            "kategori": [{"kode": kind} for kind in random.sample(KINDS, random.randrange(1, 3))],
        }
        if random.random() < 0.85:
            told["nik"] = nik(random.randrange(1, _PERSONS + 1))
        return {name: value for name, value in told.items() if value is not None}

    async def _edit(self) -> None:
        """Somebody over there corrects a record, perhaps its number."""
        told = self._invented()
        changed = {"nama": told["nama_lengkap"], "nik": told.get("nik")}
        if "kode_wilayah" in told:
            changed["kode_wilayah"] = told["kode_wilayah"]
        await self._at_the_desk(edit={"set": changed})

    async def _push(self) -> None:
        await self.random.choice(self.clients).push()

    async def _crash_while_pushed(self) -> None:
        with suppress(Crash):
            await self.random.choice(self.clients).push(around(Crashing(self.random)))

    async def _review(self) -> None:
        """A verdict on two records, or one taken back."""
        ids = sorted(row["id"] for row in await self.shelf.told())
        if len(ids) > 1:
            pair = await self._reviews.add(*self.random.sample(ids, 2))
            with suppress(Conflict):
                await self._reviews.decide(pair.id, self.random.choice([*StatusPadanan]), **_BY)

    async def _restrict(self) -> None:
        """A person has disclosure stopped, or lets it go on."""
        number = self.random.randrange(1, _PERSONS + 1)
        asked = self._stopped.pop(number, None)
        if asked is not None:
            await self._decide(asked, StatusPermintaan.DIAKHIRI)
            return
        now = self.shelf.clock()
        request = PermintaanSubjek(
            id=new_id(),
            jenis=JenisPermintaan.PEMBATASAN,
            rujukan=(KEYRING.reference(nik(number)),),
            diterima_pada=now,
            dicatat_pada=now,
            dicatat_oleh="CONTOH A",
        )
        await self._requests.add(request)
        await self._decide(request.id, StatusPermintaan.DIKABULKAN)
        self._stopped[number] = request.id

    async def _decide(self, request_id: str, ke: StatusPermintaan) -> None:
        how = partial(melangkah, ke=ke, oleh="CONTOH B", alasan="sebab", now=self.shelf.clock())
        await self._requests.step(request_id, how, oleh="CONTOH B")

    async def _erase(self) -> None:
        """By order, all that was told of a person."""
        number = nik(self.random.randrange(1, _PERSONS + 1))
        await self._gone(partial(self._erase_some, number))

    async def _erase_some(self, number: str) -> None:
        """Some of the records in which the number stands by now."""
        seen = await PeopleTold.look(self.shelf)
        bearers = sorted(
            place for place, keys in seen.persons.items() if KEYRING.reference(number) in keys
        )
        meant = self.random.sample(bearers, self.random.randint(min(1, len(bearers)), len(bearers)))
        await self._keep.erase(number, oleh="CONTOH A", alasan="permintaan", rekaman=meant)

    async def _retire(self) -> None:
        """By age, what its source withdrew."""
        gone = await self._gone(partial(self._keep.retire, oleh="CONTOH A", dry_run=False))
        assert all(row["dihapus"] for row in gone)

    async def _gone(self, erase: Callable[[], Awaitable[Any]]) -> list[Any]:
        for client in self.clients:
            await client.finish()
        before = (await PeopleTold.look(self.shelf)).rows
        await erase()
        after = (await PeopleTold.look(self.shelf)).rows
        gone = [row for name, row in before.items() if name not in after]
        for sistem, name in before.keys() - after.keys():
            self.acknowledged.pop((sistem, name), None)
            if sistem == "sijosku":
                self._erased.add(name)
            for client in self.clients:
                if client.sistem == sistem:
                    client.forget(name)
        return gone

    async def _read(self) -> None:
        """One of those who keep copies brings it up to date, by some."""
        reader = self.random.choice((*self.feeds, self.exports, self.pushed))
        if reader is self.exports:
            await self.exports.refresh()
        else:
            await reader.update(self.random)

    async def _amend(self) -> None:
        self.province.agreement.amend(
            wilayah=self.random.choice(_WIDTHS),
            kategori=self.random.choice(_KINDS),
            atribut=self.random.choice((ATTRIBUTES, ATTRIBUTES, ATTRIBUTES - {"nik"})),
        )

    async def _amend_readers(self) -> None:
        """Attributes, areas and categories of one of those who keep copies."""
        changes = {
            "wilayah": self.random.choice(_WIDTHS),
            "kategori": self.random.choice(_KINDS),
            "atribut": ALL_ATTRIBUTES - {self.random.choice(sorted(ALL_ATTRIBUTES))},
            "walau_dibatasi": self.random.choice((None, None, DasarWalauDibatasi.KESELAMATAN)),
        }
        reader = self.random.choice((*self.feeds, self.exports, self.pushed))
        if reader is self.pushed:
            await self.pushed.amend(**changes)
        else:
            reader.history.amend(**changes)

    async def _amend_writers(self) -> None:
        self.random.choice(self.clients).rights.amend()

    async def _pass_time(self) -> None:
        """Also backwards, and far: clocks are set, and gateways stand still for months."""
        self._pass(timedelta(seconds=self.random.choices(_JUMPS, (2, 4, 4, 4, 4, 4, 2, 1))[0]))

    def _pass(self, time: timedelta) -> None:
        super()._pass(time)
        self._latest = max(self._latest, self.shelf.clock())


def _content(told: RekamanPpks) -> tuple[Any, ...]:
    person = told.orang
    return (
        told.urutan,
        told.dihapus,
        person.nama_lengkap or None,
        person.kode_wilayah or None,
        KEYRING.reference(person.nik) if isinstance(person.nik, str) else None,
    )


def _kept(row: Any) -> tuple[Any, ...]:
    key = None if row["rujukan"] == row["id"] else row["rujukan"]
    return (row["urutan"], bool(row["dihapus"]), row["nama_lengkap"], row["kode_wilayah"], key)


def _is_there(one: dict[str, Any]) -> bool:
    return not one.get("dihapus")
