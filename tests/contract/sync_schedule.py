"""A random schedule of what happens to both sides and to the line, made from a seed alone."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from random import Random
from typing import Any, Final

from gateway.domain.person import Penduduk
from gateway.domain.policy import buka, tampak
from gateway.domain.ppks import RekamanPpks
from gateway.domain.sinkron import Jalur
from gateway.kit.faults import Faults
from tests.contract.province import KELUAR, MASUK, Province
from tests.contract.shelf import Shelf, record
from tests.systems.sijosku.people import rekaman

AREAS: Final = ("64", "64.02", "64.02.06.1001", "64.020", "65", "65.01.05")
GRANTED: Final = ({"*"}, {"64"}, {"65"}, {"64.02", "65"}, {"64.02.06"}, set[str]())
_OURS: Final = 12
_THEIRS: Final = 8
_AFTER_THE_LEASE: Final = timedelta(seconds=301)
_AFTER_EVERY_PAUSE: Final = timedelta(hours=2)


class Crash(Exception):
    """The process is no more."""


class Crashing:
    """A store whose n-th use is the last thing that a process does, or what it just does not."""

    def __init__(self, random: Random) -> None:
        self._left = random.randrange(1, 12)
        self._before = random.random() < 0.5

    def around(self, store: Any) -> "_Store":
        """The store before which this stands; several share one count."""
        return _Store(self, store)

    async def use(self, call: Callable[[], Awaitable[Any]]) -> Any:
        """One use."""
        self._left -= 1
        if self._left == 0 and self._before:
            raise Crash
        done = await call()
        if self._left == 0:
            raise Crash
        return done


class _Store:
    def __init__(self, crashing: Crashing, store: Any) -> None:
        self._crashing = crashing
        self._store = store

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._store, name)
        if name in {"lying", "identity"}:
            return found

        async def use(*words: Any, **named: Any) -> Any:
            return await self._crashing.use(lambda: found(*words, **named))

        return use


class Schedule:
    """What happened, and what must be true in the end."""

    def __init__(self, shelf: Shelf, seed: int) -> None:
        self.random = Random(seed)
        self.shelf = shelf
        theirs = tuple(rekaman(number) for number in range(1, _THEIRS + 1))
        self.province = Province(shelf, theirs, page_size=3, push_size=2)
        self._names = [one.id_sumber for one in theirs]
        self._steps: tuple[tuple[int, Callable[[], Awaitable[None]]], ...] = (
            (6, self._store),
            (4, self._edit),
            (1, self._delete_over_there),
            (6, self._work),
            (3, self._crash),
            (3, self._break_the_line),
            (1, self._restart),
            (2, self._amend),
            (2, self._pass_time),
        )

    async def run(self, steps: int) -> None:
        """Everything that goes wrong, then quiet."""
        weights = [weight for weight, _ in self._steps]
        for _, step in self.random.choices(self._steps, weights, k=steps):
            await step()
        await self._heal()

    async def check(self) -> None:
        """Both sides hold what they must, each once, and nothing beyond the grant."""
        told = await self.province.told()
        own = {one["id"]: one for one in told if one["asal"] == "sijosku" and _is_there(one)}
        shown = {item["sumber"]["id_sumber"]: item for item in await self.shelf.shown()}
        taken = {name for name, item in shown.items() if item["sumber"]["sistem"] == "sijosku"}
        assert taken == own.keys()
        for name, item in own.items():
            assert shown[name].get("nama_lengkap") == item.get("nama")
        await self._check_sent([one for one in told if one["asal"] != "sijosku"])

    async def _check_sent(self, pushed: list[dict[str, Any]]) -> None:
        now = self.shelf.clock()
        view = buka(self.province.agreement.versions[-1], now)
        due = {
            item["id"]: item
            for item in await self.shelf.shown()
            if item["sumber"]["sistem"] != "sijosku"
            and tampak(view, item.get("kode_wilayah"), [one.kode for one in item["kategori"]])
        }
        held = {one.ppks_id for one in await self.province.sent.held("sijosku", "", 1000)}
        known = await self.province.sent.known("sijosku", [*due])
        there = {one["id"]: one for one in pushed if _is_there(one)}
        accepted = {name: one.id_jauh for name, one in known.items() if name not in held}
        assert accepted.keys() == due.keys() - held
        assert len(set(accepted.values())) == len(accepted)
        assert set(accepted.values()) <= there.keys()
        for name, id_jauh in accepted.items():
            assert there[id_jauh]["nama"] == due[name]["nama_lengkap"]
        beyond = there.keys() - set(accepted.values())
        assert beyond <= {one.id_jauh for one in await self.province.sent.held("sijosku", "", 1000)}

    async def _heal(self) -> None:
        self.province.faulty.faults = Faults()
        await self.province.meeting.control()
        self._pass(_AFTER_EVERY_PAUSE)
        # A change over there that meets one of ours may need one round of each more.
        for _ in range(2):
            for jalur in (MASUK, KELUAR):
                titik = await self.province.carry(jalur)
                assert titik.alasan is None, titik
            await self.province.sync.compare("sijosku", repair=True)

    async def _store(self) -> None:
        some = self.random.sample(range(_OURS), self.random.randrange(1, 5))
        await self.shelf.save(*(self._record(number) for number in some))
        self._pass(timedelta(milliseconds=self.random.randrange(1, 2000)))

    def _record(self, number: int) -> RekamanPpks:
        area = self.random.choice((*AREAS, None))
        told: dict[str, Any] = {} if area is None else {"kode_wilayah": area}
        name = f"CONTOH {number} {self.random.randrange(1000)}"
        return record(
            number,
            sistem=("siks_ng", "simasos")[number % 2],
            id_sumber=f"D-{number}",
            orang=Penduduk(nama_lengkap=name, **told),
            dihapus=self.random.random() < 0.15,
        )

    async def _edit(self) -> None:
        await self._at_the_desk(edit={"set": {"nama": f"CONTOH X{self.random.randrange(1000)}"}})

    async def _delete_over_there(self) -> None:
        await self._at_the_desk(delete=True)

    async def _at_the_desk(self, **told: Any) -> None:
        """Somebody in the province changes one of its own records."""
        name = self.random.choice(self._names)
        self.province.faulty.faults = Faults()
        await self.province.meeting.control()
        own = {one["id"]: one for one in await self.province.told()}
        if _is_there(own[name]):
            asked = {"edit": told["edit"] | {"id": name}} if "edit" in told else {"delete": name}
            await self.province.meeting.control(**asked)

    async def _work(self) -> None:
        for jalur in self._directions():
            await self.province.sync.work(jalur, early=self.random.random() < 0.7)

    async def _crash(self) -> None:
        """A process dies in the middle; another takes over when its lease is over."""
        crashing = Crashing(self.random)
        dying = self.province.worker(around=crashing.around)
        for jalur in self._directions():
            try:
                await dying.work(jalur, early=True)
            except Crash:
                break
        if self.random.random() < 0.7:
            self._pass(_AFTER_THE_LEASE)

    async def _break_the_line(self) -> None:
        kinds = (
            Faults(refuse=True, times=self.random.randrange(1, 4)),
            Faults(cut_body=True, times=self.random.randrange(1, 4)),
            Faults(html=True, times=self.random.randrange(1, 3)),
            Faults(status=503, times=self.random.randrange(1, 3)),
        )
        control = (
            {"lose_acknowledgement": True},
            {"answer_twice": True},
            {"duplicate_items": True},
            {"busy_seconds": 3},
        )
        if self.random.random() < 0.5:
            self.province.faulty.faults = self.random.choice(kinds)
        else:
            times = {"times": self.random.randrange(1, 4)}
            self.province.faulty.faults = Faults()
            await self.province.meeting.control(**self.random.choice(control), **times)

    async def _restart(self) -> None:
        how = self.random.choice(("with_memory", "with_memory", "without_memory"))
        self.province.faulty.faults = Faults()
        await self.province.meeting.control(restart=how)

    async def _amend(self) -> None:
        self.province.agreement.amend(wilayah=frozenset(self.random.choice(GRANTED)))

    async def _pass_time(self) -> None:
        """Also backwards: a clock may be set."""
        self._pass(timedelta(seconds=self.random.choice((-30, 1, 20, 90, 400))))

    def _directions(self) -> tuple[Jalur, ...]:
        return self.random.choice(((MASUK,), (KELUAR,), (MASUK, KELUAR), (KELUAR, MASUK)))

    def _pass(self, time: timedelta) -> None:
        self.shelf.clock.advance(time)
        if time > timedelta():
            self.province.meeting.clock.advance(time)


def _is_there(one: dict[str, Any]) -> bool:
    return not one.get("dihapus")
