"""Jobs and grants: only the owner sees them, and only what the grant shows when they are read."""

from datetime import timedelta

import msgspec
import pytest

from gateway.domain.grant import Scope, StatusGrant
from tests.api.oauth.test_rar import narrowed
from tests.fixtures.gateway_people import DI_LUAR, MENINGGAL, nik_of
from tests.fixtures.lookup_jobs import (
    PATH,
    SOME,
    delete,
    hand_in,
    handed_in,
    invented,
    job,
    ndjson,
    results,
)


async def everything_a_stranger_learns(gateway, asker, job_id):
    """Status, body and headers of every way to a job, but for what differs in every answer."""
    told = [
        await asker.get(f"{PATH}/{job_id}"),
        await asker.get(f"{PATH}/{job_id}/results"),
        await asker.get(f"{PATH}/{job_id}/results?after=1"),
        await delete(gateway, asker, job_id),
        await asker.get(PATH),
    ]
    own = {"request_id", "id"}
    seen = []
    for answer in told:
        body = {name: value for name, value in answer.json().items() if name not in own}
        headers = {
            name: value
            for name, value in answer.headers.items()
            if name not in {"x-request-id", "ratelimit-remaining", "ratelimit-reset", "ratelimit"}
        }
        seen.append((answer.status_code, body, headers))
    return seen


async def test_another_client_and_another_grant_learn_nothing(gateway, worker):
    await gateway.agency("lain")
    owner = await gateway.asking()
    stranger = await gateway.asking("lain")
    same_client = await gateway.asking()
    nowhere = "018f0000-0000-7000-8000-000000000001"
    for asker in (stranger, same_client):
        before = await everything_a_stranger_learns(gateway, asker, nowhere)
        job_id = await handed_in(owner, SOME)
        assert await everything_a_stranger_learns(gateway, asker, job_id) == before
        await worker.until_idle()
        assert await everything_a_stranger_learns(gateway, asker, job_id) == before
        assert (await job(owner, job_id))["status"] == "selesai"


async def test_the_key_of_another_client_means_nothing(gateway):
    await gateway.agency("lain")
    owner, stranger = await gateway.asking(), await gateway.asking("lain")
    await hand_in(owner, ndjson(SOME), key="kunci-satu")
    answer = await hand_in(stranger, ndjson(SOME[:1]), key="kunci-satu")
    assert answer.status_code == 202
    assert answer.json()["data"]["jumlah"] == 1


async def test_a_token_without_the_scope_is_refused(gateway):
    asker = await gateway.asking(scopes=frozenset({Scope.PPKS_READ}))
    answer = await hand_in(asker, ndjson(SOME))
    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
    assert (await asker.get(PATH)).status_code == 403


async def test_results_show_what_the_grant_shows_when_they_are_read(gateway, worker):
    asker = await gateway.asking()
    job_id = await handed_in(asker, SOME)
    await worker.until_idle()
    await gateway.amend(asker.grant, atribut=frozenset({"jenis_kelamin"}))
    first, *_ = await results(asker, job_id)
    assert first["data"] == {"jenis_kelamin": "P"}
    assert set(first["meta"].get("asli", {})) <= {"jenis_kelamin"}


async def test_a_person_outside_the_areas_of_now_is_not_found(gateway, worker):
    asker = await gateway.asking()
    job_id = await handed_in(asker, SOME)
    await worker.until_idle()
    await gateway.amend(asker.grant, wilayah=frozenset({"64.71"}))
    assert [line["hasil"] for line in await results(asker, job_id)] == ["tidak_ditemukan"] * 4


async def test_what_was_not_granted_when_it_was_asked_is_not_stored(gateway, worker):
    asker = await gateway.asking(atribut=frozenset({"jenis_kelamin"}))
    job_id = await handed_in(asker, SOME)
    await worker.until_idle()
    wider = frozenset({"jenis_kelamin", "nama_lengkap", "kode_wilayah"})
    await gateway.amend(asker.grant, atribut=wider)
    first, *_ = await results(asker, job_id)
    # The area decides whether a row is shown at all, so it is kept.
    assert first["data"] == {"jenis_kelamin": "P", "kode_wilayah": "64.02.06.1001"}


