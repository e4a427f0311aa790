"""What a grant does not show changes nothing: no answer, no error, no audit row, no statement."""

from random import Random

from gateway.application.subjects.manage_subject_requests import Isian, ManageSubjectRequests
from gateway.application.subjects.report_subject import Orang
from gateway.domain.permintaan_subjek import JenisPermintaan, StatusPermintaan
from gateway.infra.db.subjects.subjects import Subjects
from tests.fixtures.oauth import KEYRING, grant_of
from tests.policy import world
from tests.policy.session import Session, live
from tests.policy.twins import PEOPLE, twins
from tests.policy.world import ATTRIBUTES, MATCHES, NO_ATTRIBUTES

_PAIRS = 12
_MOST_PAIRS = 60
_EVERYTHING = grant_of(
    "dinkes",
    "G-1",
    atribut=frozenset(ATTRIBUTES) - frozenset(NO_ATTRIBUTES),
    atribut_cocok=frozenset(MATCHES),
    wilayah=frozenset(("*",)),
    kategori=frozenset(("*",)),
)


async def told_in(shelf, lived, grant, narrowing, requests):
    await live(shelf, lived)
    return await Session(shelf, grant, narrowing).ask_everything(Random(requests))


async def test_what_a_grant_does_not_show_cannot_be_noticed(shelf, seed):
    shown = refused = 0
    # Some worlds hardly show anything: then more are drawn, until the sessions are worth something.
    for number in range(_MOST_PAIRS):
        if number >= _PAIRS and min(shown, refused) > 50:
            break
        pair = twins(Random(f"{seed} pair {number}"))
        requests = f"{seed} requests {number}"
        left = await told_in(shelf, pair.left, pair.grant, pair.narrowing, requests)
        right = await told_in(shelf, pair.right, pair.grant, pair.narrowing, requests)
        assert left.answers == right.answers
        # As far as time can be told without a clock: the same statements, equally many.
        assert left.statements == right.statements
        assert left.audit == right.audit
        assert len(left.audit) == len(left.answers)
        shown += sum(row["jumlah"] for row in left.audit)
        refused += sum(row["hasil"] != "diberikan" for row in left.audit)
    # Much was told, and much was refused.
    assert min(shown, refused) > 50


async def test_a_client_with_a_grant_of_everything_notices_the_difference(shelf, seed):
    noticed = []
    for number in range(3):
        pair = twins(Random(f"{seed} pair {number}"))
        left = await told_in(shelf, pair.left, _EVERYTHING, None, "requests")
        right = await told_in(shelf, pair.right, _EVERYTHING, None, "requests")
        noticed.append(left.answers != right.answers and left.audit != right.audit)
    assert any(noticed)


async def stop_disclosure(shelf, niks):
    """Granted requests of these persons."""
    parts = Subjects(shelf.database, KEYRING, shelf.clock, remember=0)
    requests = ManageSubjectRequests(parts.requests, KEYRING, shelf.clock)
    isian = Isian(jenis=JenisPermintaan.PEMBATASAN)
    for nik in niks:
        asked = await requests.receive(Orang(nik=nik), isian, oleh="CONTOH A")
        granted = StatusPermintaan.DIKABULKAN
        await requests.decide(asked.id, granted, oleh="CONTOH B", alasan="berhak")


async def test_whose_disclosure_is_stopped_cannot_be_noticed(shelf, seed):
    stopped = {world.nik(number) for number in range(0, PEOPLE, 3)}
    await stop_disclosure(shelf, stopped)
    left_out = shown = 0
    for number in range(_MOST_PAIRS):
        if number >= _PAIRS and min(left_out, shown) > 20:
            break
        pair = twins(Random(f"{seed} stopped {number}"))
        without = tuple(
            tuple(one for one in some if one.orang.nik not in stopped) for some in pair.left
        )
        requests = f"{seed} requests {number}"
        left = await told_in(shelf, pair.left, pair.grant, pair.narrowing, requests)
        right = await told_in(shelf, without, pair.grant, pair.narrowing, requests)
        assert left.answers == right.answers
        assert left.statements == right.statements
        assert left.audit == right.audit
        left_out += sum(map(len, pair.left)) - sum(map(len, without))
        shown += sum(row["jumlah"] for row in left.audit)
    assert min(left_out, shown) > 20
