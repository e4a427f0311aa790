"""Authorities stamp the checkpoints of the log, beside it; their trouble is no trouble of the log."""

import asyncio
import base64
import itertools
import json
from datetime import UTC, datetime, timedelta
from zipfile import ZipFile

import pytest
import sqlalchemy as sa
from prometheus_client import CollectorRegistry

from gateway.infra.db.audit.sealed_tables import AUDIT_STEMPEL
from gateway.infra.db.engine import Database, open_engine
from gateway.infra.sealing.bundle import Wanted
from gateway.infra.sealing.looking import look
from gateway.infra.sealing.notes import read_note
from gateway.infra.stamping.report import StampReport
from gateway.infra.stamping.working import Stamping
from gateway.kit.faults import Faults, Faulty
from gateway.kit.http import HttpPools, asgi_transport
from gateway.kit.rfc3161.anchors import Anchors
from gateway.kit.rfc3161.tokens import check_token
from gateway.sandbox.tsa import Control, TimestampAuthority
from tests.contract.logbook import Logbook
from tests.contract.test_bundles import Read

EVERY = 600


async def no_rest(_seconds):
    pass


class Scene:
    """A log, authorities, and what asks them."""

    def __init__(self, url, folder, hosts=("tsa.example",)) -> None:
        self.logbook = Logbook(url)
        self.clock = self.logbook.clock
        self.folder = folder
        self.programs = {host: TimestampAuthority(self.clock) for host in hosts}
        self.faulty = {host: Faulty(program) for host, program in self.programs.items()}
        self.tsa, self.faults = self.programs[hosts[0]], self.faulty[hosts[0]]
        self.database = Database(open_engine(url))
        self.made = []
        self.stamping = self.started()

    def started(self) -> Stamping:
        """Another process, or this one after a restart."""
        authorities = {}
        for host, program in self.programs.items():
            path = self.folder / f"{host}.pem"
            path.write_bytes(program.authority.pem())
            authorities[f"https://{host}/tsr"] = str(path)
        apps = iter(self.faulty.values())
        http = HttpPools(
            transport_for=lambda _system: asgi_transport(at_root(next(apps))), sleep=no_rest
        )
        self.registry = CollectorRegistry()
        made = Stamping(
            self.database, authorities, http, self.clock, StampReport(self.registry), every=EVERY
        )
        self.made.append(made)
        return made

    async def ask(self, **how) -> str | None:
        return (await self.stamping.ask_all(**how))["tsa.example"]

    def bundle(self, name="bundle.zip", **wanted):
        path = self.folder / name
        self.logbook.another().export(path, Wanted(**wanted))
        return Read(path), stamps_of(path)

    def state(self):
        """How far the authority is; None before it was asked."""
        return next(iter(self.logbook.sealer.reading(look).stempel), None)

    def lag(self, host="tsa.example"):
        name = "gateway_audit_timestamp_lag_seconds"
        return self.registry.get_sample_value(name, {"authority": host})

    def later(self, **more) -> None:
        self.clock.advance(timedelta(**more))

    async def close(self) -> None:
        for each in self.made:
            await each.close()
        await self.database.close()
        self.logbook.close()


def at_root(app):
    """The authority under the path of its URL."""

    async def mounted(scope, receive, send) -> None:
        await app(dict(scope) | {"root_path": "/tsr"}, receive, send)

    return mounted


def stamps_of(path):
    with ZipFile(path) as archive:
        if "timestamps.ndjson" not in archive.namelist():
            return []
        return [json.loads(line) for line in archive.read("timestamps.ndjson").splitlines()]


def proved(scene, read, stamp):
    """When the bundle's checkpoint was stamped, as an auditor with the anchor sees it."""
    [note] = [note for note in read.notes if f"\ntime {stamp['time']}\n" in note]
    text, _ = read_note(note)
    assert text.split("\n")[1] == str(stamp["size"])
    anchors = Anchors(scene.tsa.authority.pem())
    return check_token(base64.b64decode(stamp["token"]), text.encode(), anchors)


@pytest.fixture
async def scene(database_url, tmp_path):
    made = Scene(database_url, tmp_path)
    yield made
    await made.close()


