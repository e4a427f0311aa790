"""Data balikan reaches the registry's simulator once, whatever happens to a call or to us."""

import json
import random
from collections import Counter
from collections.abc import AsyncIterator

import pytest

from adapters.dukcapil import spec
from gateway.application.agreements.hold_balikan import HoldBalikan
from gateway.application.agreements.send_balikan import Calon, NameBalikan, SendBalikan
from gateway.domain.errors import Unavailable
from gateway.domain.outcome import Outcome, UpstreamFailure
from gateway.domain.periode import baca_periode
from gateway.domain.perjanjian import Perjanjian, SumberParam
from gateway.domain.ports_perjanjian import Tumpukan
from gateway.domain.systems import FeedbackOutcome
from gateway.infra.db.agreements.agreements import SqlAgreements
from gateway.infra.db.agreements.balikan import SqlBalikan
from gateway.infra.db.engine import Database, open_engine
from gateway.infra.seen import SeenOnDisk
from gateway.kit.clock import ManualClock
from gateway.kit.faults import Faults
from gateway.kit.transport import Call
from tests.fixtures.oauth import START
from tests.reports.agreements import KEYRING, PKS, agreement, nik, used, write_log
from tests.systems.guests import visiting

S1 = baca_periode("2026-S1")
PILE = Tumpukan(nomor=PKS, sistem="dukcapil", periode="2026-S1")
PEOPLE = 7


class Stopped(set):
    """Persons who had disclosure stopped."""

    async def includes(self, one: str) -> bool:
        return one in self


class Log(list):
    """The audit log."""

    async def record(self, entry) -> None:
        self.append(entry)


class Desk:
    """The queue of one agreement, and what may be sent from it."""

    def __init__(self, queue: SqlBalikan, ours: Perjanjian) -> None:
        self.queue = queue
        self.ours = ours
        self.clock = ManualClock(START)
        self.stopped = Stopped()
        self.log = Log()
        self.hold = HoldBalikan(self.stopped, KEYRING, self.log, self.clock)

    async def named(self, numbers, **isian):
        async def offered() -> AsyncIterator[list[Calon]]:
            for number in numbers:
                yield [Calon(nik=nik(number), isian=isian)]

        with SeenOnDisk() as seen:
            naming = NameBalikan(self.queue, KEYRING, {"dinkes": "CONTOH OPD"})
            async for batch in naming(self.ours, PILE, offered(), seen):
                yield batch

    async def send(self, feedback, numbers=range(PEOPLE), **isian):
        return await SendBalikan(self.queue, feedback, self.hold, self.clock)(
            PILE, self.named(numbers, **isian)
        )

    async def counts(self):
        counts = await self.queue.counts(PILE)
        return counts.terutang, counts.terkirim


@pytest.fixture
async def desk(database_url):
    database = Database(open_engine(database_url))
    ours = agreement()
    await SqlAgreements(database, ManualClock(START)).add(ours, oleh="CONTOH A")
    await write_log(database_url, [used(number) for number in range(PEOPLE)])
    queue = SqlBalikan(database)
    await queue.collect(PILE, S1, simpanan=False)
    yield Desk(queue, ours)
    await database.close()


@pytest.fixture(params=["a", "b"])
async def guest(request):
    async with visiting(spec, feedback_form=request.param, breaker_pause="0.001") as visiting_guest:
        yield visiting_guest


async def stored(guest):
    """Rows that the registry has."""
    answer = await guest.bench.send(Call(operation="look", method="GET", path="/_control"))
    return json.loads(answer.body)["feedback_stored"]


async def test_all_is_sent_once_and_a_second_run_sends_nothing(desk, guest):
    done = await desk.send(guest.system.feedback)
    assert (done.orang, done.ditolak, done.berhenti) == (PEOPLE, 0, None)
    assert await desk.counts() == (0, PEOPLE)
    calls = guest.calls
    assert (await desk.send(guest.system.feedback)).orang == 0
    assert guest.calls == calls
    assert await stored(guest) == PEOPLE


async def test_who_was_not_used_is_not_told(desk, guest):
    done = await desk.send(guest.system.feedback, [0, 0, 77, 78, 0])
    assert done.orang == 1
    assert await desk.counts() == (PEOPLE - 1, 1)
    assert await stored(guest) == 1


async def test_an_acknowledgement_that_is_lost_leads_to_a_repeat_without_harm(desk, guest):
    guest.simulator.faults = Faults(cut_body=True)
    done = await desk.send(guest.system.feedback)
    assert (done.orang, done.berhenti) == (0, "unavailable")
    assert await desk.counts() == (PEOPLE, 0)
    guest.simulator.faults = Faults()
    assert await stored(guest) > 0
    assert (await desk.send(guest.system.feedback)).orang == PEOPLE
    assert await stored(guest) == PEOPLE


async def test_a_crash_between_the_answer_and_our_memory_does_no_harm(desk, guest):
    class Dying(SqlBalikan):
        async def sent(self, *_about, **_more) -> None:
            raise KeyboardInterrupt

    queue, desk.queue = desk.queue, Dying(desk.queue._database)
    with pytest.raises(KeyboardInterrupt):
        await desk.send(guest.system.feedback)
    desk.queue = queue
    assert await desk.counts() == (PEOPLE, 0)
    assert (await desk.send(guest.system.feedback)).orang == PEOPLE
    assert await stored(guest) == PEOPLE


class Picky:
    """A registry that will not have some persons, and is away from a certain call on."""

    at_once = 100

    def __init__(self, bad=(), away_from=None) -> None:
        self.bad = {nik(number) for number in bad}
        self.away_from = away_from
        self.calls = 0
        self.taken = []

    async def send(self, items):
        self.calls += 1
        if self.away_from is not None and self.calls >= self.away_from:
            raise UpstreamFailure(Outcome.TRANSPORT)
        if self.bad & {item.nik for item in items}:
            raise UpstreamFailure(Outcome.BAD_REQUEST)
        self.taken += items
        return FeedbackOutcome.DONE


