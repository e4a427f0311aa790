"""A random schedule of what happens to both sides and to the line, made from a seed alone."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from random import Random
from typing import Any, Final

from gateway.domain.errors import GatewayError
from gateway.domain.person import Penduduk
from gateway.domain.policy import buka, tampak
from gateway.domain.ppks import RekamanPpks
from gateway.domain.sinkron import Jalur, Kiriman
from gateway.kit.faults import Faults
from tests.contract.province import KELUAR, MASUK, Province
from tests.contract.shelf import Shelf, record
from tests.contract.troubled_processes import Crash, Crashing, Sleeping, around
from tests.systems.sijosku.people import rekaman

AREAS: Final = ("64", "64.02", "64.02.06.1001", "64.020", "65", "65.01.05")
GRANTED: Final = ({"*"}, {"64"}, {"65"}, {"64.02", "65"}, {"64.02.06"}, set[str]())
_OURS: Final = 12
_THEIRS: Final = 8
_AFTER_THE_LEASE: Final = timedelta(seconds=301)
_AFTER_EVERY_PAUSE: Final = timedelta(hours=2)
_OVERSLEPT: Final = 0.8
_OPERATOR: Final = "CONTOH A"


class Schedule:
    """What happened, and what must be true in the end."""

    def __init__(self, shelf: Shelf, seed: int) -> None:
        self.random = Random(seed)
        self.shelf = shelf
        theirs = tuple(rekaman(number) for number in range(1, _THEIRS + 1))
        self.province = Province(shelf, theirs, page_size=3, push_size=2)
        self._lost_memory = False
        """Whether SIJOSKU forgot what it was sent: only a comparison finds that."""
        self._edited: list[str] = []
        """What was changed at the desk last; it is often changed again soon."""
        self._beside = (self._store, self._edit, self._delete_over_there, self._amend)
        self._steps: tuple[tuple[int, Callable[[], Awaitable[None]]], ...] = (
            (6, self._store),
            (4, self._edit),
            (2, self._delete_over_there),
            (6, self._work),
            (3, self._crash),
            (5, self._sleep),
            (2, self._arrive_late),
            (1, self._operate),
            (1, self._send_over),
            (3, self._break_the_line),
            (1, self._restart),
            (2, self._amend),
            (2, self._pass_time),
            (2, self._rest),
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
        await self._check_sent(told)

    async def _check_sent(self, told: list[dict[str, Any]]) -> None:
        now = self.shelf.clock()
        view = buka(self.province.agreement.versions[-1], now)
        due = {
            item["id"]: item
            for item in await self.shelf.shown()
            if item["sumber"]["sistem"] != "sijosku"
            and tampak(view, item.get("kode_wilayah"), [one.kode for one in item["kategori"]])
        }
        known = await self.province.sent.known("sijosku", [*due])
        await self._check_lying(told, {name: due[name]["nama_lengkap"] for name in due}, known)

    async def _check_lying(
        self,
        told: list[dict[str, Any]],
        due: Mapping[str, str | None],
        known: Mapping[str, Kiriman],
    ) -> None:
        """Each due record lies there by its name, once; or is held, as somebody changed it there.

        Nothing else lies there in the gateway's name.
        """
        there = {one["id"]: one for one in told if _is_there(one)}
        theirs = {one["id"] for one in told if one["asal"] == "sijosku"}
        held = {one.ppks_id: one for one in await self._held()}
        assert {one.id_jauh for one in held.values()} <= theirs
        accepted = {name: one.id_jauh or "" for name, one in known.items() if name not in held}
        assert accepted.keys() == due.keys() - held.keys()
        assert len(set(accepted.values())) == len(accepted)
        for name, id_jauh in accepted.items():
            assert there[id_jauh].get("nama") == due[name]
        assert there.keys() - theirs <= set(accepted.values())

    async def _heal(self) -> None:
        """Everything goes well again: what is carried is all that is due."""
        self.province.faulty.faults = Faults()
        await self.province.meeting.control()
        self._pass(_AFTER_EVERY_PAUSE)
        for jalur in (MASUK, KELUAR):
            await self.province.points.pause(
                jalur, dijeda=False, boleh_hilang=False, oleh=_OPERATOR
            )
        await self._carry_all()
        found = await self.province.sync.compare("sijosku", repair=True)
        if not self._lost_memory:
            await self._check_differing({*found.kurang, *found.lebih})
        self._lost_memory = False
        await self._carry_all()

    async def _carry_all(self) -> None:
        # A change over there that meets one of ours may need one round of each more.
        for jalur in (MASUK, KELUAR, MASUK, KELUAR):
            titik = await self.province.carry(jalur)
            assert titik.alasan is None, titik

    async def _check_differing(self, names: set[str]) -> None:
        """Without any comparison nothing differs but what somebody changed over there."""
        theirs = {one["id"] for one in await self.province.told() if one["asal"] == "sijosku"}
        known = await self.province.sent.known("sijosku", [*names])
        assert {known[name].id_jauh for name in names} <= theirs

    async def settle(self) -> None:
        """An operator decides for ours wherever somebody changed it over there."""
        # What was changed again since it was held is told first, and decided then.
        for _ in range(2):
            if held := [one.ppks_id for one in await self._held()]:
                await self.province.sync.send_over("sijosku", held)
        await self._carry_all()
        assert not await self._held()

    async def _rest(self) -> None:
        """Nothing goes wrong for a while; what came before is not hidden by what comes after."""
        await self._heal()
        await self.check()

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
        """Somebody in the province changes one of its own records, or one that it was sent."""
        self.province.faulty.faults = Faults()
        await self.province.meeting.control()
        there = {one["id"]: one["asal"] for one in await self.province.told() if _is_there(one)}
        sent = [name for name, asal in there.items() if asal != "sijosku"]
        own = [name for name, asal in there.items() if asal == "sijosku"]
        again = [name for name in self._edited if name in there]
        name = self.random.choice(self.random.choice([one for one in (sent, own, again) if one]))
        self._edited = [name]
        asked = {"edit": told["edit"] | {"id": name}} if "edit" in told else {"delete": name}
        await self.province.meeting.control(**asked)

    async def _work(self) -> None:
        for jalur in self._directions():
            titik = await self.province.sync.work(jalur, early=self.random.random() < 0.7)
            assert titik is None or titik.alasan != "internal"

    async def _crash(self) -> None:
        """A process dies in the middle; another takes over when its lease is over."""
        dying = self.province.worker(around=around(Crashing(self.random)))
        for jalur in self._directions():
            try:
                await dying.work(jalur, early=True)
            except Crash:
                break
        if self.random.random() < 0.7:
            self._pass(_AFTER_THE_LEASE)

    async def _sleep(self) -> None:
        """A worker stands still, often longer than its lease; others work, and it goes on."""
        # It has something in its hands.
        await self._edit()
        await self._store()
        # The second use stores the first page that was read.
        sleeping = Sleeping(self.random.choice((2, self.random.randrange(1, 12))), self._meanwhile)
        sleeper = self.province.worker(around=around(sleeping))
        for jalur in self._directions():
            await sleeper.work(jalur, early=True)

    async def _arrive_late(self) -> None:
        """What a worker sent arrives when others have long gone on."""
        await self._store()
        self.province.line.meanwhile = self.random.choice((self._meanwhile, self._overtaken))
        await self.province.sync.work(KELUAR, early=True)
        self.province.line.meanwhile = None

    async def _meanwhile(self) -> None:
        """What others do, with another worker, while one does nothing."""
        others = self.province.worker()
        if overslept := self.random.random() < _OVERSLEPT:
            self._pass(_AFTER_THE_LEASE)
            for step in self.random.choices(self._beside, (3, 3, 1, 3), k=3):
                await step()
        for jalur in self._directions() if overslept else (KELUAR,):
            await others.work(jalur, early=True)

    async def _overtaken(self) -> None:
        """Others tell of all that there is under another grant."""
        self._pass(_AFTER_THE_LEASE)
        await self._amend()
        await self.province.worker().work(KELUAR, early=True)

    async def _operate(self) -> None:
        """An operator has all read anew, or stops a direction for a while."""
        points, jalur = self.province.points, self.random.choice((MASUK, KELUAR))
        if self.random.random() < 0.5:
            await points.reset(jalur, oleh=_OPERATOR)
        else:
            paused = self.random.random() < 0.5
            await points.pause(jalur, dijeda=paused, boleh_hilang=False, oleh=_OPERATOR)

    async def _send_over(self) -> None:
        """An operator has ours replace what was written over there."""
        held = [one.ppks_id for one in await self._held()]
        if held:
            with suppress(GatewayError):
                await self.province.sync.send_over("sijosku", [self.random.choice(held)])

    async def _held(self) -> Sequence[Kiriman]:
        return await self.province.sent.held("sijosku", "", 1000)

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
        self._lost_memory |= how == "without_memory"
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