async def test_the_newest_checkpoint_is_stamped_once_and_stands_in_a_bundle(scene):
    scene.logbook.sealed(3)
    scene.logbook.sealed(2)
    assert [await scene.ask(), await scene.ask()] == ["stamped", None]
    assert scene.tsa.asked == 1
    read, [stamp] = scene.bundle()
    assert stamp["size"] == 5
    assert proved(scene, read, stamp) == scene.clock().replace(microsecond=0)
    state = scene.state()
    assert (state.ukuran, state.menunggu_sejak, state.gagal) == (5, None, 0)


async def test_without_a_stamp_a_bundle_has_no_word_of_any(scene):
    scene.logbook.sealed(3)
    read, stamps = scene.bundle()
    assert (stamps, "timestamps.ndjson" in read.names) == ([], False)


async def test_under_traffic_a_stamp_comes_now_and_then_and_the_last_entries_get_theirs(scene):
    for _ in range(30):
        scene.logbook.sealed(1)
        scene.later(seconds=59)
        await scene.ask()
    assert scene.tsa.asked == 3
    assert scene.lag() > 0
    # Nothing happens any more: what is left is stamped once its time has come.
    scene.later(seconds=EVERY)
    assert [await scene.ask(), await scene.ask()] == ["stamped", None]
    assert scene.lag() == 0
    _, stamps = scene.bundle()
    assert [stamp["size"] for stamp in stamps] == [1, 11, 21, 30]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"status": 2}, "rejected"),
        ({"garbage": True}, "malformed"),
        ({"imprint": "other"}, "other_message"),
        ({"nonce": "other"}, "other_nonce"),
        ({"broken": True}, "bad_signature"),
        ({"signer": "ended"}, "untrusted"),
        ({"signer": "other_use"}, "untrusted"),
        ({"signer": "stranger"}, "untrusted"),
        ({"ahead": 400}, "clock"),
        ({"ahead": -400}, "clock"),
    ],
)
async def test_an_authority_that_cannot_be_believed_leaves_no_trace_but_the_reason(
    scene, wrong, said
):
    scene.logbook.sealed(3)
    scene.tsa.control = Control(**wrong)
    assert await scene.ask() == said
    assert scene.bundle()[1] == []
    assert (scene.state().gagal, scene.state().alasan) == (1, said)
    scene.tsa.control = Control()
    scene.later(seconds=31)
    assert await scene.ask() == "stamped"
    assert (scene.state().gagal, scene.state().alasan) == (0, None)


@pytest.mark.parametrize(
    ("faults", "said"),
    [
        (Faults(status=500), "http_status"),
        (Faults(status=503), "http_status"),
        (Faults(html=True), "malformed"),
        (Faults(empty=True), "malformed"),
        (Faults(cut_body=True), "broken_off"),
        (Faults(refuse=True), "broken_off"),
    ],
)
async def test_an_authority_in_trouble_is_asked_again_later(scene, faults, said):
    scene.logbook.sealed(3)
    scene.faults.faults = faults
    assert await scene.ask() == said
    scene.faults.faults = Faults()
    assert await scene.ask() is None
    scene.later(seconds=31)
    assert await scene.ask() == "stamped"


async def test_it_is_asked_ever_more_rarely_while_it_is_away_and_then_the_newest_is_first(scene):
    scene.logbook.sealed(3)
    scene.tsa.control = Control(status=2)
    moments = []
    for _ in range(4 * 60):
        if await scene.ask():
            moments.append(scene.clock())
        scene.later(seconds=30)
    rests = [
        round((after - before).total_seconds() / 30)
        for before, after in itertools.pairwise(moments)
    ]
    assert rests[:7] == [1, 2, 4, 8, 16, 20, 20]
    assert scene.lag() > 3600
    scene.logbook.sealed(4)
    scene.tsa.control = Control()
    scene.later(seconds=900)
    assert await scene.ask() == "stamped"
    _, [stamp] = scene.bundle()
    assert (stamp["size"], scene.lag()) == (7, 0)


async def test_of_several_instances_one_asks(scene):
    scene.logbook.sealed(3)
    others = [scene.stamping, *(scene.started() for _ in range(3))]
    came = await asyncio.gather(*(each.ask_all() for each in others))
    assert [each["tsa.example"] for each in came].count("stamped") == 1
    assert scene.tsa.asked == 1


async def test_what_a_vanished_instance_began_another_one_takes_over(scene):
    scene.logbook.sealed(3)
    scene.faults.faults = Faults(slow_seconds=60)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(1):
            await scene.stamping.ask_all()
    scene.faults.faults = Faults()
    other = scene.started()
    assert (await other.ask_all(early=True))["tsa.example"] == "busy"
    scene.later(seconds=121)
    assert (await other.ask_all())["tsa.example"] == "stamped"