async def test_one_bad_row_stops_no_other(desk):
    done = await desk.send(Picky(bad=[2, 5]))
    assert (done.orang, done.ditolak, done.berhenti) == (PEOPLE - 2, 2, None)
    assert await desk.counts() == (2, PEOPLE - 2)
    assert (await desk.send(Picky())).orang == 2


async def test_where_all_are_bad_it_stops(database_url, desk):
    more = range(100, 350)
    await write_log(database_url, [used(number) for number in more])
    await desk.queue.collect(PILE, S1, simpanan=False)
    done = await desk.send(picky := Picky(bad=more), more)
    assert (done.orang, done.ditolak, done.berhenti) == (0, 100, "bad_request")
    assert picky.calls <= 201


async def test_whose_disclosure_is_stopped_stays_owed_and_on_record(desk):
    desk.stopped |= {nik(2), nik(5)}
    done = await desk.send(registry := Picky())
    assert (done.orang, done.ditolak, done.berhenti) == (PEOPLE - 2, 0, None)
    assert not {nik(2), nik(5)} & {item.nik for item in registry.taken}
    assert await desk.counts() == (2, PEOPLE - 2)
    told = {(one.peristiwa, one.hasil, one.alasan, one.subjek) for one in desk.log}
    assert told == {
        ("balikan.tahan", "ditolak", "dibatasi_subjek", KEYRING.subject(nik(number)))
        for number in (2, 5)
    }
    assert desk.hold.persons == 2
    desk.stopped.remove(nik(5))
    assert (await desk.send(registry)).orang == 1
    assert await desk.counts() == (1, PEOPLE - 1)


async def test_a_stop_between_two_calls_holds_for_the_next(desk):
    class Telling(Picky):
        async def send(self, items) -> FeedbackOutcome:
            done = await super().send(items)
            desk.stopped.add(nik(6))
            return done

    # The first refusal has the rows sent one by one.
    done = await desk.send(registry := Telling(bad=[0]))
    assert (done.orang, done.ditolak) == (PEOPLE - 2, 1)
    assert nik(6) not in {item.nik for item in registry.taken}


async def test_what_takes_one_person_a_call_is_looked_at_and_kept_call_by_call(desk):
    class OneByOne(Picky):
        at_once = 1

        async def send(self, items) -> FeedbackOutcome:
            if self.calls == 1:
                desk.stopped.add(nik(6))
            return await super().send(items)

    done = await desk.send(registry := OneByOne(away_from=4))
    assert (done.orang, done.berhenti) == (3, "unavailable")
    assert await desk.counts() == (PEOPLE - 3, 3)
    registry.away_from = None
    assert (await desk.send(registry)).orang == PEOPLE - 4
    assert nik(6) not in {item.nik for item in registry.taken}
    assert len(registry.taken) == PEOPLE - 1


async def test_nothing_is_sent_where_a_hold_cannot_be_put_on_record(desk):
    async def away(_entry) -> None:
        raise Unavailable("away")

    desk.stopped.add(nik(2))
    desk.log.record = away
    with pytest.raises(Unavailable):
        await desk.send(registry := Picky(), [2])
    assert registry.taken == []


async def test_what_was_sent_before_the_registry_went_away_is_remembered(desk):
    done = await desk.send(Picky(away_from=4))
    assert (done.orang, done.berhenti) == (3, "unavailable")
    assert await desk.counts() == (PEOPLE - 3, 3)
    rest = Picky()
    assert (await desk.send(rest)).orang == PEOPLE - 3
    assert len(rest.taken) == PEOPLE - 3


class Stormy:
    """Takes each row once, and often breaks off before or after it has done so."""

    at_once = 100

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.taken: Counter[str] = Counter()
        self.calm = False

    async def send(self, items):
        fate = "done" if self.calm else self.dice.choice(["away", "lost", "done", "done"])
        if fate != "away":
            # As the registry does: what it has already is not stored again.
            self.taken.update({item.nik for item in items} - self.taken.keys())
        if fate != "done":
            raise UpstreamFailure(Outcome.TRANSPORT)
        return FeedbackOutcome.DONE


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_breaks_all_is_there_in_the_end_and_marked(desk, seed):
    registry = Stormy(random.Random(seed))
    for _ in range(6):
        before = await desk.counts()
        await desk.send(registry)
        owed, sent = await desk.counts()
        assert (owed + sent, sent >= before[1]) == (PEOPLE, True)
        # Nothing is marked that the registry does not have.
        assert sent <= sum(registry.taken.values())
    registry.calm = True
    await desk.send(registry)
    assert await desk.counts() == (0, PEOPLE)
    assert registry.taken == Counter({nik(number): 1 for number in range(PEOPLE)})


async def test_a_row_tells_what_the_agreement_names_and_what_the_agency_adds(desk):
    await desk.send(registry := Picky(), [1], NOMOR_BERKAS="B-7")
    (item,) = registry.taken
    assert item.nik == nik(1)
    assert item.param == (
        {
            "NOMOR_PKS": PKS,
            "TUJUAN": "P-BANSOS",
            "LEMBAGA": "CONTOH OPD",
            "TANGGAL": "2026-05-04",
            "NOMOR_BERKAS": "B-7",
        },
    )
    desk.ours = agreement(balikan_param={"GUNA": SumberParam.TUJUAN, "N": SumberParam.JUMLAH})
    await desk.send(registry, [2])
    assert registry.taken[-1].param == ({"GUNA": "P-BANSOS", "N": "1"},)