async def test_who_lived_outside_when_it_was_asked_stays_unknown(gateway, worker):
    asker = await gateway.asking()
    job_id = await handed_in(asker, [nik_of(DI_LUAR)])
    await worker.until_idle()
    await gateway.amend(asker.grant, wilayah=frozenset({"64.71"}))
    (line,) = await results(asker, job_id)
    assert line == {"urut": 1, "baris": 1, "hasil": "tidak_ditemukan"}


async def test_a_status_that_is_not_granted_is_not_told(gateway, worker):
    asker = await gateway.asking(atribut=frozenset({"nama_lengkap"}))
    job_id = await handed_in(asker, [nik_of(MENINGGAL)])
    await worker.until_idle()
    (line,) = await results(asker, job_id)
    assert (line["hasil"], line["data"], "hasil" in line["meta"]) == ("ditemukan", {}, False)
    told = await job(asker, job_id)
    assert "MENINGGAL" not in str(told)


@pytest.mark.parametrize(
    "change",
    [{"status": StatusGrant.BERAKHIR}, {"scopes": frozenset({Scope.PPKS_READ})}],
    ids=["ended", "scope"],
)
async def test_a_grant_that_ends_stops_asking_and_reading(gateway, worker, change):
    asker = await gateway.asking()
    job_id = await handed_in(asker, [invented(number) for number in range(300)])
    assert await worker.step()
    await gateway.amend(asker.grant, **change)
    assert (await asker.get(f"{PATH}/{job_id}/results")).status_code == 403
    assert await worker.step()
    counted = len(await gateway.parts.jobs.results(job_id, 0, 300, 300))
    assert counted == 200
    assert not await worker.step()
    ended = msgspec.structs.replace(asker.grant, versi=2)
    await gateway.amend(ended)
    told = await job(asker, job_id)
    assert (told["status"], told["alasan"]) == ("menunggu", "grant_not_in_force")
    gateway.clock.advance(timedelta(minutes=11))
    await worker.until_idle()
    asker = await gateway.asker(asker.grant)
    assert (await job(asker, job_id))["status"] == "selesai"


async def test_every_row_that_leaves_is_in_the_audit_log_before(gateway, worker):
    asker = await gateway.asking()
    job_id = await handed_in(asker, [*SOME, "12"])
    await worker.until_idle()
    await results(asker, job_id)
    rows = await gateway.audited()
    events = [(row["peristiwa"], row["hasil"], row["jumlah"]) for row in rows]
    assert events[0] == ("penduduk.tugas.ajukan", "diberikan", 0)
    assert sorted(events[1:]) == [
        ("penduduk.tugas.hasil", "diberikan", 1),
        ("penduduk.tugas.hasil", "diberikan", 1),
        ("penduduk.tugas.hasil", "tidak_ditemukan", 0),
        ("penduduk.tugas.hasil", "tidak_ditemukan", 0),
    ]
    subjects = {row["subjek"] for row in rows[1:]}
    assert subjects == {gateway.parts.keyring.subject(nik) for nik in SOME}
    assert rows[0]["sumber"] == f"tugas:{job_id}"


async def test_a_token_for_less_reads_less_and_asks_for_less(gateway, worker):
    asker = await gateway.asking()
    less = await narrowed(gateway, asker, atribut=["jenis_kelamin"])
    jobs = {"whole": await handed_in(asker, SOME), "less": await handed_in(less, SOME)}
    await worker.until_idle()
    for job_id in jobs.values():
        first, *_ = await results(less, job_id)
        assert first["data"] == {"jenis_kelamin": "P"}
    first, *_ = await results(asker, jobs["less"])
    assert set(first["data"]) == {"jenis_kelamin", "kode_wilayah"}