async def test_authorities_do_not_depend_on_each_other(database_url, tmp_path):
    scene = Scene(database_url, tmp_path, hosts=("tsa.example", "lain.example"))
    scene.logbook.sealed(3)
    scene.tsa.control = Control(garbage=True)
    came = await scene.stamping.ask_all()
    assert came == {"tsa.example": "malformed", "lain.example": "stamped"}
    scene.tsa.control = Control()
    scene.later(seconds=60)
    came = await scene.stamping.ask_all()
    assert came == {"tsa.example": "stamped", "lain.example": None}
    assert [stamp["size"] for stamp in scene.bundle()[1]] == [3, 3]
    await scene.close()


async def test_a_period_ends_with_the_stamp_that_covers_it(scene):
    scene.logbook.sealed(3)
    await scene.ask()
    begun = scene.clock()
    # The authority is away when the period ends, and for a day after it.
    scene.later(hours=2)
    scene.logbook.sealed(4)
    scene.later(hours=24)
    scene.logbook.sealed(2)
    scene.later(hours=1)
    scene.logbook.sealed(1)
    assert await scene.ask() == "stamped"
    scene.later(hours=24)
    scene.logbook.sealed(5)
    read, stamps = scene.bundle(sejak=begun + timedelta(hours=1), sampai=begun + timedelta(hours=3))
    assert (read.first, read.end) == (3, 9)
    assert [stamp["size"] for stamp in stamps] == [3, 10]
    assert all(proved(scene, read, stamp) for stamp in stamps)
    assert [(told["from"], told["to"]) for told in read.consistency] == [(9, 10), (10, 15)]


async def test_asking_early_waits_for_no_turn_but_has_nothing_to_do_twice(scene):
    scene.logbook.sealed(3)
    assert await scene.ask() == "stamped"
    assert await scene.ask(early=True) is None
    scene.logbook.sealed(3)
    assert [await scene.ask(), await scene.ask(early=True)] == [None, "stamped"]


async def test_an_empty_log_is_not_stamped(scene):
    assert (await scene.ask(), scene.tsa.asked) == (None, 0)


async def test_a_stamp_is_kept_as_it_came(scene):
    scene.logbook.sealed(3)
    await scene.ask()
    async with scene.database.reading() as connection:
        row = (await connection.execute(sa.select(AUDIT_STEMPEL))).one()
    [note] = scene.logbook.notes()
    anchors = Anchors(scene.tsa.authority.pem())
    assert check_token(row.token, read_note(note)[0].encode(), anchors) == row.waktu
    assert (row.otoritas, row.pada) == ("tsa.example", scene.clock())


async def test_a_stamp_that_was_changed_in_the_store_is_found_there(scene):
    scene.logbook.sealed(3)
    await scene.ask()
    scene.later(hours=1)
    scene.logbook.sealed(3)
    await scene.ask()
    found, checked = scene.logbook.another().verify([])
    assert (found, checked.stempel) == ([], 2)
    moments = "(SELECT {} FROM audit_stempel AS other)"
    first, last = moments.format("min(pada)"), moments.format("max(pada)")
    other = f"(SELECT token FROM audit_stempel AS other WHERE pada = {last})"
    scene.logbook.do(f"UPDATE audit_stempel SET token = {other} WHERE pada = {first}")
    [found], _ = scene.logbook.another().verify([])
    assert "the timestamp of tsa.example: other_message" in str(found)


@pytest.mark.parametrize(
    "authorities",
    [
        {"https://tsa.example": "none.pem"},
        {"ftp://tsa.example": "tsa.pem"},
        {"https://tsa.example/a": "tsa.pem", "https://tsa.example/b": "tsa.pem"},
    ],
)
def test_an_authority_that_cannot_be_is_refused(tmp_path, monkeypatch, authorities):
    monkeypatch.chdir(tmp_path)
    now = datetime(2026, 11, 21, tzinfo=UTC)
    (tmp_path / "tsa.pem").write_bytes(TimestampAuthority(lambda: now).authority.pem())
    database = Database(open_engine("sqlite:///x.db"))
    report = StampReport(CollectorRegistry())
    with pytest.raises(ValueError):
        Stamping(database, authorities, HttpPools(), lambda: now, report, every=EVERY)
